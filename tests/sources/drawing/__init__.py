"""Draws DDL statements that mean something for the schema as it stands, so that most of them succeed.

Nothing here decides what a statement does: PostgreSQL executes it, and what it refuses is left out of the script.
"""

from __future__ import annotations

import re

from tests.sources.drawing.changes import Changes
from tests.sources.drawing.programs import Programs
from tests.sources.drawing.types import Types

PRELUDE = """
create schema app;
create extension citext with schema app;
create function touch() returns trigger language plpgsql as $$ begin new.updated_at = now(); return new; end $$;
create sequence free;
create type mood as enum ('a', 'b');
create domain positive as integer check (value > 0);
create table users (id uuid primary key default gen_random_uuid(), code integer unique, name text not null);
create table posts (id bigserial primary key, user_id uuid references users on delete cascade, status mood);
create table events (id integer not null, created_at timestamptz not null default now()) partition by list (id);
create table "Orders" (a integer, b integer, user_id uuid, primary key (a, b));
"""
"""What every drawn schema begins with, so that there is something to change."""


QUOTED = re.compile(r"""('(?:[^'\\]|''|\\.)*'|"[^"]*"|\$\w*\$.*?\$\w*\$)""", re.DOTALL)
KEYWORD = re.compile(
    r"\b(?:create|alter|table|column|add|drop|not null|default|constraint|on|index|set|type|unique)\b"
)
"""Words to write in capitals: no drawn name is one of them."""
BLANKS = [" ", " ", " ", "\n    ", " /* it's; a 'comment' */ ", ' -- and; "another\n', "\t"]


class Drawer(Changes, Types, Programs):
    """Draws statements for one state."""

    def statement(self) -> str:
        """Draw a statement."""
        if not self.state.tables:
            return self.create_table()
        kinds = [*[self.create_table] * 4, *[self.alter_table] * 5, self.create_index, self.create_index]
        kinds += [self.alter_alone, self.alter_alone]
        kinds += [self.types, self.sequences, self.views, self.functions, self.triggers, self.policies]
        kinds += [self.comments, self.grants, self.schemas]
        if self.state.of_kind("iI"):
            kinds.append(self.change_index)
        return str(self.one(kinds)())

    def styled(self) -> str:
        """Draw a statement as somebody might write it: in capitals, with comments, in a DO block or transaction."""
        statement, style = self.statement(), self.random.randint(0, 6)
        if style in (1, 2):
            parts = QUOTED.split(statement)
            for index in range(0, len(parts), 2):
                if style == 1:
                    parts[index] = re.sub(" ", lambda _: self.one(BLANKS), parts[index])
                else:
                    parts[index] = KEYWORD.sub(lambda match: match[0].upper(), parts[index])
            return "".join(parts)
        if style == 3 and "$" not in statement:
            condition = self.one(["", "if not exists (select from pg_class where relname = 'nothing') then "])
            return f"do $do$ begin {condition}{statement};{' end if;' if condition else ''} end $do$"
        if style == 4:
            return str(
                self.one(
                    [
                        f"begin; {statement}; commit",
                        f"start transaction; {statement}; rollback",
                        f"begin; savepoint s; {statement}; rollback to s; release s; commit",
                        f"begin; savepoint s; {statement}; release s; end",
                    ]
                )
            )
        return statement

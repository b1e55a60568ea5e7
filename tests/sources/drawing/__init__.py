"""Draws DDL statements that mean something for the schema as it stands, so that most of them succeed.

Nothing here decides what a statement does: PostgreSQL executes it, and what it refuses is left out of the script.

Not drawn, because only running it would tell what it does, and the DDL source says so (a row of `unread`): dynamic
EXECUTE, tables made by queries with expressions, LIKE of a view, DETACH CONCURRENTLY (it leaves a CHECK of its own),
DROP OWNED and REASSIGN OWNED. Not drawn, because a text does not tell who runs it, or in what transaction: SET ROLE,
DEFAULT PRIVILEGES FOR ROLE, grants to CURRENT_USER on what another owns, SET LOCAL outside of BEGIN. Not drawn, because
a server undoes all of it: an ALTER TABLE of which a part is refused, under an exception handler. Not drawn, because
PostgreSQL simplifies it: an index on nothing but a cast to the type that the column has.
"""

from __future__ import annotations

import re

from tests.sources.drawing.changes import Changes
from tests.sources.drawing.programs import Programs
from tests.sources.drawing.rights import Rights
from tests.sources.drawing.types import Types

PRELUDE = """
create schema app;
create extension citext with schema app;
create foreign data wrapper nothing;
create server nowhere foreign data wrapper nothing;
create function touch() returns trigger language plpgsql as $$ begin new.updated_at = now(); return new; end $$;
create sequence free;
create type mood as enum ('a', 'b');
create domain positive as integer check (value > 0);
create table users (id uuid primary key default gen_random_uuid(), code integer unique, name text not null);
create table posts (id bigserial primary key, user_id uuid references users on delete cascade, status mood);
create table events (id integer not null, created_at timestamptz not null default now()) partition by list (id);
create type pair as (x integer, y text);
create table rooms (id integer, during daterange, tags text[], held tstzrange not null);
create table "Orders" (a integer, b integer, user_id uuid, primary key (a, b));
"""
"""What every drawn schema begins with, so that there is something to change."""


QUOTED = re.compile(r"""('(?:[^'\\]|''|\\.)*'|"[^"]*"|\$\w*\$.*?\$\w*\$)""", re.DOTALL)
KEYWORD = re.compile(
    r"\b(?:create|alter|table|column|add|drop|not null|default|constraint|on|index|set|type|unique)\b"
)
"""Words to write in capitals: no drawn name is one of them."""
BLANKS = [" ", " ", " ", "\n    ", " /* it's; a 'comment' */ ", ' -- and; "another\n', "\t"]
ALONE = ("concurrently", "vacuum", "begin;")
"""What statements have that cannot be part of a transaction that is open."""


class Drawer(Changes, Types, Programs, Rights):
    """Draws statements for one state."""

    def statement(self) -> str:
        """Draw a statement."""
        if not self.state.tables:
            return self.create_table()
        kinds = [*[self.create_table] * 5, *[self.alter_table] * 5, self.create_index, self.create_index]
        kinds += [self.alter_alone, self.alter_alone]
        kinds += [
            self.types,
            self.types,
            self.sequences,
            self.views,
            self.functions,
            self.triggers,
            self.policies,
        ]
        kinds += [self.comments, self.grants, self.schemas, self.one([self.grants, self.owners])]
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
        if any(word in statement for word in ALONE):
            return statement
        if style == 3 and "$" not in statement:
            return self.in_block(statement)
        if style == 4:
            return self.in_transaction(statement)
        return statement

    def in_block(self, statement: str) -> str:
        """Draw a DO block with a statement in it that runs, or is refused without harm."""
        quoted = statement.replace("'", "''")
        handled = [
            (
                f"do $do$ declare x integer; begin {statement}; exception when duplicate_column or "
                "duplicate_schema or duplicate_function then null; end $do$"
            ),
            (
                f"do $do$ begin begin {statement}; exception when duplicate_object or duplicate_table then "
                "raise notice 'there already'; end; end $do$"
            ),
        ]
        if statement.startswith(
            "alter table"
        ):  # one of its commands may be refused, which only a server undoes
            handled = []
        return str(
            self.one(
                [
                    *handled,
                    f"do $do$ begin {statement}; end $do$",
                    (
                        "do $do$ begin if not exists (select from pg_class where relname = 'nothing') then "
                        f"{statement}; end if; end $do$"
                    ),
                    f"do language plpgsql $do$ begin for i in 1..1 loop {statement}; end loop; end $do$",
                    f"do $do$ begin execute '{quoted}'; end $do$",
                    f"do $do$ begin perform 1; {statement}; perform pg_sleep(0); end $do$",
                ]
            )
        )

    def in_transaction(self, statement: str) -> str:
        """Draw a transaction around a statement that is kept or rolled back."""
        other = self.statement()
        if any(word in other for word in ALONE):
            other = "select 1"
        return str(
            self.one(
                [
                    f"begin; {statement}; commit",
                    f"start transaction; {statement}; rollback",
                    f"begin; savepoint s; {statement}; rollback to s; release s; commit",
                    f"begin; savepoint s; {statement}; release s; end",
                    f"begin; {statement}; {other}; abort",
                    f"begin; {statement}; savepoint a; {other}; rollback to savepoint a; commit",
                    f"begin; savepoint a; {statement}; savepoint b; {other}; rollback to a; commit and no chain",
                    f"begin; {statement}; savepoint a; {other}; release a; rollback and chain; select 1; commit",
                ]
            )
        )

"""Draws statements on types, sequences and schemas."""

from __future__ import annotations

from tests.sources.drawing.state import quote
from tests.sources.drawing.words import SCHEMAS, Words


class Types(Words):
    """Draws statements on types, sequences and schemas."""

    def types(self) -> str:
        """Draw a statement on enums and domains."""
        labels = ["a", "b", "it's", "C d"]
        written = [label.replace("'", "''") for label in labels]
        chosen = ", ".join(f"'{label}'" for label in self.some(written, 0, 3))
        domain = self.new(["email", "positive"])
        statements = [
            f"create type {self.new(['mood', 'Kind'])} as enum ({chosen})",
            f"create domain {domain} as {self.one(['text', 'varchar(20)', 'integer', 'text[]'])}{self.maybe(' not null')}",
            f"create domain {domain} integer default 3 {self.constraint_name()}check (value > 0) check (value < 9)",
        ]
        if self.state.enums:
            schema, name, existing = self.one(self.state.enums)
            enum = f"{quote(schema)}.{quote(name)}"
            old = self.one(existing or ["none"]).replace("'", "''")
            place = self.one(["", f"before '{old}'", f"after '{old}'"])
            statements += [
                f"alter type {enum} add value {self.maybe('if not exists ')}'{self.one(written)}' {place}",
                f"alter type {enum} rename value '{old}' to 'renamed'",
                f"alter type {enum} rename to {quote(self.one(['mood', 'mood_old']))}",
                f"alter type {enum} set schema {quote(self.one(self.state.schemas))}",
                f"drop type {enum}{self.maybe(' cascade')}",
            ]
        if self.state.domains:
            schema, name, checks = self.one(self.state.domains)
            domain = f"{quote(schema)}.{quote(name)}"
            statements += [
                f"alter domain {domain} {self.one(['set not null', 'drop not null', 'set default null', 'drop default'])}",
                f"alter domain {domain} add constraint late check (value is not null) not valid",
                f"alter domain {domain} drop constraint {quote(self.one(checks or ['none']))}",
                f"alter domain {domain} validate constraint {quote(self.one(checks or ['none']))}",
                f"alter domain {domain} rename constraint {quote(self.one(checks or ['none']))} to ruled",
                f"alter domain {domain} rename to renamed_domain",
                f"drop domain {domain}{self.maybe(' cascade')}",
            ]
        return str(self.one(statements))

    def sequences(self) -> str:
        """Draw a statement on sequences."""
        options = self.one(
            [
                "",
                " as smallint",
                " increment by -1",
                " minvalue 5 maxvalue 50 start 6 cycle",
                " as integer no minvalue",
            ]
        )
        statements = [f"create sequence {self.maybe('if not exists ')}{self.new(['free', 'Seq'])}{options}"]
        if self.state.of_kind("S"):
            sequence, table = (
                self.named(self.table("S")),
                self.one([*self.state.tables, *self.state.of_kind("S")]),
            )
            statements += [
                f"alter sequence {sequence} owned by {self.named(table)}.{self.column_of(table)}",
                f"alter sequence {sequence} owned by none",
                f"alter sequence {sequence} increment 3 maxvalue 1000 start 7",
                f"alter sequence {sequence} rename to {quote(self.one(['free', 'Seq', 'renamed_seq']))}",
                f"drop sequence {sequence}{self.maybe(' cascade')}",
            ]
        return str(self.one(statements))

    def schemas(self) -> str:
        """Draw a statement on schemas, the search path and extensions."""
        schema = quote(self.one(self.state.schemas))
        return str(
            self.one(
                [
                    f"create schema {self.maybe('if not exists ')}{quote(self.one(SCHEMAS))}",
                    f"set search_path = {schema}, public",
                    "set search_path to public",
                    "reset search_path",
                    f"drop schema {schema}{self.maybe(' cascade')}"
                    if schema != "public"
                    else "create schema app",
                    f"alter schema {schema} rename to renamed_schema"
                    if schema != "public"
                    else "create schema app",
                    "create extension if not exists pg_trgm with schema public",
                    "drop extension if exists pg_trgm cascade",
                ]
            )
        )

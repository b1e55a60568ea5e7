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
        attribute = self.one(["a integer", "b text", 'm varchar(5) collate "C"', "d date", "n app.citext"])
        composite = self.new(["comp", "Pair"])
        statements += [
            f"create type {composite} as ({', '.join(self.some(['a integer', 'b text', 'c date'], 1, 3))})",
            f"create type {composite} as ()",
            f"create type {self.new(['span', 'my_range'])} as range (subtype = {self.one(['float8', 'text'])})",
            f"create type {self.new(['shell'])}",
            f"create domain {domain} as {self.type()} {self.one(['null', 'not null', 'default null'])}",
            f'create domain {domain} as text collate "C" constraint short check (length(value) < 5) not null',
            f"create domain {domain} as integer default nextval('free')",
        ]
        if self.state.composites:
            schema, name, attributes = self.one(self.state.composites)
            type_ = f"{quote(schema)}.{quote(name)}"
            old = quote(self.one(attributes or ["missing"]))
            cascade = self.maybe(" cascade")
            statements += [
                f"alter type {type_} add attribute {attribute}{cascade}",
                f"alter type {type_} drop attribute {self.maybe('if exists ')}{old}{cascade}",
                f"alter type {type_} alter attribute {old} type varchar(9){cascade}",
                f"alter type {type_} rename attribute {old} to {self.one(['e', 'a'])}{cascade}",
                f"alter type {type_} rename to {quote(self.one(['comp', 'Pair', 'renamed_type']))}",
                f"alter type {type_} set schema {quote(self.one(self.state.schemas))}",
                f"drop type {type_}{self.maybe(' cascade')}",
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
                f"alter type {enum} owner to {self.role()}",
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
                f"alter domain {domain} add {self.constraint_name()}check (value is distinct from null)",
                f"alter domain {domain} drop constraint if exists {quote(self.one(checks or ['none']))} cascade",
                f"alter domain {domain} set default 4",
                f"alter domain {domain} set schema {quote(self.one(self.state.schemas))}",
                f"alter domain {domain} owner to {self.role()}",
                f"alter type {domain} rename to retyped",
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
                " as bigint start with 10 increment by 10 no cycle cache 3",
                " increment -3 maxvalue -5",
                " as smallint maxvalue 100",
            ]
        )
        name = self.new(["free", "Seq"])
        owner = self.table()
        statements = [
            f"create sequence {self.maybe('if not exists ')}{name}{options}",
            f"create sequence {name} owned by {self.named(owner)}.{self.column_of(owner)}",
            f"create temp sequence {name.rpartition('.')[2]}",
            *[f"create unlogged sequence {name}" for _ in self.since(15, "")],
        ]
        if self.state.of_kind("S"):
            sequence, table = (
                self.named(self.table("S")),
                self.one([*self.state.tables, *self.state.of_kind("S")]),
            )
            statements += [
                f"alter sequence {sequence} owned by {self.named(table)}.{self.column_of(table)}",
                f"alter sequence {sequence} owned by none",
                f"alter sequence {sequence} as {self.one(['smallint', 'integer', 'bigint'])}",
                f"alter sequence if exists {sequence} increment by -2 no maxvalue no minvalue",
                f"alter sequence {sequence} restart with 3 cycle",
                f"alter sequence {sequence} set schema {quote(self.one(self.state.schemas))}",
                f"alter sequence {sequence} owner to {self.role()}",
                f"alter table {sequence} rename to {quote(self.one(['Seq', 'renamed_seq']))}",
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
                    f"create extension {self.one(['pg_trgm', 'hstore', 'btree_gist', 'ltree'])}",
                    f"create extension if not exists hstore with schema {schema}",
                    f"alter extension {self.one(['citext', 'hstore', 'pg_trgm'])} set schema {schema}",
                    f"drop extension {self.one(['citext', 'hstore', 'btree_gist'])}{self.maybe(' cascade')}",
                    f"create schema {quote(self.one(SCHEMAS))} authorization audit_writer",
                    "create schema authorization audit_reader",
                    (
                        f"create schema {quote(self.one(SCHEMAS))} create table inner_table (id integer primary key) "
                        "create view inner_view as select id from inner_table create index on inner_table (id)"
                    ),
                    f"alter schema {schema} owner to audit_reader",
                    f"begin; set local search_path to {schema}, public; create sequence local_seq; commit",
                    f"select set_config('search_path', '{self.one(self.state.schemas)}', false)",
                    f"set session search_path = {schema}, app, public",
                    "set search_path = default",
                ]
            )
        )

"""Schema situations and what every source has to say of them: the contract.

Each is written in SQL, and in schema.prisma where Prisma has words for it. The facts are rows of the catalog's tables,
cut down to the fields that matter: all rows of those tables, ids replaced by names.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from azora_audit.catalog.tables import (
    Check,
    Column,
    Comment,
    Default,
    Domain,
    Enum,
    EnumValue,
    Exclusion,
    Extension,
    ForeignKey,
    ForeignKeyColumn,
    Function,
    Grant,
    Index,
    IndexColumn,
    IndexPredicateColumn,
    Inheritance,
    KeyColumn,
    Policy,
    PrimaryKey,
    Sequence,
    Table,
    Trigger,
    Unique,
    View,
    ViewRead,
)

Rows = dict[type[tuple[object, ...]], list[dict[str, Any]]]


class Situation(NamedTuple):
    """A schema and its facts."""

    sql: str
    facts: Rows
    prisma: str | None = None
    """Models and enums; None where Prisma has no words for it."""


SITUATIONS: dict[str, Situation] = {
    "types of columns": Situation(
        """create table t (
            a integer primary key, b varchar(36) not null, c timestamp(3) not null, d numeric(10, 2), e text[],
            f uuid not null, g boolean not null, h double precision not null, i bytea, j jsonb, k bigint not null
        );""",
        {
            Column: [
                {"name": "a", "type": "integer", "nullable": False, "array": False, "position": 1},
                {
                    "name": "b",
                    "type": "character varying(36)",
                    "nullable": False,
                    "array": False,
                    "position": 2,
                },
                {
                    "name": "c",
                    "type": "timestamp(3) without time zone",
                    "nullable": False,
                    "array": False,
                    "position": 3,
                },
                {"name": "d", "type": "numeric(10,2)", "nullable": True, "array": False, "position": 4},
                {"name": "e", "type": "text[]", "nullable": True, "array": True, "position": 5},
                {"name": "f", "type": "uuid", "nullable": False, "array": False, "position": 6},
                {"name": "g", "type": "boolean", "nullable": False, "array": False, "position": 7},
                {"name": "h", "type": "double precision", "nullable": False, "array": False, "position": 8},
                {"name": "i", "type": "bytea", "nullable": True, "array": False, "position": 9},
                {"name": "j", "type": "jsonb", "nullable": True, "array": False, "position": 10},
                {"name": "k", "type": "bigint", "nullable": False, "array": False, "position": 11},
            ]
        },
        """model t {
            a Int @id
            b String @db.VarChar(36)
            c DateTime
            d Decimal? @db.Decimal(10, 2)
            e String[]
            f String @db.Uuid
            g Boolean
            h Float
            i Bytes?
            j Json?
            k BigInt
        }""",
    ),
    "a serial key": Situation(
        "create table t (id serial primary key);",
        {
            Table: [{"name": "t", "schema": "public", "kind": "ordinary", "persistence": "permanent"}],
            Column: [{"name": "id", "type": "integer", "serial": True, "nullable": False}],
            Default: [{"column_id": "id", "kind": "sequence", "function": "nextval"}],
            PrimaryKey: [{"name": "t_pkey", "table_id": "t", "deferrable": False}],
            KeyColumn: [{"key_id": "t_pkey", "position": 1, "column_id": "id"}],
            Index: [{"name": "t_pkey", "unique_": True, "method": "btree", "constraint_id": "t_pkey"}],
            IndexColumn: [{"index_id": "t_pkey", "position": 1, "column_id": "id", "included": False}],
            Sequence: [{"name": "t_id_seq", "type": "integer", "start": 1, "owned_by_column_id": "id"}],
        },
        "model t {\n id Int @id @default(autoincrement())\n}",
    ),
    "defaults": Situation(
        """create table t (
            id uuid primary key default gen_random_uuid(), a text not null default 'x',
            b timestamp(3) not null default current_timestamp, c integer not null default 3, d boolean not null
        );""",
        {
            Default: [
                {"column_id": "id", "kind": "function", "function": "gen_random_uuid"},
                {"column_id": "a", "kind": "constant", "function": None},
                {"column_id": "b", "kind": "function", "function": "current_timestamp"},
                {"column_id": "c", "kind": "constant", "function": None},
            ]
        },
        """model t {
            id String @id @default(dbgenerated("gen_random_uuid()")) @db.Uuid
            a String @default("x")
            b DateTime @default(now())
            c Int @default(3)
            d Boolean
        }""",
    ),
    "an enum": Situation(
        "create type mood as enum ('sad', 'ok');\ncreate table t (id integer primary key, m mood not null default 'ok');",
        {
            Enum: [{"name": "mood", "schema": "public"}],
            EnumValue: [
                {"enum_id": "mood", "position": 1, "value": "sad"},
                {"enum_id": "mood", "position": 2, "value": "ok"},
            ],
            Column: [
                {"name": "id", "type": "integer", "type_kind": "base", "type_id": None},
                {"name": "m", "type": "public.mood", "type_kind": "enum", "type_id": "mood"},
            ],
        },
        "enum mood {\n sad\n ok\n}\nmodel t {\n id Int @id\n m mood @default(ok)\n}",
    ),
    "names that differ from the words of the client": Situation(
        'create table "order_items" (id integer primary key, "Shipped" boolean not null);',
        {
            Table: [{"name": "order_items", "kind": "ordinary"}],
            Column: [{"name": "id", "type": "integer"}, {"name": "Shipped", "type": "boolean"}],
        },
        'model Item {\n id Int @id\n shipped Boolean @map("Shipped")\n @@map("order_items")\n}',
    ),
    "a foreign key": Situation(
        """create table u (id integer primary key);
        create table t (
            id integer primary key, u_id integer not null,
            constraint t_u_id_fkey foreign key (u_id) references u (id) on delete cascade on update restrict
        );""",
        {
            ForeignKey: [
                {
                    "name": "t_u_id_fkey",
                    "table_id": "t",
                    "referenced_table_id": "u",
                    "match": "simple",
                    "on_delete": "cascade",
                    "on_update": "restrict",
                    "validated": True,
                    "enforced": True,
                    "deferrable": False,
                    "emulated": False,
                    "referenced_name": "u",
                }
            ],
            ForeignKeyColumn: [
                {
                    "foreign_key_id": "t_u_id_fkey",
                    "position": 1,
                    "column_id": "u_id",
                    "referenced_column_id": "id",
                }
            ],
        },
        """model u {
            id Int @id
            ts t[]
        }
        model t {
            id Int @id
            u_id Int
            u u @relation(fields: [u_id], references: [id], onDelete: Cascade, onUpdate: Restrict)
        }""",
    ),
    "keys of two columns": Situation(
        """create table t (
            a integer not null, b integer not null, c integer not null, constraint t_pkey primary key (b, a)
        );
        create unique index t_c_a_key on t (c, a);""",
        {
            PrimaryKey: [{"name": "t_pkey"}],
            KeyColumn: [
                {"key_id": "t_pkey", "position": 1, "column_id": "b"},
                {"key_id": "t_pkey", "position": 2, "column_id": "a"},
            ],
            Index: [
                {"name": "t_pkey", "unique_": True, "constraint_id": "t_pkey", "predicate": None},
                {"name": "t_c_a_key", "unique_": True, "constraint_id": None, "predicate": None},
            ],
            IndexColumn: [
                {"index_id": "t_pkey", "position": 1, "column_id": "b"},
                {"index_id": "t_pkey", "position": 2, "column_id": "a"},
                {"index_id": "t_c_a_key", "position": 1, "column_id": "c"},
                {"index_id": "t_c_a_key", "position": 2, "column_id": "a"},
            ],
        },
        "model t {\n a Int\n b Int\n c Int\n @@id([b, a])\n @@unique([c, a])\n}",
    ),
    "an index in descending order": Situation(
        "create table t (id integer primary key, a integer not null);\ncreate index t_a_idx on t (a desc);",
        {
            IndexColumn: [
                {"index_id": "t_pkey", "column_id": "id", "descending": False, "nulls_first": False},
                {"index_id": "t_a_idx", "column_id": "a", "descending": True, "nulls_first": True},
            ]
        },
        "model t {\n id Int @id\n a Int\n @@index([a(sort: Desc)])\n}",
    ),
    "another kind of index": Situation(
        "create table t (id integer primary key, a text[]);\ncreate index t_a_idx on t using gin (a);",
        {Index: [{"name": "t_pkey", "method": "btree"}, {"name": "t_a_idx", "method": "gin"}]},
        "model t {\n id Int @id\n a String[]\n @@index([a], type: Gin)\n}",
    ),
    "a unique constraint": Situation(
        "create table t (a integer, constraint one unique nulls not distinct (a) deferrable initially deferred);",
        {
            Unique: [
                {"name": "one", "nulls_not_distinct": True, "deferrable": True, "initially_deferred": True}
            ],
            KeyColumn: [{"key_id": "one", "position": 1, "column_id": "a"}],
        },
    ),
    "checks": Situation(
        "create table t (a integer check (a > 0), b integer, constraint smaller check (a < b));",
        {
            Check: [
                {"name": "t_a_check", "table_id": "t", "validated": True, "enforced": True},
                {"name": "smaller", "table_id": "t", "validated": True, "enforced": True},
            ]
        },
    ),
    "a check that is not validated": Situation(
        "create table t (a integer);\nalter table t add constraint late check (a > 0) not valid;",
        {Check: [{"name": "late", "validated": False, "no_inherit": False}]},
    ),
    "an exclusion": Situation(
        "create table t (d daterange, constraint apart exclude using gist (d with &&));",
        {
            Exclusion: [{"name": "apart", "table_id": "t", "method": "gist", "deferrable": False}],
            Index: [{"name": "apart", "method": "gist", "unique_": False, "constraint_id": "apart"}],
        },
    ),
    "a partial index with an expression": Situation(
        "create table t (a text, b integer);\ncreate unique index i on t (lower(a)) include (b) where b is not null;",
        {
            Index: [{"name": "i", "unique_": True, "predicate_only_not_null": True}],
            IndexColumn: [
                {"index_id": "i", "position": 1, "column_id": None, "included": False},
                {"index_id": "i", "position": 2, "column_id": "b", "included": True},
            ],
            IndexPredicateColumn: [{"index_id": "i", "column_id": "b"}],
        },
    ),
    "identity and generated columns": Situation(
        "create table t (a integer generated always as identity (start 5), b integer generated always as (1 + 1) stored);",
        {
            Column: [
                {"name": "a", "identity": "always", "generated": None, "nullable": False},
                {"name": "b", "identity": None, "generated": "stored", "nullable": True},
            ],
            Default: [],
            Sequence: [{"name": "t_a_seq", "start": 5, "owned_by_column_id": "a"}],
        },
    ),
    "a domain": Situation(
        "create domain code as varchar(3) not null default 'x' check (value <> '');\ncreate table t (c code);",
        {
            Domain: [{"name": "code", "type": "character varying(3)", "nullable": False}],
            Column: [
                {
                    "name": "c",
                    "type": "public.code",
                    "type_kind": "domain",
                    "type_id": "code",
                    "nullable": False,
                }
            ],
            Check: [{"name": "code_check", "table_id": None, "domain_id": "code"}],
        },
    ),
    "partitions": Situation(
        """create table t (a integer not null, b integer) partition by range (a);
        create table one partition of t for values from (1) to (9);
        create table rest partition of t default;""",
        {
            Table: [
                {"name": "t", "kind": "partitioned", "partition_strategy": "range", "partition_of_id": None},
                {"name": "one", "kind": "ordinary", "partition_strategy": None, "partition_of_id": "t"},
                {"name": "rest", "kind": "ordinary", "partition_strategy": None, "partition_of_id": "t"},
            ],
            Inheritance: [],
        },
    ),
    "inheritance": Situation(
        "create table p (a integer not null);\ncreate unlogged table c (b integer) inherits (p);",
        {
            Inheritance: [{"child_id": "c", "parent_id": "p", "position": 1}],
            Table: [{"name": "p", "persistence": "permanent"}, {"name": "c", "persistence": "unlogged"}],
        },
    ),
    "renames and drops": Situation(
        """create table old (a integer, b integer, gone integer);
        alter table old rename to t;
        alter table t rename a to id;
        alter table t drop column gone;
        create table lost (id integer);
        drop table lost;""",
        {
            Table: [{"name": "t", "schema": "public"}],
            Column: [{"name": "id", "position": 1}, {"name": "b", "position": 2}],
        },
    ),
    "views": Situation(
        """create table t (a integer);
        create view v with (security_barrier) as select a from t where a > 0 with local check option;
        create materialized view m as select a from v;""",
        {
            View: [
                {"name": "v", "materialized": False, "security_barrier": True, "check_option": "local"},
                {"name": "m", "materialized": True, "security_barrier": False, "check_option": None},
            ],
            ViewRead: [{"view_id": "v", "table_id": "t"}],  # a view that is read is no table
        },
    ),
    "a trigger and its function": Situation(
        """create table t (a integer);
        create function f() returns trigger language plpgsql security definer set search_path = ''
            as $$ begin return new; end $$;
        create trigger g before insert or update of a on t for each row execute function f('x');""",
        {
            Function: [
                {
                    "name": "f",
                    "returns": "trigger",
                    "language": "plpgsql",
                    "kind": "function",
                    "security_definer": True,
                    "volatility": "volatile",
                    "arguments": "",
                }
            ],
            Trigger: [
                {
                    "name": "g",
                    "table_id": "t",
                    "timing": "before",
                    "level": "row",
                    "on_insert": True,
                    "on_update": True,
                    "on_delete": False,
                    "update_columns": '["a"]',
                    "function_id": "f",
                    "arguments": '["x"]',
                    "enabled": True,
                }
            ],
        },
    ),
    "row security": Situation(
        """create table t (a integer);
        alter table t enable row level security;
        create policy p on t as restrictive for update using (true) with check (a > 0);""",
        {
            Table: [{"name": "t", "row_security": True, "force_row_security": False}],
            Policy: [
                {
                    "name": "p",
                    "command": "update",
                    "permissive": False,
                    "roles": '["public"]',
                    "using_always_true": True,
                    "check_always_true": False,
                }
            ],
        },
    ),
    "privileges": Situation(
        "create table t (a integer);\ngrant select, insert on t to public;\nrevoke insert on t from public;",
        {Grant: [{"object_id": "t", "grantee": "public", "privilege": "select", "grantable": False}]},
    ),
    "an extension and comments": Situation(
        """create extension citext;
        create table t (a citext);
        comment on table t is 'all of them';
        comment on column t.a is 'first';""",
        {
            Extension: [{"name": "citext"}],
            Column: [{"name": "a", "type": "public.citext", "type_kind": "base"}],
            Comment: [{"entity_id": "t", "text": "all of them"}, {"entity_id": "a", "text": "first"}],
        },
    ),
    "a block that creates what is missing": Situation(
        """create table t (a integer);
        do $$ begin
            if not exists (select from pg_class where relname = 'u') then create table u (b integer); end if;
        end $$;""",
        {Table: [{"name": "t"}, {"name": "u"}]},
    ),
    "what is rolled back": Situation(
        "begin;\ncreate table t (a integer);\ncommit;\nbegin;\ndrop table t;\nrollback;",
        {Table: [{"name": "t"}]},
    ),
}
"""The contract, by names."""

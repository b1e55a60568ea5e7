"""What ordinary schemas need: roles, extensions, transactions, includes; and what a refusal says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from azora_audit.errors import ServerError
from azora_audit.sources.ddl import SqlFile
from azora_audit.sources.live.instance import EXTENSION_CONTROL_PATH
from azora_audit.sources.live.read import read_database
from tests.sources.sandbox.applying import applied, ask, kinds, tables

if TYPE_CHECKING:
    from azora_audit.sources.sandbox import Sandbox

DUMP = """
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;
COMMENT ON EXTENSION citext IS 'data type for case-insensitive character strings';
CREATE DATABASE shop;
ALTER DATABASE shop OWNER TO postgres;
\\connect shop
CREATE SCHEMA sales;
ALTER SCHEMA sales OWNER TO app;
CREATE TABLE sales.orders (id integer NOT NULL, mail public.citext);
ALTER TABLE sales.orders OWNER TO postgres;
COPY sales.orders (id, mail) FROM stdin;
1\tit's; a; trap
\\.
GRANT SELECT ON TABLE sales.orders TO "Read Only";
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA sales GRANT SELECT ON TABLES TO reader;
ALTER TABLE sales.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON sales.orders TO tenant USING (true);
"""


def test_a_dump_with_owners_and_grants_runs(sandbox: Sandbox) -> None:
    with applied(sandbox, DUMP) as result:
        assert result.refusals == ()
        assert [note.line for note in result.notes] == [6, 7]
        assert tables(result) == ["sales.orders"]
        assert ask(result, "select count(*) from sales.orders") == [(0,)]
        with psycopg.connect(result.dsn) as connection:
            facts = read_database(connection, "shop")
        assert not facts.problems


def test_the_public_schema_may_be_made_anew(sandbox: Sandbox) -> None:
    text = "drop schema public cascade; create schema public; comment on schema public is 'x'; create table t ();"
    with applied(sandbox, text) as result:
        assert result.complete
        assert tables(result) == ["t"]


def test_privileges_of_many_columns_are_no_memberships(sandbox: Sandbox) -> None:
    columns = [f"column_with_a_long_name_{number}" for number in range(40)]
    made = ", ".join(f"{column} int" for column in columns)
    text = f"create table t ({made});\ngrant select ({', '.join(columns)})\non t to reader;\ngrant reader to writer;"
    with applied(sandbox, text) as result:
        assert result.complete
        assert [note.line for note in result.notes] == [4]
        granted = ask(
            result, "select count(*) from pg_attribute where attrelid = 't'::regclass and attacl is not null"
        )
    assert granted == [(40,)]


def test_a_reserved_role_is_refused(sandbox: Sandbox) -> None:
    with applied(sandbox, "create table t ();\nalter table t owner to pg_nobody;") as result:
        assert kinds(result) == [("refused", 2, "42704")]


def test_the_encoding_of_the_file_is_not_the_connections(sandbox: Sandbox) -> None:
    with applied(
        sandbox, "set client_encoding = 'latin1'; set names 'latin1'; create table \"größe\" ();"
    ) as result:
        assert tables(result) == ['"größe"']


def test_what_is_too_much_for_postgresql_is_the_schemas_fault(sandbox: Sandbox) -> None:
    columns = ", ".join(f"c{number} int" for number in range(1700))
    with applied(sandbox, f"create table t ({columns});") as result:
        assert kinds(result) == [("refused", 1, "54011")]


def test_what_needs_a_transaction_is_passed_over_without_one(sandbox: Sandbox) -> None:
    text = "create table a ();\nlock table a;\nbegin;\nlock table a;\ncommit;\ncreate table b ();"
    with applied(sandbox, text) as result:
        assert result.complete
        assert [note.line for note in result.notes] == [2]
        assert tables(result) == ["a", "b"]


def test_blocks_that_make_roles_find_them(sandbox: Sandbox) -> None:
    text = """do $$ begin
        if not exists (select from pg_roles where rolname = 'web_user') then create role web_user; end if;
    end $$;
    grant select on all tables in schema public to web_user;"""
    with applied(sandbox, text) as result:
        assert result.complete


def test_trusted_extensions_can_be_made_and_dropped(sandbox: Sandbox) -> None:
    names = ["hstore", "pgcrypto", "uuid-ossp", "citext"]
    with applied(sandbox, "") as result:
        there = {name for (name,) in ask(result, "select name from pg_available_extensions")}
    names = [name for name in names if name in there]
    made = "".join(f'create extension "{name}"; comment on extension "{name}" is \'x\';' for name in names)
    with applied(sandbox, f"begin; {made} commit; drop extension citext;") as result:
        assert result.refusals == ()
        rows = ask(result, "select extname from pg_extension")
    assert {name for (name,) in rows} == {*names, "plpgsql"} - {"citext"}


def test_harmless_extensions_can_be_made_where_the_server_lets_us_trust_them(sandbox: Sandbox) -> None:
    made = "create extension moddatetime; create extension pg_stat_statements; create extension earthdistance cascade;"
    with applied(sandbox, f"begin; {made} drop extension earthdistance; commit;") as result:
        if sandbox.version >= EXTENSION_CONTROL_PATH:
            assert result.refusals == ()
            return
        assert {refusal.kind for refusal in result.refusals} == {"not-at-hand", "follows"}
        assert set(result.lacking) == {"moddatetime", "pg_stat_statements", "earthdistance"}


def test_a_missing_extension_is_no_fault_of_the_schema(sandbox: Sandbox) -> None:
    text = "create extension postgis;\ncreate table t (a geometry);\ncreate index on t (a);\ncreate table u (a nothing);"
    with applied(sandbox, text) as result:
        assert [kind for kind, _, _ in kinds(result)] == ["not-at-hand", "follows", "follows", "follows"]
        assert result.lacking == ("postgis",)
        assert not result.complete


def test_a_refusal_has_its_place(sandbox: Sandbox) -> None:
    first = "create table größe ();\n\n/* a\n comment */ create table b (a int,\n  é int, c nothing);\ncreate table d ();"
    with applied(sandbox, first, "create table d ();\ncreate table e ();") as result:
        assert [(r.path, r.line, r.column, r.kind, r.sqlstate) for r in result.refusals] == [
            ("1.sql", 5, 12, "refused", "42704"),
            ("2.sql", 1, 1, "refused", "42P07"),
        ]
        assert tables(result) == ['"größe"', "d", "e"]


def test_an_open_transaction_survives_a_refused_statement(sandbox: Sandbox) -> None:
    text = "begin;\ncreate table a ();\nsavepoint s;\ncreate table a ();\ncreate table b();\n"
    text += "rollback to s; create table c ();"
    with applied(sandbox, text, "create table d ();") as result:
        assert kinds(result) == [("refused", 4, "42P07")]
        assert tables(result) == ["a", "c", "d"]


def test_what_fails_at_the_end_of_a_transaction_is_told(sandbox: Sandbox) -> None:
    text = """create table a (id int primary key, parent int references a deferrable initially deferred);
    begin; insert into a values (1, 2);"""
    with applied(sandbox, text, "create table b ();") as result:
        assert kinds(result) == [("refused", 2, "23503")]
        assert tables(result) == ["a", "b"]


def test_files_are_included_and_left_as_psql_does(sandbox: Sandbox) -> None:
    files = {"b.sql": SqlFile("b.sql", "create table b ();\n\\i a.sql\n\\q\ncreate table never ();")}
    texts = [SqlFile("a.sql", "\\ir b.sql\n\\i c.sql\ncreate table a ();")]
    result = sandbox.apply(
        texts, include=lambda _, name: files.get(name) or (texts[0] if name == "a.sql" else None)
    )
    assert [(r.path, r.line, r.message) for r in result.refusals] == [
        ("b.sql", 2, "a.sql includes itself (a.sql)"),
        ("a.sql", 2, "the included file c.sql was not found"),
    ]
    assert tables(result) == ["a", "b"]
    sandbox.drop(result.database)


def test_the_search_path_is_the_connections_own(sandbox: Sandbox) -> None:
    result = sandbox.apply(
        [
            SqlFile(
                "1.sql", "create table a (); set search_path = public; reset search_path; create table b ();"
            )
        ],
        search_path=("shop",),
    )
    assert result.complete
    assert ask(result, "select tablename from pg_tables where schemaname = 'shop' order by 1") == [
        ("a",),
        ("b",),
    ]
    sandbox.drop(result.database)


def test_a_database_can_be_copied(sandbox: Sandbox) -> None:
    with applied(sandbox, "create table a (); alter table a owner to app;") as result:
        copy = sandbox.copy(result.database)
        with psycopg.connect(sandbox.dsn(copy), autocommit=True) as connection:
            connection.execute("create table b ()")
        sandbox.drop(copy)
        assert tables(result) == ["a"]


def test_a_server_that_is_gone_is_an_error(sandbox: Sandbox) -> None:
    with pytest.raises(ServerError, match="does not exist"):
        sandbox.drop("nothing")

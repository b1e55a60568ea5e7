"""What PostgreSQL makes of a service decides, and what it could not be asked is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import Column, Table, Unread
from azora_audit.definition import define
from azora_audit.sources.ddl import SqlFile, read_sql
from azora_audit.sources.prisma import read_prisma
from azora_audit.sources.verification.verify import Verifier

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    with Verifier(None, lambda facts: define(facts).statements) as running:
        yield running


def read(*texts: str) -> tuple[Facts, list[SqlFile]]:
    facts = Facts("shop")
    files = [SqlFile(f"{number}.sql", text) for number, text in enumerate(texts, 1)]
    read_sql(files, facts, include=lambda _including, _name: None)
    return facts, files


def verified(verifier: Verifier, *texts: str) -> Facts:
    facts, files = read(*texts)
    verifier.verify_sql(facts, files, ("public",), lambda _including, _name: None)
    return facts


def verdict(facts: Facts) -> tuple[str, str]:
    assert facts.verification is not None
    return facts.verification.verdict, facts.verification.reason


DYNAMIC = """create table a (id integer primary key);
do $$ declare name text; begin
    foreach name in array array['b', 'c'] loop execute format('create table %I (a integer references a)', name); end loop;
end $$;
"""


def test_what_only_the_server_understands_becomes_known(verifier: Verifier) -> None:
    read_only, _ = read(DYNAMIC)
    assert [row.reason for row in read_only.rows(Unread)] == ["dynamic-sql"]
    facts = verified(verifier, DYNAMIC)
    assert verdict(facts) == ("differs", "")
    assert [row.name for row in facts.rows(Table)] == ["a", "b", "c"]
    assert facts.rows(Table)[1].owner is None
    assert facts.rows(Unread) == []
    assert {"tables", "foreign_keys", "triggers", "grants"} <= facts.known
    first = next(
        each for each in facts.differences if each.entity == "shop.public.b" and each.kind == "table"
    )
    assert (first.read, first.server, first.aspect) == (None, "there", "table")


def test_a_fact_that_was_read_wrongly_is_the_servers(verifier: Verifier) -> None:
    facts, files = read("create table a (id integer primary key, name varchar(10));")
    columns = facts.rows(Column)
    columns[:] = [row._replace(type="text") if row.name == "name" else row for row in columns]
    verifier.verify_sql(facts, files, ("public",), lambda _including, _name: None)
    assert [row.type for row in facts.rows(Column)] == ["integer", "character varying(10)"]
    (difference,) = facts.differences
    assert (difference.entity, difference.aspect, difference.read, difference.server) == (
        "shop.public.a.name",
        "column type",
        "text",
        "character varying(10)",
    )
    assert [(place.path, place.line, place.column) for place in difference.places] == [("1.sql", 1, 41)]


def test_what_agrees_is_not_touched(verifier: Verifier) -> None:
    text = "create table a (id integer primary key); alter table a owner to app; grant select on a to reader;"
    before, _ = read(text)
    facts = verified(verifier, text)
    assert verdict(facts) == ("agrees", "")
    assert facts.differences == []
    assert facts.rows(Table) == before.rows(Table)


@pytest.mark.parametrize(
    ("statement", "kind", "words"),
    [
        ("create index on a (nothing)", "refused-statement", 'column "nothing" does not exist (42703)'),
        ("copy a from program 'id'", "not-permitted", "external program"),
        ("create function f() returns int language c as 'x', 'y'", "not-permitted", "language c"),
        ("select pg_read_file('/etc/passwd')", "not-permitted", "pg_read_file"),
        ("select lo_import('/etc/passwd')", "not-permitted", "lo_import"),
        ("create extension dblink", "not-permitted", "dblink"),
        ("alter system set fsync = on", "not-permitted", "fsync"),
        ("set role azora_audit_superuser", "not-permitted", "set role"),
        ("select array_agg(repeat('x', 100000000)) from generate_series(1, 99)", "limit-exceeded", "memory"),
    ],
)
def test_a_statement_that_did_not_run_is_a_problem(
    verifier: Verifier, statement: str, kind: str, words: str
) -> None:
    facts = verified(verifier, f"create table a (id integer);\n\n{statement};\n")
    told = [problem for problem in facts.problems if problem.kind == kind]
    if told:
        (problem,) = told
        assert (problem.path, problem.line) == ("1.sql", 3)
        assert words in problem.message
        assert problem.help
        assert verdict(facts) == ("not-verified", "1 statement of its DDL did not run")
    else:
        # reading has told it already, at the same place
        assert [row.line for row in facts.rows(Unread)] == [3]
        assert verdict(facts)[0] == "agrees"
    assert [row.name for row in facts.rows(Table)] == ["a"]


def test_a_missing_extension_is_no_problem_and_no_verdict(verifier: Verifier) -> None:
    facts = verified(verifier, "create extension postgis;\ncreate table a (place geometry(point, 4326));")
    assert facts.problems == []
    assert verdict(facts) == ("not-verified", "extension postgis not at hand")
    assert [row.name for row in facts.rows(Table)] == ["a"]


def test_what_both_refuse_is_told_once(verifier: Verifier) -> None:
    facts = verified(
        verifier, "create table a ();\ndrop table\n  nothing;\ncreate tabel b ();\ncreate table c ();"
    )
    assert verdict(facts) == ("agrees", "")
    assert [row.reason for row in facts.rows(Unread)] == ["unknown-object"]
    assert [(problem.kind, problem.line) for problem in facts.problems] == [("syntax-error", 4)]


def test_another_dialect_is_told_once(verifier: Verifier) -> None:
    mysql = "create table `{}` (id int auto_increment primary key) engine=innodb;\n"
    facts = verified(verifier, "".join(mysql.format(name) for name in "abc"))
    assert [row.reason for row in facts.rows(Unread)] == ["other-dialect"]
    assert facts.problems == []


def test_meta_commands_that_decide_are_not_verified(verifier: Verifier) -> None:
    facts = verified(verifier, "create table a ();\nselect 'create table b ()' \\gexec\n")
    assert verdict(facts) == ("not-verified", "psql decides when it runs what some meta-commands do")
    assert [row.reason for row in facts.rows(Unread)] == ["dynamic-sql"]


def test_files_that_could_not_be_read_are_not_verified(verifier: Verifier) -> None:
    facts, _ = read("create table a ();")
    verifier.verify_sql(facts, None, ("public",), lambda _including, _name: None)
    assert verdict(facts) == ("not-verified", "not all of its files could be read")


PRISMA = """
datasource db {
  provider = "postgresql"
}

enum Mood {
  GOOD
  BAD
}

/// What people
/// are.
model Person {
  id      String   @id @default(uuid()) @db.Uuid
  mood    Mood     @default(GOOD)
  born    DateTime @default(%s)
  friends Person[] @relation("friends")
  others  Person[] @relation("friends")
}
"""


def test_a_schema_prisma_alone_is_run_as_what_it_means(verifier: Verifier) -> None:
    facts = Facts("shop")
    read_prisma([("schema.prisma", PRISMA % "now()")], facts, 6)
    before = list(facts.rows(Table))
    verifier.verify_prisma(facts)
    assert verdict(facts) == ("agrees", "")
    assert facts.rows(Table) == before


def test_a_default_that_postgresql_refuses_is_a_problem_in_schema_prisma(verifier: Verifier) -> None:
    facts = Facts("shop")
    read_prisma([("schema.prisma", PRISMA % 'dbgenerated("nothing()")')], facts, 6)
    verifier.verify_prisma(facts)
    first, *following = facts.problems
    assert (first.kind, first.path, first.line) == ("refused-statement", "schema.prisma", 13)
    assert "nothing() does not exist (42883)" in first.message
    assert {problem.line for problem in following} <= set(range(11, 18))
    assert verdict(facts)[0] == "not-verified"


def test_one_service_cannot_spoil_the_next(verifier: Verifier) -> None:
    spoiled = verified(
        verifier,
        "do $$ begin execute format('alter database %I connection limit 0', current_database()); end $$;"
        " create table a ();",
    )
    assert [problem.kind for problem in spoiled.problems] == ["server-error"]
    assert verdict(spoiled) == ("not-verified", "the throw-away server could not be asked")
    assert verdict(verified(verifier, "create table a ();")) == ("agrees", "")


def test_a_difference_of_yes_and_no_is_told_so(verifier: Verifier) -> None:
    facts, files = read("create table a (id integer not null);")
    columns = facts.rows(Column)
    columns[:] = [row._replace(nullable=True) for row in columns]
    verifier.verify_sql(facts, files, ("public",), lambda _including, _name: None)
    assert [(row.aspect, row.read, row.server) for row in facts.differences] == [
        ("column nullable", "yes", "no")
    ]


def test_a_full_disk_is_free_again_for_the_next() -> None:
    with Verifier(None, lambda _facts: ()) as narrow:
        narrow._sandbox.limits = narrow._sandbox.limits._replace(disk=120 << 20)  # noqa: SLF001 -- users have no such option
        flood = "do $$ begin for i in 1 .. 1000 loop execute format('create table t%s (a text)', i); execute format("
        flood += "'insert into t%s select repeat(md5(g::text), 40) from generate_series(1, 20000) g', i); end loop; end $$;"
        facts = verified(narrow, flood)
        assert [problem.kind for problem in facts.problems] == ["limit-exceeded"]
        assert "outgrew 120 MB" in facts.problems[0].message
        assert verdict(verified(narrow, "create table a ();")) == ("agrees", "")

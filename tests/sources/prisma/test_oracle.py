"""Prisma itself as the judge: what it refuses, and the tables that its migrations make in a real PostgreSQL.

Refused by azora-audit alone: text behind an opening brace, which Prisma throws away. Accepted by azora-audit although
some version refuses it, because versions differ: preview features, `url` and other properties of a datasource, keys of
views, block comments, and names and functions that are younger than the version.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psycopg
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import Comment, Extension, ForeignKey, ForeignKeyColumn, Table, View
from azora_audit.sources.live.read import read_database
from azora_audit.sources.prisma import read_prisma
from tests.sources.agreement import compare
from tests.sources.prisma.cases import LENIENT, REFUSED, STRICTER
from tests.sources.prisma.drawn import schemas
from tests.sources.prisma.oracle import Oracle
from tests.sources.prisma.reading import HEAD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

pytestmark = pytest.mark.prisma_oracle

Files = list[tuple[str, str]]
drawn = settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
TOKENS = re.compile(r'"(?:[^"\\\n]|\\.)*"|[A-Za-z_][\w-]*|\d+|//[^\n]*|\r?\n|[ \t]+|.')
ODD = """@ @@ ( ) [ ] ? ! : , { } / // /* */ " \\ 0 - . @id @unique @map Int String [] model enum null 1.5 é @ignore
@@ignore @@map("A") @default(1) @relation"""
PIECES = [*ODD.split(), "\n", " ", "\t", "\u00a0", "\x0b"]


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    prisma = Oracle()
    yield prisma
    prisma.close()


def messages(files: Files, major: int) -> list[str]:
    facts = Facts("shop")
    read_prisma(files, facts, major)
    return [problem.message for problem in facts.problems]


@pytest.mark.parametrize("schema", [case[0] for case in REFUSED])
def test_what_we_refuse_prisma_refuses(oracle: Oracle, schema: str) -> None:
    assert oracle.ask([("schema.prisma", schema), HEAD], 7).errors is not None


@pytest.mark.parametrize("schema", STRICTER)
def test_what_only_we_refuse(oracle: Oracle, schema: str) -> None:
    assert oracle.ask([("schema.prisma", schema), HEAD], 7).errors is None


@pytest.mark.parametrize("schema", LENIENT)
def test_what_only_prisma_refuses(oracle: Oracle, schema: str) -> None:
    assert oracle.ask([("schema.prisma", schema), HEAD], 7).errors is not None


@pytest.mark.parametrize("major", [4, 5, 6, 7])
def test_drawn_schemas_are_refused_by_both_or_none(oracle: Oracle, major: int) -> None:
    @drawn
    @given(schemas(major))
    def agree(files: Files) -> None:
        answer = oracle.ask(files, major)
        assert (answer.errors is None) is (messages(files, major) == []), answer.errors

    agree()


@st.composite
def mutants(draw: st.DrawFn, major: int) -> Files:
    """A drawn schema with one or two of its tokens removed, doubled, replaced, or followed by something odd."""
    files = list(draw(schemas(major)))
    number = draw(st.integers(0, len(files) - 1))
    path, text = files[number]
    tokens = TOKENS.findall(text)
    assume(tokens)
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.integers(0, max(len(tokens) - 1, 0)))
        change = draw(st.sampled_from(["remove", "double", "replace", "insert"]))
        if change == "replace":
            tokens[place : place + 1] = [draw(st.sampled_from(tokens or [" "]))]
        elif change == "insert":
            tokens.insert(place, draw(st.sampled_from(PIECES)))
        else:
            tokens[place : place + 1] = tokens[place : place + 1] * (2 if change == "double" else 0)
    files[number] = (path, "".join(tokens))
    return files


@pytest.mark.parametrize("major", [6, 7])
def test_mutants_are_refused_by_both_or_none(oracle: Oracle, major: int) -> None:
    @settings(drawn, max_examples=300)
    @given(mutants(major))
    def agree(files: Files) -> None:
        found = messages(files, major)
        # Prisma throws the text away, and with it what else is wrong there.
        assume("expected a new line after `{`" not in found)
        answer = oracle.ask(files, major)
        assume(major == 7 or "/*" not in "".join(text for _path, text in files))
        assert (answer.errors is None) is (found == []), (answer.errors, found)

    agree()


def differences(
    oracle: Oracle, database: psycopg.Connection[Any], files: Files, major: int
) -> list[str] | None:
    """What is read otherwise than PostgreSQL has it after Prisma's migration; None for a schema that is refused."""
    answer = oracle.ask(files, major, sql=True)
    if answer.errors is not None:
        return None
    assert answer.sql is not None
    database.execute("drop schema public cascade; drop schema if exists app cascade; create schema public")
    database.execute("create extension citext")
    try:
        database.execute(answer.sql.encode())
    except psycopg.errors.DataError:
        return None  # Prisma does not check that a default fits its native type
    facts = Facts("shop")
    read_prisma(files, facts, major)
    tables = facts.rows(Table)
    tables[:] = [row._replace(implicit_join=False) for row in tables]
    server = read_database(database, "shop")
    skip = {Comment, Extension, View}
    if any(row.emulated for row in facts.rows(ForeignKey)):
        assert server.rows(ForeignKey) == []
        skip |= {ForeignKey, ForeignKeyColumn}
    return compare(facts, server, skip)


@pytest.mark.postgres
@pytest.mark.parametrize(
    "examples", [150, pytest.param(5000, marks=pytest.mark.nightly)], ids=["some", "many"]
)
@pytest.mark.parametrize("major", [6, 7])
def test_facts_are_those_of_postgresql_after_the_migration(
    oracle: Oracle, database: psycopg.Connection[Any], major: int, examples: int
) -> None:
    @settings(drawn, max_examples=examples)
    @given(schemas(major))
    def agree(files: Files) -> None:
        found = differences(oracle, database, files, major)
        assume(found is not None)
        assert found == []

    agree()

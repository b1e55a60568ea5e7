"""A definition is right when PostgreSQL's catalog, after running it, holds the facts that it was made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import (
    Column,
    Comment,
    Extension,
    ForeignKey,
    ForeignKeyColumn,
    Function,
    Grant,
    Table,
    Trigger,
    View,
    ViewRead,
)
from azora_audit.definition import PREAMBLE, Definition, define
from azora_audit.definition.lookup import qualified
from azora_audit.settings import Settings
from azora_audit.sources.fleet import find_fleet
from azora_audit.sources.live.read import read_database
from azora_audit.sources.prisma import read_prisma
from azora_audit.sources.service import read_service
from tests.sources.agreement import compare, compare_with_dumped
from tests.sources.drawn import drawn_database, fresh_database
from tests.sources.prisma.drawn import schemas

if TYPE_CHECKING:
    from azora_audit.sources.live.server import Server

pytestmark = pytest.mark.postgres

FIXTURES = Path(__file__).parents[2] / "fixtures"
FLEETS = [find_fleet(FIXTURES / name, Settings()) for name in ("azora", "azora-claimed")]
SERVICES = [(fleet, files) for fleet in FLEETS for files in fleet.services]
NO_DATABASE_HAS = {Extension, View, ViewRead, Grant}


def run(connection: psycopg.Connection[Any], definition: Definition) -> None:
    for statement in (*PREAMBLE, *(statement.sql for statement in definition.statements)):
        connection.execute(statement.encode())


def differences(connection: psycopg.Connection[Any], facts: Facts) -> list[str]:
    """What PostgreSQL says other than the facts; Prisma's words that no database keeps aside."""
    tables = facts.rows(Table)
    tables[:] = [row._replace(implicit_join=False, owner=None) for row in tables]
    comments = facts.rows(Comment)
    comments[:] = [row for row in comments if row.source == "sql"]
    server = read_database(connection, facts.service)
    skip: set[type] = set(NO_DATABASE_HAS)
    if any(row.emulated for row in facts.rows(ForeignKey)):
        assert server.rows(ForeignKey) == []
        skip |= {ForeignKey, ForeignKeyColumn}
    return compare(facts, server, skip)


@pytest.mark.parametrize(("fleet", "files"), SERVICES, ids=[f"{f.root.name}-{s.name}" for f, s in SERVICES])
def test_services_of_the_fixtures(database: psycopg.Connection[Any], fleet: Any, files: Any) -> None:
    facts = read_service(files, fleet.root)
    definition = define(facts)
    run(database, definition)
    left_out = {facts.entity_of(identifier).name for identifier in definition.undefined}
    assert left_out <= {"active_session_count"}, left_out
    facts.rows(Function)[:] = [row for row in facts.rows(Function) if row.name not in left_out]
    assert differences(database, facts) == []


@pytest.mark.parametrize("major", [6, 7])
def test_drawn_prisma_schemas(server: Server, major: int) -> None:
    @settings(max_examples=30, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(schemas(major))
    def agree(files: list[tuple[str, str]]) -> None:
        facts = Facts("shop")
        read_prisma(files, facts, major)
        assume(not facts.problems)
        with fresh_database(server) as connection:
            try:
                run(connection, define(facts))
            except psycopg.errors.DataError:
                assume(False)  # Prisma does not check that a default fits its native type
            assert differences(connection, facts) == []

    agree()


def drop_undefined(connection: psycopg.Connection[Any]) -> None:
    """Drop what a definition leaves out, and what depends on it."""
    facts = read_database(connection, "drawn")
    for view in facts.rows(View):
        kind = "materialized view" if view.materialized else "view"
        connection.execute(f"drop {kind} if exists {qualified(view.schema, view.name)} cascade".encode())
    functions = {row.id: row for row in facts.rows(Function)}
    for identifier in define(facts).undefined:
        if identifier in functions:
            row = functions[identifier]
            name = f"{qualified(row.schema, row.name)}({row.arguments})"
            kind = "function" if row.kind == "window" else row.kind
            connection.execute(f"drop {kind} if exists {name} cascade".encode())


def without(facts: Facts) -> Facts:
    """Leave out grants and owners, and extensions (one may have been dropped together with a function)."""
    facts.rows(Grant).clear()
    facts.rows(Extension).clear()
    tables = facts.rows(Table)
    tables[:] = [row._replace(owner=None) for row in tables]
    return facts


@settings(max_examples=30, phases=[Phase.explicit, Phase.generate], derandomize=True)
@given(seed=st.integers(0, 2**64 - 1))
def test_drawn_databases(server: Server, seed: int) -> None:
    """What a live server says, defined in another database, is what the other says, but for what is left out."""
    with drawn_database(server, seed) as (connection, _):
        drop_undefined(connection)
        facts = read_database(connection, "drawn")
    own = {"composite", "range", "unknown"}
    if any(row.type_kind in own and "." in row.base_type for row in facts.rows(Column)):
        return  # such types are no facts
    if any(row.kind == "foreign" for row in facts.rows(Table)):
        return  # neither are their servers
    with fresh_database(server) as connection:
        run(connection, define(facts))
        assert compare_with_dumped(without(facts), without(read_database(connection, "drawn"))) == []


def test_what_facts_do_not_hold_is_listed(database: psycopg.Connection[Any]) -> None:
    database.execute(
        "create table t (id int); create view v as select id from t; create function f(a int) returns int"
        " language sql as 'select 1'; create function g() returns int language sql as 'select 1'"
    )
    facts = read_database(database, "shop")
    left_out = [facts.entity_of(identifier).name for identifier in define(facts).undefined]
    assert left_out == ["v", "f"]
    assert facts.rows(Function)
    assert not facts.rows(Trigger)

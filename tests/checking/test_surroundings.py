"""Databases behind a pooler in transaction mode and on a hot standby, as real ones are."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from azora_audit import api
from azora_audit.catalog import tables
from azora_audit.catalog.facts import Facts
from azora_audit.sources.live.connect import read_target
from azora_audit.sources.live.read import SESSION
from azora_audit.sources.live.reader import Reader
from azora_audit.sources.live.server import Server
from azora_audit.sources.live.target import Target
from tests.sources.agreement import compare
from tests.sources.debian import MissingError
from tests.sources.live.programs import pooled, pooler_program, standby
from tests.sources.live.test_read import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def facts_of(url: str) -> Facts:
    facts = read_target(Target(url), "shop")
    assert isinstance(facts, Facts), facts
    return facts


@pytest.fixture
def pool(server: Server, database: psycopg.Connection) -> Iterator[str]:
    try:
        pooler_program()
    except MissingError as error:
        pytest.skip(str(error))
    database.execute(SCHEMA)
    with pooled(server, database.info.dbname) as url:
        yield url


def test_a_pooler_changes_nothing(pool: str, server: Server, database: psycopg.Connection) -> None:
    """Ten readings over two server connections: no prepared statement, no setting is left where others find it."""
    direct = facts_of(server.dsn(database.info.dbname))
    names = {*SESSION, "statement_timeout", "lock_timeout"} - {"application_name"}  # which the pooler sets
    settings = f"select name, setting from pg_settings where name in ({str(sorted(names))[1:-1]})"
    with psycopg.connect(pool, autocommit=True, prepare_threshold=None) as other:
        before = other.execute(settings.encode()).fetchall()
        for _ in range(10):
            assert compare(facts_of(pool), direct) == []
            assert other.execute(settings.encode()).fetchall() == before
            assert other.execute("select count(*) from pg_prepared_statements").fetchone() == (0,)


def test_several_databases_through_a_pooler(pool: str, tmp_path: Path) -> None:
    names = [f"shop{number}" for number in range(6)]
    checked = api.check(tmp_path, databases=[f"{name}={pool}" for name in names], use_cache=False)
    assert [service.name for service in checked.report.services] == names
    assert not checked.report.problems
    assert len({service.tables for service in checked.report.services}) == 1


@pytest.fixture(scope="module")
def primary() -> Iterator[Server]:
    with Server() as server:
        yield server


def caught_up(primary: psycopg.Connection, url: str) -> None:
    """Wait until a standby has replayed all that the primary has done."""
    row = primary.execute("select pg_current_wal_insert_lsn()").fetchone()
    assert row is not None
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute("select pg_last_wal_replay_lsn() >= %s::pg_lsn", row).fetchone() != (True,):
            time.sleep(0.02)


def test_a_standby_is_read_like_its_primary(primary: Server) -> None:
    name = primary.create_database()
    with psycopg.connect(primary.dsn(name), autocommit=True) as connection, standby(primary, {}) as url:
        connection.execute(SCHEMA)
        connection.execute("create unlogged table fleeting (id serial)")
        caught_up(connection, url.format(name))
        on_primary, on_standby = facts_of(primary.dsn(name)), facts_of(url.format(name))
    assert compare(on_standby, on_primary) == []
    (of_primary,), (of_standby,) = on_primary.rows(tables.Database), on_standby.rows(tables.Database)
    assert (of_primary.standby, of_primary.standbys) == (False, 1)
    assert (of_standby.standby, of_standby.standbys) == (True, 0)
    assert on_standby.known == on_primary.known


@pytest.mark.parametrize("times", [1, 99])
def test_a_standby_that_cancels_the_query(
    primary: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """Recovery needs what the snapshot still sees: a second try helps, or a message says what would."""
    name = primary.create_database()
    original, left = Reader.rows, [times]
    delays = {"max_standby_streaming_delay": "0", "hot_standby_feedback": "off"}
    with psycopg.connect(primary.dsn(name), autocommit=True) as connection, standby(primary, delays) as url:
        connection.execute("create table kept (id int)")
        caught_up(connection, url.format(name))

        def rows(self: Reader, query: str) -> Iterable[tuple[Any, ...]]:
            if query == "policies" and left[0]:
                left[0] -= 1
                # in two transactions: what one makes and drops nobody can have seen
                connection.execute("create table passing (id int)")
                connection.execute("drop table passing")
                for catalog in ("pg_class", "pg_attribute", "pg_description", "pg_depend", "pg_type"):
                    connection.execute(f"vacuum {catalog}".encode())
                caught_up(connection, url.format(name))
            return original(self, query)

        monkeypatch.setattr(Reader, "rows", rows)
        checked = api.check(tmp_path, databases=[url.format(name)], processes=1, use_cache=False)
    if times == 1:
        assert not checked.report.problems
        assert {finding.entity.rpartition(".")[2] for finding in checked.report.findings} >= {"kept"}
    else:
        (problem,) = checked.report.problems
        assert problem.kind == "interrupted-reading"
        assert "conflict with recovery" in problem.message
        assert "standby" in problem.help

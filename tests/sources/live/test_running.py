"""What only a running server tells, on every PostgreSQL that is installed."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from azora_audit.catalog import tables
from azora_audit.catalog.knowledge import LIVE
from azora_audit.sources.live.read import read_database
from azora_audit.sources.live.server import Server
from tests.sources.live.test_read import INSTALLED, one, rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from azora_audit.catalog.facts import Facts

SCHEMA = """
create role owner_role;
create role app login inherit;
create role batch bypassrls createdb in role app;
create role boss superuser createrole replication;
grant owner_role to app with admin option;
create schema shared authorization owner_role;
grant create on schema shared to public;
create extension hstore schema shared;
create table t (id serial primary key, note text, unused smallserial);
create index t_note on t (note);
create index t_never on t (unused);
insert into t (note) select md5(n::text) from generate_series(1, 20000) n;
update t set note = 'x' where id = 1;
create table never (id int);
create sequence fresh;
create sequence high start 77;
"""


@pytest.fixture(scope="module", params=INSTALLED, ids=str)
def read(request: pytest.FixtureRequest) -> Iterator[Facts]:
    folder: Path = request.param
    with (
        Server(folder) as server,
        psycopg.connect(server.dsn(server.create_database()), autocommit=True) as connection,
    ):
        # counted for certain when a session has ended
        with psycopg.connect(server.dsn(connection.info.dbname), autocommit=True) as maker:
            for statement in SCHEMA.split(";\n"):
                maker.execute(statement.encode())
            maker.execute("vacuum analyze t")
            maker.execute("select nextval('high')")
        with psycopg.connect(server.dsn(connection.info.dbname), autocommit=True) as user:
            user.execute("set enable_seqscan = off")
            for word in ("a", "b", "c"):
                user.execute("select count(*) from t where note = %s", (word,))
        facts = read_database(connection, "shop", running=True)
        while not (
            any(row.changes for row in facts.rows(tables.TableUse))
            and any(row.scans >= 3 for row in facts.rows(tables.IndexUse))
        ):
            # before 15 counts come by way of a process that is told when there is time
            time.sleep(0.05)
            facts = read_database(connection, "shop", running=True)
        yield facts


def test_it_is_known(read: Facts) -> None:
    assert set(LIVE) <= read.known


def test_the_database(read: Facts) -> None:
    database = one(read, tables.Database)
    assert re.fullmatch(r"audit_\d+", database.name)
    assert 120000 <= database.version < 190000
    assert (database.standby, database.standbys, database.counted_days) == (False, 0, 0)
    assert database.collation_version == database.current_collation_version
    assert read.entity_of(database.id).address == f"shop.{database.name}"


def test_settings(read: Facts) -> None:
    found = {row.name: row.value for row in read.rows(tables.Setting)}
    usual = "scram-sha-256" if one(read, tables.Database).version >= 140000 else "md5"
    assert ("password_encryption", usual) in found.items()
    assert found["fsync"] == "off"
    assert found["listen_addresses"] == ""
    assert len(found) >= 12


def test_schemas(read: Facts) -> None:
    found = {row.name: (row.owner, row.public_create) for row in read.rows(tables.Schema)}
    closed = one(read, tables.Database).version >= 150000
    public = ("pg_database_owner", False) if closed else ("postgres", True)
    assert found == {"public": public, "shared": ("owner_role", True)}


def test_roles_and_memberships(read: Facts) -> None:
    found = {row.name: row for row in read.rows(tables.Role)}
    assert set(found) == {"postgres", "owner_role", "app", "batch", "boss"}
    assert (found["app"].login, found["app"].superuser, found["app"].bypass_row_security) == (
        True,
        False,
        False,
    )
    assert (found["batch"].bypass_row_security, found["batch"].create_database) == (True, True)
    assert (found["boss"].superuser, found["boss"].create_role, found["boss"].replication) == (
        True,
        True,
        True,
    )
    names = {row.id: row.name for row in found.values()}
    memberships = {
        (names[row.role_id], names[row.member_id]): bool(row.admin) for row in read.rows(tables.Membership)
    }
    assert memberships == {("app", "batch"): False, ("owner_role", "app"): True}


def test_use_of_tables_and_indexes(read: Facts) -> None:
    table = one(read, tables.TableUse, table_id=one(read, tables.Table, name="t").id)
    assert (table.rows, table.index_scans) == (20000, 4), "three queries, and the update by its key"
    assert table.bytes > 1_000_000
    assert table.changes == 20001
    never = one(read, tables.TableUse, table_id=one(read, tables.Table, name="never").id)
    assert never[1:] == (None, 0, 0, 0, 0)
    used = one(read, tables.IndexUse, index_id=one(read, tables.Index, name="t_note").id)
    unused = one(read, tables.IndexUse, index_id=one(read, tables.Index, name="t_never").id)
    assert (used.scans, unused.scans) == (3, 0)
    assert used.bytes > 100_000


def test_use_of_sequences(read: Facts) -> None:
    names = {row.id: row.name for row in read.rows(tables.Sequence)}
    found = {names[row.sequence_id]: row.last_value for row in read.rows(tables.SequenceUse)}
    assert found == {"t_id_seq": 20000, "t_unused_seq": 20000, "fresh": None, "high": 77}


@pytest.mark.parametrize("folder", INSTALLED, ids=str)
def test_a_stranger_is_told_all_but_the_sequences(folder: Path) -> None:
    with (
        Server(folder) as server,
        psycopg.connect(server.dsn(server.create_database()), autocommit=True) as connection,
    ):
        connection.execute("create role stranger login; create table t (id serial primary key)")
        connection.execute("insert into t default values")
        url = server.dsn(connection.info.dbname).replace("postgres@", "stranger@")
        with psycopg.connect(url, autocommit=True) as stranger:
            facts = read_database(stranger, "shop", running=True)
    assert set(LIVE) <= facts.known
    assert one(facts, tables.SequenceUse).last_value is None
    assert rows(facts, tables.Role, name="stranger")


def test_a_sequence_that_is_being_dropped_is_not_waited_for(
    server: Server, database: psycopg.Connection
) -> None:
    database.execute("create sequence s")
    with psycopg.connect(server.dsn(database.info.dbname)) as other:
        other.execute("drop sequence s")
        facts = read_database(database, "shop", running=True, lock_timeout="20ms")
        other.rollback()
    assert "sequence_uses" not in facts.known
    assert {"databases", "index_uses"} <= facts.known


@pytest.mark.parametrize("folder", INSTALLED, ids=str)
def test_what_is_locked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only catalogs and, before PostgreSQL 18 and at the very end, sequences, as nextval does."""
    held: list[set[tuple[object, ...]]] = []
    execute = psycopg.Connection.execute

    def looking(self: psycopg.Connection, *args: Any) -> psycopg.Cursor:
        cursor: psycopg.Cursor = execute(self, *args)
        look = (
            "select locktype, mode, coalesce(relation < 16384, false) from pg_catalog.pg_locks"
            " where pid = pg_catalog.pg_backend_pid() and locktype <> 'virtualxid'"
        )
        held.append(set(execute(self, look).fetchall()))
        return cursor

    with (
        Server(folder) as server,
        psycopg.connect(server.dsn(server.create_database()), autocommit=True) as connection,
    ):
        connection.execute(
            "create table t (id serial primary key, check (id > 0)); create view v as select id from t"
        )
        with monkeypatch.context() as patch:
            patch.setattr(psycopg.Connection, "execute", looking)
            read_database(connection, "shop", running=True)
        catalogs = {("relation", "AccessShareLock", True)}
        assert set().union(*held[:-1]) == catalogs
        sequences = set() if server.version >= 180000 else {("relation", "RowExclusiveLock", False)}
        assert held[-1] == catalogs | sequences

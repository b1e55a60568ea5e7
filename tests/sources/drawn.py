"""Databases with a drawn schema, made by statements that PostgreSQL accepted one after the other."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING, Any

import psycopg

from azora_audit.sources.live import binaries
from tests.sources.drawing import PRELUDE, Drawer
from tests.sources.drawing.state import state_of
from tests.sources.drawing.words import ROLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from azora_audit.sources.live.server import Server

UNSEEN = 2
"""Statements after which the next one is drawn for what there is then."""
LEAST, MOST = 5, 40
"""Statements drawn for a schema, accepted or not."""


class NotRestorableError(Exception):
    """PostgreSQL refuses what its own pg_dump wrote."""


def make_roles(server: Server) -> None:
    """Make the roles that drawn statements grant to, once per server."""
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        for role in set(ROLES) - {"public"}:
            if not connection.execute("select from pg_roles where rolname = %s", (role,)).rowcount:
                connection.execute(f"create role {role}".encode())


@contextmanager
def fresh_database(server: Server) -> Iterator[psycopg.Connection[Any]]:
    """Give a connection to a new database and drop it afterwards."""
    make_roles(server)
    name = server.create_database()
    try:
        with psycopg.connect(server.dsn(name), autocommit=True) as connection:
            yield connection
    finally:
        server.drop_database(name)


def run(connection: psycopg.Connection[Any], statements: Iterable[str]) -> list[str]:
    """Run statements and return those that PostgreSQL accepted."""
    accepted = []
    for statement in statements:
        try:
            connection.execute(statement.encode())
        except psycopg.Error:
            connection.rollback()
            continue
        accepted.append(statement)
    return accepted


def drawn(connection: psycopg.Connection[Any], seed: int) -> list[str]:
    """Run the prelude and drawn statements, and return those that PostgreSQL accepted."""
    random = Random(seed)  # noqa: S311 -- a reproducible schema, no secret
    accepted = run(connection, [statement for statement in PRELUDE.split(";\n") if statement.strip()])
    version = connection.info.server_version // 10000
    drawer, stale = Drawer(random, state_of(connection), version), 0
    for _ in range(random.randint(LEAST, MOST)):
        done = run(connection, [drawer.styled()])
        accepted += done
        stale += len(done)
        if stale == UNSEEN:  # asking what there is takes longer than all the rest
            drawer, stale = Drawer(random, state_of(connection), version), 0
    return accepted


def dump(server: Server, database: str) -> str:
    """Return what pg_dump says of a database's schema."""
    program = binaries.find().postgres.with_name("pg_dump")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    command = [str(program), "--schema-only", server.dsn(database)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


@contextmanager
def restored_database(server: Server, text: str) -> Iterator[psycopg.Connection[Any]]:
    """Give a connection to a new database that psql filled from a dump."""
    with fresh_database(server) as connection:
        psql = binaries.find().postgres.with_name("psql")
        command = [str(psql), "-qX", "-v", "ON_ERROR_STOP=1", server.dsn(connection.info.dbname)]
        done = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
        if done.returncode:
            raise NotRestorableError(done.stderr)
        yield connection


def shortest(statements: list[str], differs: Callable[[list[str]], bool]) -> list[str]:
    """Leave out, from the last to the first, what is not needed for the difference to stay."""
    for index in reversed(range(len(statements))):
        fewer = statements[:index] + statements[index + 1 :]
        if differs(fewer):
            statements = fewer
    return statements

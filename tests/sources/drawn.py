"""Databases with a drawn schema, made by statements that PostgreSQL accepted one after the other."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

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


class Begun(NamedTuple):
    """A database in which the prelude was run, to be copied for each drawn schema."""

    name: str
    accepted: list[str]
    """The statements of the prelude that this version of PostgreSQL accepts."""


_begun: WeakKeyDictionary[Server, Begun] = WeakKeyDictionary()
"""What each server has to draw in, made once: the prelude takes as long as half of what is drawn after it."""


def begun(server: Server) -> Begun:
    """Make, once per server, the roles that drawn statements grant to and the database that they begin with."""
    found = _begun.get(server)
    if found is None:
        name = server.create_database()
        with psycopg.connect(server.dsn(name), autocommit=True) as connection:
            run(connection, [f"create role {role}" for role in ROLES if role != "public"])
            accepted = run(connection, [statement for statement in PRELUDE.split(";\n") if statement.strip()])
        found = _begun[server] = Begun(name, accepted)
    return found


@contextmanager
def fresh_database(server: Server, template: str = "template1") -> Iterator[psycopg.Connection[Any]]:
    """Give a connection to a new database and drop it afterwards."""
    begun(server)  # for its roles
    name = server.create_database(template)
    try:
        with psycopg.connect(server.dsn(name), autocommit=True) as connection:
            yield connection
    finally:
        server.drop_database(name)


@contextmanager
def drawn_database(server: Server, seed: int) -> Iterator[tuple[psycopg.Connection[Any], list[str]]]:
    """Give a connection to a database with a drawn schema, and the statements that made it."""
    name, accepted = begun(server)
    with fresh_database(server, name) as connection:
        yield connection, [*accepted, *drawn(connection, seed)]


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
    """Run statements drawn for what is there, and return those that PostgreSQL accepted."""
    random = Random(seed)  # noqa: S311 -- a reproducible schema, no secret
    accepted: list[str] = []
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


def psql(server: Server, database: str, text: str) -> str:
    """Run a script; return what psql says against it, which is nothing unless a statement is refused."""
    program = binaries.find().postgres.with_name("psql")
    command = [str(program), "-qX", "-v", "ON_ERROR_STOP=1", server.dsn(database)]
    done = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
    return done.stderr if done.returncode else ""


@contextmanager
def restored_database(server: Server, text: str) -> Iterator[psycopg.Connection[Any]]:
    """Give a connection to a new database that psql filled from a dump."""
    with fresh_database(server) as connection:
        if refused := psql(server, connection.info.dbname, text):
            raise NotRestorableError(refused)
        yield connection


def shortest(statements: list[str], differs: Callable[[list[str]], bool]) -> list[str]:
    """Leave out, from the last to the first, what is not needed for the difference to stay."""
    for index in reversed(range(len(statements))):
        fewer = statements[:index] + statements[index + 1 :]
        if differs(fewer):
            statements = fewer
    return statements

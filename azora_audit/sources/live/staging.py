"""Facts of a database that is made for the purpose on a throw-away server: for the examples of rules about servers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from azora_audit.errors import ExampleError
from azora_audit.sources.live.read import read_database
from azora_audit.sources.live.sample import Sampling, sample

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts
    from azora_audit.catalog.lexicon import Lexicon
    from azora_audit.sources.live.server import Server

SAMPLE = 50
"""Values of each sensitive column that are looked at."""


def staged_facts(server: Server, text: str, service: str, lexicon: Lexicon) -> Facts:
    """Return the facts of a database that SQL has made, which is dropped again with the roles that the SQL makes.

    Raises:
        ExampleError: PostgreSQL refuses the SQL.
    """
    name = server.create_database()
    with psycopg.connect(server.dsn(name), autocommit=True) as connection:
        before = _roles(connection)
        try:
            for statement in statements(text):
                connection.execute(statement.encode())
            # settings of the database hold for sessions that begin after them
            with psycopg.connect(server.dsn(name), autocommit=True) as fresh:
                facts = read_database(fresh, service, running=True)
                sample(fresh, facts, Sampling(SAMPLE, lexicon))
                return facts
        except psycopg.Error as error:
            refusal = str(error).splitlines()[0]
            raise ExampleError(f"PostgreSQL refuses the example: {refusal}") from error
        finally:
            for role in sorted(_roles(connection) - before):
                for statement in ("drop owned by {} cascade", "drop role {}"):
                    connection.execute(sql.SQL(statement).format(sql.Identifier(role)))
            connection.close()
            server.drop_database(name)


def statements(text: str) -> list[str]:
    """Split SQL whose statements end at line ends, so that what refuses a transaction runs outside of one."""
    return [part for part in re.split(r";[ \t]*(?:--[^\n]*)?\n", text) if part.strip()]


def _roles(connection: psycopg.Connection) -> set[str]:
    return {row[0] for row in connection.execute("select rolname from pg_roles")}

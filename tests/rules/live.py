"""Runs the live blocks of rule pages on a server, whose catalog is then the source that is judged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from azora_audit.catalog.lexicon import load_lexicon
from azora_audit.rulebook.folders import shipped_rules
from azora_audit.sources.live.read import read_database
from azora_audit.sources.live.sample import Sampling, sample

if TYPE_CHECKING:
    import pytest

    from azora_audit.catalog.facts import Facts
    from azora_audit.sources.live.server import Server
    from tests.rules.harness import Example


SAMPLE = 50
"""Values of each sensitive column that are looked at."""


def facts_on_server(example: Example, request: pytest.FixtureRequest, more: str = "") -> Facts | None:
    """Return the facts of a database made by an example's live blocks, and by `more` after them; None without any.

    Roles that they make are dropped again, because the whole server has them.
    """
    if not example.live:
        return None
    server: Server = request.getfixturevalue("server")
    name = server.create_database()
    with psycopg.connect(server.dsn(name), autocommit=True) as connection:
        before = _roles(connection)
        try:
            for statement in statements(f"{example.live}\n{more}"):
                connection.execute(statement.encode())
            # settings of the database hold for sessions that begin after them
            with psycopg.connect(server.dsn(name), autocommit=True) as fresh:
                facts = read_database(fresh, "shop", running=True)
                sample(fresh, facts, Sampling(SAMPLE, load_lexicon(shipped_rules() / "lexicon")))
                return facts
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

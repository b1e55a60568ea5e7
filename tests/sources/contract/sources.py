"""The sources under the contract: how each reads a situation, and what it declares not to say.

What a source does not claim to know (`Facts.known`) it need not say. Beyond that stands here, with its reason, what it
does not understand; it has to say so, by a row of `unread` or a problem.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from azora_audit.catalog.facts import Facts
from azora_audit.sources.ddl import SqlFile, parse, read_sql
from azora_audit.sources.live.read import read_database
from azora_audit.sources.prisma import read_prisma
from tests.rules.harness import bench
from tests.sources.prisma.oracle import DATASOURCE

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg
    import pytest

    from tests.sources.contract.situations import Situation

    Database = psycopg.Connection[tuple[object, ...]]


class Source(NamedTuple):
    """A source and its exceptions."""

    read: Callable[[Situation, Database, pytest.MonkeyPatch], Facts | None]
    """Returns None when the situation cannot be written for it."""
    exceptions: dict[str, str]
    """What it does not understand, by situation, with the reason."""


def read_ddl(situation: Situation, _database: Database, _monkeypatch: pytest.MonkeyPatch) -> Facts:
    """Read SQL by PostgreSQL's own parser."""
    facts = Facts("shop")
    read_sql([SqlFile("schema.sql", situation.sql)], facts)
    return facts


def read_degraded(situation: Situation, database: Database, monkeypatch: pytest.MonkeyPatch) -> Facts:
    """Read SQL as on a machine without the parser."""
    monkeypatch.setattr(parse._Library, "tried", True)  # noqa: SLF001 -- what a machine without it would find
    monkeypatch.setattr(parse._Library, "handle", None)  # noqa: SLF001 -- as above
    return read_ddl(situation, database, monkeypatch)


def read_schema(situation: Situation, _database: Database, _monkeypatch: pytest.MonkeyPatch) -> Facts | None:
    """Read schema.prisma."""
    if situation.prisma is None:
        return None
    facts = Facts("shop")
    read_prisma([("schema.prisma", situation.prisma), ("datasource.prisma", DATASOURCE)], facts, None)
    return facts


def read_live(situation: Situation, database: Database, _monkeypatch: pytest.MonkeyPatch) -> Facts:
    """Run the SQL and read the server."""
    database.execute(situation.sql.encode())
    return read_database(database, "shop")


def read_joined(situation: Situation, _database: Database, _monkeypatch: pytest.MonkeyPatch) -> Facts | None:
    """Read a service that has both schema.prisma and migrations."""
    if situation.prisma is None:
        return None
    folder = "services/shop/prisma"
    files = {
        f"{folder}/schema.prisma": f"{DATASOURCE}{situation.prisma}",
        f"{folder}/migrations/20260101000000_init/migration.sql": situation.sql,
    }
    return bench().facts(files)[0]


SOURCES = {
    "sql": Source(read_ddl, {}),
    "degraded sql": Source(
        read_degraded,
        dict.fromkeys(
            (
                "a unique constraint",
                "a check that is not validated",
                "an exclusion",
                "a partial index with an expression",
                "identity and generated columns",
                "a domain",
                "partitions",
                "inheritance",
                "renames and drops",
                "views",
                "a trigger and its function",
                "row security",
                "privileges",
                "an extension and comments",
                "a block that creates what is missing",
                "what is rolled back",
            ),
            "it is beyond the small reader on sqlglot",
        ),
    ),
    "schema.prisma": Source(read_schema, {}),
    "live server": Source(read_live, {}),
    "migrations and schema.prisma": Source(read_joined, {}),
}

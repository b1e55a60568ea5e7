"""Files of statements run on PostgreSQL and read as text: the facts are the same, and so are the refusals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import Unread
from azora_audit.sources.ddl import SqlFile, read_sql
from azora_audit.sources.live.read import read_database
from tests.sources.agreement import compare

if TYPE_CHECKING:
    from azora_audit.sources.live.server import Server

CASES = sorted(Path(__file__).parent.glob("cases/*.sql"), key=lambda path: path.name)
ROLES = ("r1", "r2", "owner1")


def make_roles(server: Server) -> None:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        for role in ROLES:
            if not connection.execute("select from pg_roles where rolname = %s", (role,)).rowcount:
                connection.execute(f"create role {role}".encode())


def run_lines(connection: psycopg.Connection[Any], text: str) -> set[int]:
    """Run one statement a line; return the lines that the server refuses."""
    refused = set()
    for number, line in enumerate(text.split("\n"), 1):
        try:
            connection.execute(line.encode())
        except psycopg.Error:
            refused.add(number)
    return refused


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_facts_and_refusals_are_those_of_the_server(
    server: Server, database: psycopg.Connection[Any], path: Path
) -> None:
    make_roles(server)
    text = path.read_text(encoding="utf-8")
    refused = run_lines(database, text)
    facts = Facts("service")
    read_sql([SqlFile(path.name, text)], facts)
    assert compare(facts, read_database(database, "service")) == []
    unread = {row.line for row in facts.rows(Unread) if row.reason in ("unknown-object", "conflict")}
    assert unread <= refused
    assert facts.problems == []


def test_all_cases_are_there() -> None:
    assert len(CASES) >= 3

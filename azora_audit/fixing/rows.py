"""Rows for every table of a database, so that a migration is tried on tables that hold some."""

from __future__ import annotations

from typing import Any

import psycopg

from azora_audit.proving.bench import Bench
from azora_audit.proving.introspect import read_schema
from azora_audit.proving.lookups import refer_to_standing
from azora_audit.proving.rows import WORLDS, Rows
from azora_audit.proving.session import Session


def populate(connection: psycopg.Connection[Any], seed: int = 0) -> list[str]:
    """Store up to three rows in every table; return the tables for which no valid row was found.

    Args:
        connection: in autocommit mode, free of row level security.
        seed: of the choice among candidates where there are too many to try all.

    Raises:
        psycopg.Error: the session or the server has ended.
    """
    schema = read_schema(connection)
    with connection.transaction(force_rollback=True):
        rows = Rows(schema, Session(connection), seed)
        refer_to_standing(rows)
    empty = []
    for component in rows.order:
        bench = Bench(schema, rows, schema[component[0]])
        stored = [_store(connection, bench.insert_all(component, world)) for world in range(WORLDS)]
        if not any(stored):
            empty += [schema[oid].address for oid in component if oid not in rows.standing]
    return empty


def _store(connection: psycopg.Connection[Any], statement: str) -> bool:
    try:
        connection.execute(statement.encode())
    except psycopg.Error:
        if connection.closed:
            raise
        return False
    return True

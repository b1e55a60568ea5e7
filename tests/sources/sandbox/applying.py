"""Short ways to apply texts and to look at what the server made of them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from azora_audit.sources.ddl import SqlFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.sources.sandbox import Applied, Sandbox


@contextmanager
def applied(sandbox: Sandbox, *texts: str) -> Iterator[Applied]:
    """Apply texts as the files 1.sql, 2.sql ... and drop the database in the end."""
    result = sandbox.apply([SqlFile(f"{number}.sql", text) for number, text in enumerate(texts, 1)])
    try:
        yield result
    finally:
        sandbox.drop(result.database)


def ask(applied: Applied, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(applied.dsn, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()


def tables(applied: Applied) -> list[str]:
    rows = ask(
        applied,
        "select oid::regclass::text from pg_class where relkind = 'r' and relnamespace::regnamespace::text"
        " not in ('pg_catalog', 'information_schema') order by 1",
    )
    return [str(name) for (name,) in rows]


def kinds(applied: Applied) -> list[tuple[str, int, str]]:
    """Return kind, line and error code of each refusal."""
    return [(refusal.kind, refusal.line, refusal.sqlstate) for refusal in applied.refusals]

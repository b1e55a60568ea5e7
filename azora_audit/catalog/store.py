"""The store: facts of any number of services in one in-memory SQLite database, with views and indexes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from azora_audit.catalog.guard import Guard
from azora_audit.catalog.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.catalog.facts import Facts

SCHEMA_VERSION = 1
"""Stored as SQLite's user_version in saved catalogs; goes up when a table changes its meaning."""

VIEWS = Path(__file__).parent / "views"
"""One file per view; the stem is its name."""

STATEMENT_CACHE = 512
"""More than there are rules, so that a rule compiled at load is not compiled again to run."""

_EXTRA_INDEXES = (
    ("entities", "address"),
    ("meanings", "meaning"),
    ("words", "word"),
    ("logical_keys", "noun"),
    ("annotations", "name"),
    ("columns", "name"),
    ("tables", "name"),
)
_KEYWORDS = {"deferrable"}
"""Fields that SQLite cannot take as bare column names: their columns end in an underscore."""

_KEYS = {"meaning_groups": ("meaning", "group_"), "knowledge": ("service_id", "fact")}
"""Tables whose rows are sets: the same row from several services is stored once."""


class Catalog:
    """An in-memory database with all tables of `TABLES` and all views, filled from facts.

    `connection` is an ordinary sqlite3 connection for our own SQL; SQL of rules and users goes through `guard`.
    """

    def __init__(self) -> None:
        """Create empty tables, their indexes and the views."""
        self.connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=STATEMENT_CACHE)
        self.connection.executescript(_definition())
        self.guard = Guard(self.connection)
        self._entities = 0

    def load(self, services: Iterable[Facts]) -> None:
        """Store the facts of these services beside those already there, in one transaction.

        Entity ids, local to each service, are moved behind the ids already in the catalog.
        """
        execute = self.connection.execute
        execute("begin")
        for facts in services:
            knowledge = [(facts.service_id, fact) for fact in sorted(facts.known)]
            self.connection.executemany(_insertion("knowledge", self._entities), knowledge)
            for name, row in TABLES.items():
                if rows := facts.rows(row):
                    self.connection.executemany(_insertion(name, self._entities), rows)
            self._entities = execute("select coalesce(max(id), 0) from entities").fetchone()[0]
        execute("commit")

    def clear(self) -> None:
        """Remove all rows and keep tables, views and compiled statements."""
        self.connection.execute("begin")
        for name in TABLES:
            self.connection.execute(f"delete from {name}")
        self.connection.execute("commit")
        self._entities = 0

    def save(self, path: Path) -> None:
        """Write the catalog to a file that any SQLite tool opens, replacing it only when complete.

        Raises:
            OSError: the file cannot be written.
            sqlite3.Error: the disk is full or the file is no database.
        """
        partial = path.with_name(f".{path.name}.partial")
        partial.unlink(missing_ok=True)
        try:
            with closing(sqlite3.connect(partial)) as target:
                self.connection.backup(target)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)

    def close(self) -> None:
        """Free the memory."""
        self.connection.close()


@cache
def _insertion(table: str, offset: int) -> str:
    """Return the INSERT of a table's rows that moves entity ids up by `offset`."""
    values = ", ".join(
        f"? + {offset}" if offset and _is_entity(annotation) else "?"
        for annotation in _fields(table).values()
    )
    verb = "insert or ignore" if table in _KEYS else "insert"
    return f"{verb} into {table} values ({values})"


@cache
def _definition() -> str:
    """Return the SQL that creates all tables, indexes and views."""
    statements = [f"pragma user_version = {SCHEMA_VERSION};"]
    for name in TABLES:
        columns = [_column(field, annotation) for field, annotation in _fields(name).items()]
        if name in _KEYS:
            columns.append(f"primary key ({', '.join(_KEYS[name])})")
        statements.append(f"create table {name} ({', '.join(columns)});")
        statements += [
            f"create index {name}_{field} on {name} ({field});"
            for field, annotation in _fields(name).items()
            if field != "id" and _is_entity(annotation)
        ]
    statements += [f"create index {table}_{field} on {table} ({field});" for table, field in _EXTRA_INDEXES]
    statements += [
        f"create view {path.stem} as {path.read_text('utf-8')};" for path in sorted(VIEWS.glob("*.sql"))
    ]
    return "\n".join(statements)


def _fields(table: str) -> dict[str, str]:
    """Return the fields of a table with their annotations as text."""
    return TABLES[table].__annotations__


def _is_entity(annotation: object) -> bool:
    return _text(annotation).startswith("EntityId")


def _column(field: str, annotation: object) -> str:
    text = _text(annotation)
    kind = "text" if text.startswith("str") else "integer"
    if field == "id":
        return "id integer primary key"
    field = f"{field}_" if field in _KEYWORDS else field
    return f"{field} {kind}" if text.endswith("| None") else f"{field} {kind} not null"


def _text(annotation: object) -> str:
    """Return an annotation as written; NamedTuple wraps the text in a ForwardRef."""
    return str(getattr(annotation, "__forward_arg__", annotation))

"""Short ways to read SQL in tests and to look at the facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import Column, Entity, Origin, Unread
from azora_audit.sources.ddl import SqlFile, read_sql

if TYPE_CHECKING:
    from collections.abc import Callable

Row = TypeVar("Row", bound=tuple[object, ...])


def facts_of(*texts: str, include: Callable[[str, str], SqlFile | None] | None = None) -> Facts:
    """Read texts as the files 1.sql, 2.sql ... of one service."""
    facts = Facts("service")
    read_sql([SqlFile(f"{index}.sql", text) for index, text in enumerate(texts, 1)], facts, include=include)
    return facts


def all_rows(facts: Facts) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of the facts by table, to compare two readings of the same text."""
    from azora_audit.catalog.tables import TABLES  # noqa: PLC0415 -- only to compare everything

    return {name: [tuple(row) for row in facts.rows(table)] for name, table in TABLES.items()}


def places(facts: Facts) -> dict[str, tuple[str, int, int, int]]:
    """Return path, line, first and last column of each entity by kind and address."""
    names = {row.id: f"{row.kind} {row.address.removeprefix('service.')}" for row in facts.rows(Entity)}
    return {
        names[row.entity_id]: (row.path, row.line, row.column, row.end_column) for row in facts.rows(Origin)
    }


def unread(facts: Facts) -> list[tuple[str, int, int]]:
    """Return reason, line and column of what was not understood."""
    return [(row.reason, row.line, row.column) for row in facts.rows(Unread)]


def types(facts: Facts) -> dict[str, str]:
    """Return the type of each column by name."""
    return {row.name: row.type for row in facts.rows(Column)}


def names(facts: Facts, kind: str) -> list[str]:
    """Return the names of the entities of a kind, in order."""
    return [row.name for row in facts.rows(Entity) if row.kind == kind]

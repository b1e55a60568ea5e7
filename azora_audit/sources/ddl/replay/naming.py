"""The names that PostgreSQL generates for constraints, indexes and sequences (indexcmds.c, pg_constraint.c)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.sources.ddl.replay.state import Schema

LONGEST = 63
"""Bytes of a name: NAMEDATALEN without the terminating zero."""


def clip(name: str, length: int) -> str:
    """Cut a name to so many bytes without cutting a character in two."""
    if len(name) <= length and name.isascii():
        return name
    return name.encode()[: max(length, 0)].decode("utf-8", "ignore")


def make_object_name(first: str, second: str | None, label: str) -> str:
    """Join the parts of a generated name, shortening the longer of the first two until all fits."""
    overhead = (0 if second is None else 1) + (len(label.encode()) + 1 if label else 0)
    available = LONGEST - overhead
    first_length = len(first.encode())
    second_length = len(second.encode()) if second is not None else 0
    while first_length + second_length > available:
        if first_length > second_length:
            first_length -= 1
        else:
            second_length -= 1
    parts = [clip(first, first_length)]
    if second is not None:
        parts.append(clip(second, second_length))
    if label:
        parts.append(label)
    return "_".join(parts)


def _numbered(first: str, second: str | None, label: str, taken: Iterable[object], *extra: object) -> str:
    number = 0
    while True:
        name = make_object_name(first, second, f"{label}{number or ''}")
        if not any(name in names for names in (taken, *extra)):  # type: ignore[operator]  # containers all
            return name
        number += 1


def relation_name(schema: Schema, first: str, second: str | None, label: str, *, constraint: bool) -> str:
    """Return a free name for an index or sequence; for a constraint's index, free among constraints too."""
    if constraint:
        return _numbered(first, second, label, schema.relations, schema.constraint_names)
    return _numbered(first, second, label, schema.relations)


def constraint_name(schema: Schema, first: str, second: str | None, label: str) -> str:
    """Return a name for a constraint that no constraint of the schema has."""
    return _numbered(first, second, label, schema.constraint_names)


def joined_columns(names: Iterable[str]) -> str:
    """Return the column part of a generated name: names joined until the longest name is reached."""
    joined = ""
    for name in names:
        if joined:
            joined += "_"
        joined += clip(name, LONGEST)
        if len(joined.encode()) >= LONGEST + 1:
            break
    return joined


def index_column_names(names: Iterable[str]) -> list[str]:
    """Number the names of an index's columns where they repeat (ChooseIndexColumnNames)."""
    result: list[str] = []
    for name in names:
        current = name
        number = 0
        while current in result:
            number += 1
            digits = str(number)
            current = clip(name, LONGEST - len(digits)) + digits
        result.append(current)
    return result

"""The names that Prisma Migrate and PostgreSQL give to what the schema leaves unnamed.

Prisma follows PostgreSQL's conventions but cuts differently: the joined name is cut to make room for the suffix, at a
character boundary of its UTF-8 (prisma-engines, constraint_names.rs).
"""

from __future__ import annotations

LIMIT = 63
"""Bytes that PostgreSQL keeps of an identifier (NAMEDATALEN - 1)."""


def cut(name: str, limit: int = LIMIT) -> str:
    """Return the name cut to so many bytes of UTF-8, whole characters only."""
    if len(name) * 4 <= limit:
        return name
    raw = name.encode()
    return name if len(raw) <= limit else raw[:limit].decode(errors="ignore")


def _suffixed(name: str, suffix: str) -> str:
    return cut(name, LIMIT - len(suffix)) + suffix


def primary_key_name(table: str) -> str:
    """Return the name of a table's primary key."""
    return _suffixed(table, "_pkey")


def unique_name(table: str, columns: list[str]) -> str:
    """Return the name of a unique index."""
    return _suffixed("_".join([table, *columns]), "_key")


def index_name(table: str, columns: list[str]) -> str:
    """Return the name of an index."""
    return _suffixed("_".join([table, *columns]), "_idx")


def foreign_key_name(table: str, columns: list[str]) -> str:
    """Return the name of a foreign key; `table` and `columns` are the referencing ones."""
    return _suffixed("_".join([table, *columns]), "_fkey")


def sequence_name(table: str, column: str) -> str:
    """Return the name of the sequence that PostgreSQL makes for a serial column.

    The longer of the two parts is shortened until both fit (makeObjectName in PostgreSQL's indexcmds.c).
    """
    overhead = len("__seq")
    first, second = len(table.encode()), len(column.encode())
    if first + second + overhead <= LIMIT:
        return f"{table}_{column}_seq"
    while first + second + overhead > LIMIT:
        if first > second:
            first -= 1
        else:
            second -= 1
    return f"{cut(table, first)}_{cut(column, second)}_seq"

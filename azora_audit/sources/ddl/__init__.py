"""SQL text to facts: migrations in order, or a dump, replayed as PostgreSQL would run them.

The way of a statement: cut out (`split`, `chunks`), parsed by PostgreSQL's own parser (`parse`), reduced to a compact
action (`reduce`), replayed (`replay`), and at last written as rows (`emit`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from azora_audit.catalog.facts import Facts


class SqlFile(NamedTuple):
    """A file of SQL."""

    path: str
    """Relative to the fleet's root, with forward slashes."""
    text: str
    """Decoded."""


if TYPE_CHECKING:
    Include: TypeAlias = Callable[[str, str], SqlFile | None]


def read_sql(
    files: list[SqlFile],
    facts: Facts,
    *,
    search_path: tuple[str, ...] = ("public",),
    include: Include | None = None,
) -> None:
    r"""Replay files in order and append what PostgreSQL's catalog would hold to the facts.

    Args:
        files: migrations in the order in which they run, or a dump.
        facts: the service's facts; rows, origins, problems and what is known are added.
        search_path: schemas in which each file's names are looked up and created, as the connection would have them.
        include: finds the file of psql's `\i` and `\ir` by the including file's path and the words after the
            command; None means that it does not exist.
    """
    from azora_audit.sources.ddl.read import read  # noqa: PLC0415 -- the parser is opened only when there is SQL

    read(files, facts, search_path, include)


def up_part(text: str, style: str) -> str:
    """Return a migration with everything but its up part blanked out: see `markers.up_part`."""
    from azora_audit.sources.ddl import markers  # noqa: PLC0415 -- for dbmate and goose only

    return markers.up_part(text, style)


__all__ = ["SqlFile", "read_sql", "up_part"]

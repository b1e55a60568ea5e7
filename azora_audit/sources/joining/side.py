"""One side of a join: its rows, found by the names and shapes that both sides share."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from azora_audit.catalog.tables import (
    ClientDefault,
    Column,
    Default,
    Exclusion,
    ForeignKey,
    ForeignKeyColumn,
    Index,
    IndexColumn,
    KeyColumn,
    PrimaryKey,
    Table,
    Unique,
)
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts


class IndexShape(NamedTuple):
    """An index with its key."""

    row: Index
    columns: tuple[tuple[str, bool], ...]
    """Name and whether it is descending; the name is empty for an expression."""
    plain: bool
    """Prisma can say all of it: no expression, predicate, INCLUDE, operator class, or order of nulls of its own."""

    def shown(self) -> str:
        """Return it as people write it."""
        key = ", ".join(
            f"{name or 'expression'}{' DESC' if descending else ''}" for name, descending in self.columns
        )
        return f"{'UNIQUE ' if self.row.unique_ else ''}{self.row.method} ({key})"


class ForeignKeyShape(NamedTuple):
    """A foreign key with the names of its columns."""

    row: ForeignKey
    columns: tuple[str, ...]
    referenced: tuple[str, ...]
    parts: tuple[ForeignKeyColumn, ...]

    def shown(self) -> str:
        """Return it as people write it."""
        return f"({', '.join(self.columns)}) -> {self.row.referenced_name} ({', '.join(self.referenced)})"


class Side:
    """The facts of schema.prisma or of SQL, by the names and shapes that both share.

    `generators` are those of the client by column, `of_primary_keys` the ids of primary keys, and `beyond_prisma` those of
    constraints that Prisma has no word for.
    """

    def __init__(self, facts: Facts) -> None:
        """Look at the rows once."""
        self.facts = facts
        self.tables = {(row.schema, row.name): row for row in facts.rows(Table)}
        self.columns: defaultdict[int, dict[str, Column]] = defaultdict(dict)
        for column in facts.rows(Column):
            self.columns[column.table_id][column.name] = column
        self.names = {column.id: column.name for column in facts.rows(Column)}
        self.defaults = {row.column_id: row for row in facts.rows(Default) if row.kind != "null"}
        self.primary_keys = {row.table_id: row for row in facts.rows(PrimaryKey)}
        self.key_columns: defaultdict[int, list[str]] = defaultdict(list)
        for key_column in sorted(facts.rows(KeyColumn), key=lambda row: row.position):
            self.key_columns[key_column.key_id].append(self.names[key_column.column_id])
        self.indexes = _index_shapes(facts, self.names)
        self.foreign_keys = _foreign_key_shapes(facts, self.names)
        self.generators: defaultdict[int, set[str]] = defaultdict(set)
        for generated in facts.rows(ClientDefault):
            self.generators[generated.column_id].add(generated.generator)
        self.of_primary_keys = {row.id for row in facts.rows(PrimaryKey)}
        beyond = [row.id for row in facts.rows(Exclusion)]
        beyond += [row.id for row in facts.rows(Unique) if row.deferrable]
        self.beyond_prisma = frozenset(beyond)


def _index_shapes(facts: Facts, names: dict[int, str]) -> dict[int, list[IndexShape]]:
    parts: defaultdict[int, list[IndexColumn]] = defaultdict(list)
    for part in sorted(facts.rows(IndexColumn), key=lambda row: row.position):
        parts[part.index_id].append(part)
    shapes: defaultdict[int, list[IndexShape]] = defaultdict(list)
    for row in facts.rows(Index):
        key = [part for part in parts[row.id] if not part.included]
        columns = tuple((names.get(part.column_id or 0, ""), part.descending) for part in key)
        plain = (
            row.predicate is None
            and not row.nulls_not_distinct
            and len(key) == len(parts[row.id])
            and all(
                part.column_id is not None
                and part.operator_class is None
                and part.collation is None
                and part.nulls_first == part.descending
                for part in key
            )
        )
        shapes[row.table_id].append(IndexShape(row, columns, plain))
    return shapes


def _foreign_key_shapes(facts: Facts, names: dict[int, str]) -> dict[int, list[ForeignKeyShape]]:
    parts: defaultdict[int, list[ForeignKeyColumn]] = defaultdict(list)
    for part in sorted(facts.rows(ForeignKeyColumn), key=lambda row: row.position):
        parts[part.foreign_key_id].append(part)
    shapes: defaultdict[int, list[ForeignKeyShape]] = defaultdict(list)
    for row in facts.rows(ForeignKey):
        own = sorted(parts[row.id], key=lambda part: names[part.column_id])
        columns = tuple(names[part.column_id] for part in own)
        referenced = tuple(part.referenced_name for part in own)
        shapes[row.table_id].append(ForeignKeyShape(row, columns, referenced, tuple(own)))
    return shapes

"""Tables with their columns; what refers to other columns or tables comes later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.catalog.tables import Column, Default, Inheritance, Sequence, Table
from azora_audit.definition.lookup import Statement, qualified
from azora_audit.definition.types import sequence_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.definition.lookup import Lookup


def tables(lookup: Lookup) -> Iterator[Statement]:
    """Make tables, those that others inherit from first."""
    columns = lookup.by(Column, "table_id")
    defaults = {row.column_id: row.expression for row in lookup.facts.rows(Default)}
    sequences = {
        row.owned_by_column_id: row
        for row in lookup.facts.rows(Sequence)
        if row.owned_by_column_id is not None
    }
    parents = {child: [row.parent_id for row in rows] for child, rows in _inheritance(lookup).items()}
    waiting = {row.id: row for row in lookup.facts.rows(Table)}
    while waiting:
        ready = [key for key in waiting if not any(parent in waiting for parent in parents.get(key, ()))]
        for key in ready or list(waiting):
            row = waiting.pop(key)
            lines = [
                _column(lookup, column, defaults.get(column.id), sequences.get(column.id))
                for column in sorted(columns[key], key=lambda column: column.position)
            ]
            yield Statement(row.id, _table(lookup, row, lines, parents.get(key, [])))
            for column in columns[key] if key in parents else ():
                # a child that has dropped the default of its parent's column would get it again
                if column.id not in defaults and column.generated is None and column.identity is None:
                    text = f"ALTER TABLE {lookup.tables[key]} ALTER {lookup.columns[column.id]} DROP DEFAULT"
                    yield Statement(column.id, text)
            if row.row_security:
                yield Statement(row.id, f"ALTER TABLE {lookup.tables[key]} ENABLE ROW LEVEL SECURITY")
            if row.force_row_security:
                yield Statement(row.id, f"ALTER TABLE {lookup.tables[key]} FORCE ROW LEVEL SECURITY")


def _inheritance(lookup: Lookup) -> dict[object, list[Inheritance]]:
    rows = lookup.by(Inheritance, "child_id")
    return {child: sorted(links, key=lambda row: row.position) for child, links in rows.items()}


def _table(lookup: Lookup, row: Table, lines: list[str], parents: list[int]) -> str:
    kind = "UNLOGGED " if row.persistence == "unlogged" else ""
    body = ",".join(f"\n    {line}" for line in lines)
    text = f"CREATE {kind}TABLE {lookup.tables[row.id]} ({body}\n)"
    if parents:
        text += f" INHERITS ({', '.join(lookup.tables[parent] for parent in parents)})"
    if row.partition_strategy is not None:
        text += f" PARTITION BY {row.partition_strategy} ({row.partition_key})"
    return text


def _column(lookup: Lookup, row: Column, default: str | None, sequence: Sequence | None) -> str:
    parts = [lookup.columns[row.id], row.type]
    if row.collation is not None:
        parts.append(f"COLLATE {quote_identifier(row.collation)}")
    if row.generated is not None:
        parts.append(f"GENERATED ALWAYS AS ({row.generation_expression}\n) {row.generated}")
    if row.identity is not None and lookup.partitions.get(row.table_id) is None:
        parts.append(f"GENERATED {row.identity} AS IDENTITY{_identity_options(sequence)}")
    if default is not None:
        parts.append(f"DEFAULT {default}")
    if not row.nullable:
        parts.append("NOT NULL")
    return " ".join(parts)


def _identity_options(sequence: Sequence | None) -> str:
    """Return the options of an identity column's sequence, where the facts have it."""
    if sequence is None:
        return ""
    return f" (SEQUENCE NAME {qualified(sequence.schema, sequence.name)} {sequence_options(sequence)})"

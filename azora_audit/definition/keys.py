"""Constraints, indexes, and partitions, which are attached when they have what their parents have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.catalog.tables import (
    Check,
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
from azora_audit.definition.lookup import Statement, qualified
from azora_audit.definition.types import check_clause

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.definition.lookup import Lookup


def keys(lookup: Lookup) -> Iterator[Statement]:
    """Make primary keys, UNIQUE, EXCLUDE and CHECK constraints, and indexes."""
    columns = lookup.by(KeyColumn, "key_id")
    parts = lookup.by(IndexColumn, "index_id")
    both: list[PrimaryKey | Unique] = [*lookup.facts.rows(PrimaryKey), *lookup.facts.rows(Unique)]
    for key in both:
        names = ", ".join(
            lookup.columns[row.column_id] for row in sorted(columns[key.id], key=lambda row: row.position)
        )
        index = lookup.indexes.get(key.id)
        if index is not None and index.method == "gist":
            # the only keys with an index of this kind (PostgreSQL 18)
            names += " WITHOUT OVERLAPS"
        kind = "PRIMARY KEY" if isinstance(key, PrimaryKey) else "UNIQUE"
        if isinstance(key, Unique) and key.nulls_not_distinct:
            kind += " NULLS NOT DISTINCT"
        yield _added(lookup, key, f"{kind} ({names}){_behind(lookup, parts, key.id)}")
    for exclusion in lookup.facts.rows(Exclusion):
        predicate = f" WHERE ({exclusion.predicate})" if exclusion.predicate is not None else ""
        elements = f"({exclusion.definition}){_behind(lookup, parts, exclusion.id)}"
        yield _added(lookup, exclusion, f"EXCLUDE USING {exclusion.method} {elements}{predicate}")
    for check in lookup.facts.rows(Check):
        if check.table_id is not None:
            yield Statement(
                check.id, f"ALTER TABLE {lookup.tables[check.table_id]} ADD {check_clause(check)}"
            )
    for row in lookup.facts.rows(Index):
        if row.constraint_id is None and not _on_only(lookup, row):
            yield Statement(row.id, _index(lookup, row, parts[row.id]))


def _added(lookup: Lookup, key: PrimaryKey | Unique | Exclusion | ForeignKey, clause: str) -> Statement:
    """Return ALTER TABLE ... ADD CONSTRAINT with what all constraints may end in."""
    timing = " DEFERRABLE" if key.deferrable else ""
    timing += " INITIALLY DEFERRED" if key.initially_deferred else ""
    table, name = lookup.tables[key.table_id], quote_identifier(key.name)
    return Statement(key.id, f"ALTER TABLE {table} ADD CONSTRAINT {name} {clause}{timing}")


def _behind(lookup: Lookup, parts: dict[object, list[IndexColumn]], constraint: int) -> str:
    """Return the INCLUDE clause of the index behind a constraint."""
    index = lookup.indexes.get(constraint)
    return "" if index is None else _include(lookup, parts[index.id])


def _include(lookup: Lookup, parts: list[IndexColumn]) -> str:
    rows = sorted((row for row in parts if row.included), key=lambda row: row.position)
    names = [lookup.columns[row.column_id] for row in rows if row.column_id is not None]
    return f" INCLUDE ({', '.join(names)})" if names else ""


def _index(lookup: Lookup, row: Index, parts: list[IndexColumn]) -> str:
    ordered = row.method == "btree"
    key = ", ".join(
        _index_column(lookup, part, ordered=ordered)
        for part in sorted(parts, key=lambda part: part.position)
        if not part.included
    )
    text = f"CREATE {'UNIQUE ' if row.unique_ else ''}INDEX {quote_identifier(row.name)}"
    text += f" ON {'ONLY ' if _on_only(lookup, row) else ''}{lookup.tables[row.table_id]}"
    text += f" USING {quote_identifier(row.method)} ({key}){_include(lookup, parts)}"
    text += " NULLS NOT DISTINCT" if row.nulls_not_distinct else ""
    return text + (f" WHERE {row.predicate}" if row.predicate is not None else "")


def _on_only(lookup: Lookup, row: Index) -> bool:
    """Tell whether an index of a partitioned table is not one of all its partitions."""
    return not row.valid and row.table_id in lookup.partitioned


def _index_column(lookup: Lookup, part: IndexColumn, *, ordered: bool) -> str:
    """Return a column or expression of an index's key; only a B-tree has an order."""
    text = f"({part.expression}\n)" if part.column_id is None else lookup.columns[part.column_id]
    if part.collation is not None:
        text += f" COLLATE {quote_identifier(part.collation)}"
    if part.operator_class is not None:
        text += f" {quote_identifier(part.operator_class)}"
    if ordered and part.descending:
        text += " DESC"
    if ordered and part.nulls_first is not part.descending:
        text += " NULLS FIRST" if part.nulls_first else " NULLS LAST"
    return text


def foreign_keys(lookup: Lookup) -> Iterator[Statement]:
    """Make foreign keys, when every key that they refer to is there."""
    pairs = lookup.by(ForeignKeyColumn, "foreign_key_id")
    for row in lookup.facts.rows(ForeignKey):
        if row.emulated:
            continue
        ordered = sorted(pairs[row.id], key=lambda pair: pair.position)
        names = ", ".join(lookup.columns[pair.column_id] for pair in ordered)
        targets = ", ".join(quote_identifier(pair.referenced_name) for pair in ordered)
        target = qualified(row.referenced_schema, row.referenced_name)
        deleted = json.loads(row.on_delete_columns) if row.on_delete_columns else []
        only = f" ({', '.join(quote_identifier(name) for name in deleted)})" if deleted else ""
        clause = f"FOREIGN KEY ({names}) REFERENCES {target} ({targets})"
        clause += " MATCH FULL" if row.match == "full" else ""
        clause += f" ON DELETE {row.on_delete.upper()}{only} ON UPDATE {row.on_update.upper()}"
        statement = _added(lookup, row, clause)
        options = "" if row.validated else " NOT VALID"
        options += "" if row.enforced else " NOT ENFORCED"
        yield statement._replace(sql=statement.sql + options)


def partitions(lookup: Lookup) -> Iterator[Statement]:
    """Attach partitions; their keys, indexes and constraints become parts of their parents'."""
    for row in lookup.facts.rows(Table):
        if row.partition_of_id is not None:
            parent, child = lookup.tables[row.partition_of_id], lookup.tables[row.id]
            yield Statement(row.id, f"ALTER TABLE {parent} ATTACH PARTITION {child} {row.partition_bound}")
    # a table that is attached gets every index of its parent
    parts = lookup.by(IndexColumn, "index_id")
    for index in lookup.facts.rows(Index):
        if index.constraint_id is None and _on_only(lookup, index):
            yield Statement(index.id, _index(lookup, index, parts[index.id]))

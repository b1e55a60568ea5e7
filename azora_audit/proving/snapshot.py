"""The rows of tables before and after a statement: which are gone, which hold something else, which are new."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.proving.standing import NEW
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from azora_audit.proving.model import ForeignKey, Schema, Table
    from azora_audit.proving.samples import Value
    from azora_audit.proving.session import Session
    from azora_audit.proving.standing import Standing

RowId = str
"""A version of a row: its partition and its place there, which no other has while the transaction lasts."""
_ID: Final = "tableoid::text || ctid::text"


class Stored(NamedTuple):
    """A row as a table holds it."""

    table: int
    values: tuple[Value, ...]
    """Of the columns in their order, as text."""


Snapshot = dict[RowId, Stored]


class Reference(NamedTuple):
    """A row that refers to another, as PostgreSQL compares their columns."""

    key: ForeignKey
    child: RowId
    parent: RowId


class Fates(NamedTuple):
    """What became of rows."""

    removed: frozenset[RowId]
    changed: dict[RowId, dict[str, Value]]
    """The columns that hold something else, with what they hold."""
    added: dict[int, int]
    """Rows that were not there before, by table."""


def query(tables: Iterable[Table], standing: Standing) -> str:
    """Return a query for one text: the rows of some tables, but of those that held many before only the new ones."""
    parts = ["SELECT NULL::oid AS o, NULL AS i, NULL::text[] AS v WHERE false"]
    for table in tables:
        values = ", ".join(f"t.{column.quoted}::text" for column in table.columns.values())
        parts.append(
            f"SELECT {table.oid}, t.tableoid::text || t.ctid::text, ARRAY[{values}]::text[] FROM {table.own} t"
            + (f" WHERE {NEW}" if standing.many(table.oid) else "")
        )
    rows = " UNION ALL ".join(parts)
    return f"SELECT coalesce(json_agg(json_build_array(o::bigint, i, v)), '[]')::text FROM ({rows}) AS s"


def parse(text: str | None) -> Snapshot:
    """Return the rows that the answer to `query` holds; None has none."""
    return {row: Stored(table, tuple(values)) for table, row, values in json.loads(text or "[]")}


def references(
    session: Session, schema: Schema, standing: Standing
) -> tuple[list[Reference], set[tuple[int, str]]]:
    """Return which rows refer to which, and the foreign keys (table, name) that the server cannot say it of."""
    asked = [(table, key) for table in schema.values() for key in table.foreign_keys if key.target in schema]
    answers = session.texts([_joined(schema, table, key, standing) for table, key in asked])
    found: list[Reference] = []
    unknown: set[tuple[int, str]] = set()
    for (table, key), answer in zip(asked, answers, strict=True):
        if answer is None:
            unknown.add((table.oid, key.name))
        else:
            found += [Reference(key, child, parent) for child, parent in json.loads(answer)]
    return found, unknown


def _joined(schema: Schema, table: Table, key: ForeignKey, standing: Standing) -> str:
    pairs = " AND ".join(
        f"c.{quote_identifier(name)} = p.{quote_identifier(other)}"
        for name, other in zip(key.columns, key.target_columns, strict=True)
    )
    ids = f"c.{_ID.replace('|| ', '|| c.')}, p.{_ID.replace('|| ', '|| p.')}"
    new = f" WHERE {NEW.replace('xmin', 'c.xmin')}" if standing.many(table.oid) else ""
    return (
        f"SELECT coalesce(json_agg(json_build_array({ids})), '[]')::text"
        f" FROM {table.own} c JOIN {schema[key.target].own} p ON {pairs}{new}"
    )


def fates(
    schema: Schema, before: Snapshot, after: Snapshot, tables: Iterable[int], standing: Standing
) -> Fates:
    """Return what became of the rows of some tables.

    A changed row is a new version, told by its key, or by the columns that no foreign key changes where that changes
    the key. In a table that held many rows before, what looks new may be a version of one of those.
    """
    wanted = set(tables)
    gone: defaultdict[int, list[RowId]] = defaultdict(list)
    new: defaultdict[int, list[RowId]] = defaultdict(list)
    for row, stored in before.items():
        if stored.table in wanted and row not in after:
            gone[stored.table].append(row)
    for row, stored in after.items():
        if row not in before:
            new[stored.table].append(row)
    changed: dict[RowId, dict[str, Value]] = {}
    removed: list[RowId] = []
    added: dict[int, int] = {}
    for oid in wanted:
        table, left = schema[oid], {row: after[row].values for row in new[oid]}
        twins = _twins(table, {row: before[row].values for row in gone[oid]}, left)
        removed += [row for row in gone[oid] if row not in twins]
        for row, twin in twins.items():
            values = zip(table.columns, before[row].values, after[twin].values, strict=True)
            changed[row] = {name: value for name, old, value in values if old != value}
        if len(left) > len(twins) and not standing.many(oid):
            added[oid] = len(left) - len(twins)
    return Fates(frozenset(removed), changed, added)


def _twins(
    table: Table, old: Mapping[RowId, tuple[Value, ...]], new: Mapping[RowId, tuple[Value, ...]]
) -> dict[RowId, RowId]:
    """Return the new versions of old rows, as far as there are any."""
    twins: dict[RowId, RowId] = {}
    left = dict(new)
    # a version that has a row's key is no other row's, however much it is like that
    for find in (_with_key, _without_key):
        for row, values in old.items():
            twin = None if row in twins else find(table, values, left)
            if twin is not None:
                twins[row] = twin
                del left[twin]
    return twins


def twin_of(table: Table, old: tuple[Value, ...], new: Mapping[RowId, tuple[Value, ...]]) -> RowId | None:
    """Return which of the new versions is one of an old row."""
    return _with_key(table, old, new) or _without_key(table, old, new)


def _with_key(table: Table, old: tuple[Value, ...], new: Mapping[RowId, tuple[Value, ...]]) -> RowId | None:
    """Return the new version that has a key of an old row."""
    for places, fixed in _keys_of(table, old):
        for row, values in new.items():
            if all(values[place] == old[place] for place in places):
                return row
        if fixed:
            return None
    return None


def _without_key(
    table: Table, old: tuple[Value, ...], new: Mapping[RowId, tuple[Value, ...]]
) -> RowId | None:
    """Return a new version that differs from an old row only in what foreign keys change, where these change its key."""
    if any(fixed for _, fixed in _keys_of(table, old)):
        return None
    foreign = _foreign(table)
    for row, values in new.items():
        differ = {name for name, one, other in zip(table.columns, old, values, strict=True) if one != other}
        if differ <= foreign:
            return row
    return None


def _foreign(table: Table) -> set[str]:
    """Return the columns that foreign keys may change, and those that are generated from them."""
    foreign = {name for key in table.foreign_keys for name in key.columns}
    return foreign | {name for name, column in table.columns.items() if foreign & set(column.generated_from)}


def _keys_of(table: Table, old: tuple[Value, ...]) -> list[tuple[list[int], bool]]:
    """Return the places of the columns of a row's keys, and whether no foreign key changes them."""
    names = list(table.columns)
    foreign = _foreign(table)
    keys = [key.columns for key in table.keys if not key.expressions and not key.predicate]
    found = [([names.index(name) for name in columns], not foreign & set(columns)) for columns in keys]
    return [(places, fixed) for places, fixed in found if all(old[place] is not None for place in places)]

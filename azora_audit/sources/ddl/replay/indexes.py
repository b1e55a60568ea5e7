"""Indexes: CREATE INDEX, and the copies that partitions get of their parent's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.sources.ddl.replay import naming
from azora_audit.sources.ddl.replay.registry import enter, make_key, register
from azora_audit.sources.ddl.replay.session import Refused, Session, conflict, unknown
from azora_audit.sources.ddl.replay.state import Exclusion, Index, IndexKey, Key, Table, View

if TYPE_CHECKING:
    from azora_audit.sources.ddl import actions
    from azora_audit.sources.ddl.replay.state import Column, Origin


def index_keys(
    session: Session,
    table: Table | View,
    elements: tuple[actions.IndexElement, ...],
    including: tuple[actions.IndexElement, ...],
) -> list[IndexKey]:
    """Look the columns of an index up."""
    keys = []
    for included, element in [(False, item) for item in elements] + [(True, item) for item in including]:
        key = _index_key(session, table, element)
        key.included = included
        keys.append(key)
    label_keys(keys)
    return keys


def label_keys(keys: list[IndexKey]) -> None:
    """Give keys the names of the index's own columns, which stay when a column is renamed."""
    labels = naming.index_column_names(
        [key.label or (key.column.name if key.column else "expr") for key in keys]
    )
    for key, label in zip(keys, labels, strict=True):
        key.label = label


def _index_key(session: Session, table: Table | View, element: actions.IndexElement) -> IndexKey:
    expression = element.expression
    if isinstance(table, View):
        key = IndexKey(None, expression.text if expression else element.column, [])
    elif expression is not None:
        missing = [name for name in expression.columns if name not in table.columns and name != table.name]
        if missing:
            raise unknown("column", f"{table.name}.{missing[0]}")
        key = IndexKey(
            None, expression.text, [table.columns[c] for c in expression.columns if c in table.columns]
        )
    else:
        key = IndexKey(session.column(table, element.column or ""), None, [])
    key.descending = element.descending
    key.nulls_first = element.nulls_first
    key.label = expression.label if expression is not None else None
    key.operator_class = element.operator_class
    key.collation = element.collation
    return key


def build_index(origin: Origin, table: Table | View, name: str, method: str, keys: list[IndexKey]) -> Index:
    """Make an index that is not entered anywhere yet."""
    index = Index(table.schema, name, origin, table)
    index.method = method
    index.keys = keys
    return index


def index_name(table: Table | View, action: actions.CreateIndex) -> str:
    """Return the name that PostgreSQL gives to an index without one."""
    labels = [
        element.column or (element.expression.label if element.expression else None) or "expr"
        for element in (*action.elements, *action.including)
    ]
    joined = naming.joined_columns(naming.index_column_names(labels))
    return naming.relation_name(table.schema, table.name, joined, "idx", constraint=False)


def create_index(session: Session, action: actions.CreateIndex) -> None:
    """Replay CREATE INDEX."""
    table = session.relation(action.table, "table")
    if not isinstance(table, (Table, View)):
        raise Refused("conflict", f'"{table.name}" is not a table, so the index is not made.', action.at)
    if action.name is not None and action.name in table.schema.relations:
        if action.if_not_exists:
            return
        raise conflict("relation", action.name, action.at)
    keys = index_keys(session, table, action.elements, action.including)
    index = build_index(
        session.origin(action.at, action.end),
        table,
        action.name or index_name(table, action),
        action.method,
        keys,
    )
    if action.unique:
        require_partition_columns(table, [key.column for key in keys if not key.included], action.at)
    index.unique = action.unique
    index.nulls_not_distinct = action.nulls_not_distinct
    index.concurrently = action.concurrently
    if action.predicate is not None:
        index.predicate = action.predicate.text
        index.predicate_only_not_null = action.predicate.only_not_null
        if isinstance(table, Table):
            index.predicate_columns = [
                session.column(table, name, action.at)
                for name in action.predicate.columns
                if name in table.columns or name != table.name
            ]
    register(index)
    if isinstance(table, Table) and table.kind == "partitioned":
        spread_to_partitions(session, index, only=action.only)


def require_partition_columns(
    table: Table | View, columns: list[Column | None], at: int | None = None
) -> None:
    """Refuse a unique index that leaves out a column by which its table is partitioned."""
    if not isinstance(table, Table) or table.kind != "partitioned":
        return
    if "(" in (table.partition_key or "") or any(column not in columns for column in table.partition_columns):
        raise Refused(
            "conflict",
            f'a unique key of partitioned table "{table.name}" has to include its partition key.',
            at,
        )


def same_index(first: Index, second: Index) -> bool:
    """Say whether two indexes of different tables have equal definitions, as CompareIndexInfo (index.c) does."""
    return (
        first.method == second.method
        and first.unique == second.unique
        and first.nulls_not_distinct == second.nulls_not_distinct
        and first.predicate == second.predicate
        and [_shape(key) for key in first.keys] == [_shape(key) for key in second.keys]
    )


def _shape(key: IndexKey) -> tuple[object, ...]:
    column = key.column.name if key.column is not None else None
    return column, key.expression, key.included, key.operator_class, key.collation


def spread_to_partitions(session: Session, index: Index, *, only: bool = False) -> None:
    """Give every partition of an index's table an index like it, taking over equal ones that are there.

    With `only` none gets one, and the index is invalid until all partitions have one that is attached to it.
    """
    table = index.table
    if only:
        index.valid = not isinstance(table, Table) or table.kind != "partitioned" or not table.children
        return
    if isinstance(table, Table):
        for child in table.children:
            if child.partition_of is table and child.kind != "foreign":
                clone_to_partition(session, index, child)


def clone_to_partition(session: Session, index: Index, partition: Table) -> None:
    """Give one partition an index like its parent's, with its constraint."""
    for present in partition.indexes:
        if present.parent is None and same_index(present, index) and _constraints_match(present, index):
            attach_index(present, index)
            return
    if index.unique:
        names = [key.column.name for key in index.keys if key.column is not None and not key.included]
        require_partition_columns(partition, [partition.columns.get(name) for name in names])
    copy = copy_index(index, partition, index.origin)
    copy.concurrently = index.concurrently
    if copy.constraint is not None:
        copy.constraint.inherited, copy.constraint.local = 1, False
    copy.parent = index
    index.children.append(copy)
    spread_to_partitions(session, copy)


def copy_index(index: Index, table: Table, origin: Origin) -> Index:
    """Give another table an index like this one, and its constraint, under a generated name."""
    labels = [key.label or "expr" for key in index.keys]
    constraint = index.constraint
    if isinstance(constraint, Key) and constraint.primary:
        name = naming.relation_name(table.schema, table.name, None, "pkey", constraint=True)
    else:
        label = "idx" if constraint is None else "excl" if index.method == "gist" else "key"
        label = "excl" if isinstance(constraint, Exclusion) else label  # a key WITHOUT OVERLAPS is gist
        joined = naming.joined_columns(labels)
        name = naming.relation_name(
            table.schema, table.name, joined, label, constraint=constraint is not None
        )
    copy = build_index(origin, table, name, index.method, [_copy_key(key, table) for key in index.keys])
    copy.unique, copy.nulls_not_distinct = index.unique, index.nulls_not_distinct
    copy.predicate, copy.predicate_only_not_null = index.predicate, index.predicate_only_not_null
    copy.predicate_columns = columns_in(table, index.predicate_columns)
    register(copy)
    _copy_constraint(copy, index, table)
    return copy


def _constraints_match(present: Index, index: Index) -> bool:
    if index.constraint is None:
        return True
    if not isinstance(present.constraint, type(index.constraint)):
        return False
    return not isinstance(index.constraint, Key) or (
        isinstance(present.constraint, Key) and present.constraint.primary == index.constraint.primary
    )


def _copy_constraint(copy: Index, index: Index, table: Table) -> None:
    constraint = index.constraint
    if isinstance(constraint, Key):
        key = make_key(table, copy, primary=constraint.primary)
        key.deferrable, key.deferred = constraint.deferrable, constraint.deferred
    elif isinstance(constraint, Exclusion):
        exclusion = Exclusion(table, copy.name, copy.origin, copy)
        exclusion.definition = constraint.definition
        exclusion.deferrable, exclusion.deferred = constraint.deferrable, constraint.deferred
        copy.constraint = exclusion
        enter(exclusion)


def _copy_key(key: IndexKey, table: Table) -> IndexKey:
    column = table.columns.get(key.column.name) if key.column is not None else None
    copy = IndexKey(column, key.expression, columns_in(table, key.reads))
    copy.included, copy.descending, copy.nulls_first = key.included, key.descending, key.nulls_first
    copy.operator_class, copy.collation, copy.label = key.operator_class, key.collation, key.label
    return copy


def columns_in(table: Table, columns: list[Column]) -> list[Column]:
    """Return the columns of a table that are named like those of another."""
    return [table.columns[column.name] for column in columns if column.name in table.columns]


def attach_index(child: Index, parent: Index) -> None:
    """Make an index a part of its parent table's index."""
    child.parent = parent
    parent.children.append(child)
    if child.constraint is not None and parent.constraint is not None:
        child.constraint.inherited += 1
        child.constraint.local = False
    table = parent.table
    if not parent.valid and isinstance(table, Table) and len(parent.children) == len(table.children):
        parent.valid = all(index.valid for index in parent.children)
        if parent.valid and parent.parent is not None:
            _validate_upwards(parent.parent)


def _validate_upwards(index: Index) -> None:
    table = index.table
    if isinstance(table, Table) and len(index.children) == len(table.children):
        index.valid = all(child.valid for child in index.children)
        if index.valid and index.parent is not None:
            _validate_upwards(index.parent)

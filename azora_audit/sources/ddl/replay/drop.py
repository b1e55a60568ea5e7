"""DROP and what it takes along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.sources.ddl.replay.drop_sequences import drop_owned
from azora_audit.sources.ddl.replay.registry import leave, unregister
from azora_audit.sources.ddl.replay.session import Refused, Session, depends
from azora_audit.sources.ddl.replay.state import (
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Index,
    Key,
    Table,
    View,
)

if TYPE_CHECKING:
    from collections.abc import Sequence as Sequence_

    from azora_audit.sources.ddl.replay.state import Constraint, Trigger


def drop_constraint(session: Session, constraint: Constraint, *, cascade: bool, only: bool = False) -> None:
    """Drop a constraint, its index, the foreign keys that need it and the copies that partitions inherited.

    With `only` the copies of children become their own.
    """
    if isinstance(constraint, (Key, Exclusion)):
        _drop_key(session, constraint, cascade=cascade)
        return
    leave(constraint)
    children = constraint.table.children if isinstance(constraint.table, Table) else []
    if isinstance(constraint, ForeignKey):
        if constraint.target is not None:
            constraint.target.references.pop(constraint, None)
        for inherited in [item for child in children for item in child.constraints.values()]:
            if isinstance(inherited, ForeignKey) and inherited.parent is constraint:
                drop_constraint(session, inherited, cascade=True)
        return
    for child in children:
        copy = child.constraints.get(constraint.name)
        if isinstance(copy, Check) and copy.inherited:
            copy.inherited -= 1
            copy.local = copy.local or only
            if not copy.inherited and not copy.local:
                drop_constraint(session, copy, cascade=True)


def _drop_key(session: Session, key: Key | Exclusion, *, cascade: bool) -> None:
    dependants = _resting_on(key.index)
    if dependants and not cascade:
        raise depends("constraint", key.name)
    for foreign_key in dependants:
        drop_constraint(session, foreign_key, cascade=True)
    leave(key)
    for child in list(key.index.children):
        child.parent = None
        if child.constraint is not None:
            drop_constraint(session, child.constraint, cascade=True)
    unregister(key.index)


def _resting_on(index: Index) -> list[ForeignKey]:
    """Return the foreign keys that need an index."""
    if not (index.unique and isinstance(index.table, Table)):
        return []
    return [reference for reference in index.table.references if reference.index is index]


def drop_index(session: Session, index: Index, *, cascade: bool) -> None:
    """Drop an index and those of partitions that belong to it."""
    if index.constraint is not None:
        if not cascade:
            raise depends("index", index.name)
        drop_constraint(session, index.constraint, cascade=True)
        return
    dependants = _resting_on(index)
    if (index.parent is not None or dependants) and not cascade:
        raise depends("index", index.name)
    for foreign_key in dependants:
        drop_constraint(session, foreign_key, cascade=True)
    for child in list(index.children):
        child.parent = None
        drop_index(session, child, cascade=True)
    unregister(index)


def drop_column(session: Session, column: Column, *, cascade: bool, only: bool) -> None:
    """Drop a column with the constraints, indexes and sequence that use it."""
    table = column.table
    if not isinstance(table, Table):
        return
    if column.inherited:
        raise Refused(
            "conflict", f'column "{column.name}" of "{table.name}" is inherited and cannot be dropped here.'
        )
    if only and any(child.partition_of is table for child in table.children):
        raise Refused(
            "conflict", f'column "{column.name}" cannot be dropped from the partitioned table alone.'
        )
    _drop_users(session, table, column, cascade=cascade)
    _remove_column(session, table, column)
    for child in table.children:
        inherited = child.columns.get(column.name)
        if inherited is not None:
            inherited.inherited -= 1
            if only:
                inherited.local = True
            elif not inherited.inherited and not inherited.local:
                drop_column(session, inherited, cascade=True, only=False)


def _drop_users(session: Session, table: Table, column: Column, *, cascade: bool) -> None:
    """Drop what uses a column and is not dropped with it as a matter of course; without CASCADE refuse."""
    foreign = [key for key in table.references if column in key.target_columns and key.table is not table]
    policies = [policy for policy in table.policies.values() if column in policy.columns]
    triggers = [
        trigger for trigger in table.triggers.values() if column in trigger.columns or column in trigger.reads
    ]
    views = [view for view in table.readers if column in view.uses]
    generated = [
        other
        for other in table.columns.values()
        if other is not column and other.generated is not None and column.name in other.generated[0].columns
    ]
    if (foreign or policies or triggers or generated or views) and not cascade:
        raise depends("column", f"{table.name}.{column.name}")
    for view in views:
        drop_view(session, view, cascade=True)
    for key in foreign:
        drop_constraint(session, key, cascade=True)
    for policy in policies:
        del table.policies[policy.name]
    for trigger in triggers:
        drop_trigger(trigger)
    for other in generated:
        drop_column(session, other, cascade=True, only=False)


def _remove_column(session: Session, table: Table, column: Column) -> None:
    for constraint in list(table.constraints.values()):
        if column in columns_of(constraint):
            if isinstance(constraint, Check):
                leave(constraint)  # in children it goes with their columns
            else:
                drop_constraint(session, constraint, cascade=True)
    for index in list(table.indexes):
        if (
            any(column is key.column or column in key.reads for key in index.keys)
            or column in index.predicate_columns
        ):
            for child in index.children:
                child.parent = None
            unregister(index)
    drop_owned(session, column)
    table.columns.pop(column.name, None)


def columns_of(constraint: Constraint) -> list[Column | None]:
    """Return the columns of its own table that a constraint uses."""
    if isinstance(constraint, (Key, Exclusion)):
        columns: list[Column | None] = [key.column for key in constraint.index.keys]
        for key in constraint.index.keys:
            columns.extend(key.reads)
        columns.extend(constraint.index.predicate_columns)
        return columns
    if isinstance(constraint, (ForeignKey, Check)):
        result: list[Column | None] = list(constraint.columns)
        if isinstance(constraint, ForeignKey) and constraint.target is constraint.table:
            result.extend(constraint.target_columns)
        return result
    return []


def drop_table(session: Session, table: Table, *, cascade: bool, together: Sequence_[object] = ()) -> None:
    """Drop a table with all that is its own, and with CASCADE what depends on it; `together` go in one statement."""
    gone = (table, *together)
    references = [*table.references, *_references_of_ancestors(table, gone)]
    foreign = [key for key in references if key.table not in gone and key.parent is None]
    children = [
        child for child in table.children if child.partition_of is not table and child not in together
    ]
    if not cascade and (foreign or table.readers or children or _has_rows_as_type(session, table)):
        raise depends("table", table.name)
    for child in list(table.children):
        drop_table(session, child, cascade=cascade, together=together)
    for key in references:
        if key.table is not table and key.name in key.table.constraints:  # type: ignore[union-attr]  # keys are of tables
            drop_constraint(session, key, cascade=True)
    for view in list(table.readers):
        drop_view(session, view, cascade=True)
    for trigger in table.watched_by:
        drop_trigger(trigger)
    _take_out(session, table)
    _drop_users_of_rows(session, table)


def _drop_users_of_rows(session: Session, relation: Table | View) -> None:
    if relation.row_type:
        from azora_audit.sources.ddl.replay.drop_objects import drop_users  # noqa: PLC0415 -- it calls this module

        drop_users(session, relation)


def _has_rows_as_type(session: Session, relation: Table | View) -> bool:
    from azora_audit.sources.ddl.replay.drop_objects import is_used  # noqa: PLC0415 -- as above

    return relation.row_type and is_used(session, relation)


def _references_of_ancestors(table: Table, gone: tuple[object, ...]) -> list[ForeignKey]:
    """Return the foreign keys to the tables of which this one is a partition: they refer to its rows too."""
    found: list[ForeignKey] = []
    ancestor = table.partition_of
    while ancestor is not None:
        if ancestor not in gone:
            found += ancestor.references
        ancestor = ancestor.partition_of
    return found


def _take_out(session: Session, table: Table) -> None:
    """Take a table out of everything that knows of it."""
    for constraint in list(table.constraints.values()):
        leave(constraint)
        if isinstance(constraint, ForeignKey) and constraint.target is not None:
            constraint.target.references.pop(constraint, None)
    for index in list(table.indexes):
        unregister(index)
    for column in table.columns.values():
        drop_owned(session, column)
    for parent in [*table.parents, *([table.partition_of] if table.partition_of else [])]:
        if table in parent.children:
            parent.children.remove(table)
    table.schema.relations.pop(table.name, None)


def drop_trigger(trigger: Trigger) -> None:
    """Drop a trigger, and its clones on partitions."""
    table = trigger.table
    if table.triggers.get(trigger.name) is not trigger:
        return
    del table.triggers[trigger.name]
    for child in table.children if isinstance(table, Table) else ():
        copy = child.triggers.get(trigger.name)
        if copy is not None and copy.parent is trigger:
            drop_trigger(copy)


def drop_view(session: Session, view: View, *, cascade: bool) -> None:
    """Drop a view, and with CASCADE the views that read it."""
    if (view.readers or _has_rows_as_type(session, view)) and not cascade:
        raise depends("view", view.name)
    for reader in list(view.readers):
        drop_view(session, reader, cascade=True)
    for relation in view.reads:
        relation.readers.pop(view, None)
    for index in list(view.indexes):
        unregister(index)
    view.schema.relations.pop(view.name, None)
    _drop_users_of_rows(session, view)

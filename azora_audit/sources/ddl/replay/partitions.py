"""Partitions: what a partition gets of its parent, when it is made and when it is attached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.sources.ddl.replay.constraints import inherit_check, inherit_reference
from azora_audit.sources.ddl.replay.drop import drop_trigger
from azora_audit.sources.ddl.replay.indexes import clone_to_partition
from azora_audit.sources.ddl.replay.registry import inherit_not_null
from azora_audit.sources.ddl.replay.session import Refused, Session, unknown
from azora_audit.sources.ddl.replay.state import Check, ForeignKey, Table, Trigger

if TYPE_CHECKING:
    from azora_audit.sources.ddl.actions import Name
    from azora_audit.sources.ddl.replay.state import Column


def inherit_from_parent(session: Session, table: Table, parent: Table) -> None:
    """Give a partition its parent's indexes, row triggers and foreign keys."""
    if table.kind != "foreign":
        for index in list(parent.indexes):
            clone_to_partition(session, index, table)
    for trigger in parent.triggers.values():
        if trigger.row:
            inherit_trigger(trigger, table)
    for constraint in list(parent.constraints.values()):
        if isinstance(constraint, ForeignKey):
            inherit_reference(constraint, table)


def inherit_trigger(trigger: Trigger, partition: Table) -> None:
    """Give a partition its parent's row trigger."""
    copy = Trigger(partition, trigger.name, trigger.origin)
    for field in (
        "timing",
        "row",
        "events",
        "condition",
        "function",
        "function_name",
        "arguments",
        "constraint",
        "enabled",
    ):
        setattr(copy, field, getattr(trigger, field))
    copy.columns = [
        partition.columns[column.name] for column in trigger.columns if column.name in partition.columns
    ]
    copy.reads = [
        partition.columns[column.name] for column in trigger.reads if column.name in partition.columns
    ]
    copy.parent = trigger
    partition.triggers[copy.name] = copy
    for child in partition.children:
        if child.partition_of is partition:
            inherit_trigger(copy, child)


def attach(session: Session, parent: Table, name: Name, bound: str | None) -> None:
    """Replay ALTER TABLE ... ATTACH PARTITION."""
    table = session.table(name)
    if table.partition_of is not None:
        raise Refused("conflict", f'"{table.name}" is a partition already.', name.at)
    for column in parent.columns.values():
        present = table.columns.get(column.name)
        if present is None:
            raise unknown("column", f"{table.name}.{column.name}", name.at)
        if column.not_null is not None and present.not_null is None:
            raise Refused("conflict", f'column "{column.name}" of "{table.name}" must be NOT NULL.', name.at)
        present.inherited += 1
        present.local = False
        inherit_not_null(table, column)
        if present.not_null is not None and present.not_null.inherited:
            present.not_null.local = False
        if column.identity is not None:
            present.identity, present.identity_sequence = column.identity, column.identity_sequence
    table.partition_of, table.bound = parent, bound
    parent.children.append(table)
    for constraint in list(parent.constraints.values()):
        if isinstance(constraint, Check) and not constraint.no_inherit:
            inherit_check(constraint, table)
    inherit_from_parent(session, table, parent)


def detach(session: Session, parent: Table, name: Name) -> None:
    """Replay ALTER TABLE ... DETACH PARTITION: what was inherited stays and becomes the table's own."""
    table = session.table(name)
    if table.partition_of is not parent:
        raise unknown("partition", table.name, name.at)
    parent.children.remove(table)
    table.partition_of, table.bound = None, None
    for column in table.columns.values():
        _become_own(column)
    for constraint in table.constraints.values():
        constraint.local, constraint.inherited = True, 0
        if isinstance(constraint, ForeignKey):
            constraint.parent = None
    for index in table.indexes:
        if index.parent is not None:
            index.parent.children.remove(index)
            index.parent = None
    for trigger in [trigger for trigger in table.triggers.values() if trigger.parent is not None]:
        drop_trigger(trigger)


def _become_own(column: Column) -> None:
    column.inherited, column.local = 0, True
    if column.not_null is not None:
        column.not_null.inherited, column.not_null.local = 0, True
    if (
        column.identity is not None
        and column.identity_sequence is not None
        and column.identity_sequence.owner_column is not column
    ):
        column.identity, column.identity_sequence = None, None

"""The commands of ALTER TABLE on a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from azora_audit.sources.ddl import actions
from azora_audit.sources.ddl.replay import drop, identities, wholes
from azora_audit.sources.ddl.replay.columns import Waiting, copy_column, make_column, same_type, set_default
from azora_audit.sources.ddl.replay.registry import (
    change_inheritance,
    drop_not_null,
    family,
    inherit_not_null,
    not_null_named,
    set_not_null,
)
from azora_audit.sources.ddl.replay.sequences import alter_options
from azora_audit.sources.ddl.replay.session import Refused, Session, conflict, unknown
from azora_audit.sources.ddl.replay.state import Check, Column, ForeignKey, Key, NotNull, Table

if TYPE_CHECKING:
    from collections.abc import Callable


def _add_column(
    session: Session, table: Table, command: actions.Command, waiting: Waiting, action: actions.AlterTable
) -> None:
    definition = command.value
    if action.only and table.children:
        raise Refused("conflict", f'a column of "{table.name}" has to be added to its children too.')
    assert isinstance(definition, actions.ColumnDefinition)  # noqa: S101 -- what the reducer gives with this verb
    if definition.name in table.columns:
        if command.missing_ok:
            return
        raise conflict("column", f"{table.name}.{definition.name}", definition.at)
    if table.partition_of is not None:
        raise Refused("conflict", f'"{table.name}" is a partition and gets no column of its own.')
    for member in family(table, only=action.only):
        present = member.columns.get(definition.name)
        if (
            present is not None
            and definition.type
            and not same_type(present.type, session.type(definition.type))
        ):
            raise Refused("conflict", f'column "{definition.name}" of "{member.name}" has another type.')
    column = make_column(session, table, definition, waiting)
    identities.grant_defaults(session, column.owned or ())
    if not action.only:
        for child in table.children:
            _inherit_added(child, column)


def _inherit_added(child: Table, column: Column) -> None:
    present = child.columns.get(column.name)
    if present is not None:
        present.inherited += 1
        inherit_not_null(child, column)
        return
    copy = copy_column(column, child)
    copy.inherited, copy.local = 1, False
    inherit_not_null(child, column)
    if (
        column.not_null is not None and copy.not_null is None
    ):  # NO INHERIT: not null all the same, without a name
        copy.not_null = NotNull((child.name, column.name), no_inherit=True)
    if child.partition_of is column.table and column.identity is not None:
        copy.identity, copy.identity_sequence = column.identity, column.identity_sequence
    for grandchild in child.children:
        _inherit_added(grandchild, copy)


def _drop_column(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, action: actions.AlterTable
) -> None:
    if command.name not in table.columns:
        if command.missing_ok:
            return
        raise unknown("column", f"{table.name}.{command.name}")
    _require_no_partition_key(table, table.columns[command.name])
    drop.drop_column(session, table.columns[command.name], cascade=command.cascade, only=action.only)


def _require_no_partition_key(table: Table, column: Column) -> None:
    if column in table.partition_columns:
        raise Refused("conflict", f'"{table.name}" is partitioned by "{column.name}", which stays as it is.')


def _alter_type(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, action: actions.AlterTable
) -> None:
    written, collation, at = cast("tuple[actions.TypeName, str | None, int]", command.value)
    altered = session.column(table, command.name or "")
    if altered.inherited:
        raise Refused("conflict", f'column "{altered.name}" is inherited and keeps its type.')
    _require_no_partition_key(table, altered)
    resolved = session.type(written, at)
    for member in family(table, only=action.only):
        column = member.columns.get(command.name or "")
        if column is not None:
            for key in [key for index in member.indexes for key in index.keys]:
                if key.column is column and key.collation == column.collation:
                    key.collation = None  # the index is built anew, and no longer says what the column said
            column.type, column.written, column.collation = resolved, written, collation
            column.origin = session.origin(at, at + len(written.written.encode()))
            if (
                column.identity is not None
                and column.identity_sequence is not None
                and resolved.builtin in ("int2", "int4", "int8")
            ):
                alter_options(
                    session, column.identity_sequence, actions.SequenceOptions(type=resolved.builtin)
                )


def _column_default(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, action: actions.AlterTable
) -> None:
    named = session.column(table, command.name or "")
    if named.generated is not None or named.identity is not None:
        raise Refused("conflict", f'column "{named.name}" is generated and takes no default.')
    value = command.value
    for member in family(table, only=action.only):
        column = member.columns.get(command.name or "")
        if column is not None:
            set_default(session, column, value if isinstance(value, actions.Expression) else None)


def _set_not_null(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    set_not_null(table, session.column(table, command.name or ""), only=_action.only)


def _drop_not_null(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, action: actions.AlterTable
) -> None:
    column = session.column(table, command.name or "")
    for constraint in table.constraints.values():
        if (
            isinstance(constraint, Key)
            and constraint.primary
            and any(key.column is column and not key.included for key in constraint.index.keys)
        ):
            raise Refused("conflict", f'column "{column.name}" is in a primary key and stays NOT NULL.')
    _forget_not_null(table, column, only=action.only)


def _forget_not_null(table: Table, column: Column, *, only: bool) -> None:
    if column.identity is not None:
        raise Refused("conflict", f'column "{column.name}" is an identity column and stays NOT NULL.')
    if column.not_null is not None and column.not_null.inherited:
        raise Refused(
            "conflict", f'NOT NULL of column "{column.name}" is inherited and cannot be dropped here.'
        )
    drop_not_null(table, column, only=only)


def _add_constraint(
    session: Session, table: Table, command: actions.Command, waiting: Waiting, _action: actions.AlterTable
) -> None:
    if isinstance(command.value, actions.NotNull):
        required = command.value
        column = session.column(table, required.column or "")
        set_not_null(table, column, required.name, no_inherit=required.no_inherit)
        return
    del session
    waiting.add(command.value)


def _drop_constraint(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, action: actions.AlterTable
) -> None:
    constraint = table.constraints.get(command.name or "")
    if constraint is None:
        required = not_null_named(table, command.name or "")
        if required is not None:
            _forget_not_null(table, required, only=action.only)
            return
        if command.missing_ok:
            return
        raise unknown("constraint", command.name or "")
    if constraint.inherited and not constraint.local:
        raise Refused("conflict", f'constraint "{constraint.name}" is inherited and cannot be dropped here.')
    drop.drop_constraint(session, constraint, cascade=command.cascade, only=action.only)


def _validate(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    del session
    for member in family(table, only=False):
        constraint = member.constraints.get(command.name or "")
        if isinstance(constraint, (Check, ForeignKey)):
            constraint.validated = True
        elif member is table and constraint is None and not_null_named(table, command.name or "") is None:
            raise unknown("constraint", command.name or "")


def _alter_constraint(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    del session
    change: dict[str, Any] = command.value if isinstance(command.value, dict) else {}
    constraint = table.constraints.get(change.get("conname", ""))
    if constraint is None:
        required = not_null_named(table, change.get("conname", ""))
        if required is None:
            raise unknown("constraint", change.get("conname", ""))
        if change.get("alterInheritability"):
            change_inheritance(table, required, no_inherit=change.get("noinherit", False))
        return
    if not isinstance(constraint, ForeignKey):
        return
    _alter_foreign_key(constraint, change)


def _alter_foreign_key(key: ForeignKey, change: dict[str, Any]) -> None:
    if change.get("alterDeferrability"):
        key.deferrable = change.get("deferrable", False)
        key.deferred = change.get("initdeferred", False)
    if change.get("alterEnforceability") and key.enforced != change.get("is_enforced", False):
        key.enforced = key.validated = not key.enforced
    for child in key.table.children if isinstance(key.table, Table) else ():
        for copy in child.constraints.values():
            if isinstance(copy, ForeignKey) and copy.parent is key:
                _alter_foreign_key(copy, change)


TABLE_COMMANDS: dict[str, Callable[[Session, Table, actions.Command, Waiting, actions.AlterTable], None]] = {
    "AddColumn": _add_column,
    "DropColumn": _drop_column,
    "AlterColumnType": _alter_type,
    "ColumnDefault": _column_default,
    "SetNotNull": _set_not_null,
    "DropNotNull": _drop_not_null,
    "AddConstraint": _add_constraint,
    "DropConstraint": _drop_constraint,
    "ValidateConstraint": _validate,
    "AlterConstraint": _alter_constraint,
    "AddIdentity": identities.add_identity,
    "SetIdentity": identities.set_identity,
    "DropIdentity": identities.drop_identity,
    "SetExpression": identities.set_expression,
    "DropExpression": identities.drop_expression,
    "ChangeOwner": wholes.change_owner,
    "EnableRowSecurity": wholes.row_security,
    "DisableRowSecurity": wholes.row_security,
    "ForceRowSecurity": wholes.row_security,
    "NoForceRowSecurity": wholes.row_security,
    "EnableTrig": wholes.switch_triggers,
    "EnableTrigAll": wholes.switch_triggers,
    "EnableTrigUser": wholes.switch_triggers,
    "EnableAlwaysTrig": wholes.switch_triggers,
    "EnableReplicaTrig": wholes.switch_triggers,
    "DisableTrig": wholes.switch_triggers,
    "DisableTrigAll": wholes.switch_triggers,
    "DisableTrigUser": wholes.switch_triggers,
    "SetLogged": wholes.change_persistence,
    "SetUnLogged": wholes.change_persistence,
    "AddInherit": wholes.change_parent,
    "DropInherit": wholes.change_parent,
    "AttachPartition": wholes.change_partition,
    "DetachPartition": wholes.change_partition,
    "AddOf": wholes.change_of_type,
    "DropOf": wholes.change_of_type,
}
"""Handlers by libpg_query's name of the command."""

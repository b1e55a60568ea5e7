"""The commands of ALTER TABLE on a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from azora_audit.sources.ddl import actions
from azora_audit.sources.ddl.replay import drop, partitions
from azora_audit.sources.ddl.replay.columns import Waiting, copy_column, make_column, set_default
from azora_audit.sources.ddl.replay.constraints import inherit_check
from azora_audit.sources.ddl.replay.registry import (
    drop_not_null,
    inherit_not_null,
    not_null_named,
    set_not_null,
)
from azora_audit.sources.ddl.replay.sequences import alter_options, own_sequence
from azora_audit.sources.ddl.replay.session import Refused, Session, conflict, unknown
from azora_audit.sources.ddl.replay.state import Check, Column, ForeignKey, Key, Table
from azora_audit.sources.ddl.replay.tables import inherit_columns

if TYPE_CHECKING:
    from collections.abc import Callable


def _family(table: Table, *, only: bool) -> list[Table]:
    """Return a table and, unless ONLY, all that inherit from it."""
    tables = [table]
    if not only:
        for child in table.children:
            tables.extend(_family(child, only=False))
    return tables


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
    column = make_column(session, table, definition, waiting)
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
    if child.partition_of is column.table and column.identity is not None:
        copy.identity, copy.sequence = column.identity, column.sequence
    for grandchild in child.children:
        _inherit_added(grandchild, copy)


def _drop_column(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, action: actions.AlterTable
) -> None:
    if command.name not in table.columns:
        if command.missing_ok:
            return
        raise unknown("column", f"{table.name}.{command.name}")
    drop.drop_column(session, table.columns[command.name], cascade=command.cascade, only=action.only)


def _alter_type(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, action: actions.AlterTable
) -> None:
    written, collation, at = cast("tuple[actions.TypeName, str | None, int]", command.value)
    session.column(table, command.name or "")
    resolved = session.type(written, at)
    for member in _family(table, only=action.only):
        column = member.columns.get(command.name or "")
        if column is not None:
            column.type, column.written, column.collation = resolved, written, collation
            column.origin = session.origin(at, at + len(written.written.encode()))
            if (
                column.identity is not None
                and column.sequence is not None
                and resolved.builtin in ("int2", "int4", "int8")
            ):
                alter_options(session, column.sequence, actions.SequenceOptions(type=resolved.builtin))


def _column_default(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, action: actions.AlterTable
) -> None:
    session.column(table, command.name or "")
    value = command.value
    for member in _family(table, only=action.only):
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
    if action.only and any(child.partition_of is table for child in table.children):
        raise Refused(
            "conflict", f'constraint "{constraint.name}" cannot be dropped from the partitioned table alone.'
        )
    drop.drop_constraint(session, constraint, cascade=command.cascade, only=action.only)


def _validate(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    del session
    for member in _family(table, only=False):
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
        if not_null_named(table, change.get("conname", "")) is not None:
            return
        raise unknown("constraint", change.get("conname", ""))
    if not isinstance(constraint, ForeignKey):
        return
    if change.get("alterDeferrability"):
        constraint.deferrable = change.get("deferrable", False)
        constraint.deferred = change.get("initdeferred", False)
    if change.get("alterEnforceability"):
        constraint.enforced = constraint.validated = change.get("is_enforced", False)


def _add_identity(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    column = session.column(table, command.name or "")
    identity = command.value
    if not isinstance(identity, actions.Identity):
        return
    if column.identity is not None:
        raise conflict("identity of column", column.name)
    column.identity = "always" if identity.always else "by default"
    own_sequence(table, column, identity.options._replace(type=column.type.builtin), internal=True)
    _share_identity(table, column)


def _share_identity(table: Table, column: Column) -> None:
    """Let partitions have their parent's identity, or lose it with the parent."""
    for child in table.children:
        own = child.columns.get(column.name)
        if child.partition_of is table and own is not None:
            own.identity, own.sequence = column.identity, column.sequence
            _share_identity(child, own)


def _set_identity(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    column = session.column(table, command.name or "")
    always, options = cast("tuple[bool | None, actions.SequenceOptions]", command.value)
    if column.identity is None or column.sequence is None:
        raise unknown("identity of column", column.name)
    if always is not None:
        column.identity = "always" if always else "by default"
        _share_identity(table, column)
    alter_options(session, column.sequence, options)


def _drop_identity(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    column = session.column(table, command.name or "")
    if column.identity is None:
        if command.missing_ok:
            return
        raise unknown("identity of column", column.name)
    if column.sequence is not None:
        column.sequence.schema.relations.pop(column.sequence.name, None)
    column.identity, column.sequence = None, None
    _share_identity(table, column)


def _set_expression(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    column = session.column(table, command.name or "")
    if column.generated is None:
        raise Refused("conflict", f'column "{column.name}" is not a generated column.')
    if isinstance(command.value, actions.Expression):
        column.generated = (command.value, column.generated[1])


def _drop_expression(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    column = session.column(table, command.name or "")
    if column.generated is None and not command.missing_ok:
        raise Refused("conflict", f'column "{column.name}" is not a generated column.')
    column.generated = None


def _owner(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    del session
    table.owner = str(command.value)


def _row_security(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    del session
    if command.verb in ("EnableRowSecurity", "DisableRowSecurity"):
        table.row_security = command.verb == "EnableRowSecurity"
    else:
        table.force_row_security = command.verb == "ForceRowSecurity"


def _triggers(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    del session
    enabled = command.verb.startswith("Enable")
    if command.name is None:
        for trigger in table.triggers.values():
            trigger.enabled = enabled
        return
    found = table.triggers.get(command.name)
    if found is None:
        raise unknown("trigger", command.name)
    for member in _family(table, only=False):
        if command.name in member.triggers:
            member.triggers[command.name].enabled = enabled


def _persistence(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    del session
    table.persistence = "permanent" if command.verb == "SetLogged" else "unlogged"


def _inherit(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    assert isinstance(command.value, actions.Name)  # noqa: S101 -- what the reducer gives with this verb
    parent = session.table(command.value)
    if command.verb == "DropInherit":
        if parent not in table.parents:
            raise unknown("parent", parent.name)
        table.parents.remove(parent)
        parent.children.remove(table)
        for column in table.columns.values():
            if column.name in parent.columns and column.inherited:
                column.inherited -= 1
                column.local = column.local or not column.inherited
                if column.not_null is not None and column.not_null.inherited:
                    column.not_null.inherited -= 1
                    column.not_null.local = column.not_null.local or not column.not_null.inherited
        return
    for column in parent.columns.values():
        own = session.column(table, column.name)
        if column.not_null and not own.not_null:
            raise Refused("conflict", f'column "{column.name}" of "{table.name}" must be NOT NULL.')
    inherit_columns(table, parent, partition=False)
    table.parents.append(parent)
    parent.children.append(table)
    for constraint in parent.constraints.values():
        if isinstance(constraint, Check) and not constraint.no_inherit:
            inherit_check(constraint, table)


def _partition(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    name, bound = cast("tuple[actions.Name, str | None]", command.value)
    if command.verb == "AttachPartition":
        partitions.attach(session, table, name, bound)
    else:
        partitions.detach(session, table, name)


def _of_type(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    """OF and NOT OF change no fact of the catalog."""
    del session, table, command


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
    "AddIdentity": _add_identity,
    "SetIdentity": _set_identity,
    "DropIdentity": _drop_identity,
    "SetExpression": _set_expression,
    "DropExpression": _drop_expression,
    "ChangeOwner": _owner,
    "EnableRowSecurity": _row_security,
    "DisableRowSecurity": _row_security,
    "ForceRowSecurity": _row_security,
    "NoForceRowSecurity": _row_security,
    "EnableTrig": _triggers,
    "EnableTrigAll": _triggers,
    "EnableTrigUser": _triggers,
    "EnableAlwaysTrig": _triggers,
    "EnableReplicaTrig": _triggers,
    "DisableTrig": _triggers,
    "DisableTrigAll": _triggers,
    "DisableTrigUser": _triggers,
    "SetLogged": _persistence,
    "SetUnLogged": _persistence,
    "AddInherit": _inherit,
    "DropInherit": _inherit,
    "AttachPartition": _partition,
    "DetachPartition": _partition,
    "AddOf": _of_type,
    "DropOf": _of_type,
}
"""Handlers by libpg_query's name of the command."""

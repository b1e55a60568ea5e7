"""Commands of ALTER TABLE on the table as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from azora_audit.sources.ddl import actions
from azora_audit.sources.ddl.replay import partitions
from azora_audit.sources.ddl.replay.constraints import inherit_check
from azora_audit.sources.ddl.replay.registry import family
from azora_audit.sources.ddl.replay.session import Refused, Session, unknown
from azora_audit.sources.ddl.replay.state import Check, Table
from azora_audit.sources.ddl.replay.tables import inherit_columns

if TYPE_CHECKING:
    from azora_audit.sources.ddl.replay.columns import Waiting
    from azora_audit.sources.ddl.replay.state import Column, Constraint, NotNull


def change_owner(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    """Replay OWNER TO."""
    from azora_audit.sources.ddl.replay.rights import set_owner  # noqa: PLC0415 -- dumps have owners, few others

    del session
    set_owner(table, str(command.value))


def row_security(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    """Replay ENABLE, DISABLE, FORCE and NO FORCE ROW LEVEL SECURITY."""
    del session
    if command.verb in ("EnableRowSecurity", "DisableRowSecurity"):
        table.row_security = command.verb == "EnableRowSecurity"
    else:
        table.force_row_security = command.verb == "ForceRowSecurity"


def switch_triggers(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, action: actions.AlterTable
) -> None:
    """Replay ENABLE and DISABLE TRIGGER, on the clones of partitions too unless ONLY is said."""
    del session
    enabled = command.verb.startswith("Enable")
    if command.name is not None and command.name not in table.triggers:
        raise unknown("trigger", command.name)
    named = [table.triggers[command.name]] if command.name is not None else list(table.triggers.values())
    for trigger in named:
        trigger.enabled = enabled
    clones = {id(trigger) for trigger in named}
    for member in () if action.only else family(table, only=False):
        for trigger in member.triggers.values():
            if trigger.parent is not None and id(trigger.parent) in clones:
                trigger.enabled = enabled
                clones.add(id(trigger))


def change_persistence(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    """Replay SET LOGGED and SET UNLOGGED."""
    del session
    if table.strategy is None:  # PostgreSQL 18 refuses it for a partitioned table; before, it changed nothing
        table.persistence = "permanent" if command.verb == "SetLogged" else "unlogged"


def change_parent(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    """Replay INHERIT and NO INHERIT."""
    assert isinstance(command.value, actions.Name)  # noqa: S101 -- what the reducer gives with this verb
    parent = session.table(command.value)
    if command.verb == "DropInherit":
        _leave_parent(table, parent)
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


def _leave_parent(table: Table, parent: Table) -> None:
    """Let what a table has from this parent alone be its own."""
    if parent not in table.parents:
        raise unknown("parent", parent.name)
    table.parents.remove(parent)
    parent.children.remove(table)
    inherited: list[Column | NotNull | Constraint] = []
    for column in table.columns.values():
        above = parent.columns.get(column.name)
        if above is not None:
            inherited.append(column)
            if column.not_null is not None and above.not_null is not None and not above.not_null.no_inherit:
                inherited.append(column.not_null)
    for constraint in table.constraints.values():
        other = parent.constraints.get(constraint.name)
        if isinstance(constraint, Check) and isinstance(other, Check) and not other.no_inherit:
            inherited.append(constraint)
    for thing in inherited:
        if thing.inherited:
            thing.inherited -= 1
            thing.local = thing.local or not thing.inherited


def change_partition(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    """Replay ATTACH and DETACH PARTITION."""
    name, bound = cast("tuple[actions.Name, str | None]", command.value)
    if command.verb == "AttachPartition":
        partitions.attach(session, table, name, bound)
    else:
        partitions.detach(session, table, name)
        if bound is not None:
            detail = f'the CHECK constraint that detaching "{name.name}" concurrently leaves is not in the catalog.'
            session.remark("unsupported-statement", detail, name.at)


def change_of_type(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    """Replay OF and NOT OF."""
    table.of_type = None
    if command.verb == "AddOf":
        assert isinstance(command.value, actions.Name)  # noqa: S101 -- what the reducer gives with this verb
        table.of_type = session.user_type(command.value.schema, command.value.name)

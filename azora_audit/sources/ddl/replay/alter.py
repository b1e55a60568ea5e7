"""ALTER TABLE, one command at a time, in the order of PostgreSQL's passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azora_audit.sources.ddl import actions
from azora_audit.sources.ddl.replay.columns import Waiting
from azora_audit.sources.ddl.replay.commands import TABLE_COMMANDS
from azora_audit.sources.ddl.replay.constraints import add_check, add_exclusion, add_key, add_reference
from azora_audit.sources.ddl.replay.indexes import attach_index
from azora_audit.sources.ddl.replay.registry import has_tables, not_null_named, tables_of
from azora_audit.sources.ddl.replay.session import Refused, Session, conflict, unknown
from azora_audit.sources.ddl.replay.state import Column, Index, Sequence, Table, UserType, View
from azora_audit.sources.ddl.replay.tables import distinct_keys

if TYPE_CHECKING:
    from collections.abc import Iterable

_PASSES = {
    "DropColumn": 0,
    "DropConstraint": 0,
    "DropExpression": 0,
    "DropIdentity": 0,
    "DropNotNull": 0,
    "AlterColumnType": 1,
    "AddColumn": 2,
    "SetExpression": 3,
    "AddConstraint": 4,
    "SetNotNull": 4,
    "AddIdentity": 5,
    "ColumnDefault": 5,
}
"""Passes in which PostgreSQL runs commands (ATPrepCmd, tablecmds.c); keys and foreign keys are made after these."""
_AT_LAST = 6
"""The pass of all other commands."""


def _pass_of(command: actions.Command) -> int:
    if command.verb == "ColumnDefault" and command.value is None:
        return 0
    return _PASSES.get(command.verb, _AT_LAST)


def alter_table(session: Session, action: actions.AlterTable) -> None:
    """Replay ALTER TABLE, INDEX, SEQUENCE, VIEW or a composite type."""
    name = action.name
    if action.kind == "type":
        _alter_composite(session, action)
        return
    relation = session.find(name.schema, name.name)
    if relation is None:
        if action.if_exists:
            return
        raise unknown("relation", name.name, name.at)
    if not isinstance(relation, Table):
        _alter_other(session, relation, action)
        return
    commands = action.commands
    if len(commands) > 1:
        foresee(relation, action)
        commands = tuple(sorted(commands, key=_pass_of))
    first = [command for command in commands if _pass_of(command) < _AT_LAST]
    _run(session, relation, action, first)
    _run(session, relation, action, commands[len(first) :])


def _run(
    session: Session, table: Table, action: actions.AlterTable, commands: Iterable[actions.Command]
) -> None:
    waiting = Waiting()
    for command in commands:
        handler = TABLE_COMMANDS.get(command.verb)
        if handler is None:
            raise Refused(
                "unsupported-statement", f"ALTER TABLE {command.verb} is not understood.", action.name.at
            )
        before = len(waiting.keys)
        handler(session, table, command, waiting, action)
        waiting.keys[before:] = distinct_keys(waiting.keys[before:])
    add_waiting(session, table, waiting, only=action.only)


def foresee(table: Table, action: actions.AlterTable) -> None:
    """Refuse a statement of several commands before any of them runs, where one would fail: it is all or nothing."""
    columns, constraints = set(table.columns), set(table.constraints)
    for command in sorted(action.commands, key=_pass_of):
        if command.verb == "DropConstraint":
            _foresee_drop(table, constraints, command)
        elif isinstance(command.value, (actions.Key, actions.CheckThat, actions.Reference, actions.Exclude)):
            _foresee_constraint(table, columns, constraints, command.value)
        else:
            _foresee_column(table, columns, command)


def _foresee_column(table: Table, columns: set[str], command: actions.Command) -> None:
    value, name = command.value, command.name or ""
    if isinstance(value, actions.ColumnDefinition):
        if value.name in columns and not command.missing_ok:
            raise conflict("column", f"{table.name}.{value.name}", value.at)
        columns.add(value.name)
    elif (command.verb == "DropColumn" or command.verb in _ON_COLUMN) and name not in columns:
        if not (command.verb == "DropColumn" and command.missing_ok):
            raise unknown("column", f"{table.name}.{name}")
    elif command.verb == "DropColumn":
        columns.discard(name)


def _foresee_drop(table: Table, constraints: set[str], command: actions.Command) -> None:
    name = command.name or ""
    if name not in constraints and not command.missing_ok and not_null_named(table, name) is None:
        raise unknown("constraint", name)
    constraints.discard(name)


def _foresee_constraint(
    table: Table,
    columns: set[str],
    constraints: set[str],
    value: actions.Key | actions.CheckThat | actions.Reference | actions.Exclude,
) -> None:
    if value.name in constraints:
        raise conflict("constraint", value.name, value.at)
    if value.name is not None:
        constraints.add(value.name)
    names: tuple[str, ...] = ()
    if isinstance(value, (actions.Key, actions.Reference)):
        names = value.columns
    elif isinstance(value, actions.CheckThat):
        names = value.expression.columns
    for name in names:
        if name not in columns and name != table.name:
            raise unknown("column", f"{table.name}.{name}", value.at)


_ON_COLUMN = frozenset(
    (
        "AddIdentity",
        "AlterColumnType",
        "ColumnDefault",
        "DropExpression",
        "DropIdentity",
        "DropNotNull",
        "SetExpression",
        "SetIdentity",
        "SetNotNull",
    )
)


def add_waiting(session: Session, table: Table, waiting: Waiting, *, only: bool) -> None:
    """Make the constraints that waited: keys, then checks, then foreign keys."""
    for key in waiting.keys:
        if isinstance(key, actions.Key):
            add_key(session, table, key, only=only)
        else:
            add_exclusion(session, table, key, only=only)
    if only and table.kind == "partitioned" and waiting.references:
        raise Refused(
            "conflict", f'a foreign key of partitioned table "{table.name}" cannot be added with ONLY.'
        )
    if only and table.children and any(not check.no_inherit for check in waiting.checks):
        raise Refused("conflict", f'a constraint of "{table.name}" has to be added to its children too.')
    for check in waiting.checks:
        add_check(session, table, check)
    for reference in waiting.references:
        add_reference(session, table, reference)


def _alter_other(session: Session, relation: Any, action: actions.AlterTable) -> None:
    for command in action.commands:
        if command.verb == "ChangeOwner":
            from azora_audit.sources.ddl.replay.rights import set_owner  # noqa: PLC0415 -- dumps have owners, few others

            set_owner(relation, str(command.value))
        elif command.verb == "AttachPartition" and isinstance(relation, Index):
            child = session.index(command.value[0])  # type: ignore[index]  # name and bound
            attach_index(child, relation)
        elif isinstance(relation, View) and command.verb == "ColumnDefault":
            continue
        elif isinstance(relation, View) and isinstance(command.value, dict):
            _set_view_options(relation, command.value)
        elif isinstance(relation, Sequence) and command.verb in ("SetLogged", "SetUnLogged"):
            continue
        else:
            raise Refused(
                "unsupported-statement",
                f'ALTER {action.kind.upper()} {command.verb} of "{relation.name}" is not understood.',
                action.name.at,
            )


def _set_view_options(view: View, options: dict[str, Any]) -> None:
    view.invoker = options.get("security_invoker", view.invoker)
    view.barrier = options.get("security_barrier", view.barrier)
    view.check_option = options.get("check_option", view.check_option)


def _alter_composite(session: Session, action: actions.AlterTable) -> None:
    found = session.user_type(action.name.schema, action.name.name)
    if found is None:
        raise unknown("type", action.name.name, action.name.at)
    typed = tables_of(session, found)
    if typed and not all(command.cascade for command in action.commands):
        raise has_tables(found, typed)
    for command in action.commands:
        _alter_attribute(session, found, command)
    for table in typed:
        name = actions.Name(table.schema.name, table.name, 0, 0)
        alter_table(session, action._replace(kind="table", name=name, only=False))


def _alter_attribute(session: Session, found: UserType, command: actions.Command) -> None:
    names = [column.name for column in found.columns]
    if command.verb == "AddColumn" and isinstance(command.value, actions.ColumnDefinition):
        if command.value.name in names:
            raise conflict("attribute", f"{found.name}.{command.value.name}")
        found.columns.append(composite_column(session, found, command.value))
        return
    if command.name not in names:
        if command.missing_ok:
            return
        raise unknown("attribute", f"{found.name}.{command.name}")
    place = names.index(command.name)
    if command.verb == "DropColumn":
        del found.columns[place]
    elif command.verb == "AlterColumnType":
        written: actions.TypeName = command.value[0]  # type: ignore[index]  # type and collation
        found.columns[place].type, found.columns[place].written = session.type(written), written


def composite_column(session: Session, owner: UserType, definition: actions.ColumnDefinition) -> Column:
    """Make an attribute of a composite type."""
    if definition.type is None:
        raise unknown("type of column", definition.name, definition.at)
    origin = session.origin(definition.at, definition.end)
    resolved = session.type(definition.type, definition.type_at)
    column = Column(owner, definition.name, origin, resolved, definition.type)
    column.collation = definition.collation
    return column

"""Commands of ALTER TABLE on identity and generated columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from azora_audit.sources.ddl import actions
from azora_audit.sources.ddl.replay.registry import family
from azora_audit.sources.ddl.replay.sequences import alter_options, own_sequence
from azora_audit.sources.ddl.replay.session import Refused, Session, conflict, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.sources.ddl.replay.columns import Waiting
    from azora_audit.sources.ddl.replay.state import Column, Sequence, Table


def grant_defaults(session: Session, sequences: Iterable[Sequence]) -> None:
    """Give the sequences of a new serial or identity column the privileges that were promised for new sequences."""
    if not session.default_privileges:
        return
    from azora_audit.sources.ddl.replay.rights import apply_defaults  # noqa: PLC0415 -- few schemas have any

    for sequence in sequences:
        apply_defaults(session, sequence, "sequence")


def add_identity(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    """Replay ADD GENERATED ... AS IDENTITY."""
    column = session.column(table, command.name or "")
    identity = command.value
    if not isinstance(identity, actions.Identity):
        return
    if column.identity is not None:
        raise conflict("identity of column", column.name)
    if column.default is not None:
        raise Refused("conflict", f'column "{column.name}" has a default, so it gets no identity.')
    column.identity = "always" if identity.always else "by default"
    sequence = own_sequence(table, column, identity.options._replace(type=column.type.builtin), internal=True)
    grant_defaults(session, [sequence])
    _share_identity(table, column)


def _share_identity(table: Table, column: Column) -> None:
    """Let partitions have their parent's identity, or lose it with the parent."""
    for child in table.children:
        own = child.columns.get(column.name)
        if child.partition_of is table and own is not None:
            own.identity, own.identity_sequence = column.identity, column.identity_sequence
            _share_identity(child, own)


def set_identity(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    """Replay SET GENERATED and SET of sequence options."""
    column = session.column(table, command.name or "")
    always, options = cast("tuple[bool | None, actions.SequenceOptions]", command.value)
    if column.identity is None or column.identity_sequence is None:
        raise unknown("identity of column", column.name)
    if always is not None:
        column.identity = "always" if always else "by default"
        _share_identity(table, column)
    alter_options(session, column.identity_sequence, options)


def drop_identity(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, _action: actions.AlterTable
) -> None:
    """Replay DROP IDENTITY."""
    column = session.column(table, command.name or "")
    if column.identity is None:
        if command.missing_ok:
            return
        raise unknown("identity of column", column.name)
    if column.identity_sequence is not None:
        column.identity_sequence.schema.relations.pop(column.identity_sequence.name, None)
    column.identity, column.identity_sequence = None, None
    _share_identity(table, column)


def set_expression(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, action: actions.AlterTable
) -> None:
    """Replay SET EXPRESSION, in children too."""
    column = session.column(table, command.name or "")
    if column.generated is None:
        raise Refused("conflict", f'column "{column.name}" is not a generated column.')
    if isinstance(command.value, actions.Expression):
        for member in family(table, only=action.only):
            member.columns[column.name].generated = (command.value, column.generated[1])


def drop_expression(
    session: Session, table: Table, command: actions.Command, _waiting: Waiting, action: actions.AlterTable
) -> None:
    """Replay DROP EXPRESSION, in children too."""
    column = session.column(table, command.name or "")
    if column.generated is None and not command.missing_ok:
        raise Refused("conflict", f'column "{column.name}" is not a generated column.')
    for member in family(table, only=action.only):
        member.columns[column.name].generated = None

"""Which part of the replay answers each kind of action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azora_audit.sources.ddl import actions
from azora_audit.sources.ddl.replay import objects
from azora_audit.sources.ddl.replay.alter import alter_table
from azora_audit.sources.ddl.replay.indexes import create_index
from azora_audit.sources.ddl.replay.sequences import alter_options, create_sequence
from azora_audit.sources.ddl.replay.session import Refused, Session
from azora_audit.sources.ddl.replay.tables import create_table, create_table_as

if TYPE_CHECKING:
    from collections.abc import Callable

    from azora_audit.sources.ddl.positions import Positions

_CREATE: dict[str, Callable[[Session, actions.Create], None]] = {
    "enum": objects.create_enum,
    "domain": objects.create_domain,
    "composite": objects.create_composite,
    "range": objects.create_range,
    "base": objects.create_base,
    "schema": objects.create_schema,
    "extension": objects.create_extension,
    "sequence": create_sequence,
}


def _create(session: Session, action: actions.Create) -> None:
    _CREATE[action.kind](session, action)


def _not_understood(session: Session, action: actions.NotUnderstood) -> None:
    session.remark(action.reason, action.detail, action.at)


HANDLERS: dict[type, Callable[[Session, Any], None]] = {
    actions.CreateTable: create_table,
    actions.CreateTableAs: create_table_as,
    actions.CreateIndex: create_index,
    actions.AlterTable: alter_table,
    actions.Create: _create,
    actions.NotUnderstood: _not_understood,
}


def replay(session: Session, positions: Positions, data: bytes, items: list[tuple[int, Any]]) -> None:
    """Apply the actions of one file in order; what PostgreSQL would refuse is remarked and changes nothing."""
    session.positions = positions
    session.data = data
    for start, action in items:
        handler = HANDLERS.get(type(action))
        if handler is None:
            continue
        session.start = start
        try:
            handler(session, action)
        except Refused as refused:
            session.remark(refused.reason, refused.detail, refused.at)

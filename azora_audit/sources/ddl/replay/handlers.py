"""Which part of the replay answers each kind of action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from azora_audit.sources.ddl import actions
from azora_audit.sources.ddl.replay import objects
from azora_audit.sources.ddl.replay.alter import alter_table
from azora_audit.sources.ddl.replay.indexes import create_index
from azora_audit.sources.ddl.replay.sequences import alter_options, create_sequence
from azora_audit.sources.ddl.replay.session import Refused, Session, conflict
from azora_audit.sources.ddl.replay.tables import create_table, create_table_as
from azora_audit.sources.ddl.replay.transactions import without_rolled_back

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
    handler = _CREATE.get(action.kind)
    if handler is None:
        from azora_audit.sources.ddl.replay import programs  # noqa: PLC0415 -- small migrations have none

        handler = _CREATE[action.kind] = getattr(programs, f"create_{action.kind}")
    handler(session, action)


def _alter(session: Session, action: actions.Alter) -> None:
    if action.verb in ("rename", "set-schema", "owner", "depends", "no-depends"):
        from azora_audit.sources.ddl.replay import changes  # noqa: PLC0415 -- as said above

        changes.alter(session, action)
    elif action.kind == "enum":
        objects.alter_enum(session, action)
    elif action.kind == "domain":
        objects.alter_domain(session, action)
    elif action.kind == "sequence":
        _alter_sequence(session, action)
    else:
        from azora_audit.sources.ddl.replay import programs  # noqa: PLC0415 -- as said above

        getattr(programs, f"alter_{action.kind}")(session, action)


def _alter_sequence(session: Session, action: actions.Alter) -> None:
    if action.if_exists and session.find(action.name.schema, action.name.name) is None:
        return
    if isinstance(action.value, actions.SequenceOptions):
        alter_options(session, session.sequence(action.name), action.value)


def _drop(session: Session, action: actions.Drop) -> None:
    from azora_audit.sources.ddl.replay import drops  # noqa: PLC0415 -- as said above

    drops.drop(session, action)


def _comment(session: Session, action: actions.CommentOn) -> None:
    from azora_audit.sources.ddl.replay import changes  # noqa: PLC0415 -- as said above

    changes.comment(session, action)


def _grants(session: Session, action: actions.Grants) -> None:
    from azora_audit.sources.ddl.replay import rights  # noqa: PLC0415 -- as said above

    rights.grants(session, action)


def _search_path(session: Session, action: actions.SearchPath) -> None:
    if action.local and session.outer_path is None:
        session.outer_path = session.path
    if action.schemas is None:
        session.path = session.initial_path
    else:
        session.path = tuple(
            [name for name in action.schemas if name not in ("$user", "pg_temp", "pg_catalog", "")]
        )
    session.types_changed()


def _file_switch(session: Session, action: actions.FileSwitch) -> None:
    session.positions = cast("Positions", action.positions)


def _end_of_transaction(session: Session, _action: actions.EndOfTransaction) -> None:
    if session.outer_path is not None:
        session.path, session.outer_path = session.outer_path, None
        session.types_changed()


def _not_understood(session: Session, action: actions.NotUnderstood) -> None:
    session.remark(action.reason, action.detail, action.at)


def _call(session: Session, action: actions.CallOf) -> None:
    from azora_audit.sources.ddl.replay.calls import call  # noqa: PLC0415 -- as said above

    call(session, action)


def _guarded(session: Session, action: actions.Guarded) -> None:
    """Replay an action that a condition guards: where PostgreSQL would refuse it, the condition was false."""
    before = len(session.remarks)
    try:
        HANDLERS[type(action.action)](session, action.action)
    except Refused:
        del session.remarks[before:]


def _within(session: Session, action: actions.Within) -> None:
    """Replay CREATE SCHEMA with elements."""
    if action.made.name.name in session.schemas:  # CREATE SCHEMA public alone is let pass, as dumps have it
        raise conflict("schema", action.made.name.name, action.made.name.at)
    _create(session, action.made)
    before = session.path
    session.path = (action.made.name.name, *before)
    session.types_changed()
    try:
        for inner in action.actions:
            HANDLERS[type(inner)](session, inner)
    finally:
        session.path = before
        session.types_changed()


def _ignored(_session: Session, _action: actions.Ignored) -> None:
    """Leave the schema as it is."""


HANDLERS: dict[type, Callable[[Session, Any], None]] = {
    actions.Alter: _alter,
    actions.AlterTable: alter_table,
    actions.CallOf: _call,
    actions.CommentOn: _comment,
    actions.Create: _create,
    actions.CreateIndex: create_index,
    actions.CreateTable: create_table,
    actions.CreateTableAs: create_table_as,
    actions.Drop: _drop,
    actions.EndOfTransaction: _end_of_transaction,
    actions.FileSwitch: _file_switch,
    actions.Grants: _grants,
    actions.Guarded: _guarded,
    actions.Ignored: _ignored,
    actions.NotUnderstood: _not_understood,
    actions.SearchPath: _search_path,
    actions.Within: _within,
}


def replay(session: Session, items: list[tuple[int, Any]]) -> None:
    """Apply the actions of one session in order; what PostgreSQL would refuse is remarked and changes nothing."""
    session.path, session.outer_path = session.initial_path, None
    session.types_changed()
    for start, action in without_rolled_back(items):
        session.start = start
        try:
            HANDLERS[type(action)](session, action)
        except Refused as refused:
            session.remark(refused.reason, refused.detail, refused.at)

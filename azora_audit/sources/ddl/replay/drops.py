"""DROP statements: what they name, in the order in which it can go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azora_audit.sources.ddl.replay import drop_objects
from azora_audit.sources.ddl.replay.changes import find
from azora_audit.sources.ddl.replay.drop import drop_index, drop_table, drop_trigger, drop_view
from azora_audit.sources.ddl.replay.drop_sequences import drop_sequence
from azora_audit.sources.ddl.replay.session import Refused, Session, unknown
from azora_audit.sources.ddl.replay.state import Function, Index, Sequence, Table, UserType, View

if TYPE_CHECKING:
    from azora_audit.sources.ddl import actions
    from azora_audit.sources.ddl.replay.state import Thing


def drop(session: Session, action: actions.Drop) -> None:
    """Replay DROP."""
    gone = _named(session, action) if action.cascade else []
    if action.kind in ("trigger", "policy"):
        for name, owner in zip(action.names, action.on, strict=True):
            _drop_part(session, action, owner, name.name)
    elif action.kind in ("schema", "extension"):
        drop_one = _drop_schema if action.kind == "schema" else _drop_extension
        for name in action.names:
            drop_one(session, action, name)
    else:
        _drop_things(session, _things(session, action), cascade=action.cascade)
    if gone:
        from azora_audit.sources.ddl.replay.mentions import remark_users  # noqa: PLC0415 -- for CASCADE only

        remark_users(session, gone, action.names[0].at)


def _named(session: Session, action: actions.Drop) -> list[Thing]:
    """Return what is dropped by its name, for a schema what is in it."""
    if action.kind == "schema":
        schemas = [session.schemas[name.name] for name in action.names if name.name in session.schemas]
        return [
            thing
            for schema in schemas
            for things in (schema.relations.values(), schema.types.values(), *schema.functions.values())
            for thing in things
        ]
    if action.kind in ("trigger", "policy", "extension"):
        return []
    return _things(session, action)


def _things(session: Session, action: actions.Drop) -> list[Thing]:
    """Look everything up before anything is dropped, as PostgreSQL does."""
    things = []
    for name, arguments in zip(action.names, action.arguments, strict=True):
        thing = find(session, action.kind, name, arguments)
        if thing is not None:
            things.append(thing)
        elif not action.if_exists:
            raise unknown(action.kind, name.name)
    return things


def _drop_things(session: Session, things: list[Thing], *, cascade: bool) -> None:
    """Drop several things in any order in which none is needed any more."""
    while things:
        left: list[Thing] = []
        for thing in things:
            try:
                if _is_there(thing):
                    _drop_thing(session, thing, things, cascade=cascade)
            except Refused:
                left.append(thing)
                if len(left) == len(things):
                    raise
        things = left


def _is_there(thing: Thing) -> bool:
    if isinstance(thing, UserType):
        return thing.schema.types.get(thing.name) is thing
    if isinstance(thing, Function):
        return thing in thing.schema.functions.get(thing.name, ())
    return thing.schema.relations.get(thing.name) is thing


def _drop_thing(session: Session, thing: Thing, together: list[Thing], *, cascade: bool) -> None:
    if isinstance(thing, Table):
        drop_table(session, thing, cascade=cascade, together=together)
    elif isinstance(thing, View):
        drop_view(session, thing, cascade=cascade)
    elif isinstance(thing, Index):
        drop_index(session, thing, cascade=cascade)
    elif isinstance(thing, Sequence):
        drop_sequence(session, thing, cascade=cascade)
    elif isinstance(thing, UserType):
        drop_objects.drop_type(session, thing, cascade=cascade)
    elif isinstance(thing, Function):
        drop_objects.drop_function(session, thing, cascade=cascade)


def _drop_part(session: Session, action: actions.Drop, owner: actions.Name | None, name: str) -> None:
    table = session.find(owner.schema, owner.name) if owner is not None else None
    parts: dict[str, Any] | None = None
    if action.kind == "trigger" and isinstance(table, (Table, View)):
        parts = table.triggers
    elif isinstance(table, Table):
        parts = table.policies
    if parts is None or name not in parts:
        if action.if_exists:
            return
        raise unknown(action.kind, name)
    if action.kind == "trigger":
        drop_trigger(parts[name])
    else:
        del parts[name]


def _drop_schema(session: Session, action: actions.Drop, name: actions.Name) -> None:
    schema = session.schemas.get(name.name)
    if schema is None:
        if action.if_exists:
            return
        raise unknown("schema", name.name)
    drop_objects.drop_schema(session, schema, cascade=action.cascade)


def _drop_extension(session: Session, action: actions.Drop, name: actions.Name) -> None:
    extension = session.extensions.get(name.name)
    if extension is None:
        if action.if_exists or name.name == "plpgsql":  # every database has it, and it has no facts
            return
        raise unknown("extension", name.name)
    drop_objects.drop_extension(session, extension, cascade=action.cascade)

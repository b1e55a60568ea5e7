"""RENAME, SET SCHEMA, OWNER TO, DEPENDS ON EXTENSION and COMMENT ON, and finding what they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azora_audit.sources.ddl.replay.programs import find_function
from azora_audit.sources.ddl.replay.registry import not_null_named
from azora_audit.sources.ddl.replay.rename import move, rename
from azora_audit.sources.ddl.replay.session import SYSTEM_SCHEMAS, Refused, Session, unknown
from azora_audit.sources.ddl.replay.state import Index, Sequence, Table, View

if TYPE_CHECKING:
    from azora_audit.sources.ddl import actions
    from azora_audit.sources.ddl.replay.state import Schema, Thing

_CLASSES: dict[str, type] = {"table": Table, "view": View, "index": Index, "sequence": Sequence}


def find(
    session: Session, kind: str, name: actions.Name, arguments: tuple[actions.TypeName, ...] | None
) -> Thing | None:
    """Look up an object that lies in a schema; None when there is none of that kind."""
    if kind == "function":
        return find_function(session, name, arguments)
    if kind in ("type", "domain"):
        return session.user_type(name.schema, name.name)
    found = session.find(name.schema, name.name)
    return found if isinstance(found, _CLASSES[kind]) else None


def alter(session: Session, action: actions.Alter) -> None:
    """Replay ALTER ... RENAME, SET SCHEMA, OWNER TO and DEPENDS ON EXTENSION."""
    if action.verb == "rename":
        rename(session, action)
    elif action.verb in ("depends", "no-depends"):
        _depend(session, action)
    elif action.kind == "schema":
        schema = session.schemas.get(action.name.name)
        if schema is None:
            raise unknown("schema", action.name.name, action.name.at)
        schema.owner = str(action.value)
    elif action.kind == "extension":
        _move_extension(session, action)
    else:
        _alter_thing(session, action)


def _depend(session: Session, action: actions.Alter) -> None:
    extension = session.extensions.get(str(action.value))
    if action.part is None:
        thing: Any = find(session, action.kind, action.name, action.arguments)
    else:
        table = session.find(action.name.schema, action.name.name)
        thing = table.triggers.get(action.part) if isinstance(table, (Table, View)) else None
    if thing is None:
        raise unknown(action.kind, action.part or action.name.name, action.name.at)
    if extension is None:
        if str(action.value) == "plpgsql":  # as for DROP
            return
        raise unknown("extension", str(action.value), action.name.at)
    if action.verb == "depends":
        extension.dependants[thing] = None
    else:
        extension.dependants.pop(thing, None)


def _move_extension(session: Session, action: actions.Alter) -> None:
    extension = session.extensions.get(action.name.name)
    if extension is None:
        raise unknown("extension", action.name.name, action.name.at)
    if action.verb != "set-schema":
        return
    target = _schema(session, action)
    extension.schema = target
    for schema in session.schemas.values():
        for found in [item for item in schema.types.values() if item.extension == extension.name]:
            move(session, found, target)


def _alter_thing(session: Session, action: actions.Alter) -> None:
    kind = "table" if action.kind == "column" else action.kind
    thing = find(session, kind, action.name, action.arguments)
    if thing is None and kind == "table":
        found = session.find(action.name.schema, action.name.name)
        thing = found if isinstance(found, (View, Sequence, Index)) else None
    if thing is None:
        if action.if_exists:
            return
        raise unknown(kind, action.name.name, action.name.at)
    if action.verb == "owner":
        from azora_audit.sources.ddl.replay.rights import set_owner  # noqa: PLC0415 -- dumps have owners, few others

        set_owner(thing, str(action.value))
    elif action.verb == "set-schema":
        move(session, thing, _schema(session, action))
    else:
        raise Refused(
            "unsupported-statement", f"ALTER {kind} {action.verb} is not understood.", action.name.at
        )


def _schema(session: Session, action: actions.Alter) -> Schema:
    schema = session.schemas.get(str(action.value))
    if schema is None:
        raise unknown("schema", str(action.value), action.name.at)
    return schema


def comment(session: Session, action: actions.CommentOn) -> None:
    """Replay COMMENT ON."""
    if action.kind in ("schema", "extension"):
        if action.kind == "extension" and action.name.name in session.extensions:
            session.extensions[action.name.name].comment = action.text
        elif action.name.name == "plpgsql":
            return
        elif action.kind == "extension" or action.name.name not in (*session.schemas, *SYSTEM_SCHEMAS):
            raise unknown(action.kind, action.name.name, action.name.at)
        return
    thing = _commented(session, action)
    if thing is None:
        label = action.name.name if action.part is None else f"{action.name.name}.{action.part}"
        raise unknown(action.kind, label, action.name.at)
    thing.comment = action.text
    session.comment_origins[thing] = session.origin(action.name.at, action.name.end)


def _commented(session: Session, action: actions.CommentOn) -> Any:
    if action.part is None:
        thing = find(session, action.kind, action.name, action.arguments)
        if thing is None and action.kind == "table":
            found = session.find(action.name.schema, action.name.name)
            return found if isinstance(found, View) else None
        return thing
    if action.kind == "domain-constraint":
        domain = session.user_type(action.name.schema, action.name.name)
        return next((check for check in domain.checks if check.name == action.part), None) if domain else None
    owner = session.find(action.name.schema, action.name.name)
    if action.kind == "column" and not isinstance(owner, Table):
        return (
            _NoFact()
            if owner is not None or session.user_type(action.name.schema, action.name.name)
            else None
        )
    parts = {"column": "columns", "constraint": "constraints", "trigger": "triggers", "policy": "policies"}
    found_parts: dict[str, Any] = getattr(owner, parts[action.kind], {})
    if action.kind == "constraint" and action.part not in found_parts and isinstance(owner, Table):
        names = [trigger.constraint for trigger in owner.triggers.values()]
        known = not_null_named(owner, action.part) is not None or action.part in names
        return _NoFact() if known else None
    return found_parts.get(action.part)


class _NoFact:
    """Something with a comment that is no fact: a column of a view or type, a NOT NULL or a trigger's constraint."""

    comment: str | None = None

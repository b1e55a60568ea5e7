"""Privileges: GRANT, REVOKE and the defaults for objects made later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.sources.ddl.replay.session import Session, unknown
from azora_audit.sources.ddl.replay.state import Column, Sequence, Table, View, ViewColumn

if TYPE_CHECKING:
    from azora_audit.sources.ddl import actions
    from azora_audit.sources.ddl.replay.state import Schema, Thing

ALL = {
    "table": ("insert", "select", "update", "delete", "truncate", "references", "trigger", "maintain"),
    "column": ("insert", "select", "update", "references"),
    "sequence": ("select", "update", "usage"),
    "function": ("execute",),
    "type": ("usage",),
}
"""What ALL PRIVILEGES means for a kind of object (MAINTAIN since PostgreSQL 17)."""

_PUBLIC = {"function": "execute", "type": "usage"}
"""What everybody may do with a new object: no fact until it is revoked or granted anew."""


_EXECUTING = frozenset({"current_user", "session_user", "current_role"})
"""Words for the role that runs the script, whose objects are its own: no fact."""


def grants(session: Session, action: actions.Grants) -> None:
    """Replay GRANT, REVOKE and ALTER DEFAULT PRIVILEGES."""
    if action.default:
        session.default_privileges.append((tuple([_schema(session, name) for name in action.names]), action))
        return
    for thing in _things(session, action):
        kind = "sequence" if isinstance(thing, Sequence) else action.kind
        kind = "function" if kind in ("procedure", "routine") else kind
        change(thing, kind, action)


def _things(session: Session, action: actions.Grants) -> list[Thing]:
    if action.all_in_schema:
        return [thing for name in action.names for thing in _all_in(session, name, action.kind)]
    things: list[Thing] = []
    for place, name in enumerate(action.names):
        thing: Thing | None
        if action.kind == "function":
            from azora_audit.sources.ddl.replay.programs import find_function  # noqa: PLC0415 -- it calls this module

            thing = find_function(session, name, action.arguments[place])
        elif action.kind == "type":
            thing = session.user_type(name.schema, name.name)
        else:
            found = session.find(name.schema, name.name)
            thing = found if isinstance(found, (Table, View, Sequence)) else None
        if thing is None:
            if action.kind == "function" and _may_be_an_extensions(session, name):
                continue
            raise unknown(action.kind, name.name, name.at)
        things.append(thing)
    return things


def _may_be_an_extensions(session: Session, name: actions.Name) -> bool:
    """Say whether an extension is installed where a function is looked up: what is in extensions is no fact."""
    schemas = session.searched(name.schema)
    return any(extension.schema in schemas for extension in session.extensions.values())


def _schema(session: Session, name: actions.Name) -> Schema:
    schema = session.schemas.get(name.name)
    if schema is None:
        raise unknown("schema", name.name, name.at)
    return schema


def _all_in(session: Session, name: actions.Name, kind: str) -> list[Thing]:
    schema = _schema(session, name)
    if kind in ("function", "procedure", "routine"):
        return [
            function
            for overloads in schema.functions.values()
            for function in overloads
            if kind == "routine" or (kind == "procedure") is (function.kind == "procedure")
        ]
    wanted = (Sequence,) if kind == "sequence" else (Table, View)
    return [relation for relation in schema.relations.values() if isinstance(relation, wanted)]


def change(thing: Thing, kind: str, action: actions.Grants) -> None:
    """Grant or revoke privileges on one object."""
    privileges = action.privileges or (("all", ()),)
    grantees = [
        grantee
        for grantee in action.grantees
        if grantee != thing.owner and not (thing.owner is None and grantee in _EXECUTING)
    ]
    for privilege, columns in privileges:
        names = ALL["column" if columns else kind] if privilege == "all" else (privilege,)
        for name in names:
            for grantee in grantees:
                if columns and isinstance(thing, (Table, View)):
                    for column in columns:
                        if isinstance(thing, View):
                            thing.columns.setdefault(column, ViewColumn(column))
                        if column in thing.columns:
                            _one(thing.columns[column], grantee, name, action)
                else:
                    _one(thing, grantee, name, action, kind)
                    if isinstance(thing, (Table, View)) and not action.grant and name in ALL["column"]:
                        _from_columns(thing, grantee, name, action)


def _one(
    thing: Thing | Column | ViewColumn, grantee: str, privilege: str, action: actions.Grants, kind: str = ""
) -> None:
    if grantee == "public" and _PUBLIC.get(kind) == privilege and not action.grant_option:
        return
    if thing.grants is None:
        thing.grants = {}
    key = (grantee, privilege)
    if action.grant:
        thing.grants[key] = thing.grants.get(key, False) or action.grant_option
    elif action.grant_option:
        if key in thing.grants:
            thing.grants[key] = False
    else:
        thing.grants.pop(key, None)


def _from_columns(table: Table | View, grantee: str, privilege: str, action: actions.Grants) -> None:
    """Revoke a privilege from columns too: revoking it on the table does that."""
    for column in table.columns.values():
        if column.grants is not None:
            _one(column, grantee, privilege, action)


def set_owner(thing: Thing, role: str) -> None:
    """Give an object another owner, whose privileges are no longer granted but its own (aclnewowner, aclchk.c)."""
    thing.owner = None if role in _EXECUTING else role
    parts: list[Thing | Column | ViewColumn] = [thing]
    if isinstance(thing, (Table, View)):
        parts += thing.columns.values()
    for part in parts:
        for key in [key for key in part.grants or () if key[0] == role]:
            del part.grants[key]  # type: ignore[union-attr]  # it has keys
    if isinstance(thing, Table):
        for column in thing.columns.values():
            for sequence in column.owned or ():
                set_owner(sequence, role)


def apply_defaults(session: Session, thing: Thing, kind: str) -> None:
    """Give a new object the privileges that ALTER DEFAULT PRIVILEGES promised for its kind and schema.

    A schema's come on top of those without a schema: neither takes away what the other gives (aclmerge, acl.c). Whoever
    runs the script may be any role that is named; a sequence of another role's table is that role's.
    """
    promised = [
        (schemas, action)
        for schemas, action in session.default_privileges
        if action.kind == kind and (thing.owner is None or thing.owner in action.roles)
    ]
    for schemas, action in promised:
        if not schemas:
            change(thing, kind, action)
    anywhere, thing.grants = thing.grants, None
    for schemas, action in promised:
        if thing.schema in schemas:
            change(thing, kind, action)
    if thing.grants is None:
        thing.grants = anywhere
    else:
        for key, grant_option in (anywhere or {}).items():
            thing.grants[key] = thing.grants.get(key, False) or grant_option

"""GRANT, REVOKE and ALTER DEFAULT PRIVILEGES out of parse trees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.sources.ddl.actions import Grants, Ignored, Name
from azora_audit.sources.ddl.reduce.alter import role_name
from azora_audit.sources.ddl.reduce.changes import target
from azora_audit.sources.ddl.reduce.nodes import range_name, strings

if TYPE_CHECKING:
    from azora_audit.sources.ddl.actions import TypeName
    from azora_audit.sources.ddl.parse import Node
    from azora_audit.sources.ddl.reduce.nodes import Text

KINDS = {
    "OBJECT_TABLE": "table",
    "OBJECT_COLUMN": "table",
    "OBJECT_SEQUENCE": "sequence",
    "OBJECT_FUNCTION": "function",
    "OBJECT_PROCEDURE": "function",
    "OBJECT_ROUTINE": "function",
    "OBJECT_TYPE": "type",
    "OBJECT_DOMAIN": "type",
}
"""Kinds of objects whose privileges are facts; the catalog has no entity for schemas, databases, languages ..."""


def grant(node: Node, text: Text, _start: int) -> Grants | Ignored:
    """Read GRANT and REVOKE on objects."""
    kind = KINDS.get(node["objtype"])
    if kind is None:
        return Ignored("the catalog has no facts of privileges on schemas, databases, languages and the like")
    names: list[Name] = []
    arguments: list[tuple[TypeName, ...] | None] = []
    everything = node["targtype"] == "ACL_TARGET_ALL_IN_SCHEMA"
    if everything and kind == "function":
        kind = node["objtype"].removeprefix("OBJECT_").lower()
    for item in node.get("objects", ()):
        if "RangeVar" in item:
            names.append(range_name(item["RangeVar"], text))
            arguments.append(None)
        else:
            found = target(kind, item, text)
            names.append(found.name)
            arguments.append(found.arguments)
    return _grants(node, kind, (tuple(names), tuple(arguments)), everything=everything, default=False)


def _grants(
    node: Node,
    kind: str,
    objects: tuple[tuple[Name, ...], tuple[tuple[TypeName, ...] | None, ...]],
    *,
    everything: bool,
    default: bool,
) -> Grants:
    privileges = [
        (
            privilege["AccessPriv"].get("priv_name", "all").lower(),
            strings(privilege["AccessPriv"].get("cols")),
        )
        for privilege in node.get("privileges", ())
    ]
    return Grants(
        node.get("is_grant", False),
        kind,
        *objects,
        everything,
        tuple(privileges),
        tuple([role_name(role["RoleSpec"]) for role in node.get("grantees", ())]),
        node.get("grant_option", False),
        default,
    )


def default_privileges(node: Node, _text: Text, _start: int) -> Grants | Ignored:
    """Read ALTER DEFAULT PRIVILEGES; the schemas it is limited to become the names."""
    action = node["action"]
    kind = KINDS.get(action["objtype"])
    if kind is None:
        return Ignored("the catalog has no facts of privileges on schemas")
    schemas: list[Name] = []
    roles: list[str] = []
    for option in node.get("options", ()):
        items = option["DefElem"]["arg"]["List"]["items"]
        if option["DefElem"]["defname"] == "schemas":
            schemas = [Name(None, name, -1, -1) for name in strings(items)]
        else:
            roles = [role_name(role["RoleSpec"]) for role in items]
    granted = _grants(action, kind, (tuple(schemas), ()), everything=False, default=True)
    return granted._replace(roles=tuple(roles))

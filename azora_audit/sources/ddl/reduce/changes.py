"""DROP, ALTER of an object of any kind (RENAME, SET SCHEMA, OWNER TO, DEPENDS ON) and COMMENT ON out of parse trees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azora_audit.records import NamedTuple
from azora_audit.sources.ddl.actions import Alter, CommentOn, Drop, Ignored, Name, NotUnderstood
from azora_audit.sources.ddl.reduce.alter import role_name
from azora_audit.sources.ddl.reduce.nodes import listed_name, range_name, type_name

if TYPE_CHECKING:
    from azora_audit.sources.ddl.actions import TypeName
    from azora_audit.sources.ddl.parse import Node
    from azora_audit.sources.ddl.reduce.nodes import Text

KINDS = {
    "OBJECT_AGGREGATE": "function",
    "OBJECT_ATTRIBUTE": "attribute",
    "OBJECT_COLUMN": "column",
    "OBJECT_DOMAIN": "domain",
    "OBJECT_DOMCONSTRAINT": "domain-constraint",
    "OBJECT_EXTENSION": "extension",
    "OBJECT_FOREIGN_TABLE": "table",
    "OBJECT_FUNCTION": "function",
    "OBJECT_INDEX": "index",
    "OBJECT_MATVIEW": "view",
    "OBJECT_POLICY": "policy",
    "OBJECT_PROCEDURE": "function",
    "OBJECT_ROUTINE": "function",
    "OBJECT_SCHEMA": "schema",
    "OBJECT_SEQUENCE": "sequence",
    "OBJECT_TABCONSTRAINT": "constraint",
    "OBJECT_TABLE": "table",
    "OBJECT_TRIGGER": "trigger",
    "OBJECT_TYPE": "type",
    "OBJECT_VIEW": "view",
}
"""Kinds of objects of which the catalog has facts, by libpg_query's name."""

PARTS = frozenset(("constraint", "trigger", "policy", "column", "domain-constraint"))
"""Kinds whose name is that of a table with one more part."""

TAKEN_ALONG = frozenset(
    (
        "OBJECT_ACCESS_METHOD",
        "OBJECT_CAST",
        "OBJECT_COLLATION",
        "OBJECT_FDW",
        "OBJECT_FOREIGN_SERVER",
        "OBJECT_LANGUAGE",
    )
) | frozenset(("OBJECT_OPCLASS", "OBJECT_OPERATOR", "OBJECT_OPFAMILY", "OBJECT_TSCONFIGURATION"))
"""Kinds without facts on which objects with facts depend: CASCADE takes those along."""

NO_FACTS = "it concerns a kind of object of which the catalog has no facts"


class Target(NamedTuple):
    """The object that a statement names."""

    name: Name
    part: str | None
    arguments: tuple[TypeName, ...] | None


def target(kind: str, node: Any, text: Text) -> Target:
    """Read the object of a statement, in whichever form the grammar gives it for its kind."""
    if "ObjectWithArgs" in node:
        routine = node["ObjectWithArgs"]
        return Target(listed_name(routine["objname"]), None, routine_arguments(routine, text))
    if "TypeName" in node:
        place = node["TypeName"].get("location", -1)
        return Target(
            listed_name(node["TypeName"]["names"], place + text.base if place >= 0 else -1), None, None
        )
    if "String" in node:
        return Target(Name(None, node["String"]["sval"], -1, -1), None, None)
    items = node["List"]["items"]
    if kind == "domain-constraint" and "TypeName" in items[0]:
        return Target(listed_name(items[0]["TypeName"]["names"]), items[1]["String"]["sval"], None)
    if kind in PARTS:
        return Target(listed_name(items[:-1]), items[-1]["String"]["sval"], None)
    return Target(listed_name(items), None, None)


def routine_arguments(node: Node, text: Text) -> tuple[TypeName, ...] | None:
    """Return the types of a routine's input arguments; None when the statement does not say them."""
    if node.get("args_unspecified"):
        return None
    parameters = node.get("objfuncargs")
    if parameters is None:
        return tuple(
            [type_name(item["TypeName"], text) for item in node.get("objargs", ()) if "TypeName" in item]
        )
    return tuple(
        [
            type_name(item["FunctionParameter"]["argType"], text)
            for item in parameters
            if item["FunctionParameter"].get("mode") not in ("FUNC_PARAM_OUT", "FUNC_PARAM_TABLE")
        ]
    )


def drop(node: Node, text: Text, _start: int) -> Drop | Ignored | NotUnderstood:
    """Read DROP."""
    kind = KINDS.get(node["removeType"])
    if kind is None:
        if node["removeType"] in TAKEN_ALONG and node.get("behavior") == "DROP_CASCADE":
            detail = "what depends on an object of this kind and is dropped with it is still in the catalog."
            return NotUnderstood("unsupported-statement", detail, None)
        return Ignored(NO_FACTS)
    targets = [target(kind, item, text) for item in node["objects"]]
    parts = kind in PARTS
    return Drop(
        kind,
        tuple([Name(None, item.part or "", -1, -1) if parts else item.name for item in targets]),
        tuple([item.arguments for item in targets]),
        tuple([item.name if parts else None for item in targets]),
        node.get("missing_ok", False),
        node.get("behavior") == "DROP_CASCADE",
    )


def rename(node: Node, text: Text, _start: int) -> Alter | Ignored:
    """Read ALTER ... RENAME."""
    kind = KINDS.get(node["renameType"])
    if kind is None:
        return Ignored(NO_FACTS)
    part = node.get("subname")
    arguments = None
    if kind == "schema":
        name, part = Name(None, part or "", -1, -1), None
    elif "relation" in node:
        name = range_name(node["relation"], text)
    else:
        name, _part, arguments = target(
            "domain" if kind == "domain-constraint" else kind, node["object"], text
        )
    return Alter(
        kind,
        name,
        "rename",
        node["newname"],
        part,
        arguments,
        node.get("missing_ok", False),
        node.get("behavior") == "DROP_CASCADE",
    )


def set_schema(node: Node, text: Text, _start: int) -> Alter | Ignored:
    """Read ALTER ... SET SCHEMA."""
    kind = KINDS.get(node["objectType"])
    if kind is None:
        return Ignored(NO_FACTS)
    arguments = None
    if "relation" in node:
        name = range_name(node["relation"], text)
    else:
        name, _part, arguments = target(kind, node["object"], text)
    return Alter(kind, name, "set-schema", node["newschema"], None, arguments, node.get("missing_ok", False))


def depends(node: Node, text: Text, _start: int) -> Alter | Ignored:
    """Read ALTER ... [NO] DEPENDS ON EXTENSION."""
    kind = KINDS.get(node["objectType"])
    if kind is None:
        return Ignored(NO_FACTS)
    part = arguments = None
    if "relation" in node:
        name = range_name(node["relation"], text)
        if kind == "trigger":
            part = node["object"]["List"]["items"][0]["String"]["sval"]
    else:
        name, _part, arguments = target(kind, node["object"], text)
    verb = "no-depends" if node.get("remove") else "depends"
    return Alter(kind, name, verb, node["extname"]["sval"], part, arguments)


def owner(node: Node, text: Text, _start: int) -> Alter | Ignored:
    """Read ALTER ... OWNER TO."""
    kind = KINDS.get(node["objectType"])
    if kind is None:
        return Ignored(NO_FACTS)
    name, _part, arguments = target(kind, node["object"], text)
    return Alter(kind, name, "owner", role_name(node["newowner"]), None, arguments)


def comment(node: Node, text: Text, _start: int) -> CommentOn | Ignored:
    """Read COMMENT ON."""
    kind = KINDS.get(node["objtype"])
    if kind is None:
        return Ignored(NO_FACTS)
    found = target(kind, node["object"], text)
    return CommentOn(kind, found.name, found.part, found.arguments, node.get("comment") or None)

"""CREATE and ALTER of types, domains, sequences, schemas and extensions out of parse trees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from azora_audit.sources.ddl.actions import Alter, Create, Name
from azora_audit.sources.ddl.reduce.alter import role_name
from azora_audit.sources.ddl.reduce.constraints import column_constraints, reduce_constraint
from azora_audit.sources.ddl.reduce.nodes import (
    default,
    leftmost,
    listed_name,
    range_name,
    strings,
    type_name,
)
from azora_audit.sources.ddl.reduce.sequences import sequence_options
from azora_audit.sources.ddl.reduce.tables import column_definition
from azora_audit.sources.ddl.scan import end_of_element, last_name, skip_blanks

if TYPE_CHECKING:
    from azora_audit.sources.ddl.parse import Node
    from azora_audit.sources.ddl.reduce.nodes import Text


_NAMED = re.compile(rb"\b(?:TYPE|DOMAIN|SCHEMA|EXTENSION)\s+(?:IF\s+NOT\s+EXISTS\s+)?", re.IGNORECASE)


def placed_name(parts: list[Node], text: Text, start: int, words: re.Pattern[bytes] = _NAMED) -> Name:
    """Return a name in a list of strings, placed where it stands after the statement's first words."""
    return place_name(listed_name(parts, start + text.base), text, start, words)


def place_name(name: Name, text: Text, start: int, words: re.Pattern[bytes] = _NAMED) -> Name:
    """Give a name that has no location in the tree its region after the statement's first words."""
    found = words.search(text.data, skip_blanks(text.data, start))
    first, end = last_name(text.data, found.end()) if found else (start, start)
    return name._replace(at=first + text.base, end=end + text.base)


def create_enum(node: Node, text: Text, start: int) -> Create:
    """Read CREATE TYPE ... AS ENUM."""
    return Create("enum", placed_name(node["typeName"], text, start), strings(node.get("vals")))


def alter_enum(node: Node, text: Text, start: int) -> Alter:
    """Read ALTER TYPE ... ADD VALUE and RENAME VALUE."""
    name = placed_name(node["typeName"], text, start)
    if "oldVal" in node:
        return Alter("enum", name, "rename-value", (node["oldVal"], node["newVal"]))
    neighbour = node.get("newValNeighbor")
    after = node.get("newValIsAfter", False)
    return Alter(
        "enum",
        name,
        "add-value",
        (node["newVal"], neighbour, after),
        if_exists=node.get("skipIfNewValExists", False),
    )


def create_domain(node: Node, text: Text, start: int) -> Create:
    """Read CREATE DOMAIN: type, collation and constraints."""
    collation = node.get("collClause")
    constraints = column_constraints(
        node.get("constraints", []), collation.get("location", 0) if collation else None, text
    )
    value = (
        type_name(node["typeName"], text),
        strings(collation["collname"])[-1] if collation else None,
        constraints,
    )
    return Create("domain", placed_name(node["domainname"], text, start), value)


def alter_domain(node: Node, text: Text, start: int) -> Alter:
    """Read ALTER DOMAIN."""
    name = placed_name(node["typeName"], text, start)
    verb = {
        "T": "default",
        "N": "drop-not-null",
        "O": "set-not-null",
        "C": "add-constraint",
        "X": "drop-constraint",
        "V": "validate-constraint",
    }[node["subtype"]]
    value: object = None
    if verb == "default" and "def" in node:
        words = re.compile(rb"\bDEFAULT\b", re.IGNORECASE).search(text.data, start)
        first = skip_blanks(text.data, words.end() if words else leftmost(node["def"]))
        value = default(node["def"], text.slice(first, end_of_element(text.data, first)), text)
    elif verb == "add-constraint":
        value = reduce_constraint(node["def"]["Constraint"], text)
    return Alter(
        "domain",
        name,
        verb,
        value,
        node.get("name"),
        if_exists=node.get("missing_ok", False),
        cascade=node.get("behavior") == "DROP_CASCADE",
    )


def create_composite(node: Node, text: Text) -> Create:
    """Read CREATE TYPE ... AS (columns)."""
    columns = tuple([column_definition(column["ColumnDef"], text) for column in node.get("coldeflist", ())])
    return Create("composite", range_name(node["typevar"], text), columns)


def create_range(node: Node, text: Text, start: int) -> Create:
    """Read CREATE TYPE ... AS RANGE, with the name of its multirange if one is given."""
    multirange = None
    for option in node.get("params", ()):
        element = option["DefElem"]
        if element["defname"] == "multirange_type_name":
            multirange = listed_name(element["arg"]["TypeName"]["names"], start + text.base)
    return Create("range", placed_name(node["typeName"], text, start), multirange)


def define(node: Node, text: Text, start: int) -> Create | None:
    """Read CREATE TYPE name (...): a base or shell type; None for operators, aggregates and the like."""
    if node["kind"] != "OBJECT_TYPE":
        return None
    return Create("base", placed_name(node["defnames"], text, start), None, replace=True)


def create_sequence(node: Node, text: Text) -> Create:
    """Read CREATE SEQUENCE."""
    value = (sequence_options(node.get("options"), text), node["sequence"].get("relpersistence", "p") == "t")
    return Create("sequence", range_name(node["sequence"], text), value, node.get("if_not_exists", False))


def alter_sequence(node: Node, text: Text) -> Alter:
    """Read ALTER SEQUENCE."""
    options = [option for option in node.get("options", ()) if option["DefElem"]["defname"] != "restart"]
    return Alter(
        "sequence",
        range_name(node["sequence"], text),
        "options",
        sequence_options(options, text),
        if_exists=node.get("missing_ok", False),
    )


def create_schema(node: Node, text: Text, start: int) -> Create:
    """Read CREATE SCHEMA without its elements."""
    owner = role_name(node["authrole"]) if "authrole" in node else None
    name = node.get("schemaname") or owner or ""
    placed = place_name(Name(None, name, start, start), text, start)
    return Create("schema", placed, owner, node.get("if_not_exists", False))


def create_extension(node: Node, text: Text, start: int) -> Create:
    """Read CREATE EXTENSION: schema and version."""
    options: dict[str, Any] = {}
    for option in node.get("options", ()):
        argument = option["DefElem"].get("arg", {})
        options[option["DefElem"]["defname"]] = argument.get("String", {}).get("sval")
    name = place_name(Name(None, node["extname"], start, start), text, start)
    value = (options.get("schema"), options.get("new_version"))
    return Create("extension", name, value, node.get("if_not_exists", False))

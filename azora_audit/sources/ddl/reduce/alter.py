"""ALTER TABLE and its kin out of parse trees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from azora_audit.sources.ddl.actions import AlterTable, Command
from azora_audit.sources.ddl.reduce.constraints import reduce_constraint
from azora_audit.sources.ddl.reduce.nodes import (
    default,
    leftmost,
    listed_name,
    range_name,
    strings,
    type_name,
)
from azora_audit.sources.ddl.reduce.sequences import sequence_options
from azora_audit.sources.ddl.reduce.tables import column_definition, partition_bound
from azora_audit.sources.ddl.scan import end_of_element, skip_blanks

if TYPE_CHECKING:
    from collections.abc import Callable

    from azora_audit.sources.ddl.parse import Node
    from azora_audit.sources.ddl.reduce.nodes import Text

RELATION_KINDS = {
    "OBJECT_TABLE": "table",
    "OBJECT_INDEX": "index",
    "OBJECT_SEQUENCE": "sequence",
    "OBJECT_VIEW": "view",
    "OBJECT_MATVIEW": "materialized-view",
    "OBJECT_FOREIGN_TABLE": "foreign-table",
    "OBJECT_TYPE": "type",
    "OBJECT_DOMAIN": "domain",
}
"""Kinds of relations by libpg_query's name."""

WITHOUT_FACTS = frozenset(
    [
        "SetStatistics",
        "SetStorage",
        "SetCompression",
        "SetOptions",
        "ResetOptions",
        "ClusterOn",
        "DropCluster",
        "SetTableSpace",
        "SetAccessMethod",
        "SetRelOptions",
        "ResetRelOptions",
        "ReplaceRelOptions",
        "ReplicaIdentity",
        "GenericOptions",
        "AlterColumnGenericOptions",
        "EnableRule",
        "EnableAlwaysRule",
        "EnableReplicaRule",
        "DisableRule",
        "DropOids",
        "DetachPartitionFinalize",
    ]
)
"""Commands of ALTER TABLE that change how rows are stored or rules fire: the catalog has no facts of them."""

CONCURRENTLY = "concurrently"
"""Stands for the bound where DETACH PARTITION has the word."""

_VIEW_OPTIONS = frozenset(("security_invoker", "security_barrier", "check_option"))
_TRUE = frozenset(("true", "on", "yes", "1", ""))


def role_name(node: Node) -> str:
    """Return the name of a RoleSpec; `public` for PUBLIC, and the key word for CURRENT_USER and its kin."""
    kind = node.get("roletype", "ROLESPEC_CSTRING")
    if kind == "ROLESPEC_CSTRING":
        return str(node["rolename"])
    return "public" if kind == "ROLESPEC_PUBLIC" else str(kind).removeprefix("ROLESPEC_").lower()


def view_options(nodes: list[Node] | None) -> dict[str, bool | str | None]:
    """Return the options of a view, and what they are after a RESET, for which they have no value."""
    options: dict[str, bool | str | None] = {}
    for wrapper in nodes or ():
        option = wrapper["DefElem"]
        argument = option.get("arg")
        value = "true"
        if argument:
            ((kind, inner),) = argument.items()
            value = str(inner.get("sval", inner.get("boolval", inner.get("ival", "true"))))
            if kind == "TypeName":
                value = strings(inner["names"])[-1]
        name = option["defname"]
        options[name] = value.lower() if name == "check_option" else value.lower() in _TRUE
    return options


def _changed_view_options(verb: str, node: Node) -> dict[str, bool | str | None]:
    changed = view_options(node["def"]["List"]["items"])
    if verb == "ResetRelOptions":
        changed = {name: None if name == "check_option" else False for name in changed}
    return {name: value for name, value in changed.items() if name in _VIEW_OPTIONS}


_BEFORE_VALUE = re.compile(rb"\bSET\s+(?:DEFAULT\b|EXPRESSION\s+AS\b)", re.IGNORECASE)


_SIMPLE_VALUE = re.compile(rb"[\w.]+(?:\((?:'[^'\\]*'(?:::[\w.]+)?)?\))?(?=;)")
"""A value that is a word, or a call with a string at most, at the end of its statement."""


def _value_text(node: Node, text: Text, start: int) -> str:
    """Return the source of the expression after SET DEFAULT or SET EXPRESSION AS."""
    least = leftmost(node)
    words = list(_BEFORE_VALUE.finditer(text.data, start, least))
    first = skip_blanks(text.data, words[-1].end() if words else least)
    simple = _SIMPLE_VALUE.match(text.data, first)
    return text.slice(first, simple.end() if simple else end_of_element(text.data, first))


def _command_value(verb: str, node: Node, text: Text, start: int) -> object:
    if verb == "ChangeOwner":
        return role_name(node["newowner"])
    reader = _VALUES.get(verb)
    if reader is None:
        return None
    value = node.get("def")
    return reader(value, text, start) if value is not None else None


def _new_type(value: Node, text: Text, _start: int) -> object:
    definition = value["ColumnDef"]
    collation = definition.get("collClause")
    return (
        type_name(definition["typeName"], text),
        collation["collname"][-1]["String"]["sval"] if collation else None,
        definition["typeName"].get("location", 0) + text.base,
    )


def _partition(value: Node, text: Text, _start: int) -> object:
    partition = value["PartitionCmd"]
    bound = partition.get("bound")
    return range_name(partition["name"], text), partition_bound(bound, text) if bound else None


def _detached(value: Node, text: Text, _start: int) -> object:
    partition = value["PartitionCmd"]
    return range_name(partition["name"], text), CONCURRENTLY if partition.get("concurrent") else None


def _constraint(value: Node, text: Text, _start: int) -> object:
    return reduce_constraint(value["Constraint"], text)


def _value(value: Node, text: Text, start: int) -> object:
    return default(value, _value_text(value, text, start), text)


def _parent(value: Node, text: Text, _start: int) -> object:
    return range_name(value["RangeVar"], text)


_VALUES: dict[str, Callable[[Node, Text, int], object]] = {
    "AddColumn": lambda value, text, _start: column_definition(value["ColumnDef"], text),
    "AddConstraint": _constraint,
    "AddIdentity": _constraint,
    "AddInherit": _parent,
    "AlterColumnType": _new_type,
    "AlterConstraint": lambda value, _text, _start: value.get("ATAlterConstraint", {}),
    "AddOf": lambda value, _text, _start: listed_name(value["TypeName"]["names"]),
    "AttachPartition": _partition,
    "ColumnDefault": _value,
    "DetachPartition": _detached,
    "DropInherit": _parent,
    "SetExpression": _value,
    "SetIdentity": lambda value, text, _start: _identity_changes(value["List"]["items"], text),
}
"""How the value of a command is read; a new owner is not in it but beside it."""


def _identity_changes(items: list[Node], text: Text) -> tuple[bool | None, object]:
    always = None
    options = []
    for item in items:
        if item["DefElem"]["defname"] == "generated":
            always = item["DefElem"]["arg"]["Integer"].get("ival") == ord("a")
        elif item["DefElem"]["defname"] != "restart":
            options.append(item)
    return always, sequence_options(options, text)


def alter_table(node: Node, text: Text, start: int) -> AlterTable:
    """Read ALTER TABLE, INDEX, SEQUENCE or VIEW, whose statement begins at `start`."""
    name = range_name(node["relation"], text)
    commands = []
    for wrapper in node["cmds"]:
        command = wrapper["AlterTableCmd"]
        verb = command["subtype"][3:]
        value: object = None
        if verb in ("SetRelOptions", "ResetRelOptions"):
            value = _changed_view_options(verb, command)
        if verb in WITHOUT_FACTS and not value:
            continue
        commands.append(
            Command(
                verb,
                command.get("name"),
                value or _command_value(verb, command, text, start),
                command.get("behavior") == "DROP_CASCADE",
                command.get("missing_ok", False),
            )
        )
    return AlterTable(
        name,
        RELATION_KINDS.get(node["objtype"], "table"),
        not node["relation"].get("inh", False),
        node.get("missing_ok", False),
        tuple(commands),
    )

"""Reads the few things that PostgreSQL's stored expression trees tell better than their text.

The trees are `pg_node_tree` text, `{NODE :field value ...}`, as written by nodeToString (src/backend/nodes/outfuncs.c);
the fields used here are the same in PostgreSQL 12 to 18.
"""

from __future__ import annotations

import re

from azora_audit.records import NamedTuple

NODE = re.compile(r"\{([A-Z]+)\b")
CASTS = frozenset({"RELABELTYPE", "COERCEVIAIO", "COERCETODOMAIN", "ARRAYCOERCEEXPR", "CONVERTROWTYPEEXPR"})
"""Nodes that only change a type; their argument is in the field `arg`."""
CAST_FORMATS = frozenset({"1", "2"})
"""COERCE_EXPLICIT_CAST and COERCE_IMPLICIT_CAST of a function call (primnodes.h)."""
SQL_VALUE_FUNCTIONS = (
    *("current_date", "current_time", "current_time", "current_timestamp", "current_timestamp"),
    *("localtime", "localtime", "localtimestamp", "localtimestamp"),
    *("current_role", "current_user", "user", "session_user", "current_catalog", "current_schema"),
)
"""SQLValueFunctionOp (primnodes.h) in order; those with a precision have the same name."""


class DefaultKind(NamedTuple):
    """What the tree of a default says, casts aside."""

    kind: str
    """constant, null, function or expression; `sequence` is a function too."""
    function: int | str | None
    """The function's oid, or the name of one that SQL spells without parentheses."""


def default_kind(tree: str) -> DefaultKind:
    """Classify a default's tree by its topmost node that is not a cast."""
    position = 0
    while (match := NODE.match(tree, position)) is not None:
        node = match[1]
        if node == "CONST":
            return DefaultKind("null" if field(tree, position, "constisnull") == "true" else "constant", None)
        if node == "SQLVALUEFUNCTION":
            return DefaultKind("function", SQL_VALUE_FUNCTIONS[int(field(tree, position, "op"))])
        if node == "FUNCEXPR":
            if field(tree, position, "funcformat") not in CAST_FORMATS:
                return DefaultKind("function", int(field(tree, position, "funcid")))
            position = tree.find("{", position + 1)
        elif node in CASTS:
            position = tree.find("{", position + 1)
        else:
            break
        if position < 0:
            break
    return DefaultKind("expression", None)


def field(tree: str, position: int, name: str) -> str:
    """Return the first value of a field at or after a node's beginning."""
    match = re.compile(":" + name + r" ([^\s{}()]+)").search(tree, position)
    return match[1] if match else ""


def columns_read(tree: str) -> list[int]:
    """Return the numbers of the columns that an expression on one table reads, each once, in order."""
    return sorted({int(number) for number in re.findall(r"\{VAR :varno \d+ :varattno (\d+)", tree)} - {0})


def only_not_null(tree: str) -> bool:
    """Tell whether a predicate is nothing but a conjunction of `column IS NOT NULL`."""
    return (
        set(NODE.findall(tree)) <= {"NULLTEST", "BOOLEXPR", "VAR"}
        and set(re.findall(r":boolop (\w+)", tree)) <= {"and"}
        and set(re.findall(r":nulltesttype (\d)", tree)) == {"1"}
    )

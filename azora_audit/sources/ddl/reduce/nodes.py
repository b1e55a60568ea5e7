"""Names, types and expressions out of parse trees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from azora_audit.sources.ddl.actions import Expression, Name, TypeName
from azora_audit.sources.ddl.scan import IDENTIFIER, SPACE, last_name

if TYPE_CHECKING:
    from azora_audit.sources.ddl.parse import Node

_MODIFIERS = rb"(?:" + SPACE + rb"\([^()]*\))?"
_TYPE = re.compile(
    rb"(?:SETOF\s+)?(?:"
    rb"(?:character|char|nchar|national\s+char(?:acter)?)\s+varying" + _MODIFIERS + rb"|"
    rb"national\s+char(?:acter)?" + _MODIFIERS + rb"|"
    rb"double\s+precision|bit\s+varying" + _MODIFIERS + rb"|"
    rb"time(?:stamp)?" + _MODIFIERS + rb"\s+with(?:out)?\s+time\s+zone|"
    rb"interval\s+(?:year|month|day|hour|minute|second)\b(?:\s+to\s+(?:month|hour|minute|second)\b)?"
    + _MODIFIERS
    + rb"|"
    + IDENTIFIER
    + rb"(?:"
    + SPACE
    + rb"\."
    + SPACE
    + IDENTIFIER
    + rb")*(?:%TYPE)?"
    + _MODIFIERS
    + rb")(?:"
    + SPACE
    + rb"(?:\[\s*\d*\s*\]|ARRAY\b(?:\s*\[\s*\d+\s*\])?))*",
    re.IGNORECASE,
)
"""A type as written, from its first token; bit and character types in words come before plain names."""


class Text:
    """The piece of a file that a parse tree was made of: offsets of nodes count from its start.

    Attributes:
        data: the piece, in UTF-8.
        base: offset of the piece in the file.
    """

    __slots__ = ("base", "data")

    def __init__(self, data: bytes, base: int) -> None:
        """Keep the piece and where it lies."""
        self.data = data
        self.base = base

    def slice(self, start: int, end: int) -> str:
        """Return the source between two offsets of the piece."""
        return self.data[start:end].decode()


def strings(items: list[Node] | None) -> tuple[str, ...]:
    """Return the values of a list of String nodes."""
    return tuple([item["String"]["sval"] for item in items]) if items else ()


def range_name(node: Node, text: Text) -> Name:
    """Return the name that a RangeVar holds, with the region of its last part."""
    start = node.get("location", 0)
    schema, name = node.get("schemaname"), node["relname"]
    data = text.data
    end = start + len(name) if schema is None else start + len(schema) + 1 + len(name)
    if data[start:end] == (name if schema is None else f"{schema}.{name}").encode():
        return Name(schema, name, end - len(name) + text.base, end + text.base)
    start, end = last_name(data, start)
    return Name(schema, name, start + text.base, end + text.base)


def listed_name(items: list[Node], at: int = -1) -> Name:
    """Return the name in a list of String nodes, which have no location of their own."""
    parts = strings(items)
    return Name(parts[-2] if len(parts) > 1 else None, parts[-1], at, at)


def constant(node: Node) -> str | None:
    """Return the text of a constant (A_Const, Integer, Float, String ... nodes), None for anything else."""
    inner: Any = node.get("A_Const", node)
    for key, field in (
        ("ival", "ival"),
        ("sval", "sval"),
        ("fval", "fval"),
        ("boolval", "boolval"),
        ("bsval", "bsval"),
    ):
        if key in inner:
            return (
                str(inner[key].get(field, 0 if key == "ival" else ""))
                if isinstance(inner[key], dict)
                else None
            )
    for key, field in (("Integer", "ival"), ("String", "sval"), ("Float", "fval"), ("Boolean", "boolval")):
        if key in inner:
            return str(inner[key].get(field, {"Integer": 0, "Boolean": False}.get(key, "")))
    return None


def _modifier(node: Node) -> str:
    value = constant(node)
    if value is not None:
        return value
    if "ColumnRef" in node:
        return strings([part for part in node["ColumnRef"]["fields"] if "String" in part])[-1]
    if "TypeCast" in node:
        return _modifier(node["TypeCast"]["arg"])
    return ""


def type_name(node: Node, text: Text) -> TypeName:
    """Return the type of a TypeName node as written; equal texts give the same object."""
    match = _TYPE.match(text.data, node.get("location", 0))
    written = match[0] if match else b""
    known = _TYPES.get(written)
    if known is not None:
        return known
    parts = strings(node["names"])
    schema = parts[-2] if len(parts) > 1 else None
    of_column = None
    if node.get("pct_type"):
        schema, of_column = None, (parts[-3] if len(parts) > 2 else None, parts[-2], parts[-1])  # noqa: PLR2004
    modifiers = tuple([_modifier(part) for part in node.get("typmods", ())])
    result = TypeName(schema, parts[-1], modifiers, "arrayBounds" in node, written.decode(), of_column)
    if written and len(_TYPES) < _MOST_TYPES:
        _TYPES[written] = result
    return result


_MOST_TYPES = 10_000
_TYPES: dict[bytes, TypeName] = {}
"""Types by how they are written: what a text means to the grammar never changes."""


def column_names(node: Node) -> tuple[str, ...]:
    """Return the names of the columns that an expression reads, each once."""
    names: dict[str, None] = {}
    stack: list[Any] = [node]
    while stack:
        current = stack.pop()
        if type(current) is list:
            stack += current
            continue
        for key, value in current.items():
            kind = type(value)
            if kind is list:
                stack += value
            elif kind is dict:
                if key == "ColumnRef":
                    fields = value["fields"]
                    if all("String" in field for field in fields):
                        names[fields[-1]["String"]["sval"]] = None
                else:
                    stack.append(value)
    return tuple(names)


def leftmost(node: Any) -> int:
    """Return the least location in a tree: where its source begins, but for brackets before it."""
    least = 1 << 60
    stack = [node]
    while stack:
        current = stack.pop()
        if type(current) is list:
            stack += current
            continue
        for key, value in current.items():
            kind = type(value)
            if kind is dict or kind is list:
                stack.append(value)
            elif key == "location" and 0 <= value < least:
                least = value
    return least


def is_true(node: Node) -> bool:
    """Say whether an expression is the constant true, or an equation of a constant with itself."""
    while "TypeCast" in node:
        target = strings(node["TypeCast"]["typeName"]["names"])[-1]
        if target != "bool":
            return False
        node = node["TypeCast"]["arg"]
    if "A_Const" in node:
        const = node["A_Const"]
        if "boolval" in const:
            return bool(const["boolval"].get("boolval", False))
        return "sval" in const and const["sval"].get("sval", "").lower() in ("t", "true", "yes", "on", "y")
    comparison = node.get("A_Expr")
    if comparison and comparison["kind"] == "AEXPR_OP" and strings(comparison["name"])[-1] == "=":
        left, right = comparison.get("lexpr", {}), comparison.get("rexpr", {})
        value = constant(left) if "A_Const" in left else None
        return value is not None and "A_Const" in right and value == constant(right)
    return False


def is_only_not_null(node: Node) -> bool:
    """Say whether a predicate is nothing but a conjunction of `column IS NOT NULL`."""
    stack = [node]
    while stack:
        current = stack.pop()
        if "BoolExpr" in current and current["BoolExpr"]["boolop"] == "AND_EXPR":
            stack.extend(current["BoolExpr"]["args"])
            continue
        test = current.get("NullTest")
        if not test or test["nulltesttype"] != "IS_NOT_NULL" or "ColumnRef" not in test["arg"]:
            return False
    return True


_VALUE_FUNCTION_NAMES = {
    "SVFOP_CURRENT_DATE": "current_date",
    "SVFOP_CURRENT_TIME": "current_time",
    "SVFOP_CURRENT_TIME_N": "current_time",
    "SVFOP_CURRENT_TIMESTAMP": "current_timestamp",
    "SVFOP_CURRENT_TIMESTAMP_N": "current_timestamp",
    "SVFOP_LOCALTIME": "localtime",
    "SVFOP_LOCALTIME_N": "localtime",
    "SVFOP_LOCALTIMESTAMP": "localtimestamp",
    "SVFOP_LOCALTIMESTAMP_N": "localtimestamp",
    "SVFOP_CURRENT_ROLE": "current_role",
    "SVFOP_CURRENT_USER": "current_user",
    "SVFOP_USER": "user",
    "SVFOP_SESSION_USER": "session_user",
    "SVFOP_CURRENT_CATALOG": "current_catalog",
    "SVFOP_CURRENT_SCHEMA": "current_schema",
}


def value_function(node: Node) -> str:
    """Return the name of CURRENT_TIMESTAMP and its kin."""
    return _VALUE_FUNCTION_NAMES.get(node["op"], "")


def _call(node: Node) -> tuple[str, str | None, tuple[str | None, str] | None]:
    """Tell kind, function and sequence of a default that is not a constant."""
    if "SQLValueFunction" in node:
        return "function", value_function(node["SQLValueFunction"]), None
    call = node.get("FuncCall")
    if call is None:
        return "expression", None, None
    name: str | None = strings(call["funcname"])[-1].lower()
    arguments = call.get("args", [])
    if name == "timezone" and call.get("funcformat") == "COERCE_SQL_SYNTAX":
        # now() AT TIME ZONE 'utc': the function that gives the time says more than the one that shifts it.
        inner = arguments[-1].get("FuncCall")
        return "function", strings(inner["funcname"])[-1].lower() if inner else None, None
    if name == "nextval" and len(arguments) == 1:
        argument = arguments[0]
        while "TypeCast" in argument:
            if strings(argument["TypeCast"]["typeName"]["names"])[-1] == "text":
                return "sequence", name, None  # looked up by name whenever it is called
            argument = argument["TypeCast"]["arg"]
        target = constant(argument)
        return "sequence", name, split_name(target) if target else None
    return "function", name, None


def split_name(text: str) -> tuple[str | None, str]:
    """Split a name in a string, such as the argument of nextval, into schema and name."""
    parts = [
        part[1:-1].replace('""', '"') if part.startswith('"') else part.lower()
        for part in re.findall(r'"(?:[^"]|"")*"|[^.\s"]+', text)
    ]
    if not parts:
        return None, text
    return (parts[-2] if len(parts) > 1 else None), parts[-1]


def expression(node: Node, written: str) -> Expression:
    """Return an expression with what replaying needs to know of it; its kind is that of what its casts are put on."""
    sequence = None
    function = None
    core = node
    while "TypeCast" in core:
        core = core["TypeCast"]["arg"]
    if "A_Const" in core:
        kind = "null" if core["A_Const"].get("isnull") else "constant"
    else:
        kind, function, sequence = _call(core)
    columns = () if kind in ("null", "constant", "sequence") else column_names(node)
    return Expression(written, kind, function, columns, sequence=sequence)


def default(node: Node, written: str, text: Text) -> Expression:
    """Return the expression of a default; a NULL that is cast may be one, by the types of its casts."""
    result = expression(node, written)
    if result.kind != "null" or "TypeCast" not in node:
        return result
    casts = []
    while "TypeCast" in node:
        casts.append(type_name(node["TypeCast"]["typeName"], text))
        node = node["TypeCast"]["arg"]
    return result._replace(casts=tuple(reversed(casts)))


def condition(node: Node, written: str) -> Expression:
    """Return a predicate or the condition of a policy, which may be trivial."""
    return Expression(
        written,
        "expression",
        None,
        column_names(node),
        true=is_true(node),
        only_not_null=is_only_not_null(node),
    )

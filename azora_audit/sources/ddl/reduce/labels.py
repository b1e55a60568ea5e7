"""The names that PostgreSQL gives to unnamed expressions, for the generated names of indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.sources.ddl.reduce.nodes import strings, value_function

if TYPE_CHECKING:
    from azora_audit.sources.ddl.parse import Node

_FIXED = {
    "A_ArrayExpr": "array",
    "CoalesceExpr": "coalesce",
    "GroupingFunc": "grouping",
    "MergeSupportFunc": "merge_action",
    "RowExpr": "row",
    "XmlSerialize": "xmlserialize",
    "JsonParseExpr": "json",
    "JsonScalarExpr": "json_scalar",
    "JsonSerializeExpr": "json_serialize",
    "JsonObjectConstructor": "json_object",
    "JsonArrayConstructor": "json_array",
}

_WEAK, _STRONG = 1, 2


def index_label(node: Node) -> str | None:
    """Return the name FigureIndexColname (parse_target.c) finds for an expression, None for its `expr`."""
    return _label(node)[1]


def _label(node: Node) -> tuple[int, str | None]:  # noqa: C901, PLR0911 -- one return for each kind of node, as in PostgreSQL
    kind, value = next(iter(node.items()))
    if kind == "ColumnRef":
        names = strings([field for field in value["fields"] if "String" in field])
        return (_STRONG, names[-1]) if names else (0, None)
    if kind == "A_Indirection":
        names = strings([field for field in value["indirection"] if "String" in field])
        return (_STRONG, names[-1]) if names else _label(value["arg"])
    if kind == "FuncCall":
        return _STRONG, strings(value["funcname"])[-1]
    if kind == "A_Expr":
        return (_STRONG, "nullif") if value["kind"] == "AEXPR_NULLIF" else (0, None)
    if kind == "TypeCast":
        strength, name = _label(value["arg"])
        return (strength, name) if strength > _WEAK else (_WEAK, strings(value["typeName"]["names"])[-1])
    if kind == "CollateClause":
        return _label(value["arg"])
    if kind == "CaseExpr":
        strength, name = _label(value["defresult"]) if "defresult" in value else (0, None)
        return (strength, name) if strength > _WEAK else (_WEAK, "case")
    if kind == "MinMaxExpr":
        return _STRONG, "greatest" if value["op"] == "IS_GREATEST" else "least"
    if kind == "SQLValueFunction":
        return _STRONG, value_function(value)
    if kind == "XmlExpr":
        return _STRONG, value["op"].removeprefix("IS_").lower()
    name = _FIXED.get(kind)
    return (_STRONG, name) if name else (0, None)

"""Index methods and operator classes: which of them fit which field, and what they are called in PostgreSQL.

Source: the index validations of prisma-engines' PostgreSQL connector.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from azora_audit.sources.prisma.syntax import Call, Fault, Name, Text

if TYPE_CHECKING:
    from azora_audit.sources.prisma.model import ColumnInfo, IndexSpec
    from azora_audit.sources.prisma.syntax import Value

_BRIN = {
    "Bit": ("bit", "minmax"),
    "VarBit": ("bit varying", "minmax"),
    "Bpchar": ("character", "minmax bloom"),
    "Bytea": ("bytea", "minmax bloom"),
    "Date": ("date", "minmax bloom minmax_multi"),
    "Float4": ("real", "minmax bloom minmax_multi"),
    "Float8": ("double precision", "minmax bloom minmax_multi"),
    "Inet": ("inet", "minmax bloom minmax_multi inclusion"),
    "Int2": ("smallint", "minmax bloom minmax_multi"),
    "Int4": ("integer", "minmax bloom minmax_multi"),
    "Int8": ("bigint", "minmax bloom minmax_multi"),
    "Numeric": ("numeric", "minmax bloom minmax_multi"),
    "Oid": ("oid", "minmax bloom minmax_multi"),
    "Text": ("text|character varying", "minmax bloom"),
    "Timestamp": ("timestamp without time zone", "minmax bloom minmax_multi"),
    "TimestampTz": ("timestamp with time zone", "minmax bloom minmax_multi"),
    "Time": ("time without time zone", "minmax bloom minmax_multi"),
    "TimeTz": ("time with time zone", "minmax bloom minmax_multi"),
    "Uuid": ("uuid", "minmax bloom minmax_multi"),
}
_STRATEGIES = {
    "minmax": "MinMaxOps",
    "bloom": "BloomOps",
    "minmax_multi": "MinMaxMultiOps",
    "inclusion": "InclusionOps",
}
_CLASSES: dict[str, tuple[str, str, frozenset[str]]] = {
    "InetOps": ("inet_ops", "gist spgist", frozenset({"inet"})),
    "JsonbOps": ("jsonb_ops", "gin", frozenset({"jsonb"})),
    "JsonbPathOps": ("jsonb_path_ops", "gin", frozenset({"jsonb"})),
    "ArrayOps": ("array_ops", "gin", frozenset()),
    "TextOps": ("text_ops", "spgist", frozenset({"text", "character varying", "character"})),
} | {
    f"{prefix}{_STRATEGIES[strategy]}": (
        f"{prefix.lower()}_{strategy}_ops",
        "brin",
        frozenset(types.split("|")),
    )
    for prefix, (types, strategies) in _BRIN.items()
    for strategy in strategies.split()
}
"""Constant -> name in PostgreSQL, methods, base types (none: any list)."""

_BY_DEFAULT = {
    "gin": frozenset({"jsonb", "array"}),
    "spgist": frozenset({"inet", "text", "character varying", "character"}),
    "gist": frozenset[str](),
    "brin": frozenset(kind for types, _strategies in _BRIN.values() for kind in types.split("|")),
}
"""Method -> types that have an operator class by default, as far as Prisma knows."""

_DEFAULT_NAMES = {
    "gin": r"(?:jsonb|array)_ops\Z",
    "spgist": r"(?:inet|text|kd_point|poly|box|range)_ops\Z",
    "gist": r"(?:point|box|circle|poly|range|multirange|tsvector|tsquery)_ops\Z",
    "brin": r"(?!inet_minmax)(?:\w+_minmax|\w+_inclusion)_ops\Z",
    "btree": r"(?!varchar|cidr)[a-z0-9]+_ops\Z",
    "hash": r"(?!varchar|cidr)[a-z0-9]+_ops\Z",
}
"""Method -> names of operator classes that are the default for their type."""


def operator_class(value: Value | None, method: str) -> str | None:
    """Return the operator class of an index column in PostgreSQL, or None for the default one."""
    if value is None:
        return None
    name = ""
    if isinstance(value, Name) and value.text in _CLASSES:
        name = _CLASSES[value.text][0]
    elif isinstance(value, Call) and value.arguments and isinstance(value.arguments[0].value, Text):
        name = value.arguments[0].value.value
    if not name or re.match(_DEFAULT_NAMES[method], name):
        return None
    return name


def check_index(spec: IndexSpec, kind: str, start: int) -> list[Fault]:
    """Return what PostgreSQL or Prisma would refuse of a key or index.

    Args:
        spec: the index.
        kind: id, unique or index.
        start: offset of its attribute.
    """
    messages = []
    method = spec.method
    sorted_ = any(spec.orders)
    if kind == "id" and sorted_:
        messages.append("a primary key has no sort order in PostgreSQL")
    if method == "hash" and sorted_:
        messages.append("a hash index has no sort order")
    if method == "spgist" and len(spec.columns) > 1:
        messages.append("an SP-GiST index has only one column")
    if kind != "index" and any(spec.operator_classes):
        messages.append("operator classes are for `@@index` only")
    faults = [Fault(start, message, "") for message in messages]
    for column, operators in zip(spec.columns, spec.operator_classes, strict=True):
        if kind != "id" and column.kind.base_type == "xml" and column.scalar:
            message = f"the field `{column.line.name}` is xml, which cannot be indexed"
            faults.append(Fault(start, message, "Remove it from the index."))
        wrong = _wrong(column, operators, method)
        if wrong is not None:
            at = start if operators is None else operators.start
            faults.append(Fault(at, wrong, 'Other operator classes are written `ops: raw("...")`.'))
    return faults


def _wrong(column: ColumnInfo, operators: Value | None, method: str) -> str | None:
    """Return what is wrong with a column of an index and its operator class."""
    name = column.line.name
    array = column.line.arity == "[]"
    if operators is None:
        fits = (
            method not in _BY_DEFAULT
            or column.line.unsupported
            or (method == "gin" and array)
            or bool(column.scalar and column.kind.base_type in _BY_DEFAULT[method])
        )
        return None if fits else f"the field `{name}` has no default operator class for a {method} index"
    if isinstance(operators, Call) and operators.name == "raw":
        arguments = operators.arguments
        fits = len(arguments) == 1 and isinstance(arguments[0].value, Text)
        return None if fits else 'expected `raw("...")` for `ops`'
    known = _CLASSES.get(operators.text) if isinstance(operators, Name) else None
    if known is None:
        return "expected an operator class for `ops`"
    _name, methods, types = known
    fits = array if not types else bool(column.scalar and column.kind.base_type in types)
    if method in methods.split() and fits:
        return None
    return f"the operator class does not fit the field `{name}` in a {method} index"

"""Prisma's scalar types and `@db.` attributes -> PostgreSQL types as format_type prints them.

Source: the PostgreSQL connector of prisma-engines, and the SQL that its schema engine writes.
"""

from __future__ import annotations

import re
from functools import lru_cache

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.records import NamedTuple

SCALARS = frozenset({"String", "Boolean", "Int", "BigInt", "Float", "Decimal", "DateTime", "Json", "Bytes"})


class ColumnType(NamedTuple):
    """A PostgreSQL type without its array brackets; the fields are those of the catalog's columns."""

    sql: str
    """As Prisma Migrate writes it: `VARCHAR(36)`."""
    type: str
    base_type: str
    kind: str = "base"
    length: int | None = None
    precision: int | None = None
    scale: int | None = None


class _Native(NamedTuple):
    scalar: str
    name: str
    """As format_type prints it."""
    arguments: int
    """How many arguments it may have: all of them, or none."""


_NATIVE = {
    "SmallInt": _Native("Int", "smallint", 0),
    "Integer": _Native("Int", "integer", 0),
    "Oid": _Native("Int", "oid", 0),
    "BigInt": _Native("BigInt", "bigint", 0),
    "Decimal": _Native("Decimal", "numeric", 2),
    "Money": _Native("Decimal", "money", 0),
    "Inet": _Native("String", "inet", 0),
    "Citext": _Native("String", "public.citext", 0),
    "Real": _Native("Float", "real", 0),
    "DoublePrecision": _Native("Float", "double precision", 0),
    "VarChar": _Native("String", "character varying", 1),
    "Char": _Native("String", "character", 1),
    "Text": _Native("String", "text", 0),
    "ByteA": _Native("Bytes", "bytea", 0),
    "Timestamp": _Native("DateTime", "timestamp without time zone", 1),
    "Timestamptz": _Native("DateTime", "timestamp with time zone", 1),
    "Date": _Native("DateTime", "date", 0),
    "Time": _Native("DateTime", "time without time zone", 1),
    "Timetz": _Native("DateTime", "time with time zone", 1),
    "Boolean": _Native("Boolean", "boolean", 0),
    "Bit": _Native("String", "bit", 1),
    "VarBit": _Native("String", "bit varying", 1),
    "Uuid": _Native("String", "uuid", 0),
    "Xml": _Native("String", "xml", 0),
    "Json": _Native("Json", "json", 0),
    "JsonB": _Native("Json", "jsonb", 0),
}
_DEFAULTS: dict[str, tuple[str, tuple[int, ...]]] = {
    "String": ("Text", ()),
    "Boolean": ("Boolean", ()),
    "Int": ("Integer", ()),
    "BigInt": ("BigInt", ()),
    "Float": ("DoublePrecision", ()),
    "Decimal": ("Decimal", (65, 30)),
    "DateTime": ("Timestamp", (3,)),
    "Json": ("JsonB", ()),
    "Bytes": ("ByteA", ()),
}
_LONGEST_FRACTION = 6
_LARGEST_PRECISION = 1000
_ALIASES = {
    "bool": "boolean",
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "float": "double precision",
    "decimal": "numeric",
    "dec": "numeric",
    "varchar": "character varying",
    "char": "character",
    "bpchar": "character",
    "varbit": "bit varying",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
    "timetz": "time with time zone",
}
_BUILT_IN_WORDS = """
    aclitem bigint bit boolean box bytea cid cidr circle date inet integer interval json jsonb jsonpath
    line lseg macaddr macaddr8 money name numeric oid path pg_lsn pg_snapshot point polygon real regclass
    regproc regrole regtype smallint text tid tsquery tsvector txid_snapshot uuid xid xid8 xml int4range
    int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange
    tsmultirange tstzmultirange datemultirange
"""
_BUILT_IN = frozenset(_BUILT_IN_WORDS.split()) | frozenset(_ALIASES.values())
_RANGE = r"(?:int4|int8|num|ts|tstz|date)(?:multi)?range\Z"
_SQL_TYPE = (
    r'(?i)\s*(?:(?P<schema>"[^"]+"|[^\W\d]\w*)\s*\.\s*)?(?P<name>"[^"]+"|[^\W\d][\w ]*?)\s*'
    r"(?:\((?P<arguments>[^()]*)\))?\s*(?P<suffix>(?:with|without)\s+time\s+zone)?\s*(?P<array>(?:\[\d*\]\s*)*)\Z"
)


def _sized(name: str, arguments: tuple[int, ...], sql: str) -> ColumnType:
    """Return a type with its arguments where format_type prints them; `sql` is its name as it is written."""
    if arguments:
        sql = f"{sql}({','.join(map(str, arguments))})"
    elif name in {"character", "bit"}:
        arguments = (1,)
    if not arguments:
        return ColumnType(sql, name, name)
    first, _blank, rest = name.partition(" ")
    if name == "numeric":
        precision, scale = arguments if len(arguments) > 1 else (arguments[0], 0)
        return ColumnType(sql, f"numeric({precision},{scale})", name, precision=precision, scale=scale)
    if first in {"timestamp", "time"}:
        return ColumnType(sql, f"{first}({arguments[0]}) {rest}", name, precision=arguments[0])
    return ColumnType(sql, f"{name}({arguments[0]})", name, length=arguments[0])


def native_fault(scalar: str, name: str, arguments: tuple[str, ...]) -> tuple[str, str] | None:
    """Return what is wrong with `@db.name(arguments)` on a field of this scalar type, and the help; None if nothing.

    Args:
        scalar: a Prisma scalar type.
        name: name of the native type.
        arguments: its arguments as written.
    """
    native = _NATIVE.get(name)
    if native is None:
        known = ", ".join(sorted(key for key, value in _NATIVE.items() if value.scalar == scalar))
        return f"unknown native type `@db.{name}`", f"A {scalar} can be one of {known}."
    if len(arguments) > native.arguments:
        return f"expected at most {native.arguments} arguments for `{name}`, found {len(arguments)}", ""
    if native.scalar != scalar:
        return f"native type `{name}` cannot store a `{scalar}`", f"Its field type is {native.scalar}."
    if arguments and (len(arguments) != native.arguments or not all(_is_count(part) for part in arguments)):
        plural = "two nonnegative integers" if native.arguments > 1 else "a nonnegative integer"
        return f"expected {plural} for `{name}`, found `{', '.join(arguments)}`", ""
    return _range_fault(name, tuple(map(int, arguments)))


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) < 1 << 32


def _range_fault(name: str, arguments: tuple[int, ...]) -> tuple[str, str] | None:
    if not arguments:
        return None
    if name == "Decimal":
        precision, scale = arguments
        if scale > precision:
            return f"the scale {scale} is larger than the precision {precision}", ""
        if not 0 < precision <= _LARGEST_PRECISION:
            return f"expected a precision from 1 to {_LARGEST_PRECISION}, found {precision}", ""
    if name in {"Bit", "VarBit"} and arguments[0] == 0:
        return f"expected a positive length for `{name}`", ""
    if name.startswith("Time") and arguments[0] > _LONGEST_FRACTION:
        return f"expected a precision from 0 to {_LONGEST_FRACTION}, found {arguments[0]}", ""
    return None


@lru_cache(maxsize=1024)
def column_type(scalar: str, name: str | None, arguments: tuple[str, ...]) -> ColumnType:
    """Return the PostgreSQL type of a scalar field; a faulty native type counts as none.

    Args:
        scalar: a Prisma scalar type.
        name: name of its native type, or None.
        arguments: arguments of the native type as written.
    """
    if name is None or native_fault(scalar, name, arguments) is not None:
        name, sizes = _DEFAULTS[scalar]
    else:
        sizes = tuple(map(int, arguments))
    return _sized(
        _NATIVE[name].name, sizes, "DOUBLE PRECISION" if name == "DoublePrecision" else name.upper()
    )


def unsupported_fault(text: str) -> str | None:
    """Return what is wrong with `Unsupported("text")`: a type that Prisma has a name for must be written with it."""
    match = re.match(r"([^(]+)(?:\((.*?)\))?", text)
    if match is None:
        return None
    name = match[1].strip()
    arguments = tuple(part.strip() for part in match[2].split(",")) if match[2] is not None else ()
    native = _NATIVE.get(name)
    if native is None or (native.arguments and native_fault(native.scalar, name, arguments)):
        return None
    return f"{native.scalar} @db.{name}"


@lru_cache(maxsize=1024)
def sql_type(text: str) -> tuple[ColumnType, bool]:
    """Return the type that the text of an `Unsupported` field means, and whether it is an array."""
    match = re.match(_SQL_TYPE, text)
    if match is None:
        return ColumnType(text, text, text, "unknown"), False
    name, arguments = match["name"], match["arguments"]
    array = bool(match["array"])
    quoted = name.startswith('"')
    plain = name[1:-1] if quoted else " ".join(name.lower().split())
    if match["suffix"]:
        plain = f"{plain} {' '.join(match['suffix'].lower().split())}"
    schema = match["schema"]
    if schema is None and not quoted:
        plain = _ALIASES.get(plain, plain)
        if plain in _BUILT_IN:
            sizes = [part.strip() for part in arguments.split(",")] if arguments else []
            if all(part.isdigit() for part in sizes):
                found = _sized(plain, tuple(map(int, sizes)), name)
                return (found._replace(kind="range") if re.match(_RANGE, plain) else found), array
    owner = "public" if schema is None else schema[1:-1] if schema.startswith('"') else schema.lower()
    full = f"{quote_identifier(owner)}.{quote_identifier(plain)}"
    sized = f"{full}({arguments})" if arguments else full
    return ColumnType(text, sized, full, "unknown"), array

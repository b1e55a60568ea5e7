"""Values to begin with: of each type a few that people would write, and its extremes.

A value is the text that PostgreSQL reads for a type, None is NULL.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from azora_audit.proving.model import Column

Value = str | None

_UUIDS: Final = tuple(f"00000000-0000-4000-8000-00000000000{n}" for n in range(1, 7))
FIRST_DAY: Final = "2024-01-15"
_STAMPS: Final = tuple(
    f"{day} 12:00:00" for day in (FIRST_DAY, "2024-02-15", "2024-03-15", "2030-01-15", "2000-01-01")
)
_RANGES: Final = {
    "int4range": ("[1,10)", "[20,30)", "[40,50)"),
    "int8range": ("[1,10)", "[20,30)", "[40,50)"),
    "numrange": ("[1,10)", "[20,30)", "[40,50)"),
    "daterange": ("[2024-01-01,2024-02-01)", "[2024-03-01,2024-04-01)", "[2024-05-01,2024-06-01)"),
    "tsrange": ("[2024-01-01,2024-02-01)", "[2024-03-01,2024-04-01)", "[2024-05-01,2024-06-01)"),
    "tstzrange": ("[2024-01-01,2024-02-01)", "[2024-03-01,2024-04-01)", "[2024-05-01,2024-06-01)"),
}
_PLAIN: Final[dict[str, tuple[str, ...]]] = {
    "boolean": ("true", "false"),
    "uuid": _UUIDS,
    "date": tuple(stamp[:10] for stamp in _STAMPS),
    "timestamp without time zone": _STAMPS,
    "timestamp with time zone": tuple(f"{stamp}+00" for stamp in _STAMPS),
    "time without time zone": ("09:00:00", "10:00:00", "17:30:00"),
    "time with time zone": ("09:00:00+00", "10:00:00+00", "17:30:00+00"),
    "interval": ("1 day", "2 days", "1 hour", "0", "-1 day", "1 year", "2 years"),
    "json": ('{"a": 1}', "{}", "[]", '{"a": 2}'),
    "jsonb": ('{"a": 1}', "{}", "[]", '{"a": 2}'),
    "bytea": (r"\x01", r"\x0203", r"\x04", r"\x"),
    "inet": ("192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1", "192.0.2.0/24", "2001:db8::/48"),
    "cidr": ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"),
    "macaddr": ("08:00:2b:01:02:03", "08:00:2b:01:02:04", "08:00:2b:01:02:05"),
    "macaddr8": ("08:00:2b:01:02:03:04:05", "08:00:2b:01:02:03:04:06", "08:00:2b:01:02:03:04:07"),
    "money": ("1.00", "2.00", "3.00", "0.00", "-1.00"),
    "oid": ("1", "2", "3"),
    "xid8": ("1", "2", "3"),
    "xid": ("1", "2", "3"),
    "tid": ("(0,1)", "(0,2)", "(0,3)"),
    "pg_lsn": ("0/1", "0/2", "0/3"),
    "xml": ("<a/>", "<b/>", "<c/>"),
    "tsvector": ("'one'", "'two'", "'three'"),
    "tsquery": ("one", "two", "three"),
    "jsonpath": ("$.one", "$.two", "$.three"),
    "point": ("(0,0)", "(1,1)", "(2,2)"),
    "line": ("{1,1,0}", "{1,2,0}", "{1,3,0}"),
    "lseg": ("[(0,0),(1,1)]", "[(0,0),(2,2)]", "[(0,0),(3,3)]"),
    "box": ("(1,1),(0,0)", "(3,3),(2,2)", "(5,5),(4,4)"),
    "path": ("[(0,0),(1,1)]", "[(0,0),(2,2)]", "[(0,0),(3,3)]"),
    "polygon": ("((0,0),(1,1),(1,0))", "((2,2),(3,3),(3,2))", "((4,4),(5,5),(5,4))"),
    "circle": ("<(0,0),1>", "<(9,9),1>", "<(20,20),1>"),
    "real": ("1", "2", "3", "0", "-1", "0.5"),
    "double precision": ("1", "2", "3", "0", "-1", "0.5", "100"),
    "smallint": ("1", "2", "3", "0", "-1", "32767", "-32768"),
    "integer": ("1", "2", "3", "0", "-1", "100", "2147483647", "-2147483648"),
    "bigint": ("1", "2", "3", "0", "-1", "100", "9223372036854775807", "-9223372036854775808"),
    '"char"': ("a", "b", "c"),
    "hstore": ('"a"=>"1"', '"b"=>"2"', '"c"=>"3"'),
    "ltree": ("a", "a.b", "c"),
} | _RANGES
_TEXTS: Final = ("a", "b", "c", "abc", "1", "A", "", " ")
_MULTIRANGE: Final = re.compile(r"(int4|int8|num|date|ts|tstz)multirange\Z")
_NOTHING: Final = re.compile(r"NULL(?:::|\Z)")
NUMERIC: Final = "numeric"
CHARACTERS: Final = ("character varying", "character", "text", "citext", "name")


def base_name(column: Column) -> str:
    """Return a type's name without the schema of an extension."""
    return column.base.rpartition(".")[2] if column.base.count('"') != 2 else column.base  # noqa: PLR2004 -- `"char"`


def length_of(column: Column) -> int | None:
    """Return the length of a character type, None where it has none or is an array."""
    if column.category == "A" or base_name(column) not in ("character varying", "character"):
        return None
    return column.modifier - 4 if column.modifier > 0 else None


def precision_of(column: Column) -> tuple[int, int] | None:
    """Return precision and scale of a numeric type that has them."""
    if column.base != NUMERIC or column.modifier < 0 or column.category == "A":
        return None
    bits = column.modifier - 4
    scale = bits & 0x7FF
    return bits >> 16 & 0xFFFF, (scale ^ 1024) - 1024


def step_of(column: Column) -> str:
    """Return the smallest step between two values of a numeric column, or a customary one."""
    precision = precision_of(column)
    if precision is not None:
        return f"1e{-precision[1]}"
    return "1" if column.base in ("smallint", "integer", "bigint") else "0.01"


def gives_nothing(column: Column) -> bool:
    """Tell whether a column has a default that is NULL, which is as good as none."""
    return _NOTHING.match(column.default) is not None


def samples(column: Column) -> list[str]:
    """Return values of a column's type, plain ones first; none when the type is not known."""
    scalar = _scalars(column)
    if column.category != "A":
        return scalar
    if not scalar:
        return ["{}"]
    first, second = (_quoted(value) for value in (scalar * 2)[:2])
    return [f"{{{first}}}", f"{{{second}}}", f"{{{first},{second}}}", "{}"]


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _scalars(column: Column) -> list[str]:
    name = base_name(column)
    values: list[str] = []
    if column.labels:
        values = list(column.labels)
    elif name in _PLAIN:
        values = list(_PLAIN[name])
    elif name in CHARACTERS:
        values = [value for value in _TEXTS if len(value) <= (length_of(column) or len(value))]
    elif name in ("bit", "bit varying"):
        length = column.modifier if column.modifier > 0 else 1
        values = [f"{number:b}".rjust(length, "0") for number in range(min(4, 1 << length))]
    elif name == "vector" and column.modifier > 0:
        values = [f"[{','.join([str(number)] * column.modifier)}]" for number in (1, 2, 3)]
    elif (match := _MULTIRANGE.match(name)) is not None:
        values = [f"{{{value}}}" for value in _RANGES[f"{match[1]}range"]]
    elif name == NUMERIC:
        values = _numbers(column)
    return values


def _numbers(column: Column) -> list[str]:
    precision = precision_of(column)
    values = ["1", "2", "3", "0", "-1", "0.5", "100"]
    if precision is None:
        return values
    digits, scale = precision
    greatest = largest(digits, scale)
    return [
        *values,
        f"1e-{max(scale, 0)}",
        greatest,
        f"-{greatest}",
        f"1{'0' * max(-scale, 0)}",
        f"2{'0' * max(-scale, 0)}",
    ]


def largest(digits: int, scale: int) -> str:
    """Return the largest number of so many digits, so many of them behind the point (before it, if negative)."""
    if scale <= 0:
        return "9" * digits + "0" * -scale
    return f"{'9' * max(digits - scale, 0) or '0'}.{'0' * max(scale - digits, 0)}{'9' * min(digits, scale)}"

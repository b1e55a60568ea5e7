"""`@default(...)` -> the default that the database gets, or the generator of the client that makes the value.

The SQL is what Prisma Migrate writes, to the letter.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, NoReturn

from azora_audit.catalog.identifiers import quote_literal
from azora_audit.records import NamedTuple
from azora_audit.sources.prisma.sql_defaults import SqlDefault, sql_default
from azora_audit.sources.prisma.syntax import Array, Call, Fault, Name, Number, Text

if TYPE_CHECKING:
    from azora_audit.sources.prisma.native_types import ColumnType
    from azora_audit.sources.prisma.syntax import Value


class FieldDefault(NamedTuple):
    """What `@default` comes to: at most one of the first three is set."""

    sql: SqlDefault | None = None
    generator: str | None = None
    serial: bool = False
    fault: Fault | None = None


NONE = FieldDefault()
_GENERATORS = {"uuid": (4, 7), "cuid": (1, 2), "nanoid": range(2, 256), "ulid": ()}
_RFC3339 = r"(?a)(\d{4}-\d\d-\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))\Z"
_INTEGER = re.compile(r"-?[0-9]+\Z")
_DECIMAL = r"[+-]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?\Z"
_LARGEST = 1 << 63


class _Refused(Exception):  # noqa: N818 -- control flow inside this module, never seen outside
    """The default does not fit its field; the message says what was expected."""


def _count(call: Call) -> int | None:
    """Return the number that a generator has as its only argument, or None without argument."""
    if not call.arguments:
        return None
    value = call.arguments[0].value
    if len(call.arguments) > 1 or not isinstance(value, Number) or not _INTEGER.match(value.text):
        raise _Refused(f"expected `{call.name}()` with at most one integer argument")
    return int(value.text)


def _generator(call: Call, scalar: str) -> FieldDefault:
    if scalar != "String":
        raise _Refused(f"the function `{call.name}()` cannot be used on a field of type `{scalar}`")
    number = _count(call)
    allowed = _GENERATORS[call.name]
    if number is not None and number not in allowed:
        which = "2 to 255" if call.name == "nanoid" else " or ".join(map(str, allowed)) or "no argument"
        raise _Refused(f"expected {which} in `{call.name}()`, found {number}")
    return FieldDefault(generator=call.name)


def _dbgenerated(call: Call) -> FieldDefault:
    if not call.arguments:
        return NONE
    value = call.arguments[0].value
    if len(call.arguments) > 1 or not isinstance(value, Text) or not value.value:
        raise _Refused("expected `dbgenerated()` with no argument or one string that is not empty")
    return FieldDefault(sql_default(value.value))


def _function(call: Call, scalar: str) -> FieldDefault:
    if call.name in _GENERATORS:
        return _generator(call, scalar)
    if call.name not in {"now", "autoincrement"}:
        raise _Refused(f"unknown function `{call.name}()` in `@default`")
    if call.name == "now":
        fits, result = (
            scalar == "DateTime",
            FieldDefault(SqlDefault("CURRENT_TIMESTAMP", "function", "current_timestamp")),
        )
    else:
        fits, result = scalar in {"Int", "BigInt"}, FieldDefault(serial=True)
    if not fits:
        raise _Refused(f"the function `{call.name}()` cannot be used on a field of type `{scalar}`")
    if call.arguments:
        raise _Refused(f"the function `{call.name}()` takes no argument")
    return result


def _not_json(text: str) -> NoReturn:
    raise ValueError(text)


def _float_of_json(text: str) -> float:
    """Return a number that fits into a double, as Prisma wants it."""
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(text)
    return number


def _moment(text: str) -> str:
    """Return an RFC 3339 moment as Prisma writes it in SQL."""
    match = re.match(_RFC3339, text)
    if match is None:
        raise ValueError(text)
    date, hour, minute, second, fraction, sign, offset_hours, offset_minutes = match.groups()
    zone = timedelta(hours=int(offset_hours or 0), minutes=int(offset_minutes or 0))
    datetime.fromisoformat(f"{date}T{hour}:{minute}:{min(int(second), 59):02}").replace(
        tzinfo=timezone(-zone if sign == "-" else zone)
    )
    if int(second) > 60 or int(offset_minutes or 0) > 59:  # noqa: PLR2004 -- a leap second is 60
        raise ValueError(text)
    digits = (fraction or "")[:9].rstrip("0")
    shown = f".{digits.ljust(-(-len(digits) // 3) * 3, '0')}" if digits else ""
    return (
        f"{date} {hour}:{minute}:{second}{shown} {sign or '+'}{offset_hours or '00'}:{offset_minutes or '00'}"
    )


def _decimal(text: str) -> str:
    if re.match(_DECIMAL, text) is None:
        raise ValueError(text)
    return format(Decimal(text.replace("_", "")), "f")


def _from_text(text: str, scalar: str) -> str:
    """Return the SQL of a string literal for a field of this type."""
    try:
        if scalar == "Json":
            json.loads(text, parse_constant=_not_json, parse_float=_float_of_json)
        elif scalar == "Bytes":
            return f"'\\x{base64.b64decode(text, validate=True).hex()}'"
        elif scalar == "DateTime":
            text = _moment(text)
        elif scalar == "Decimal":
            return _decimal(text)
    except (ValueError, binascii.Error, InvalidOperation, RecursionError):
        raise _Refused(
            f"expected a {_FORMATS[scalar]} for a field of type `{scalar}`, found `{text}`"
        ) from None
    return quote_literal(text)


_FORMATS = {
    "Json": "JSON document",
    "Bytes": "base64 string",
    "DateTime": "moment such as 2020-01-31T00:00:00Z",
    "Decimal": "decimal number",
}


def _from_number(text: str, scalar: str) -> str:
    if scalar in {"Int", "BigInt"}:
        if not _INTEGER.match(text) or not -_LARGEST <= int(text) < _LARGEST:
            raise _Refused(f"expected an integer for a field of type `{scalar}`, found `{text}`")
        return str(int(text))
    return format(Decimal(text), "f")


def _literal(value: Value, scalar: str) -> str:
    """Return the SQL of one literal."""
    if isinstance(value, Text) and scalar in {"String", "Json", "Bytes", "DateTime", "Decimal"}:
        return _from_text(value.value, scalar)
    if isinstance(value, Number) and scalar in {"Int", "BigInt", "Float", "Decimal"}:
        return _from_number(value.text, scalar)
    if isinstance(value, Name) and scalar == "Boolean" and value.text in {"true", "false"}:
        return value.text
    raise _Refused(f"expected a value of type `{scalar}`")


def _member(value: Value, members: dict[str, str]) -> str:
    """Return the SQL of an enum's value."""
    if not isinstance(value, Name):
        raise _Refused("expected a value of the enum, without quotes")
    if value.text not in members:
        raise _Refused(f"`{value.text}` is not a value of the enum")
    return quote_literal(members[value.text])


def _default(
    value: Value, scalar: str, kind: ColumnType, array: bool, members: dict[str, str] | None
) -> FieldDefault:
    if isinstance(value, Call):
        if value.name == "dbgenerated":
            return _dbgenerated(value)
        if members is not None:
            raise _Refused("expected a value of the enum")
        return _function(value, scalar)
    if isinstance(value, Array) is not array:
        raise _Refused("expected a list" if array else "expected one value: the field is no list")
    items = value.items if isinstance(value, Array) else (value,)
    literals = [_literal(item, scalar) if members is None else _member(item, members) for item in items]
    if array:
        # An array is no constant to PostgreSQL but an expression that makes one.
        return FieldDefault(SqlDefault(f"ARRAY[{', '.join(literals)}]::{kind.sql}[]", "expression", None))
    return FieldDefault(SqlDefault(literals[0], "constant", None))


def read_default(
    value: Value, scalar: str, kind: ColumnType, *, array: bool, members: dict[str, str] | None = None
) -> FieldDefault:
    """Return what a default comes to; a default that does not fit its field is a fault.

    Args:
        value: the argument of `@default`.
        scalar: the field's Prisma type; empty for `Unsupported`.
        kind: its PostgreSQL type.
        array: whether the field is a list.
        members: for an enum, its values with their names in the database.
    """
    try:
        if not scalar and not (isinstance(value, Call) and value.name == "dbgenerated"):
            raise _Refused('expected `dbgenerated("...")`: an unsupported type has no other default')  # noqa: TRY301
        return _default(value, scalar, kind, array, members)
    except _Refused as refused:
        return FieldDefault(fault=Fault(value.start, str(refused), "Give the default the type of its field."))

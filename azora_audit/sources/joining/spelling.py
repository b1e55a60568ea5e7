"""Whether two types or two defaults are the same, however they are written."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from azora_audit.catalog.spelling import plain_expression

if TYPE_CHECKING:
    from azora_audit.catalog.tables import Column, Default

_SCHEMA: Final = re.compile(r'^(?:"[^"]*"|\w+)\.')
_TIME_WITHOUT_DIGITS: Final = re.compile(r"^(timestamp|time)(?= with| without)")
# `'now'::text` is what old dumps have for it
_NOW: Final = frozenset({"now()", "current_timestamp", "transaction_timestamp()", "now"})
_WORDS_FOR_BOOLEANS: Final = {
    "t": "true",
    "f": "false",
    "yes": "true",
    "no": "false",
    "on": "true",
    "off": "false",
}


def same_type(prisma: Column, sql: Column) -> bool:
    """Whether a Prisma field and an SQL column have one type, or types that Prisma cannot tell apart.

    Prisma reads `timestamptz` as `@db.Timestamptz(6)`, and knows neither the schema of an extension's type nor domains.
    """
    if prisma.type == sql.type:
        return True
    one, other = _plain_type(prisma.type), _plain_type(sql.type)
    if one == other:
        return True
    if sql.type_kind == "domain":
        return _plain_type(prisma.base_type) == _plain_type(sql.base_type) and prisma.array == sql.array
    # a type that was not read, in the words of the user on both sides: spaces and letters tell nothing
    if "unknown" in {prisma.type_kind, sql.type_kind}:
        return re.sub(r"\W", "", one).lower() == re.sub(r"\W", "", other).lower()
    return False


def same_default(prisma: Default | None, sql: Default | None, column: Column) -> bool:
    """Whether two defaults of a column give the same value, as far as their text can tell."""
    if prisma is None or sql is None:
        return prisma is sql
    if prisma.expression == sql.expression or prisma.kind == sql.kind == "sequence":
        return True
    one, other = plain_expression(prisma.expression), plain_expression(sql.expression)
    return one == other or _same_value(prisma, sql, one, other, column)


def _same_value(prisma: Default, sql: Default, one: str, other: str, column: Column) -> bool:
    if one in _NOW or other in _NOW:
        return one in _NOW and other in _NOW
    if column.array and _is_list(one) and _is_list(other):
        return _elements(one) == _elements(other)
    if prisma.kind == sql.kind == "function":
        return prisma.function == sql.function
    # two ways to write one expression are many
    either = "expression" in {prisma.kind, sql.kind}
    return either or (prisma.kind == sql.kind == "constant" and _same_constant(one, other, column))


def _plain_type(name: str) -> str:
    name = _SCHEMA.sub("", name)
    return _TIME_WITHOUT_DIGITS.sub(r"\1(6)", re.sub(r"\s*,\s*", ",", name))


def _same_constant(one: str, other: str, column: Column) -> bool:
    base = column.base_type
    if base == "boolean":
        return _WORDS_FOR_BOOLEANS.get(one, one) == _WORDS_FOR_BOOLEANS.get(other, other)
    if base in {"json", "jsonb"}:
        return _json(one) == _json(other)
    # `interval '2' hour`, `'2 hours'` and `'02:00:00'` are one value; so are `B'101'`, `X'5'` and `'101'`
    if base == "interval" or (base.startswith("bit") and {one[:1], other[:1]} & {"b", "x"}):
        return True
    if base.startswith(("timestamp", "time", "date")):
        return _digits(one) == _digits(other)
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False


def _is_list(text: str) -> bool:
    return text.startswith(("{", "array["))


def _elements(text: str) -> list[str]:
    inner = text.removeprefix("array").strip("[]{}")
    return [element.strip("\"'") for element in inner.split(",") if element]


def _json(text: str) -> object:
    import orjson  # noqa: PLC0415 -- only for a JSON default that is written in two ways

    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _digits(text: str) -> str:
    """Return the digits of a time, without its zone of zero hours and zeros at the end."""
    return re.sub(r"\D", "", re.sub(r"(?:Z|\s*[+-]00(?::?00)?)\Z", "", text, flags=re.IGNORECASE)).rstrip("0")

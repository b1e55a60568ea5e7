"""Values that an expression speaks of: its constants, their neighbours, and strings for and against its patterns."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from azora_audit.proving.patterns import example
from azora_audit.proving.samples import FIRST_DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from azora_audit.proving.model import Column

_STRING: Final = re.compile(r"'((?:[^']|'')*)'")
_NUMBER: Final = re.compile(r"(?<![\w.'])-?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.])", re.IGNORECASE)
_REGEX: Final = re.compile(r"(!?~\*?)\s*\(?'((?:[^']|'')*)'")
_LIKE: Final = re.compile(r"~~\*?\s*\(?'((?:[^']|'')*)'")
_LENGTH: Final = re.compile(r"(?:length|char_length|character_length|octet_length|btrim)\(", re.IGNORECASE)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
LONGEST: Final = 5000


_WORD: Final = re.compile(r'"((?:[^"]|"")+)"|([A-Za-z_\u0080-\uffff][\w$]*)')


def words(expression: str) -> set[str]:
    """Return the names that stand in an expression, of whatever they are."""
    bare = _STRING.sub("''", expression)
    return {(match[1] or match[2]).replace('""', '"') for match in _WORD.finditer(bare)}


def mine(expressions: Iterable[str], column: Column, step: str) -> list[str]:
    """Return candidates for a column from the expressions that read it, likely ones first.

    Args:
        expressions: as PostgreSQL prints them.
        column: the column; what does not fit its type is sorted out by PostgreSQL later.
        step: the least difference of two numbers of it.
    """
    found: dict[str, None] = {}
    for expression in expressions:
        found.update(dict.fromkeys(_patterns(expression)))
        strings = [match[1].replace("''", "'") for match in _STRING.finditer(expression)]
        numbers = _NUMBER.findall(_STRING.sub("''", expression))
        found.update(dict.fromkeys(strings))
        for text in (*numbers, *strings):
            found.update(dict.fromkeys(_neighbours(text, step)))
        if _LENGTH.search(expression):
            if column.category == "S":
                found.update(dict.fromkeys(_of_length(numbers, "xyz", "")))
            elif column.base == "bytea":
                found.update(dict.fromkeys(_of_length(numbers, ("01", "02", "03"), "\\x")))
        if column.category == "A":
            found.update((f'{{"{text}"}}', None) for text in strings)
            found.update((text, None) for text in _arrays(numbers))
        if column.category == "D" or column.base == "interval":
            found.update(dict.fromkeys(text for part in strings for text in _days(part)))
            found.update(dict.fromkeys(_later(numbers)))
        if column.category == "U":
            found.update(dict.fromkeys(_objects(strings)))
    return [value for value in found if "\0" not in value]


def regular_expressions(expressions: Iterable[str]) -> list[str]:
    """Return the regular expressions that stand in expressions."""
    return [match[2].replace("''", "'") for text in expressions for match in _REGEX.finditer(text)]


def _patterns(expression: str) -> list[str]:
    """Return strings that match the patterns in an expression, and some that nearly do."""
    texts: list[str] = []
    for pattern in regular_expressions([expression]):
        texts += example(pattern)
    for match in _LIKE.finditer(expression):
        text = match[1].replace("''", "'").replace("%", "x").replace("_", "y")
        texts += [text, text.replace("x", "")]
    near: list[str] = []
    for text in texts[:3]:
        near += [text[:-1], f"{text}x", f"x{text}", text.lower(), text.upper(), f"{text[:-1]}!", f" {text}"]
        near += [f"{text}\n", text[1:]]
    return [*texts, *near]


def _neighbours(text: str, step: str) -> list[str]:
    """Return a number and the values just below and above it."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return []
    if not number.is_finite() or abs(number.adjusted()) > LONGEST:
        return []
    return [format(value, "f") for value in (number, number - Decimal(step), number + Decimal(step))]


def _of_length(numbers: list[str], units: Sequence[str], prefix: str) -> list[str]:
    """Return several values of each size that an expression names, for keys, and one of the sizes beside it."""
    named = dict.fromkeys(int(number) for number in numbers if number.isdigit())
    values = [(unit, size) for size in named for unit in units]
    values += [(units[0], size + change) for size in named for change in (-1, 1)]
    return [prefix + unit * size for unit, size in values if 0 <= size <= LONGEST]


def _arrays(numbers: list[str]) -> list[str]:
    sizes = {int(number) + change for number in numbers if number.isdigit() for change in (-1, 0, 1)}
    return ["{" + ",".join("1" * size) + "}" for size in sorted(sizes) if 0 <= size < 100]  # noqa: PLR2004 -- any more are not written


def _days(text: str) -> list[str]:
    """Return the days around a date, at the time of day that stands behind it."""
    import datetime as dt  # noqa: PLC0415 -- only where there are dates

    match = _DATE.match(text)
    if match is None:
        return []
    try:
        day = dt.date.fromisoformat(match[0])
        days: list[Any] = [day - dt.timedelta(days=1), day + dt.timedelta(days=1)]
    except (ValueError, OverflowError):
        return []
    return [f"{value.isoformat()}{text[match.end() :]}" for value in days]


def _later(numbers: list[str]) -> list[str]:
    """Return days as many days after the first sample as an expression names, and the days beside them."""
    import datetime as dt  # noqa: PLC0415 -- as above

    first = dt.date.fromisoformat(FIRST_DAY)
    counts = [int(number) for number in numbers if number.isdigit() and 0 < int(number) <= LONGEST]
    return [
        f"{first + dt.timedelta(days=count + change)} 12:00:00+00"
        for count in counts
        for change in (-1, 0, 1)
    ]


def _objects(strings: list[str]) -> list[str]:
    """Return JSON objects with the keys that an expression names, and values of several kinds."""
    names = [text for text in strings if re.fullmatch(r"[A-Za-z_]\w*", text)]
    if not names:
        return []
    values = ('"a"', "1", "[]", "{}", "true")
    return ["{" + ", ".join(f'"{name}": {value}' for name in names) + "}" for value in values]

"""Values of a type that are no samples of it: as many different ones as there are numbers, where the type has so many."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Final

from azora_audit.proving.samples import CHARACTERS, NUMERIC, base_name, length_of, precision_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.proving.model import Column

WHOLE: Final = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}
"""Types of whole numbers, and the highest of each."""
_TEXTS: Final = ("text", "character varying", "citext", "name")
_FIRST: Final = 10
"""Generated values begin here, beyond the samples."""
_SHORTEST: Final = 4
_DAYS: Final = 28
VARIANTS: Final = 4
_HEXADECIMAL: Final = "abcdef"
_LETTERS: Final = "QXZJKVWYBMPTDGHNRSLFCAEIOU"


def further(column: Column, number: int) -> str:
    """Return a value of a column's type that no sample is, another one for each number; empty where none is known."""
    name, n = base_name(column), _FIRST + number
    if column.category == "A" or column.labels:
        return ""
    text = ""
    if name == "uuid":
        text = f"00000000-0000-4000-9000-{n:012x}"
    elif name in WHOLE:
        text = str(n)
    elif name == NUMERIC:
        precision = precision_of(column)
        text = str(n) if precision is None or precision[0] - precision[1] > 2 else ""  # noqa: PLR2004 -- digits of n
    elif name in _TEXTS:
        text = f"n{n}" if (length_of(column) or _SHORTEST) >= _SHORTEST else ""
    elif name == "date" or name.startswith("timestamp"):
        text = f"20{n % 90 + 10}-05-{n % _DAYS + 1:02d}"
    elif name == "bytea":
        text = rf"\x{n:04x}"
    elif name == "inet":
        text = f"203.0.113.{n % 250}"
    return text


def rare(column: Column, number: int) -> str:
    """Return a value as `further` does, or one of a short text or a range, which rows that are there hardly have."""
    name = base_name(column)
    length = length_of(column)
    if column.category == "A" or column.labels:
        return ""
    if name in CHARACTERS and length is not None and length < _SHORTEST:
        first, rest = divmod(number, len(_LETTERS))
        return (_LETTERS[rest] + _LETTERS[first % len(_LETTERS)] + "Q")[:length]
    if name in ("int4range", "int8range", "numrange"):
        return f"[{1000 + 20 * number},{1010 + 20 * number})"
    if name in ("daterange", "tsrange", "tstzrange"):
        return f"[{2100 + number}-01-01,{2100 + number}-02-01)"
    if name == "interval":
        return f"{_FIRST + number} years"
    return further(column, number)


def variants(column: Column, text: str) -> Iterator[str]:
    """Yield texts of the same shape as another: with other digits for digits and other letters for letters at its end."""
    if column.category == "A" or base_name(column) not in (*CHARACTERS, "bytea"):
        return
    hexadecimal = all(letter in string.hexdigits for letter in text if letter.isalpha() and letter != "x")
    letters = _HEXADECIMAL if hexadecimal else string.ascii_lowercase
    sets = (string.digits, letters, letters.upper())
    places = [place for place, letter in enumerate(text) if any(letter in found for found in sets)][-2:]
    for number in range(1, VARIANTS + 1):
        changed, left = list(text), number
        for place in reversed(places):
            found = next(found for found in sets if text[place] in found)
            at = found.index(text[place]) + left
            changed[place], left = found[at % len(found)], at // len(found)
        yield "".join(changed)

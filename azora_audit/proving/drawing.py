"""Hypothesis strategies for values of columns: texts that PostgreSQL reads for a type, simple ones first.

Only imported when something is drawn.
"""

from __future__ import annotations

import json
import re
import warnings
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from azora_audit.proving.mining import regular_expressions
from azora_audit.proving.patterns import translated
from azora_audit.proving.samples import CHARACTERS, NUMERIC, base_name, length_of, precision_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hypothesis.strategies import SearchStrategy

    from azora_audit.proving.model import Column
    from azora_audit.proving.samples import Value

LONGEST: Final = 40
"""Characters of drawn texts: what longer ones show, these nearly always do."""
LONG: Final = 3000
"""Characters of a few texts that consist of one letter: more than that does not fit into an index."""
_INTEGERS: Final = {"smallint": 15, "integer": 31, "bigint": 63, "oid": 31}
"""Bits of a value without its sign."""
_POWERS: Final = range(1, 19)
_TEXT: Final = st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=("Cs", "Cn", "Co"))
_ASCII: Final = st.characters(min_codepoint=32, max_codepoint=126)


def values_of(column: Column, pool: Sequence[str], expressions: Iterable[str]) -> SearchStrategy[str] | None:
    """Return values of a column's type, those of its pool among them; None when no value of it is known.

    Args:
        column: the column.
        pool: candidates that are known already.
        expressions: conditions that read the column, whose patterns are drawn from.
    """
    found: list[SearchStrategy[str]] = [st.sampled_from(list(pool))] if pool else []
    drawn = _of_type(column, list(expressions))
    if drawn is not None:
        found.append(_array(drawn) if column.category == "A" else drawn)
    return st.one_of(found) if found else None


def _of_type(column: Column, expressions: list[str]) -> SearchStrategy[str] | None:
    name = base_name(column)
    if column.labels:
        return st.sampled_from(list(column.labels))
    if name in _INTEGERS:
        return _integer(_INTEGERS[name])
    if name == NUMERIC:
        return _number(column)
    if name in CHARACTERS:
        return _text(column, expressions)
    return _PLAIN.get(name)


def _integer(bits: int) -> SearchStrategy[str]:
    """Return integers: small ones, any, and round ones with their neighbours, between which limits lie."""
    least, most = -(1 << bits), (1 << bits) - 1
    powers = [10**power for power in _POWERS if 10**power <= most]
    near = st.builds(
        lambda power, digit, step: max(least, min(most, digit * power + step)),
        st.sampled_from(powers),
        st.integers(-9, 9),
        st.integers(-1, 1),
    )
    return st.one_of(st.integers(-200, 200), near, st.integers(least, most)).map(str)


def _number(column: Column) -> SearchStrategy[str]:
    digits, scale = precision_of(column) or (18, 2)
    most = 10**digits - 1
    whole = 10**scale if 0 < scale <= digits else 1
    rounded = st.integers(-most // whole, most // whole).map(lambda number: number * whole)
    small = st.integers(-200, 200).map(lambda number: max(-most, min(most, number * whole)))
    units = st.one_of(
        small, st.integers(-min(most, 20 * whole), min(most, 20 * whole)), rounded, st.integers(-most, most)
    )
    return units.map(lambda number: scaled(number, scale))


def scaled(units: int, scale: int) -> str:
    """Return so many units of 10^-scale as a decimal number without zeros that say nothing."""
    if scale <= 0:
        return str(units * 10**-scale)
    sign, digits = "-" * (units < 0), str(abs(units)).rjust(scale + 1, "0")
    return (sign + f"{digits[:-scale]}.{digits[-scale:]}".rstrip("0")).rstrip(".")


def _text(column: Column, expressions: list[str]) -> SearchStrategy[str]:
    length = length_of(column)
    most = min(length or LONGEST, LONGEST)
    kinds: list[SearchStrategy[str]] = [
        st.text(st.sampled_from("abcABC019 .-_@"), max_size=most),
        st.text(st.sampled_from("0123456789"), max_size=most),
        st.text(_ASCII, max_size=most),
        st.text(_TEXT, max_size=most),
    ]
    if length is None or length > LONGEST:
        kinds.append(st.integers(0, min(length or LONG, LONG)).map(lambda size: "x" * size))
    for pattern in regular_expressions(expressions):
        kinds += _matching(pattern, length or LONG)
    return st.one_of(kinds)


def _matching(pattern: str, most: int) -> list[SearchStrategy[str]]:
    """Return what Python matches with a regular expression; nothing where its syntax has no such expression."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compiled = re.compile(translated(pattern))
            strategy = st.from_regex(compiled, fullmatch=True, alphabet=_ASCII)
            strategy.validate()
    except Exception:  # noqa: BLE001 -- Hypothesis says in many ways that it cannot draw this one: nothing is lost
        return []
    return [strategy.filter(lambda text: "\0" not in text and len(text) <= most)]


def _array(scalar: SearchStrategy[str]) -> SearchStrategy[str]:
    return st.lists(scalar, max_size=4).map(lambda items: "{" + ",".join(map(_element, items)) + "}")


def _element(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _json() -> SearchStrategy[str]:
    leaves: SearchStrategy[Any] = (
        st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(_ASCII, max_size=8)
    )
    names = st.text(st.sampled_from("abcdefgh_"), min_size=1, max_size=6)
    tree = st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
        max_leaves=6,
    )
    # a null of JSON is no NULL, but a record of JSON, in which rows are judged, has no other way to say either
    return tree.filter(lambda value: value is not None).map(json.dumps)


_STAMPS: Final = st.datetimes().map(lambda moment: moment.isoformat(sep=" "))
_NUMBERS: Final = st.floats(allow_nan=False, allow_infinity=False, width=32).map(lambda number: f"{number:g}")
_PLAIN: Final[dict[str, SearchStrategy[str]]] = {
    "boolean": st.sampled_from(["false", "true"]),
    "uuid": st.uuids().map(str),
    "date": st.dates().map(str),
    "timestamp without time zone": _STAMPS,
    "timestamp with time zone": _STAMPS.map(lambda text: f"{text}+00"),
    "time without time zone": st.times().map(str),
    "time with time zone": st.times().map(lambda moment: f"{moment}+00"),
    "interval": st.integers(-(10**6), 10**6).map(lambda minutes: f"{minutes} minutes"),
    "json": _json(),
    "jsonb": _json(),
    "bytea": st.binary(max_size=LONGEST).map(lambda octets: f"\\x{octets.hex()}"),
    "inet": st.ip_addresses().map(str),
    "real": _NUMBERS,
    "double precision": _NUMBERS | st.integers(-(10**9), 10**9).map(str),
    "money": st.integers(-(10**9), 10**9).map(lambda units: scaled(units, 2)),
}


def row_of(
    columns: dict[str, SearchStrategy[Value]], *, most: int | None = None
) -> SearchStrategy[dict[str, Value]]:
    """Return rows: a value for each column, or for at most so many of them."""
    if most is None or most >= len(columns):
        return st.fixed_dictionaries(columns)
    names = st.lists(st.sampled_from(list(columns)), unique=True, min_size=1, max_size=most)
    return names.flatmap(lambda some: st.fixed_dictionaries({name: columns[name] for name in some}))

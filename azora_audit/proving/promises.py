"""What names and types of columns promise: with rows that keep it, rows that break it, and what would close it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.catalog.words import words
from azora_audit.proving.samples import base_name
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from azora_audit.proving.model import Column, Table
    from azora_audit.proving.rows import Row

_SIGNED: Final = frozenset(
    """
    adjustment balance change correction deficit delta deviation difference drift gain growth loss margin movement net
    offset outstanding overdraft position profit result return surplus variance
    """.split()  # noqa: SIM905 -- a list literal would take a line a word
)
"""Words of amounts that may well be negative."""
_COUNTED: Final = frozenset({"quantity", "qty", "count", "stock", "seat"})
_SHAPED: Final = frozenset(
    {"hash", "hashed", "encrypted", "cipher", "ciphertext", "token", "digest", "masked"}
)
"""Words of texts that stand for another one."""
_PAIRS: Final = (
    (
        ("start", "starts", "started", "begin", "begins", "began"),
        ("end", "ends", "ended", "finish", "finished", "completed"),
    ),
    (("from",), ("to", "until", "till", "thru", "through")),
    (("since",), ("until",)),
    (("issued",), ("expires", "expired", "expiry", "expiration")),
    (("in",), ("out",)),
    (("departure",), ("arrival",)),
)
_EMAIL: Final = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
PLAINTEXTS: Final = ("4111111111111111", "8001015009087", "Jane Example")
"""A card number that no bank gives out (it passes Luhn's test), a national id of the South African form, a name."""
_FIRST, _LAST = "2024-03-01 12:00:00", "2024-04-01 12:00:00"


class Promised(NamedTuple):
    """One promise of a table."""

    kind: str
    precision: str
    """How sure it is that breaking it is a fault: medium or high."""
    columns: tuple[str, ...]
    sentence: str
    good: tuple[Row, ...]
    """Values of which the database has to accept one at least, or nothing can be said."""
    bad: tuple[Row, ...]
    """Values that break it, the simplest first."""
    closing: str
    """Condition of a CHECK that closes it, or empty."""
    unique: str = ""
    """Instead of a condition: columns and predicate of a unique index."""
    twice: bool = False
    """Whether it takes two rows to break it, both of the first bad values."""


def promises(table: Table, meanings: Mapping[str, frozenset[str]]) -> Iterator[Promised]:
    """Yield what the columns of a table promise by their names and types.

    Args:
        table: the table.
        meanings: of its columns, by the lexicon; annotations such as `@encrypted` are among them.
    """
    foreign = {name for key in table.foreign_keys for name in key.columns}
    for column in table.written:
        if column.name in foreign or column.category == "A" or column.labels:
            continue
        found = meanings.get(column.name, frozenset())
        if column.category == "N" and base_name(column) != "money":
            yield from _of_number(column, found)
        elif column.category == "S":
            yield from _of_text(column, found)
    yield from _of_times(table)
    yield from _of_flags(table, meanings)


def _one(
    column: Column, kind: str, precision: str, sentence: str, good: str, bad: tuple[str, ...], closing: str
) -> Promised:
    return Promised(
        kind,
        precision,
        (column.name,),
        sentence,
        ({column.name: good},),
        tuple({column.name: value} for value in bad),
        closing,
    )


def _of_number(column: Column, found: frozenset[str]) -> Iterator[Promised]:
    name, parts = column.quoted, words(column.name)
    signed = not _SIGNED.isdisjoint(parts)
    if found & {"money", "money-integer", "amount-minor-units"} and not signed:
        yield _one(
            column,
            "amount-not-negative",
            "medium",
            f"{column.name} is an amount, which is not negative",
            "1",
            ("-1",),
            f"{name} >= 0",
        )
    elif "percentage" in found and not signed and parts[-1:] != ("bps",):
        sentence = f"{column.name} is a percentage, from 0 to 100"
        yield _one(
            column,
            "percentage-in-range",
            "medium",
            sentence,
            "50",
            ("101", "-1"),
            f"{name} >= 0 AND {name} <= 100",
        )
    elif parts and parts[-1] in _COUNTED and not signed:
        yield _one(
            column,
            "count-not-negative",
            "medium",
            f"{column.name} counts something, and is not negative",
            "1",
            ("-1",),
            f"{name} >= 0",
        )
    elif parts and parts[-1] in {"latitude", "lat"}:
        yield _one(
            column,
            "coordinate-in-range",
            "high",
            f"{column.name} is a latitude, from -90 to 90",
            "45",
            ("91", "-91"),
            f"{name} >= -90 AND {name} <= 90",
        )
    elif parts and parts[-1] in {"longitude", "lon", "lng"}:
        yield _one(
            column,
            "coordinate-in-range",
            "high",
            f"{column.name} is a longitude, from -180 to 180",
            "90",
            ("181", "-181"),
            f"{name} >= -180 AND {name} <= 180",
        )
    elif re.search(r"(?:^|_|[a-z])month$", column.name, re.IGNORECASE) and {
        "expiry",
        "birth",
        "expiration",
    } & set(parts):
        yield _one(
            column,
            "month-in-year",
            "high",
            f"{column.name} is a month of the year",
            "6",
            ("13", "0"),
            f"{name} >= 1 AND {name} <= 12",
        )


def _of_text(column: Column, found: frozenset[str]) -> Iterator[Promised]:
    name, parts = column.quoted, set(words(column.name))
    if {"encrypted", "ciphertext", "cipher"} & parts or "@encrypted" in found:
        # of what an encryption makes nothing is known but that it is longer than this and no such text
        good = "v1.aesgcm256.AAECAwQFBgcICQoLDA0ODw.kJGSk5SVlpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq8.sLGys7S1tre4ubq7vL2-vw"
        sentence = f"{column.name} says that it is encrypted, and no plain text is"
        yield _one(
            column,
            "ciphertext-only",
            "high",
            sentence,
            good,
            PLAINTEXTS,
            f"{name} !~ '\\s' AND length({name}) >= 40",
        )
        return
    if parts & _SHAPED:
        return
    if "currency" in found and "json-text" not in found:
        sentence = f"{column.name} is a currency, three capitals by ISO 4217"
        yield _one(
            column, "currency-code", "high", sentence, "ZAR", ("zar", "Z1"), f"{name} ~ '^[A-Z]{{3}}$'"
        )
    elif "country-code" in found and ("code" in parts or "iso" in parts):
        sentence = f"{column.name} is a country code, capitals by ISO 3166"
        yield _one(column, "country-code", "high", sentence, "ZA", ("za", "1"), f"{name} ~ '^[A-Z]{{2,3}}$'")
    elif "email" in found:
        sentence = f"{column.name} is an e-mail address"
        yield _one(
            column,
            "email-shape",
            "high",
            sentence,
            "jane@example.com",
            ("nobody", "a@b@c"),
            f"{name} ~ '{_EMAIL}'",
        )
    elif "card-last4" in found:
        sentence = f"{column.name} holds the last four digits of a card"
        yield _one(
            column, "last-four-digits", "high", sentence, "1111", ("abcd", "12"), f"{name} ~ '^[0-9]{{4}}$'"
        )
    elif "status" in found:
        sentence = f"{column.name} is one of a few states"
        yield Promised(
            "listed-status",
            "medium",
            (column.name,),
            sentence,
            (),
            ({column.name: "no such state"}, {column.name: "?"}),
            "",
        )


def _of_times(table: Table) -> Iterator[Promised]:
    """Yield: of two times whose names say first and last, the first is not later."""
    times = [
        column
        for column in table.written
        if base_name(column) in {"date", "timestamp without time zone", "timestamp with time zone"}
    ]
    for one in times:
        for other in times:
            if one is not other and one.base == other.base and _are_pair(one.name, other.name):
                yield Promised(
                    "end-after-start",
                    "high",
                    (one.name, other.name),
                    f"{other.name} is not before {one.name}",
                    ({one.name: _FIRST, other.name: _LAST},),
                    ({one.name: _LAST, other.name: _FIRST},),
                    f"{other.quoted} >= {one.quoted}",
                )


def _are_pair(one: str, other: str) -> bool:
    """Tell whether two names differ in one word only, and these words are a first and a last."""
    first, last = (re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name) for name in (one, other))
    if len(first) != len(last):
        return False
    different = [(a.lower(), b.lower()) for a, b in zip(first, last, strict=True) if a.lower() != b.lower()]
    if len(different) != 1:
        return False
    a, b = different[0]
    return any(a in starts and b in ends for starts, ends in _PAIRS)


def _of_flags(table: Table, meanings: Mapping[str, frozenset[str]]) -> Iterator[Promised]:
    """Yield: of the rows of one owner only one is the default, the primary or the current one."""
    owners = [
        column
        for column in table.written
        if meanings.get(column.name, frozenset()) & {"owner", "user-reference"} and column.category != "A"
    ]
    for column in table.written:
        flag = words(column.name)[-1:]
        if (
            column.category != "B"
            or flag not in {("default",), ("primary",), ("current",)}
            or len(owners) != 1
        ):
            continue
        owner = owners[0]
        yield Promised(
            "one-per-owner",
            "medium",
            (owner.name, column.name),
            f"one row of each {owner.name} has {column.name}",
            ({column.name: "false"},),
            ({column.name: "true"},),
            "",
            unique=f"({quote_identifier(owner.name)}) WHERE {column.quoted}",
            twice=True,
        )

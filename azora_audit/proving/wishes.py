"""Looking for values that break what names promise, where the fixed bad values were refused.

Only what surely breaks a promise is looked for: an e-mail address without a dot may be one, one without an @ is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.proving.conditions import conditions_of
from azora_audit.proving.drawing import values_of
from azora_audit.proving.model import Check

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

    from azora_audit.proving.hunting import Hunt
    from azora_audit.proving.promises import Promised
    from azora_audit.proving.rows import Row

BROKEN: Final = "broken"
_WORDS: Final = ("Maria", "Aurelia", "Thandiwe", "Johannes", "Example", "Sample", "Nobody")
_SHAPES: Final = {
    "currency-code": st.text("ABZabz019-", max_size=4),
    "country-code": st.text("ABZabz019-", max_size=4),
    "email-shape": st.text("a1@. -", max_size=12),
    "last-four-digits": st.text("019aA-", max_size=5),
    "listed-status": st.text("abcxyz", min_size=6, max_size=10).flatmap(
        lambda word: st.sampled_from([word, word.upper(), word.title()])
    ),
}
"""Texts of which some break the promise, by its kind."""
_SURELY: Final = {
    "email-shape": "{0} !~ '^[^@ ]+@[^@ ]+$'",
    "listed-status": "true",
    "ciphertext-only": "true",
}
"""Conditions under which a promise is broken; elsewhere its closing condition is false then."""


def find_bad(
    hunt: Hunt, promised: Promised, accepted: Callable[[list[tuple[Row, Row]]], list[bool]]
) -> tuple[Row | None, int]:
    """Draw values that break a promise until some are accepted.

    Args:
        hunt: in the table that promises.
        promised: what.
        accepted: says of rows, each with the values that break the promise, whether they are stored so.

    Returns:
        the simplest values found or None, and how many were drawn.
    """
    strategy = _bad(hunt, promised)
    if strategy is None:
        return None, 0
    bench, table, base = hunt.bench, hunt.bench.table, hunt.bench.row()
    surely = _SURELY.get(promised.kind, "").format(quote_identifier(promised.columns[0]))
    surely = surely or f"NOT ({promised.closing})"
    checks = [*table.checks, Check("", surely, promised.columns)]

    def judging(rows: list[Row]) -> list[str]:
        whole = [base | row for row in rows]
        truths = bench.rows.truths(table, checks, whole)
        bad = [truth is not None and truth[-1] is True and False not in truth for truth in truths]
        pairs = [pair for pair, wanted in zip(zip(whole, rows, strict=True), bad, strict=True) if wanted]
        answers = iter(accepted(pairs))
        return [BROKEN if wanted and next(answers) else "" for wanted in bad]

    hit = hunt.search_in(strategy, judging)
    return (hit.rows[0] if hit.rows else None), hit.drawn


def _bad(hunt: Hunt, promised: Promised) -> SearchStrategy[Row] | None:
    """Return values for the columns of a promise; None where nothing that breaks it can be drawn."""
    if promised.twice:
        return None
    if promised.kind in _SHAPES:
        return st.fixed_dictionaries({promised.columns[0]: _SHAPES[promised.kind]})
    if promised.kind == "ciphertext-only":
        return st.fixed_dictionaries({promised.columns[0]: _plain_texts()})
    table = hunt.bench.table
    columns = {}
    for name in promised.columns:
        column = table.columns[name]
        pool = hunt.bench.rows.pool(table, name)
        strategy = values_of(column, pool, conditions_of(table, column))
        if strategy is None:
            return None
        columns[name] = strategy
    return st.fixed_dictionaries(columns)


def _plain_texts() -> SearchStrategy[str]:
    """Return what nobody can take for a ciphertext: card numbers, numbers of persons, names no longer than people have."""
    cards = st.lists(st.integers(0, 9), min_size=11, max_size=17).map(
        lambda digits: with_check_digit([4, *digits])
    )
    persons = st.dates().flatmap(
        lambda day: st.integers(0, 9999).map(
            lambda number: with_check_digit([int(digit) for digit in f"{day:%y%m%d}{number:04}08"])
        )
    )
    names = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4).map(" ".join)
    return st.one_of(names, cards, persons)


def with_check_digit(digits: list[int]) -> str:
    """Return digits with one more behind them that makes them pass Luhn's test (ISO/IEC 7812-1, annex B)."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        doubled = digit * (2 - position % 2)
        total += doubled - 9 * (doubled > 9)  # noqa: PLR2004 -- the digits of a doubled digit, added
    return "".join(map(str, [*digits, -total % 10]))

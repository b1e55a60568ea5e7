"""What is smaller: a list of which nothing can be left out, a value that nobody wonders about."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Item = TypeVar("Item")
_SIMPLE: Final = ("1", "2", "3", "a", "b", "c", "0", "{}", "2024-01-15", "2024-01-16")
"""Values that nobody wonders about, whatever the type."""
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


def fewest(items: list[Item], test: Callable[[list[list[Item]]], list[bool]]) -> list[Item]:
    """Return items of which none can be left out.

    Args:
        items: all of them, which pass the test.
        test: tells which of several selections pass.
    """
    if not items or test([[]])[0]:
        return []
    while True:
        fewer = [items[:index] + items[index + 1 :] for index in range(len(items))]
        passed = test(fewer)
        needed = [item for item, fine in zip(items, passed, strict=True) if not fine]
        if len(needed) == len(items):
            return items
        items = needed if test([needed])[0] else fewer[passed.index(True)]


def simpler(value: str) -> list[str]:
    """Return values that are simpler than one, the simplest first: shorter ones, and plainer ones of the same length."""
    found = [*_SIMPLE]
    if _DATE.match(value):
        found.append(value[:10])
    else:
        found += [value[: len(value) // 2], value[1:], value[:-1], value.strip()]
    try:
        number = Decimal(value)
        found += [str(int(number)), str(int(number) // 2), "-1"]
    except (InvalidOperation, ValueError, OverflowError):
        pass
    return sorted({text for text in found if text and _rank(text) < _rank(value)}, key=_rank)


def _rank(text: str) -> tuple[int, int, str]:
    return len(text), _SIMPLE.index(text) if text in _SIMPLE else len(_SIMPLE), text


def same_value(text: str) -> str:
    """Return what two texts have in common that some type may take for the same value."""
    bare = text.strip().lower()
    try:
        return str(Decimal(bare).normalize())
    except InvalidOperation:
        return bare

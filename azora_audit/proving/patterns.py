"""Strings that match a regular expression: the shortest that its parts allow, by three ways through it."""

from __future__ import annotations

import re
import warnings
from typing import Any, Final

_CLASSES: Final = {
    "[:alpha:]": "a-zA-Z",
    "[:alnum:]": "a-zA-Z0-9",
    "[:digit:]": "0-9",
    "[:upper:]": "A-Z",
    "[:lower:]": "a-z",
    "[:space:]": r"\s",
    "[:xdigit:]": "0-9a-fA-F",
    "[:punct:]": "!-/",
    r"\m": r"\b",
    r"\M": r"\b",
    r"\y": r"\b",
}
_CATEGORIES: Final = {"CATEGORY_DIGIT": "0123456789", "CATEGORY_WORD": "abc1_", "CATEGORY_SPACE": " \t"}
_PRINTABLE: Final = "abcABC123-_.@ !"
_WAYS: Final = 3


def example(pattern: str) -> list[str]:
    """Return strings that PostgreSQL is likely to match with a regular expression of its own; it decides itself.

    What Python's syntax does not have in common with PostgreSQL's yields nothing.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = _parse(translated(pattern))
    except (re.error, OverflowError, RecursionError):
        return []
    return list(dict.fromkeys(_sequence(tree, way) for way in range(_WAYS)))


def translated(pattern: str) -> str:
    """Return a regular expression of PostgreSQL's as Python would write it, where the two only differ in spelling."""
    for name, meaning in _CLASSES.items():
        pattern = pattern.replace(name, meaning)
    return re.sub(r"^\*\*\*[:=]|^\(\?[a-z]+\)", "", pattern)


def _parse(pattern: str) -> Any:
    from re import _parser  # type: ignore[attr-defined]  # noqa: PLC0415 -- Hypothesis relies on it, too

    return _parser.parse(pattern)


def _sequence(tree: Any, way: int) -> str:
    return "".join(_node(str(kind), value, way) for kind, value in tree)


def _node(kind: str, value: Any, way: int) -> str:
    """Return a string for one node of the tree; `way` chooses among its alternatives and lengths."""
    text = ""
    if kind == "LITERAL":
        text = chr(value)
    elif kind == "NOT_LITERAL":
        text = next(letter for letter in _PRINTABLE if ord(letter) != value)
    elif kind == "ANY":
        text = _PRINTABLE[way]
    elif kind == "IN":
        text = _member(value, way)
    elif kind == "BRANCH":
        text = _sequence(value[1][way % len(value[1])], way)
    elif kind == "SUBPATTERN":
        text = _sequence(value[-1], way)
    elif kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, body = value
        times = max(int(least), min(int(most), way))
        text = _sequence(body, way) * min(times, int(least) + way)
    elif kind == "ATOMIC_GROUP":
        text = _sequence(value, way)
    return text


def _member(items: Any, way: int) -> str:
    """Return a character of a class."""
    allowed: list[str] = []
    negated = False
    for kind, value in items:
        name = str(kind)
        if name == "NEGATE":
            negated = True
        elif name == "LITERAL":
            allowed.append(chr(value))
        elif name == "RANGE":
            allowed += [chr(value[0] + offset) for offset in range(min(value[1] - value[0] + 1, 128))]
        elif name == "CATEGORY":
            allowed += _CATEGORIES.get(str(value), "")
    if negated:
        allowed = [letter for letter in _PRINTABLE if letter not in allowed]
    return allowed[way % len(allowed)] if allowed else ""

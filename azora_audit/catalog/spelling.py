"""The text of an SQL expression without what says nothing: casts, outer brackets, blanks and capitals."""

from __future__ import annotations

import re
from typing import Final

_STRING: Final = re.compile(r"(?:([eE])'((?:[^'\\]|''|\\.)*)'|'((?:[^']|'')*)')", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_HELD: Final = re.compile("\0([0-9]+)\0")
_CAST: Final = re.compile(
    r"""\s*::\s*(?:"[^"]*"|[a-z_][\w]*)(?:\.(?:"[^"]*"|\w+))?(?:\s+(?:varying|precision|with(?:out)?\s+time\s+zone))?
    (?:\(\s*[0-9]+(?:\s*,\s*[0-9]+)?\s*\))?(?:\s+with(?:out)?\s+time\s+zone)?(?:\[[0-9]*\])*""",
    re.IGNORECASE | re.VERBOSE,
)


def plain_expression(expression: str) -> str:
    """Return an expression without casts, outer brackets, blanks, and capitals outside of strings.

    Two texts of one expression, as a person writes it and as PostgreSQL prints it, are mostly equal then.
    """
    strings: list[str] = []

    def hold(match: re.Match[str]) -> str:
        inside = match[3] if match[1] is None else match[2]
        inside = inside.replace("''", "'")
        if match[1] is not None:
            inside = _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), inside)
        strings.append(inside)
        return f"\0{len(strings) - 1}\0"

    text = _CAST.sub("", _STRING.sub(hold, expression))
    text = re.sub(r"\s+", "", text).lower()
    while text.startswith("(") and text.endswith(")") and _closes_at_end(text):
        text = text[1:-1]
    whole = _HELD.fullmatch(text)
    if whole:
        return strings[int(whole[1])]
    return _HELD.sub(lambda match: repr(strings[int(match[1])]), text)


def _closes_at_end(text: str) -> bool:
    """Whether the first bracket is closed by the last."""
    depth = 0
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return index == len(text) - 1
    return False

"""The text of an SQL expression without what says nothing: casts, outer brackets, blanks and capitals."""

from __future__ import annotations

import re
from typing import Final

_STRING: Final = re.compile(
    r"(?:([eE])'((?:[^'\\]|''|\\.)*)'|'((?:[^']|'')*)'|\$((?:[^\W\d]\w*)?)\$(.*?)\$\4\$)", re.DOTALL
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_HELD: Final = re.compile("\0([0-9]+)\0")
_CAST: Final = re.compile(
    r"""\s*::\s*(?:"[^"]*"|[a-z_][\w]*)(?:\.(?:"[^"]*"|\w+))?(?:\s+(?:varying|precision|with(?:out)?\s+time\s+zone))?
    (?:\(\s*[0-9]+(?:\s*,\s*[0-9]+)?\s*\))?(?:\s+with(?:out)?\s+time\s+zone)?(?:\[[0-9]*\])*""",
    re.IGNORECASE | re.VERBOSE,
)
_FUNCTION_CAST: Final = re.compile(r"\bcast\s*\(", re.IGNORECASE)
_AS: Final = re.compile(r"\sas\s", re.IGNORECASE)
_TYPED: Final = re.compile(
    r"(?!(?:[bx]|array|not)\b)[a-z_][\w.]*(?:\s+(?:varying|precision|with(?:out)?\s+time\s+zone))?\s*(\0[0-9]+\0)",
    re.IGNORECASE,
)
"""A string with its type before it, which is no bit string."""


def plain_expression(expression: str) -> str:
    """Return an expression without casts, outer brackets, blanks, and capitals outside of strings.

    Two texts of one expression, as a person writes it and as PostgreSQL prints it, are mostly equal then.
    """
    strings: list[str] = []

    def hold(match: re.Match[str]) -> str:
        if match[5] is not None:
            strings.append(match[5])
            return f"\0{len(strings) - 1}\0"
        inside = match[3] if match[1] is None else match[2]
        inside = inside.replace("''", "'")
        if match[1] is not None:
            inside = _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), inside)
        strings.append(inside)
        return f"\0{len(strings) - 1}\0"

    text = _without_casts(_CAST.sub("", _STRING.sub(hold, expression)))
    text = _TYPED.sub(r"\1", text) if _TYPED.fullmatch(text) else text
    text = re.sub(r"\s+", "", text).lower()
    while text.startswith("(") and text.endswith(")") and _closes_at_end(text):
        text = text[1:-1]
    whole = _HELD.fullmatch(text)
    if whole:
        return strings[int(whole[1])]
    return _HELD.sub(lambda match: repr(strings[int(match[1])]), text)


def _without_casts(text: str) -> str:
    """Return a text with the operand of each CAST in its place."""
    while match := _FUNCTION_CAST.search(text):
        end = _end_of_brackets(text, match.end())
        operands = list(_AS.finditer(text, match.end(), end))
        if not operands:
            break
        text = f"{text[: match.start()]}({text[match.end() : operands[-1].start()]}){text[end + 1 :]}"
    return text


def _end_of_brackets(text: str, start: int) -> int:
    """Return where the bracket is closed that was opened before a place."""
    depth = 1
    for index in range(start, len(text)):
        depth += (text[index] == "(") - (text[index] == ")")
        if depth == 0:
            return index
    return len(text)


def _closes_at_end(text: str) -> bool:
    """Whether the first bracket is closed by the last."""
    depth = 0
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return index == len(text) - 1
    return False

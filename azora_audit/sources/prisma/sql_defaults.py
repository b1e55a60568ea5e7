"""Defaults written in SQL, as `dbgenerated("...")` has them: of what kind they are.

PostgreSQL's own view of a default counts: casts around it are nothing, a call is a function whatever its arguments, and
what the grammar makes of COALESCE and its like is no call.
"""

from __future__ import annotations

import re

from azora_audit.records import NamedTuple


class SqlDefault(NamedTuple):
    """A default in the database; the fields are those of the catalog's defaults."""

    expression: str
    kind: str
    function: str | None


_PLAIN_CALL = re.compile(r"([a-z_]\w*)\(\)\Z", re.ASCII)
"""What nearly all defaults in SQL are; the patterns below are compiled when one is not."""

_CAST = (
    r'(?i)(.*?)\s*(?:::\s*(?:"[^"]+"|[a-z_][\w.]*)(?:\s+(?:varying|precision|with(?:out)?\s+time\s+zone))?'
    r'(?:\([\d\s,]*\))?(?:\s+with(?:out)?\s+time\s+zone)?(?:\[\])*|\bcollate\s+(?:"[^"]+"|[a-z_][\w.]*))\Z'
)
_CONSTANT = (
    r"(?i)(?:-?\s*(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|(?:interval\s*|date\s*|time\s*|timestamp(?:tz)?\s*|[ebxn])?"
    r"'(?:[^'\\]|''|\\.)*'|\$(\w*)\$.*\$\1\$|true|false)\Z"
)
_VALUE_FUNCTION = (
    r"(?i)(current_(?:date|timestamp|time|role|user|catalog|schema)|localtime(?:stamp)?|session_user|user)"
    r"\s*(?:\(\s*\d\s*\))?\Z"
)
_CALL = r'(?i)(?:(?:"[^"]+"|[a-z_]\w*)\s*\.\s*)?(?:"([^"]+)"|([a-z_]\w*))\s*\('
_LEXEME = r"""'(?:[^']|'')*'|"[^"]*"|[()]"""
_NO_CALLS = frozenset(
    {"array", "case", "cast", "coalesce", "exists", "greatest", "least", "not", "nullif", "row"}
)


def sql_default(expression: str) -> SqlDefault:
    """Classify a default that is written in SQL."""
    plain = _PLAIN_CALL.match(expression)
    if plain is not None:
        return SqlDefault(expression, "function", plain[1])
    return SqlDefault(expression, *_kind(_bare(expression)))


def _kind(bare: str) -> tuple[str, str | None]:
    """Return kind and function of an expression without casts around it."""
    if bare.lower() == "null":
        return "null", None
    if re.match(_CONSTANT, bare, re.DOTALL):
        return "constant", None
    value = re.match(_VALUE_FUNCTION, bare)
    if value is not None:
        return "function", value[1].lower()
    call = re.match(_CALL, bare)
    if (
        call is None
        or _closing(bare, call.end() - 1) != len(bare) - 1
        or (call[2] or "").lower() in _NO_CALLS
    ):
        return "expression", None
    name = (call[1] or call[2]).lower()
    return "sequence" if name == "nextval" else "function", name


def _bare(text: str) -> str:
    """Return text without the parentheses around all of it, and without casts and collations of all of it."""
    text = text.strip()
    while True:
        if text.startswith("(") and _closing(text, 0) == len(text) - 1:
            text = text[1:-1].strip()
            continue
        cast = re.match(_CAST, text, re.DOTALL)
        if cast is None or not _whole(cast[1]):
            return text
        text = cast[1].strip()


def _closing(text: str, opening: int) -> int:
    """Return the offset of the parenthesis that closes the one at `opening`, or -1."""
    depth = 0
    for match in re.finditer(_LEXEME, text[opening:]):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0 and match[0] == ")":
            return opening + match.start()
    return -1


def _whole(text: str) -> bool:
    """Tell whether a cast behind the text is of all of it: it is in parentheses, a literal, a name or a call."""
    text = text.strip()
    if (
        re.match(_CONSTANT, text, re.DOTALL)
        or re.match(r"[\w.]+\Z", text)
        or re.match(_CAST, text, re.DOTALL)
    ):
        return not text.startswith(("-", "+"))
    call = re.match(_CALL, text)
    opening = 0 if text.startswith("(") else call.end() - 1 if call is not None else -1
    return opening >= 0 and _closing(text, opening) == len(text) - 1

"""What comments say to tools: annotations (`@encrypted`, `@references service.Table.column`) and allowances."""

from __future__ import annotations

import re
from datetime import date

from azora_audit.records import NamedTuple

_ANNOTATION = re.compile(r"(?<![\w@.])@(?P<name>[A-Za-z][\w-]*)(?:\((?P<inside>[^()]*)\)|:?(?P<rest>[^@]*))")


MARK = "azora-audit:"
"""What an allowance begins with."""

ALLOWANCE_HELP = "Write `azora-audit: allow RULE -- REASON`, if need be with `(until YYYY-MM-DD)` at the end."

_ALLOWANCE = re.compile(
    r"azora-audit:\s*allow\s+(?P<rule>[\w-]+)\s+--\s+(?P<reason>\S.*?)"
    r"(?:\s*\(\s*until\s+(?P<until>\d{4}-\d{2}-\d{2})\s*\))?\s*\Z",
    re.ASCII,
)


class AllowanceText(NamedTuple):
    """What a comment allows."""

    rule: str
    reason: str
    until: str | None
    """ISO date, or None."""


def allowance_in(text: str) -> AllowanceText | str:
    """Return the allowance in a line of a comment that has the mark, or what was expected instead of what it has."""
    match = _ALLOWANCE.match(text[text.index(MARK) :])
    if match is None:
        return "an allowance with a rule and a reason"
    if match["until"] is not None and not is_date(match["until"]):
        return "a date of the calendar after `until`"
    return AllowanceText(match["rule"], match["reason"], match["until"])


def is_date(text: object) -> bool:
    """Tell whether a text is a date of the calendar, as YYYY-MM-DD."""
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def annotations_in(text: str) -> list[tuple[str, str]]:
    """Return names, in lower case and without the @, and values of the annotations in a comment.

    A value is what is in the parentheses behind the name, or else the rest of the line up to the next annotation.
    """
    found = []
    for line in text.split("\n"):
        if "@" in line:
            for match in _ANNOTATION.finditer(line):
                value = match["inside"] if match["inside"] is not None else match["rest"]
                found.append((match["name"].lower(), value.strip()))
    return found

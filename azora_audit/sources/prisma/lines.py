"""The parts of a line that are parsed as a whole: what stands behind a field's type, a block attribute, a property's value.

Equal texts are the rule in a large fleet, so what comes of a text is kept.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from azora_audit.sources.prisma.expressions import Reader, Unexpected, attribute_of, remark_of, value_of
from azora_audit.sources.prisma.syntax import Argument, Attribute, Call, Fault, Name, Number, Tail, Text

if TYPE_CHECKING:
    from azora_audit.sources.prisma.syntax import Remark, Value

SIMPLE = re.compile(
    r"\s*@([A-Za-z]\w*(?:\.[A-Za-z]\w*)?)"
    r'(?:\((?:"([^"\\\x00-\x1f]*)"|([A-Za-z]\w*)(\(\))?|([0-9]+))\))?(?=\s|@|\Z)(?!\s*\()'
)
"""Nine of ten attributes: `@id`, `@map("name")`, `@default(now())`, `@default(true)`, `@db.VarChar(36)`."""


def _simple(match: re.Match[str]) -> Attribute:
    """Return the attribute that the pattern for simple ones has matched."""
    name, text, word, brackets, number = match.groups()
    start, end = match.start(1) - 1, match.end()
    value: Value
    if text is not None:
        value = Text(text, match.start(2) - 1, end - 1)
    elif brackets is not None:
        value = Call(word, (), match.start(3), end - 1)
    elif word is not None:
        value = Name(word, match.start(3), end - 1)
    elif number is not None:
        value = Number(number, match.start(5), end - 1)
    else:
        return Attribute(name, (), start, end)
    return Attribute(name, (Argument(None, value, value.start, value.end),), start, end)


def _fault(error: Unexpected, what: str) -> Fault:
    return Fault(error.start, f"expected {error.wanted}", f"This is not a valid {what}.")


@lru_cache(maxsize=1 << 15)
def read_tail(text: str) -> Tail:
    """Parse what follows a field's type; equal texts, which are the rule in large fleets, are parsed once."""
    attributes: list[Attribute] = []
    position = 0
    while (match := SIMPLE.match(text, position)) is not None:
        attributes.append(_simple(match))
        position = match.end()
    if position == len(text):
        return Tail(tuple(attributes), None, ())
    reader = Reader(text, position)
    remark = None
    try:
        while reader.kind == "mark" and reader.text == "@":
            start = reader.start
            reader.advance(reader.end)
            attributes.append(attribute_of(reader, start))
        remark = remark_of(reader)
    except Unexpected as error:
        wanted = (
            "an attribute, a comment or the end of the line" if error.wanted.startswith("the end") else None
        )
        fault = Fault(
            error.start,
            f"expected {wanted or error.wanted}",
            "This is not a valid field or attribute definition.",
        )
        return Tail((), None, (*reader.faults, fault))
    return Tail(tuple(attributes), remark, tuple(reader.faults))


@lru_cache(maxsize=1 << 13)
def read_block_attribute(text: str) -> tuple[Attribute | None, Remark | None, tuple[Fault, ...]]:
    """Parse a line that begins with `@@`."""
    reader = Reader(text)
    attribute = None
    try:
        start = reader.start
        reader.expect("@@", "`@@`")
        attribute = attribute_of(reader, start)
        return attribute, remark_of(reader), tuple(reader.faults)
    except Unexpected as error:
        return None, None, (*reader.faults, _fault(error, "attribute definition"))


def read_value(text: str) -> tuple[Value | None, Remark | None, tuple[Fault, ...]]:
    """Parse what follows `key =`; None when there is nothing."""
    reader = Reader(text)
    try:
        value = None if reader.kind in {"end", "remark"} else value_of(reader)
        return value, remark_of(reader), tuple(reader.faults)
    except Unexpected as error:
        return None, None, (*reader.faults, _fault(error, "definition"))

"""Attributes and values: what may stand behind a field's type, in a block attribute or behind `key =`.

The grammar is that of Prisma's own parser (psl/schema-ast, datamodel.pest): blanks may stand between any two tokens,
line breaks nowhere.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from azora_audit.sources.prisma.syntax import (
    Argument,
    Array,
    Attribute,
    Call,
    Fault,
    Mapping,
    Name,
    Number,
    Remark,
    Text,
)

if TYPE_CHECKING:
    from azora_audit.sources.prisma.syntax import Value

BLANK = r"\s"
"""A character that Prisma skips between tokens: a tab, or one of the Unicode category Zs. The parser sees to it that a
line has no other white space."""

IDENTIFIER = r"[^\W_][\w-]*"
STRING = r'"(?:[^"\\\x00-\x1f]|\\[^\n])*"'

_TOKEN = re.compile(
    rf"{BLANK}*(?:"
    rf"(?P<word>{IDENTIFIER}(?:\.(?:{IDENTIFIER})?)*)"
    rf"|(?P<text>{STRING})"
    r"|(?P<number>-[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<remark>//.*|/\*(?s:.*?)\*/)"
    r"|(?P<mark>@@?|[()\[\]{},:=])"
    r"|(?P<end>\Z)"
    r")"
)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?\Z")
_REMARK = re.compile(r"(///|//|/\*)(.*?)(?:\*/)?\Z", re.DOTALL)
_DEEPEST = 64
"""Levels of nesting that are read; nobody writes three."""


class Unexpected(Exception):  # noqa: N818 -- control flow inside this module, never seen outside
    """The next token is not what the grammar wants: `wanted` says what is."""

    def __init__(self, wanted: str, start: int) -> None:
        super().__init__(wanted)
        self.wanted = wanted
        self.start = start


class Reader:
    """A cursor over the tokens of one line."""

    def __init__(self, text: str, position: int = 0) -> None:
        self.source = text
        self.faults: list[Fault] = []
        self.depth = 0
        self.advance(position)

    def advance(self, position: int) -> None:
        """Read the token at `position` into kind, text, start and end."""
        match = _TOKEN.match(self.source, position)
        if match is None:
            self.kind, self.text = "unknown", self.source[position : position + 1]
            self.start, self.end = position, position + 1
            return
        self.kind = match.lastgroup or "end"
        self.text = match[self.kind]
        self.start, self.end = match.span(self.kind)

    def next(self) -> str:
        """Return the current token's text and go to the next."""
        text = self.text
        self.advance(self.end)
        return text

    def take(self, mark: str) -> bool:
        """Skip the mark if it is next, and say whether it was."""
        if self.kind == "mark" and self.text == mark:
            self.advance(self.end)
            return True
        return False

    def expect(self, mark: str, wanted: str) -> int:
        """Skip the mark, which must be next, and return the offset after it."""
        end = self.end
        if not self.take(mark):
            raise Unexpected(wanted, self.start)
        return end

    def word(self, wanted: str) -> str:
        """Return the word that must be next."""
        if self.kind != "word":
            raise Unexpected(wanted, self.start)
        return self.next()


def _text(reader: Reader) -> Text:
    start, end, literal = reader.start, reader.end, reader.next()
    value = literal[1:-1]
    if "\\" in value:
        try:
            value = json.loads(literal)
            value.encode()
        except ValueError:
            reader.faults.append(
                Fault(start, "unknown escape sequence in a string", "Write a backslash itself as `\\\\`.")
            )
            value = literal[1:-1]
    return Text(value, start, end)


def _call(reader: Reader, name: str, start: int) -> Call:
    arguments, end = _arguments(reader)
    return Call(name, arguments, start, end)


def _array(reader: Reader) -> Array:
    start = reader.start
    reader.expect("[", "`[`")
    items: list[Value] = []
    end = reader.end
    if reader.take("]"):
        return Array((), start, end)
    while True:
        items.append(value_of(reader))
        if not reader.take(","):
            break
    end = reader.expect("]", "`,` or `]`")
    return Array(tuple(items), start, end)


def _mapping(reader: Reader) -> Mapping:
    start = reader.start
    reader.expect("{", "`{`")
    entries: list[tuple[str, Value]] = []
    end = reader.end
    if reader.take("}"):
        return Mapping((), start, end)
    while True:
        key = reader.word("a key")
        reader.expect(":", "`:`")
        entries.append((key, value_of(reader)))
        if not reader.take(","):
            break
    end = reader.expect("}", "`,` or `}`")
    return Mapping(tuple(entries), start, end)


def value_of(reader: Reader) -> Value:
    """Read a value; raise `Unexpected` where there is none."""
    if reader.depth > _DEEPEST:
        raise Unexpected("a value that is not nested so deeply", reader.start)
    start, end = reader.start, reader.end
    if reader.kind == "word":
        word = reader.next()
        if reader.kind == "mark" and reader.text == "(":
            return _call(reader, word, start)
        if _NUMBER.match(word):
            return Number(word, start, end)
        if word[0].isdigit():
            raise Unexpected("a number, a name or a string", start)
        return Name(word, start, end)
    if reader.kind == "text":
        return _text(reader)
    if reader.kind == "number":
        return Number(reader.next(), start, end)
    if reader.kind == "mark" and reader.text in "[{":
        reader.depth += 1
        nested = _array(reader) if reader.text == "[" else _mapping(reader)
        reader.depth -= 1
        return nested
    raise Unexpected("a value", start)


def _argument(reader: Reader) -> Argument | None:
    """Read an argument; None for a name without a value, which is a fault but not the end of the line."""
    start = reader.start
    if reader.kind == "word":
        after = _TOKEN.match(reader.source, reader.end)
        if after is not None and after["mark"] == ":":
            name = reader.next()
            reader.take(":")
            if reader.kind == "mark" and reader.text in "),":
                help_text = f"Write `{name}: value` or leave the argument out."
                reader.faults.append(Fault(start, f"expected a value for the argument `{name}`", help_text))
                return None
            value = value_of(reader)
            return Argument(name, value, start, value.end)
    value = value_of(reader)
    return Argument(None, value, start, value.end)


def _arguments(reader: Reader) -> tuple[tuple[Argument, ...], int]:
    """Read `(...)` and return the arguments and the offset after the parenthesis."""
    reader.depth += 1
    reader.expect("(", "`(`")
    arguments: list[Argument] = []
    while not (reader.kind == "mark" and reader.text == ")"):
        argument = _argument(reader)
        if argument is not None:
            arguments.append(argument)
        comma = reader.start
        if not reader.take(","):
            break
        if reader.kind == "mark" and reader.text == ")":
            reader.faults.append(
                Fault(comma, "expected `)`: an argument list has no trailing comma", "Remove the comma.")
            )
    end = reader.expect(")", "`,` or `)`")
    reader.depth -= 1
    return tuple(arguments), end


def attribute_of(reader: Reader, start: int) -> Attribute:
    """Read an attribute behind its `@` or `@@`, which stands at `start`."""
    end = reader.end
    name = reader.word("the name of an attribute")
    arguments: tuple[Argument, ...] = ()
    if reader.kind == "mark" and reader.text == "(":
        arguments, end = _arguments(reader)
    return Attribute(name, arguments, start, end)


def remark_of(reader: Reader) -> Remark | None:
    """Read the comment at the end of a line; anything else there is unexpected."""
    remark = None
    if reader.kind == "remark":
        match = _REMARK.match(reader.text)
        assert match is not None, reader.text  # noqa: S101 -- the token's expression begins the same way
        remark = Remark(match[1], match[2].strip(), reader.start)
        reader.advance(reader.end)
    if reader.kind != "end":
        raise Unexpected("the end of the line", reader.start)
    return remark

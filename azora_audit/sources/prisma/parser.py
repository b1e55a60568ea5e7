"""Text of a .prisma file -> blocks with places, and problems.

A schema is read line by line, because nothing in the language but a block comment spans lines. A fault ends its line, never
the file; a block that is not closed ends where the next one begins.
"""

from __future__ import annotations

import re

from azora_audit.sources.prisma.cursor import Cursor
from azora_audit.sources.prisma.expressions import BLANK, IDENTIFIER, STRING
from azora_audit.sources.prisma.lines import read_block_attribute, read_tail, read_value
from azora_audit.sources.prisma.syntax import (
    Block,
    BlockAttribute,
    Comment,
    Document,
    EnumLine,
    FieldLine,
    Property,
)

_HEADER = re.compile(
    rf"{BLANK}*(model|type|view|enum|datasource|generator){BLANK}*({IDENTIFIER}){BLANK}*\{{{BLANK}*(.*)\Z",
    re.DOTALL,
)
_OTHER_BLOCK = rf"{BLANK}*({IDENTIFIER})(?:{BLANK}+{IDENTIFIER})?{BLANK}*\{{"
_NEXT_HEADER = rf"{BLANK}*(?:model|type|view|enum|datasource|generator){BLANK}+{IDENTIFIER}{BLANK}*\{{"
_ALIAS = rf"{BLANK}*type{BLANK}*{IDENTIFIER}{BLANK}*="
"""Patterns that only faulty schemas need are compiled when they are used."""

_FIELD = re.compile(
    rf"{BLANK}*({IDENTIFIER}){BLANK}*(:?){BLANK}*"
    rf"(?:(?:Unsupported\({BLANK}*({STRING}){BLANK}*\)|({IDENTIFIER}))(?:{BLANK}*(\[\]{BLANK}*\?|\[\]|\?|!))?"
    rf"|(\[{BLANK}*{IDENTIFIER}{BLANK}*\]))?{BLANK}*(.*)\Z",
    re.DOTALL,
)
_VALUE = re.compile(rf"{BLANK}*({IDENTIFIER}){BLANK}*(.*)\Z", re.DOTALL)
_PROPERTY = re.compile(rf"{BLANK}*({IDENTIFIER}){BLANK}*={BLANK}*(.*)\Z", re.DOTALL)
_COMMENT = re.compile(rf"{BLANK}*(///|//|/\*)(.*)\Z", re.DOTALL)
_LEGACY = {
    "!": ("expected a type without `!`", "Fields are required by default; remove the `!`."),
    "[": ("expected `Type[]`", "Write a list as `Type[]`, not as `[Type]`."),
    ":": ("expected a type after the field's name", "Field declarations have no `:`; remove it."),
    "?": (
        "expected `Type[]` or `Type?`",
        "A list cannot be optional; an empty list takes the place of null.",
    ),
}


def _indent(text: str) -> int:
    """Return the number of blanks that a line begins with."""
    return len(text) - len(text.lstrip())


def parse(path: str, text: str) -> Document:
    """Parse a file.

    Args:
        path: the file's path relative to the fleet's root.
        text: its text; a byte order mark and every kind of line end are understood.
    """
    return _Parser(path, text.removeprefix("\ufeff")).run()


class _Parser(Cursor):
    """Reads blocks line by line."""

    def run(self) -> Document:
        """Read all lines."""
        lines = self.lines
        count = len(lines)
        while self.number < count:
            line = lines[self.number]
            self.number += 1
            block = self.block
            if block is None:
                self.top(line, 0)
            elif block.kind in {"model", "view", "type"}:
                match = _FIELD.match(line)
                if match is None:
                    self.other(block, line)
                else:
                    self.field(block, match, line)
            else:
                self.other(block, line)
        if self.block is not None:
            self.unclosed(self.block)
            self.close()
        self.document.loose.extend(self.waiting)
        return self.document

    def top(self, line: str, column: int) -> None:
        """Read a line outside all blocks, from a 0-based column on."""
        text = line[column:] if column else line
        if _indent(text) == len(text):
            self.adjacent = False
            return
        header = _HEADER.match(text)
        if header is not None:
            self.open(header, column)
            return
        comment = _COMMENT.match(text)
        if comment is not None:
            rest = self.comment(comment)
            if _indent(rest) < len(rest):
                self.top(rest, 0)
            return
        start = column + _indent(text)
        if re.match(_ALIAS, text):
            self.problem(
                start, "expected a block: type aliases are no part of the language", "Write the type out."
            )
        elif re.match(_OTHER_BLOCK, text):
            self.problem(
                start,
                "expected `model`, `enum`, `view`, `type`, `datasource` or `generator`",
                "This block does not begin with a word that Prisma knows.",
            )
            self.skip(text)
        else:
            self.problem(
                start,
                "expected a block: `model`, `enum`, `view`, `datasource` or `generator`, a name, and `{` on the same line",
                "This line does not begin with a word that Prisma knows.",
            )
        self.release()

    def skip(self, line: str) -> None:
        """Skip a block that is none of Prisma's, up to its closing brace."""
        while "}" not in line and self.number < len(self.lines):
            if re.match(_NEXT_HEADER, self.lines[self.number]):
                return
            line = self.lines[self.number]
            self.number += 1

    def open(self, header: re.Match[str], column: int) -> None:
        """Begin a block."""
        kind, name, rest = header.groups()
        if not self.adjacent:
            self.release()
        place = column + header.start(2) + 1
        self.block = Block(kind, name, self.path, self.number, place, [], [], [], [], [], self.waiting)
        self.waiting = []
        self.document.blocks.append(self.block)
        if not rest:
            return
        comment = _COMMENT.match(rest)
        if comment is not None:
            text = comment[2].partition("*/")[0].strip()
            self.block.comments.append(Comment(comment[1], text, self.number, column + header.start(3) + 1))
            return
        self.problem(
            column + header.start(3),
            "expected a new line after `{`",
            f"Prisma throws away what follows `{{` on its line; begin the {kind}'s content on the next line.",
        )
        if rest.rstrip().endswith("}"):
            self.close()

    def close(self) -> None:
        """End the open block."""
        self.release()
        self.block = None
        self.adjacent = False

    def unclosed(self, block: Block) -> None:
        """Note that a block has no closing brace, at its name."""
        self.problem(
            block.column - 1,
            f"expected `}}`: the {block.kind} `{block.name}` is not closed",
            f"Close the {block.kind} with `}}` on a line of its own.",
            block.line,
        )

    def other(self, block: Block, text: str) -> None:
        """Read a line of a block that is no field: an end, a comment, a block attribute, a value, a property."""
        indent = _indent(text)
        first = text[indent : indent + 1]
        if first == "":
            self.adjacent = False
        elif first == "}":
            self.close()
            self.top(text, text.index("}") + 1)
        elif first == "/" and (comment := _COMMENT.match(text)) is not None:
            rest = self.comment(comment)
            if _indent(rest) < len(rest):
                self.content(block, rest)
        elif block.kind in {"datasource", "generator"}:
            self.property(block, text)
        elif first == "@" and block.kind in {"model", "view", "type", "enum"}:
            self.block_attribute(block, text)
        elif block.kind == "enum":
            self.value(block, text)
        else:
            self.invalid(block, text)

    def content(self, block: Block, text: str) -> None:
        """Read what follows a block comment on its last line."""
        match = _FIELD.match(text) if block.kind in {"model", "view", "type"} else None
        if match is None:
            self.other(block, text)
        else:
            self.field(block, match, text)

    def invalid(self, block: Block, text: str) -> bool:
        """Note a line that has no place in a block; a header there means that the block was not closed."""
        if re.match(_NEXT_HEADER, text):
            self.unclosed(block)
            self.close()
            self.top(text, 0)
            return True
        wanted = {
            "enum": "a value",
            "datasource": "`key = value`",
            "generator": "`key = value`",
        }.get(block.kind, "a field, a block attribute or `}`")
        start = _indent(text)
        self.problem(start, f"expected {wanted}", f"This line is not part of a {block.kind}.")
        return False

    def field(self, block: Block, match: re.Match[str], line: str) -> None:
        """Read a field."""
        name, colon, literal, kind, mark, legacy, text = match.groups()
        line_number, column = self.number, match.start(7)
        if text:
            if text[0] == "{" and self.invalid_header(block, line):
                return
            text = self.whole(text).rstrip()
        tail = read_tail(text)
        self.adjacent = False
        remark = tail.remark
        comments = self.taken(remark, line_number, column) if self.waiting or remark is not None else ()
        if tail.faults:
            self.faults(tail.faults, line_number, column)
        if colon or legacy or mark == "!" or (mark and len(mark) > len("[]")):
            key = ":" if colon else "[" if legacy else "!" if mark == "!" else "?"
            self.problem(match.start(1), *_LEGACY[key], line_number)
            return
        if literal is not None:
            value = read_value(literal)[0]
            kind = getattr(value, "value", "")
        elif kind is None:
            message = f"expected a type after `{name}`"
            self.problem(
                match.start(1), message, "A field has a name and a type: `name String`.", line_number
            )
            return
        block.fields.append(
            FieldLine(
                name,
                kind,
                literal is not None,
                mark or "",
                text,
                line_number,
                match.start(1) + 1,
                column + 1,
                comments,
            )
        )

    def invalid_header(self, block: Block, line: str) -> bool:
        """Say whether a field is the header of the next block, and then read it as such."""
        return re.match(_NEXT_HEADER, line) is not None and self.invalid(block, line)

    def block_attribute(self, block: Block, line: str) -> None:
        """Read an `@@` attribute."""
        number, start = self.number, _indent(line)
        attribute, remark, faults = read_block_attribute(self.whole(line[start:]))
        self.faults(faults, number, start)
        self.adjacent = False
        if attribute is not None:
            comments = self.taken(remark, number, start)
            block.attributes.append(BlockAttribute(attribute, number, start + 1, comments))

    def value(self, block: Block, line: str) -> None:
        """Read a value of an enum."""
        match = _VALUE.match(line)
        if match is None or re.match(_NEXT_HEADER, line):
            self.invalid(block, line)
            return
        number, column = self.number, match.start(2)
        tail = read_tail(self.whole(match[2]))
        self.faults(tail.faults, number, column)
        self.adjacent = False
        comments = self.taken(tail.remark, number, column)
        if not tail.faults:
            place = match.start(1) + 1
            block.values.append(EnumLine(match[1], tail.attributes, number, place, column + 1, comments))

    def property(self, block: Block, line: str) -> None:
        """Read `key = value`."""
        match = _PROPERTY.match(line)
        if match is None:
            self.invalid(block, line)
            return
        number, column = self.number, match.start(2)
        value, remark, faults = read_value(self.whole(match[2]))
        self.faults(faults, number, column)
        self.adjacent = False
        block.comments.extend(self.taken(remark, number, column))
        if value is None and not faults:
            help_text = f'Write `{match[1]} = "..."` or remove it.'
            self.problem(match.start(1), f"expected a value after `{match[1]} =`", help_text, number)
        block.properties.append(Property(match[1], value, number, column + 1))

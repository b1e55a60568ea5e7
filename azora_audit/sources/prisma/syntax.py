"""The syntax tree of a Prisma schema: plain named tuples with their places.

Attributes and comments never span lines (block comments do), so a place is a line and a column. Inside the tail of a
field line, which is parsed once for all lines that share its text, columns are offsets from the tail's first
character; `FieldLine.tail_column` makes them columns of the file.
"""

from __future__ import annotations

from typing import TypeAlias

from azora_audit.records import NamedTuple


class Text(NamedTuple):
    """A string literal, its escapes resolved."""

    value: str
    start: int
    end: int


class Number(NamedTuple):
    """A numeric literal as written."""

    text: str
    start: int
    end: int


class Name(NamedTuple):
    """A constant or a path such as `true`, `Cascade`, `address.street`."""

    text: str
    start: int
    end: int


class Call(NamedTuple):
    """A function call such as `env("URL")`, or a field with arguments such as `id(sort: Desc)`."""

    name: str
    arguments: tuple[Argument, ...]
    start: int
    end: int


class Array(NamedTuple):
    """`[a, b]`."""

    items: tuple[Value, ...]
    start: int
    end: int


class Mapping(NamedTuple):
    """`{ key: value }` (Prisma 7)."""

    entries: tuple[tuple[str, Value], ...]
    start: int
    end: int


Value: TypeAlias = Text | Number | Name | Call | Array | Mapping


class Argument(NamedTuple):
    """An argument of an attribute or call; `name` is None for a positional one."""

    name: str | None
    value: Value
    start: int
    end: int


class Attribute(NamedTuple):
    """`@name(arguments)` or `@@name(arguments)`; `name` has no `@`."""

    name: str
    arguments: tuple[Argument, ...]
    start: int
    end: int


class Fault(NamedTuple):
    """Something wrong, at an offset."""

    start: int
    message: str
    help: str


class Remark(NamedTuple):
    """A comment at the end of a line: `mark` is `///`, `//` or `/*`."""

    mark: str
    text: str
    start: int


class Tail(NamedTuple):
    """What follows a field's type: attributes, then perhaps a comment."""

    attributes: tuple[Attribute, ...]
    remark: Remark | None
    faults: tuple[Fault, ...]


class Comment(NamedTuple):
    """A line of a comment in a file: `mark` is `///`, `//` or `/*`."""

    mark: str
    text: str
    line: int
    column: int


class FieldLine(NamedTuple):
    """A field of a model, view or composite type."""

    name: str
    type: str
    """Name of the type, or the SQL type in `Unsupported("...")`."""
    unsupported: bool
    arity: str
    """Empty (required), `?` or `[]`."""
    tail: str
    """Text after the type, the key of its parse."""
    line: int
    column: int
    tail_column: int
    comments: tuple[Comment, ...]


class BlockAttribute(NamedTuple):
    """An `@@` attribute; offsets of `attribute` count from `column`."""

    attribute: Attribute
    line: int
    column: int
    comments: tuple[Comment, ...]


class EnumLine(NamedTuple):
    """A value of an enum."""

    name: str
    attributes: tuple[Attribute, ...]
    line: int
    column: int
    tail_column: int
    comments: tuple[Comment, ...]


class Property(NamedTuple):
    """`key = value` in a datasource or generator; offsets of `value` count from `column`."""

    key: str
    value: Value | None
    line: int
    column: int


class Block(NamedTuple):
    """A top-level block: `kind` is its key word."""

    kind: str
    name: str
    path: str
    line: int
    column: int
    fields: list[FieldLine]
    attributes: list[BlockAttribute]
    values: list[EnumLine]
    properties: list[Property]
    comments: list[Comment]
    """Comments above it and those within that document nothing else."""
    description: list[Comment]
    """The comments directly above it."""


class Problem(NamedTuple):
    """A fault with its place in a file."""

    path: str
    line: int
    column: int
    message: str
    help: str


class Document(NamedTuple):
    """A parsed file; `loose` are the comments that stand beside no block."""

    blocks: list[Block]
    problems: list[Problem]
    loose: list[Comment]
    path: str

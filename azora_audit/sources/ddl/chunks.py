"""Reading a file piece by piece: large pieces where all is well, single statements where something is not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from azora_audit.sources.ddl.parse import Failure, parse
from azora_audit.sources.ddl.reduce import reduce_statements
from azora_audit.sources.ddl.split import blank_comments, end_of_data, is_copy, next_piece

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

SIZE = 32_768
"""Bytes of a piece: small ones stay in the processor's cache, which makes decoding the tree 3 to 10 times faster."""

_LARGEST = 1 << 18

_STATEMENT = (
    rb"(?:--|/\*|ALTER|ANALYZE|BEGIN|CALL|CLUSTER|COMMENT|COMMIT|COPY|CREATE|DELETE|DO|DROP|GRANT|INSERT|REINDEX|REVOKE"
    rb"|SELECT|SET|START|TRUNCATE|UPDATE|VACUUM|WITH)"
)
_BOUNDARY = re.compile(rb"[ \t]*\r?\n(?:[ \t]*\r?\n)*" + _STATEMENT, re.IGNORECASE)
"""What follows the semicolon at the end of a statement, unless a string or body goes on after it."""
_COPY = re.compile(rb"^COPY\s[^;]*\bFROM\s+STDIN\b[^;]*;[^\n]*\n", re.MULTILINE | re.IGNORECASE)


class Actions(NamedTuple):
    """The actions of a piece that was read."""

    items: list[tuple[int, Any]]


class Meta(NamedTuple):
    """A meta-command of psql."""

    start: int
    end: int


class Refusal(NamedTuple):
    """A statement that does not parse."""

    start: int
    end: int
    failure: Failure
    """Its offset counts from `start`."""


def _next_cut(data: bytes, start: int, end: int) -> int:
    """Return a likely boundary of statements: after a line that ends in a semicolon and has no `--`.

    It is proven by parsing: where a text parses that ends in a semicolon outside of a comment, a statement ends.
    """
    if end - start <= SIZE:
        return end
    last = min(end, start + _LARGEST)
    at = start + SIZE
    while True:
        semicolon = data.find(b";", at, last)
        if semicolon < 0:
            return last
        at = semicolon + 1
        if _BOUNDARY.match(data, at) and data.find(b"--", data.rfind(b"\n", start, at) + 1, at) < 0:
            return data.find(b"\n", at) + 1


def _next_special(data: bytes, start: int) -> tuple[int, bool]:
    """Return where the text stops being plain SQL, and whether the rows of COPY begin there.

    A line that begins with a backslash is a meta-command of psql, or shows that rows of COPY were before it.
    """
    at = start if data.startswith(b"\\", start) else data.find(b"\n\\", start) + 1
    if at == 0:
        return len(data), False
    copy = _COPY.search(data, start, at)
    return (copy.end(), True) if copy else (at, False)


def read_pieces(data: bytes) -> Iterator[Actions | Meta | Refusal]:
    """Read a text in order."""
    at = 0
    while at < len(data):
        limit, rows = _next_special(data, at)
        while at < limit:
            cut = _next_cut(data, at, limit)
            statements = parse(data[at:cut])
            if isinstance(statements, Failure):
                at = yield from _one_by_one(data, at, cut)
            else:
                yield Actions(reduce_statements(data[at:cut], at, statements))
                at = cut
        if at != limit:
            continue
        if rows:
            at = end_of_data(data, at)
        elif at < len(data):
            line = data.find(b"\n", at)
            end = len(data) if line < 0 else line + 1
            yield Meta(at, end)
            at = end


def _one_by_one(data: bytes, start: int, target: int) -> Generator[Actions | Meta | Refusal, None, int]:
    """Read statement by statement, at least up to an offset; returns where the next piece begins."""
    at = start
    while at < target:
        piece = next_piece(data, at)
        if piece is None:
            return len(data)
        at = piece.end
        if piece.kind == "meta":
            yield Meta(piece.start, piece.end)
            continue
        text = data[piece.start : piece.end]
        statements = parse(text)
        if isinstance(statements, Failure):
            # libpg_query looks one token ahead in NULLS FIRST, WITH TIME and the like, and takes a comment for one
            bare = blank_comments(text, 0, len(text))
            statements = parse(bare) if bare != text else statements
        if isinstance(statements, Failure):
            yield Refusal(piece.start, piece.end, statements)
        else:
            yield Actions(reduce_statements(text, piece.start, statements))
        if is_copy(data, piece):
            line = data.find(b"\n", at)
            at = end_of_data(data, len(data) if line < 0 else line + 1)
    return at

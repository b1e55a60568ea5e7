"""Reading a file piece by piece: large pieces where all is well, single statements where something is not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from azora_audit.records import NamedTuple
from azora_audit.sources.ddl.actions import Ignored
from azora_audit.sources.ddl.parse import Failure, parse
from azora_audit.sources.ddl.reduce import reduce_statements
from azora_audit.sources.ddl.scan import skip_blanks

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from azora_audit.sources.ddl.parse import Node

SIZE = 32_768
"""Bytes of a piece: small ones stay in the processor's cache, which makes decoding the tree 3 to 10 times faster."""

_LARGEST = 1 << 18
"""Bytes in which a boundary is looked for, and from which on rows are not worth parsing."""

_MANY = 500
"""Block comments in a piece from which on they are blanked out before parsing."""

_ROWS = re.compile(rb"(?:INSERT|UPDATE|DELETE|MERGE|VALUES)\b", re.IGNORECASE)

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


Event: TypeAlias = Actions | Meta | Refusal
"""What reading a text yields."""


def next_cut(data: bytes, start: int, end: int) -> int | None:
    """Return a likely boundary of statements: after a line that ends in a semicolon and has no `--`.

    It is proven by parsing: where a text parses that ends in a semicolon outside of a comment, a statement ends.
    None when there is no such boundary for `_LARGEST` bytes, as in a statement that inserts many rows.
    """
    if end - start <= SIZE:
        return end
    last = min(end, start + _LARGEST)
    at = start + SIZE
    while True:
        semicolon = data.find(b";", at, last)
        if semicolon < 0:
            return end if last == end else None
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


def read_pieces(
    data: bytes, start: int = 0, stop: int | None = None, base: int = 0
) -> Generator[Event, None, int]:
    """Read a text in order; returns the offset at which reading ended, which is `stop` or lies behind it.

    Args:
        data: the text.
        start: where to begin, at the beginning of a statement.
        stop: a likely boundary of statements at which to end, or None for the end of the text.
        base: what to add to all offsets, when `data` is only a part of a file.
    """
    at = start
    end = len(data) if stop is None else stop
    while at < end:
        special, rows = _next_special(data, at)
        limit = min(special, end)
        while at < limit:
            cut = next_cut(data, at, limit)
            plain = cut is not None and data.count(b"/*", at, cut) < _MANY
            statements = parse(data[at:cut]) if plain else Failure("", 0)
            if cut is None or isinstance(statements, Failure):
                at = yield from _one_by_one(data, at, at + _LARGEST if cut is None else cut, base)
            else:
                yield Actions(reduce_statements(data[at:cut], at + base, statements))
                at = cut
        if at != special or at >= end:
            continue
        if rows:
            from azora_audit.sources.ddl.split import end_of_data  # noqa: PLC0415 -- migrations have no rows

            at = end_of_data(data, at)
        else:
            line = data.find(b"\n", at)
            after = len(data) if line < 0 else line + 1
            yield Meta(at + base, after + base)
            at = after_meta(data, at, after)
    return at


def _one_by_one(data: bytes, start: int, target: int, base: int) -> Generator[Event, None, int]:
    """Read statement by statement, at least up to an offset; returns where the next piece begins."""
    from azora_audit.sources.ddl.split import end_of_data, is_copy, next_piece, open_comment  # noqa: PLC0415 -- most texts parse

    at = start
    while at < target:
        piece = next_piece(data, at)
        if piece is None:
            unclosed = open_comment(data, at)
            if unclosed is not None:
                # what a comment swallows that nothing closes must not be passed over
                yield Refusal(unclosed + base, len(data) + base, Failure("unterminated /* comment", 0))
            return len(data)
        at = piece.end
        if piece.kind == "meta":
            yield Meta(piece.start + base, piece.end + base)
            at = after_meta(data, piece.start, piece.end)
            continue
        yield from _statement(data[piece.start : piece.end], piece.start + base)
        if is_copy(data, piece):
            line = data.find(b"\n", at)
            at = end_of_data(data, len(data) if line < 0 else line + 1)
    return at


def _parse_statement(text: bytes) -> list[Node] | Failure:
    """Parse one statement; comments in masses are blanked before, because PostgreSQL takes squared time for them."""
    if text.count(b"/*") < _MANY:
        return parse(text)
    from azora_audit.sources.ddl.split import blank_comments, open_comment  # noqa: PLC0415 -- very rare

    unclosed = open_comment(text, 0)
    if unclosed is not None:
        return Failure("unterminated /* comment", unclosed)
    return parse(blank_comments(text, 0, len(text)))


_COPY_COMMAND = re.compile(rb"\\copy\b[^\n]*\bfrom\s+p?stdin\b", re.IGNORECASE)


def after_meta(data: bytes, start: int, end: int) -> int:
    r"""Return where reading goes on after a meta-command: rows follow `\copy ... from stdin`."""
    if not _COPY_COMMAND.match(data, start):
        return end
    from azora_audit.sources.ddl.split import end_of_data  # noqa: PLC0415 -- a rare command

    return end_of_data(data, end)


def _statement(text: bytes, base: int) -> Iterator[Event]:
    if len(text) > _LARGEST and _ROWS.match(text, skip_blanks(text, 0)):
        yield Actions([(base, Ignored("it reads or changes rows"))])
        return
    statements = _parse_statement(text)
    if isinstance(statements, Failure):
        from azora_audit.sources.ddl.dialect import control_tags  # noqa: PLC0415 -- as said above
        from azora_audit.sources.ddl.split import blank_comments, open_comment  # noqa: PLC0415 -- as said above

        if open_comment(text, 0) is not None:
            yield Refusal(base, base + len(text), statements)
            return
        # libpg_query looks one token ahead in NULLS FIRST, WITH TIME and the like, and takes a comment for a token
        bare = blank_comments(text, 0, len(text))
        tags = control_tags(bare)
        for start, end in tags:
            bare = bare[:start] + b" " * (end - start) + bare[end:]
        again = parse(bare)
        if isinstance(again, Failure):
            yield Refusal(base, base + len(text), statements)
            return
        if tags:
            yield Refusal(base + tags[0][0], base + tags[-1][1], statements)
        text, statements = bare, again
    yield Actions(reduce_statements(text, base, statements))

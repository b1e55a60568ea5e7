"""Cutting SQL text into statements by psql's lexing rules, for what libpg_query does not take in one piece."""

from __future__ import annotations

import re

from azora_audit.records import NamedTuple
from azora_audit.sources.ddl.scan import COMMENT_EDGE, end_of_comment, skip_blanks

_MARKS = rb"""(?P<escape>(?<![\w$\x80-\xff])[eE]')
    | (?P<string>')
    | (?P<name>")
    | (?P<dollar>(?<![\w$\x80-\xff])\$(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*)?\$)
    | (?P<line>--[^\n]*)
    | (?P<block>/\*)
    | (?P<end>;)
    | (?P<meta>\\)
    | (?P<atomic>\b[Bb][Ee][Gg][Ii][Nn](?:\s|--[^\n]*\n|/\*[^*]*\*/)+[Aa][Tt][Oo][Mm][Ii][Cc]\b)
    | (?P<word>\b(?:[Cc][Aa][Ss][Ee]|[Ee][Nn][Dd])\b)"""
_MARK = re.compile(rb"""(?=['"$\-/;\\eEbBcC])(?:""" + _MARKS + rb")", re.VERBOSE)
"""The look at the first character spares the many bytes of rows the trial of every branch."""
_MARK_IN_RULE = re.compile(_MARKS + rb"| (?P<open>\() | (?P<close>\))", re.VERBOSE)
"""Brackets matter in rules only."""
_ESCAPED_END = re.compile(rb"(?:[^'\\]|''|\\.)*'", re.DOTALL)
_STRING_END = re.compile(rb"(?:[^']|'')*'")
_NAME_END = re.compile(rb'(?:[^"]|"")*"')
_RULE = re.compile(rb"CREATE\s+(?:OR\s+REPLACE\s+)?RULE\b", re.IGNORECASE)
_NOT_LINE_END = re.compile(rb"[^\n]")
_COPY = re.compile(rb"COPY\s[^;]*\bFROM\s+STDIN\b", re.IGNORECASE)
_LINE_END = re.compile(rb";[ \t]*(?:--[^\n]*)?\r?(?:\n|\Z)")
_DATA_END = re.compile(rb"^\\\.\r?(?:\n|\Z)", re.MULTILINE)


def blank_comments(data: bytes, start: int, end: int) -> bytes:
    """Return the text with the comments in a region replaced by blanks, line ends kept."""
    parts = [data[:start]]
    at = done = start
    while (mark := _MARK.search(data, at, end)) is not None:
        kind = mark.lastgroup
        at = mark.end()
        if kind in ("line", "block"):
            at = min(end_of_comment(data, mark.start()), end) if kind == "block" else at
            parts += [data[done : mark.start()], _NOT_LINE_END.sub(b" ", data[mark.start() : at])]
            done = at
        elif kind == "dollar":
            closing = data.find(mark[0], at)
            at = end if closing < 0 else closing + len(mark[0])
        elif kind in _ENDS:
            closed = _ENDS[kind].match(data, at)
            at = closed.end() if closed else end
    parts.append(data[done:])
    return b"".join(parts)


class Piece(NamedTuple):
    """A statement, a meta-command of psql, or rows of COPY."""

    kind: str
    """statement, meta or data."""
    start: int
    end: int


def open_comment(data: bytes, start: int) -> int | None:
    """Return where the block comment begins that a text leaves open; None if it leaves none open.

    `start` is the beginning of a statement, or of the blanks before one.
    """
    at = start
    while (mark := _MARK.search(data, at)) is not None:
        kind = mark.lastgroup
        at = mark.end()
        if kind == "block":
            at = end_of_comment(data, mark.start())
            if at == len(data) and not _closes(data, mark.start()):
                return mark.start()
        elif kind == "dollar":
            closing = data.find(mark[0], at)
            at = len(data) if closing < 0 else closing + len(mark[0])
        elif kind in _ENDS:
            closed = _ENDS[kind].match(data, at)
            at = closed.end() if closed else len(data)
    return None


def _closes(data: bytes, start: int) -> bool:
    """Say whether the comment that begins at `start` and goes to the end of the text is closed there."""
    depth = 0
    for edge in COMMENT_EDGE.finditer(data, start):
        depth += 1 if edge[0] == b"/*" else -1
    return depth <= 0


class Comment(NamedTuple):
    """A `--` comment."""

    start: int
    end: int


def end_of_data(data: bytes, start: int) -> int:
    r"""Return where the rows of COPY end that begin at `start`: after the line `\.`, or at the end of the text."""
    match = _DATA_END.search(data, start)
    return match.end() if match else len(data)


def next_piece(data: bytes, start: int, comments: list[Comment] | None = None) -> Piece | None:  # noqa: C901, PLR0911, PLR0912 -- one branch for each mark of psql's lexer
    """Return the piece that begins at `start`, None at the end of the text.

    A statement goes to its semicolon. One that is left open (an unmatched quote, say) is cut at the first line that
    ends in a semicolon, so that the rest of the file can still be read.
    """
    first = skip_blanks(data, start) if comments is None else _first(data, start, comments)
    if first >= len(data):
        return None
    rule = _RULE.match(data, first) is not None
    marks = _MARK_IN_RULE if rule else _MARK
    depth = atomic = 0
    at = first
    while True:
        mark = marks.search(data, at)
        if mark is None:
            return Piece("statement", start, len(data))
        kind = mark.lastgroup
        at = mark.end()
        if kind == "line":
            if comments is not None:
                comments.append(Comment(mark.start(), mark.end()))
        elif kind == "block":
            at = end_of_comment(data, mark.start())
        elif kind == "dollar":
            closing = data.find(mark[0], at)
            if closing < 0:
                return _left_open(data, start, first)
            at = closing + len(mark[0])
        elif kind in _ENDS:
            closed = _ENDS[kind].match(data, at)
            if closed is None:
                return _left_open(data, start, first)
            at = closed.end()
        elif kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
        elif kind == "atomic":
            atomic += 1
        elif kind == "word":
            if atomic:
                atomic += 1 if mark[0][:1] in b"cC" else -1
        elif kind == "end":
            if not atomic and depth <= 0:
                return Piece("statement", start, at)
        elif kind == "meta":
            if mark.start() > first:
                return Piece("statement", start, mark.start())
            line = data.find(b"\n", at)
            return Piece("meta", first, len(data) if line < 0 else line + 1)


_ENDS = {"escape": _ESCAPED_END, "string": _STRING_END, "name": _NAME_END}


def _first(data: bytes, start: int, comments: list[Comment]) -> int:
    """Skip blanks and comments like `skip_blanks`, noting the comments."""
    at = start
    while True:
        following = skip_spaces(data, at)
        if data.startswith(b"--", following):
            line = data.find(b"\n", following)
            end = len(data) if line < 0 else line
            comments.append(Comment(following, end))
            at = end
        elif data.startswith(b"/*", following):
            at = end_of_comment(data, following)
        else:
            return following


_SPACES = re.compile(rb"\s*")


def skip_spaces(data: bytes, at: int) -> int:
    """Return the offset of the first byte that is not blank."""
    match = _SPACES.match(data, at)
    return match.end() if match else at


def _left_open(data: bytes, start: int, first: int) -> Piece:
    line = _LINE_END.search(data, first)
    return Piece("statement", start, line.end() if line else len(data))


def is_copy(data: bytes, piece: Piece) -> bool:
    """Say whether rows of COPY follow a statement."""
    return _COPY.match(data, skip_blanks(data, piece.start), piece.end) is not None


def comments_of(data: bytes) -> list[Comment]:
    """Return the `--` comments of a text, those in strings and bodies left out."""
    comments: list[Comment] = []
    at = 0
    while (piece := next_piece(data, at, comments)) is not None:
        at = piece.end
        if piece.kind == "statement" and is_copy(data, piece):
            line = data.find(b"\n", at)
            at = end_of_data(data, len(data) if line < 0 else line + 1)
    return comments

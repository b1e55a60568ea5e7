"""Finding where a piece of SQL ends: parse trees say where nodes begin, but not where they end."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    rb"""[^'"$()\[\],;/\-]+
    | '(?:[^']|'')*'
    | "(?:[^"]|"")*"
    | (?P<dollar>\$(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*)?\$)
    | --[^\n]*
    | (?P<comment>/\*)
    | (?P<open>[(\[])
    | (?P<close>[)\]])
    | (?P<stop>[,;])
    | .""",
    re.VERBOSE | re.DOTALL,
)

_ESCAPE_STRING = re.compile(rb"'(?:[^'\\]|''|\\.)*'", re.DOTALL)

_ESCAPES = re.compile(rb"[^\w$\x80-\xff]?[eE]\Z")
"""What stands right before the quote of a string with backslash escapes."""

COMMENT_EDGE = re.compile(rb"/\*|\*/")
"""Where a block comment begins or ends."""

_BLANKS = re.compile(rb"(?:\s+|--[^\n]*)+")

IDENTIFIER = rb"""(?:[Uu]&"(?:[^"]|"")*"|"(?:[^"]|"")*"|[A-Za-z_\x80-\xff][\w$\x80-\xff]*)"""
"""A regular expression for an identifier, quoted or not."""

SPACE = rb"\s*"
"""A regular expression for what may stand between two words; comments are blanked out before."""

_LAST_NAME = re.compile(rb"(?:" + IDENTIFIER + SPACE + rb"\." + SPACE + rb")*(" + IDENTIFIER + rb")")


def end_of_comment(text: bytes, at: int) -> int:
    """Return the offset after the block comment that begins at `at`; PostgreSQL's block comments nest."""
    depth = 0
    for edge in COMMENT_EDGE.finditer(text, at):
        depth += 1 if edge[0] == b"/*" else -1
        if depth == 0:
            return edge.end()
    return len(text)


def skip_blanks(text: bytes, at: int) -> int:
    """Return the offset of the first token at or after `at`: blanks and comments are passed over."""
    while True:
        blanks = _BLANKS.match(text, at)
        if blanks:
            at = blanks.end()
        if not text.startswith(b"/*", at):
            return at
        at = end_of_comment(text, at)


def end_of_element(text: bytes, at: int, limit: int | None = None) -> int:  # noqa: C901 -- one branch for each kind of token
    """Return where the element of a list or statement that begins at `at` ends, blanks before the end left out.

    An element ends before a comma, a semicolon or a bracket that closes more than it opens, and before `limit`.
    """
    depth = 0
    last = at
    stop = len(text) if limit is None else limit
    token = _TOKEN.match(text, at, stop)
    while token:
        kind = token.lastgroup
        end = token.end()
        if kind is None:
            piece = token[0]
            if piece[:1] == b"'" and _ESCAPES.match(text, max(token.start() - 2, 0), token.start()):
                escaped = _ESCAPE_STRING.match(text, token.start())
                end = escaped.end() if escaped else end
                last = end
            elif piece[:2] != b"--" and not piece.isspace():
                last = token.start() + len(piece.rstrip())
        elif kind == "open":
            depth += 1
            last = end
        elif kind == "close":
            if depth == 0:
                return last
            depth -= 1
            last = end
        elif kind == "stop":
            if depth == 0:
                return last
        elif kind == "dollar":
            closing = text.find(token[0], end)
            end = len(text) if closing < 0 else closing + len(token[0])
            last = end
        else:
            end = end_of_comment(text, token.start())
        token = _TOKEN.match(text, end, stop)
    return last


_PLAIN_GROUP = re.compile(
    rb"\(([^()'\"$/\-]*(?:\([^()'\"$/\-]*(?:\([^()'\"$/\-]*\)[^()'\"$/\-]*)*\)[^()'\"$/\-]*)*)\)"
)
"""Brackets, three deep at most, without strings, quoted names, bodies and comments in them."""


def inside_brackets(text: bytes, opening: int) -> tuple[int, int]:
    """Return the region between the bracket at `opening` and the one that closes it, without blanks at its edges.

    Lists inside count as part of the region.
    """
    plain = _PLAIN_GROUP.match(text, opening)
    if plain:
        start = opening + 1
        inner = plain[1]
        return start + len(inner) - len(inner.lstrip()), start + len(inner.rstrip())
    start = skip_blanks(text, opening + 1)
    end = end_of_element(text, start)
    while text[skip_blanks(text, end) : skip_blanks(text, end) + 1] == b",":
        end = end_of_element(text, skip_blanks(text, end) + 1)
    return start, end


def last_name(text: bytes, at: int) -> tuple[int, int]:
    """Return the region of the last part of the possibly qualified name that begins at `at`."""
    name = _LAST_NAME.match(text, at)
    return name.span(1) if name else (at, at)

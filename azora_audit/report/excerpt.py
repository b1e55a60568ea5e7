"""One line of a source with a span of it underlined, laid out for a terminal.

Columns of findings count code points; columns of a terminal count cells. Between the two lie tabs, wide and
combining characters, characters that are spelt out because they cannot be seen, and secrets that are blotted out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple
from azora_audit.report.characters import Glyphs, display_width, visible_character
from azora_audit.report.credentials import blotted, secret_spans, withheld

if TYPE_CHECKING:
    from azora_audit.findings import Place

TAB_STOP = 4
_REACH = 3000
"""Code points looked at on each side of a span: no terminal shows more, and generated lines can be megabytes."""

NOT_SHOWN = "(not shown: environment files may hold credentials)"


class Excerpt(NamedTuple):
    """A line as shown: `text`, and under it `lead` blank cells before `size` marked ones.

    `until` is the last line of a span that goes on below, or 0. A note has a text and a size of 0.
    """

    text: str
    lead: int
    size: int
    until: int


def excerpt(place: Place, lines: list[str] | None, room: int, glyphs: Glyphs) -> Excerpt | None:
    """Lay out the first line of `place` in at most `room` cells.

    Returns None where the text has no such line, or the line is blank: the file may have changed since.
    """
    if withheld(place.path):
        return Excerpt(NOT_SHOWN, 0, 0, 0)
    if lines is None or not 1 <= place.line <= len(lines):
        return None
    line = lines[place.line - 1].rstrip()
    if not line:
        return None
    until = place.end_line if place.end_line > place.line else 0
    start = min(max(place.column - 1, 0), len(line))
    end = len(line) if until else min(max(place.end_column - 1, start), len(line))
    cut = max(start - _REACH, 0)
    piece = line[cut : start + _REACH]
    before = lines[place.line - 2] if place.line > 1 else ""
    spans = secret_spans(piece, before)
    piece, start, end = blotted(piece, spans, (start - cut, min(end - cut, len(piece))))
    if piece.isascii() and piece.isprintable() and len(piece) <= room and len(line) <= _REACH:
        return Excerpt(piece, start, max(end - start, 1), until)
    near = max(start - 2 * room, 0)
    piece = piece[near : start + 2 * room]
    shown = _windowed(piece, start - near, min(end - near, len(piece)), room, glyphs)
    return shown._replace(until=until)


def _windowed(piece: str, start: int, end: int, room: int, glyphs: Glyphs) -> Excerpt:
    """Lay out the part of `piece` around the span that fits into `room` cells."""
    if piece.isascii() and piece.isprintable():
        cells: str | list[str] = piece
        offsets: range | list[int] = range(len(piece) + 1)
    else:
        cells, widths = _cells(piece, glyphs)
        offsets = list(accumulate(widths, initial=0))
    first, last = 0, len(cells)
    if offsets[-1] > room:
        space = room - 2 * len(glyphs.ellipsis)
        marked = min(offsets[end] - offsets[start], space)
        left = min(max(offsets[start] - (space - marked) // 2, 0), max(offsets[-1] - space, 0))
        first = bisect_left(offsets, left)
        last = bisect_right(offsets, left + space) - 1
    before = glyphs.ellipsis if first else ""
    after = glyphs.ellipsis if last < len(cells) else ""
    lead = len(before) + offsets[start] - offsets[first]
    size = max(offsets[max(min(end, last), start)] - offsets[start], 1)
    return Excerpt(before + "".join(cells[first:last]) + after, lead, size, 0)


def _cells(piece: str, glyphs: Glyphs) -> tuple[list[str], list[int]]:
    """Show each character of `piece` by itself: what is shown, and in how many cells."""
    cells: list[str] = []
    widths: list[int] = []
    column = 0
    for character in piece:
        if " " <= character <= "~":
            cell, width = character, 1
        elif character == "\t":
            width = TAB_STOP - column % TAB_STOP
            cell = " " * width
        else:
            cell = visible_character(character, glyphs)
            width = display_width(cell)
        column += width
        cells.append(cell)
        widths.append(width)
    return cells, widths

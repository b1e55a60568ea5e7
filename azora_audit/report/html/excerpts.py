"""Excerpts of sources for a page: the lines around a place, its text marked, secrets blotted out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.findings import Place
from azora_audit.records import NamedTuple
from azora_audit.report.characters import UNICODE, display_width
from azora_audit.report.credentials import withheld
from azora_audit.report.excerpt import excerpt

if TYPE_CHECKING:
    from azora_audit.report.finding_text import SourceLines

AROUND: Final = 2
"""Lines shown before and after the one that a place begins on."""
ROOM: Final = 200
"""Columns that a line may take; longer ones are cut around the place."""


class Passage(NamedTuple):
    """Lines of a source: the number of the first, their texts, and which is marked from where to where.

    `marked` is the index of the line among `lines`; `start` and `end` count code points of its text. `where` is
    `path:line:column` and `note` says why there are no lines, if that has a reason to be told.
    """

    where: str
    first: int
    lines: tuple[str, ...]
    marked: int
    start: int
    end: int
    note: str


def passage(place: Place, source_lines: SourceLines) -> Passage:
    """Return the passage around a place; without lines where the file is gone, has changed or may hold credentials."""
    where = f"{place.path}:{place.line}:{place.column}" if place.line else place.path
    lines = None if withheld(place.path) else source_lines(place.path)
    shown = excerpt(place, lines, ROOM, UNICODE)
    if shown is None or not shown.size:
        return Passage(where, 0, (), 0, 0, 0, shown.text if shown else "")
    assert lines is not None  # noqa: S101 -- for mypy: without lines nothing is shown
    first = max(place.line - AROUND, 1)
    last = min(place.line + AROUND, len(lines))
    texts = []
    for number in range(first, last + 1):
        if number == place.line:
            texts.append(shown.text)
            continue
        beside = excerpt(Place(place.path, number, 1, number, 1), lines, ROOM, UNICODE)
        texts.append(beside.text if beside else "")
    start = _offset(shown.text, shown.lead)
    end = _offset(shown.text, shown.lead + shown.size)
    return Passage(where, first, tuple(texts), place.line - first, start, max(end, start), "")


def _offset(text: str, cells: int) -> int:
    """Return how many code points of a text take so many columns of a terminal, by which excerpts measure."""
    if text.isascii():
        return min(cells, len(text))
    taken = 0
    for offset, character in enumerate(text):
        if taken >= cells:
            return offset
        taken += display_width(character)
    return len(text)

"""The checklist in a terminal: each item with its bar and its n of m, and apart from them what was not judged."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from azora_audit.report.characters import display_width, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.findings import ChecklistItem, Report
    from azora_audit.report.finding_text import Desk

_COUNT_WIDTH = 36
"""What an item needs besides its title and its bar: its mark and its counts."""
_NARROW = 72
"""With fewer columns than these there are no bars."""
_BAR_WIDTH = 12
_MEASURED = ("met", "not-met")
_APART = (("not-judged", "Not judged"), ("not-checkable", "Not to be seen in a schema"))


def checklist_section(report: Report, desk: Desk) -> Iterator[str]:
    """Yield each checklist, its items in their own order."""
    faults = Counter([finding.rule for finding in report.findings if finding.status == "new"])
    for title, items in groupby(report.checklist, attrgetter("checklist_title")):
        yield from _checklist(title, list(items), faults, desk)


def _checklist(title: str, items: list[ChecklistItem], faults: Counter[str], desk: Desk) -> Iterator[str]:
    paint = desk.terminal.paint
    measured = [item for item in items if item.verdict in _MEASURED]
    count = f"{sum(item.verdict == 'met' for item in items)} of {len(measured)} items met"
    heading = desk.seen(title)
    yield desk.heading(heading, paint("strong", heading), count)
    yield ""
    titles = [display_width(desk.seen(item.title)) for item in measured]
    bars = _BAR_WIDTH if desk.prose >= _NARROW else 0
    width = min(max(titles, default=0), max(desk.prose - _COUNT_WIDTH - bars, 16))
    for item in measured:
        yield from _measured(item, faults, width, desk)
    if measured:
        yield ""
    for verdict, words in _APART:
        apart = [item for item in items if item.verdict == verdict]
        if apart:
            yield f"  {paint('strong', words)}"
            for item in apart:
                why = item.why or "no reason given"
                yield from desk.paragraph("-", f"{item.title}: {why}", 4, "faint")
            yield ""


def _measured(item: ChecklistItem, faults: Counter[str], width: int, desk: Desk) -> Iterator[str]:
    glyphs, paint = desk.terminal.glyphs, desk.terminal.paint
    met = item.verdict == "met"
    mark = glyphs.met if met else glyphs.not_met
    columns = max(len(glyphs.met), len(glyphs.not_met))
    title = shorten(desk.seen(item.title), width, glyphs)
    title += " " * (width - display_width(title))
    subject = desk.seen(item.subject)
    count = f"{item.met:,} of {item.total:,} {subject}" if item.total else f"no {subject}"
    if item.not_judged:
        count += f", {item.not_judged:,} not judged"
    if item.status == "partial":
        count += ", in part"
    bar = f"{_bar(item, desk)}  " if desk.prose >= _NARROW else ""
    role = "good" if met else "bad"
    yield f"  {paint(role, mark.ljust(columns))} {title}  {bar}{count}"
    found = [(rule, faults[rule]) for rule in item.rules if faults[rule]]
    if found:
        found.sort(key=lambda pair: (-pair[1], pair[0]))
        told = ", ".join(f"{desk.seen(rule)} {number:,}" for rule, number in found)
        indent = 3 + columns
        yield " " * indent + paint("faint", shorten(told, desk.prose - indent, glyphs))


def _bar(item: ChecklistItem, desk: Desk) -> str:
    """Draw the shares of an item; a share that is not nothing has at least one cell."""
    glyphs, paint = desk.terminal.glyphs, desk.terminal.paint
    parts = (item.met, max(item.total - item.met - item.not_judged, 0), item.not_judged)
    full, empty, unknown = bar_cells(parts, _BAR_WIDTH)
    return (
        paint("good", glyphs.full * full)
        + paint("bad", glyphs.empty * empty)
        + paint("faint", glyphs.unknown * unknown)
        + " " * (_BAR_WIDTH - full - empty - unknown)
    )


def bar_cells(parts: tuple[int, ...], width: int) -> tuple[int, ...]:
    """Share `width` cells among `parts` by size, at least one for each part that is not 0; none when all are 0."""
    total = sum(parts)
    if not total:
        return (0,) * len(parts)
    cells = [max(part * width // total, 1) if part else 0 for part in parts]
    largest = parts.index(max(parts))
    cells[largest] += width - sum(cells)
    return tuple(cells)

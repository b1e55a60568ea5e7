"""One finding as a person reads it: what is wrong, where, the lines themselves, and the mend to paste."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple
from azora_audit.report.characters import display_width, wrap
from azora_audit.report.excerpt import excerpt
from azora_audit.report.mend import safety, steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.findings import Finding, Fix, Place
    from azora_audit.report.terminal import Terminal

SourceLines = Callable[[str], list[str] | None]
"""Gives the lines of a file by the path that findings use, or None when there is no such text."""

_PLACES_SHOWN = 3


class Desk(NamedTuple):
    """What every part of the report is written with."""

    terminal: Terminal
    source_lines: SourceLines

    @property
    def prose(self) -> int:
        """The width of running text in columns."""
        return self.terminal.prose

    def seen(self, text: str) -> str:
        """Spell out what cannot be seen in `text`."""
        return self.terminal.seen(text)

    def heading(self, left: str, painted: str, right: str) -> str:
        """Draw a heading: `painted` is `left` with its styles, a rule fills the line up to `right`."""
        fill = self.prose - display_width(left) - display_width(right) - 2
        if fill < 1:
            return f"{painted} {right}"
        return f"{painted} {self.terminal.paint('faint', self.terminal.glyphs.horizontal * fill)} {right}"

    def paragraph(self, label: str, text: str, indent: int, role: str) -> Iterator[str]:
        """Set `text` after a short styled label; further lines stand a little to the right of it."""
        hang = indent + 2
        lines = wrap(f"{label} {self.seen(text)}", self.prose - hang)
        yield f"{' ' * indent}{self.terminal.paint(role, label)}{lines[0][len(label) :]}"
        for line in lines[1:]:
            yield " " * hang + line


def finding_line(finding: Finding, desk: Desk) -> str:
    """Put a finding on one line that editors and grep understand: `path:line:column: severity: message [rule]`."""
    paint = desk.terminal.paint
    where = place_text(finding.places[0]) if finding.places else finding.entity
    severity = paint(finding.severity, finding.severity)
    return f"{desk.seen(where)}: {severity}: {desk.seen(finding.message)} {paint('faint', f'[{desk.seen(finding.rule)}]')}"


def place_text(place: Place) -> str:
    """Write a place as `path:line:column`, the form that terminals and editors turn into a link."""
    return f"{place.path}:{place.line}:{place.column}"


def finding_block(finding: Finding, desk: Desk, *, with_rule: bool) -> Iterator[str]:
    """Yield the lines of a finding without its help and fix; `with_rule` names its rule and severity too."""
    paint = desk.terminal.paint
    text = desk.seen(finding.message)
    if with_rule:
        lines = wrap(f"{finding.severity}: {text} [{desk.seen(finding.rule)}]", desk.prose - 2)
        yield "  " + paint(finding.severity, finding.severity) + lines[0][len(finding.severity) :]
    else:
        lines = wrap(text, desk.prose - 2)
        yield "  " + paint("strong", lines[0] if lines else "(no message)")
    for line in lines[1:]:
        yield "  " + (line if with_rule else paint("strong", line))
    if finding.reason:
        yield from desk.paragraph("note:", finding.reason, 4, "note")
    yield from _places(finding, desk)


def _places(finding: Finding, desk: Desk) -> Iterator[str]:
    related = finding.related_places[:1]
    places = finding.places[: _PLACES_SHOWN - len(related)]
    shown = [(place, "-", "faint", "") for place in places]
    shown[:1] = [(place, "^", finding.severity, "") for place in places[:1]]
    shown += [(place, "-", "faint", finding.related) for place in related]
    margin = margin_for([place for place, *_ in shown])
    glyphs, paint = desk.terminal.glyphs, desk.terminal.paint
    if not places:
        arrow = paint("faint", glyphs.corner if shown else glyphs.alone)
        yield f"{' ' * margin}{arrow} {desk.seen(finding.entity)} ({desk.seen(finding.kind)})"
    for number, (place, mark, role, label) in enumerate(shown):
        lines = list(excerpt_lines(place, desk, margin, (mark, role, label)))
        first = glyphs.corner if lines or len(shown) > 1 else glyphs.alone
        arrow = paint("faint", glyphs.tee if number or not places else first)
        room = desk.terminal.width - margin - len(glyphs.tee) - 1
        yield f"{' ' * margin}{arrow} {paint('place', _where(place, shown[0][0], room, desk))}"
        yield from lines
    unseen = len(finding.places) + len(finding.related_places) - len(shown)
    if unseen > 0:
        yield f"{' ' * margin}{paint('faint', glyphs.tee)} and {counted(unseen, 'more place')}"


def _where(place: Place, first: Place, room: int, desk: Desk) -> str:
    """Write a place; where it is too wide, without the folders that it shares with the place above it."""
    text = desk.seen(place_text(place))
    if display_width(text) <= room or place is first:
        return text
    shared = 0
    for number, (ours, theirs) in enumerate(zip(place.path, first.path, strict=False)):
        if ours != theirs:
            break
        shared = number if ours == "/" else shared
    return desk.terminal.glyphs.ellipsis + desk.seen(place_text(place)[shared:]) if shared else text


def margin_for(places: list[Place]) -> int:
    """Find the column of the bar between line numbers and text; the same for all files of less than 1,000 lines."""
    return 3 + max([3, *(len(str(place.line)) for place in places)])


def excerpt_lines(place: Place, desk: Desk, margin: int, style: tuple[str, str, str]) -> Iterator[str]:
    """Yield the line of a place and the marks under it; `style` is the mark, its role, and a label to its right."""
    mark, role, label = style
    glyphs, paint = desk.terminal.glyphs, desk.terminal.paint
    room = max(desk.terminal.width - margin - 2, 20)
    shown = excerpt(place, desk.source_lines(place.path), room, glyphs)
    if shown is None:
        return
    bar = paint("faint", glyphs.vertical)
    if not shown.size:
        yield f"{' ' * margin}{bar} {paint('faint', shown.text)}"
        return
    yield f"{paint('faint', str(place.line).rjust(margin - 1))} {bar} {shown.text}"
    label = desk.seen(label)
    fits = label and shown.lead + shown.size + 1 + display_width(label) <= room
    yield f"{' ' * margin}{bar} {' ' * shown.lead}{paint(role, mark * shown.size)}{f' {label}' if fits else ''}"
    if shown.until:
        rest = f"{glyphs.skipped} to line {shown.until}"
        yield f"{' ' * margin}{bar} {paint('faint', rest)}"


def mend_lines(help_text: str, fix: Fix | None, desk: Desk, indent: int) -> Iterator[str]:
    """Yield the advice and the text to paste; pasted lines have no margin and are never broken."""
    if help_text:
        yield from desk.paragraph("help:", " ".join(help_text.split()), indent, "strong")
    if fix is None:
        return
    label, aside = "fix:", f" ({safety(fix)})"
    for step in steps(fix):
        yield from desk.paragraph(label, step.where + aside, indent, "strong")
        for line in step.text.split("\n"):
            pasted = desk.seen(line.rstrip().expandtabs(4))
            yield f"{' ' * (indent + 4)}{desk.terminal.paint('code', pasted)}" if pasted else ""
        label, aside = "and:", ""


def _plural(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"


def counted(count: int, noun: str) -> str:
    """Write a count with its noun: `1 error`, `2 errors`."""
    return f"{count:,} {_plural(count, noun)}"

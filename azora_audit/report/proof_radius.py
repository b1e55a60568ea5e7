"""The blast radius for a terminal: what one DELETE takes with it, as a tree of tables, and the records it crosses into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple
from azora_audit.report.characters import display_width
from azora_audit.report.finding_text import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from azora_audit.proof import Effect, ProofReport, Radius, Step
    from azora_audit.report.finding_text import Desk


def radius_section(report: ProofReport, limit: int | None, all_command: str, desk: Desk) -> Iterator[str]:
    """Yield the worst radius of each service and every crossing into records; all radii where there is no limit."""
    radii = [radius for service in report.proofs for radius in service.radii]
    if not radii:
        return
    gone = sum(radius.outcome == "removed" for radius in radii)
    title, right = "Blast radius", f"{gone:,} of {counted(len(radii), 'DELETE')} accepted"
    yield desk.heading(title, desk.terminal.paint("strong", title), right)
    yield ""
    for service in report.proofs:
        shown = worst(service.radii) if limit is not None else service.radii
        if service.radii and not shown:
            yield f"  {desk.seen(service.service)}: every DELETE is stopped ({len(service.radii)})"
        for radius in shown:
            yield from _radius(radius, desk)
    yield ""
    crossings = [(radius, step) for radius in radii for step in radius.crossings]
    for radius, step in crossings:
        record = next(effect.record for effect in radius.effects if effect.table == step.child)
        text = (
            f"{radius.service}: deleting a row of {radius.table} deletes {record} records:"
            f" {counted(step.rows, 'row')} of {step.child} by {step.constraint}"
        )
        yield from desk.paragraph("crossing:", text, 2, "error")
    more = limit is not None and len(radii) > len({radius.service for radius in radii})
    if more:
        yield from desk.paragraph(desk.terminal.glyphs.ellipsis, f"all of them: {all_command}", 2, "strong")
    if crossings or more:
        yield ""


def weight(radius: Radius) -> tuple[int, int, int]:
    """Return how much a DELETE does to others: records that it deletes, rows, changed rows."""
    others = [effect for effect in radius.effects if effect.table != radius.table]
    return (
        sum(effect.removed for effect in others if effect.record),
        sum(effect.removed for effect in radius.effects),
        sum(effect.nulled + effect.defaulted + effect.changed for effect in radius.effects),
    )


def worst(radii: Iterable[Radius]) -> list[Radius]:
    """Return the one DELETE that does most, nothing where all are stopped."""
    gone = [radius for radius in radii if radius.outcome == "removed"]
    return [max(gone, key=weight)] if gone else []


def _radius(radius: Radius, desk: Desk) -> Iterator[str]:
    paint, seen = desk.terminal.paint, desk.seen
    name = f"{seen(radius.service)}: one row of {seen(radius.table)}"
    if radius.outcome == "removed":
        yield f"  {paint('strong', name)}"
        yield from _tree(radius, desk)
    elif radius.outcome == "stopped":
        yield f"  {paint('strong', name)} is not deleted"
        for stop in radius.stops:
            way = f" ({' -> '.join(stop.path)})" if len(stop.path) > 2 else ""  # noqa: PLR2004 -- more than the two ends
            what = f"{stop.constraint} of {stop.table}{way}" if stop.constraint else stop.message
            yield from desk.paragraph("stopped by", f"{what} ({stop.state})", 4, "good")
    else:
        why = "no error, and it is still there" if radius.outcome == "passed-over" else "not known"
        yield f"  {paint('strong', name)}: {why}"
    for text in radius.unknown:
        yield from desk.paragraph("not tried:", text, 4, "strong")


class _Branch(NamedTuple):
    """A line of the tree."""

    lead: str
    effect: Effect
    step: Step | None


def _tree(radius: Radius, desk: Desk) -> Iterator[str]:
    branches = list(_branches(radius, desk))
    width = max(display_width(row.lead + desk.seen(row.effect.table)) for row in branches)
    counts = [effect_text(row.effect) for row in branches]
    room = max(map(len, counts))
    for row, text in zip(branches, counts, strict=True):
        left = row.lead + desk.seen(row.effect.table)
        pad = " " * (width - display_width(left))
        how = "" if row.step is None else f"  {row.step.action} ({desk.seen(row.step.constraint)})"
        if row.step is None and row.effect.table != radius.table:
            how = "  by a trigger or rule"
        mark = ""
        if row.effect.record and row.effect.removed and row.effect.table != radius.table:
            mark = "  " + desk.terminal.paint("error", f"{row.effect.record} records")
        yield f"    {left}{pad}  {text.ljust(room) if how or mark else text}{how}{mark}"


def _branches(radius: Radius, desk: Desk) -> Iterator[_Branch]:
    """Yield the tables that were touched, each under the one from which it was reached first."""
    effects = {effect.table: effect for effect in radius.effects}
    above: dict[str, Step] = {}
    for step in radius.steps:
        if step.child in effects and step.child != radius.table:
            above.setdefault(step.child, step)
    children: dict[str, list[str]] = {}
    for table in effects:
        if table != radius.table:
            parent = above[table].parent if table in above else radius.table
            children.setdefault(parent, []).append(table)
    glyphs = desk.terminal.glyphs

    def walk(table: str, lead: str, further: str) -> Iterator[_Branch]:
        yield _Branch(lead, effects[table], above.get(table))
        below = children.get(table, [])
        for number, child in enumerate(below, 1):
            last = number == len(below)
            mark = glyphs.last if last else glyphs.branch
            yield from walk(child, f"{further}{mark} ", further + ("   " if last else f"{glyphs.vertical}  "))

    yield from walk(radius.table, "", "")


def effect_text(effect: Effect) -> str:
    """Say what became of how many of a table's rows."""
    parts = []
    if effect.removed:
        parts.append(f"{effect.removed:,} of {effect.before:,} gone")
    columns = ", ".join(effect.columns)
    if effect.nulled:
        parts.append(f"{columns} of {effect.nulled:,} of {effect.before:,} NULL")
    if effect.defaulted:
        parts.append(f"{columns} of {effect.defaulted:,} of {effect.before:,} default")
    if effect.changed:
        parts.append(f"{effect.changed:,} changed")
    if effect.added:
        parts.append(f"{effect.added:,} new")
    return ", ".join(parts)

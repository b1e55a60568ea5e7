"""What PostgreSQL itself said in a terminal: which services it confirms, and each fact that it has otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.report.finding_text import counted, excerpt_lines, margin_for, place_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.findings import Difference, Report
    from azora_audit.report.finding_text import Desk


def verification_section(report: Report, limit: int | None, all_command: str, desk: Desk) -> Iterator[str]:
    """Yield what a run with --verify found out; `limit` of the differences of each service are shown."""
    if not report.verifications:
        return
    paint = desk.terminal.paint
    verdicts = [row.verdict for row in report.verifications]
    title = f"Verified by {report.verifications[0].server}"
    count = f"{verdicts.count('agrees'):,} of {counted(len(verdicts), 'service')} as read"
    yield desk.heading(desk.seen(title), paint("strong", desk.seen(title)), count)
    yield ""
    for row in report.verifications:
        if row.verdict == "not-verified":
            text = f"{desk.seen(row.service)}: not verified: {desk.seen(row.reason)}"
            yield from desk.paragraph("-", text, 2, "faint")
    by_service: dict[str, list[Difference]] = {}
    for difference in report.differences:
        by_service.setdefault(difference.service, []).append(difference)
    for service, differences in by_service.items():
        what = counted(len(differences), "difference")
        text = f"{desk.seen(service)}: {what} from what was read; PostgreSQL's facts were judged"
        yield from desk.paragraph(desk.terminal.glyphs.not_met, text, 2, "warning")
        for difference in differences[:limit]:
            yield from _difference(difference, desk)
        if limit is not None and len(differences) > limit:
            more = f"{len(differences) - limit:,} more: {all_command}"
            yield from desk.paragraph(desk.terminal.glyphs.ellipsis, more, 4, "strong")
    if set(verdicts) != {"agrees"}:
        yield ""


def _difference(difference: Difference, desk: Desk) -> Iterator[str]:
    yield from desk.paragraph("-", f"{difference.entity}: {_sentence(difference)}", 4, "strong")
    for place in difference.places[:1]:
        margin = margin_for([place])
        lines = list(excerpt_lines(place, desk, margin, ("^", "warning", "")))
        glyphs, paint = desk.terminal.glyphs, desk.terminal.paint
        arrow = paint("faint", glyphs.corner if lines else glyphs.alone)
        yield f"{' ' * margin}{arrow} {paint('place', desk.seen(place_text(place)))}"
        yield from lines


def _sentence(difference: Difference) -> str:
    if difference.read is None and difference.server == "there":
        return f"this {difference.aspect} was not read, and PostgreSQL has it"
    if difference.server is None and difference.read == "there":
        return f"this {difference.aspect} was read, and PostgreSQL does not have it"
    read, server = (
        value if value is not None else "nothing" for value in (difference.read, difference.server)
    )
    return f"{difference.aspect}: read was {read}, PostgreSQL has {server}"

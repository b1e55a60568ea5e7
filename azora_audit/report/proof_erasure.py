"""The erasure path for a terminal: what has to go or be cleared before a person's row can be deleted, and what stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.report.finding_text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.proof import Clearing, Erasure, ProofReport, Remnant
    from azora_audit.report.finding_text import Desk

_OUTCOMES: Final = {
    "at-once": "is deleted at once",
    "not-possible": "cannot be deleted",
    "unknown": "was not found to delete",
}


def erasure_section(report: ProofReport, limit: int | None, all_command: str, desk: Desk) -> Iterator[str]:
    """Yield how the rows of people can be deleted; of each at most `limit` statements and remnants are shown."""
    erasures = [erasure for service in report.proofs for erasure in service.erasures]
    if not erasures:
        return
    title = "Erasing people"
    possible = sum(erasure.outcome in ("at-once", "in-steps") for erasure in erasures)
    right = f"{possible:,} of {counted(len(erasures), 'table')} let go of a row"
    yield desk.heading(title, desk.terminal.paint("strong", title), right)
    yield ""
    for erasure in erasures:
        yield from _erasure(erasure, limit, all_command, desk)
    yield ""


def _erasure(erasure: Erasure, limit: int | None, all_command: str, desk: Desk) -> Iterator[str]:
    before = len(erasure.path) - 1
    how = _OUTCOMES.get(erasure.outcome, f"is deleted after {counted(before, 'statement')}")
    name = f"{desk.seen(erasure.service)}: a row of {desk.seen(erasure.table)}"
    yield f"  {desk.terminal.paint('strong', name)} {how}"
    stop = erasure.kept_by
    if stop is not None:
        text = f"{stop.message} ({stop.state})" if stop.state else f"{stop.table}: {stop.message}"
        yield from desk.paragraph("kept by:", text, 4, "error")
    lines = [
        *((f"{number}.", clearing_text(row), "strong") for number, row in enumerate(erasure.path[:-1], 1)),
        *(("stays:", remnant_text(row), "warning") for row in erasure.remnants),
    ]
    for label, text, role in lines[:limit]:
        yield from desk.paragraph(label, text, 4, role)
    if limit is not None and len(lines) > limit:
        more = f"{len(lines) - limit:,} more: {all_command}"
        yield from desk.paragraph(desk.terminal.glyphs.ellipsis, more, 4, "strong")


def clearing_text(row: Clearing) -> str:
    """Say what a statement on the way does, and what demands it."""
    tables = " and ".join(row.tables)
    rows = counted(row.rows, "row")
    if row.verb == "set-null":
        text = f"set {', '.join(row.columns)} of {rows} of {tables} to NULL"
    else:
        text = f"delete {rows} of {tables}" + (" in one statement" if row.verb == "together" else "")
    record = f", {row.record} records" if row.record else ""
    return f"{text}{record} ({row.constraint})"


def remnant_text(row: Remnant) -> str:
    """Say which personal data stays where."""
    record = f", {row.record} records" if row.record else ""
    columns = ", ".join(row.columns)
    if row.why == "named-only":
        return f"{columns} of {row.table}{record}, to which no foreign key leads"
    return f"{columns} of {counted(row.rows, 'row')} of {row.table}{record}"

"""Saved counterexamples that were tried again, for a terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.proof import ProofReport
    from azora_audit.report.finding_text import Desk

WORDS = {"fixed": "fixed", "still-fails": "still fails", "no-longer-applies": "no longer applies"}
ROLES = {"fixed": "good", "still-fails": "error", "no-longer-applies": "strong"}


def again(identifier: str, desk: Desk) -> Iterator[str]:
    """Yield how to try a saved counterexample again."""
    yield from desk.paragraph("again:", f"azora-audit replay {identifier}", 4, "strong")


def replayed_section(report: ProofReport, limit: int | None, desk: Desk) -> Iterator[str]:
    """Yield what became of saved counterexamples, what still fails last: it is shown as a failure as well."""
    if report.unsaved:
        yield from desk.paragraph("Counterexamples:", f"not all were saved: {report.unsaved}", 0, "warning")
        yield ""
    rows = report.replayed
    if not rows:
        return
    counts = Counter(row.outcome for row in rows)
    count = ", ".join(f"{counts[outcome]:,} {word}" for outcome, word in WORDS.items() if counts[outcome])
    title = "Saved counterexamples"
    yield desk.heading(title, desk.terminal.paint("strong", title), count)
    yield ""
    order = list(WORDS)
    ordered = sorted(
        rows, key=lambda row: order.index(row.outcome) if row.outcome != "still-fails" else len(order)
    )
    for row in ordered[:limit]:
        text = f"{row.id} {row.service} {row.obligation}: {row.evidence}"
        yield from desk.paragraph(f"{WORDS[row.outcome]}:", " ".join(text.split()), 2, ROLES[row.outcome])
    if limit is not None and len(rows) > limit:
        text = f"{len(rows) - limit:,} more: --format json lists all of them"
        yield from desk.paragraph(desk.terminal.glyphs.ellipsis, text, 2, "strong")
    yield ""

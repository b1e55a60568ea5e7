"""What fixes change, as a patch that `git apply` and `patch -p1` take, and in words what they mend and what is left."""

from __future__ import annotations

import re
from collections import Counter
from difflib import unified_diff
from typing import TYPE_CHECKING

from azora_audit.report.closing_text import problems_section
from azora_audit.report.finding_text import Desk, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.fixes import FileChange, FixReport
    from azora_audit.report.terminal import Terminal

_LINES = re.compile(r"[^\n]*\n|[^\n]+")


def render_patch(report: FixReport) -> Iterator[str]:
    """Yield the lines of a patch, each with its line end."""
    for change in report.changes:
        yield from _patch(change)


def _patch(change: FileChange) -> Iterator[str]:
    before = _LINES.findall(change.before or "")
    after = _LINES.findall(change.after)
    old = "/dev/null" if change.before is None else f"a/{change.path}"
    for line in unified_diff(before, after, old, f"b/{change.path}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def render_fixes(report: FixReport, *, written: bool, terminal: Terminal) -> Iterator[str]:
    """Yield the lines that say what is mended and what is left, without line ends."""
    desk = Desk(terminal, lambda _path: None)
    paint = terminal.paint
    for rule, count in sorted(Counter(finding.rule for finding in report.mended).items()):
        yield f"{paint('good', 'mended')}  {desk.seen(rule)}: {counted(count, 'finding')}"
    reasons = Counter((each.finding.rule, each.reason) for each in report.left)
    for (rule, reason), count in sorted(reasons.items()):
        yield from desk.paragraph("left", f"{rule}: {counted(count, 'finding')}: {reason}", 0, "faint")
    for note in report.notes:
        yield from desk.paragraph("note", note, 0, "faint")
    if written:
        for change in report.changes:
            yield f"{paint('strong', 'wrote')}   {desk.seen(change.path)}"
    yield from problems_section(report.problems, None, "", desk)
    on = f"; migrations tried on {report.server} whose tables hold rows" if report.server else ""
    files = counted(len(report.changes), "file")
    verb = "changed" if written else "to change"
    yield f"{counted(len(report.mended), 'finding')} mended in {files} {verb}, {len(report.left):,} left{on}"

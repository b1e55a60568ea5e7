"""What does not fail the run, for a terminal: findings that the baseline accepts, and those that are allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.report.characters import wrap
from azora_audit.report.finding_text import counted, place_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.findings import Finding, Report
    from azora_audit.report.finding_text import Desk

_TITLES = {"accepted": "Accepted by the baseline", "allowed": "Allowed"}


def silenced_sections(report: Report, desk: Desk) -> Iterator[str]:
    """Yield every accepted and every allowed finding, a line or two for each, by rule and reason."""
    for status, title in _TITLES.items():
        groups: dict[tuple[str, str], list[Finding]] = {}
        for finding in report.findings:
            if finding.status == status:
                groups.setdefault((finding.rule, finding.reason), []).append(finding)
        if groups:
            count = sum(map(len, groups.values()))
            yield desk.heading(title, desk.terminal.paint("strong", title), counted(count, "finding"))
            yield ""
        for (rule, reason), findings in sorted(groups.items()):
            yield from desk.paragraph(desk.seen(rule), reason and f"({reason})", 2, "strong")
            for finding in findings:
                yield from _lines(finding, desk)
            yield ""


def _lines(finding: Finding, desk: Desk) -> Iterator[str]:
    where = place_text(finding.places[0]) if finding.places else finding.entity
    first, *rest = wrap(desk.seen(finding.message), desk.prose - 6) or [""]
    yield f"    {desk.terminal.paint('place', desk.seen(where))}"
    yield f"      {first}"
    for line in rest:
        yield f"      {line}"

"""What a run comes to: counts by status and severity, and the exit code."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter
from typing import TYPE_CHECKING

from azora_audit.findings import PRECISIONS, SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.findings import Finding, Report

STATUSES = ("new", "accepted", "allowed")
"""What can become of a finding: it counts, the baseline accepts it, or an allowance in the source does."""

NEVER = "never"
"""Instead of a severity: findings do not fail the run."""

Tally = dict[str, dict[str, int]]
"""Counts of findings: status, then severity; every status and severity has its number."""


_STATUS_AND_SEVERITY = attrgetter("status", "severity")


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings: new ones first, the gravest and surest of them first, then as they were."""
    return sorted(
        findings,
        key=lambda finding: (
            STATUSES.index(finding.status),
            -SEVERITIES.index(finding.severity),
            -PRECISIONS.index(finding.precision),
        ),
    )


def tally(report: Report) -> Tally:
    """Count the findings of `report` by status and severity."""
    counts = Counter(map(_STATUS_AND_SEVERITY, report.findings))
    return {status: {severity: counts[status, severity] for severity in SEVERITIES} for status in STATUSES}


def failing(counts: Tally, fail_on: str) -> dict[str, int]:
    """Select the counts of new findings that fail a run: those at or above the severity `fail_on`, or none (`never`)."""
    if fail_on == NEVER:
        return {}
    return {severity: counts["new"][severity] for severity in SEVERITIES[SEVERITIES.index(fail_on) :]}


def exit_code(report: Report, fail_on: str) -> int:
    """Return 2 if anything was not read or understood, 1 for a new finding of `fail_on` or graver, else 0."""
    if report.problems:
        return 2
    return 1 if any(failing(tally(report), fail_on).values()) else 0

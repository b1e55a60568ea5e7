"""The report as GitLab's Code Quality artifact: a JSON array of what is new, and of what was not read.

The widget compares the artifact with the target branch's by fingerprint, so that a fingerprint is of one entry alone and
knows no line numbers. Accepted and allowed findings are no degradations and are left out.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from azora_audit.report.hosting import Spots, numbered
from azora_audit.report.json_report import encoded
from azora_audit.report.mend import note
from azora_audit.report.outcome import worst_first

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.findings import Finding, Problem, Report
    from azora_audit.report.formats import View

_SEVERITIES = {"error": "critical", "warning": "major", "note": "minor"}
_NOT_READ = "blocker"


def render_gitlab(report: Report, view: View) -> Iterator[bytes]:
    """Yield the document, an entry a line."""
    spots = Spots(report, view)
    yield b"["
    before = b"\n"
    for entry in _entries(report, spots):
        yield before + encoded(entry)
        before = b",\n"
    yield b"\n]\n"


def _entries(report: Report, spots: Spots) -> Iterator[dict[str, object]]:
    problems = numbered(
        f"{problem.kind}\0{problem.service}\0{problem.path}\0{problem.message}" for problem in report.problems
    )
    for problem, mark in zip(report.problems, problems, strict=True):
        yield _problem(problem, mark, spots)
    findings = worst_first(finding for finding in report.findings if finding.status == "new")
    marks = numbered(finding.fingerprint for finding in findings)
    for finding, mark in zip(findings, marks, strict=True):
        yield _finding(finding, mark, spots)


def _finding(finding: Finding, mark: str, spots: Spots) -> dict[str, object]:
    place = spots.of(finding).place
    sentences = [part.rstrip(".") for part in (finding.message, note(finding), finding.help) if part]
    return {
        "description": ". ".join(sentences) or finding.rule,
        "check_name": finding.rule,
        "fingerprint": _digest(mark),
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": place.path, "lines": {"begin": place.line, "end": place.end_line}},
    }


def _problem(problem: Problem, mark: str, spots: Spots) -> dict[str, object]:
    path = spots.path(problem.path)
    told = " ".join(filter(None, (problem.message, problem.help))) or problem.kind
    return {
        "description": f"{problem.service}: {told}" if problem.service else told,
        "check_name": problem.kind,
        "fingerprint": _digest(mark),
        "severity": _NOT_READ,
        "location": {
            "path": path or spots.instead(problem.service).path,
            "lines": {"begin": max(problem.line, 1) if path else 1},
        },
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]

"""Findings as annotations of a GitHub job, which are workflow commands on standard output.

A step may have ten annotations of each level, and drops the rest in silence: the gravest findings come first, and the last
line says how many there are. Everything else is in the job's summary, which is the Markdown report.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from azora_audit.findings import SEVERITIES
from azora_audit.report.characters import visible
from azora_audit.report.hosting import Spots
from azora_audit.report.mend import note, safety, steps
from azora_audit.report.outcome import worst_first

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.findings import Finding, Problem, Report
    from azora_audit.report.formats import View

LEVEL_LIMIT = 10
"""Annotations of one level that a step may have."""

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render_github(report: Report, view: View) -> Iterator[bytes]:
    """Yield lines: commands, and a last one that is none."""
    spots = Spots(report, view)
    findings = worst_first(finding for finding in report.findings if finding.status == "new")
    used: Counter[str] = Counter()
    for problem in report.problems[:LEVEL_LIMIT]:
        used["error"] += 1
        yield _problem(problem, spots)
    shown = 0
    for finding in findings:
        if used[finding.severity] < LEVEL_LIMIT:
            used[finding.severity] += 1
            shown += 1
            yield _finding(finding, spots)
    yield f"{_summary(report, findings, shown)}\n".encode()


def _summary(report: Report, findings: list[Finding], shown: int) -> str:
    counts = Counter(finding.severity for finding in findings)
    told = ", ".join(f"{counts[severity]:,} {severity}s" for severity in reversed(SEVERITIES))
    lines = [f"azora-audit: {told}; {shown:,} of {len(findings):,} findings are shown as annotations."]
    if report.problems:
        annotated = min(len(report.problems), LEVEL_LIMIT)
        lines.append(
            f"{annotated:,} of {len(report.problems):,} problems are shown: not everything was read or judged."
        )
    return " ".join(lines)


def _finding(finding: Finding, spots: Spots) -> bytes:
    place = spots.of(finding).place
    properties: dict[str, object] = {"file": place.path, "line": place.line, "endLine": place.end_line}
    if place.line == place.end_line:  # GitHub takes columns within a line only
        properties |= {"col": place.column, "endColumn": place.end_column}
    paragraphs = [visible(finding.message), visible(note(finding)), visible(finding.help)]
    if finding.fix is not None:
        for step in steps(finding.fix):
            text = "\n".join(map(visible, step.text.split("\n")))
            paragraphs.append(f"fix, {step.where} ({visible(safety(finding.fix))}):\n{text}")
    return _command(_COMMANDS[finding.severity], properties | {"title": finding.rule}, paragraphs)


def _problem(problem: Problem, spots: Spots) -> bytes:
    path = spots.path(problem.path)
    properties: dict[str, object] = {}
    if path is not None:
        properties["file"] = path
        if problem.line:
            properties["line"] = problem.line
    where = f"{visible(problem.service)}: " if problem.service else ""
    told = [f"{where}{visible(problem.message)}", visible(problem.help)]
    return _command("error", properties | {"title": problem.kind}, told)


def _command(name: str, properties: dict[str, object], paragraphs: list[str]) -> bytes:
    """Return a workflow command; what follows its first `::` on the line is data whatever it holds."""
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    data = _data("\n".join(filter(None, paragraphs)))
    return f"::{name} {given}::{data}\n".encode("utf-8", "backslashreplace")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: object) -> str:
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")

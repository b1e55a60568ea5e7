"""The report as JUnit XML: a test suite per service, a test case per rule.

A rule fails for a service where it found something new at or above the failing severity; all its findings are in the one
failure, because readers keep only the first case of a name. What was not judged, accepted or allowed is skipped with its
reason, and what was not read is an error.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from azora_audit.findings import SEVERITIES
from azora_audit.records import NamedTuple
from azora_audit.report.hosting import Spots
from azora_audit.report.mend import note, safety, script, steps
from azora_audit.report.outcome import NEVER, worst_first
from azora_audit.report.xml import DECLARATION, element, start

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from azora_audit.findings import Finding, Problem, Report
    from azora_audit.report.formats import View
    from azora_audit.report.hosting import Spot

CASES_LIMIT = 50_000
"""With more cases than these, those that passed are only counted, and with more still those that were skipped, too: GitLab
gives up on a file of 250,000 XML nodes."""
FINDINGS_LIMIT = 50
"""Findings that a failure tells in full; the rest is counted."""


class _Case(NamedTuple):
    """A test case: `outcome` is `failure`, `error`, `skipped` or empty for one that passed."""

    rule: str
    outcome: str
    message: str
    text: str = ""
    spot: Spot | None = None


def render_junit(report: Report, view: View) -> Iterator[bytes]:
    """Yield the document in pieces."""
    yield DECLARATION + start("testsuites", {"name": "azora-audit"}).encode() + b"\n"
    cases = _Cases(report, view)
    for service in cases.services():
        yield from _suite(service, cases.of(service), cases.left_out)
    if report.problems:
        count = len(report.problems)
        counts = {"name": "problems", "tests": count, "failures": 0, "errors": count}
        yield start("testsuite", counts).encode() + b"\n"
        yield from problem_cases(report.problems)
        yield b"</testsuite>\n"
    yield b"</testsuites>\n"


def problem_cases(problems: Iterable[Problem]) -> Iterator[bytes]:
    """Yield a test case with an error for each problem; one that has the name of another gets a number."""
    seen: Counter[tuple[str, str]] = Counter()
    for problem in problems:
        place = ":".join(str(part) for part in (problem.path, problem.line) if part)
        name = " ".join(filter(None, (problem.service, place))) or problem.kind
        seen[problem.kind, name] += 1
        if seen[problem.kind, name] > 1:
            name = f"{name} ({seen[problem.kind, name]})"
        named = {"classname": problem.kind, "name": name, "time": "0"}
        error = element("error", {"type": problem.kind, "message": problem.message}, problem.help)
        yield f"{start('testcase', named)}{error}</testcase>\n".encode()


class _Cases:
    """The test cases of a report, service by service."""

    def __init__(self, report: Report, view: View) -> None:
        self._spots = Spots(report, view)
        self._rules = report.rules
        self._fails = frozenset(SEVERITIES[SEVERITIES.index(view.fail_on) :] if view.fail_on != NEVER else ())
        self._findings: dict[str, dict[str, list[Finding]]] = {}
        for finding in worst_first(report.findings):
            self._findings.setdefault(finding.service, {}).setdefault(finding.rule, []).append(finding)
        self._reasons: dict[str, dict[str, str]] = {}
        for row in report.not_judged:
            self._reasons.setdefault(row.service, {})[row.rule] = row.reason
        named = [service.name for service in report.services]
        self._services = list(dict.fromkeys([*named, *self._findings, *self._reasons]))
        told = sum(len(rules) for rules in self._findings.values()) + len(report.not_judged)
        self.left_out = [
            outcome
            for outcome, cases in (("", len(self._services) * len(report.rules)), ("skipped", told))
            if cases > CASES_LIMIT
        ]
        """Outcomes whose cases are only counted."""

    def services(self) -> list[str]:
        return self._services

    def of(self, service: str) -> Iterator[_Case]:
        findings, reasons = self._findings.get(service, {}), self._reasons.get(service, {})
        for rule in dict.fromkeys([*self._rules, *findings, *reasons]):
            yield self._case(rule, findings.get(rule, []), reasons.get(rule, ""))

    def _case(self, rule: str, findings: list[Finding], reason: str) -> _Case:
        new = [finding for finding in findings if finding.status == "new"]
        failing = [finding for finding in new if finding.severity in self._fails]
        text = "\n\n".join(map(self._told, new[:FINDINGS_LIMIT]))
        if len(new) > FINDINGS_LIMIT:
            text += f"\n\nand {len(new) - FINDINGS_LIMIT:,} more"
        if failing:
            more = f" (and {len(new) - 1:,} more)" if len(new) > 1 else ""
            return _Case(rule, "failure", f"{failing[0].message}{more}", text, self._spots.of(failing[0]))
        if reason:
            return _Case(rule, "skipped", f"not judged: {reason}", text)
        if findings and not new:
            return _Case(rule, "skipped", _silenced(findings))
        return _Case(rule, "", "", text)

    def _told(self, finding: Finding) -> str:
        place = self._spots.of(finding)
        where = f"{place.place.path}:{place.place.line}:{place.place.column}" if place.own else finding.entity
        lines = [f"{where}: {finding.severity}: {finding.message}"]
        if note(finding):
            lines.append(f"note: {note(finding)}")
        if finding.help:
            lines.append(f"help: {finding.help}")
        if finding.fix is not None:
            for step in steps(finding.fix):
                lines += [f"fix, {step.where} ({safety(finding.fix)}):", step.text]
        shown = script(finding)
        return "\n".join([*lines, shown] if shown else lines)


def _silenced(findings: list[Finding]) -> str:
    """Say what became of findings that are not new, and the reasons for it."""
    counts = Counter(finding.status for finding in findings)
    reasons = dict.fromkeys(finding.reason for finding in findings if finding.reason)
    told = ", ".join(f"{count:,} {status}" for status, count in sorted(counts.items()))
    return f"{told}: {'; '.join(reasons)}" if reasons else told


def _suite(service: str, cases: Iterable[_Case], left_out: list[str]) -> Iterator[bytes]:
    listed = list(cases)
    outcomes = Counter(case.outcome for case in listed)
    counts = {
        "name": service or "fleet",
        "tests": len(listed) - sum(outcomes[outcome] for outcome in left_out),
        "failures": outcomes["failure"],
        "errors": 0,
        "skipped": 0 if "skipped" in left_out else outcomes["skipped"],
    }
    yield start("testsuite", counts).encode() + b"\n"
    if left_out:
        told = "".join(
            element("property", {"name": f"{outcome or 'passed'} and not listed", "value": outcomes[outcome]})
            for outcome in left_out
        )
        yield f"<properties>{told}</properties>\n".encode()
    for case in listed:
        if case.outcome not in left_out:
            yield _written(service or "fleet", case).encode()
    yield b"</testsuite>\n"


def _written(service: str, case: _Case) -> str:
    place = case.spot.place if case.spot is not None else None
    named = {
        "classname": service,
        "name": case.rule,
        "file": place and place.path,
        "line": place and place.line,
        "time": "0",
    }
    if not case.outcome:
        told = element("system-out", {}, case.text) if case.text else ""
        return f"{start('testcase', named)}{told}</testcase>\n" if told else f"{element('testcase', named)}\n"
    kind = {"type": case.rule} if case.outcome == "failure" else {}
    told = element(case.outcome, kind | {"message": case.message}, case.text)
    return f"{start('testcase', named)}{told}</testcase>\n"

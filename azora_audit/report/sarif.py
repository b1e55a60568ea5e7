"""The report as SARIF 2.1.0 (OASIS standard), within what GitHub's code scanning takes.

A log has one run. What was not read is a notification of its invocation and makes it unsuccessful; what was not judged is
a notification, too. Paths are relative to the root of the repository, columns are counted in code points.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from azora_audit.report.hosting import Spots
from azora_audit.report.json_report import encoded
from azora_audit.report.outcome import exit_code, worst_first
from azora_audit.report.sarif_results import ROOT, artifact, location, message, results
from azora_audit.report.sarif_rules import pascal_case, rule_descriptors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.findings import NotJudged, Problem, Report
    from azora_audit.report.formats import View

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
RESULTS_LIMIT = 5000
"""Code scanning keeps so many results of a run: which they are is decided here."""
_SERVICES_NAMED = 20


def render_sarif(report: Report, view: View) -> bytes:
    """Render a report as one SARIF log, UTF-8."""
    spots = Spots(report, view)
    ordered = worst_first(report.findings)
    kept = ordered[:RESULTS_LIMIT]
    rules = rule_descriptors(kept, view.rules())
    kinds = dict.fromkeys(problem.kind for problem in report.problems)
    notices = {kind: number for number, kind in enumerate(dict.fromkeys((*sorted(kinds), *_OWN_NOTICES)))}
    code = exit_code(report, view.fail_on)
    run = {
        "tool": {
            "driver": {
                "name": "azora-audit",
                "semanticVersion": version("azora-audit"),
                "rules": rules,
                "notifications": [_notice_descriptor(kind) for kind in notices],
            }
        },
        "automationDetails": {"id": "/".join(filter(None, ("azora-audit", spots.folder))) + "/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [
            {
                "executionSuccessful": not report.problems,
                "exitCode": code,
                "exitCodeDescription": _EXIT_CODES[code],
                "toolExecutionNotifications": [
                    *(_problem(problem, notices, spots) for problem in report.problems),
                    *_not_judged(report.not_judged, notices),
                    *_left_out(len(ordered) - len(kept), notices),
                ],
            }
        ],
        "results": results(kept, {str(rule["id"]): number for number, rule in enumerate(rules)}, spots, view),
    }
    return encoded({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + b"\n"


_EXIT_CODES = {
    0: "nothing new at or above the failing severity",
    1: "findings at or above the failing severity",
    2: "not everything was read, understood or judged",
}
_OWN_NOTICES = {
    "not-judged": "A rule that could not be judged, because a fact that it needs is not known.",
    "results-left-out": "More results than code scanning keeps; the mildest are not in this file.",
}


def _notice_descriptor(kind: str) -> dict[str, object]:
    told = {"text": _OWN_NOTICES.get(kind, "Something that was not read or not understood.")}
    name = pascal_case(kind)
    return {"id": kind, "name": name, "shortDescription": told, "fullDescription": told, "help": told}


def _notification(kind: str, level: str, text: str, notices: dict[str, int]) -> dict[str, object]:
    return {
        "descriptor": {"id": kind, "index": notices[kind]},
        "level": level,
        "message": {"text": message(text)},
    }


def _problem(problem: Problem, notices: dict[str, int], spots: Spots) -> dict[str, object]:
    told = " ".join(filter(None, (problem.message, problem.help)))
    where = f"{problem.service}: " if problem.service else ""
    notification = _notification(problem.kind, "error", f"{where}{told}" or problem.kind, notices)
    path = spots.path(problem.path)
    if path is not None:
        region = {"startLine": problem.line, "startColumn": max(problem.column, 1)}
        physical = {"artifactLocation": artifact(path)} | ({"region": region} if problem.line else {})
        notification["locations"] = [location(physical)]
    return notification


def _not_judged(rows: Iterable[NotJudged], notices: dict[str, int]) -> Iterable[dict[str, object]]:
    """Yield a notification for each rule and reason, with the services concerned."""
    services: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        services.setdefault((row.rule, row.reason), []).append(row.service or "the whole fleet")
    for (rule, reason), names in services.items():
        more = len(names) - _SERVICES_NAMED
        named = ", ".join(names[:_SERVICES_NAMED]) + (f" and {more:,} more" if more > 0 else "")
        yield _notification("not-judged", "note", f"{rule} is not judged for {named}: {reason}", notices)


def _left_out(count: int, notices: dict[str, int]) -> Iterable[dict[str, object]]:
    if count:
        told = f"{count:,} results are left out, the mildest; the JSON report has all."
        yield _notification("results-left-out", "warning", told, notices)

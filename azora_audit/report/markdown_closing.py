"""The rest of the report in Markdown: the outcome, what was not read, the checklist, what was not judged, what is silenced.

Each section keeps to a size of its own, so that there is room for findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.report.closing_text import severities_text
from azora_audit.report.finding_text import counted
from azora_audit.report.markdown_safe import code, prose, tag_text
from azora_audit.report.outcome import exit_code, failing, tally

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.findings import ChecklistItem, Report
    from azora_audit.report.hosting import Spots

_PROBLEMS_SHOWN = 10
_ROWS_SHOWN = 30
_NAMES_SHOWN = 5
_SHORT = 160
_MARKS = {
    "met": "yes",
    "not-met": "**no**",
    "not-judged": "not judged",
    "not-checkable": "not to be seen in a schema",
}


def outcome_line(report: Report, fail_on: str) -> str:
    """Say what was looked at, and whether it passes."""
    counts = tally(report)
    tables = sum(service.tables for service in report.services)
    looked = (
        f"{counted(len(report.services), 'service')}, {counted(tables, 'table')}, "
        f"{counted(report.rules_run, 'rule')}"
    )
    code_ = exit_code(report, fail_on)
    if code_ == 2:  # noqa: PLR2004 -- what outcome.exit_code says
        verdict = "**Not everything was read or judged**, so this does not pass."
    elif code_:
        verdict = f"**Fails**: {severities_text(failing(counts, fail_on))} at or above {fail_on}."
    else:
        verdict = "**Passes**."
    silenced = sum(sum(counts[status].values()) for status in ("accepted", "allowed"))
    rest = f"; {silenced:,} accepted or allowed" if silenced else ""
    return f"{verdict} {looked}{rest}.\n"


def problems_section(report: Report, spots: Spots) -> str:
    """Return what was not read or not understood, never folded; empty if there is nothing."""
    if not report.problems:
        return ""
    lines = [f"#### Not read or not understood ({len(report.problems):,})\n"]
    for problem in report.problems[:_PROBLEMS_SHOWN]:
        path = spots.path(problem.path) or problem.path or problem.service or problem.kind
        place = ":".join(str(part) for part in (path, problem.line, problem.column) if part)
        lines.append(f"- {code(place)} {prose(problem.message)} {prose(problem.help, _SHORT)}".rstrip())
    return "\n".join([*lines, *_more(len(report.problems), _PROBLEMS_SHOWN), ""])


def closing_sections(report: Report) -> list[str]:
    """Return the sections after the findings that have something to say."""
    return [
        *_checklists(report),
        *filter(None, (_not_judged(report), _verified(report), _silenced(report))),
    ]


def _folded(title: str, lines: Iterable[str]) -> str:
    return "\n".join([f"<details><summary>{title}</summary>\n", *lines, "\n</details>\n"])


def _more(count: int, shown: int) -> list[str]:
    return [f"- and {count - shown:,} more"] if count > shown else []


def _checklists(report: Report) -> list[str]:
    """Return a section for each checklist."""
    by_name: dict[str, list[ChecklistItem]] = {}
    for item in report.checklist:
        by_name.setdefault(item.checklist, []).append(item)
    return list(map(_checklist, by_name.values()))


def _checklist(items: list[ChecklistItem]) -> str:
    measured = [item for item in items if item.verdict in {"met", "not-met"}]
    met = sum(item.verdict == "met" for item in measured)
    lines = ["| item | met | measured |", "| --- | --- | --- |"]
    for item in items[:_ROWS_SHOWN]:
        count = f"{item.met:,} of {item.total:,} {prose(item.subject, _SHORT)}" if item.total else ""
        unknown = f", {item.not_judged:,} not judged" if item.not_judged else ""
        why = prose(item.why, _SHORT) if item.verdict not in {"met", "not-met"} else ""
        title = prose(item.title, _SHORT)
        lines.append(f"| {title} | {_MARKS.get(item.verdict, item.verdict)} | {why or count + unknown} |")
    more = len(items) - _ROWS_SHOWN
    lines += [f"\nand {more:,} more"] if more > 0 else []
    title = tag_text(items[0].checklist_title, _SHORT) or "Checklist"
    return _folded(f"{title} ({met} of {len(measured)} items met)", lines)


def _not_judged(report: Report) -> str:
    """Return the rules that were not judged, by reason, the most frequent first; empty if there is none."""
    if not report.not_judged:
        return ""
    rules: dict[str, set[str]] = {}
    services: dict[str, set[str]] = {}
    for row in report.not_judged:
        rules.setdefault(row.reason, set()).add(row.rule)
        services.setdefault(row.reason, set()).add(row.service)
    ordered = sorted(rules, key=lambda reason: (-len(rules[reason]) * len(services[reason]), reason))
    lines = []
    for reason in ordered[:_ROWS_SHOWN]:
        names = sorted(rules[reason])
        told = ", ".join(code(name, 80) for name in names[:_NAMES_SHOWN])
        others = f" and {len(names) - _NAMES_SHOWN:,} more" if len(names) > _NAMES_SHOWN else ""
        where = counted(len(services[reason]), "service")
        lines.append(f"- Because {prose(reason, _SHORT)} ({where}): {told}{others}")
    count = len({row.rule for row in report.not_judged})
    return _folded(f"Not judged: {counted(count, 'rule')}", [*lines, *_more(len(ordered), _ROWS_SHOWN)])


def _verified(report: Report) -> str:
    """Return what PostgreSQL itself said; empty for a run that did not ask it."""
    if not report.verifications:
        return ""
    agreed = sum(row.verdict == "agrees" for row in report.verifications)
    rest = [row for row in report.verifications if row.verdict != "agrees"]
    differ = {row.service: 0 for row in rest}
    for difference in report.differences:
        differ[difference.service] = differ.get(difference.service, 0) + 1
    lines = [
        f"- {code(row.service, _SHORT)} "
        + (
            f"is not verified: {prose(row.reason, _SHORT)}"
            if row.verdict == "not-verified"
            else f"differs in {counted(differ[row.service], 'fact')}; PostgreSQL's were judged"
        )
        for row in rest[:_ROWS_SHOWN]
    ]
    title = f"Confirmed by PostgreSQL: {agreed:,} of {counted(len(report.verifications), 'service')}"
    return _folded(title, [*lines, *_more(len(rest), _ROWS_SHOWN)])


def _silenced(report: Report) -> str:
    """Return the findings that the baseline accepts or somebody allows, with their reasons; empty if there are none."""
    findings = [finding for finding in report.findings if finding.status != "new"]
    if not findings:
        return ""
    lines = [
        f"- {code(finding.rule, 80)} {finding.status} for {code(finding.entity, _SHORT)}: "
        f"{prose(finding.reason, _SHORT) or 'no reason given'}"
        for finding in findings[:_ROWS_SHOWN]
    ]
    return _folded(f"Accepted or allowed: {len(findings):,}", [*lines, *_more(len(findings), _ROWS_SHOWN)])

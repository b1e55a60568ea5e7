"""What is found when the whole report is there: allowances of the settings and entries of the baseline that do nothing.

The rules that judge them are rules as all others; what they read is the fleet's own facts, made here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import AllowanceState, UnmatchedEntry
from azora_audit.checking.fresh import in_order
from azora_audit.checking.judging import Judge
from azora_audit.engine.judge import judge
from azora_audit.findings import FLEET, Place
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.checking.baseline import Entry
    from azora_audit.checking.choice import Choice
    from azora_audit.findings import Report
    from azora_audit.settings import AllowSettings

_READ_HERE = frozenset({"allowance_states", "unmatched_entries"})


class Idle(NamedTuple):
    """An allowance of the settings that allows nothing: its state is `unused` or `expired`."""

    allowance: AllowSettings
    state: str
    path: str
    line: int


def close(
    report: Report, choice: Choice, unmatched: tuple[Iterable[Entry], str], idle: Iterable[Idle]
) -> Report:
    """Return a report with the findings about what the fleet's settings and baseline say and nothing bears out.

    Args:
        report: with the baseline applied.
        choice: which rules run, and how.
        unmatched: entries of the baseline that match nothing, and its path as findings show it.
        idle: allowances that allow nothing.
    """
    itself = Facts(FLEET)
    entries, baseline = unmatched
    for entry in entries:
        place = Place(baseline, entry.line, 1, entry.line, 1)
        name = f"{entry.rule}.{entry.entity}"
        identifier = itself.entity("baseline-entry", name, origin=("file", place))
        itself.rows(UnmatchedEntry).append(
            UnmatchedEntry(identifier, entry.rule, entry.entity, entry.kind, entry.findings)
        )
    for allowance, state, path, line in idle:
        place = Place(path, line, 1, line, 1)
        identifier = itself.entity("allowance", allowance.shown, origin=("file", place))
        rule = ", ".join(allowance.rules) or "every rule"
        itself.rows(AllowanceState).append(
            AllowanceState(identifier, rule, state, allowance.reason, allowance.until)
        )
    judges = Judge(choice)
    rules = [rule for rule in judges.rules if rule.reads & _READ_HERE]
    judges.catalog.add(itself)
    judgement = judge(judges.catalog, rules, choice.terms._replace(allowances=()), judges.names)
    findings = [*report.findings, *(judged.finding for judged in judgement.judged)]
    return report._replace(
        findings=tuple(sorted(findings, key=in_order)), problems=(*report.problems, *judgement.problems)
    )

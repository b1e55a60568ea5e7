"""What is found only when the whole report is there: entries of the baseline that match nothing.

The rules that judge them are rules as all others; what they read is the fleet's own facts, made here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import UnmatchedEntry
from azora_audit.checking.fleet import FLEET
from azora_audit.checking.fresh import in_order
from azora_audit.checking.judging import Judge
from azora_audit.engine.judge import judge
from azora_audit.findings import Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.checking.baseline import Entry
    from azora_audit.checking.choice import Choice
    from azora_audit.findings import Report

_READ_HERE = frozenset({"unmatched_entries"})


def close(report: Report, choice: Choice, unmatched: Iterable[Entry], baseline: str) -> Report:
    """Return a report with the findings about what the fleet's settings and baseline say and nothing bears out.

    Args:
        report: with the baseline applied.
        choice: which rules run, and how.
        unmatched: entries of the baseline that match nothing.
        baseline: its path, as findings show it.
    """
    itself = Facts(FLEET)
    for entry in unmatched:
        place = Place(baseline, entry.line, 1, entry.line, 1)
        name = f"{entry.rule}.{entry.entity}"
        identifier = itself.entity("baseline-entry", name, origin=("file", place))
        itself.rows(UnmatchedEntry).append(
            UnmatchedEntry(identifier, entry.rule, entry.entity, entry.kind, entry.findings)
        )
    judges = Judge(choice)
    rules = [rule for rule in judges.rules if rule.reads & _READ_HERE]
    judges.catalog.add(itself)
    judgement = judge(judges.catalog, rules, choice.terms, judges.names)
    findings = [*report.findings, *(judged.finding for judged in judgement.judged)]
    return report._replace(
        findings=tuple(sorted(findings, key=in_order)), problems=(*report.problems, *judgement.problems)
    )

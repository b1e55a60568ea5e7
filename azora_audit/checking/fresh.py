"""Judges the services that are not remembered, and assembles the fleet's report of all outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.checking.fleet import fleet_facts
from azora_audit.checking.shards import judge_shards
from azora_audit.engine.measure import add_counts, verdicts
from azora_audit.findings import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from azora_audit.checking.judging import Judge
    from azora_audit.checking.outcome import Outcome
    from azora_audit.checking.shards import Work
    from azora_audit.findings import ChecklistItem, Finding, Problem
    from azora_audit.sources.fleet import Fleet


def judge_anew(
    work: Work, outcomes: dict[str, Outcome], remember: Callable[[Outcome], None]
) -> tuple[Judge, list[Problem]]:
    """Judge the services that have no outcome yet, adding it to `outcomes`.

    Returns:
        The judge, for the fleet-wide rules, and problems of rules.

    Raises:
        RulebookError: rules that do not hold together, or a choice of rules that do not exist.
    """
    problems: list[Problem] = []
    judge, results = judge_shards(work, outcomes.values())
    for done, of_rules in results:
        problems += of_rules
        for outcome in done:
            outcomes[outcome.summary.name] = outcome
            if not of_rules:
                remember(outcome)
        work.run.progress(len(outcomes), len(work.fleet.services))
    return judge, problems


def assemble(judge: Judge, fleet: Fleet, outcomes: list[Outcome], problems: list[Problem]) -> Report:
    """Return the report of a fleet: the services' outcomes, and what fleet-wide rules find in them."""
    judgement = judge.fleet(lambda: fleet_facts(fleet, [outcome.share for outcome in outcomes]))
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    findings += judgement.findings
    findings.sort(key=in_order)
    names = {rule.name for rule in judge.rules}
    items: list[ChecklistItem] = []
    for checklist in judge.checklists:
        counts = [outcome.counts.get(checklist.name, {}) for outcome in outcomes]
        counts += judgement.counts.get(checklist.name, {}).values()
        items += verdicts(checklist, add_counts(counts), names)
    of_services = [entry for outcome in outcomes for entry in outcome.not_judged]
    problems = [*fleet.problems, *problems]
    for outcome in outcomes:
        problems += outcome.problems
    return Report(
        services=tuple(outcome.summary for outcome in outcomes),
        findings=tuple(findings),
        checklist=tuple(items),
        not_judged=(*of_services, *judgement.not_judged),
        problems=(*problems, *judgement.problems),
        rules_run=len(judge.rules),
        verifications=tuple(each.verification for each in outcomes if each.verification is not None),
        differences=tuple(difference for each in outcomes for difference in each.differences),
        inventory=tuple(each.inventory for each in outcomes if each.inventory is not None),
        rules=tuple(rule.name for rule in judge.rules),
        allowance_uses=_together(
            [*(outcome.allowance_uses for outcome in outcomes), *judgement.allowance_uses]
        ),
    )


def _together(uses: list[Sequence[str]]) -> tuple[str, ...]:
    """Return what became of each allowance of the settings in all services: used in one, it is used."""
    return tuple(max(states, key=_USES.index) for states in zip(*filter(None, uses), strict=True))


_USES = ("", "unused", "used")


def in_order(finding: Finding) -> tuple[object, ...]:
    """Return what the findings of a report are sorted by."""
    place = finding.places[0] if finding.places else None
    return (place.path if place else "", place.line if place else 0, finding.rule, finding.entity)

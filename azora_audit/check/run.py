"""Checks a fleet: what is remembered is taken from the cache, the rest is read and judged in shards."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, NamedTuple

from azora_audit.check.cache import Cache, code_digest, content_digest
from azora_audit.check.fleet import fleet_facts
from azora_audit.check.judging import Judge
from azora_audit.check.outcome import Outcome, outcome_from
from azora_audit.check.shards import judge_shards
from azora_audit.engine.measure import add_counts, verdicts
from azora_audit.findings import Finding, Problem, Report
from azora_audit.rulebook.load import digest, shipped_rules

if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from pathlib import Path

    from azora_audit.check.judging import Choice
    from azora_audit.sources.fleet import Fleet, ServiceFiles


class Run(NamedTuple):
    """How to check.

    `cache` is the folder of the cache or None for none, `processes` the most that may work at once, `progress` is
    called with the numbers of services done and of all.
    """

    choice: Choice
    checklists: tuple[str, ...]
    cache: Path | None
    processes: int
    progress: Callable[[int, int], None]


def check_fleet(fleet: Fleet, run: Run) -> Report:
    """Read and judge every service of a fleet and what they share.

    Raises:
        RulebookError: rules that do not hold together, or a choice of rules that do not exist.
    """
    collecting = gc.isenabled()
    gc.disable()  # facts are trees of tuples without cycles; looking for garbage among them costs a third of the time
    try:
        return _check(fleet, run)
    finally:
        if collecting:
            gc.enable()


def _check(fleet: Fleet, run: Run) -> Report:
    cache = Cache(run.cache)
    ground = _ground(fleet, run) if run.cache is not None else ""
    keys = {service.name: _key(ground, fleet, service) if ground else "" for service in fleet.services}
    outcomes: dict[str, Outcome] = {}
    todo = []
    for service in fleet.services:
        outcome = _remembered(cache, keys[service.name], fleet)
        if outcome is None:
            todo.append(service)
        else:
            outcomes[service.name] = outcome
    problems = list(fleet.problems)
    judge = Judge(run.choice)
    for done, of_rules in judge_shards(judge, fleet, todo, run):
        problems += of_rules
        for outcome in done:
            outcomes[outcome.summary.name] = outcome
            if not of_rules:
                cache.put(keys[outcome.summary.name], outcome)
        run.progress(len(outcomes), len(fleet.services))
    cache.sweep()
    return _report(judge, fleet, run, [outcomes[service.name] for service in fleet.services], problems)


def _report(judge: Judge, fleet: Fleet, run: Run, outcomes: list[Outcome], problems: list[Problem]) -> Report:
    judgement, fleet_counts = judge.fleet(fleet_facts(fleet, outcomes))
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    findings += [judged.finding for judged in judgement.judged]
    findings.sort(key=_order)
    names = {rule.name for rule in judge.rules}
    items = []
    for name, checklist in judge.rulebook.checklists.items():
        if name in run.checklists:
            counts = add_counts(
                [
                    *(outcome.counts.get(name, {}) for outcome in outcomes),
                    *fleet_counts.get(name, {}).values(),
                ]
            )
            items += verdicts(checklist, counts, names)
    return Report(
        services=tuple(outcome.summary for outcome in outcomes),
        findings=tuple(findings),
        checklist=tuple(items),
        not_judged=(
            *(entry for outcome in outcomes for entry in outcome.not_judged),
            *judgement.not_judged,
        ),
        problems=(
            *problems,
            *(problem for outcome in outcomes for problem in outcome.problems),
            *judgement.problems,
        ),
        rules_run=len(judge.rules),
    )


def _order(finding: Finding) -> tuple[object, ...]:
    place = finding.places[0] if finding.places else None
    return (place.path if place else "", place.line if place else 0, finding.rule, finding.entity)


def _ground(fleet: Fleet, run: Run) -> str:
    """Return a hash of everything but the service's own files that an outcome depends on."""
    documents = (_digest_of(fleet.root / path) for path in fleet.documents)
    parts = (
        code_digest(),
        digest([shipped_rules(), *run.choice.rule_folders]),
        repr(run.choice),
        *(f"{path}\0{found}" for path, found in zip(fleet.documents, documents, strict=True)),
    )
    return content_digest("\0".join(parts).encode("utf-8", "surrogatepass"))


def _key(ground: str, fleet: Fleet, service: ServiceFiles) -> str:
    files = (f"{path}\0{_digest_of(fleet.root / path)}" for path in service.inputs())
    return content_digest("\0".join((ground, repr(service), *files)).encode("utf-8", "surrogatepass"))


def _digest_of(path: str | os.PathLike[str]) -> str | None:
    """Return the hash of a file's content, or None when it cannot be read (which reading will report)."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 -- called for every file of the fleet; Path.open costs twice
            return content_digest(file.read())
    except OSError:
        return None


def _remembered(cache: Cache, key: str, fleet: Fleet) -> Outcome | None:
    data = cache.get(key) if key else None
    if not isinstance(data, list):
        return None
    outcome = outcome_from(data)
    if any(_digest_of(fleet.root / path) != found for path, found in outcome.included):
        return None
    return outcome

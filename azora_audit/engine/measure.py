"""Measures checklists: how many subjects of each item have no finding of its rules."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from azora_audit.engine.counts import Count
from azora_audit.findings import RULE_ERROR, ChecklistItem, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from azora_audit.catalog.store import Catalog
    from azora_audit.engine.counts import Counts
    from azora_audit.engine.judge import Judgement
    from azora_audit.engine.places import Entities
    from azora_audit.rulebook.rule import Checklist, Item, Rule


def measure(
    catalog: Catalog, checklist: Checklist, judgement: Judgement, rules: Iterable[Rule]
) -> dict[str, Counts]:
    """Return the counts of every item that has subjects, by the service's name.

    A finding counts against the entity it is about and against everything that entity belongs to. Notes and
    allowed findings do not count. A subject without a finding, in a service where one of the item's rules could not be
    judged, is not judged, unless that rule could have given notes only or is one that the item does not miss.
    """
    entities = judgement.entities
    failing: dict[str, set[int]] = {}
    for entity_id, finding in judgement.judged:
        if finding.severity != "note" and finding.status != "allowed":
            _add_with_ancestors(failing.setdefault(finding.rule, set()), entity_id, entities)
    severities = {rule.name: rule.severity for rule in rules}
    services = dict(catalog.connection.execute("select id, name from services").fetchall())
    counts: dict[str, Counts] = {name: {} for name in services.values()}
    for item in checklist.items:
        run = severities.keys() & set(item.rules)
        if item.subjects and run:
            missed = run.difference(item.when_known)
            counting = {rule for rule in missed if severities[rule] != "note"} or missed
            faulty = set().union(*(failing.get(rule, ()) for rule in run))
            unknown = set().union(*(judgement.unknown.get(rule, ()) for rule in counting))
            try:
                counted = _count(catalog, entities, item, faulty, unknown, guarded=checklist.guarded)
            except (sqlite3.Error, KeyError) as error:
                judgement.problems.append(_item_error(checklist, item, error))
                continue
            for service_id, count in counted.items():
                counts[services[service_id]][item.name] = count
    return counts


def _add_with_ancestors(failing: set[int], entity_id: int, entities: Entities) -> None:
    """Add an entity and all it belongs to; where one is there already, so are those above it."""
    current: int | None = entity_id
    while current is not None and current not in failing:
        failing.add(current)
        current = entities.parent_of(current)


def _count(
    catalog: Catalog, entities: Entities, item: Item, faulty: set[int], unknown: set[int], *, guarded: bool
) -> dict[int, Count]:
    """Return one item's counts by service id."""
    catalog.fill(item.reads)
    _, rows = catalog.guard.select(item.subjects, {}, guarded=guarded)
    counts: dict[int, Count] = {}
    for service_id, subjects in entities.by_service([row[0] for row in rows]):
        sound = len(subjects) - sum(map(faulty.__contains__, subjects))
        is_unknown = service_id in unknown
        counts[service_id] = Count(0 if is_unknown else sound, len(subjects), sound if is_unknown else 0)
    return counts


def add_counts(counts: Iterable[Mapping[str, Count]]) -> Counts:
    """Return the sums of the counts of several services."""
    sums: Counts = {}
    for part in counts:
        for name, count in part.items():
            before = sums.get(name, Count(0, 0, 0))
            sums[name] = Count(*(a + b for a, b in zip(before, count, strict=True)))
    return sums


def verdicts(
    checklist: Checklist, counts: Mapping[str, Count], rules: Iterable[str]
) -> tuple[ChecklistItem, ...]:
    """Return every item of a checklist with its verdict."""
    selected = set(rules)
    items = []
    for item in checklist.items:
        count = counts.get(item.name, Count(0, 0, 0))
        verdict, why = _verdict(item, count, selected)
        items.append(
            ChecklistItem(
                checklist=checklist.name,
                checklist_title=checklist.title,
                item=item.name,
                title=item.title,
                status=item.status,
                subject=item.subject,
                met=count.met,
                total=count.total,
                not_judged=count.not_judged,
                verdict=verdict,
                why=why,
                rules=item.rules,
            )
        )
    return tuple(items)


def _verdict(item: Item, count: Count, selected: set[str]) -> tuple[str, str]:
    if item.status == "manual":
        return "not-checkable", item.why
    if not selected.intersection(item.rules):
        return "not-judged", "none of its rules is selected"
    if count.met + count.not_judged < count.total:
        return "not-met", item.why
    if count.not_judged or count.total == 0:
        reason = f"there are no {item.subject}" if count.total == 0 else "facts are missing"
        return "not-judged", reason
    return "met", item.why


def _item_error(checklist: Checklist, item: Item, error: Exception) -> Problem:
    return Problem(
        kind=RULE_ERROR,
        service="",
        path=checklist.path,
        line=0,
        column=0,
        message=f"the subjects of {item.name} could not be counted: {error}",
        help="Correct the item's `subjects`.",
    )

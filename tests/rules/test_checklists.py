"""Checklists and frameworks: each rule of an item can make it unmet, and what they say about themselves is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from azora_audit.engine.judge import judge
from tests.rules.harness import TERMS, bench, examples
from tests.rules.live import facts_on_server

if TYPE_CHECKING:
    from azora_audit.engine.places import Entities
    from azora_audit.rulebook.rule import Checklist

CHECKLISTS = tuple(bench().rulebook.checklists.values())
FRAMEWORKS = {"ferpa", "gdpr", "iso-27001", "pci-dss", "popia", "soc-2"}


def test_the_frameworks_are_there() -> None:
    assert {checklist.name for checklist in CHECKLISTS} == {"azora", *FRAMEWORKS}


@pytest.mark.parametrize("checklist", CHECKLISTS, ids=lambda checklist: checklist.name)
def test_items_say_what_they_show_and_what_not(checklist: Checklist) -> None:
    names = [item.name for item in checklist.items]
    assert len(set(names)) == len(names)
    for item in checklist.items:
        assert list(item.rules) == sorted(item.rules), item.name
        assert item.why.endswith(".") or item.status == "automated", (
            f"{item.name}: what it does not show is part of its honesty"
        )
        assert bool(item.rules) == bool(item.subjects) == bool(item.subject) == (item.status != "manual")
        assert set(item.when_known) < set(item.rules) or not item.when_known
        if checklist.name in FRAMEWORKS:
            assert item.status in {"partial", "manual"}, "no schema shows all that a law or standard asks"
            assert item.name.split("(")[0] in item.title, "a control is found by its number"


def _kinds(entities: Entities, entity_id: int) -> set[str]:
    """Return the kinds of an entity and of all it belongs to."""
    kinds = set()
    current: int | None = entity_id
    while current is not None:
        entity = entities.get(current)
        kinds.add(entity.kind)
        current = entity.parent_id
    return kinds


def test_what_a_rule_flags_belongs_to_the_subjects_of_its_items(request: pytest.FixtureRequest) -> None:
    """A finding counts against its entity and all that it belongs to; elsewhere the rule would be there for show."""
    pool = [
        facts
        for example in examples()
        if example.section == "Flagged"
        for facts in bench().facts(example.files(), facts_on_server(example, request))
    ]
    pool += bench().facts(
        {"people/schema.sql": "create table people (id uuid primary key, criminal_record text);"}
    )
    catalog = bench().catalog
    catalog.load(pool)
    for example in examples():
        catalog.connection.executescript(example.staged if example.section == "Flagged" else "")
    try:
        # notes do not count against an item, and what fleet-wide rules see is not in this catalog
        rules = [
            rule
            for rule in bench().rulebook.rules.values()
            if rule.scope == "service" and rule.severity != "note" and rule.category != "housekeeping"
        ]
        judgement = judge(catalog, rules, TERMS, bench().rulebook.rules)
        flagged: dict[str, set[str]] = {rule.name: set() for rule in rules}
        for judged in judgement.judged:
            flagged[judged.finding.rule] |= _kinds(judgement.entities, judged.entity_id)
        for_show = []
        for checklist in CHECKLISTS:
            for item in checklist.items:
                if not item.subjects:
                    continue
                _, rows = catalog.guard.select(item.subjects, {})
                subjects = {judgement.entities.get(row[0]).kind for row in rows if isinstance(row[0], int)}
                if not subjects:
                    for_show.append(f"{checklist.name} {item.name}: no example has {item.subject}")
                for_show += [
                    f"{checklist.name} {item.name}: {rule} flags {flagged[rule]}, not {subjects}"
                    for rule in item.rules
                    if rule in flagged and not flagged[rule] & subjects
                ]
    finally:
        catalog.clear()
    assert not for_show, "\n".join(for_show)

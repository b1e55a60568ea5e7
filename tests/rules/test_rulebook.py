"""The rulebook's own lint: what every rule and page must have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from azora_audit.catalog.store import Catalog
from azora_audit.catalog.tables import TABLES
from azora_audit.checking.sharing import SHARED
from azora_audit.rulebook.folders import rule_files, shipped_rules
from azora_audit.rulebook.load import load_rulebook
from azora_audit.rulebook.page import SECTIONS
from tests.rules.harness import bench, examples, pages

if TYPE_CHECKING:
    from azora_audit.rulebook.rule import Rule
    from azora_audit.rulebook.template import Template

SQL_LINES = 40

RULES = tuple(bench().rulebook.rules.values())


def test_shipped_files_pass_their_schemas() -> None:
    """At run time shipped headers and checklists are trusted; here they are validated as a user's are."""
    copied = Catalog()
    rulebook = load_rulebook(copied, validate_shipped=True)
    assert rulebook.rules.keys() == bench().rulebook.rules.keys()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_has_a_page_with_all_sections_and_examples(rule: Rule) -> None:
    page = pages()[rule.name]
    assert page.name == rule.name
    assert tuple(page.sections) == tuple(name for name in SECTIONS if name in page.sections)
    assert {"Why", "Flagged", "Fine", "When to allow"} <= set(page.sections)
    assert ("Fix" in page.sections) or rule.fix is None
    own = [example for example in examples() if example.rule == rule.name]
    assert any(example.section == "Flagged" for example in own)
    assert sum(example.section == "Fine" for example in own) >= 2, (
        "near misses are what a rule is trusted for"
    )
    assert page.summary.count(".") >= 1
    assert "\n\n" not in page.summary


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_short_and_its_words_are_in_order(rule: Rule) -> None:
    assert rule.sql.count("\n") < SQL_LINES
    assert not _text(rule.message).endswith("."), "a message is a clause: reports put it behind a place"
    assert _text(rule.help).endswith("."), "help is a sentence"
    assert rule.title[0].isupper()
    assert not rule.title.endswith(".")
    assert "order by" not in rule.sql.rsplit(")", 1)[-1].lower(), "the engine sorts"


def test_fleet_rules_read_only_what_services_share() -> None:
    shared = {name for name, table in TABLES.items() if table in SHARED} | {"knowledge", "expected_services"}
    for rule in RULES:
        if rule.scope == "fleet":
            reads = Catalog().guard.compile(rule.sql, rule.parameters).reads
            assert {table for table, _ in reads if table in TABLES} <= shared, rule.name


def test_no_rule_reads_the_table_of_all_entities() -> None:
    """It is the largest, and stored for whoever reads it: rows of objects carry the names that rules show."""
    assert [rule.name for rule in RULES if "entities" in rule.reads] == []


def test_every_page_has_a_rule() -> None:
    assert set(pages()) == {rule.name for rule in RULES}


def test_no_profile_has_two_rules_that_contradict() -> None:
    for rule in RULES:
        for other in rule.contradicts:
            assert not set(rule.profiles) & set(bench().rulebook.rules[other].profiles)


def test_every_rule_is_evidence_for_an_item_of_the_fleet_checklist() -> None:
    """A rule outside the checklist would be found by nobody who works through it."""
    listed = {name for item in bench().rulebook.checklists["azora"].items for name in item.rules}
    judged = {rule.name for rule in RULES if rule.category != "housekeeping"}
    assert judged <= listed


def test_digest_covers_every_file_of_the_rulebook() -> None:
    suffixes = {path.suffix for path in rule_files(shipped_rules())}
    assert suffixes == {".sql", ".toml", ".csv"}


def _text(template: Template) -> str:
    return "".join(part.text + ("x" if part.field else "") for part in template)

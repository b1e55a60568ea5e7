"""Every example of every page: the marked lines are flagged, all others are not, and a server agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from azora_audit.catalog.derive import derive
from azora_audit.sources.live.read import read_database
from tests.rules.harness import Example, bench, examples, flagged
from tests.rules.live import facts_on_server
from tests.sources.agreement import compare

if TYPE_CHECKING:
    import psycopg

    from azora_audit.engine.judge import Judgement

SERVER_CANNOT_TELL = {
    "undeclared-on-delete": "a server does not know whether an action was written or is the default",
    "not-understood": "a server has understood everything",
}
"""Rules that judge the text of a schema, which a server no longer has."""

PRINTED_OTHERWISE = {
    "constant-timestamp-default": "a server keeps the time that a constant 'now' had",
    "materialized-view-past-row-security": "a server is not asked for the text of a view",
    "view-past-row-security": "as above",
}
"""Rules about objects whose definition is not the same from text and from a server, so that a baseline of one of them
lapses when the other is judged."""


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_flagged_lines_are_the_marked_ones(example: Example, request: pytest.FixtureRequest) -> None:
    findings = bench().findings(example, facts_on_server(example, request))
    assert flagged(findings, example) == example.expected(), [finding.message for finding in findings]
    if example.section == "Flagged":
        assert example.expected(), "a block under Flagged marks a line"
    else:
        assert not example.expected(), "a block under Fine marks nothing"


def _is_for_server(example: Example) -> bool:
    rule = bench().rulebook.rules[example.rule]
    judges_text = example.rule in SERVER_CANNOT_TELL or rule.category in {"repository", "housekeeping"}
    return (
        example.languages == {"sql"}
        and len(example.blocks) == 1
        and not example.live
        and rule.scope == "service"
        and not judges_text
    )


ON_SERVER = [example for example in examples() if _is_for_server(example)]


@pytest.mark.postgres
@pytest.mark.parametrize("example", ON_SERVER, ids=lambda example: example.name)
def test_a_server_gives_the_same_facts_and_findings(example: Example, database: psycopg.Connection) -> None:
    """What is read statically is what PostgreSQL's catalog says after running it."""
    text = next(iter(example.files().values()))
    database.execute(text.encode())
    live = read_database(database, "shop")
    read, itself = bench().facts(example.files())
    assert compare(read, live) == []
    derive(live, bench().lexicon)
    rule = bench().rulebook.rules[example.rule]
    static = bench().judge([read, itself], rule)
    from_server = bench().judge([live], rule)
    if from_server.unknown[rule.name]:
        pytest.fail(f"the server source cannot judge {rule.name}: {from_server.not_judged}")
    assert _findings(from_server) == _findings(static)
    if example.rule not in PRINTED_OTHERWISE:
        assert _identities(from_server) == _identities(static)


def _findings(judgement: Judgement) -> list[tuple[str, str, str]]:
    return sorted(
        (judged.finding.kind, judged.finding.entity, judged.finding.message)
        for judged in judgement.judged
        if judged.finding.status == "new"
    )


def _identities(judgement: Judgement) -> list[tuple[str, str]]:
    """Return what a baseline knows findings by."""
    return sorted(
        (judged.finding.fingerprint.partition(":")[0], judged.finding.object_hash)
        for judged in judgement.judged
        if judged.finding.status == "new"
    )

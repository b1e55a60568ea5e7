"""Annotations and allowances in comments beside and above definitions."""

from __future__ import annotations

import pytest

from azora_audit.catalog.tables import Allowance, Annotation, Comment
from tests.sources.ddl.reading import facts_of

TEXT = """-- azora-audit: allow missing-updated-at -- a ledger (until 2027-01-31)
create table ledger ( -- @append-only
  id uuid primary key, -- azora-audit: allow first -- of two entities
  -- @encrypted(aes)
  -- @retention: 7 years
  card text, code text -- @secret
    not null,
  note text default '-- @no', -- mail me@example.com
  constraint far check (
    id is not null) not valid, -- azora-audit: allow second -- on a line without a name
  x int
); -- azora-audit: allow third -- on the last line
select 1; -- azora-audit: allow not-understood -- beside nothing
-- @lost

create index on ledger (x);
comment on column ledger.x is 'Rows. @pseudonymous
@owner(team)';
comment on table ledger is 'plain';
"""


def test_allowances_stand_beside_what_they_allow() -> None:
    facts = facts_of(TEXT)
    found = [
        (row.rule, facts.entity_of(row.entity_id).name if row.entity_id else None, row.until, row.line)
        for row in facts.rows(Allowance)
    ]
    assert found == [
        ("missing-updated-at", "ledger", "2027-01-31", 1),
        ("first", "id", None, 3),
        ("first", "ledger_pkey", None, 3),
        ("first", "ledger_pkey", None, 3),
        ("second", "far", None, 10),
        ("third", "ledger", None, 12),
        ("not-understood", None, None, 13),
    ]
    assert facts.rows(Allowance)[0].reason == "a ledger"


def test_annotations_belong_to_their_entity() -> None:
    facts = facts_of(TEXT)
    found = [
        (facts.entity_of(row.entity_id).name, row.name, row.value, row.source)
        for row in facts.rows(Annotation)
    ]
    assert sorted(found) == [
        ("card", "encrypted", "aes", "sql"),
        ("card", "retention", "7 years", "sql"),
        ("card", "secret", "", "sql"),
        ("ledger", "append-only", "", "sql"),
        ("x", "owner", "team", "comment"),
        ("x", "pseudonymous", "", "comment"),
    ]


def test_comments_on_objects_are_kept_and_dropped() -> None:
    facts = facts_of(TEXT, "comment on table ledger is null;")
    assert [row.text for row in facts.rows(Comment)] == ["Rows. @pseudonymous\n@owner(team)"]


@pytest.mark.parametrize(
    "comment",
    [
        "-- azora-audit: allow",
        "-- azora-audit: allow x",
        "-- azora-audit: deny x -- y",
        "-- azora-audit: allow x -- ",
    ],
)
def test_an_allowance_without_rule_or_reason_is_a_problem(comment: str) -> None:
    facts = facts_of(f"create table a (id int); {comment}")
    assert [(problem.kind, problem.line, problem.column) for problem in facts.problems] == [
        ("syntax-error", 1, 26)
    ]
    assert facts.rows(Allowance) == []


def test_a_date_that_is_none_is_a_problem() -> None:
    facts = facts_of("create table a (id int); -- azora-audit: allow x -- y (until 2027-02-30)")
    assert len(facts.problems) == 1

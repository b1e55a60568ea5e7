"""Every condition of every rule is there for a reason: without it, an example of its page would fail."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
import sqlglot
from sqlglot import exp

from tests.rules.harness import Example, bench, examples, flagged
from tests.rules.live import facts_on_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.catalog.facts import Facts
    from azora_audit.rulebook.rule import Rule

RULES = tuple(bench().rulebook.rules.values())


def conditions(sql: str) -> Iterator[tuple[str, str]]:
    """Yield (condition, the SQL without it) for every conjunct of every WHERE clause."""
    tree = sqlglot.parse_one(sql, dialect="sqlite")
    total = sum(1 for _ in _conjuncts(tree))
    for number in range(total):
        copy = tree.copy()
        conjunct = list(_conjuncts(copy))[number]
        text = conjunct.sql(dialect="sqlite")
        if _is_join(conjunct):
            continue
        conjunct.replace(exp.true())
        yield text, copy.sql(dialect="sqlite")


def _conjuncts(tree: exp.Expr) -> Iterator[exp.Expr]:
    for where in tree.find_all(exp.Where):
        yield from where.this.flatten() if isinstance(where.this, exp.And) else (where.this,)


def _is_join(condition: exp.Expr) -> bool:
    """An equality of two columns with entity ids only says which rows belong together."""
    if not isinstance(condition, exp.EQ):
        return False
    sides = (condition.left, condition.right)
    return all(isinstance(side, exp.Column) and side.name.endswith("id") for side in sides)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_condition_can_be_dropped(rule: Rule, request: pytest.FixtureRequest) -> None:
    mutants = dict(conditions(rule.sql))
    for example in examples():
        if example.rule != rule.name or not mutants:
            continue
        services = bench().facts(example.files(), facts_on_server(example, request))
        rule = bench().chosen(example)
        for condition, sql in list(mutants.items()):
            if _notices(rule._replace(sql=sql), services, example):
                del mutants[condition]
    assert not mutants, "no example of the page needs these conditions"


def _notices(mutant: Rule, services: list[Facts], example: Example) -> bool:
    judgement = bench().judge(services, mutant, staged=example.staged)
    if judgement.problems:
        return True
    return flagged([judged.finding for judged in judgement.judged], example) != example.expected()


def test_the_mutants_are_sql() -> None:
    """A mutant that does not compile would be noticed by every example and prove nothing."""
    for rule in RULES:
        for condition, sql in conditions(rule.sql):
            try:
                bench().catalog.guard.select(sql, rule.parameters)
            except sqlite3.Error as error:
                pytest.fail(f"{rule.name} without {condition}: {error}")

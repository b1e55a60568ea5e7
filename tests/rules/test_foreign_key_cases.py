"""Twenty-one ways to index a foreign key, or not to: what the rules say of each, from SQL text and from a server.

Which index serves was measured on the plan of the query that the foreign key's own trigger runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from azora_audit.catalog.derive import derive
from azora_audit.sources.live.read import read_database
from tests.rules.harness import bench

if TYPE_CHECKING:
    import psycopg

    from azora_audit.catalog.facts import Facts

RULES = {"none": "unindexed-foreign-key", "weak": "weakly-indexed-foreign-key"}
"""Grade -> the rule that must find the foreign key; a covered one is found by neither."""

PARENT = "create table parent (id int primary key, a int, b int, unique (a, b));"
SINGLE = "create table child (x int references parent (id), y int, gone_at timestamptz{key});"
PAIR = "create table child (a int, z int, b int, foreign key (a, b) references parent (a, b));"
PARTITIONED = """
create table child (x int references parent (id), d date not null) partition by range (d);
create table child_2026 partition of child for values from ('2026-01-01') to ('2027-01-01');
"""


class Case(NamedTuple):
    """A table, its index, and how well it serves: covered, weak or none."""

    table: str
    indexing: str
    grade: str


def _single(index: str, grade: str, key: str = "") -> Case:
    return Case(SINGLE.format(key=f", {key}" if key else ""), index, grade)


CASES = {
    "no index": _single("", "none"),
    "exact": _single("create index i on child (x);", "covered"),
    "leads the primary key": _single("", "covered", "primary key (x, y)"),
    "second in the primary key": _single("", "none", "primary key (y, x)"),
    "leads a unique key": _single("", "covered", "unique (x, y)"),
    "partial, not null": _single("create index i on child (x) where x is not null;", "covered"),
    "partial, living rows": _single("create index i on child (x) where gone_at is null;", "none"),
    "pair, exact": Case(PAIR, "create index i on child (a, b);", "covered"),
    "pair, swapped": Case(PAIR, "create index i on child (b, a);", "covered"),
    "pair with a gap": Case(PAIR, "create index i on child (a, z, b);", "weak"),
    "first of the pair": Case(PAIR, "create index i on child (a);", "weak"),
    "second of the pair included": Case(PAIR, "create index i on child (a) include (b);", "weak"),
    "included only": _single("create index i on child (y) include (x);", "none"),
    "expression": _single("create index i on child ((x + 0));", "none"),
    "brin": _single("create index i on child using brin (x);", "covered"),
    "hash": _single("create index i on child using hash (x);", "covered"),
    "partitioned": Case(PARTITIONED, "create index i on child (x);", "covered"),
    "partitioned, no index": Case(PARTITIONED, "", "none"),
    "not valid": _single("create index i on child (x);", "none"),
    "descending": _single("create index i on child (x desc nulls last);", "covered"),
    "partitioned, parent only": Case(PARTITIONED, "create index i on only child (x);", "none"),
}

SERVER_ONLY = "not valid"
"""The only case that no text can say: a server marks the index."""


def _found(facts: Facts) -> dict[str, list[str]]:
    """Return the tables whose foreign keys each rule finds, by grade."""
    rules = [bench().rulebook.rules[name] for name in RULES.values()]
    judgement = bench().judge([facts], *rules)
    assert not judgement.problems
    assert not judgement.not_judged
    grades = {name: grade for grade, name in RULES.items()}
    found: dict[str, list[str]] = {grade: [] for grade in RULES}
    for judged in judgement.judged:
        assert judged.finding.severity == {"none": "warning", "weak": "note"}[grades[judged.finding.rule]]
        found[grades[judged.finding.rule]].append(judged.finding.entity.split(".")[2])
    return found


def _expected(case: Case) -> dict[str, list[str]]:
    """A partitioned table is found once, by its own name, whatever its partitions are."""
    return {grade: ["child"] if grade == case.grade else [] for grade in RULES}


@pytest.mark.parametrize("name", [name for name in CASES if name != SERVER_ONLY])
def test_from_text(name: str) -> None:
    case = CASES[name]
    text = f"{PARENT}\n{case.table}\n{case.indexing}"
    facts, *_ = bench().facts({"services/shop/schema.sql": text})
    assert _found(facts) == _expected(case)


@pytest.mark.postgres
@pytest.mark.parametrize("name", CASES)
def test_from_a_server(name: str, database: psycopg.Connection) -> None:
    case = CASES[name]
    for statement in (PARENT, case.table, case.indexing):
        if statement:
            database.execute(statement.encode())
    if name == SERVER_ONLY:
        database.execute("update pg_index set indisvalid = false where indexrelid = 'i'::regclass")
    facts = read_database(database, "shop")
    derive(facts, bench().lexicon)
    assert _found(facts) == _expected(case)


def test_there_are_all_cases() -> None:
    assert len(CASES) == 21
    assert {case.grade for case in CASES.values()} == {"covered", "weak", "none"}

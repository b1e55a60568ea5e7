"""Which indexes serve a foreign key: PostgreSQL's own plans of the query behind the constraint are the oracle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azora_audit.catalog.derive import derive
from azora_audit.catalog.lexicon import load_lexicon
from azora_audit.catalog.store import Catalog
from azora_audit.rulebook.folders import shipped_rules
from azora_audit.sources.live.read import read_database

if TYPE_CHECKING:
    import psycopg

pytestmark = pytest.mark.postgres
LEXICON = load_lexicon(shipped_rules() / "lexicon")
PARENT = "create table p (a int, b int, id int primary key, t text unique, unique (a, b))"
PARTITIONED = "create table c (x int references p(id), d int not null) partition by range (d)"
PARTITION = "create table c_1 partition of c for values from (1) to (2)"
PAIR = "create table c (a int, z int, b int, foreign key (a, b) references p(a, b))"
SINGLE = "create table c (x int references p(id), y int, gone timestamptz)"

CASES = {
    "no index": ([SINGLE], "none"),
    "exactly the column": ([SINGLE, "create index on c (x)"], "covered"),
    "first column of the primary key": (["create table c (x int references p(id), y int, primary key (x, y))"], "covered"),
    "second column of the primary key": (["create table c (x int references p(id), y int, primary key (y, x))"], "none"),
    "first column of a unique constraint": (["create table c (x int references p(id), y int, unique (x, y))"], "covered"),
    "partial, where the column is not null": ([SINGLE, "create index on c (x) where x is not null"], "covered"),
    "partial, for another column": ([SINGLE, "create index on c (x) where gone is null"], "none"),
    "partial, where another column is not null": ([SINGLE, "create index on c (x) where y is not null"], "none"),
    "both columns": ([PAIR, "create index on c (a, b)"], "covered"),
    "both columns, swapped": ([PAIR, "create index on c (b, a)"], "covered"),
    "both columns, with a gap": ([PAIR, "create index on c (a, z, b)"], "weak"),
    "only the first of two": ([PAIR, "create index on c (a)"], "weak"),
    "only the second of two": ([PAIR, "create index on c (b)"], "weak"),
    "both columns after another": ([PAIR, "create index on c (z, a, b)"], "none"),
    "the second only included": ([PAIR, "create index on c (a) include (b)"], "weak"),
    "only included": ([SINGLE, "create index on c (y) include (x)"], "none"),
    "an expression": ([SINGLE, "create index on c ((x + 0))"], "none"),
    "brin": ([SINGLE, "create index on c using brin (x)"], "covered"),
    "hash": ([SINGLE, "create index on c using hash (x)"], "covered"),
    "descending": ([SINGLE, "create index on c (x desc nulls last)"], "covered"),
    "partitioned, with an index": ([PARTITIONED, PARTITION, "create index on c (x)"], "covered"),
    "partitioned, without an index": ([PARTITIONED, PARTITION], "none"),
    "partitioned, index on the parent only": ([PARTITIONED, PARTITION, "create index on only c (x)"], "none"),
    "partitioned, index on each partition": ([PARTITIONED, PARTITION, "create index on c_1 (x)"], "covered"),
    "partitioned, index on one of two partitions": (
        [PARTITIONED, PARTITION, "create table c_2 partition of c for values from (2) to (3)", "create index on c_1 (x)"],
        "none",
    ),
    "partitioned, without partitions": ([PARTITIONED], "none"),
    "invalid": (
        [SINGLE, "create index c_x on c (x)", "update pg_index set indisvalid = false where indexrelid = 'c_x'::regclass"],
        "none",
    ),
    "of another collation": (
        ["create table c (x text references p(t))", 'create index on c (x collate "C")'], "none",
    ),
    "for patterns": (["create table c (x text references p(t))", "create index on c (x text_pattern_ops)"], "covered"),
    "a good one beside a weak one": ([PAIR, "create index on c (a)", "create index on c (b, a)"], "covered"),
}  # fmt: skip


def grades(database: psycopg.Connection[Any]) -> list[tuple[str, str]]:
    """Return the table and grade of every foreign key that the view judges."""
    facts = read_database(database, "shop")
    derive(facts, LEXICON)
    catalog = Catalog()
    catalog.load([facts])
    rows = catalog.connection.execute(
        "select t.name, v.grade from foreign_key_cover v join tables t on t.id = v.table_id order by t.name"
    ).fetchall()
    catalog.close()
    return rows


@pytest.mark.parametrize("case", CASES)
def test_grade(database: psycopg.Connection[Any], case: str) -> None:
    statements, grade = CASES[case]
    for statement in [PARENT, *statements]:
        database.execute(statement.encode())
    assert grades(database) == [("c", grade)]


def conditions(plan: dict[str, Any]) -> str:
    """Return the index conditions of a plan and of its parts."""
    own = f"{plan.get('Index Cond', '')} {plan.get('Recheck Cond', '')}"
    return " ".join([own, *(conditions(part) for part in plan.get("Plans", []))])


def grade_by_plan(database: psycopg.Connection[Any], key: list[str], index: list[str], width: int) -> str:
    """Return the grade that the plan of the constraint's own query shows, for a table with one index."""
    where = " and ".join(f"{name} = ${position}" for position, name in enumerate(key, 1))
    database.execute(f"prepare ri as select 1 from only c where {where} for key share".encode())
    execute = f"explain (format json) execute ri ({', '.join('1' for _ in key)})"
    row = database.execute(execute.encode()).fetchone()
    assert row is not None
    database.execute("deallocate ri")
    used = {name for name in key if f"{name} =" in conditions(row[0][0]["Plan"])}
    if index[0] not in used:
        return "none"
    return "covered" if set(index[:width]) == set(key) == used else "weak"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=st.sampled_from([["x"], ["a", "b"]]),
    columns=st.permutations(["a", "b", "x", "z", "(x + 0)"]),
    count=st.integers(1, 4),
    included=st.booleans(),
    descending=st.booleans(),
    method=st.sampled_from(["btree", "btree", "hash", "brin"]),
    predicate=st.sampled_from(
        [
            "",
            "",
            "x is not null",
            "a is not null",
            "a is not null and b is not null",
            "z > 0",
            "x > 0",
            "z is not null",
        ]
    ),
)
def test_grade_is_what_the_plan_shows(
    database: psycopg.Connection[Any],
    key: list[str],
    columns: list[str],
    count: int,
    included: bool,
    descending: bool,
    method: str,
    predicate: str,
) -> None:
    """For any foreign key and any one index, the view and PostgreSQL's planner agree."""
    names = columns[: 1 if method == "hash" else count]
    order = " desc" if descending and method == "btree" else ""
    include = " include (gone)" if included and method == "btree" else ""
    where = f" where {predicate}" if predicate else ""
    target = "p(id)" if key == ["x"] else "p(a, b)"
    for statement in [
        "drop table if exists c, p",
        "set enable_seqscan = off",
        "set plan_cache_mode = force_generic_plan",
        PARENT,
        f"create table c (a int, b int, x int, z int, gone int, foreign key ({', '.join(key)}) references {target})",
        f"create index on c using {method} ({', '.join(name + order for name in names)}){include}{where}",
    ]:
        database.execute(statement.encode())
    assert grades(database) == [("c", grade_by_plan(database, key, names, len(key)))]

"""The comparison of two sources: one that finds nothing is worth something only if it finds what is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import (
    TABLES,
    Column,
    Entity,
    Extension,
    ForeignKey,
    Function,
    Grant,
    Index,
    Table,
    View,
)
from azora_audit.sources.live.read import read_database
from azora_audit.sources.verification.compare import KEYS, TEXTS, bounds_agree, texts_agree
from tests.sources.agreement import compare
from tests.sources.drawn import fresh_database

if TYPE_CHECKING:
    from azora_audit.sources.live.server import Server

BLIND = {
    (Table, "implicit_join"),
    (Column, "type_written"),
    (ForeignKey, "on_delete_declared"),
    (ForeignKey, "on_update_declared"),
    (Index, "concurrently"),
    (Grant, "id"),
    (Extension, "version"),
    (View, "definition"),
}
"""The fields that are not compared at all."""


@pytest.fixture(scope="module")
def oracle(server: Server) -> Facts:
    example = (Path(__file__).parent / "example.sql").read_text(encoding="utf-8")
    with fresh_database(server) as connection:
        connection.execute(example.encode())
        return read_database(connection, "drawn")


def copy_of(facts: Facts) -> Facts:
    copied = Facts("drawn")
    for table in TABLES.values():
        copied.rows(table)[:] = facts.rows(table)
    return copied


def changed(field: str, value: object, facts: Facts) -> object:
    """Another value of the same sort."""
    if field == "id" or field.endswith("_id"):
        return next(entity.id for entity in facts.rows(Entity) if entity.id != value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if field == "partition_bound":
        return "DEFAULT"
    if field in ("roles", "update_columns", "columns", "arguments"):
        return '["other"]'
    return f"{value} other" if value is not None else "other"


@pytest.mark.parametrize("table", KEYS, ids=lambda table: table.__name__)
def test_a_row_too_few_or_too_many_is_told(table: type[tuple[object, ...]], oracle: Facts) -> None:
    fewer = copy_of(oracle)
    fewer.rows(table).pop()
    assert compare(oracle, oracle) == []
    assert any(
        line.startswith(f"{table.__name__} ") and line.endswith("not found")
        for line in compare(fewer, oracle)
    )
    assert any(
        line.startswith(f"{table.__name__} ") and "not exist" in line for line in compare(oracle, fewer)
    )


@pytest.mark.parametrize(
    ("table", "field"),
    [
        (table, field)
        for table in KEYS
        for field in table.__annotations__
        if field not in TEXTS.get(table, ())
    ],
    ids=lambda part: getattr(part, "__name__", part),
)
def test_another_value_is_told(table: type[tuple[object, ...]], field: str, oracle: Facts) -> None:
    """Changing any field of the first row that has a value there is a difference, except where that is declared."""
    other = copy_of(oracle)
    rows: list[Any] = other.rows(table)
    index = next((index for index, row in enumerate(rows) if getattr(row, field) is not None), 0)
    rows[index] = rows[index]._replace(**{field: changed(field, getattr(rows[index], field), oracle)})
    assert bool(compare(other, oracle)) is ((table, field) not in BLIND), compare(other, oracle)


def test_a_fact_given_twice_is_told(oracle: Facts) -> None:
    twice = copy_of(oracle)
    twice.rows(Table).append(twice.rows(Table)[0])
    assert [line for line in compare(twice, oracle) if line.endswith("found twice")]


def test_what_a_source_cannot_know_is_skipped(oracle: Facts) -> None:
    less = copy_of(oracle)
    less.rows(Function).clear()
    assert compare(less, oracle)
    assert compare(less, oracle, skip=[Function, *(table for table in KEYS if table is not Table)]) == []


@pytest.mark.parametrize(
    ("written", "printed", "agree"),
    [
        ("status in ('a', 'b')", "(status = ANY (ARRAY['a'::text, 'b'::text]))", True),
        ("status in ('a')", "(status = ANY (ARRAY['a'::text, 'b'::text]))", False),
        ("price between 1 and 2", "((price >= 1) AND (price <= 2))", True),
        ("price > 1", "((price > 1) AND (amount > 1))", False),
        ("a <> /* it's \"no\" */ 'x' -- 'not'\nand b > 1", "((a <> 'x'::text) AND (b > 1))", True),
        ("a <> '/* x */'", "(a <> '/* x */'::text)", True),
        ("now() + interval '24 hours'", "(now() + '24:00:00'::interval)", True),
        ('lower("Name") <> $$its$$', "(lower(\"Name\") <> 'it''s'::text)", False),
        ('"Name" is not null', '("Name" IS NOT NULL)', True),
        ("a::varchar(3)", "(a)::character varying(3)", True),
        ("f(x)", "app.f(x)", True),
        ("active", "active", True),
        ("CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP", True),
    ],
)
def test_texts(written: str, printed: str, agree: bool) -> None:
    assert texts_agree(written, printed) is agree


@pytest.mark.parametrize(
    ("written", "printed", "agree"),
    [
        ("for values in ( 1,'a' )", "FOR VALUES IN (1, 'a')", True),
        ("for values in (1)", "FOR VALUES IN (2)", False),
        ("for values in ('2')", "FOR VALUES IN (2)", True),
        ("for values -- those\nin/* it's */(1)", "FOR VALUES IN (1)", True),
        (
            "FOR VALUES FROM ('2020-01-01') TO (MAXVALUE)",
            "FOR VALUES FROM ('2020-01-01 00:00:00+00') TO (MAXVALUE)",
            True,
        ),
        ("default", "FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')", False),
    ],
)
def test_bounds(written: str, printed: str, agree: bool) -> None:
    assert bounds_agree(written, printed) is agree

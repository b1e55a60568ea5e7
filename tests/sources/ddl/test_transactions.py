"""What is rolled back never happened."""

from __future__ import annotations

import pytest

from azora_audit.catalog.tables import Table
from tests.sources.ddl.reading import facts_of, names


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ("begin; create table a (id int); rollback;", []),
        ("begin; create table a (id int); commit; rollback;", ["a"]),
        ("start transaction; create table a (id int); abort;", []),
        (
            "begin; create table a (id int); savepoint s; create table b (id int); rollback to s; commit;",
            ["a"],
        ),
        ("begin; savepoint s; create table a (id int); rollback to s; create table b (id int); end;", ["b"]),
        (
            "begin; savepoint s; savepoint s; create table a (id int); rollback to s; rollback to s; commit;",
            [],
        ),
        ("create table a (id int); begin; drop table a; rollback;", ["a"]),
        ("begin; create table a (id int);", ["a"]),
    ],
)
def test_rollback(text: str, tables: list[str]) -> None:
    assert names(facts_of(text), "table") == tables


def test_search_path_of_a_transaction_ends_with_it() -> None:
    facts = facts_of(
        "create schema s; begin; set local search_path = s; create table a (id int); commit; create table b (id int);",
        "set search_path = s; create table c (id int);",
        "create table d (id int);",
    )
    schemas = {row.name: row.schema for row in facts.rows(Table)}
    assert schemas == {"a": "s", "b": "public", "c": "s", "d": "public"}

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

import pytest

from azora_audit.catalog.guard import Guard
from azora_audit.catalog.store import Catalog

if TYPE_CHECKING:
    from pathlib import Path

RUNAWAY = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"


@pytest.mark.parametrize(
    "sql",
    [
        "delete from tables",
        "update tables set name = 'x'",
        "insert into services values (1, 'a', 'b')",
        "drop table tables",
        "create table x (a)",
        "create temp table x as select 1",
        "attach database ':memory:' as other",
        "pragma journal_mode = delete",
        "select * from pragma_table_info('tables')",
        "vacuum into 'copy.db'",
        "begin",
    ],
)
def test_anything_but_reading_is_refused(sql: str) -> None:
    with pytest.raises(sqlite3.Error):
        Catalog().guard.select(sql, {})


def test_an_extension_cannot_be_loaded(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.Error):
        Catalog().guard.select("select load_extension(:path)", {"path": str(tmp_path / "x.so")})


def test_two_statements_are_refused() -> None:
    with pytest.raises(sqlite3.ProgrammingError):
        Catalog().guard.select("select 1; select 2", {})


def test_a_runaway_is_stopped() -> None:
    connection = sqlite3.connect(":memory:")
    guard = Guard(connection, seconds=0.2)
    started = time.monotonic()
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        guard.select(RUNAWAY, {})
    assert time.monotonic() - started < 5
    assert guard.select("select 1", {}) == (("1",), [(1,)])


def test_our_own_sql_is_not_guarded_between_queries() -> None:
    catalog = Catalog()
    catalog.guard.select("select 1", {})
    catalog.connection.execute("insert into services values (1, 'a', 'b')")
    assert catalog.guard.select("select name from services", {}) == (("name",), [("a",)])


def test_compiling_tells_columns_and_what_is_read_through_views_and_subqueries() -> None:
    catalog = Catalog()
    catalog.connection.execute("create view wide as select t.name, c.type from tables t join columns c")
    compiled = catalog.guard.compile(
        "select name as n from wide where exists (select 1 from triggers where level = 'row')", {}
    )
    assert compiled.columns == ("n",)
    assert {("tables", "name"), ("triggers", "level")} <= compiled.reads
    assert {table for table, _ in compiled.reads} >= {"tables", "columns", "triggers"}


def test_a_missing_parameter_is_an_error() -> None:
    with pytest.raises(sqlite3.ProgrammingError):
        Catalog().guard.compile("select :limit", {})

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.knowledge import NEEDS, needed_facts
from azora_audit.catalog.store import Catalog
from azora_audit.catalog.tables import TABLES, ForeignKey, Table

if TYPE_CHECKING:
    from pathlib import Path


def fleet_of(*names: str) -> list[Facts]:
    """Return services with two tables and a foreign key each."""
    services = []
    for name in names:
        facts = Facts(name, f"services/{name}")
        facts.know([Table, ForeignKey])
        parent, child = (_table(facts, table) for table in ("parents", "children"))
        key = facts.entity("foreign-key", "children_fkey", child)
        values = (
            key,
            child,
            "children_fkey",
            parent,
            "public",
            "parents",
            "cascade",
            "no action",
            True,
            False,
        )
        facts.rows(ForeignKey).append(ForeignKey(*values, None, "simple", False, False, True, True, False))
        services.append(facts)
    return services


def _table(facts: Facts, name: str) -> int:
    identifier = facts.entity("table", name, schema="public")
    row = (identifier, facts.service_id, "public", name, "ordinary", "permanent")
    facts.rows(Table).append(Table(*row, None, None, None, None, False, False, False, None))
    return identifier


def test_every_table_takes_its_rows_and_has_its_columns() -> None:
    connection = Catalog().connection
    for name, row in TABLES.items():
        columns = [info[1] for info in connection.execute(f"pragma table_info({name})")]
        assert [column.rstrip("_") for column in columns] == [field.rstrip("_") for field in row._fields]  # type: ignore[attr-defined]


def test_ids_of_several_services_do_not_meet() -> None:
    catalog = Catalog()
    catalog.load(fleet_of("one", "two"))
    catalog.load(fleet_of("three"))
    rows = catalog.connection.execute(
        "select s.name, child.name, parent.name, e.address from foreign_keys k"
        " join tables child on child.id = k.table_id join tables parent on parent.id = k.referenced_table_id"
        " join services s on s.id = child.service_id join entities e on e.id = k.id"
    ).fetchall()
    assert sorted(rows) == [
        (name, "children", "parents", f"{name}.public.children.children_fkey")
        for name in ("one", "three", "two")
    ]


def test_knowledge_is_stored_per_service() -> None:
    catalog = Catalog()
    catalog.load(fleet_of("one", "two"))
    rows = catalog.connection.execute(
        "select s.name, fact from knowledge join services s on s.id = service_id"
    )
    assert sorted(rows) == [(name, fact) for name in ("one", "two") for fact in ("foreign_keys", "tables")]


def test_a_cleared_catalog_is_as_good_as_new() -> None:
    catalog = Catalog()
    catalog.load(fleet_of("one"))
    catalog.clear()
    catalog.load(fleet_of("two"))
    assert catalog.connection.execute("select min(id), count(*) from entities").fetchone() == (1, 4)


def test_every_view_can_be_read() -> None:
    catalog = Catalog()
    views = catalog.connection.execute("select name from sqlite_master where type = 'view'").fetchall()
    for (name,) in views:
        catalog.guard.select(f"select * from {name}", {})


def test_a_saved_catalog_is_a_sqlite_database(tmp_path: Path) -> None:
    catalog = Catalog()
    catalog.load(fleet_of("one"))
    catalog.save(tmp_path / "catalog.db")
    with closing(sqlite3.connect(tmp_path / "catalog.db")) as saved:
        assert saved.execute("select count(*) from tables").fetchone() == (2,)
    assert [path.name for path in tmp_path.iterdir()] == ["catalog.db"]


def test_a_catalog_that_cannot_be_saved_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        Catalog().save(tmp_path / "missing" / "catalog.db")
    assert not list(tmp_path.iterdir())


def test_what_is_read_decides_what_must_be_known() -> None:
    reads = [
        ("tables", "name"),
        ("tables", "row_security"),
        ("index_columns", "position"),
        ("origins", "line"),
    ]
    assert needed_facts(reads) == {"tables", "policies", "indexes"}
    assert set(NEEDS) <= set(TABLES)

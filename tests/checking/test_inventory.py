"""The inventory: what the catalog says, taken only when asked for, remembered and never stale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from azora_audit import api
from azora_audit.report.json_reader import load_json
from azora_audit.report.json_report import render_json

if TYPE_CHECKING:
    from pathlib import Path

    from azora_audit.inventory import InventoryTable, ServiceInventory

SCHEMA = """\
create table tenants (id uuid primary key default gen_random_uuid(), name text not null);
create table people (
  id bigint generated always as identity primary key,
  tenant_id uuid not null references tenants on delete cascade,
  email text,
  manager_id bigint references people (id) on delete set null
);
create index on people (tenant_id);
create table notes (
  tenant_id uuid, number int, body text, shout text generated always as (upper(body)) stored,
  author_id bigint references people on delete cascade on update restrict,
  primary key (tenant_id, number)
);
create table events (at date not null, who bigint references people on delete cascade) partition by range (at);
create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
alter table people enable row level security;
alter table tenants enable row level security;
alter table tenants force row level security;
"""


@pytest.fixture(autouse=True)
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZORA_AUDIT_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    for name in ("one", "two"):
        (tmp_path / "fleet" / name).mkdir(parents=True)
        (tmp_path / "fleet" / name / "schema.sql").write_text(SCHEMA)
    return tmp_path / "fleet"


def taken(fleet: Path, *, processes: int = 1, use_cache: bool = False) -> tuple[ServiceInventory, ...]:
    return api.check(fleet, inventory=True, use_cache=use_cache, processes=processes).report.inventory


def tables(fleet: Path) -> dict[str, InventoryTable]:
    return {table.name: table for table in taken(fleet)[0].tables}


def test_tables_are_what_the_ddl_makes(fleet: Path) -> None:
    found = tables(fleet)
    assert sorted(found) == ["events", "notes", "people", "tenants"], "partitions are their parent's"
    assert {name: table.cascade_reach for name, table in found.items()} == {
        "events": 0,
        "notes": 0,
        "people": 2,
        "tenants": 3,
    }
    assert {name: table.row_security for name, table in found.items()} == {
        "events": "none",
        "notes": "none",
        "people": "enabled",
        "tenants": "forced",
    }
    assert found["events"].partitions == 1
    assert (found["notes"].path, found["notes"].line) == ("one/schema.sql", 9)


def test_columns_say_what_fills_them_and_what_they_hold(fleet: Path) -> None:
    found = tables(fleet)
    tenants, people, notes = (
        {column.name: column for column in found[name].columns} for name in ("tenants", "people", "notes")
    )
    assert (tenants["id"].default, tenants["id"].default_kind) == ("gen_random_uuid()", "function")
    assert (people["id"].default, people["id"].default_kind) == ("always", "identity")
    assert notes["shout"].default_kind == "generated"
    assert [(column.name, column.key) for column in found["notes"].columns if column.key] == [
        ("tenant_id", 1),
        ("number", 2),
    ]
    assert people["email"].sensitive == ("contact",)
    assert people["tenant_id"].tenant
    assert not people["email"].tenant
    assert (people["email"].nullable, people["tenant_id"].nullable, notes["number"].nullable) == (
        True,
        False,
        False,
    )


def test_foreign_keys_have_effective_actions_and_their_index(fleet: Path) -> None:
    found = {(name, key.columns): key for name, table in tables(fleet).items() for key in table.foreign_keys}
    assert {where: (key.on_delete, key.on_update, key.indexed) for where, key in found.items()} == {
        ("events", ("who",)): ("cascade", "no action", "none"),
        ("notes", ("author_id",)): ("cascade", "restrict", "none"),
        ("people", ("manager_id",)): ("set null", "no action", "none"),
        ("people", ("tenant_id",)): ("cascade", "no action", "covered"),
    }
    assert found["people", ("manager_id",)].references == "public.people"


def test_what_a_source_does_not_tell_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "schema.prisma").write_text(
        'datasource db {\n  provider = "postgresql"\n}\n\nmodel A {\n  id Int @id\n}\n'
    )
    (service,) = taken(tmp_path)
    assert service.unknown == ("policies",)
    assert service.tables[0].row_security == "unknown"


def test_nobody_takes_one_without_being_asked(fleet: Path) -> None:
    assert api.check(fleet, use_cache=False).report.inventory == ()


@pytest.mark.parametrize("processes", [1, 2])
def test_it_is_the_same_however_it_is_come_by(fleet: Path, processes: int) -> None:
    first = taken(fleet, processes=processes, use_cache=True)
    assert [service.service for service in first] == ["one", "two"]
    assert taken(fleet, processes=processes, use_cache=True) == first, "remembered as a whole"
    (fleet / "two" / "schema.sql").write_text(SCHEMA.replace("email", "nickname"))
    second = taken(fleet, use_cache=True)
    assert second[0] == first[0], "remembered by service"
    assert second[1] != first[1]
    assert second == taken(fleet), "never stale"
    assert api.check(fleet).report.inventory == ()


def test_it_survives_the_json_report(fleet: Path) -> None:
    report = api.check(fleet, inventory=True, use_cache=False).report
    assert load_json(render_json(report, fail_on="error")).report == report

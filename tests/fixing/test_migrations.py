"""New migrations: statements that may share a file, and names that come last in the order of each tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from azora_audit.fixing.migrations import Step, new_files, steps_of
from azora_audit.fixing.prisma_edits import CannotFixError
from azora_audit.settings import Settings
from azora_audit.sources.fleet import find_fleet
from azora_audit.sources.found import SqlFiles

if TYPE_CHECKING:
    from pathlib import Path

NOW = "20260115120000"
INDEX = "create index concurrently on public.t (a);"
ADD = "alter table t add constraint c check (a > 0) not valid;"
VALIDATE = "alter table t validate constraint c;"
DROP = "drop index concurrently public.i;"


def test_what_cannot_run_in_a_transaction_stands_alone() -> None:
    steps = steps_of([(INDEX,), (ADD, VALIDATE), (INDEX,), (DROP,)])
    assert steps == [
        Step((INDEX,), transactional=False),
        Step((DROP,), transactional=False),
        Step((ADD,), transactional=True),
        Step((VALIDATE,), transactional=True),
    ]


def test_the_order_within_a_fix_is_kept() -> None:
    script = (ADD, VALIDATE, "alter table t alter a set not null;", "alter table t drop constraint c;")
    steps = [
        statement for step in steps_of([(VALIDATE,), script, (INDEX, DROP)]) for statement in step.statements
    ]
    assert [steps.index(statement) for statement in (ADD, *script[2:])] == sorted(
        steps.index(statement) for statement in (ADD, *script[2:])
    )
    assert steps.index(INDEX) < steps.index(DROP)
    assert steps.count(VALIDATE) == 1


STYLES = [
    ("prisma", ["migrations/20240101000000_init/migration.sql"], ""),
    ("prisma", ["migrations/20990101000000_init/migration.sql"], ""),
    ("diesel", ["migrations/2024-01-01-000000_init/up.sql", "migrations/00000000000000_setup/up.sql"], ""),
    ("flyway", ["migrations/V1__init.sql", "migrations/V2.1__more.sql", "migrations/R__views.sql"], ""),
    ("golang-migrate", ["migrations/000001_init.up.sql", "migrations/000001_init.down.sql"], ""),
    ("numbered", ["migrations/0001-init.sql", "migrations/0009-more.sql"], ""),
    ("numbered", ["migrations/20240101000000_init.sql"], "-- migrate:up\n{}\n-- migrate:down\n"),
    ("numbered", ["migrations/00001_init.sql"], "-- +goose Up\n{}\n-- +goose Down\n"),
]


@pytest.mark.parametrize(("style", "names", "frame"), STYLES)
def test_new_files_come_last(tmp_path: Path, style: str, names: list[str], frame: str) -> None:
    """Found again by the search for a fleet, in the order in which they have to run."""
    for number, name in enumerate(names):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        create = f"create table t{number} (a int);\n"
        path.write_text(frame.format(create) if frame else create)
    (source,) = find_fleet(tmp_path, Settings()).services[0].sql
    assert source.style == style
    marks = "dbmate" if "migrate:up" in frame else "goose" if frame else ""
    steps = [Step((INDEX,), transactional=False), Step((ADD,), transactional=True)]
    written = new_files(source, steps, marks=marks, now=NOW)
    for file in written:
        (tmp_path / file.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file.path).write_text(file.text)
    fleet = find_fleet(tmp_path, Settings())
    assert not fleet.problems
    (again,) = fleet.services[0].sql
    versioned = [file for file in again.files if "R__" not in file]
    assert versioned[-2:] == [file.path for file in written if file.up]
    assert versioned[:-2] == [file for file in source.files if "R__" not in file]
    if marks == "goose":
        assert "-- +goose NO TRANSACTION" in written[0].text
    if marks == "dbmate":
        assert "migrate:up transaction:false" in written[0].text
    if style == "diesel":
        assert [file.text for file in written if not file.up] == ["run_in_transaction = false\n"]


@pytest.mark.parametrize("style", ["dump", "named", "files"])
def test_where_names_give_no_order_nothing_is_written(style: str) -> None:
    source = SqlFiles("dump" if style == "dump" else "migrations", style, "db", ("db/schema.sql",))
    with pytest.raises(CannotFixError):
        new_files(source, [Step((ADD,), transactional=True)], marks="", now=NOW)

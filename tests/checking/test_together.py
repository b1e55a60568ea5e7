"""Several processes judge one large service as one does, whatever becomes of them."""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING

import pytest

from azora_audit import api
from azora_audit.catalog.store import Catalog
from azora_audit.checking import judging, shards, together
from azora_audit.checking.queue import Queue
from azora_audit.forked import Forked
from azora_audit.report.json_report import render_json
from azora_audit.rulebook.rule import Rule
from tests.benchmark import make

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there a process forks")

LATE = """
-- azora-audit: allow non-uuid-primary-key -- counts days (until 2999-01-01)
create table days (id integer primary key, "extraA" text);
-- azora-audit: allow float-money -- nothing here is money
create table "cardHolders" (id uuid primary key, card_number text, day_id integer references days (id), cvv text);
-- azora-audit: allow missing-created-at -- was about to change (until 2020-01-01)
create table events (id bigint primary key, payload text default '{}', user_id uuid, unique (user_id, payload));
do $$ begin execute 'create table hidden (id int)'; end $$;
"""
STOPS = """/*
title = "Rule that stops in the middle"
severity = "warning"
precision = "low"
message = "the column {column}"
help = "Nothing."
*/
select case when c.position < 3 then c.id else 'none' end as entity, c.name as "column" from columns c order by c.position
"""
LISTS = """/*
title = "Tables with their columns"
severity = "note"
precision = "low"
message = "{table}: {columns:list}, {size} {none}"
help = "Nothing."
*/
select t.id as entity, t.name as "table", json_group_array(c.name) as columns, 0.5 * count(*) as size, null as none
from tables t join columns c on c.table_id = t.id group by t.id
"""


@pytest.fixture
def monolith(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One service with a history of migrations, allowances of every kind, and rules of its own, one of which stops."""
    monkeypatch.setattr(shards, "PROCESS_BYTES", 0)
    # the threads of pytest-xdist hold no lock that judging needs
    monkeypatch.setattr(judging, "can_fork", lambda: True)
    root = tmp_path / "monolith"
    make.migrations(root, 7, 12, 8)
    late = root / "prisma" / "migrations" / "20250101000000_late"
    late.mkdir()
    (late / "migration.sql").write_text(LATE)
    rules = root / "rules" / "own"
    rules.mkdir(parents=True)
    for name, text in (("stops-early", STOPS), ("lists-columns", LISTS)):
        (rules / f"{name}.sql").write_text(text)
    (root / "azora-audit.toml").write_text('rule_folders = ["rules"]\nprofile = "strict"\n')
    return root


def report(path: Path, processes: int) -> bytes:
    checked = api.check(path, use_cache=False, processes=processes)
    return render_json(checked.report, fail_on=checked.fail_on)


@pytest.mark.parametrize("processes", [2, 3, 5])
def test_any_number_of_processes_gives_the_same_report(monolith: Path, processes: int) -> None:
    alone = report(monolith, 1)
    for part in (
        b"rule stops-early stopped",
        b'"status":"allowed"',
        b"unused-allowance",
        b"expired-allowance",
    ):
        assert part in alone
    assert report(monolith, processes) == alone


def test_rules_of_a_killed_process_are_run_by_the_one_that_remains(
    monolith: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = report(monolith, 1)
    killed = monolith / "killed"

    def die(_: object) -> None:
        """Only helpers send findings."""
        killed.touch()
        os.kill(os.getpid(), signal.SIGKILL)

    reading, writing = os.pipe()

    class Patient(Queue[Rule]):
        """Leaves everything to the helper until that is killed, however long a busy machine takes for it."""

        def take(self, number: int) -> Iterator[Rule]:
            if number == 0:
                os.close(writing)
                os.read(reading, 1)  # ends when nobody holds the other end any more
            return super().take(number)

    monkeypatch.setattr(together, "plain_finding", die)
    monkeypatch.setattr(together, "Queue", Patient)
    assert report(monolith, 2) == alone
    os.close(reading)
    assert killed.exists()


@pytest.mark.parametrize(("owner", "name"), [(Catalog, "image"), (judging, "plain_judgement")])
def test_what_a_killed_process_was_to_do_meanwhile_is_done_here(
    monolith: Path, monkeypatch: pytest.MonkeyPatch, owner: object, name: str
) -> None:
    """One stores what was read, and one judges the fleet."""
    alone = report(monolith, 1)
    killed = monolith / "killed"

    def die(*_: object) -> None:
        """Only the other process does this."""
        killed.touch()
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(owner, name, die)
    assert report(monolith, 2) == alone
    assert killed.exists()


def test_every_item_is_taken_once() -> None:
    with Queue(range(1_000), 3) as queue:
        helpers = [Forked(partial(taken, queue, number)) for number in (1, 2)]
        found = [*queue.take(0), *(item for helper in helpers for message in helper for item in message)]
    assert sorted(found) == list(range(1_000))


def taken(queue: Queue[int], number: int) -> list[list[int]]:
    return [list(queue.take(number))]


@pytest.mark.parametrize(
    ("processes", "number", "order"), [(2, 0, "abcdef"), (2, 1, "fedcba"), (3, 1, "dcbafe"), (3, 2, "fedcba")]
)
def test_neighbours_stay_together(processes: int, number: int, order: str) -> None:
    with Queue("abcdef", processes) as queue:
        assert "".join(queue.take(number)) == order


def test_a_fork_sends_what_it_can() -> None:
    def messages() -> Iterator[object]:
        yield ["one", None, 2.5]
        yield "x" * 1_000_000
        raise MemoryError

    assert list(Forked(messages)) == [["one", None, 2.5], "x" * 1_000_000]

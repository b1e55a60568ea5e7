"""The empty catalog that is kept is the one that the statements make."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from azora_audit.catalog import empty
from azora_audit.catalog.store import Catalog
from azora_audit.rulebook.load import load_rulebook
from tests.generate import freshly_made

if TYPE_CHECKING:
    from pathlib import Path


def taken_over() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    assert empty.take_over(connection)
    return connection


def test_it_holds_what_the_statements_make() -> None:
    with closing(taken_over()) as ready, closing(freshly_made()) as made:
        assert empty.contents(ready) == empty.contents(made)
        assert ready.execute("pragma page_size").fetchall() == made.execute("pragma page_size").fetchall()
        assert ready.execute("pragma integrity_check").fetchall() == [("ok",)]


def test_every_rule_has_the_same_plan_on_it() -> None:
    rules = load_rulebook(Catalog()).rules.values()
    with closing(taken_over()) as ready, closing(freshly_made()) as made:
        for rule in rules:
            explain = f"explain query plan {rule.sql}"
            plan = ready.execute(explain, rule.parameters).fetchall()
            assert plan == made.execute(explain, rule.parameters).fetchall(), rule.name
            assert plan


@pytest.mark.parametrize("text", ["", "[]", "{}", '["other", "eJw="]', "[1", "\xff", "null"])
def test_where_it_is_stale_or_damaged_the_statements_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    file = tmp_path / "empty.json"
    file.write_text(text, "latin-1")
    monkeypatch.setattr(empty, "FILE", file)
    with closing(sqlite3.connect(":memory:")) as connection:
        assert not empty.take_over(connection)
        assert connection.execute("select count(*) from sqlite_schema").fetchone() == (0,)
    with closing(Catalog().connection) as connection, closing(freshly_made()) as made:
        assert empty.contents(connection) == empty.contents(made)


def test_a_changed_view_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in empty.VIEWS.glob("*.sql"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(empty, "VIEWS", tmp_path)
    same = empty.made_from.__wrapped__()
    assert same == empty.made_from()
    next(iter(tmp_path.glob("*.sql"))).write_text("select 1")
    assert empty.made_from.__wrapped__() != same


def test_what_is_there_stays_where_it_holds_the_same() -> None:
    """Another version of SQLite or zlib makes other bytes of the same catalog."""
    with closing(freshly_made()) as made:
        assert empty.dump_empty(made) == empty.FILE.read_text("ascii")
        made.execute("create table further (id integer)")
        assert empty.dump_empty(made) != empty.FILE.read_text("ascii")

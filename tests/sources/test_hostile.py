"""What a repository may hold by accident or malice must neither hang a run nor be passed over."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import Table
from azora_audit.errors import SettingsError
from azora_audit.settings import Settings, parse_settings
from azora_audit.sources.ddl import SqlFile, read_sql
from azora_audit.sources.search.walk import walk

if TYPE_CHECKING:
    from pathlib import Path

pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")


def read_text(text: str) -> tuple[list[str], list[str]]:
    """Return the names of the tables and the messages of the problems."""
    facts = Facts("hostile")
    read_sql([SqlFile("schema.sql", text)], facts)
    return [row.name for row in facts.rows(Table)], [problem.message for problem in facts.problems]


@pipes
def test_a_pipe_named_like_a_schema_is_told(tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()
    os.mkfifo(tmp_path / "services" / "schema.sql")
    tree = walk(tmp_path, Settings())
    assert [problem.path for problem in tree.problems] == ["services/schema.sql"]
    assert tree.folders["services"].files == []
    assert walk(tmp_path, Settings(exclude=("services",))).problems == []


@pipes
def test_a_pipe_named_like_the_settings_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "azora-audit.toml")
    with pytest.raises(SettingsError, match="named pipe"):
        parse_settings(tmp_path)


def test_a_folder_named_like_the_settings_is_told(tmp_path: Path) -> None:
    (tmp_path / "azora-audit.toml").mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        parse_settings(tmp_path)


def test_a_comment_that_nothing_closes_is_told() -> None:
    tables, problems = read_text("create table a (id int);\n/* oh\ncreate table b (id int);\n")
    assert tables == ["a"]
    assert [problem.partition(" at ")[0] for problem in problems] == ["unterminated /* comment"]


@pytest.mark.parametrize(
    "statement",
    [
        "create role app login password hunter2secret;",
        "create role app login password 'hunter2secret;",
        "create role app login passwort 'hunter2secret';",
        "select dblink_connect( 'host=h password=hunter2secret' 'x');",
        "do $$ begin perform f( $x$hunter2secret$x$ 1); end $$;",
    ],
)
def test_messages_quote_no_text_of_the_source(statement: str) -> None:
    _, problems = read_text(statement)
    assert "hunter2secret" not in "".join(problems)


def test_messages_quote_little_of_the_source() -> None:
    (message,) = read_text("create table " + "x" * 5_000 + " y (id int);")[1] or [""]
    assert len(message) < 200


def test_a_long_line_of_many_statements_takes_linear_time() -> None:
    """Each statement used to look for a boundary in the next 256 kB."""
    text = "create table a (id int);" + ";" * 400_000 + "create table b (id int);"
    start = time.process_time()
    assert read_text(text)[0] == ["a", "b"]
    assert time.process_time() - start < 30


def test_a_long_line_of_rows_is_passed_over_at_once() -> None:
    text = "insert into a values " + ",".join(["(1,'x')"] * 500_000) + ";create table b (id int);"
    start = time.process_time()
    assert read_text(text)[0] == ["b"]
    assert time.process_time() - start < 10

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from azora_audit.catalog.store import Catalog
from azora_audit.errors import RulebookError
from azora_audit.rulebook.folders import digest
from azora_audit.rulebook.load import load_rulebook
from azora_audit.rulebook.select import select_rules

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """/*
title = "Table with a short name"
severity = "note"
precision = "low"
message = "table {table} has a name of {length} letters"
help = "Give {table} a name that says what its rows are."

[parameters.least]
default = 3
description = "Letters that a name must have."
schema = { type = "integer", minimum = 1 }
*/
select id as entity, name as "table", length(name) as length from tables where length(name) < :least
"""


def load(folder: Path, **files: str) -> list[str]:
    """Write rule files, load the folder and return the problems as text."""
    for name, text in files.items():
        path = folder / "own" / f"{name.replace('_', '-')}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    try:
        load_rulebook(Catalog(), [folder])
    except RulebookError as error:
        return [f"{problem} {problem.help}" for problem in error.problems]
    return []


def test_a_good_rule_loads(tmp_path: Path) -> None:
    assert load(tmp_path, short_name=GOOD) == []
    rule = load_rulebook(Catalog(), [tmp_path]).rules["short-name"]
    assert (rule.category, rule.columns) == ("own", ("entity", "table", "length"))
    assert rule.needs == {"tables"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("/*", "", "TOML header"),
        ('severity = "note"', 'severity = "fatal"', "'fatal' is not one of"),
        ('title = "Table with a short name"', "title = ", "not valid TOML"),
        ('title = "Table with a short name"\n', "", "'title' is a required property"),
        ('precision = "low"', 'precision = "low"\ncolour = "red"', "'colour' was unexpected"),
        ("{length}", "{lenght}", "did you mean length"),
        ("{table}", "{table:upper}", "unknown kind"),
        ("{table}", "{table.x}", "not the plain name"),
        ("{table}", "{table", "message: unexpected '{'"),
        ("from tables", "from tabels", "no such table: tabels"),
        ("length(name) <", "lenght(name) <", "no such function: lenght"),
        (":least", ":most", "does not compile"),
        ("id as entity", "id as thing", "no column `entity`"),
        ("select id", "delete from tables; select id", "does not compile"),
        ("select id as entity", "insert into words select id as entity", "not authorized"),
    ],
)
def test_each_fault_of_a_rule_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    (problem, *_) = load(tmp_path, short_name=GOOD.replace(old, new))
    assert said in problem
    assert "short-name.sql" in problem


def test_all_problems_of_all_rules_are_told_at_once(tmp_path: Path) -> None:
    problems = load(
        tmp_path,
        one=GOOD.replace("from tables", "from tabels"),
        two=GOOD.replace("{length}", "{lenght}").replace("{table}", "{tabel}"),
    )
    assert len(problems) == 4


def test_a_name_that_exists_is_refused(tmp_path: Path) -> None:
    (problem,) = load(tmp_path, unindexed_foreign_key=GOOD)
    assert "already a rule unindexed-foreign-key" in problem


def test_a_folder_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="is not a folder of rules"):
        load_rulebook(Catalog(), [tmp_path / "missing"])


def test_a_file_that_is_not_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "binary.sql").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RulebookError, match="cannot be read"):
        load_rulebook(Catalog(), [tmp_path])


def test_digest_changes_with_content_and_names(tmp_path: Path) -> None:
    load(tmp_path, one=GOOD)
    first = digest([tmp_path])
    (tmp_path / "own" / "one.sql").rename(tmp_path / "own" / "two.sql")
    second = digest([tmp_path])
    (tmp_path / "own" / "two.sql").write_text(GOOD + "-- more\n")
    assert len({first, second, digest([tmp_path])}) == 3


@pytest.fixture
def own(tmp_path: Path) -> Path:
    load(tmp_path, short_name=GOOD)
    return tmp_path


def test_settings_choose_rules_severities_and_parameters(own: Path) -> None:
    rulebook = load_rulebook(Catalog(), [own])
    (rule,) = select_rules(
        rulebook, select=["own"], severity={"short-name": "error"}, parameters={"short-name": {"least": 5}}
    )
    assert (rule.name, rule.severity, rule.parameters) == ("short-name", "error", {"least": 5})
    assert "short-name" not in {rule.name for rule in select_rules(rulebook, ignore=["own"])}


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"profile": "stirct"}, "did you mean strict"),
        ({"select": ["short-nmae"]}, "did you mean short-name"),
        ({"ignore": ["unheard-of-rule"]}, "no rule or category unheard-of-rule"),
        ({"severity": {"short-name": "fatal"}}, "fatal is none of note, warning, error"),
        ({"severity": {"shrt-name": "note"}}, "did you mean short-name"),
        ({"parameters": {"short-name": {"most": 1}}}, "no parameter most"),
        ({"parameters": {"short-name": {"least": 0}}}, "0 is less than the minimum of 1"),
    ],
)
def test_choices_that_make_no_sense_are_errors(own: Path, choice: dict[str, object], said: str) -> None:
    rulebook = load_rulebook(Catalog(), [own])
    with pytest.raises(RulebookError, match=said):
        select_rules(rulebook, **choice)  # type: ignore[arg-type]

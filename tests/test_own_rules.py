"""Rules of the user's own: written from a template, tested by their pages, run beside the shipped ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from azora_audit import api
from azora_audit.errors import RulebookError, SettingsError

SCRIPT = str(Path(sys.executable).with_name("azora-audit"))
RULE = "naming/temporary-name"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZORA_AUDIT_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of rules with one that passes."""
    api.new_rule(RULE, folder=tmp_path / "rules")
    return tmp_path / "rules"


def change(folder: Path, old: str, new: str, ending: str = ".md") -> None:
    path = folder / f"{RULE}{ending}"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def line_of(folder: Path, text: str) -> int:
    lines = (folder / f"{RULE}.md").read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def faults(folder: Path) -> list[tuple[int, str, bool]]:
    """Test the folder's one rule; every fault is of its page."""
    (result,) = api.try_rules(folder)
    assert (result.rule, result.category) == ("temporary-name", "naming")
    assert {fault.path for fault in result.faults} <= {(folder / f"{RULE}.md").as_posix()}
    return [(fault.line, fault.message, fault.untested) for fault in result.faults]


def run(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [SCRIPT, *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done


def test_a_new_rule_passes_and_runs(tmp_path: Path) -> None:
    (tmp_path / "azora-audit.toml").write_text('rule_folders = ["own"]\n')
    done = run("new-rule", RULE, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "own" / "naming" / "temporary-name.md").exists()
    done = run("test-rules", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "naming/temporary-name: 3 examples" in done.stdout
    assert "1 rule, 3 examples: none failed" in done.stdout
    (tmp_path / "schema.sql").write_text("create table tmp_import (id uuid primary key);\n")
    assert "temporary-name" in run("check", cwd=tmp_path).stdout
    assert "# temporary-name" in run("explain", "temporary-name", cwd=tmp_path).stdout or "Flags tables" in (
        run("explain", "temporary-name", cwd=tmp_path).stdout
    )
    assert "temporary-name" in run("rules", cwd=tmp_path).stdout


def test_without_settings_it_says_where_the_rule_went(tmp_path: Path) -> None:
    done = run("new-rule", RULE, cwd=tmp_path)
    assert 'rule_folders = ["audit-rules"]' in done.stdout
    assert run("test-rules", "audit-rules", cwd=tmp_path).returncode == 0
    done = run("test-rules", cwd=tmp_path)
    assert done.returncode == 2
    assert "azora-audit test-rules FOLDER" in done.stderr


def test_nothing_is_overwritten(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.*")}
    with pytest.raises(SettingsError, match="There is a rule temporary-name already"):
        api.new_rule(RULE, folder=folder)
    (folder / f"{RULE}.sql").unlink()
    with pytest.raises(SettingsError, match="There is such a file already"):
        api.new_rule(RULE, folder=folder)
    del before[folder / f"{RULE}.sql"]
    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before


@pytest.mark.parametrize(
    "name",
    ["name", "Naming/name", "naming/Name", "naming/", "/name", "a/b/c", "../x", "naming/a_b", "lexicon/x", "n/-a", "n/a-"],
)  # fmt: skip
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="is no name of a rule"):
        api.new_rule(name, folder=tmp_path / "rules")
    assert not (tmp_path / "rules").exists()


def test_the_name_of_a_shipped_rule_is_taken(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="There is a rule float-money already"):
        api.new_rule("naming/float-money", folder=tmp_path)


def test_every_example_is_tested_at_its_line(folder: Path) -> None:
    assert faults(folder) == []
    change(folder, "create table imports", "create table tmp_two")
    change(folder, "create table tmps", "create table tmp_s")
    flagged, fine = line_of(folder, "create table tmp_two"), line_of(folder, "create table tmp_s ")
    found = faults(folder)
    assert [line for line, _, _ in found] == [flagged, fine]
    assert all(message.startswith("is flagged and not marked: table tmp_") for _, message, _ in found)
    change(folder, "-- error: temporary-name", "-- error: temporary-names")
    assert (flagged - 1, "an example under `## Flagged` marks no line", False) in faults(folder)


def test_what_is_marked_must_be_flagged(folder: Path) -> None:
    change(folder, "model tmp_import", "model import_tmp")
    line = line_of(folder, "model import_tmp")
    assert faults(folder) == [(line, "is marked and not flagged", False)]
    change(
        folder, "## Fine", "## Fine\n\n```sql\ncreate table tmp_x (id uuid); -- error: temporary-name\n```\n"
    )
    assert any("under `## Fine` marks a line" in message for _, message, _ in faults(folder))


@pytest.mark.parametrize(
    ("old", "new", "said", "untested"),
    [
        ("# temporary-name", "# temporary-names", "the page begins with `# temporary-names`", False),
        ("# temporary-name", "temporary-name", "a page begins with", True),
        ("create table tmps", "create tabel tmps", "syntax error", False),
        ("## Fine", "## Fein", "no code block under `## Fine`", False),
    ],
)
def test_a_page_that_is_none_is_told(folder: Path, old: str, new: str, said: str, untested: bool) -> None:
    change(folder, old, new)
    assert any(said in message and untested is found for _, message, found in faults(folder))
    assert run("test-rules", folder).returncode == (2 if untested else 1)


def test_a_fix_must_mend(folder: Path) -> None:
    fix = '[fix]\nsafety = "safe"\nwhy = "it is"\nsql = "alter table {table:identifier} rename to {}"\n*/'
    change(folder, "*/\n", f"\n{fix.replace('{}', 'tmp_other;')}\n", ".sql")
    assert [message for _, message, _ in faults(folder)] == ["the SQL fix does not mend what is flagged"]
    change(folder, "tmp_other", "other", ".sql")
    assert faults(folder) == []


def test_files_without_their_half_are_told(folder: Path) -> None:
    page = (folder / f"{RULE}.md").read_text()
    (folder / f"{RULE}.md").unlink()
    assert [(message, untested) for _, message, untested in faults(folder)] == [
        ("the page cannot be read: No such file or directory", True)
    ]
    (folder / f"{RULE}.md").write_text(page)
    (folder / f"{RULE}.sql").unlink()
    (result,) = api.try_rules(folder)
    assert result.faults[0].message == "there is no rule beside this page"


def test_rules_that_do_not_hold_together_are_an_error(folder: Path) -> None:
    change(folder, "from own_tables", "from own_tabels", ".sql")
    with pytest.raises(RulebookError, match="no such table: own_tabels"):
        list(api.try_rules(folder))
    done = run("test-rules", folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "temporary-name.sql" in done.stderr
    assert run("test-rules", folder / "naming").returncode == 2


@pytest.mark.postgres
def test_examples_of_servers_run_on_one(folder: Path) -> None:
    change(
        folder,
        "## Fine",
        "```sql live\ncreate table tmp_log (id uuid primary key); -- error: temporary-name\n```\n\n## Fine",
    )
    assert faults(folder) == []
    change(folder, "create table tmp_log (", "create tabel tmp_log (")
    (fault,) = faults(folder)
    assert fault[0] == line_of(folder, "tmp_log")
    assert "PostgreSQL refuses the example: syntax error" in fault[1]


def test_without_a_server_its_examples_are_not_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(
        folder,
        "## Fine",
        "```sql live\ncreate table tmp_log (id int); -- error: temporary-name\n```\n\n## Fine",
    )
    monkeypatch.setitem(sys.modules, "psycopg", None)
    (fault,) = faults(folder)
    assert fault[1].startswith("not run: ")
    assert fault[2]

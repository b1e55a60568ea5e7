"""Where reports go: several at once, files that are whole or not there, and a saved run written again."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import orjson
import pytest

from azora_audit import api
from tests.test_cli import FIXTURES, GOOD, SCRIPT, azora_audit, service

if TYPE_CHECKING:
    from pathlib import Path

CLAIMED = FIXTURES / "azora-claimed"


@pytest.fixture(autouse=True)
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZORA_AUDIT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("CI", raising=False)


def test_files_of_other_formats_stand_beside_the_text(tmp_path: Path) -> None:
    done = azora_audit(
        "check",
        CLAIMED,
        "--output",
        f"json={tmp_path / 'run.json'}",
        "--output",
        f"text={tmp_path / 'run.txt'}",
    )
    assert done.returncode == 1
    assert "Azora quality checklist" in done.stdout
    assert orjson.loads((tmp_path / "run.json").read_bytes())["summary"]["exit_code"] == 1
    assert "Azora quality checklist" in (tmp_path / "run.txt").read_text()
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["run.json", "run.txt"]


def test_a_file_without_a_format_is_the_report_itself(tmp_path: Path) -> None:
    odd = tmp_path / "a=b.json"
    done = azora_audit("check", CLAIMED, "--format", "json", "--output", odd)
    assert done.stdout == ""
    assert orjson.loads(odd.read_bytes())["version"] == 1


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        (["jsn=run.json"], "jsn is no format: there are text, json, "),
        (["json="], "names no file"),
        (["json=run", "text=run"], "run is named for two reports"),
        (["one", "two"], "only one file is of the format that --format names"),
    ],
)
def test_outputs_that_make_no_sense_are_refused(tmp_path: Path, outputs: list[str], said: str) -> None:
    options = [part for output in outputs for part in ("--output", output)]
    done = azora_audit("check", CLAIMED, *options, cwd=tmp_path)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert not list(tmp_path.glob("run*"))


def test_a_report_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    done = azora_audit("check", CLAIMED, "--output", tmp_path / "missing" / "run.txt")
    assert done.returncode == 2
    assert "The report cannot be written: No such file or directory" in done.stderr
    (tmp_path / "file").write_text("")
    done = azora_audit("check", CLAIMED, "--output", tmp_path / "file" / "run.txt")
    assert "The report cannot be written: Not a directory" in done.stderr
    with open("/dev/full", "wb") as full:  # noqa: PTH123 -- a device
        done_full = subprocess.run(
            [SCRIPT, "check", CLAIMED], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done_full.returncode == 2
    assert "cannot be written to standard output: No space left on device" in done_full.stderr
    assert "Traceback" not in done_full.stderr


def test_a_saved_run_is_written_again_as_the_run_was(tmp_path: Path) -> None:
    run = tmp_path / "run.json"
    first = azora_audit("check", CLAIMED, "--fail-on", "error", "--output", f"json={run}")
    again = azora_audit("report", run, "--root", CLAIMED)
    assert again.stdout == first.stdout
    assert again.returncode == first.returncode == 1
    assert azora_audit("report", run, "--format", "json").stdout.encode() == run.read_bytes()
    service(tmp_path / "good", "one", schema_sql=GOOD)
    assert azora_audit("report", run, "--fail-on", "never").returncode == 0


def test_a_run_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    done = azora_audit("report", tmp_path / "none.json")
    assert done.returncode == 2
    assert "none.json: The report cannot be read: No such file or directory." in done.stderr
    (tmp_path / "half.json").write_text('{"version": 1, "serv')
    done = azora_audit("report", tmp_path / "half.json")
    assert done.returncode == 2
    assert "half.json:1:" in done.stderr
    assert "not JSON" in done.stderr


def test_a_plain_check_imports_nothing_of_other_reports() -> None:
    command = [sys.executable, "-X", "importtime", SCRIPT, "check", str(FIXTURES / "azora"), "--no-cache"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "azora_audit.report.text" in imported
    ours = {"azora_audit.inventory", "azora_audit.engine.inventory", "azora_audit.report.inventory_csv"}
    assert not imported & {*ours, "azora_audit.report.html", "jinja2"}


def test_the_inventory_is_csv_of_its_own_and_part_of_the_json_if_asked_for(tmp_path: Path) -> None:
    run, tables = tmp_path / "run.json", tmp_path / "tables.csv"
    azora_audit("check", CLAIMED, "--output", f"csv={tables}", "--output", f"json={run}", "--inventory")
    assert tables.read_text().count('"virtual-card-service"') > 10
    assert azora_audit("report", run, "--format", "csv", "--root", CLAIMED).stdout == tables.read_text()
    azora_audit("check", CLAIMED, "--output", f"json={run}")
    assert "inventory" not in orjson.loads(run.read_bytes())
    done = azora_audit("report", run, "--output", f"csv={tmp_path / 'none.csv'}")
    assert done.returncode == 2
    assert "no inventory" in done.stderr
    assert "check --inventory" in done.stderr
    assert not list(tmp_path.glob("*none.csv*"))


def test_a_proof_is_no_inventory(tmp_path: Path) -> None:
    done = azora_audit("prove", tmp_path, "--format", "csv")
    assert done.returncode == 2
    assert "'csv' is not one of" in done.stderr


RULE = """\
/*
title = "Table of the past"
severity = "warning"
precision = "high"
profiles = ["recommended"]
message = "{name} is called after the past"
help = "Give it another name."
*/
select t.id as entity, t.name from tables t where t.name like 'old%'
"""


def test_the_pages_of_all_rules_are_at_hand_for_a_run_and_for_a_saved_one(tmp_path: Path) -> None:
    own = tmp_path / "rules" / "names" / "table-of-the-past.sql"
    own.parent.mkdir(parents=True)
    own.write_text(RULE)
    (tmp_path / "azora-audit.toml").write_text('rule_folders = ["rules"]\n')
    service(tmp_path / "services", "one", schema_sql=GOOD)
    pages = api.rule_pages(api.check(tmp_path).rule_folders)
    assert pages == api.rule_pages(api.rule_folders(tmp_path))
    assert pages["table-of-the-past"].sheet.title == "Table of the past"
    assert pages["table-of-the-past"].text == ""
    own.with_suffix(".md").write_text("# table-of-the-past\n\nIt is.\n")
    assert api.rule_pages([tmp_path / "rules"])["table-of-the-past"].text.endswith("It is.\n")
    shipped = api.rule_pages()
    assert shipped.keys() == pages.keys() - {"table-of-the-past"}
    assert all(page.text.startswith(f"# {name}\n") for name, page in shipped.items())


def test_a_repository_that_does_not_hold_the_folder_is_refused(tmp_path: Path) -> None:
    service(tmp_path / "fleet", "one", schema_sql=GOOD)
    (tmp_path / "other").mkdir()
    done = azora_audit("check", tmp_path / "fleet", "--repository", tmp_path / "other")
    assert done.returncode == 2
    assert "fleet is not in" in done.stderr.replace("\n", "")
    assert azora_audit("check", tmp_path / "fleet", "--repository", tmp_path).returncode == 0


def test_html_is_the_same_for_the_same_run_and_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    first, second, again = tmp_path / "1.html", tmp_path / "2.html", tmp_path / "3.html"
    run = tmp_path / "run.json"
    azora_audit("check", CLAIMED, "--output", f"html={first}", "--output", f"json={run}")
    azora_audit("check", CLAIMED, "--output", f"html={second}", "--no-cache")
    azora_audit("report", run, "--root", CLAIMED, "--output", f"html={again}")
    assert first.read_bytes() == second.read_bytes() == again.read_bytes()
    assert b"2026-09-21 14:13 UTC" in first.read_bytes()


def test_a_former_run_is_compared_or_refused_before_anything_is_done(tmp_path: Path) -> None:
    former, page = tmp_path / "former.json", tmp_path / "page.html"
    azora_audit("check", FIXTURES / "azora", "--output", f"json={former}")
    azora_audit("check", CLAIMED, "--former", former, "--output", f"html={page}")
    assert "Since the former run" in page.read_text()
    former.write_text("[]")
    for command in ("check", "prove"):
        done = azora_audit(command, CLAIMED, "--former", former, "--output", f"html={tmp_path / 'no.html'}")
        assert done.returncode == 2
        assert "former.json" in done.stderr
    assert not (tmp_path / "no.html").exists()


@pytest.mark.postgres
def test_a_proof_is_html_with_the_schemas_it_proved(tmp_path: Path) -> None:
    schema = """\
create table plans (id int primary key, name text not null);
create table people (id int primary key, plan_id int references plans on delete cascade);
"""
    folder, page = service(tmp_path, "one", schema_sql=schema), tmp_path / "page.html"
    done = azora_audit("prove", folder, "--output", f"html={page}")
    assert done.returncode == 0, done.stderr
    text = page.read_text()
    assert "Blast radius: what one DELETE does" in text
    assert 'id="schemas"' in text
    assert '["one","public.plans","public.plans: 1 of ' in text

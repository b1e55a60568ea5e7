"""`check --verify` as its users meet it: exit codes, the two forms of the report, the cache, and what is missing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from azora_audit import api
from azora_audit.errors import ServerError
from azora_audit.report.json_report import render_json
from azora_audit.sources.live import binaries
from azora_audit.sources.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "reports" / "schemas" / "report-1.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # the server's template stays where it is: what is judged is kept apart
    monkeypatch.setattr("azora_audit.folders.cache_folder", lambda: tmp_path / "cache")


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """Four services: as read, with dynamic SQL, with hostile SQL, and of schema.prisma alone."""
    schemas = {
        "plain": "create table people (id uuid primary key);\n",
        "dynamic": "do $$ declare name text; begin foreach name in array array['b', 'c'] loop\n"
        "execute format('create table %I (v text)', name); end loop; end $$;\n",
        "hostile": "create table a (id uuid primary key);\ncopy a from program 'touch /tmp/azora-audit-was-here';\n"
        "\\! touch /tmp/azora-audit-was-here\nselect pg_read_file('/etc/passwd');\n",
    }
    for name, text in schemas.items():
        (tmp_path / "fleet" / name).mkdir(parents=True)
        (tmp_path / "fleet" / name / "schema.sql").write_text(text, encoding="utf-8")
    prisma = 'datasource db {\n  provider = "postgresql"\n}\n\nmodel A {\n  id String @id @db.Uuid\n}\n'
    (tmp_path / "fleet" / "prisma-only").mkdir()
    (tmp_path / "fleet" / "prisma-only" / "schema.prisma").write_text(prisma, encoding="utf-8")
    return tmp_path / "fleet"


def run(*arguments: str | Path) -> tuple[int, str]:
    script = str(Path(sys.executable).with_name("azora-audit"))
    command = [script, "check", "--no-cache", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def verified(path: Path, **options: Any) -> dict[str, Any]:
    checked = api.check(path, verify=True, **options)
    report = json.loads(render_json(checked.report, fail_on=checked.fail_on))
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    return report  # type: ignore[no-any-return]


def test_each_service_has_its_verdict(fleet: Path) -> None:
    report = verified(fleet)
    verdicts = {row["service"]: (row["verdict"], row["reason"]) for row in report["verification"]}
    assert verdicts == {
        "plain": ("agrees", None),
        "dynamic": ("differs", None),
        "hostile": ("not-verified", "2 statements of its DDL did not run"),
        "prisma-only": ("agrees", None),
    }
    problems = [(row["kind"], row["path"], row["line"]) for row in report["errors"]]
    assert problems == [
        ("not-permitted", "hostile/schema.sql", 2),
        ("not-permitted", "hostile/schema.sql", 4),
    ]
    assert not Path("/tmp/azora-audit-was-here").exists()  # noqa: S108 -- what the hostile text would have made
    assert {row["entity"] for row in report["differences"] if row["kind"] == "table"} == {
        "dynamic.public.b",
        "dynamic.public.c",
    }


def test_findings_on_what_only_the_server_knows_have_a_place(fleet: Path) -> None:
    (finding,) = (
        row
        for row in verified(fleet / "dynamic", select=["missing-primary-key"])["findings"]
        if row["entity"].endswith(".b")
    )
    assert (finding["path"], finding["line"]) == ("schema.sql", 1)


def test_the_text_report_says_what_differs_and_why_not(fleet: Path) -> None:
    code, output = run(fleet, "--verify", "--all")
    assert code == 2
    assert "Verified by PostgreSQL" in output
    assert "2 of 4 services as read" in output
    assert "hostile: not verified: 2 statements of its DDL did not run" in output
    assert "dynamic.public.b: this table was not read, and PostgreSQL has it" in output


def test_without_a_difference_the_report_is_the_one_without_verifying() -> None:
    fixture = ROOT / "fixtures" / "azora"
    with_server = verified(fixture)
    assert {row["verdict"] for row in with_server.pop("verification")} == {"agrees"}
    assert with_server.pop("differences") == []
    checked = api.check(fixture)
    assert with_server == json.loads(render_json(checked.report, fail_on=checked.fail_on))


def test_what_was_verified_is_remembered(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = verified(fleet)
    starts: list[Sandbox] = []
    monkeypatch.setattr(Sandbox, "__enter__", starts.append)
    assert verified(fleet) == first
    assert starts == []
    plain = api.check(fleet)
    assert plain.report.verifications == ()


def test_a_stopped_statement_is_not_remembered(fleet: Path) -> None:
    endless = "select array_agg(repeat('x', 100000000)) from generate_series(1, 100);"
    (fleet / "plain" / "schema.sql").write_text(endless, encoding="utf-8")
    first = verified(fleet / "plain")
    assert [row["kind"] for row in first["errors"]] == ["limit-exceeded"]
    (fleet / "plain" / "schema.sql").write_text("create table a (id uuid primary key);", encoding="utf-8")
    assert verified(fleet / "plain")["errors"] == []


def test_a_folder_without_postgresql_is_refused(fleet: Path, tmp_path: Path) -> None:
    code, output = run(fleet, "--postgres-bin", tmp_path / "nothing")
    assert code == 2
    assert "there is no program `postgres`" in output


def test_no_postgresql_at_all_says_which_extra_is_missing(
    fleet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "wheel_folders", list)
    monkeypatch.setattr(binaries, "system_folders", list)
    with pytest.raises(ServerError, match="no PostgreSQL 15 or later") as caught:
        api.check(fleet, verify=True)
    assert "azora-audit[live]" in caught.value.help


def test_a_missing_driver_says_which_extra_is_missing(fleet: Path) -> None:
    program = "import sys; sys.modules['psycopg'] = None; from azora_audit.cli import main; main()"
    command: Sequence[str] = [sys.executable, "-c", program, "check", str(fleet), "--verify"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "psycopg" in done.stderr
    assert "azora-audit[live]" in done.stderr
    assert "Traceback" not in done.stderr

"""A team's own suite with one test for each obligation of its schema."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.postgres

SCHEMA = """
create table t (id int primary key, a int not null default 0 check (a > 0));
create table bad (id nothing);
create table closed (id int primary key, owner name not null);
alter table closed enable row level security;
create policy own on closed using (owner = current_user);
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "azora_audit.pytest_plugin",
        "-p",
        "no:cacheprovider",
        "-rs",
        *arguments,
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_one_test_for_each_obligation(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text(SCHEMA)
    (tmp_path / "test_own.py").write_text("def test_of_the_team(): pass\n")
    plain = run(tmp_path)
    assert plain.returncode == 0
    assert "1 passed" in plain.stdout
    done = run(tmp_path, "--azora-audit-prove", "schema.sql", "-v")
    assert done.returncode == 1, done.stdout
    lines = done.stdout.splitlines()
    assert any("t/check/t_a_check/refuse PASSED" in line for line in lines)
    assert any("t/default/a/effect FAILED" in line for line in lines)
    assert any("closed/row-security/closed/read/effect SKIPPED" in line for line in lines)
    assert any("not-run FAILED" in line for line in lines)
    assert "schema.sql:3: " in done.stdout
    assert "ROLLBACK;" in done.stdout
    assert "Traceback" not in done.stdout


def test_the_path_may_stand_in_the_settings(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text("create table t (id int primary key);")
    (tmp_path / "pytest.ini").write_text("[pytest]\nazora_audit_prove = schema.sql\n")
    done = run(tmp_path, "-q")
    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout


def test_one_test_for_each_rule_of_each_service(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text(
        "create table prices (id uuid primary key, price double precision, created_at timestamptz not null);\n"
    )
    done = run(tmp_path, "--azora-audit-check", "schema.sql", "-v")
    assert done.returncode == 1, done.stdout
    lines = done.stdout.splitlines()
    assert any("::float-money FAILED" in line for line in lines)
    assert any("::missing-primary-key PASSED" in line for line in lines)
    assert any("::unused-index SKIPPED" in line for line in lines)
    assert any("schema.sql:1: error: price of prices" in line for line in lines)
    assert "Traceback" not in done.stdout
    (tmp_path / "schema.sql").write_text("create table prices (id uuid primary\n")
    done = run(tmp_path, "--azora-audit-check", "schema.sql")
    assert done.returncode == 1
    assert "schema.sql:1" in done.stdout

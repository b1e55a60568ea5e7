"""`azora-audit fix` from end to end: what it mends is gone, nothing else appears, and PostgreSQL takes the migrations."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from azora_audit import api
from azora_audit.errors import AzoraAuditError, RulebookError
from tests.test_cli import FIXTURES, azora_audit

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.postgres


@pytest.fixture(autouse=True)
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZORA_AUDIT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("CI", raising=False)


def service(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / "migrations" / f"{name}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def fingerprints(root: Path) -> Counter[str]:
    return Counter(finding.fingerprint for finding in api.check(root).report.findings)


def test_a_claimed_fleet_is_mended_and_nothing_else_appears(tmp_path: Path) -> None:
    root, other = tmp_path / "fleet", tmp_path / "patched"
    for copy in (root, other):
        shutil.copytree(FIXTURES / "azora-claimed", copy)
    before = fingerprints(root)
    patch = azora_audit("fix", root, "--unsafe", "float-money")
    assert patch.returncode == 0, patch.stderr
    mended = api.fix(root, unsafe=["float-money"])
    api.write_changes(mended)
    after = fingerprints(root)
    gone = Counter(finding.fingerprint for finding in mended.report.mended)
    assert sum(gone.values()) > 60
    assert {finding.rule for finding in mended.report.mended} >= {"float-money", "unindexed-foreign-key"}
    assert after <= before - gone, "what a fix mends beside its own finding is welcome"
    assert mended.report.server.startswith("PostgreSQL ")
    # the printed patch is the same change, but for the second at which migrations are named
    subprocess.run(["git", "apply", "-p1"], cwd=other, input=patch.stdout.encode(), check=True)
    assert fingerprints(other) == after
    again = azora_audit("fix", root, "--write", "--unsafe", "float-money")
    assert "0 findings mended in 0 files changed" in again.stderr


def test_a_good_fleet_needs_nothing() -> None:
    done = azora_audit("fix", FIXTURES / "azora")
    assert (done.returncode, done.stdout) == (0, "")
    assert "0 findings mended" in done.stderr


PARENTS = (
    "create table parents (id uuid primary key default gen_random_uuid(),"
    " created_at timestamptz not null default now());"
)


def test_validation_comes_in_a_file_of_its_own(tmp_path: Path) -> None:
    children = "create table children (id uuid primary key, parent_id uuid not null);"
    service(tmp_path, **{"001_init": f"{PARENTS}{children} create index on children (parent_id);"})
    report = api.fix(tmp_path, unsafe=["missing-foreign-key"], rules=["missing-foreign-key"]).report
    assert [finding.rule for finding in report.mended] == ["missing-foreign-key"]
    first, second = (change.after for change in report.changes)
    assert "not valid" in first
    assert "validate constraint" in second


def test_an_unsafe_fix_says_that_it_depends_on_rows(tmp_path: Path) -> None:
    service(
        tmp_path,
        **{
            "001_init": "create table devices (id uuid primary key default gen_random_uuid(), metadata text not null,"
            " created_at timestamptz not null default now());"
        },
    )
    report = api.fix(tmp_path, unsafe=["json-as-text"], rules=["json-as-text"]).report
    (note,) = report.notes
    assert "depends on the rows" in note


def test_a_fix_that_postgresql_refuses_is_left_out(tmp_path: Path) -> None:
    service(
        tmp_path,
        **{
            "001_init": PARENTS
            + "create table prices (id uuid primary key default gen_random_uuid(), price double precision,"
            " created_at timestamptz not null default now());"
            "create view cheap as select price from prices where price < 1;"
        },
    )
    report = api.fix(tmp_path, unsafe=["float-money"], rules=["float-money"]).report
    assert not report.mended
    assert not report.changes
    (left,) = report.left
    assert "cannot alter type of a column used by a view" in left.reason


def test_a_fix_that_brings_another_finding_is_left_out(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "azora-claimed" / "services" / "exchange-rate-service", tmp_path / "rates")
    report = api.fix(tmp_path / "rates", rules=["missing-updated-at"], unsafe=["missing-updated-at"]).report
    left = {each.finding.entity: each.reason for each in report.left}
    assert [reason.partition(" ")[0] for reason in left.values()] == ["updated-at-on-append-only"]
    assert not left.keys() & {finding.entity for finding in report.mended}


def test_a_schema_that_does_not_run_is_not_mended(tmp_path: Path) -> None:
    service(
        tmp_path,
        **{
            "001_init": "create table t (id int references nowhere (id)); create table u (id int primary key, t_id int);"
        },
    )
    done = azora_audit("fix", tmp_path)
    assert done.returncode == 2
    assert "nowhere" in done.stderr


def test_unknown_rules_and_changed_files_are_refused(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "azora-claimed" / "services" / "billing-service", tmp_path / "billing")
    with pytest.raises(RulebookError, match="did you mean float-money"):
        api.fix(tmp_path / "billing", unsafe=["float-mony"])
    mended = api.fix(tmp_path / "billing", tried=False)
    assert mended.report.server == ""
    schema = tmp_path / "billing" / "prisma" / "schema.prisma"
    schema.write_text(schema.read_text() + "// changed\n")
    with pytest.raises(AzoraAuditError, match="changed meanwhile"):
        api.write_changes(mended)

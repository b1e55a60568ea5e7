"""An old schema with many faults takes the tool on with three commands: `init`, `baseline` and the step in CI."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from azora_audit.report.formats import FORMATS

SCRIPT = str(Path(sys.executable).with_name("azora-audit"))
CLAIMED = Path(__file__).parents[1] / "fixtures" / "azora-claimed"
LENDING = Path("services/lending-service/prisma/schema.prisma")


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fleet with hundreds of findings, and neither settings nor a baseline."""
    monkeypatch.setenv("AZORA_AUDIT_CACHE_DIR", str(tmp_path / "cache"))
    root = tmp_path / "fleet"
    shutil.copytree(CLAIMED, root)
    (root / "azora-audit.toml").unlink(missing_ok=True)
    return root


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([SCRIPT, *arguments], cwd=root, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def new_findings(root: Path) -> set[tuple[str, str, str]]:
    report = orjson.loads(run(root, "check", "--format", "json").stdout)
    return {
        (each["rule"], each["entity"], each["reason"] or "")
        for each in report["findings"]
        if each["status"] == "new"
    }


def change(root: Path, old: str, new: str) -> None:
    text = (root / LENDING).read_text()
    assert old in text
    (root / LENDING).write_text(text.replace(old, new, 1))


def test_three_commands(old: Path) -> None:
    assert run(old, "check").returncode == 1
    assert run(old, "init").returncode == 0
    before = len(new_findings(old))
    assert before > 300
    done = run(old, "baseline")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{before} findings accepted" in done.stdout
    done = run(old, "check")
    assert done.returncode == 0
    assert f"{before} accepted by the baseline" in " ".join(done.stdout.split())
    assert new_findings(old) == set()

    change(old, "  termMonths    Int\n", "  termMonths    Int\n  feeAmount Float\n")
    assert run(old, "check").returncode == 1
    found = new_findings(old)
    assert ("float-money", "lending-service.public.Loan.feeAmount", "") in found
    # a table that got a column is another table for the rules that look at columns
    changed = {(rule, entity) for rule, entity, reason in found if reason}
    assert {entity for _, entity in changed} == {"lending-service.public.Loan"}
    assert {reason for _, _, reason in found} <= {"", "accepted before the table was changed"}
    change(old, "  feeAmount Float\n", "")
    assert run(old, "check").returncode == 0


def test_a_changed_object_is_new_again_and_lines_that_move_are_not(old: Path) -> None:
    run(old, "init")
    run(old, "baseline")
    text = (old / LENDING).read_text()
    (old / LENDING).write_text(
        "// moved\n\n" + text.replace("  outstanding ", "  // why\n    outstanding    ")
    )
    assert new_findings(old) == set()
    change(old, "outstanding      Float", "outstanding Float?")
    found = new_findings(old)
    column = "lending-service.public.Loan.outstanding"
    assert {(rule, entity) for rule, entity, _ in found if entity == column}
    assert all(reason.startswith("accepted before the ") for _, _, reason in found)
    assert run(old, "check").returncode == 1
    run(old, "baseline")
    assert run(old, "check").returncode == 0


def test_every_report_shows_what_is_accepted(old: Path) -> None:
    """Never hidden: whoever reads any of the reports can tell that, and what, was accepted."""
    run(old, "init")
    run(old, "baseline", "--reason", "older than the tool")
    for form in FORMATS:
        if form in {"csv", "gitlab", "github"}:
            continue  # an inventory, and lists of what a reader has to do: these have no word for what is accepted
        done = run(old, "check", "--format", form, *(["--all"] if form == "text" else []))
        assert done.returncode == 0, form
        assert "accepted" in done.stdout.lower() or "suppressions" in done.stdout, form
        if form != "markdown":  # which names the first thirty and says how many more there are
            assert "card-verification-code-stored" in done.stdout, form

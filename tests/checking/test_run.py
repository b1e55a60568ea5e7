"""A fleet's report does not depend on shards, processes or the cache."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from azora_audit import api, folders
from azora_audit.checking import choice, judging, shards
from azora_audit.engine.terms import Terms
from azora_audit.report.json_report import render_json
from azora_audit.sources.service import read_service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from azora_audit.checking.reading import Reading

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(folders.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def claimed(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURES / "azora-claimed", tmp_path / "claimed"))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the services that were read and judged anew."""
    names: list[str] = []
    original = judging.Judge.services

    def services(self: judging.Judge, readings: Iterable[Reading], *rest: Any) -> object:
        return original(self, noted(readings), *rest)

    def noted(readings: Iterable[Reading]) -> Iterator[Reading]:
        for reading in readings:
            names.append(reading.facts.service)
            yield reading

    monkeypatch.setattr(judging.Judge, "services", services)
    return names


def report(path: Path, *, use_cache: bool = True, processes: int = 1) -> bytes:
    checked = api.check(path, use_cache=use_cache, processes=processes)
    return render_json(checked.report, fail_on=checked.fail_on)


def test_shards_do_not_change_the_report(claimed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    together = report(claimed, use_cache=False)
    monkeypatch.setattr(shards, "SHARD_BYTES", 1)
    assert report(claimed, use_cache=False) == together


def test_processes_do_not_change_the_report(claimed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = report(claimed, use_cache=False)
    monkeypatch.setattr(shards, "SHARD_BYTES", 20_000)
    monkeypatch.setattr(shards, "PROCESS_BYTES", 0)
    assert report(claimed, use_cache=False, processes=2) == alone


def test_reading_ahead_does_not_change_the_report(claimed: Path) -> None:
    assert report(claimed, use_cache=False, processes=2) == report(claimed, use_cache=False, processes=1)


def test_what_a_child_could_not_send_is_read_again(claimed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = report(claimed, use_cache=False, processes=1)

    def fail(_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr("azora_audit.forked.marshal.dumps", fail)
    assert report(claimed, use_cache=False, processes=2) == alone


def test_what_is_remembered_is_what_was_found(claimed: Path, read: list[str]) -> None:
    fresh = report(claimed, use_cache=False)
    assert report(claimed) == fresh
    del read[:]
    assert report(claimed) == fresh
    assert not read


def test_a_changed_service_is_the_only_one_that_is_read_again(claimed: Path, read: list[str]) -> None:
    report(claimed)
    del read[:]
    schema = claimed / "services" / "azora-education" / "prisma" / "schema.prisma"
    schema.write_text(schema.read_text() + "\nmodel Added {\n  id Int @id\n}\n")
    changed = report(claimed)
    assert read == ["azora-education"]
    assert b"azora-education.public.Added" in changed
    assert changed == report(claimed, use_cache=False)


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "azora-audit.toml").write_text('profile = "strict"\n'),
        lambda root: (root / "services" / "azora-lms" / "package.json").unlink(),
        lambda root: (root / "services" / "azora-lms" / "README.md").write_text(
            "Faculty Grade Certificate\n"
        ),
        lambda root: [path.unlink() for path in root.glob("DATABASE-SCHEMAS*.md")],
        lambda root: (root / "services" / "azora-sapiens").rename(root / "services" / "azora-homines"),
        lambda root: shutil.rmtree(root / "services" / "payment-service"),
        lambda root: (root / "services" / "azora-lms" / "prisma" / "schema.prisma").write_text("model {"),
    ],
)
def test_no_change_of_the_input_is_overlooked(claimed: Path, change: Callable[[Path], object]) -> None:
    before = report(claimed)
    change(claimed)
    after = report(claimed)
    assert after != before
    assert after == report(claimed, use_cache=False)


def test_an_included_file_is_part_of_the_input(tmp_path: Path) -> None:
    service = tmp_path / "fleet" / "orders"
    service.mkdir(parents=True)
    (service / "schema.sql").write_text("\\ir more.psql\n")
    (service / "more.psql").write_text("create table orders (id uuid primary key, total real);\n")
    root = tmp_path / "fleet"
    first = report(root)
    assert b'"tables":1' in first.replace(b" ", b"")
    (service / "more.psql").write_text("create table orders (id uuid primary key, total numeric(19, 4));\n")
    assert report(root) == report(root, use_cache=False)
    assert report(root) != first


def test_a_new_day_is_another_key(claimed: Path, monkeypatch: pytest.MonkeyPatch, read: list[str]) -> None:
    report(claimed)
    del read[:]
    original = choice.Choice

    def tomorrow(**fields: object) -> choice.Choice:
        return original(**{**fields, "terms": Terms("2099-01-01")})  # type: ignore[arg-type]

    monkeypatch.setattr(choice, "Choice", tomorrow)
    report(claimed)
    assert len(read) == 13


def _start(path: Path, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    script = Path(sys.executable).with_name("azora-audit")
    command = [str(script), "check", str(path), "--format", "json"]
    return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_runs_at_the_same_time_and_a_killed_one_agree(claimed: Path, own_cache: Path) -> None:
    expected = report(claimed, use_cache=False)
    environ = {**os.environ, folders.VARIABLE: str(own_cache)}
    for delay in (0.15, 0.25, 0.35):
        killed = _start(claimed, environ)
        time.sleep(delay)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        together = [_start(claimed, environ) for _ in range(3)]
        for run in together:
            output, errors = run.communicate()
            assert output == expected, errors.decode()
        shutil.rmtree(own_cache, ignore_errors=True)


def test_a_fault_of_ours_is_told_and_the_rest_is_checked(
    claimed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def fail(service: object, root: Path, *rest: object) -> object:
        if service.name == "azora-lms":  # type: ignore[attr-defined]
            raise RuntimeError("postgresql://app:hunter2@db")
        return read_service(service, root, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("azora_audit.sources.service.read_service", fail)
    checked = api.check(claimed, use_cache=False)
    (problem,) = checked.report.problems
    assert (problem.kind, problem.service) == ("internal-error", "azora-lms")
    assert "RuntimeError in test_run.py" in problem.message
    assert "hunter2" not in problem.message
    assert len({finding.service for finding in checked.report.findings}) >= 12
    monkeypatch.setenv("AZORA_AUDIT_DEBUG", "1")
    with pytest.raises(RuntimeError):
        api.check(claimed, use_cache=False)

"""Bad circumstances: a disk that is or gets full, statements that never end, output that cannot be written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import textwrap
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from azora_audit import api
from azora_audit.cli.output import write
from azora_audit.sources.sandbox import Limits, Sandbox
from tests.proving.test_fleet import FIXTURES, SCRIPT, descendants, servers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.postgres

SMALL = (
    'mount -t tmpfs -o size=1m tmpfs /dev/shm && mount -t tmpfs -o size={size}m tmpfs {folder} && exec "$@"'
)
"""A namespace in which shared memory has no room, and the folder for temporary files is a disk of its own."""
UNSHARE = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
Run = subprocess.CompletedProcess[str]


@pytest.fixture
def small_disk() -> Iterator[Callable[..., Run]]:
    """Runs a command whose temporary files are on a disk of so many megabytes; its path fits into that of a socket."""
    folder = Path(tempfile.mkdtemp(prefix="az-"))

    def run(size: int, *command: str) -> Run:
        script = SMALL.format(size=size, folder=folder)
        environment = os.environ | {"TMPDIR": str(folder)}
        return subprocess.run(
            [*UNSHARE, script, "sh", *command], env=environment, capture_output=True, text=True, check=False
        )

    probe = run(1, "true")
    if probe.returncode:
        folder.rmdir()
        pytest.skip(f"no disk can be mounted here: {probe.stderr.strip()}")
    yield run
    folder.rmdir()


def test_a_disk_without_room_for_a_server(small_disk: Callable[..., Run]) -> None:
    done = small_disk(20, SCRIPT, "prove", "-q", str(FIXTURES / "azora"))
    assert done.returncode == 2
    assert done.stderr.startswith("error: no throw-away server can be made: No space left on device: ")
    assert "make room, or set TMPDIR" in done.stderr


FILLING = """
import os, sys
from pathlib import Path
from azora_audit import api
from azora_audit.cli.output import write
from azora_audit.report.proof_json import render_proof_json

folder, left, target = Path(os.environ["TMPDIR"]), int(sys.argv[2]), sys.argv[3]

def fill(service, count):
    if service == "azora-sapiens":
        free = os.statvfs(folder)
        size = free.f_bavail * free.f_frsize - left
        with (folder / "filling").open("wb", buffering=0) as file:
            while size > 0:
                try:
                    size -= file.write(bytes(min(size, 1 << 20)))
                except OSError:
                    break

report = api.prove(sys.argv[1], announce=fill).report
Path(target).write_bytes(render_proof_json(report, fail_on="error"))
print(sorted(path.name for path in folder.iterdir()))
"""


@pytest.mark.parametrize("left", [32 << 20, 0], ids=["nearly full", "full"])
def test_a_disk_that_somebody_fills_ends_in_a_report(
    small_disk: Callable[..., Run], tmp_path: Path, left: int
) -> None:
    target = tmp_path / "report.json"
    before = servers() & descendants(os.getpid())
    script = textwrap.dedent(FILLING)
    done = small_disk(300, sys.executable, "-c", script, str(FIXTURES / "azora"), str(left), str(target))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "['filling']\n"  # nothing of ours is left there
    report = json.loads(target.read_bytes())
    assert report["summary"]["exit_code"] == 2
    last = report["errors"][-1]
    assert last["kind"] == "interrupted"
    assert "full" in last["message"] or "server" in last["message"]
    assert [error["kind"] for error in report["errors"] if error["kind"] == "internal-error"] == []
    services = {row["service"] for row in report["obligations"]}
    assert {"azora-assessment", "azora-education", "azora-lms"} <= services  # what was done so far
    assert "virtual-card-service" not in services
    assert servers() & descendants(os.getpid()) == before


def test_a_service_that_outgrows_its_disk_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The quota needs no disk of its own: it is what one fleet may take."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "schema.sql").write_text(f"create table {name} (id int primary key, mark text);")
    with (tmp_path / "one" / "schema.sql").open("a") as file:
        file.write(
            "create table rest (line text);"
            "create function grow() returns trigger language plpgsql as $$ begin"
            " insert into rest select repeat(md5(n::text), 40) from generate_series(1, 400000) n; return new; end $$;"
            "create trigger grow before insert on one for each row execute function grow();"
        )
    limits = Limits(disk=120 << 20)
    monkeypatch.setattr("azora_audit.proving.fleet.Sandbox", partial(Sandbox, limits=limits))
    report = api.prove(tmp_path).report
    found = {service.service: service for service in report.proofs}
    # whichever comes first: the watch over all files, or the limit of a single one, which a statement reaches in a moment
    message = report.problems[0].message
    assert "outgrew 120 MB" in message or "File too large" in message
    assert {problem.service for problem in report.problems} == {"one"}
    assert found["two"].complete
    assert {proof.verdict for proof in found["two"].proofs} == {"enforced"}


def test_a_report_that_cannot_be_written_is_an_error() -> None:
    """Not a report that looks complete."""
    folder = str(FIXTURES / "azora" / "services" / "virtual-card-service")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [SCRIPT, "prove", "-q", folder], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_pipe_is_written_into_and_a_link_stays_one(tmp_path: Path) -> None:
    """A file in the place of /dev/null would be there for everybody."""
    pipe, link, target = tmp_path / "pipe", tmp_path / "link", tmp_path / "target"
    os.mkfifo(pipe)
    link.symlink_to(target)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        write([b"one\n", b"two\n"], pipe)
        assert reader.communicate()[0] == b"one\ntwo\n"
    write([b"one\n"], link)
    assert pipe.is_fifo()
    assert link.is_symlink()
    assert target.read_bytes() == b"one\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "pipe", "target"]

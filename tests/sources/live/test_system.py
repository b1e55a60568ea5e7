"""The choices for other systems; the way that Windows goes is run here, but for what only Windows has."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from azora_audit import folders
from azora_audit.sources.live import binaries, launch, system

ROOT = Path(__file__).parents[3]
ON_TCP = """
import psycopg, sys
from azora_audit.sources.live import system
system.choose = lambda: system.WINDOWS._replace(suffix="")
from azora_audit.sources.live.server import Server
from azora_audit.sources.sandbox import Sandbox
from azora_audit.sources.ddl import SqlFile
with Sandbox() as sandbox:
    server = sandbox.server
    assert server.password not in server.dsn()
    assert sandbox.apply([SqlFile("1.sql", "create table a ();")]).complete
    with psycopg.connect(server.dsn()) as connection:
        print(connection.info.host, connection.execute("select lower('É')").fetchone()[0])
    try:
        psycopg.connect(server.dsn(), password="wrong", passfile="/nowhere")
    except psycopg.OperationalError as error:
        print("password authentication failed" in str(error))
    folder, port = server.folder, server.dsn().rpartition("=")[2]
    print(folder, flush=True)
    if "hold" in sys.argv:
        sys.stdin.read()
print(folder.exists())
"""


def test_the_choices_by_platform() -> None:
    assert system.choose("linux") == system.choose("darwin") == system.UNIX
    assert system.choose("win32") == system.WINDOWS
    assert not system.WINDOWS.socket
    assert system.WINDOWS.suffix == ".exe"
    assert all(choice.keeper.exists() for choice in (system.UNIX, system.WINDOWS))


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {}, "/home/a/.cache/azora-audit"),
        ("linux", {"XDG_CACHE_HOME": "/x"}, "/x/azora-audit"),
        ("darwin", {"XDG_CACHE_HOME": "/x"}, "/home/a/Library/Caches/azora-audit"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/azora-audit"),
        ("win32", {}, "/home/a/AppData/Local/azora-audit"),
        ("win32", {"AZORA_AUDIT_CACHE_DIR": "/here"}, "/here"),
    ],
)
def test_the_cache_folder_by_platform(platform: str, environ: dict[str, str], expected: str) -> None:
    assert folders.cache_folder(platform, environ, Path("/home/a")) == Path(expected)


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_modules_load_where_linux_has_more(platform: str) -> None:
    """What only Unix or Linux has is hidden; a module that wants it when it is imported fails."""
    hidden = {"win32": ["fcntl", "pwd", "resource", "grp", "termios"], "darwin": []}[platform]
    missing = {"win32": ["fork", "geteuid", "pidfd_open", "setuid", "O_NOFOLLOW"], "darwin": ["pidfd_open"]}[
        platform
    ]
    program = f"""
import os, sys
import psycopg, subprocess, tempfile, asyncio, orjson, ctypes  # others' modules know their platforms
sys.platform = {platform!r}
for name in {hidden!r}: sys.modules[name] = None
for name in {missing!r}: delattr(os, name)
import azora_audit.sources.live.server, azora_audit.sources.live.workdir, azora_audit.sources.live.template
import azora_audit.sources.live.binaries, azora_audit.sources.live.launch_by_pg_ctl, azora_audit.sources.sandbox
import azora_audit.sources.verification.verify
print(azora_audit.sources.live.instance.system.choose().suffix or "none")
"""
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environ, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == {"win32": ".exe", "darwin": "none"}[platform]


def runner() -> tuple[str, int | None]:
    """Return a Python and a user for PostgreSQL, which root's way without a namespace is no use for here."""
    if os.geteuid() != 0:
        return sys.executable, None
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        if launch.can_run(python, launch.nobody()) and launch.can_run(
            str(binaries.find().postgres), launch.nobody()
        ):
            return python, launch.nobody()
    pytest.skip("another user can run neither Python nor PostgreSQL")


def by_password(tmp_path: Path, *arguments: str) -> subprocess.Popen[str]:
    python, user = runner()
    return subprocess.Popen(
        [python, "-c", ON_TCP, *arguments],
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]), "TMPDIR": "/tmp", "HOME": str(tmp_path)},  # noqa: S108 -- both users have it
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )


def test_a_server_on_tcp_asks_for_a_password(tmp_path: Path) -> None:
    output, errors = by_password(tmp_path).communicate(timeout=120)
    assert errors == ""
    lines = output.split("\n")
    assert lines[:2] == ["127.0.0.1 é", "True"]
    assert lines[3] == "False"


def test_a_killed_owner_leaves_no_server_on_tcp(tmp_path: Path) -> None:
    process = by_password(tmp_path, "hold")
    assert process.stdout is not None
    lines = [process.stdout.readline().strip() for _ in range(3)]
    folder = Path(lines[2])
    server = int((folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    process.kill()
    process.communicate()
    end = 0
    while (folder.exists() or Path(f"/proc/{server}").exists()) and end < 1000:
        end += 1
        subprocess.run(["sleep", "0.01"], check=True)
    assert not folder.exists()
    assert not Path(f"/proc/{server}").exists()

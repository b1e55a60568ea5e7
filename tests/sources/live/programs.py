"""Programs beside the server: a pooler and a standby, each in a folder that goes with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg

from azora_audit.sources.live import binaries
from azora_audit.sources.live.instance import SETTINGS
from azora_audit.sources.live.system import UNIX
from tests.sources.debian import MissingError, cache, fetch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from azora_audit.sources.live.server import Server

PATIENCE = 30.0
"""Seconds until a program that is started has to answer."""
POOLER = ("pgbouncer", "libevent-2.1-7", "libc-ares2")
"""Debian's packages of PgBouncer and of the libraries that a small installation lacks."""


@contextmanager
def kept(folder: Path, command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Path]:
    """Run a program as `launch.py` runs a server, which neither is root nor outlives us; yield its log."""
    log = folder / "log"
    with log.open("ab") as file:
        keeper = subprocess.Popen(
            [
                sys.executable,
                "-I",
                "-S",
                str(UNIX.keeper),
                str(folder),
                str(os.getpid()),
                "auto",
                "",
                *command,
            ],
            stdin=subprocess.PIPE,
            stdout=file,
            stderr=file,
            env=dict(environment),
            start_new_session=True,
        )
    try:
        yield log
    finally:
        assert keeper.stdin is not None
        keeper.stdin.close()
        keeper.wait()


def wait_for(url: str, log: Path) -> None:
    """Wait until a server answers a query."""
    patience = time.monotonic() + PATIENCE
    while True:
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("select 1")
        except psycopg.OperationalError as error:
            if time.monotonic() > patience:
                raise AssertionError(log.read_text(encoding="utf-8", errors="replace")[-2000:]) from error
            time.sleep(0.05)
        else:
            return


def pooler_program() -> tuple[Path, Path]:
    """Return PgBouncer and the folder of its libraries, unpacked from Debian's packages.

    Raises:
        MissingError: there is no apt, or its sources do not have them.
    """
    root = cache() / "pgbouncer"
    if not (root / "usr").exists():
        partial = Path(tempfile.mkdtemp(dir=cache()))
        for package in POOLER:
            subprocess.run(["dpkg-deb", "-x", str(fetch(package)), str(partial)], check=True)
        try:
            partial.rename(root)
        except OSError:  # another process was faster
            shutil.rmtree(partial)
    libraries = next((root / "usr" / "lib").glob("*-linux-gnu*"), None)
    if libraries is None:
        raise MissingError("the packages of PgBouncer hold no libraries for this machine")
    return root / "usr" / "sbin" / "pgbouncer", libraries


@contextmanager
def pooled(server: Server, database: str) -> Iterator[str]:
    """Run PgBouncer in transaction mode, with two connections, in front of a server; yield the database's URL."""
    program, libraries = pooler_program()
    folder = Path(tempfile.mkdtemp(prefix="azora-pool-"))
    socket = psycopg.conninfo.conninfo_to_dict(server.dsn())["host"]
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = host={socket} port=5432 user=postgres\n"
        f"[pgbouncer]\nlisten_port = 6432\nunix_socket_dir = {folder}\nauth_type = any\npool_mode = transaction\n"
        "default_pool_size = 2\nmax_client_conn = 50\n",
        encoding="utf-8",
    )
    url = f"postgresql://postgres@/{database}?host={quote(str(folder), safe='')}&port=6432"
    environment = {"LD_LIBRARY_PATH": str(libraries), "PATH": os.environ["PATH"]}
    with kept(folder, [str(program), str(folder / "pgbouncer.ini")], environment) as log:
        wait_for(url, log)
        yield url


@contextmanager
def standby(server: Server, settings: Mapping[str, str]) -> Iterator[str]:
    """Run a hot standby of a server; yield a URL with `{}` for the database's name."""
    chosen = binaries.find()
    source = psycopg.conninfo.conninfo_to_dict(server.dsn())
    folder = Path(tempfile.mkdtemp(prefix="azora-standby-"))
    copy = [
        "-D",
        str(folder / "data"),
        "-R",
        "-c",
        "fast",
        "--no-sync",
        "-h",
        str(source["host"]),
        "-U",
        "postgres",
    ]
    subprocess.run(
        [chosen.postgres.with_name("pg_basebackup"), *copy, "-p", "5432"], check=True, capture_output=True
    )
    options = [f"{name}={value}" for name, value in {**SETTINGS, **settings}.items()]
    command = [str(chosen.postgres), "-D", str(folder / "data"), "-k", str(folder), "-h", "", "-p", "5434"]
    command += [part for option in options for part in ("-c", option)]
    url = f"postgresql://postgres@/{{}}?host={quote(str(folder), safe='')}&port=5434"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PG"))
    }
    with kept(folder, command, environment) as log:
        wait_for(url.format("postgres"), log)
        yield url

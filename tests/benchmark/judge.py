"""Measures the throw-away PostgreSQL: how soon it is ready, and how long the DDL of a fleet takes to be run and read.

Medians of whole runs on this machine; the template of the data directory is there, as after the first use.

Usage: python -m tests.benchmark.judge [--runs N]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from azora_audit.settings import Settings
from azora_audit.sources.ddl import SqlFile
from azora_audit.sources.fleet import find_fleet
from azora_audit.sources.live.read import read_database
from azora_audit.sources.live.server import Server
from azora_audit.sources.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

FIXTURE = Path(__file__).parents[2] / "fixtures" / "azora"


def ready() -> None:
    """Start a server, ask it one question and stop it."""
    with Server() as server, psycopg.connect(server.dsn()) as connection:
        connection.execute("select 1")


def texts() -> list[list[SqlFile]]:
    """Return the migrations of every service of the fixture."""
    fleet = find_fleet(FIXTURE, Settings())
    files = [[path for source in service.sql for path in source.files] for service in fleet.services]
    return [
        [SqlFile(path, (FIXTURE / path).read_text(encoding="utf-8")) for path in paths] for paths in files
    ]


def applied_and_read() -> None:
    """Start a sandbox, and run and read the DDL of every service."""
    with Sandbox() as sandbox:
        for files in texts():
            applied = sandbox.apply(files)
            if not applied.complete:
                raise RuntimeError(applied.refusals)
            with psycopg.connect(applied.dsn, autocommit=True) as connection:
                read_database(connection, "service")


def verified() -> None:
    """Run `azora-audit check --verify` on the fixture as a process, with nothing remembered."""
    script = Path(sys.executable).with_name("azora-audit")
    command = [str(script), "check", str(FIXTURE), "--verify", "--no-cache"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def measure(name: str, run: Callable[[], None], runs: int, bar: str) -> None:
    """Print the least, the median and the most seconds of so many runs."""
    run()
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - started)
    median = statistics.median(seconds)
    print(f"{name:<52} {min(seconds):6.2f} {median:6.2f} {max(seconds):6.2f} s   ({bar})", flush=True)


def main() -> None:
    """Measure all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.judge")
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    print(f"{'':<52} {'least':>6} {'median':>6} {'most':>6}")
    measure("a server started, asked and stopped", ready, runs, "at most 1 s")
    measure("DDL of 13 services, 51 tables, run and read", applied_and_read, runs, "at most 5 s")
    measure("check --verify of the same, as a process", verified, runs, "-")


if __name__ == "__main__":
    main()

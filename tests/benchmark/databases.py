"""Measures the reading of running databases, in pairs beside `pg_dump --schema-only` and SQLAlchemy's Inspector.

Each reading is a process of its own, so that its peak of memory is its own; its seconds are those after the connection. The
databases are made on a throw-away server: tables of ten columns, with a primary key, two foreign keys, three indexes
and a check.

Usage: python -m tests.benchmark.databases [--runs N] [TABLES ...]
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import statistics
import subprocess
import sys
import time
import warnings
from typing import TYPE_CHECKING

import psycopg
import sqlalchemy

from azora_audit.sources.live import binaries
from azora_audit.sources.live.read import read_database
from azora_audit.sources.live.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = (51, 2_500, 5_000, 10_000)
BATCH = 25
"""Tables that are made in one transaction."""
BARS = {51: "at most 0.3 s", 10_000: "at most 10 s, and 1.50 of pg_dump"}


def definition(number: int) -> str:
    """Return the DDL of one table."""
    name, parent = f"t{number}", f"t{max(0, number - 1)}"
    return f"""
create table {name} (
  id bigint generated always as identity primary key, parent_id bigint references {parent},
  other_id bigint references t0, name text not null default '', amount numeric(12, 2) check (amount >= 0),
  at timestamptz not null default now(), note text, kind varchar(20) not null, flag boolean default false, data jsonb
);
create index on {name} (parent_id); create index on {name} (other_id); create index on {name} (at desc) where flag;
"""


def ours(url: str) -> None:
    """Read a database as `check --db` does."""
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
        _measured(lambda: read_database(connection, "shop", running=True))


def inspector(url: str) -> None:
    """Ask SQLAlchemy's Inspector for all that it knows of tables."""
    engine = sqlalchemy.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore", sqlalchemy.exc.SAWarning)
        found = sqlalchemy.inspect(connection)

        def ask() -> None:
            for kind in ("columns", "pk_constraint", "foreign_keys", "indexes", "unique_constraints",
                         "check_constraints", "table_comment", "table_options"):  # fmt: skip
                getattr(found, f"get_multi_{kind}")(schema="public")
            found.get_view_names(schema="public")
            found.get_sequence_names(schema="public")

        _measured(ask)


def _measured(read: Callable[[], object]) -> None:
    """Run something and print its seconds and this process's peak of memory in MiB."""
    gc.disable()  # as a check does
    started = time.perf_counter()
    read()
    seconds = time.perf_counter() - started
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def in_process(what: str, url: str) -> tuple[float, float]:
    """Return the seconds and the peak of memory of one reading in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmark.databases", "--only", what, "--url", url]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, memory = json.loads(done.stdout)
    return seconds, memory


def dumped(url: str) -> float:
    """Return the seconds of pg_dump, its connection among them."""
    program = binaries.find().postgres.with_name("pg_dump")
    started = time.perf_counter()
    subprocess.run([program, "--schema-only", url], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def compare(url: str, tables: int, runs: int) -> None:
    """Print medians of the seconds and of the ratios of each pair."""
    rows = [(*in_process("ours", url), dumped(url), in_process("inspector", url)[0]) for _ in range(runs)]
    own, memory, dump, other = (statistics.median(column) for column in zip(*rows, strict=True))
    to_dump = statistics.median(row[0] / row[2] for row in rows)
    to_inspector = statistics.median(row[0] / row[3] for row in rows)
    print(
        f"{tables:>6,} tables: ours {own:6.2f} s, {memory:4.0f} MiB; pg_dump {dump:6.2f} s, ratio {to_dump:4.2f};"
        f" Inspector {other:6.2f} s, ratio {to_inspector:4.2f}   ({BARS.get(tables, '-')})",
        flush=True,
    )


def main() -> None:
    """Make a database of each size, one growing into the next, and measure it."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.databases")
    parser.add_argument("sizes", nargs="*", type=int, metavar="TABLES")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=["ours", "inspector"], help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        {"ours": ours, "inspector": inspector}[arguments.only](arguments.url)
        return
    with Server() as server:
        url = server.dsn(server.create_database())
        made = 0
        for tables in sorted(arguments.sizes or SIZES):
            with psycopg.connect(url, autocommit=True) as connection:
                while made < tables:
                    until = min(tables, made + BATCH)
                    connection.execute("".join(map(definition, range(made, until))).encode())
                    made = until
                connection.execute("vacuum analyze pg_attribute")
            compare(url, tables, arguments.runs)


if __name__ == "__main__":
    main()

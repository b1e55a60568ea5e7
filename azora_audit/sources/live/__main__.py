"""Starts a throw-away PostgreSQL with a database made by SQL files, says how to reach it, and ends when it is told to.

Usage: python -m azora_audit.sources.live FILE_OR_FOLDER ...

Folders stand for the .sql files below them, in the order of their paths, as migrations are named. The server and all that
is in it are gone when standard input ends or Control-C is pressed.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

from azora_audit.errors import AzoraAuditError, ServerError
from azora_audit.sources.live.server import Server
from azora_audit.sources.live.target import need_psycopg


def sql_files(names: list[str]) -> list[Path]:
    """Return the SQL files that are named, and those below folders that are named, in order."""
    paths = [Path(name) for name in names]
    return [file for path in paths for file in (sorted(path.rglob("*.sql")) if path.is_dir() else [path])]


def main() -> int:
    """Run the files, print the URL, and wait."""
    files = sql_files(sys.argv[1:])
    driver = need_psycopg()
    with Server() as server:
        url = server.dsn(server.create_database())
        with driver.connect(url, autocommit=True) as connection:
            for file in files:
                try:
                    connection.execute(file.read_bytes())
                except (OSError, driver.Error) as error:
                    raise ServerError(f"{file} does not run: {error}") from error
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        sys.stderr.write(f"{len(files)} files have run. Press Control-C to end the server.\n")
        with suppress(KeyboardInterrupt):
            sys.stdin.read()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except AzoraAuditError as error:
        sys.exit(f"error: {error}")

"""The keeper where processes do not fork (Windows): runs a program, or keeps a server that pg_ctl starts.

`python -I -S launch_by_pg_ctl.py DIRECTORY PARENT MODE LIMITS PROGRAM ARGUMENT...` takes the arguments of launch.py and
knows only the first and the last. PROGRAM `pg_ctl ... start` is asked for the same with `stop -m immediate` when standard
input says something or closes, which the end of the parent does, too; then DIRECTORY is removed. pg_ctl it is because
PostgreSQL refuses an administrator's rights, and pg_ctl and initdb drop them:
https://www.postgresql.org/docs/current/app-pg-ctl.html. A keeper that is itself killed leaves its server running.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

PATIENCE = 10.0
"""Seconds in which a system may go on holding files of a process that has ended."""


def remove(directory: str) -> None:
    """Remove a directory, again and again while its files are held."""
    end = time.monotonic() + PATIENCE
    while os.path.exists(directory) and time.monotonic() < end:  # noqa: PTH110 -- pathlib costs 5 ms here
        shutil.rmtree(directory, ignore_errors=True)
        time.sleep(0.05)


def main() -> int:
    """Run PROGRAM and keep the promises above."""
    directory, _parent, _mode, _limits, *program = sys.argv[1:]
    status = subprocess.run(program, stdin=subprocess.DEVNULL, check=False).returncode  # noqa: S603 -- from `binaries.find`
    if status != 0 or program[-1] != "start":
        return status
    sys.stdin.buffer.readline()
    subprocess.run([*program[:-1], "-m", "immediate", "stop"], stdin=subprocess.DEVNULL, check=False)  # noqa: S603 -- as above
    remove(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The guard: a thread that holds the sandbox's role to its limits, whatever its sessions have set."""

from __future__ import annotations

import os
import shutil
import threading
import time
from typing import TYPE_CHECKING

import psycopg

from azora_audit.errors import ServerError
from azora_audit.sources.sandbox.limits import ROLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from azora_audit.sources.sandbox.limits import Limits

TICK = 0.05
"""Seconds between looks at the disk, in which a server writes some ten megabytes."""
CLOCK = 5
"""Ticks between looks at the clock."""
RESERVE = 64 << 20
"""Free bytes below which the server is stopped whoever took the rest."""

LATE = """
    SELECT pid, clock_timestamp() - query_start > make_interval(secs => %(last)s)
    FROM pg_stat_activity
    WHERE usename = %(role)s AND state = 'active'
      AND clock_timestamp() - query_start > make_interval(secs => %(first)s)"""
SESSIONS = "SELECT pid FROM pg_stat_activity WHERE usename = %(role)s"


class Guard(threading.Thread):
    """Cancels statements that take too long, then ends their sessions; ends all when the disk fills.

    Attributes:
        reasons: why a session was ended, by the process id of its backend.
        full: why nothing more can run on this disk, empty while there is room.
    """

    def __init__(self, connect: Callable[[], psycopg.Connection], folder: Path, limits: Limits) -> None:
        """Connect as a superuser to watch a server whose files are in `folder`; nothing runs before `start`."""
        super().__init__(name="azora-audit-guard", daemon=True)
        self.reasons: dict[int, str] = {}
        self.full = ""
        self._connect = connect
        self._connection = connect()
        self._folder = folder
        self._limits = limits
        self._end = threading.Event()
        self._free = shutil.disk_usage(folder).free
        self._disk = min(limits.disk, self._free * 4 // 5)
        self._measured = 0.0

    def run(self) -> None:
        """Look at the disk and the clock until `stop`; a server that is gone for good needs no guard."""
        ticks = 0
        while not self._end.wait(TICK):
            ticks += 1
            try:
                if self._is_full():
                    self._end_all()
                if ticks % CLOCK == 0:
                    self._mind_the_clock()
            except psycopg.Error:  # a crash of the server ends all sessions
                try:
                    self._connection = self._connect()
                except ServerError:
                    break
        self._connection.close()

    def stop(self) -> None:
        """End the thread."""
        self._end.set()
        self.join()

    def _is_full(self) -> bool:
        """Ask the file system first, which costs nothing; measure our own files only when it has shrunk."""
        free = shutil.disk_usage(self._folder).free
        if free < RESERVE:
            self.full = f"less than {RESERVE >> 20} MB are free on the disk of {self._folder.parent}"
            return True
        if self._free - free < self._disk or time.monotonic() < self._measured:
            return False
        start = time.monotonic()
        full = _size(str(self._folder)) > self._disk
        end = time.monotonic()
        # Somebody else may be filling the disk: measuring shall not take more than a tenth of a processor.
        self._measured = end if full else end + 10 * (end - start)
        if full and self._disk < self._limits.disk:
            self.full = f"{self._outgrown}, four fifths of what was free on the disk of {self._folder.parent}"
        return full

    @property
    def _outgrown(self) -> str:
        return f"the server's files outgrew {self._disk >> 20} MB"

    def _end_all(self) -> None:
        for (pid,) in self._connection.execute(SESSIONS, {"role": ROLE}).fetchall():
            self.reasons[pid] = self.full or self._outgrown
            self._connection.execute("SELECT pg_terminate_backend(%s)", (pid,))

    def _mind_the_clock(self) -> None:
        # A second more than the role's own timeout, whose message is the better one.
        first = self._limits.statement + 1
        bounds = {"role": ROLE, "first": first, "last": first + self._limits.grace}
        for pid, last in self._connection.execute(LATE, bounds).fetchall():
            if last:
                self.reasons[pid] = f"the statement went on after {self._limits.statement:g} seconds"
            self._connection.execute(
                "SELECT pg_terminate_backend(%s)" if last else "SELECT pg_cancel_backend(%s)", (pid,)
            )


def _taken(status: os.stat_result) -> int:
    """Return the bytes that a file takes on the disk; Windows says only how long it is."""
    return int(getattr(status, "st_blocks", -(-status.st_size // 512))) * 512


def _size(folder: str) -> int:
    """Return the bytes that a folder's files take on the disk; files may vanish meanwhile."""
    size = 0
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return 0
    for entry in entries:
        try:
            size += (
                _size(entry.path)
                if entry.is_dir(follow_symlinks=False)
                else _taken(entry.stat(follow_symlinks=False))
            )
        except FileNotFoundError:
            continue
    return size

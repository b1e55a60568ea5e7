"""The guard: SQL of rules and of users reads the catalog and can do nothing else.

A stranger's pull request may carry a rule, so SQL that is not the catalog's own is compiled and run under an SQLite
authorizer that allows selecting, reading, functions and recursion only, and under a limit of time.
"""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS = 60.0
"""A query that takes longer is stopped; the slowest shipped rule takes a hundredth of it on 5,000 tables."""

_INSTRUCTIONS = 500_000
"""SQLite instructions between two looks at the clock: some milliseconds."""

_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


class Compiled(NamedTuple):
    """What compiling a query showed: its columns and the (table, column) pairs that it reads."""

    columns: tuple[str, ...]
    reads: frozenset[tuple[str, str]]


class Guard:
    """Watches one connection.

    The authorizer is installed for the first query that needs it and stays for the connection's life, because changing
    it makes SQLite compile every statement again; it lets everything pass unless a guarded query is being run.
    """

    def __init__(self, connection: sqlite3.Connection, seconds: float = SECONDS) -> None:
        """Install the authorizer and the clock."""
        self._connection = connection
        self._seconds = seconds
        self._deadline = float("inf")
        self._guarding = False
        self._reads: set[tuple[str, str]] = set()
        # SQLite makes the table of json_each on its first use, which no guarded query would be allowed to do
        connection.execute("select 1 from json_each('[]')")
        self._installed = False
        connection.set_progress_handler(self._out_of_time, _INSTRUCTIONS)

    def select(
        self, sql: str, parameters: Mapping[str, object], *, guarded: bool = True
    ) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        """Run a query that may only read and return its column names and rows.

        Args:
            sql: one SELECT.
            parameters: values for its named parameters.
            guarded: False for our own SQL, which is only held to the limit of time.

        Raises:
            sqlite3.Error: the SQL is wrong, does more than read, lacks a parameter or takes too long.
        """
        if guarded and not self._installed:
            self._connection.set_authorizer(self._authorize)
            self._installed = True
        self._guarding = guarded
        self._deadline = time.monotonic() + self._seconds
        try:
            cursor = self._connection.execute(sql, parameters)
            columns = tuple(column[0] for column in cursor.description or ())
            return columns, cursor.fetchall()
        finally:
            self._guarding = False
            self._deadline = float("inf")

    def compile(self, sql: str, parameters: Mapping[str, object]) -> Compiled:
        """Compile a query by running it, so call it while the catalog is empty.

        Raises:
            sqlite3.Error: as `select`.
        """
        self._reads = set()
        columns, _ = self.select(sql, parameters)
        return Compiled(columns, frozenset(self._reads))

    def _authorize(self, action: int, first: str | None, second: str | None, *_: object) -> int:
        if not self._guarding:
            return sqlite3.SQLITE_OK
        if action not in _ALLOWED:
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_READ and first:
            self._reads.add((first, second or ""))
        return sqlite3.SQLITE_OK

    def _out_of_time(self) -> int:
        return time.monotonic() > self._deadline

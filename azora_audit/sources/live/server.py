"""A throw-away PostgreSQL server: private, fast, gone without a trace however its owner ends."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, LiteralString, Self
from urllib.parse import quote

from azora_audit.errors import ServerError
from azora_audit.sources.live import binaries
from azora_audit.sources.live.instance import HOST, Instance

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    import psycopg
    from psycopg import sql as statements

RECOVERY = 20.0
"""Seconds that a server may take to start again after a crash."""
FORCE = 130000
FILE_COPY = 150000
"""First versions with DROP DATABASE ... WITH (FORCE) and CREATE DATABASE ... STRATEGY."""


class Server:
    """A running throw-away PostgreSQL, as a context manager; several may run at once.

    It listens on a Unix socket in a directory of mode 700 and trusts whoever can reach it. `version` is in
    the style of `server_version_num`.
    """

    def __init__(
        self,
        postgres_bin: str | os.PathLike[str] | None = None,
        *,
        settings: dict[str, str] | None = None,
        as_root: str = "auto",
        superuser: str = "postgres",
        limits: Mapping[str, int] | None = None,
    ) -> None:
        """Choose the PostgreSQL; nothing runs before the `with` statement.

        Args:
            postgres_bin: folder with `postgres` and `initdb`; else the wheel's, else the system's.
            settings: server settings that add to or replace `SETTINGS` of `instance`.
            as_root: for root only: `auto` (a user namespace, or `nobody` where that is forbidden), or `nobody` first.
            superuser: name of the role that owns the server.
            limits: resource limits of each of its processes by their names in setrlimit(2), in bytes, such as
                `RLIMIT_DATA`; systems that do not know one do without (Windows knows none).

        Raises:
            ServerError: there is no PostgreSQL 15 or later.
        """
        found = binaries.find(postgres_bin)
        self.version = found.version
        self._superuser = superuser
        self._instance = Instance(found, superuser, settings or {}, as_root, limits or {})
        self._admin: psycopg.Connection | None = None
        self._lock = threading.Lock()
        self._count = 0

    def __enter__(self) -> Self:
        """Start the server and wait until it answers.

        Raises:
            ServerError: it does not start; the message has the end of its log.
        """
        self._instance.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server at once and remove its files; connections that are open break."""
        if self._admin is not None:
            self._admin.close()
            self._admin = None
        self._instance.stop()

    @property
    def folder(self) -> Path:
        """The server's work directory: data directory, log, socket."""
        return self._instance.folder

    @property
    def password(self) -> str | None:
        """The password of every role, where the server does not trust who reaches it."""
        return self._instance.password

    def dsn(self, database: str = "postgres", role: str | None = None) -> str:
        """Return the URL of a database for libpq and its drivers (there is no password in it).

        Args:
            database: its name.
            role: who connects; the superuser by default.
        """
        user = quote(role or self._superuser, safe="")
        at = self._instance
        place = f"postgresql://{user}@{'' if at.password is None else HOST}/{quote(database, safe='')}"
        if at.password is None:
            return f"{place}?host={quote(str(at.folder), safe='')}&port={at.port}"
        return f"{place}?passfile={quote(str(at.passfile), safe='')}&port={at.port}"

    def create_database(self, template: str = "template1", owner: str | None = None) -> str:
        """Create an empty database, or a copy of another that nobody is connected to, and return its name."""
        from psycopg import sql  # noqa: PLC0415 -- 0.1 s that a start does not need

        with self._lock:
            self._count += 1
            name = f"audit_{self._count}"
        strategy = sql.SQL(" STRATEGY file_copy" if self.version >= FILE_COPY else "")
        identifiers = [sql.Identifier(word) for word in (name, template, owner or self._superuser)]
        self.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(*identifiers) + strategy)
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, ending the sessions in it (from PostgreSQL 13 on; before, nobody may be connected to it)."""
        from psycopg import sql  # noqa: PLC0415 -- as above

        force = sql.SQL(" WITH (FORCE)" if self.version >= FORCE else "")
        self.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)) + force)

    def connect(self) -> psycopg.Connection:
        """Return a connection of the superuser in autocommit mode, waiting for a server that starts again after a crash.

        Raises:
            ServerError: it does not within RECOVERY seconds.
        """
        import psycopg  # noqa: PLC0415 -- 0.1 s that a start does not need

        end = time.monotonic() + RECOVERY
        while True:
            try:
                return psycopg.connect(self.dsn(), autocommit=True)
            except psycopg.OperationalError as error:
                if time.monotonic() > end:
                    raise ServerError(f"the throw-away server does not answer: {error}") from error
                time.sleep(0.05)

    def execute(
        self,
        statement: LiteralString | statements.SQL | statements.Composed,
        parameters: Sequence[object] = (),
    ) -> psycopg.Cursor:
        """Run a statement of the superuser outside any transaction; again if a crash of the server ended it.

        Raises:
            ServerError: the server refuses it, or does not start again.
        """
        import psycopg  # noqa: PLC0415 -- as above

        with self._lock:
            for last in (False, True):
                if self._admin is None or self._admin.closed:
                    self._admin = self.connect()
                try:
                    return self._admin.execute(statement, parameters or None)
                except psycopg.Error as error:
                    if last or not self._admin.closed:
                        raise ServerError(f"the throw-away server refused a statement: {error}") from error
        raise AssertionError("the last attempt returns or raises")

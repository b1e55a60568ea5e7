"""The sandbox: a throw-away server with a role that has no rights, and a guard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

import psycopg
from psycopg import sql

from azora_audit.errors import ServerError
from azora_audit.records import NamedTuple
from azora_audit.sources.live.instance import EXTENSION_CONTROL_PATH, TRUSTED
from azora_audit.sources.live.server import Server
from azora_audit.sources.sandbox.apply import Application
from azora_audit.sources.sandbox.guard import Guard
from azora_audit.sources.sandbox.limits import ROLE, SUPERUSER, Limits
from azora_audit.sources.sandbox.refusals import lacking_extension
from azora_audit.sources.sandbox.statements import cut
from azora_audit.sources.sandbox.trusted import trust

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from types import TracebackType

    from azora_audit.sources.ddl import Include, SqlFile
    from azora_audit.sources.sandbox.refusals import Refusal


RESERVED = frozenset({"public", "none"})
"""Names that no role can have, beside those that begin with `pg_`."""


class Applied(NamedTuple):
    """A database that DDL was applied to."""

    database: str
    dsn: str
    """For connections as the sandbox's role."""
    refusals: tuple[Refusal, ...]
    """Statements that did not run, in order."""
    notes: tuple[Refusal, ...]
    """Statements that were passed over knowingly, or done otherwise than said."""
    lacking: tuple[str, ...]
    """Extensions that this PostgreSQL does not have."""

    @property
    def complete(self) -> bool:
        """Whether the database is all that the DDL describes."""
        return not self.refusals


class Sandbox:
    """A throw-away server for DDL that nobody has reason to trust, as a context manager."""

    def __init__(
        self, postgres_bin: str | os.PathLike[str] | None = None, *, limits: Limits | None = None
    ) -> None:
        """Choose the PostgreSQL, as `Server` does; nothing runs before the `with` statement.

        Raises:
            ServerError: there is no PostgreSQL 15 or later.
        """
        self.limits = limits or Limits()
        self.server = Server(
            postgres_bin,
            settings=self.limits.settings(),
            as_root="nobody",  # not in a namespace, where files would be root's to whoever breaks out of SQL
            superuser=SUPERUSER,
            limits=self.limits.resources(),
        )

    @property
    def version(self) -> int:
        """The server's version, in the style of `server_version_num`."""
        return self.server.version

    def __enter__(self) -> Self:
        """Start the server, make the role, set the guard.

        Raises:
            ServerError: the server does not start.
        """
        self.server.__enter__()
        try:
            self._prepare()
            self._guard = Guard(self.server.connect, self.server.folder, self.limits)
            self._guard.start()
        except BaseException as error:
            self.server.__exit__(None, None, None)
            if isinstance(error, psycopg.Error):
                raise ServerError(f"the throw-away server cannot be prepared: {error}") from error
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server and remove its files; connections that are open break."""
        self._guard.stop()
        self.server.__exit__(kind, error, trace)

    def _prepare(self) -> None:
        execute = self.server.execute
        role = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        execute(role.format(sql.Identifier(ROLE), sql.Literal(self.server.password)))
        # Owner of its extension, the role may comment on it and drop it, as dumps do; databases are copies of this one.
        with psycopg.connect(self.server.dsn("template1"), autocommit=True) as connection:
            connection.execute(
                "UPDATE pg_catalog.pg_extension SET extowner = %s::pg_catalog.regrole", (ROLE,)
            )
        if self.version >= EXTENSION_CONTROL_PATH:
            row = execute("SELECT setting FROM pg_catalog.pg_config WHERE name = 'SHAREDIR'").fetchone()
            assert row is not None  # noqa: S101 -- pg_config has that line in every version
            trust(Path(row[0]), self.server.folder / TRUSTED)

    def apply(
        self,
        files: Sequence[SqlFile],
        *,
        search_path: tuple[str, ...] = ("public",),
        include: Include | None = None,
    ) -> Applied:
        r"""Make a database and run files on it, in order and in one session; see the package for what to expect.

        Args:
            files: migrations in the order in which they run, or a dump.
            search_path: schemas in which names are looked up and created; they are made if need be.
            include: finds the files of psql's `\i` and `\ir`, as in `sources.ddl.read_sql`.

        Raises:
            ServerError: the server itself has failed. A statement that fails is no exception but a refusal.
        """
        database = self.create()
        if search_path != ("public",):
            self._set_path(database, search_path)
        try:
            with psycopg.connect(self.dsn(database), autocommit=True) as connection:
                run = Application(connection, self.limits, self.make_role, self.reason)
                run.run(cut(files, include))
        except psycopg.Error as error:
            raise ServerError(f"the throw-away server cannot be asked: {error}") from error
        lacking = [
            lacking_extension(refusal.message) for refusal in run.refusals if refusal.kind == "not-at-hand"
        ]
        return Applied(
            database,
            self.dsn(database),
            tuple(run.refusals),
            tuple(run.notes),
            tuple(sorted({name for name in lacking if name is not None})),
        )

    def create(self) -> str:
        """Make an empty database that the role owns, and return its name."""
        # Anew each time: a role may change its own settings, which would outlast the service that did.
        role, execute = sql.Identifier(ROLE), self.server.execute
        execute(sql.SQL("ALTER ROLE {} RESET ALL").format(role))
        for name, value in self.limits.of_role().items():
            setting = role, sql.Identifier(name), sql.Literal(value)
            execute(sql.SQL("ALTER ROLE {} SET {} = {}").format(*setting))
        return self.server.create_database(owner=ROLE)

    def copy(self, database: str) -> str:
        """Copy a database that nobody is connected to, and return the copy's name."""
        return self.server.create_database(database, owner=ROLE)

    def drop(self, database: str) -> None:
        """Drop a database, ending the sessions in it."""
        self.server.drop_database(database)

    def size(self, database: str) -> int:
        """Return the bytes that a database takes."""
        row = self.server.execute("SELECT pg_catalog.pg_database_size(%s)", (database,)).fetchone()
        assert row is not None  # noqa: S101 -- a SELECT without FROM has one row
        return int(row[0])

    def dsn(self, database: str) -> str:
        """Return the URL of a database for the sandbox's role."""
        return self.server.dsn(database, ROLE)

    def reason(self, backend_pid: int) -> str | None:
        """Say why the guard ended a session, None if it did not."""
        return self._guard.reasons.get(backend_pid)

    @property
    def full(self) -> str:
        """Why nothing more can run, where the disk has no room; empty while it has."""
        return self._guard.full

    def show_all_rows(self, *, wanted: bool) -> None:
        """Let row level security not apply to new sessions of the role, or let it apply again."""
        attribute = sql.SQL("BYPASSRLS" if wanted else "NOBYPASSRLS")
        self.server.execute(sql.SQL("ALTER ROLE {} {}").format(sql.Identifier(ROLE), attribute))

    def _set_path(self, database: str, search_path: tuple[str, ...]) -> None:
        """Make a search path the one that sessions in a database begin with, and go back to by RESET."""
        path = sql.SQL(", ").join(sql.Identifier(name) for name in search_path)
        with psycopg.connect(self.dsn(database), autocommit=True) as connection:
            for name in search_path:
                connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(name)))
            setting = sql.Identifier(database), path
            connection.execute(sql.SQL("ALTER DATABASE {} SET search_path = {}").format(*setting))

    def make_role(self, name: str) -> None:
        """Make a role without rights that the sandbox's role is a member of, if there is none of that name.

        A reserved name stays missing, which the statement that wants it then says.
        """
        if name.startswith("pg_") or name in RESERVED:
            return
        role, execute = sql.Identifier(name), self.server.execute
        if not execute("SELECT FROM pg_catalog.pg_roles WHERE rolname = %s", (name,)).rowcount:
            execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
            execute(sql.SQL("GRANT {} TO {}").format(role, sql.Identifier(ROLE)))

"""A throw-away PostgreSQL server: private, fast, gone without a trace however its owner ends."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, LiteralString, Self
from urllib.parse import quote

from azora_audit.errors import ServerError
from azora_audit.sources.live import binaries, system
from azora_audit.sources.live import template as templates
from azora_audit.sources.live.workdir import WorkDirectory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    import psycopg
    from psycopg import sql as statements

STUBS = Path(__file__).with_name("stubs")
TRUSTED = "trusted"
"""Folder of the work directory whose extensions come before the installed ones (from PostgreSQL 18)."""
HOST = "127.0.0.1"
PORT = 5432
"""Part of a socket's name."""
RECOVERY = 20.0
"""Seconds that a server may take to start again after a crash."""
PATIENCE = 60.0
"""Seconds that initdb or a start may take before it is given up."""
FORCE = 130000
FILE_COPY = 150000
EXTENSION_CONTROL_PATH = IO_METHOD = 180000
"""First versions with DROP DATABASE ... WITH (FORCE), CREATE DATABASE ... STRATEGY, and the two settings."""
SETTINGS = {
    # Nothing here has to survive a crash, so nothing waits for a disk.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    "shared_buffers": "32MB",
    "max_connections": "50",
    # One transaction may create thousands of tables, each of which holds its locks.
    "max_locks_per_transaction": "1024",
    # In files of ours rather than in /dev/shm, where a kill would leave them.
    "dynamic_shared_memory_type": "mmap",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}


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
            settings: server settings that add to or replace `SETTINGS`.
            as_root: for root only: `auto` (a user namespace, or `nobody` where that is forbidden), or `nobody` first.
            superuser: name of the role that owns the server.
            limits: resource limits of each of its processes by their names in setrlimit(2), in bytes, such as
                `RLIMIT_DATA`; systems that do not know one do without (Windows knows none).

        Raises:
            ServerError: there is no PostgreSQL 15 or later.
        """
        self._binaries = binaries.find(postgres_bin)
        self.version = self._binaries.version
        self._settings = SETTINGS | (settings or {})
        self._as_root = as_root
        self._superuser = superuser
        self._limits = ",".join(f"{name}={value}" for name, value in (limits or {}).items())
        self._system = system.choose()
        self._port = PORT
        self._password = None if self._system.socket else secrets.token_urlsafe(24)
        self._keeper: subprocess.Popen[bytes] | None = None
        self._admin: psycopg.Connection | None = None
        self._lock = threading.Lock()
        self._count = 0

    def __enter__(self) -> Self:
        """Start the server and wait until it answers.

        Raises:
            ServerError: it does not start; the message has the end of its log.
        """
        try:
            return self._enter()
        except OSError as error:
            reason = f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "")
            raise ServerError(
                f"no throw-away server can be made: {reason}",
                help="make room, or set TMPDIR to another folder",
            ) from error

    def _enter(self) -> Self:
        while True:
            self._work = WorkDirectory()
            packed = False
            try:
                packed = self._make_data()
                self._start()
            except ServerError:
                self.__exit__(None, None, None)
                if not packed:
                    raise
                # A template gone bad must not fail every later start: make a new one.
                templates.template_file(self._binaries, self._superuser).unlink(missing_ok=True)
            except BaseException:
                self.__exit__(None, None, None)
                raise
            else:
                return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server at once and remove its files; connections that are open break."""
        if self._admin is not None:
            self._admin.close()
            self._admin = None
        self._stop_keeper()
        self._work.remove()

    @property
    def folder(self) -> Path:
        """The server's work directory: data directory, log, socket."""
        return self._work.path

    @property
    def password(self) -> str | None:
        """The password of every role, where the server does not trust who reaches it."""
        return self._password

    def dsn(self, database: str = "postgres", role: str | None = None) -> str:
        """Return the URL of a database for libpq and its drivers (there is no password in it).

        Args:
            database: its name.
            role: who connects; the superuser by default.
        """
        user = quote(role or self._superuser, safe="")
        place = f"postgresql://{user}@{'' if self._system.socket else HOST}/{quote(database, safe='')}"
        if self._system.socket:
            return f"{place}?host={quote(str(self._work.path), safe='')}&port={self._port}"
        return f"{place}?passfile={quote(str(self._passfile), safe='')}&port={self._port}"

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

    @property
    def _data(self) -> Path:
        return self._work.path / "data"

    @property
    def _log(self) -> Path:
        return self._work.path / "log"

    @property
    def _passfile(self) -> Path:
        return self._work.path / "passfile"

    def _make_data(self) -> bool:
        """Make the data directory; say whether from a template, which a server with a password cannot have."""
        if self._password is None:
            return templates.make_data(self._binaries, self._superuser, self._data, self._initdb)
        self._passfile.write_text(f"{HOST}:*:*:*:{self._password}\n", encoding="ascii")
        self._passfile.chmod(0o600)
        first = self._work.path / "password"
        first.write_text(self._password, encoding="ascii")
        secret = ["--auth=scram-sha-256", f"--pwfile={first}", "-D", str(self._data)]
        self._initdb([*templates.initdb_flags(self.version, self._superuser), *secret])
        first.unlink()
        return False

    def _initdb(self, arguments: list[str]) -> None:
        """Run initdb, raising ServerError with its output when it fails."""
        keeper = self._keep([str(self._binaries.initdb), *arguments])
        try:
            status = keeper.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            status = None
        if status != 0:
            raise self._failure("initdb failed" if status is not None else "initdb does not end")
        self._stop_keeper()

    def _start(self) -> None:
        """Run `postgres` and wait for line 8 of postmaster.pid to say that it accepts connections."""
        settings = dict(self._settings)
        if self.version >= IO_METHOD:
            settings.setdefault("io_method", "sync")
        if self.version >= EXTENSION_CONTROL_PATH and "extension_control_path" not in settings:
            # A copy, because PostgreSQL may run as a user who cannot enter the folder of our package.
            shutil.copytree(STUBS, self._work.path / "stubs", dirs_exist_ok=True)
            places = (self._work.path / TRUSTED, "$system", self._work.path / "stubs")
            settings["extension_control_path"] = os.pathsep.join(map(str, places))
        keeper = self._keep(
            self._by_options(settings) if self._system.socket else self._by_file(settings), self._limits
        )
        state = self._data / "postmaster.pid"
        patience = time.monotonic() + PATIENCE
        while time.monotonic() < patience:
            with contextlib.suppress(FileNotFoundError):
                lines = state.read_text(encoding="utf-8").splitlines()
                if len(lines) > 7 and lines[7].strip() == "ready":  # noqa: PLR2004 -- pidfile.h: LOCK_FILE_LINE_PM_STATUS is 8
                    return
            if keeper.poll() is not None:
                raise self._failure("PostgreSQL does not start")
            time.sleep(0.002)
        raise self._failure("PostgreSQL does not become ready")

    def _by_options(self, settings: dict[str, str]) -> list[str]:
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        socket = ["-k", str(self._work.path), "-h", "", "-p", str(self._port)]
        return [str(self._binaries.postgres), "-D", str(self._data), *socket, *options]

    def _by_file(self, settings: dict[str, str]) -> list[str]:
        """Write the settings into the data directory, because pg_ctl's quoting of options differs by system."""
        with socket.create_server((HOST, 0)) as free:
            self._port = free.getsockname()[1]
        ours = {"listen_addresses": HOST, "port": str(self._port), "unix_socket_directories": ""}
        if os.name == "nt":
            settings.pop("dynamic_shared_memory_type", None)
        lines = [
            f"{name} = '{value.replace(chr(39), 2 * chr(39))}'\n" for name, value in (settings | ours).items()
        ]
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(lines)
        program = self._binaries.postgres.with_name(f"pg_ctl{self._system.suffix}")
        return [str(program), "-D", str(self._data), "-W", "-s", "start"]

    def _keep(self, program: list[str], limits: str = "") -> subprocess.Popen[bytes]:
        """Run a program under the keeper (see launch.py), which lives until its standard input closes."""
        interpreter = [sys.executable, "-I", "-S", str(self._system.keeper)]
        foreign = ("LC_", "LANG", "PG", "TZ")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        environment["LC_ALL"] = "C"  # macOS starts a thread to find out, which PostgreSQL refuses
        with self._log.open("ab") as log:
            self._keeper = subprocess.Popen(  # noqa: S603 -- programs that `binaries.find` chose
                [*interpreter, str(self._work.path), str(os.getpid()), self._as_root, limits, *program],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=environment,
                pass_fds=(self._work.descriptor,) if self._system.descriptors else (),
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        return self._keeper

    def _stop_keeper(self) -> None:
        """Tell the keeper to stop the program and remove the files, and wait until it has."""
        keeper, self._keeper = self._keeper, None
        if keeper is None:
            return
        if keeper.stdin is not None:
            # A word, not only the end of file: a fork of this process may hold the pipe open.
            with contextlib.suppress(BrokenPipeError):
                keeper.stdin.write(b"stop\n")
                keeper.stdin.close()
        keeper.wait()

    def _failure(self, what: str) -> ServerError:
        """Return an error with the end of the log."""
        log = self._log.read_text(encoding="utf-8", errors="replace").strip()
        tail = "\n".join(log.splitlines()[-12:])
        return ServerError(f"{what} ({self._binaries.postgres})\n{tail}".strip(), help=binaries.ADVICE)

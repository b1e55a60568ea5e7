"""One throw-away PostgreSQL from nothing to a server that accepts connections, and to nothing again."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from azora_audit.errors import ServerError
from azora_audit.sources.live import binaries, system
from azora_audit.sources.live import template as templates
from azora_audit.sources.live.workdir import WorkDirectory

if TYPE_CHECKING:
    from collections.abc import Mapping

STUBS = Path(__file__).with_name("stubs")
TRUSTED = "trusted"
"""Folder of the work directory whose extensions come before the installed ones (from PostgreSQL 18)."""
HOST = "127.0.0.1"
PORT = 5432
"""Part of a socket's name."""
PATIENCE = 60.0
"""Seconds that initdb or a start may take before it is given up."""
EXTENSION_CONTROL_PATH = IO_METHOD = 180000
"""First version with the two settings."""
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


class Instance:
    """A work directory with the data in it, and the keeper (see launch.py) with the server that it runs.

    Attributes:
        password: of every role, where the server does not trust who reaches it.
        port: part of the socket's name, or the one on 127.0.0.1.
        keeper: the process that lives until its standard input closes, and the server with it.
    """

    def __init__(
        self,
        found: binaries.Binaries,
        superuser: str,
        settings: Mapping[str, str],
        as_root: str,
        limits: Mapping[str, int],
    ) -> None:
        """Take what `Server` takes; nothing runs before `start`."""
        self._binaries = found
        self._superuser = superuser
        self._settings = SETTINGS | dict(settings)
        self._as_root = as_root
        self._limits = ",".join(f"{name}={value}" for name, value in limits.items())
        self._system = system.choose()
        self.port = PORT
        self.password = None if self._system.socket else secrets.token_urlsafe(24)
        self.keeper: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the data, start the server and wait until it answers.

        Raises:
            ServerError: it does not start; the message has the end of its log.
        """
        try:
            self._start_from_template()
        except OSError as error:
            reason = f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "")
            raise ServerError(
                f"no throw-away server can be made: {reason}",
                help="make room, or set TMPDIR to another folder",
            ) from error

    def _start_from_template(self) -> None:
        while True:
            self._work = WorkDirectory()
            packed = False
            try:
                packed = self._make_data()
                self._run()
            except ServerError:
                self.stop()
                if not packed:
                    raise
                # A template gone bad must not fail every later start: make a new one.
                templates.template_file(self._binaries, self._superuser).unlink(missing_ok=True)
            except BaseException:
                self.stop()
                raise
            else:
                return

    def stop(self) -> None:
        """Stop the server at once and remove its files; connections that are open break."""
        self._stop_keeper()
        self._work.remove()

    @property
    def folder(self) -> Path:
        """The work directory: data directory, log, socket."""
        return self._work.path

    @property
    def passfile(self) -> Path:
        """Libpq's file with the password."""
        return self._work.path / "passfile"

    @property
    def _data(self) -> Path:
        return self._work.path / "data"

    @property
    def _log(self) -> Path:
        return self._work.path / "log"

    def _make_data(self) -> bool:
        """Make the data directory; say whether from a template, which a server with a password cannot have."""
        if self.password is None:
            return templates.make_data(self._binaries, self._superuser, self._data, self._initdb)
        self.passfile.write_text(f"{HOST}:*:*:*:{self.password}\n", encoding="ascii")
        self.passfile.chmod(0o600)
        first = self._work.path / "password"
        first.write_text(self.password, encoding="ascii")
        secret = ["--auth=scram-sha-256", f"--pwfile={first}", "-D", str(self._data)]
        self._initdb([*templates.initdb_flags(self._binaries.version, self._superuser), *secret])
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

    def _run(self) -> None:
        """Run `postgres` and wait for line 8 of postmaster.pid to say that it accepts connections."""
        settings = dict(self._settings)
        if self._binaries.version >= IO_METHOD:
            settings.setdefault("io_method", "sync")
        if self._binaries.version >= EXTENSION_CONTROL_PATH and "extension_control_path" not in settings:
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
        socket = ["-k", str(self._work.path), "-h", "", "-p", str(self.port)]
        return [str(self._binaries.postgres), "-D", str(self._data), *socket, *options]

    def _by_file(self, settings: dict[str, str]) -> list[str]:
        """Write the settings into the data directory, because pg_ctl's quoting of options differs by system."""
        with socket.create_server((HOST, 0)) as free:
            self.port = free.getsockname()[1]
        ours = {"listen_addresses": HOST, "port": str(self.port), "unix_socket_directories": ""}
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
            self.keeper = subprocess.Popen(  # noqa: S603 -- programs that `binaries.find` chose
                [*interpreter, str(self._work.path), str(os.getpid()), self._as_root, limits, *program],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=environment,
                pass_fds=(self._work.descriptor,) if self._system.descriptors else (),
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        return self.keeper

    def _stop_keeper(self) -> None:
        """Tell the keeper to stop the program and remove the files, and wait until it has."""
        keeper, self.keeper = self.keeper, None
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

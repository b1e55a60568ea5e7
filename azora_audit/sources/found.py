"""What the search for a fleet finds: its services, and the files that each of them is read from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from azora_audit.findings import Problem
    from azora_audit.sources.live.target import Target

LOCK_FILE: Final = "migration_lock.toml"
"""Says in a folder of Prisma migrations which database they are for."""


class SqlFiles(NamedTuple):
    """SQL files of one service that are run one after the other."""

    kind: str
    """migrations or dump."""
    style: str
    """prisma, diesel, flyway, golang-migrate, numbered, named, files (listed in the settings) or dump."""
    path: str
    """The folder, or the file if there is but one; relative to the fleet's root, as all paths here."""
    files: tuple[str, ...]


class ServiceFiles(NamedTuple):
    """The files of one service; all paths are relative to the fleet's root, with forward slashes."""

    name: str
    path: str
    """Its folder, empty for the root."""
    repository: bool = False
    """Whether the folder is all of the service, so that what it does not have is missing (not for a single file)."""
    prisma: tuple[str, ...] = ()
    sql: tuple[SqlFiles, ...] = ()
    package: str | None = None
    """Its package.json."""
    environment: tuple[str, ...] = ()
    """Its example environment files."""
    documents: tuple[str, ...] = ()
    """Its Markdown files."""
    schema: str = "public"
    """PostgreSQL schema of unqualified names."""
    database: Target | None = None
    """The running database, which is what is judged then; the files say what it should be."""
    sample: int = 0
    """Values of each of its sensitive columns to look at."""

    def inputs(self) -> tuple[str, ...]:
        """Return all files that reading the service looks at, but for those that SQL files include."""
        sql = [file for source in self.sql for file in source.files]
        sql += [f"{source.path}/{LOCK_FILE}" for source in self.sql if source.style == "prisma"]
        package = () if self.package is None else (self.package,)
        return (*self.prisma, *sql, *package, *self.environment, *self.documents)


class Expected(NamedTuple):
    """A service that the fleet should have, and where it is named."""

    name: str
    """As the service is called in this run, if it was found."""
    path: str
    line: int


class Fleet(NamedTuple):
    """The services below a root, by name, and what was met on the way."""

    root: Path
    services: tuple[ServiceFiles, ...]
    documents: tuple[str, ...]
    """Markdown files at the root, which document all services."""
    expected: tuple[Expected, ...]
    problems: tuple[Problem, ...]

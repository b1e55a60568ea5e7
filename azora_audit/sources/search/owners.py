"""Which folder a schema belongs to: `services/billing/src/db/migrations` is of `services/billing`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.sources.search.migrations import NUMBERED_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.sources.search.walk import Tree

_FLEET_FOLDERS: Final = frozenset(
    {
        "services",
        "packages",
        "apps",
        "microservices",
        "projects",
        "libs",
        "modules",
        "backends",
        "components",
        "systems",
    }
)
"""Folders whose folders are services."""

_INNER_FOLDERS: Final = NUMBERED_NAMES | {
    "prisma", "models", "databases", "src", "main", "resources", "supabase", "flyway", "mysql", "mariadb", "sqlite",
    "sqlserver", "mssql", "oracle", "h2", "cockroachdb", "common", "structure", "dump", "dumps",
}  # fmt: skip
"""Folders inside a service that say nothing about which service it is."""

_MARKERS: Final = frozenset(
    {
        "package.json", "go.mod", "pyproject.toml", "Cargo.toml", "pom.xml", "build.gradle", "build.gradle.kts", "Gemfile",
        "composer.json", "mix.exs", "Dockerfile",
    }
)  # fmt: skip
"""Files that make a folder a package of its own."""


def owner(tree: Tree, folder: str) -> str:
    """Return the folder of the service whose schema lies in `folder`, the empty path for the root."""
    while folder:
        parent, _, name = folder.rpartition("/")
        if (
            name not in _INNER_FOLDERS
            or parent.rpartition("/")[2] in _FLEET_FOLDERS
            or is_package(tree, folder)
        ):
            return folder
        folder = parent
    return folder


def is_inner(name: str) -> bool:
    """Whether a folder of this name lies inside a service, such as `prisma`, and is never all of it."""
    return name in _INNER_FOLDERS


def outer_name(parts: Iterable[str]) -> str:
    """Return the last part of an absolute path that says something, `service` if none does."""
    return next(
        (part for part in reversed(list(parts)) if part not in _INNER_FOLDERS and part.strip("/\\")),
        "service",
    )


def package_around(tree: Tree, folder: str) -> str | None:
    """Return the nearest package that a folder without marks of its own lies in, None if there is none.

    The root counts only for folders that no fleet folder such as `services` separates from it.
    """
    while folder and not is_package(tree, folder):
        folder, _, _ = folder.rpartition("/")
        if folder.rpartition("/")[2] in _FLEET_FOLDERS:
            return None
    return folder if is_package(tree, folder) else None


def is_package(tree: Tree, folder: str) -> bool:
    """Whether a folder has the mark of a package, such as package.json or go.mod."""
    contents = tree.folders.get(folder)
    return contents is not None and not _MARKERS.isdisjoint(contents.files)

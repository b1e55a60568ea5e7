"""Schema files grouped by the service that they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.records import NamedTuple
from azora_audit.sources.search.migrations import HISTORY_NAMES, migrations_in
from azora_audit.sources.search.owners import is_package, owner, package_around
from azora_audit.sources.search.walk import join

if TYPE_CHECKING:
    from azora_audit.sources.search.migrations import Migrations
    from azora_audit.sources.search.walk import Tree

_DUMP_NAMES: Final = ("schema.sql", "structure.sql", "dump.sql")
_DUMP_ENDINGS: Final = (".dump.sql", "_dump.sql", "-dump.sql", ".schema.sql")
_OTHER_DATABASES: Final = frozenset(
    {"mysql", "mariadb", "sqlite", "sqlserver", "mssql", "oracle", "h2", "cockroachdb"}
)
_PRISMA_FOLDERS: Final = frozenset({"prisma", "schema", "schemas", "models"})
_STEP_SCRIPTS: Final = frozenset({"migration.sql", "up.sql"})


class Group(NamedTuple):
    """What one service's folder holds, the likeliest source first; paths are relative to the root."""

    prisma: list[str]
    migrations: list[Migrations]
    dumps: list[str]


def group_schemas(tree: Tree) -> dict[str, Group]:
    """Return the schema files below a root by the folder of the service that they belong to."""
    groups: dict[str, Group] = {}
    migrations = _all_migrations(tree)
    read = {file for each in migrations for file in each.files}
    for each in migrations:
        _group(groups, owner(tree, each.folder)).migrations.append(each)
    for folder, contents in tree.folders.items():
        if not contents.files:
            continue
        # the client that Prisma generates holds a copy of the schema
        generated = "index-browser.js" in contents.files
        for name in contents.files:
            path = join(folder, name)
            if name.endswith(".prisma") and not generated:
                _group(groups, owner(tree, _prisma_folder(tree, folder))).prisma.append(path)
            elif _is_dump(name) and path not in read and _step_folder(folder) not in HISTORY_NAMES:
                _group(groups, owner(tree, folder)).dumps.append(path)
    _climb(tree, groups)
    for group in groups.values():
        _sort(group)
    return groups


def merge(groups: dict[str, Group], sources: list[str], target: str) -> None:
    """Make the groups of some folders one group of another folder."""
    parts = [groups.pop(source) for source in sources]
    group = Group(
        [file for part in parts for file in part.prisma],
        [each for part in parts for each in part.migrations],
        [dump for part in parts for dump in part.dumps],
    )
    _sort(group)
    groups[target] = group


def _group(groups: dict[str, Group], folder: str) -> Group:
    return groups.setdefault(folder, Group([], [], []))


def _all_migrations(tree: Tree) -> list[Migrations]:
    candidates = set()
    for folder, contents in tree.folders.items():
        if any(name.endswith(".sql") for name in contents.files):
            if _STEP_SCRIPTS.isdisjoint(contents.files):
                candidates.add(folder)
            elif folder:
                candidates.add(folder.rpartition("/")[0])
    found = (migrations_in(tree, folder) for folder in sorted(candidates))
    return [each for each in found if each is not None]


def _prisma_folder(tree: Tree, folder: str) -> str:
    """Return the outermost folder of a Prisma schema of many files: `prisma/schema` for `prisma/schema/users/admin`."""
    parts = folder.split("/")
    for depth in range(1, len(parts)):
        around = "/".join(parts[:depth])
        files = tree.folders[around].files
        if parts[depth - 1] in _PRISMA_FOLDERS and any(name.endswith(".prisma") for name in files):
            return around
        if parts[depth - 1 : depth + 1] == ["prisma", "schema"]:
            return around
    return folder


def _step_folder(folder: str) -> str:
    return folder.rpartition("/")[2]


def _is_dump(name: str) -> bool:
    return name in _DUMP_NAMES or name.endswith(_DUMP_ENDINGS)


def _climb(tree: Tree, groups: dict[str, Group]) -> None:
    """Give schemas deep inside a package to the package, as long as it has one of each kind."""
    packages: dict[str, list[str]] = {}
    for folder in groups:
        around = folder if is_package(tree, folder) else package_around(tree, folder)
        if around is not None:
            packages.setdefault(around, []).append(folder)
    for package, folders in packages.items():
        # the root package of a fleet is not a service because one of its folders is
        if folders == [package] or (not package and len(groups) != len(folders)):
            continue
        parts = [groups[folder] for folder in folders]
        if all(sum(1 for part in parts if part[kind]) < 2 for kind in range(3)):  # noqa: PLR2004 -- one of each
            merge(groups, folders, package)


def _sort(group: Group) -> None:
    group.prisma.sort()
    if len(group.migrations) > 1:
        own = [each for each in group.migrations if _OTHER_DATABASES.isdisjoint(each.folder.split("/"))]
        group.migrations[:] = sorted(own or group.migrations, key=_likelihood)
    group.dumps.sort(key=lambda path: (path.count("/"), not path.endswith(_DUMP_NAMES), path))


def _likelihood(migrations: Migrations) -> tuple[bool, bool, int, str]:
    name = _step_folder(migrations.folder)
    return (
        migrations.style != "prisma",
        name not in HISTORY_NAMES,
        migrations.folder.count("/"),
        migrations.folder,
    )

"""Finding the services of a fleet and the files that each of them is read from."""

from __future__ import annotations

import stat
from collections import Counter
from typing import TYPE_CHECKING, Final

from azora_audit.errors import SourceError
from azora_audit.findings import Problem
from azora_audit.light_json import loads
from azora_audit.sources.found import Fleet, ServiceFiles, SqlFiles
from azora_audit.sources.search import named
from azora_audit.sources.search.groups import Group, group_schemas
from azora_audit.sources.search.manifest import expected_services
from azora_audit.sources.search.owners import is_inner, outer_name
from azora_audit.sources.search.prisma_files import prisma_schemas
from azora_audit.sources.search.walk import join, walk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from azora_audit.settings import ServiceSettings, Settings
    from azora_audit.sources.search.migrations import Migrations
    from azora_audit.sources.search.walk import Tree

__all__ = ["Fleet", "ServiceFiles", "SqlFiles", "find_fleet"]

_ENVIRONMENT_FILES: Final = (".env.example", ".env.sample", ".env.template")
_DOCUMENT_FOLDERS: Final = ("docs", "doc")
_NO_DOCUMENTS: Final = ("changelog.md", "license.md", "licence.md", "code_of_conduct.md")
_LAYOUTS: Final = (
    "Looked for schema.prisma, prisma/schema/*.prisma, folders of migrations (Prisma, Flyway, golang-migrate, dbmate, "
    "goose, numbered SQL) and dumps (schema.sql, structure.sql, dump.sql)."
)


def find_fleet(root: Path, settings: Settings, *, schemas_needed: bool = True) -> Fleet:
    """Find the services in a folder, or take a single .prisma or .sql file as one.

    Args:
        root: the folder or file.
        settings: the settings that hold there.
        schemas_needed: a folder without any schema is an error; not if there are databases to read.

    Raises:
        SourceError: there is no such path, or no schema in it.
    """
    advice = "Give the path of a fleet, a service, or a schema file."
    try:
        mode = root.stat().st_mode
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SourceError(f"{root} cannot be read: {reason}.", help=advice) from error
    if stat.S_ISDIR(mode):
        return _Search(root, settings).run(schemas_needed=schemas_needed)
    if not stat.S_ISREG(mode):
        raise SourceError(f"{root} is neither a file nor a folder.", help=advice)
    return _single_file(root)


def _single_file(path: Path) -> Fleet:
    name = outer_name(path.absolute().parent.parts)
    file = ServiceFiles(name, "")
    if path.suffix == ".prisma":
        file = file._replace(prisma=(path.name,))
    elif path.suffix == ".sql":
        file = file._replace(sql=(SqlFiles("dump", "dump", path.name, (path.name,)),))
    else:
        raise SourceError(
            f"{path} is no schema.", help="Give a .prisma or .sql file, or a folder.", path=str(path)
        )
    return Fleet(path.parent, (file,), (), (), ())


class _Search:
    def __init__(self, root: Path, settings: Settings) -> None:
        self.root = root
        self.settings = settings
        self.tree = walk(root, settings)
        self.problems: list[Problem] = list(self.tree.problems)

    def run(self, *, schemas_needed: bool) -> Fleet:
        tree = self.tree
        groups = group_schemas(tree)
        by_path = named.claim(tree, groups, self.settings, self.problems)
        found: list[tuple[ServiceFiles, bool]] = []
        for folder, group in sorted(groups.items()):
            found.extend(self._services(folder, group, by_path.get(folder)))
        if not found and schemas_needed:
            raise _nothing_found(tree, self.problems)
        services = _with_unique_names(found)
        known = [each.name for each, _ in found] + [each.name for each in services]
        self.problems.extend(named.unknown(tree, known, self.settings))
        documents = tuple(_documents(tree, ""))
        expected = expected_services(tree, services, self.settings, self.problems)
        return Fleet(self.root, services, documents, expected, tuple(self.problems))

    def _services(
        self, folder: str, group: Group, settings: ServiceSettings | None
    ) -> Iterator[tuple[ServiceFiles, bool]]:
        """Yield the services of one folder, each with whether its name is settled: one, or one for each Prisma schema."""
        tree = self.tree
        name = settings.name if settings else self._name(folder)
        named_by_path = settings is not None
        settings = settings or named.of_name(self.settings, name)
        schemas = prisma_schemas(tree, folder, group.prisma)
        if settings and settings.prisma is not None:
            schemas = named.prisma(tree, folder, settings, self.settings, self.problems)
        files = tree.folders[folder].files
        first = ServiceFiles(
            name,
            folder,
            repository=bool(folder) or not is_inner(self.root.absolute().name),
            prisma=next((schema.files for schema in schemas if not schema.name), ()),
            sql=self._sql(name, folder, group, settings),
            package=join(folder, "package.json") if "package.json" in files else None,
            environment=tuple(join(folder, file) for file in _ENVIRONMENT_FILES if file in files),
            documents=tuple(_documents(tree, folder)),
            schema=settings.schema if settings else "public",
        )
        if first.prisma or first.sql:
            yield first, named_by_path
        for schema in schemas:
            if schema.name:
                yield first._replace(name=f"{name}-{schema.name}", prisma=schema.files, sql=()), True

    def _name(self, folder: str) -> str:
        if folder:
            return folder.rpartition("/")[2]
        package = self.tree.folders[""].files.count("package.json") and _package_name(
            self.root / "package.json"
        )
        return package or outer_name(self.root.resolve().parts)

    def _sql(
        self, name: str, folder: str, group: Group, settings: ServiceSettings | None
    ) -> tuple[SqlFiles, ...]:
        if settings and (settings.migrations is not None or settings.dump is not None):
            return tuple(
                SqlFiles(*source)
                for source in named.sql(self.tree, folder, settings, self.settings, self.problems)
            )
        if group.migrations:
            first, *rest = group.migrations
            self._say_unread(name, first.folder, [each.folder for each in rest], "migrations")
            self.problems.extend(problem._replace(service=name) for problem in first.problems)
            return (_migrations(first),)
        if group.dumps:
            dump, *others = group.dumps
            self._say_unread(name, dump, others, "dump")
            return (SqlFiles("dump", "dump", dump, (dump,)),)
        return ()

    def _say_unread(self, service: str, read: str, unread: list[str], key: str) -> None:
        """Make a problem of each further source: nobody but the user knows whether it belongs to the schema."""
        for path in unread:
            advice = f"Say which hold in the settings: [services.{service}] {key} = [...], or exclude it ([fleet] exclude)."
            message = f"{path} was not read: {service} has {read or 'its own folder'} too."
            self.problems.append(Problem("ambiguous-source", service, path, 0, 0, message, advice))


def _migrations(found: Migrations) -> SqlFiles:
    return SqlFiles("migrations", found.style, found.folder, found.files)


def _documents(tree: Tree, folder: str) -> list[str]:
    found = [join(folder, name) for name in tree.folders[folder].files if name.endswith(".md")]
    pending = [join(folder, name) for name in (*_DOCUMENT_FOLDERS, "prisma")]
    while pending:
        path = pending.pop()
        contents = tree.folders.get(path)
        if contents is not None:
            found.extend(join(path, name) for name in contents.files if name.endswith(".md"))
            pending.extend(join(path, name) for name in contents.folders)
    return sorted(path for path in found if path.rpartition("/")[2].lower() not in _NO_DOCUMENTS)


def _package_name(path: Path) -> str | None:
    """Return the name in a package.json without its scope, None if it has none that can be read."""
    try:
        name = loads(path.read_bytes())["name"]
    except (OSError, ValueError, KeyError, TypeError):
        # reported where package.json is read for its own sake
        return None
    return name.rpartition("/")[2] or None if isinstance(name, str) else None


def _with_unique_names(found: list[tuple[ServiceFiles, bool]]) -> tuple[ServiceFiles, ...]:
    """Tell services with the same name apart by as many folders around them as it takes; settled names stay."""
    counts = Counter(service.name for service, _ in found)
    taken = {service.name for service, settled in found if settled or counts[service.name] == 1}
    result = [service for service, settled in found if settled or counts[service.name] == 1]
    for service, settled in found:
        if settled or counts[service.name] == 1:
            continue
        others = [other.path for other, _ in found if other.name == service.name and other is not service]
        name = _distinct(service, others)
        while name in taken:
            name += "-2"
        taken.add(name)
        result.append(service._replace(name=name))
    return tuple(sorted(result))


def _distinct(service: ServiceFiles, others: list[str]) -> str:
    parts = service.path.split("/")
    for depth in range(2, len(parts) + 1):
        name = "/".join(parts[-depth:])
        if not any(f"/{other}".endswith(f"/{name}") for other in others):
            return name
    return service.path or service.name


def _nothing_found(tree: Tree, problems: list[Problem]) -> SourceError:
    shown = str(tree.root)
    if problems:
        return SourceError(
            f"No schema could be read in {shown}: {problems[0].message}", help=problems[0].help, path=shown
        )
    stray = sorted(
        join(folder, name)
        for folder, contents in tree.folders.items()
        for name in contents.files
        if name.endswith(".sql")
    )
    if tree.passed_over:
        advice = (
            f"Folders of tests and examples are passed over ({min(tree.passed_over)}): run on one to read it."
        )
    elif stray:
        more = f" and {len(stray) - 1} more" if len(stray) > 1 else ""
        advice = f"There is {stray[0]}{more}: say what it is in the settings, as [services.NAME] path, migrations or dump."
    else:
        advice = _LAYOUTS
    return SourceError(f"No schema found in {shown}.", help=advice, path=shown)

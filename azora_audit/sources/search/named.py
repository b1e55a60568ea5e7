"""What the settings say of single services: their folders, and the files that are not found by themselves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from azora_audit.findings import Problem
from azora_audit.settings import did_you_mean
from azora_audit.sources.search.groups import Group, merge
from azora_audit.sources.search.migrations import migrations_in
from azora_audit.sources.search.prisma_files import PrismaSchema
from azora_audit.sources.search.walk import base_of, join

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from azora_audit.settings import ServiceSettings, Settings
    from azora_audit.sources.search.walk import Tree


def claim(
    tree: Tree, groups: dict[str, Group], settings: Settings, problems: list[Problem]
) -> dict[str, ServiceSettings]:
    """Give the folders that the settings name their groups; return the settings by folder relative to the root."""
    by_path: dict[str, ServiceSettings] = {}
    for service in settings.services:
        if service.path is None:
            continue
        folder = _below_root(tree, service.path, settings)
        if folder is None:
            continue
        if folder not in tree.folders:
            problems.append(_missing(settings, service, "path", folder))
            continue
        by_path[folder] = service
    for folder in sorted(by_path, key=len, reverse=True):
        inner = [
            each
            for each in groups
            if each == folder or (folder and each.startswith(f"{folder}/") and each not in by_path)
        ]
        merge(groups, inner, folder)
        service = by_path[folder]
        if not any(groups[folder]) and not (service.prisma or service.migrations or service.dump):
            del groups[folder]
            problems.append(
                _missing(settings, service, "path", folder, "has no schema that is found by itself")
            )
    return by_path


def of_name(settings: Settings, name: str) -> ServiceSettings | None:
    """Return what the settings say of a service without giving its folder."""
    return next((each for each in settings.services if each.name == name and each.path is None), None)


def unknown(tree: Tree, names: Sequence[str], settings: Settings) -> Iterator[Problem]:
    """Yield a problem for each service of the settings that has no folder there and was not found by its name."""
    if base_of(tree.root, settings):
        # a part of the fleet: the service may be outside of it
        return
    for service in settings.services:
        if service.database_variable or not service.expected:
            # a database need not have files
            continue
        if service.path is None and service.name not in names:
            source = settings.source
            line = source.line(("services", service.name)) if source else None
            yield Problem(
                "unknown-service",
                service.name,
                str(source.path) if source else "",
                line or 0,
                0,
                f"No service is called {service.name}; what the settings say of it was not used.",
                f"{did_you_mean(service.name, names)} Or give its folder: [services.{service.name}] path.",
            )


def prisma(
    tree: Tree, folder: str, service: ServiceSettings, settings: Settings, problems: list[Problem]
) -> list[PrismaSchema]:
    """Return the Prisma schema that the settings name for a service."""
    files: list[str] = []
    for path in service.prisma or ():
        place = _join(folder, path)
        found = sorted(file for file in _files_below(tree, place) if file.endswith(".prisma"))
        if not found:
            problems.append(_missing(settings, service, "prisma", place))
        files.extend(found)
    return [PrismaSchema("", tuple(files))] if files else []


def sql(
    tree: Tree, folder: str, service: ServiceSettings, settings: Settings, problems: list[Problem]
) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Yield the dump and the migrations that the settings name, in the order of reading: kind, style, path, files."""
    for key, paths in (("dump", service.dump), ("migrations", service.migrations)):
        for path in paths or ():
            place = _join(folder, path)
            found = migrations_in(tree, place, named=True) if place in tree.folders else None
            if found is not None:
                problems.extend(problem._replace(service=service.name) for problem in found.problems)
                yield key, found.style, place, found.files
            elif place in _files_below(tree, place):
                yield key, "dump" if key == "dump" else "files", place, (place,)
            else:
                problems.append(_missing(settings, service, key, place))


def _files_below(tree: Tree, place: str) -> list[str]:
    """Return a file itself, or all files in and below a folder."""
    parent, _, name = place.rpartition("/")
    if parent in tree.folders and name in tree.folders[parent].files:
        return [place]
    return [
        join(folder, file)
        for folder, contents in tree.folders.items()
        if folder == place or folder.startswith(f"{place}/" if place else "")
        for file in contents.files
    ]


def _join(folder: str, path: str) -> str:
    joined = os.path.normpath(join(folder, path)).replace(os.sep, "/")
    return "" if joined == "." else joined


def _below_root(tree: Tree, path: str, settings: Settings) -> str | None:
    """Return a path of the settings relative to the root, None if it lies outside of what is audited."""
    normal = _join("", path)
    base = base_of(tree.root, settings)
    if base and f"{normal}/" != base and not normal.startswith(base):
        return None
    return f"{normal}/".removeprefix(base).strip("/")


def _missing(
    settings: Settings, service: ServiceSettings, key: str, place: str, fact: str = "does not exist"
) -> Problem:
    source = settings.source
    line = source.line(("services", service.name, key)) if source else None
    return Problem(
        "missing-file",
        service.name,
        str(source.path) if source else place,
        line or 0,
        0,
        f"{place or 'The root folder'} {fact}; [services.{service.name}] names it.",
        f"Correct `{key}` there.",
    )

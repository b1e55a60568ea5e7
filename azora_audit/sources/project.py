"""The repository of a service: package.json, example environment files and documents become facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.tables import (
    Dependency,
    EnvironmentFile,
    EnvironmentVariable,
    Package,
    Script,
    Source,
)
from azora_audit.findings import Problem
from azora_audit.sources.files import read_text
from azora_audit.sources.repository.documents import read_documents
from azora_audit.sources.repository.environment import read_environment
from azora_audit.sources.repository.package import prisma_major, read_package

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from azora_audit.catalog.facts import Facts
    from azora_audit.sources.found import ServiceFiles


def read_package_json(files: ServiceFiles, root: Path, facts: Facts) -> int | None:
    """Add the facts of a service's package.json; return the major version of Prisma that it asks for, if it does.

    Args:
        files: the service's files.
        root: the fleet's root.
        facts: where to append; what package.json says becomes known if the whole service was looked at.
    """
    if not files.repository:
        return None
    if files.package is None:
        facts.know([Package, Dependency, Script])
        return None
    text = read_text(root / files.package, files.package, files.name)
    if isinstance(text, Problem):
        facts.problems.append(text)
        return None
    read_package(text, files.package, facts)
    return prisma_major(facts)


def read_project(files: ServiceFiles, root: Path, fleet_documents: Sequence[str], facts: Facts) -> None:
    """Add the facts of a service's example environment files and documents.

    Args:
        files: the service's files.
        root: the fleet's root.
        fleet_documents: documents of the whole fleet, relative to the root.
        facts: the service's facts, its schema complete.
    """
    if not files.repository:
        return
    complete = True
    for path in files.environment:
        text = read_text(root / path, path, files.name)
        if isinstance(text, Problem):
            facts.problems.append(text)
            complete = False
        else:
            read_environment(text, path, facts)
    if complete:
        facts.know([EnvironmentFile, EnvironmentVariable])
    read_documents(root, files.documents, fleet_documents, facts)
    count = (files.package is not None) + len(files.environment) + len(files.documents)
    facts.rows(Source).append(Source(facts.service_id, "project", files.path, count, "", "json"))

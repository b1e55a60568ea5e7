"""Which running databases belong to which services: those on the command line, and those that the settings name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from azora_audit.errors import ServerError, SettingsError
from azora_audit.findings import Problem
from azora_audit.sources.found import ServiceFiles
from azora_audit.sources.live.target import Target, named_target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.settings import ServiceSettings, Settings
    from azora_audit.sources.found import Fleet


def named_databases(texts: Iterable[str]) -> dict[str, Target]:
    """Return the databases of `URL` and `SERVICE=URL` by service.

    Raises:
        ServerError: one of them makes no sense, or two are called the same.
    """
    targets: dict[str, Target] = {}
    for text in texts:
        name, target = named_target(text)
        if name in targets:
            raise ServerError(
                f"Two databases are called {name}.", help="Name their services: --db SERVICE=URL."
            )
        targets[name] = target
    return targets


def settings_databases(settings: Settings) -> tuple[dict[str, Target], list[Problem]]:
    """Return the databases whose environment variables the settings name, and problems with those that are not there.

    Raises:
        SettingsError: the settings name none.
    """
    named = [service for service in settings.services if service.database_variable]
    if not named:
        raise SettingsError(
            "The settings name no database to read.",
            help='Name the variable that holds its URL: [services.NAME] database_variable = "NAME_DATABASE_URL".',
            path=str(settings.source.path) if settings.source else None,
        )
    targets: dict[str, Target] = {}
    problems = []
    for service in named:
        try:
            targets[service.name] = _from_environment(service)
        except ServerError as error:
            problems.append(_problem(settings, service, error))
    return targets, problems


def _from_environment(service: ServiceSettings) -> Target:
    value = os.environ.get(service.database_variable or "")
    if not value:
        raise ServerError(
            f"The environment variable {service.database_variable} is not set, so the database of {service.name}"
            " was not read.",
            help="Set it to the database's URL.",
        )
    return Target(value)


def _problem(settings: Settings, service: ServiceSettings, error: ServerError) -> Problem:
    source = settings.source
    line = source.line(("services", service.name, "database_variable")) if source else None
    path = str(source.path) if source else ""
    return Problem("missing-database", service.name, path, line or 0, 0, error.message, error.help)


def with_databases(fleet: Fleet, targets: dict[str, Target], sample: int = 0) -> Fleet:
    """Give services of a fleet their databases; a database without a service there is a service of its own.

    Args:
        fleet: the services that have files.
        targets: databases by service.
        sample: values of each sensitive column to look at.
    """
    services = [
        service._replace(database=targets[service.name], sample=sample)
        if service.name in targets
        else service
        for service in fleet.services
    ]
    known = {service.name for service in services}
    services += [
        ServiceFiles(name, "", database=target, sample=sample)
        for name, target in targets.items()
        if name not in known
    ]
    return fleet._replace(services=tuple(sorted(services, key=lambda service: service.name)))

"""Connects to a database that a user names, reads it, and turns every failure into a problem of its service."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from azora_audit.errors import ServerError
from azora_audit.findings import Problem
from azora_audit.sources.live import failures
from azora_audit.sources.live.target import need_psycopg

if TYPE_CHECKING:
    import psycopg

    from azora_audit.catalog.facts import Facts
    from azora_audit.sources.live.sample import Sampling
    from azora_audit.sources.live.target import Target

PATIENCE = 10
"""Seconds to wait for a connection unless the user's connect_timeout says otherwise."""
TRIES = 3
"""Readings that are begun before one that other people's changes break is given up."""


def read_target(
    target: Target, service: str, path: str = "", sampling: Sampling | None = None
) -> Facts | Problem:
    """Read the catalog of one database, or say why that was not possible.

    Args:
        target: the database.
        service: name of the service that it belongs to.
        path: the service's folder relative to the fleet's root.
        sampling: look at values of sensitive columns too.
    """
    driver = need_psycopg()
    failure = failures.Failure("", "", "")
    for _ in range(TRIES):
        try:
            connection = connect(target)
        except driver.Error as error:
            return _problem(failures.connecting(error, target), service)
        with connection:
            found = _read(connection, target, service, path)
            if not isinstance(found, failures.Failure):
                if sampling is not None:
                    _sample(connection, target, found, sampling)
                return found
        failure = found
        if not failure.passing:
            break
    return _problem(failure, service)


def _read(
    connection: psycopg.Connection[Any], target: Target, service: str, path: str
) -> Facts | failures.Failure:
    from azora_audit.sources.live.read import read_database  # noqa: PLC0415 -- imports psycopg, an extra
    from azora_audit.sources.live.reader import ChangedError  # noqa: PLC0415 -- as above

    try:
        return read_database(connection, service, path=path, label=target.label, running=True)
    except ChangedError:
        return failures.changed(target)
    except ServerError as error:
        if isinstance(error.__cause__, need_psycopg().Error):
            return failures.reading(error.__cause__, target)
        message = f"Database {target.label} cannot be read: {target.hidden(error.message)}"
        return failures.Failure("unsupported-server", message, error.help)
    except UnicodeDecodeError:
        message = f"Database {target.label} has names or texts that are not in its encoding."
        advice = "Convert the database from SQL_ASCII to UTF8, or rename what is not UTF-8."
        return failures.Failure("unsupported-server", message, advice)


def _sample(connection: psycopg.Connection[Any], target: Target, facts: Facts, sampling: Sampling) -> None:
    from azora_audit.sources.live.sample import sample  # noqa: PLC0415 -- only where it is asked for

    try:
        sample(connection, facts, sampling)
    except need_psycopg().Error as error:
        facts.problems.append(_problem(failures.reading(error, target), facts.service))


def connect(target: Target) -> psycopg.Connection[Any]:
    """Connect as the user's settings for libpq say; nothing is sent that a pooler would refuse.

    Statements are not prepared on the server, because a pooler in transaction mode gives the next transaction to another
    server connection.
    """
    driver = need_psycopg()
    given = driver.conninfo.conninfo_to_dict(target.conninfo())
    options: dict[str, Any] = {"client_encoding": "utf8", "fallback_application_name": "azora-audit"}
    if "connect_timeout" not in given and "PGCONNECT_TIMEOUT" not in os.environ:
        options["connect_timeout"] = PATIENCE
    connection: psycopg.Connection[Any] = driver.connect(
        target.conninfo(), autocommit=True, prepare_threshold=None, **options
    )
    return connection


def _problem(failure: failures.Failure, service: str) -> Problem:
    return Problem(failure.kind, service, "", 0, 0, failure.message, failure.help)

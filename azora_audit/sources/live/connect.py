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
    from azora_audit.sources.live.read import read_database  # noqa: PLC0415 -- imports psycopg, an extra
    from azora_audit.sources.live.reader import ChangedError  # noqa: PLC0415 -- as above

    failure = failures.Failure("", "", "")
    for _ in range(TRIES):
        try:
            connection = connect(target)
        except driver.Error as error:
            return _problem(failures.connecting(error, target), service)
        try:
            with connection:
                facts = read_database(connection, service, path=path, label=target.label, running=True)
                if sampling is not None:
                    from azora_audit.sources.live.sample import sample  # noqa: PLC0415 -- only where it is asked for

                    sample(connection, facts, sampling)
                return facts
        except driver.Error as error:
            failure = failures.reading(error, target)
            break
        except UnicodeDecodeError:
            failure = failures.Failure(
                "unsupported-server",
                f"Database {target.label} has names or texts that are not in its encoding.",
                "Convert the database from SQL_ASCII to UTF8, or rename what is not UTF-8.",
            )
            break
        except ServerError as error:
            cause = error.__cause__
            if isinstance(error, ChangedError):
                failure = failures.changed(target)
                continue
            if not isinstance(cause, driver.Error):
                message = f"Database {target.label} cannot be read: {target.hidden(error.message)}"
                failure = failures.Failure("unsupported-server", message, error.help)
                break
            failure = failures.reading(cause, target)
            if cause.sqlstate not in failures.PASSING:
                break
    return _problem(failure, service)


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

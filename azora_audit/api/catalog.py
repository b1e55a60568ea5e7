"""The catalog of a whole fleet, and questions to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from azora_audit.api.common import found_fleet, terms_of
from azora_audit.errors import QueryError
from azora_audit.records import NamedTuple
from azora_audit.settings import load_settings

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from azora_audit.catalog.store import Catalog
    from azora_audit.findings import Problem


class FleetCatalog(NamedTuple):
    """The catalog of a fleet, and what could not be read or understood and so is not in it."""

    catalog: Catalog
    problems: tuple[Problem, ...]


class Answer(NamedTuple):
    """Rows of a catalog under the names of their columns; `problems` are the catalog's."""

    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]
    problems: tuple[Problem, ...] = ()


def load_catalog(
    path: str | os.PathLike[str] = ".", *, databases: Iterable[str] = (), live: bool = False
) -> FleetCatalog:
    """Return the catalog of a whole fleet, derived facts and what services share included.

    Args:
        path: as for `check`, as the next two.
        databases: running databases.
        live: those that the settings name.

    Raises:
        AzoraAuditError: settings that make no sense, or a path without any schema.
    """
    from azora_audit.catalog.derive import across_services
    from azora_audit.catalog.store import Catalog
    from azora_audit.checking.fleet import expected_services
    from azora_audit.checking.reading import read_services
    from azora_audit.engine.judge import unread_problems

    root = Path(path)
    settings = load_settings(root)
    fleet = found_fleet(root, settings, databases, live=live, sample=0)
    services = [reading.facts for reading in read_services(fleet, fleet.services)]
    across_services(services)
    loaded = Catalog()
    loaded.load([*services, expected_services(fleet)])
    problems = [*fleet.problems, *unread_problems(loaded, terms_of(settings, fleet.root))]
    for facts in services:
        problems += facts.problems
    return FleetCatalog(loaded, tuple(problems))


def query(
    path: str | os.PathLike[str], sql: str, *, databases: Iterable[str] = (), live: bool = False
) -> Answer:
    """Run one SELECT on the catalog of a fleet; the other arguments are those of `load_catalog`.

    Raises:
        QueryError: the SQL is wrong, does more than read, or takes too long.
        AzoraAuditError: as `load_catalog`.
    """
    import sqlite3

    loaded, problems = load_catalog(path, databases=databases, live=live)
    try:
        columns, rows = loaded.guard.select(sql, {})
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise QueryError(
            f"the query does not run: {error}",
            help="`azora-audit query --tables` lists the catalog's tables and columns.",
        ) from error
    finally:
        loaded.close()
    return Answer(columns, rows, problems)


def save_catalog(
    path: str | os.PathLike[str], target: Path, *, databases: Iterable[str] = (), live: bool = False
) -> tuple[Problem, ...]:
    """Write the catalog of a fleet to a file that any SQLite tool opens; return what of the fleet is not in it.

    Raises:
        QueryError: the file cannot be written.
        AzoraAuditError: as `load_catalog`.
    """
    import sqlite3

    loaded, problems = load_catalog(path, databases=databases, live=live)
    try:
        loaded.save(target)
    except (OSError, sqlite3.Error) as error:
        raise QueryError(f"the catalog cannot be written: {error}", path=str(target)) from error
    finally:
        loaded.close()
    return problems


def catalog_columns() -> Answer:
    """Return every table and view of the catalog with its columns, as column names and rows."""
    from azora_audit.catalog.store import Catalog

    execute = Catalog().connection.execute
    rows: list[tuple[object, ...]] = []
    names = execute(
        "select type, name from sqlite_master where type in ('table', 'view') order by type, name"
    )
    for kind, name in names.fetchall():
        found = execute("select group_concat(name, ', ') from pragma_table_info(?)", (name,)).fetchone()
        rows.append((kind, name, found[0]))
    return Answer(("kind", "name", "columns"), rows)

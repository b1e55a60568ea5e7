"""`prove`, `replay` and `obligations`: what a real PostgreSQL does with the rows that constraints are there for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from azora_audit.api.common import chosen_settings, need, silent
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable

    from azora_audit.findings import Problem
    from azora_audit.proof import Obligation, ProofReport
    from azora_audit.sources.found import Fleet


class Proven(NamedTuple):
    """A proof, and the folder that the paths of its problems are relative to."""

    report: ProofReport
    root: Path


def prove(
    path: str | os.PathLike[str] = ".",
    *,
    settings_file: str | os.PathLike[str] | None = None,
    database: str | None = None,
    rows_allowed: bool = False,
    postgres_bin: str | os.PathLike[str] | None = None,
    seed: int = 0,
    mutation: bool = False,
    inventory: bool = False,
    budget: float = 0,
    examples: int | None = None,
    counterexamples: str | os.PathLike[str] | bool = False,
    announce: Callable[[str, int], None] = lambda _service, _obligations: None,
    progress: Callable[[int, int], None] = silent,
) -> Proven:
    """Prove on a real PostgreSQL that the constraints of every service at a path do what is declared.

    Args:
        path: a fleet's root, a service's folder, a schema.prisma or an SQL file; with a database, where the files of
            the service are that is named with it.
        settings_file: settings to use instead of those found at the path or above it.
        database: a scratch database to prove instead, as libpq takes it, or `SERVICE=` and that, to be compared with the
            service's schema.prisma; everything done to it is rolled back.
        rows_allowed: go on although that database holds rows.
        postgres_bin: folder with the programs of the PostgreSQL to start; else the installed wheel's or system's.
        seed: of the choice among candidates where there are too many to try all.
        mutation: try as well whether the obligations notice when a constraint is dropped or changed.
        inventory: let the report have every service's tables, columns and foreign keys, as `check` reads them; a
            database's are left out.
        budget: seconds for drawing further rows with Hypothesis, shared by all services; on top of the rest of the run.
        examples: rows to draw for each obligation, with or without a budget; with it alone a seed gives the same again.
        counterexamples: folder in which what fails is kept as scripts, which the next proof tries first; True for one in
            the cache's folder, False for none.
        announce: called with a service's name and how many obligations it has, before anything of it is tried.
        progress: called with the numbers of obligations of a service that are done, and of all.

    Raises:
        AzoraAuditError: settings that make no sense, or a path without any schema.
        ServerError: there is no PostgreSQL to prove with, it does not start, or the given database is no scratch one.
    """
    need("psycopg", "proving needs psycopg")
    from azora_audit.proving.fleet import prove_fleet, prove_given
    from azora_audit.proving.work import Wanted
    from azora_audit.sources.fleet import find_fleet
    from azora_audit.sources.live.target import named_target

    if budget > 0 or examples is not None:
        need("hypothesis", "drawing rows needs Hypothesis")
    root = Path(path)
    fleet = find_fleet(root, chosen_settings(root, settings_file, None)) if database is None else None
    folder = _folder(counterexamples, fleet, database)
    wanted = Wanted(seed, mutation, budget, examples, folder, announce, progress)
    if database is not None:
        service, _ = named_target(database)
        # a database alone needs no files, and none are looked for
        named = database.lstrip().startswith(f"{service}=")
        settings = chosen_settings(root, settings_file, None) if named else None
        given = None if settings is None else find_fleet(root, settings, schemas_needed=False)
        return Proven(prove_given(database, wanted, given, rows_allowed=rows_allowed), root)
    assert fleet is not None  # noqa: S101 -- there is a fleet or a database
    report = prove_fleet(fleet, wanted, postgres_bin)
    if inventory:
        from azora_audit.api.checking import check

        checked = check(root, settings_file=settings_file, inventory=True)
        report = report._replace(inventory=checked.report.inventory)
    return Proven(report, fleet.root)


def replay(
    path: str | os.PathLike[str] = ".",
    *,
    identifiers: Iterable[str] = (),
    settings_file: str | os.PathLike[str] | None = None,
    postgres_bin: str | os.PathLike[str] | None = None,
    counterexamples: str | os.PathLike[str] | bool = True,
) -> Proven:
    """Try saved counterexamples again: each is fixed, still fails, or no longer applies; the fixed ones are removed.

    Args:
        path: as for `prove`, and the next one.
        identifiers: names of counterexamples; all of them when there are none.
        settings_file: settings to use instead of those found.
        postgres_bin: as for `prove`.
        counterexamples: the folder in which they are kept; True for that in the cache's folder.

    Raises:
        AzoraAuditError: settings that make no sense, a path without any schema, or a name that no counterexample has.
        ServerError: there is no PostgreSQL to try them on, or it does not start.
    """
    need("psycopg", "replaying needs psycopg")
    from azora_audit.proving.counterexamples import Store
    from azora_audit.proving.replay_fleet import replay_fleet
    from azora_audit.sources.fleet import find_fleet

    root = Path(path)
    fleet = find_fleet(root, chosen_settings(root, settings_file, None))
    folder = _folder(counterexamples or True, fleet, None)
    assert folder is not None  # noqa: S101 -- True names one
    return Proven(replay_fleet(fleet, Store(folder), identifiers, postgres_bin), fleet.root)


def _folder(
    counterexamples: str | os.PathLike[str] | bool, fleet: Fleet | None, database: str | None
) -> Path | None:
    """Return where counterexamples are kept: the folder that is named, one for the fleet or the database, or none."""
    if not isinstance(counterexamples, bool):
        return Path(counterexamples)
    if not counterexamples:
        return None
    from azora_audit.proving.counterexamples import folder_of

    if fleet is not None:
        root = fleet.root.resolve()
        return folder_of(root.name, str(root))
    from azora_audit.sources.live.target import named_target

    name, target = named_target(database or "")
    return folder_of(f"database {name}", target.label)


def obligations(
    path: str | os.PathLike[str] = ".",
    *,
    settings_file: str | os.PathLike[str] | None = None,
    postgres_bin: str | os.PathLike[str] | None = None,
) -> tuple[list[Obligation], tuple[Problem, ...]]:
    """Return what there is to prove at a path, in order, and what could not be read or run; no row is tried.

    Raises:
        AzoraAuditError: as `prove`.
    """
    need("psycopg", "proving needs psycopg")
    from azora_audit.proving.fleet import list_obligations
    from azora_audit.sources.fleet import find_fleet

    root = Path(path)
    fleet = find_fleet(root, chosen_settings(root, settings_file, None))
    return list_obligations(fleet, postgres_bin)

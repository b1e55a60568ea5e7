"""Reads services into facts, in another process while this one gets its rules ready."""

from __future__ import annotations

import os
from itertools import repeat
from typing import TYPE_CHECKING

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import TABLES
from azora_audit.checking.cache import digest_of
from azora_audit.errors import ServerError
from azora_audit.findings import INTERNAL_ERROR, Problem
from azora_audit.forked import Forked, can_fork
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from azora_audit.catalog.lexicon import Lexicon
    from azora_audit.sources.fleet import Fleet, ServiceFiles
    from azora_audit.sources.verification.verify import Verifier


AT_ONCE = 8
"""Databases that are read at the same time."""


class Reading(NamedTuple):
    """The facts of a service, derived ones too, and the files that its SQL includes with their content's hash."""

    facts: Facts
    included: list[tuple[str, str | None]]


def read_services(
    fleet: Fleet,
    services: Sequence[ServiceFiles],
    verifier: Verifier | None = None,
    *,
    read: Callable[[Facts], None] | None = None,
) -> Iterator[Reading]:
    """Read services one by one, and verify them if there is a verifier.

    A fault of ours in reading one is its problem, not the end of the whole run. `read` is called with the facts of each
    before those are derived that follow from them.
    """
    from azora_audit.catalog.derive import derive  # noqa: PLC0415 -- only where something is read
    from azora_audit.catalog.lexicon import load_lexicon  # noqa: PLC0415 -- as above
    from azora_audit.rulebook.folders import shipped_rules  # noqa: PLC0415 -- as above

    lexicon = load_lexicon(shipped_rules() / "lexicon")
    databases = _databases(services, lexicon)
    for service in services:
        facts = _read(fleet, service, databases.get(service.name), verifier)
        if read is not None:
            read(facts)
        derive(facts, lexicon)
        included = [(path, digest_of(f"{fleet.root}/{path}")) for path in facts.included]
        yield Reading(facts, included)


def _databases(services: Sequence[ServiceFiles], lexicon: Lexicon) -> dict[str, Facts | Problem]:
    """Read the running databases of services, several at once; what one of them does has no effect on the others."""
    targets = [service for service in services if service.database is not None]
    if not targets:
        return {}
    if len(targets) == 1:
        return {service.name: _database(service, lexicon) for service in targets}
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 -- 10 ms, only for several databases

    with ThreadPoolExecutor(min(AT_ONCE, len(targets))) as pool:
        names = [service.name for service in targets]
        return dict(zip(names, pool.map(_database, targets, repeat(lexicon)), strict=True))


def _database(service: ServiceFiles, lexicon: Lexicon) -> Facts | Problem:
    from azora_audit.sources.live.connect import read_target  # noqa: PLC0415 -- only for running databases

    assert service.database is not None  # noqa: S101 -- for mypy: `_databases` has seen to it
    try:
        if not service.sample:
            return read_target(service.database, service.name, service.path)
        from azora_audit.sources.live.sample import Sampling  # noqa: PLC0415 -- only where values are looked at

        return read_target(service.database, service.name, service.path, Sampling(service.sample, lexicon))
    except Exception as error:
        if os.environ.get("AZORA_AUDIT_DEBUG"):
            raise
        return _internal_error(service, error)


class Ahead:
    """Services that another process begins to read at once, while this one does something else.

    Where there is no fork, or a fork is not safe, they are read when `readings` is called.
    """

    def __init__(self, fleet: Fleet, services: Sequence[ServiceFiles]) -> None:
        """Begin."""
        self._fleet = fleet
        self._services = services
        self._forked = Forked(lambda: map(_plain, read_services(fleet, services))) if can_fork() else ()

    def readings(self) -> Iterator[Reading]:
        """Return service after service, each as soon as it is read."""
        arrived = 0
        for plain in self._forked:
            arrived += 1
            yield _reading(plain)
        yield from read_services(self._fleet, self._services[arrived:])


_Plain = tuple[
    str,
    str,
    list[str],
    list[tuple[object, ...]],
    list[tuple[str, str | None]],
    list[list[tuple[object, ...]]],
]


def _plain(reading: Reading) -> _Plain:
    """Turn named tuples into tuples."""
    facts = reading.facts
    rows = [[tuple(row) for row in facts.rows(table)] for table in TABLES.values()]
    problems = [tuple(problem) for problem in facts.problems]
    return facts.service, facts.path, sorted(facts.known), problems, reading.included, rows


def _reading(plain: _Plain) -> Reading:
    service, path, known, problems, included, rows = plain
    facts = Facts(service, path)
    facts.known.update(known)
    facts.problems += [Problem._make(problem) for problem in problems]
    facts.replace_rows(dict(zip(TABLES, rows, strict=True)))
    return Reading(facts, included)


def _read(
    fleet: Fleet, service: ServiceFiles, live: Facts | Problem | None, verifier: Verifier | None
) -> Facts:
    from azora_audit.sources.service import read_service  # noqa: PLC0415 -- only where something is read

    try:
        return read_service(service, fleet.root, fleet.documents, live, verifier)
    except ServerError:
        raise
    except Exception as error:
        if os.environ.get("AZORA_AUDIT_DEBUG"):
            raise
        facts = Facts(service.name, service.path)
        facts.problems.append(_internal_error(service, error))
        return facts


def _internal_error(service: ServiceFiles, error: Exception) -> Problem:
    """Say where we failed; the error's own text may hold a part of the file, and so a credential."""
    import traceback  # noqa: PLC0415 -- only where something failed
    from pathlib import Path  # noqa: PLC0415 -- as above

    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
    return Problem(
        kind=INTERNAL_ERROR,
        service=service.name,
        path=service.path,
        line=0,
        column=0,
        message=f"azora-audit failed to read the service: {type(error).__name__} in {where}",
        help="This is a fault of azora-audit; please report it. AZORA_AUDIT_DEBUG=1 shows all of it.",
    )

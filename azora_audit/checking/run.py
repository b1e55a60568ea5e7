"""Checks a fleet: what is remembered by content is taken from the cache, the rest is judged anew."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from azora_audit.checking.cache import Cache, code_digest, content_digest, digest_of
from azora_audit.checking.outcome import outcome_from, report_from
from azora_audit.findings import FAULTS
from azora_audit.records import NamedTuple
from azora_audit.rulebook.folders import digest, shipped_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from azora_audit.checking.choice import Choice
    from azora_audit.checking.outcome import Outcome
    from azora_audit.findings import Problem, Report
    from azora_audit.sources.fleet import Fleet


class Verify(NamedTuple):
    """The PostgreSQL that is asked whether what was read is what it makes of it."""

    postgres_bin: str | None
    """Folder of its programs, as the user named it."""
    label: str
    """What it calls itself, with its version."""


class Run(NamedTuple):
    """How to check.

    `cache` is the folder of the cache or None for none, `processes` the most that may work at once, `progress` is
    called with the numbers of services done and of all. `inventory` asks for the report's inventory.
    """

    choice: Choice
    cache: Path | None
    processes: int
    progress: Callable[[int, int], None]
    verify: Verify | None = None
    inventory: bool = False


def check_fleet(fleet: Fleet, run: Run) -> Report:
    """Read and judge every service of a fleet and what they share.

    Raises:
        RulebookError: rules that do not hold together, or a choice of rules that do not exist.
    """
    collecting = gc.isenabled()
    gc.disable()  # facts are trees of tuples without cycles; looking for garbage among them costs a third of the time
    try:
        return _check(fleet, run)
    finally:
        if collecting:
            # all that the run made goes to the oldest generation at once: looking through it would take seconds
            gc.freeze()
            gc.unfreeze()
            gc.enable()


def _check(fleet: Fleet, run: Run) -> Report:
    cache = Cache(run.cache)
    keys = _keys(fleet, run) if run.cache is not None else {}
    remembered = keys and all(service.database is None for service in fleet.services)
    whole = content_digest(repr((fleet, sorted(keys.items()))).encode(*_UTF8)) if remembered else ""
    report = _remembered_report(cache, whole, fleet)
    if report is None:
        report, included, steady = _judge(fleet, run, cache, keys)
        if whole and steady and not _is_faulty(report.problems):
            cache.put(whole, (report, included))
        cache.sweep()
    return report


def _judge(
    fleet: Fleet, run: Run, cache: Cache, keys: Mapping[str, str]
) -> tuple[Report, list[tuple[str, str | None]], bool]:
    """Return the report, the files that were read because others name them, and whether no file changed meanwhile."""
    from azora_audit.checking.shards import begin  # noqa: PLC0415 -- nothing of it where all is remembered

    outcomes: dict[str, Outcome] = {}
    for service in fleet.services:
        outcome = _remembered_outcome(cache, keys.get(service.name, ""), fleet)
        if outcome is not None:
            outcomes[service.name] = outcome
    work = begin(fleet, [service for service in fleet.services if service.name not in outcomes], run)
    from azora_audit.checking.fresh import assemble, judge_anew  # noqa: PLC0415 -- while another process reads

    fresh: list[Outcome] = []
    judge, problems = judge_anew(work, outcomes, fresh.append)
    after = _keys(fleet, run) if keys and fresh else {}
    for outcome in fresh:
        name = outcome.summary.name
        if len(fleet.services) == 1:
            break  # the report that is remembered holds it, and nothing else would use it
        # where a file changed while it was read, nobody knows which text was judged
        if name in after and after[name] == keys[name] and not _is_faulty(outcome.problems):
            cache.put(keys[name], outcome)
    in_order = [outcomes[service.name] for service in fleet.services]
    included = [entry for outcome in in_order for entry in outcome.included]
    return assemble(judge, fleet, in_order, problems), included, after in ({}, keys)


def _is_faulty(problems: Iterable[Problem]) -> bool:
    return any(problem.kind in FAULTS for problem in problems)


def _keys(fleet: Fleet, run: Run) -> dict[str, str]:
    """Return, by service, the hash of everything that its outcome depends on; a running database has none."""
    ground = [
        code_digest(),
        digest([shipped_rules(), *run.choice.rule_folders]),
        repr((run.choice, run.verify, run.inventory)),
        *_stamps(fleet, fleet.documents),
    ]
    keys = {}
    for service in fleet.services:
        if service.database is not None:
            continue
        parts = (*ground, repr(service), *_stamps(fleet, service.inputs()))
        keys[service.name] = content_digest("\0".join(parts).encode(*_UTF8))
    return keys


def _stamps(fleet: Fleet, paths: Iterable[str]) -> Iterator[str]:
    root = str(fleet.root)
    for path in paths:
        yield f"{path}\0{digest_of(f'{root}/{path}')}"


_UTF8 = ("utf-8", "surrogatepass")
"""Paths may hold bytes that are no UTF-8."""


def _unchanged(fleet: Fleet, included: Iterable[tuple[str, str | None]]) -> bool:
    return all(digest_of(f"{fleet.root}/{path}") == found for path, found in included)


def _remembered_outcome(cache: Cache, key: str, fleet: Fleet) -> Outcome | None:
    data = cache.get(key) if key else None
    if data is None:
        return None
    outcome = outcome_from(data)
    return outcome if _unchanged(fleet, outcome.included) else None


def _remembered_report(cache: Cache, key: str, fleet: Fleet) -> Report | None:
    data = cache.get(key) if key else None
    if data is None:
        return None
    report, included = data
    return report_from(report) if _unchanged(fleet, included) else None

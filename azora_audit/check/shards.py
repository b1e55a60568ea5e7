"""Shards: groups of services that are read and judged together, in this process or in several."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from azora_audit.catalog.facts import Facts
from azora_audit.check.cache import digest_of
from azora_audit.check.judging import Judge
from azora_audit.findings import INTERNAL_ERROR, Problem
from azora_audit.sources.service import read_service

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from azora_audit.check.choice import Choice
    from azora_audit.check.outcome import Outcome
    from azora_audit.check.run import Run
    from azora_audit.sources.fleet import Fleet, ServiceFiles

SHARD_BYTES = 2_000_000
"""A shard is closed when its services' files reach this size: some thousand tables, 100 MB of catalog."""

PROCESS_BYTES = 400_000
"""Below this size a second process costs more than it saves."""

Result = tuple[list["Outcome"], list["Problem"]]


def judge_shards(judge: Judge, fleet: Fleet, services: Sequence[ServiceFiles], run: Run) -> Iterator[Result]:
    """Read and judge services, yielding the outcomes and problems of rules of a shard when it is done.

    Args:
        judge: this process's, used when everything is done here.
        fleet: the fleet that the services belong to.
        services: those to read.
        run: the choice of rules and the number of processes.
    """
    sizes = [_size(fleet, service) for service in services]
    shards = _shards(services, sizes)
    processes = min(run.processes, len(shards))
    if processes < 2 or sum(sizes) < PROCESS_BYTES:  # noqa: PLR2004 -- one process is no pool
        for shard in shards:
            yield _judge_shard(judge, fleet, shard)
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed  # noqa: PLC0415 -- 20 ms, only here

    with ProcessPoolExecutor(processes, initializer=_start, initargs=(run.choice, fleet)) as pool:
        for future in as_completed([pool.submit(_judge_in_worker, shard) for shard in shards]):
            yield future.result()


class _Worker(NamedTuple):
    judge: Judge
    fleet: Fleet


_worker: list[_Worker] = []
"""What a worker process keeps from one shard to the next."""


def _start(choice: Choice, fleet: Fleet) -> None:
    import gc  # noqa: PLC0415 -- in the worker only

    gc.disable()
    _worker.append(_Worker(Judge(choice), fleet))


def _judge_in_worker(shard: list[ServiceFiles]) -> Result:
    return _judge_shard(_worker[0].judge, _worker[0].fleet, shard)


def _judge_shard(judge: Judge, fleet: Fleet, shard: list[ServiceFiles]) -> Result:
    services = []
    included: dict[str, list[tuple[str, str | None]]] = {}
    for service in shard:
        facts = _read(service, fleet)
        included[service.name] = [(path, digest_of(f"{fleet.root}/{path}")) for path in facts.included]
        services.append(facts)
    outcomes, problems = judge.services(services)
    return [outcome._replace(included=included[outcome.summary.name]) for outcome in outcomes], problems


def _read(service: ServiceFiles, fleet: Fleet) -> Facts:
    """Read a service; a fault of ours in reading it is its problem, not the end of the whole run."""
    try:
        return read_service(service, fleet.root, fleet.documents)
    except Exception as error:
        if os.environ.get("AZORA_AUDIT_DEBUG"):
            raise
        facts = Facts(service.name, service.path)
        facts.problems.append(_internal_error(service, error))
        return facts


def _internal_error(service: ServiceFiles, error: Exception) -> Problem:
    """Say where we failed; the error's own text may hold a part of the file, and so a credential."""
    import traceback  # noqa: PLC0415 -- only where something failed

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


def _shards(services: Sequence[ServiceFiles], sizes: Sequence[int]) -> list[list[ServiceFiles]]:
    """Group services in order, so that no group but a single large service exceeds SHARD_BYTES."""
    shards: list[list[ServiceFiles]] = []
    filled = 0
    for service, size in zip(services, sizes, strict=True):
        if not shards or filled + size > SHARD_BYTES:
            shards.append([])
            filled = 0
        shards[-1].append(service)
        filled += size
    return shards


def _size(fleet: Fleet, service: ServiceFiles) -> int:
    """Return the size of a service's files in bytes; files that cannot be read count nothing."""
    size = 0
    for path in service.inputs():
        try:
            size += (fleet.root / path).stat().st_size
        except OSError:
            continue
    return size

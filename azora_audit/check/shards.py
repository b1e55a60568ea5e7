"""Shards: groups of services that are read and judged together, in this process or in several."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from azora_audit.check.judging import Judge
from azora_audit.check.reading import Ahead, read_services

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from azora_audit.check.choice import Choice
    from azora_audit.check.outcome import Outcome
    from azora_audit.check.run import Run
    from azora_audit.findings import Problem
    from azora_audit.sources.fleet import Fleet, ServiceFiles

SHARD_BYTES = 2_000_000
"""A shard is closed when its services' files reach this size: some thousand tables, 100 MB of catalog."""

PROCESS_BYTES = 400_000
"""From this size a second process pays for shards; below it, for reading beside getting the rules ready."""

DATABASE_BYTES = 200_000
"""What a running database is taken to be worth before anybody has asked it: ten are read together."""

Result = tuple[list["Outcome"], list["Problem"]]


def judge_shards(fleet: Fleet, services: Sequence[ServiceFiles], run: Run) -> tuple[Judge, Iterator[Result]]:
    """Read and judge services.

    Args:
        fleet: the fleet that the services belong to.
        services: those to read.
        run: the choice of rules and the number of processes.

    Returns:
        A judge of this process, for the fleet-wide rules, and the outcomes and problems of rules shard by shard.

    Raises:
        RulebookError: rules that do not hold together, or a choice of rules that do not exist.
    """
    sizes = [_size(fleet, service) for service in services]
    shards = _shards(services, sizes)
    processes = min(run.processes, len(shards))
    large = sum(sizes) >= PROCESS_BYTES
    if processes > 1 and large:
        return Judge(run.choice), _in_processes(fleet, shards, run, processes)
    if run.processes > 1 and shards and not large:  # facts of a large fleet would take long through the pipe
        ahead = Ahead(fleet, shards[0])
        judge = Judge(run.choice)
        judge.warm_up()
        return judge, _here(judge, fleet, shards, ahead)
    judge = Judge(run.choice)
    return judge, _here(judge, fleet, shards, None)


def _here(
    judge: Judge, fleet: Fleet, shards: list[list[ServiceFiles]], ahead: Ahead | None
) -> Iterator[Result]:
    for number, shard in enumerate(shards):
        readings = ahead.readings() if ahead and number == 0 else read_services(fleet, shard)
        yield judge.services(readings)


def _in_processes(
    fleet: Fleet, shards: list[list[ServiceFiles]], run: Run, processes: int
) -> Iterator[Result]:
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
    return _worker[0].judge.services(read_services(_worker[0].fleet, shard))


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
    size = 0 if service.database is None else DATABASE_BYTES
    for path in service.inputs():
        try:
            size += (fleet.root / path).stat().st_size
        except OSError:
            continue
    return size

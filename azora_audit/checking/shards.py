"""Shards: groups of services that are read and judged together, in this process or in several."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from azora_audit.checking.reading import Ahead, read_services
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from azora_audit.catalog.facts import Facts
    from azora_audit.checking.choice import Choice
    from azora_audit.checking.judging import Judge
    from azora_audit.checking.outcome import Outcome, Share
    from azora_audit.checking.run import Run, Verify
    from azora_audit.findings import Problem
    from azora_audit.sources.fleet import Fleet, ServiceFiles

SHARD_BYTES = 2_000_000
"""A shard is closed when its services' files reach this size: some thousand tables, 100 MB of catalog."""

PROCESS_BYTES = 400_000
"""From this size a second process pays for shards; below it, for reading beside getting the rules ready."""

DATABASE_BYTES = 200_000
"""What a running database is taken to be worth before anybody has asked it: ten are read together."""

Result = tuple[list["Outcome"], list["Problem"]]


class Work(NamedTuple):
    """Services to judge, grouped into shards, and the reader of the first of them where one has begun."""

    fleet: Fleet
    run: Run
    shards: list[list[ServiceFiles]]
    processes: int
    """Those that share the shards; with 1 they are judged in this process."""
    judges: int
    """Those that share the rules, where all is one shard."""
    ahead: Ahead | None


def begin(fleet: Fleet, services: Sequence[ServiceFiles], run: Run) -> Work:
    """Group services, and begin to read the first where another process can, before this one imports the engine."""
    sizes = [_size(fleet, service) for service in services]
    shards = _shards(services, sizes)
    large = sum(sizes) >= PROCESS_BYTES
    # with a server to ask, that is the other process
    processes = min(run.processes, len(shards)) if large and run.verify is None else 1
    # facts of a large service would take long through the pipe
    reads_ahead = run.processes > 1 and shards and not large and run.verify is None
    judges = run.processes if large and len(shards) == 1 and run.verify is None else 1
    return Work(fleet, run, shards, processes, judges, Ahead(fleet, shards[0]) if reads_ahead else None)


def judge_shards(work: Work, remembered: Iterable[Outcome]) -> tuple[Judge, Iterator[Result]]:
    """Read and judge services.

    Args:
        work: the services.
        remembered: the outcomes of all others of the fleet.

    Returns:
        A judge of this process, for the fleet-wide rules, and the outcomes and problems of rules shard by shard.

    Raises:
        RulebookError: rules that do not hold together, or a choice of rules that do not exist.
    """
    from azora_audit.checking.judging import Judge  # noqa: PLC0415 -- while another process reads

    judge = Judge(work.run.choice, work.judges, inventory=work.run.inventory)
    if work.run.verify is not None:
        return judge, _verified(judge, work, work.run.verify)
    if work.processes > 1:
        return judge, _in_processes(work)
    if work.ahead is not None:
        judge.warm_up()
    return judge, _here(judge, work, [outcome.share for outcome in remembered])


def _here(judge: Judge, work: Work, remembered: Sequence[Share]) -> Iterator[Result]:
    whole = partial(_whole, work.fleet, remembered) if work.judges > 1 else None
    for number, shard in enumerate(work.shards):
        begun = work.ahead if number == 0 else None
        readings = begun.readings() if begun else read_services(work.fleet, shard, read=judge.store_meanwhile)
        yield judge.services(readings, whole)


def _whole(fleet: Fleet, remembered: Sequence[Share], read: Sequence[Share]) -> list[Facts]:
    """Return what fleet-wide rules judge when the last services have been read."""
    from azora_audit.checking.fleet import fleet_facts  # noqa: PLC0415 -- as in judge_shards

    shares = {share.service: share for share in (*remembered, *read)}
    return fleet_facts(fleet, [shares[service.name] for service in fleet.services])


def _verified(judge: Judge, work: Work, verify: Verify) -> Iterator[Result]:
    from azora_audit.definition import define  # noqa: PLC0415 -- only to verify
    from azora_audit.sources.live.target import need_psycopg  # noqa: PLC0415 -- as above

    need_psycopg()
    from azora_audit.sources.verification.verify import Verifier  # noqa: PLC0415 -- as above

    with Verifier(verify.postgres_bin, lambda facts: define(facts).statements) as verifier:
        for shard in work.shards:
            yield judge.services(read_services(work.fleet, shard, verifier))


def _in_processes(work: Work) -> Iterator[Result]:
    from concurrent.futures import ProcessPoolExecutor, as_completed  # noqa: PLC0415 -- 20 ms, only here

    start = (work.run.choice, work.fleet, work.run.inventory)
    with ProcessPoolExecutor(work.processes, initializer=_start, initargs=start) as pool:
        for future in as_completed([pool.submit(_judge_in_worker, shard) for shard in work.shards]):
            yield future.result()


class _Worker(NamedTuple):
    judge: Judge
    fleet: Fleet


_worker: list[_Worker] = []
"""What a worker process keeps from one shard to the next."""


def _start(choice: Choice, fleet: Fleet, inventory: bool) -> None:
    import gc  # noqa: PLC0415 -- in the worker only

    from azora_audit.checking.judging import Judge  # noqa: PLC0415 -- as in judge_shards

    gc.disable()
    _worker.append(_Worker(Judge(choice, inventory=inventory), fleet))


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

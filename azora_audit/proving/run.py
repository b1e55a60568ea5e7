"""Proving one database: its obligations, then table after table their trials and verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azora_audit.proof import FAILED, Obligation, Proof
from azora_audit.proving.behaviour import behaviour_duties
from azora_audit.proving.bench import Bench
from azora_audit.proving.checks import check_duties
from azora_audit.proving.counterexamples import Counterexample, digest, of_duty, of_promise
from azora_audit.proving.effects import Effects, effect_obligations
from azora_audit.proving.intent import Intent, describe
from azora_audit.proving.introspect import read_schema
from azora_audit.proving.keeping import kept_by_duty
from azora_audit.proving.keys import exclusion_duties, key_duties
from azora_audit.proving.lookups import refer_to_standing
from azora_audit.proving.loosening import make_room
from azora_audit.proving.mutation import Mutation, Tried, try_mutants
from azora_audit.proving.plainness import leave_out_optional
from azora_audit.proving.references import reference_duties
from azora_audit.proving.rows import Rows
from azora_audit.proving.script import script
from azora_audit.proving.session import Probe, Session
from azora_audit.proving.shrinking import shrink
from azora_audit.proving.trial import Judged, judge, said
from azora_audit.proving.values import column_duties, row_duties
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psycopg

    from azora_audit.proving.deepening import Deepening
    from azora_audit.proving.duty import Duty
    from azora_audit.proving.model import Schema, Table


class Planned(NamedTuple):
    """The duties of a database, in their order."""

    schema: Schema
    duties: dict[int, list[Duty]]
    """By table."""

    def obligations(self, service: str) -> list[Obligation]:
        """Return what has to be proven, before anything runs."""
        return [
            obligation_of(service, self.schema[oid], duty)
            for oid, duties in self.duties.items()
            for duty in duties
        ] + effect_obligations(self.schema, service)


def obligation_of(service: str, table: Table, duty: Duty) -> Obligation:
    """Return a duty as reports know it."""
    identifier = duty.identify(table)
    return Obligation(
        identifier, service, table.address, duty.kind, duty.subject, duty.expects, duty.sentence
    )


def plan(connection: psycopg.Connection[Any]) -> Planned:
    """Read a database's catalog and list its duties; no row is written.

    Raises:
        psycopg.Error: the server refuses to say, or is gone.
    """
    schema = read_schema(connection)
    return Planned(schema, {oid: list(duties_of(schema, table)) for oid, table in schema.items()})


def duties_of(schema: Schema, table: Table) -> Iterator[Duty]:
    """Yield the duties of one table."""
    yield from row_duties(table)
    yield from key_duties(table)
    yield from column_duties(table)
    yield from check_duties(table)
    yield from exclusion_duties(table)
    yield from reference_duties(schema, table)
    yield from behaviour_duties(table)


def prove(
    connection: psycopg.Connection[Any],
    planned: Planned,
    service: str,
    *,
    seed: int = 0,
    progress: Callable[[int], None] = lambda _done: None,
    mutations: list[Mutation] | None = None,
    intent: Intent | None = None,
    effects: Effects | None = None,
    deepening: Deepening | None = None,
    counterexamples: list[Counterexample] | None = None,
) -> Iterator[Proof]:
    """Try the duties of a database and yield what became of each, table after table.

    Nothing is left behind: what is done is done in transactions that are rolled back.

    Args:
        connection: in autocommit mode, with rights to all tables and free of row level security.
        planned: what to prove.
        service: name of the service, for the obligations.
        seed: of choices among too many candidates.
        progress: called with the number of obligations done.
        intent: what columns mean; gets the promises of their names that are not kept.
        effects: knows the kinds of tables; gets what deleting rows does to others.
        deepening: draws rows beyond the candidates; None for the candidates alone.
        counterexamples: gets what shows each failure and each promise that is not kept; None for nothing.
        mutations: gets what became of the mutants of each table; None for no mutation.

    Raises:
        psycopg.Error: the session or the server has ended.
    """
    session = Session(connection)
    rows = Rows(planned.schema, session, seed)
    leave_out_optional(rows)
    extras = _Extras(service, mutations, intent, deepening, counterexamples, digest(planned.schema))
    if deepening is not None:
        deepening.reach(session, planned.schema, rows)
    refer_to_standing(rows)
    if rows.pinned:
        # what only now has its parents
        leave_out_optional(rows)
    done = 0
    for number, (oid, duties) in enumerate(planned.duties.items()):
        table = planned.schema[oid]
        if deepening is not None:
            deepening.begin(len(planned.duties) - number)
        yield from _prove_table(session, planned, rows, table, duties, extras)
        done += len(duties)
        progress(done)
    yield from (effects or Effects()).prove(session, planned.schema, rows, service)


class _Extras(NamedTuple):
    """What a proof is to do, and to find out, besides verdicts."""

    service: str
    mutations: list[Mutation] | None
    intent: Intent | None
    deepening: Deepening | None
    counterexamples: list[Counterexample] | None
    schema: str

    def keep(self, found: Counterexample) -> None:
        """Keep what shows a failure."""
        if self.counterexamples is not None:
            self.counterexamples.append(found)


def _prove_table(
    session: Session, planned: Planned, rows: Rows, table: Table, duties: list[Duty], extras: _Extras
) -> Iterator[Proof]:
    obligations = [obligation_of(extras.service, table, duty) for duty in duties]
    bench = Bench(planned.schema, rows, table)
    intent, deepening = extras.intent, extras.deepening
    with session.connection.transaction(force_rollback=True):
        reason = rows.unsolved.get(table.oid) or stand_up(session, bench)
        if reason:
            reason = rows.without.get(table.oid, reason)
            yield from (Proof(obligation, "blocked", reason, "", 0) for obligation in obligations)
            return
        trials = [duty.tried(bench) for duty in duties]
        outcomes = iter(session.run([probe for trial in trials for probe in trial.probes]))
        judged = [Judged(trial, judge(trial, [next(outcomes) for _ in trial.probes])) for trial in trials]
        if deepening is not None:
            judged = deepening.deepen(session, bench, list(zip(duties, judged, strict=True)))
        broken = intent.broken(session, bench, deepening) if intent is not None else []
    for obligation, duty, result in zip(obligations, duties, judged, strict=True):
        yield _proof(session, bench, obligation, duty, result, extras)
    if intent is not None:
        for row in broken:
            promise, probe = describe(session, bench, row, extras.service)
            intent.found.append(promise)
            extras.keep(of_promise(promise, probe, extras.schema))
    if extras.mutations is not None:
        tried = [
            Tried(duty, trial, found.verdict) for duty, (trial, found, _) in zip(duties, judged, strict=True)
        ]
        extras.mutations.extend(try_mutants(session, bench, planned.schema, tried))


def _proof(
    session: Session, bench: Bench, obligation: Obligation, duty: Duty, judged: Judged, extras: _Extras
) -> Proof:
    """Return what became of an obligation, with the smallest script where it failed; outside of a transaction."""
    trial, found, drawn = judged
    if found.verdict not in FAILED or found.probe is None:
        return Proof(obligation, found.verdict, found.evidence, "", len(trial.probes), drawn=drawn)
    kept = kept_by_duty(bench, duty, found.probe)
    smaller = shrink(session, bench, trial, found.probe, kept, fails=True)
    counterexample = of_duty(obligation, trial, smaller, extras.schema)
    extras.keep(counterexample)
    # it is not seen again where a sequence has gone on
    evidence = (smaller.found if smaller.found.verdict == found.verdict else found).evidence
    title, verdict = f"{obligation.table}: {obligation.sentence}", f"{found.verdict}: {evidence}"
    sql = script(title, verdict, smaller.probe)
    return Proof(
        obligation,
        found.verdict,
        evidence,
        sql,
        len(trial.probes),
        drawn=drawn,
        counterexample=counterexample.id,
    )


def stand_up(session: Session, bench: Bench) -> str:
    """Give a table's parents their rows, and try its own; return why that does not go."""
    for statement in make_room(bench):
        cleared = session.run([Probe(statement)])[0]
        if cleared.stage != "done":
            return f"it gets no rows beside those that it holds, and these cannot go: {said(cleared)}"
        session.connection.execute(statement.encode())
    for table, statement in bench.setup():
        reason = bench.rows.unsolved.get(table.oid)
        if reason is None:
            outcome = session.run([Probe(statement)])[0]
            reason = (
                "" if outcome.stage == "done" and outcome.affected else said(outcome) or "no row was stored"
            )
        if reason:
            return f"{table.address}, which it refers to, gets no row: {reason}"
        session.connection.execute(statement.encode())
    session.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    first = session.run([Probe(bench.insert(bench.row()))])[0]
    if first.stage != "done":
        return f"no valid row was found: {said(first)}"
    return "" if first.affected else "its rows are not stored: a trigger or rule passes them over"

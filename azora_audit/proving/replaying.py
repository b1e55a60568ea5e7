"""Trying saved counterexamples again: each is fixed, still fails, or no longer applies to the schema as it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.proof import FAILED, Promise, Proof, Replayed
from azora_audit.proving.behaviour import MAKE_READER
from azora_audit.proving.counterexamples import identify
from azora_audit.proving.script import script
from azora_audit.proving.session import READER
from azora_audit.proving.standing import Standing
from azora_audit.proving.trial import DELIBERATE, MENDED, Trial, judge, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from azora_audit.proving.counterexamples import Counterexample, Store
    from azora_audit.proving.run import Planned
    from azora_audit.proving.session import Outcome, Probe, Session

FIXED: Final = "fixed"
STILL: Final = "still-fails"
GONE: Final = "no-longer-applies"
REFUSED: Final = ("23505", "23514", "23P01", "22")
"""States by which a database keeps a promise of names: by a key, a check, an exclusion or a type."""


def replay(
    session: Session, planned: Planned, service: str, saved: Sequence[Counterexample]
) -> list[Replayed]:
    """Try saved counterexamples of a database again; nothing is left behind.

    Args:
        session: where they are tried.
        planned: the obligations that there are now.
        service: name of the service.
        saved: what to try.
    """
    known = {identify(row.id, row.sentence) for row in planned.obligations(service)}
    tables = {table.address: table.oid for table in planned.schema.values()}
    standing = Standing(session, planned.schema)
    replayed = []
    for row in saved:
        if row.expects == "promise" and row.table not in tables:
            found = (GONE, f"there is no table {row.table}")
        elif row.expects != "promise" and row.id not in known:
            found = (GONE, "the schema has no such obligation any more, or one that says something else")
        elif tables.get(row.table) in standing and _looks_at_all(row.probe):
            found = (GONE, "the table holds rows by now, and it looks at all of them")
        else:
            found = _tried(session, row)
        replayed.append(as_replayed(row, *found))
    return replayed


def _looks_at_all(probe: Probe) -> bool:
    """Tell whether the query of a probe is about all rows of a table, as it is where there were none before."""
    return bool(probe.after) and " WHERE " not in probe.after


def as_replayed(row: Counterexample, outcome: str, evidence: str) -> Replayed:
    """Return what became of a counterexample, as reports know it."""
    shown = row.probe._replace(after="") if row.expects == "promise" else row.probe
    title, verdict = f"{row.table}: {row.sentence}", f"{row.verdict}: {row.evidence}"
    return Replayed(
        row.id,
        row.service,
        row.obligation,
        row.table,
        row.kind,
        row.subject,
        row.expects,
        row.sentence,
        row.verdict,
        row.precision,
        outcome,
        evidence,
        script(title, verdict, shown),
    )


def _tried(session: Session, row: Counterexample) -> tuple[str, str]:
    probe = row.probe
    if session.needs_reader and any(READER in line for line in probe.before):
        probe = probe._replace(before=(MAKE_READER, *probe.before))
    with session.connection.transaction(force_rollback=True):
        outcome = session.run([probe])[0]
    if outcome.stage in {"before", "late"}:
        return GONE, f"its statements do not run any more: {said(outcome)}"
    return _of_promise(row, outcome) if row.expects == "promise" else _of_duty(row, probe, outcome)


def _of_promise(row: Counterexample, outcome: Outcome) -> tuple[str, str]:
    """Judge a row that has to be refused, by whatever a database keeps a promise with."""
    if outcome.stage != "statement":
        stored = outcome.stage == "done" and outcome.affected and outcome.value in {None, "true"}
        return (STILL, row.evidence) if stored else (FIXED, "the row is not stored as it is any more")
    raised = outcome.context.partition("\n")[0].endswith(DELIBERATE)
    if raised or outcome.state.startswith(REFUSED):
        return FIXED, f"refused: {said(outcome)}"
    return GONE, f"refused, but not for what it breaks: {said(outcome)}"


def _of_duty(row: Counterexample, probe: Probe, outcome: Outcome) -> tuple[str, str]:
    trial = Trial((probe,), row.refusal, untouched=row.untouched)
    found = judge(trial, [outcome])
    if found.verdict in FAILED:
        if (outcome.state, outcome.constraint) != (row.state, row.constraint):
            return GONE, f"refused for another reason: {said(outcome)}"
        return STILL, found.evidence
    if found.verdict == "enforced" or MENDED in found.evidence:
        return FIXED, found.evidence
    return GONE, found.evidence


def remove_fixed(store: Store, saved: Sequence[Counterexample], replayed: Sequence[Replayed]) -> None:
    """Remove from a store what shows nothing any more."""
    fixed = {row.id for row in replayed if row.outcome == FIXED}
    for row in saved:
        if row.id in fixed:
            store.remove(row)


def with_saved(
    proofs: Sequence[Proof], promises: Sequence[Promise], replayed: Sequence[Replayed]
) -> tuple[tuple[Proof, ...], tuple[Promise, ...]]:
    """Return proofs and promises with what only a saved counterexample shows."""
    still = {row.id: row for row in replayed if row.outcome == STILL}
    merged = []
    for proof in proofs:
        row = still.get(identify(proof.obligation.id, proof.obligation.sentence))
        # what else may refuse a row that has to be accepted is for the trial of today to know, not for an old script
        unclear = proof.verdict == "unreached" and proof.obligation.expects != "refuse"
        if row is not None and proof.verdict not in FAILED and not unclear:
            proof = proof._replace(  # noqa: PLW2901 -- the same obligation
                verdict=row.verdict, evidence=row.evidence, sql=row.sql, counterexample=row.id
            )
        merged.append(proof)
    found = {promise.counterexample for promise in promises}
    more = [promise_of(row) for row in still.values() if row.expects == "promise" and row.id not in found]
    return tuple(merged), (*promises, *more)


def promise_of(row: Replayed) -> Promise:
    """Return a promise that only a saved counterexample breaks; what would close it was not tried."""
    columns = tuple(row.subject.split(","))
    return Promise(
        row.service,
        row.table,
        columns,
        row.kind,
        row.precision,
        row.sentence,
        row.evidence,
        row.sql,
        "",
        row.id,
    )

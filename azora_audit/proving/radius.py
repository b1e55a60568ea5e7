"""What one DELETE does to all that refers to its row: measured on a population, to be compared with what is declared."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from azora_audit.proof import Effect, Radius, Step, Stop
from azora_audit.proving.loosening import drop_constraint
from azora_audit.proving.reactions import REFUSED
from azora_audit.proving.session import Probe
from azora_audit.proving.snapshot import Fates, fates, parse
from azora_audit.proving.trial import said
from azora_audit.proving.verdicts import unknowns
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.proving.actions import Predicted
    from azora_audit.proving.ground import Ground, KeyName, Target
    from azora_audit.proving.kinds import Kinds
    from azora_audit.proving.model import ForeignKey, Table
    from azora_audit.proving.session import Outcome
    from azora_audit.proving.snapshot import Reference, RowId

ROUNDS: Final = 40
"""Foreign keys that stop a DELETE, each taken away to see the next, before no more are looked for."""
ACTIONS: Final = {"c": "cascade", "n": "set null", "d": "set default"}


class Stopped(NamedTuple):
    """A refusal, and the foreign key that it comes from, if it does."""

    stop: Stop
    key: KeyName | None
    own_trigger: bool
    """Whether a trigger of the table itself refuses that its rows are deleted."""


class Measured(NamedTuple):
    """What the server did."""

    stops: tuple[Stopped, ...]
    fates: Fates | None
    """What became of rows when all foreign keys that refuse were taken away; None if it was refused even so."""
    reason: str
    """Why nothing was found out."""
    affected: int
    probes: int


def measure(ground: Ground, targets: list[Target]) -> dict[int, Measured]:
    """Delete the row of each target, and again without each foreign key that refuses it, until nothing does.

    Returns:
        what the server did, by the target's table.
    """
    found: dict[int, list[Stopped]] = {target.table.oid: [] for target in targets}
    dropped: dict[int, list[str]] = {target.table.oid: [] for target in targets}
    measured: dict[int, Measured] = {}
    left = list(targets)
    for turn in range(1, ROUNDS + 1):
        probes = [
            Probe(
                target.statement,
                tuple(dropped[target.table.oid]),
                ground.query(target.scope),
            )
            for target in left
        ]
        again = []
        for target, outcome in zip(left, ground.session.run(probes), strict=True):
            oid = target.table.oid
            stopped = _stopped(ground, target, outcome)
            if stopped is not None:
                found[oid].append(stopped)
            if stopped is not None and stopped.key is not None and turn < ROUNDS:
                dropped[oid].append(drop_constraint(ground.schema[stopped.key[0]], stopped.key[1]))
                again.append(target)
            else:
                measured[oid] = _measured(ground, target, outcome, found[oid], turn)
        left = again
    return measured


def _stopped(ground: Ground, target: Target, outcome: Outcome) -> Stopped | None:
    """Return what refused a DELETE, None if nothing did or it is not known."""
    if outcome.stage != "statement":
        return None
    named = outcome.schema, outcome.table, outcome.constraint
    key = ground.key_of(*named) if outcome.state in REFUSED else None
    table = f"{outcome.schema}.{outcome.table}" if outcome.table else ""
    message = " ".join(outcome.message.split())
    return Stopped(
        Stop(outcome.state, outcome.constraint, table, message),
        None if key is None else (key[0].oid, key[1].name),
        _own_trigger(target.table, outcome.context),
    )


def _own_trigger(table: Table, context: str) -> bool:
    """Tell whether an error was raised by a trigger of a table, and not on the way of an action to another.

    The frame right inside of the statement in question, which is the last SQL statement of the context, says so.
    """
    inside = context.rpartition('SQL statement "')[0].rstrip("\n")
    frame = inside.rpartition("\n")[2]
    return any(trigger.on_delete and trigger.function in frame for trigger in table.triggers)


def _measured(
    ground: Ground, target: Target, outcome: Outcome, stops: list[Stopped], probes: int
) -> Measured:
    reason, seen = "", None
    if outcome.stage == "done":
        seen = fates(ground.schema, ground.rows, parse(outcome.value), target.scope, ground.standing)
    elif outcome.stage != "statement":
        reason = said(outcome)
    return Measured(tuple(stops), seen, reason, outcome.affected, probes)


def describe(ground: Ground, target: Target, measured: Measured, kinds: Kinds, service: str) -> Radius:
    """Return what a DELETE did as reports know it; the verdict is filled in by whoever compares."""
    predicted = ground.actions.after_deleting([target.row])
    unknown = unknowns(ground, target, predicted)
    if measured.stops:
        outcome = "stopped"
    elif measured.fates is None:
        outcome, unknown = "unknown", (measured.reason, *unknown)
    else:
        outcome = "removed" if measured.affected else "passed-over"
    seen = measured.fates if outcome == "removed" else None
    table = target.table
    return Radius(
        service=service,
        table=table.address,
        record=kinds.records.get((table.schema, table.name), ""),
        outcome=outcome,
        verdict="",
        statement=target.statement,
        stops=tuple(row.stop._replace(path=_path(ground, predicted, row.key)) for row in measured.stops),
        effects=() if seen is None else tuple(_effects(ground, target, predicted, seen, kinds)),
        steps=() if seen is None else tuple(_steps(ground, predicted, seen, kinds)),
        unknown=unknown,
    )


def _path(ground: Ground, predicted: Predicted, key: KeyName | None) -> tuple[str, ...]:
    """Return the tables from the deleted row to the one on which a foreign key refuses."""
    found: list[int] = []
    by_child: dict[RowId, Reference] = {}
    for reference in predicted.acting:
        by_child.setdefault(reference.child, reference)
    last = next(
        (
            reference
            for reference in predicted.acting
            if (ground.rows[reference.child].table, reference.key.name) == key
        ),
        None,
    )
    if last is not None:
        found = [ground.rows[last.child].table, ground.rows[last.parent].table]
        row = last.parent
        while row in by_child and by_child[row].parent != row and len(found) <= len(ground.schema):
            row = by_child[row].parent
            found.append(ground.rows[row].table)
    return tuple(ground.schema[oid].address for oid in reversed(found))


def _effects(
    ground: Ground, target: Target, predicted: Predicted, seen: Fates, kinds: Kinds
) -> Iterator[Effect]:
    """Yield what became of the rows of each table that was touched, the target's first."""
    before = Counter(stored.table for stored in ground.rows.values())
    removed = Counter(ground.rows[row].table for row in seen.removed)
    nulled, defaulted, other = Counter[int](), Counter[int](), Counter[int]()
    columns: dict[int, dict[str, None]] = {}
    for row, new in seen.changed.items():
        oid = ground.rows[row].table
        kinds_of_row = predicted.changed.get(row, {})
        declared = [name for name in kinds_of_row if name in new]
        columns.setdefault(oid, {}).update(dict.fromkeys(declared))
        if any(new[name] is None for name in declared):
            nulled[oid] += 1
        elif declared:
            defaulted[oid] += 1
        else:
            other[oid] += 1
    touched = dict.fromkeys((target.table.oid, *(ground.rows[row.child].table for row in predicted.acting)))
    touched |= dict.fromkeys((*removed, *nulled, *defaulted, *other, *seen.added))
    for oid in touched:
        counts = (removed[oid], nulled[oid], defaulted[oid], other[oid], seen.added.get(oid, 0))
        if any(counts):
            table = ground.schema[oid]
            record = kinds.records.get((table.schema, table.name), "")
            yield Effect(table.address, record, before[oid], *counts, tuple(columns.get(oid, ())))


def _steps(ground: Ground, predicted: Predicted, seen: Fates, kinds: Kinds) -> Iterator[Step]:
    """Yield the foreign keys by which rows went or changed, in the order of their distance."""
    counts: Counter[tuple[int, int, str]] = Counter()
    keys: dict[tuple[int, int, str], ForeignKey] = {}
    for reference in predicted.acting:
        fate = reference.child in seen.removed or reference.child in seen.changed
        if fate and reference.parent in seen.removed and reference.child != reference.parent:
            place = (
                ground.rows[reference.parent].table,
                ground.rows[reference.child].table,
                reference.key.name,
            )
            counts[place] += 1
            keys[place] = reference.key
    for (parent, child, name), key in keys.items():
        above, below = (ground.schema[oid] for oid in (parent, child))
        record = kinds.records.get((below.schema, below.name), "")
        crossing = (
            key.on_delete == "c"
            and bool(record)
            and kinds.records.get((above.schema, above.name), "") != record
        )
        action = ACTIONS.get(key.on_delete, "")
        yield Step(name, above.address, below.address, action, counts[parent, child, name], crossing)

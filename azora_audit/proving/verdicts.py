"""Measured against declared: how what a DELETE did differs from what the foreign keys say that it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.proving.loosening import drop_constraint
from azora_audit.proving.session import Probe, literal
from azora_audit.proving.trial import Finding
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.proving.actions import Predicted
    from azora_audit.proving.ground import Ground, Target
    from azora_audit.proving.model import Table
    from azora_audit.proving.radius import Measured, Stopped
    from azora_audit.proving.snapshot import Fates, RowId


class Difference(NamedTuple):
    """Something that is not as declared, and what shows it after the DELETE."""

    verdict: str
    text: str
    dropped: tuple[str, ...] = ()
    """What has to be taken away first, because it refuses the DELETE as it should."""
    after: str = ""
    """A query that would say `true` if all were as declared."""


def compare(ground: Ground, target: Target, measured: Measured) -> Finding:
    """Return the verdict on a DELETE; its probe lacks the rows that have to be there."""
    predicted = ground.actions.after_deleting([target.row])
    if measured.reason:
        return Finding("unreached", measured.reason)
    if measured.fates is not None and not measured.affected:
        evidence = "no error, and the row is still there"
        return Finding("swallowed", evidence, Probe(target.statement))
    differences = _of_stops(ground, predicted, measured)
    if measured.fates is not None:
        keys = {row.key for row in measured.stops if row.key is not None}
        left = ground.actions.after_deleting([target.row], keys)
        dropped = tuple(_dropped(ground, measured.stops))
        differences += _of_rows(ground, left, measured.fates, dropped)
    if differences:
        first = differences[0]
        more = f", and {len(differences) - 1} more" if len(differences) > 1 else ""
        return Finding(first.verdict, first.text + more, Probe(target.statement, first.dropped, first.after))
    unknown = unknowns(ground, target, predicted)
    if unknown:
        return Finding("unreached", unknown[0])
    return Finding("enforced", _described(ground, measured))


def _dropped(ground: Ground, stops: Iterable[Stopped]) -> list[str]:
    return [drop_constraint(ground.schema[row.key[0]], row.key[1]) for row in stops if row.key is not None]


def _of_stops(ground: Ground, predicted: Predicted, measured: Measured) -> list[Difference]:
    """Return how what refused differs from what has to; a trigger of the table itself may refuse whatever it likes."""
    found = []
    if any(row.own_trigger for row in measured.stops):
        return []
    for number, row in enumerate(measured.stops):
        if row.key is None or row.key not in predicted.stops | predicted.may_stop:
            text = f"refused: {row.stop.state} {row.stop.constraint} {row.stop.message}"
            dropped = tuple(_dropped(ground, measured.stops[:number]))
            found.append(Difference("over-strict", " ".join(text.split()), dropped))
    if measured.fates is not None:
        stopped = {row.key for row in measured.stops}
        dropped = tuple(_dropped(ground, measured.stops))
        for oid, name in sorted(predicted.stops - stopped):
            text = f"accepted, though {name} of {ground.schema[oid].address} has to refuse it"
            found.append(Difference("not-enforced", text, dropped))
    return found


def _of_rows(ground: Ground, predicted: Predicted, seen: Fates, dropped: tuple[str, ...]) -> list[Difference]:
    """Return how what became of rows differs from what has to; where two keys disagree about a row, nothing is said."""
    found = []
    for rows, text, there in (
        (predicted.removed - seen.removed, "should be gone and stayed", "NOT EXISTS"),
        (seen.removed - predicted.removed, "went, though no foreign key declares it", "EXISTS"),
    ):
        by_table: dict[int, list[RowId]] = {}
        for row in sorted(rows - predicted.doubtful):
            by_table.setdefault(ground.rows[row].table, []).append(row)
        for oid, members in sorted(by_table.items()):
            table = ground.schema[oid]
            after = f"SELECT ({there} (SELECT FROM {table.own} WHERE {ground.same(members[0])}))::text"
            count = f"{len(members)} row{'s' * (len(members) != 1)} of {table.address}"
            found.append(Difference("not-enforced", f"{count} {text}", dropped, after))
    for row, wanted in predicted.changed.items():
        if row not in seen.removed | predicted.doubtful:
            found += _of_columns(ground, row, wanted, seen.changed.get(row, {}), dropped)
    return found


def _of_columns(
    ground: Ground,
    row: RowId,
    wanted: dict[str, str],
    changed: dict[str, str | None],
    dropped: tuple[str, ...],
) -> list[Difference]:
    """Return the columns of a row that should have become NULL or their default and did not."""
    table = ground.schema[ground.rows[row].table]
    old = dict(zip(table.columns, ground.rows[row].values, strict=True))
    found = []
    for name, kind in wanted.items():
        value = changed.get(name, old[name])
        right = value is None if kind == "n" else ground.is_default(table.oid, name, value)
        if kind != "p" and not right:
            what = "be NULL" if kind == "n" else "have its default"
            text = f"{table.address}.{name} should {what} and is {value}"
            test = f"{quote_identifier(name)}::text IS DISTINCT FROM {literal(value)}"
            same = ground.same(row, frozenset(wanted))
            after = f"SELECT coalesce(bool_and({test}), false)::text FROM {table.own} WHERE {same}"
            found.append(Difference("not-enforced", text, dropped, after))
    return found


def unknowns(ground: Ground, target: Target, predicted: Predicted) -> tuple[str, ...]:
    """Return why something that a DELETE may do was not tried."""
    acted = {(ground.rows[row.child].table, row.key.name) for row in predicted.acting}
    found = []
    for oid in _declared(ground, target.table):
        for table, key in ground.keys_into(oid):
            place = table.oid, key.name
            if table.oid not in ground.readable:
                found.append(f"the rows of {table.address} cannot be read")
            elif place in ground.unreadable:
                found.append(f"it is not known which rows of {table.address} refer by {key.name}")
            elif place not in acted:
                reason = ground.population.why_none(table, key)
                found.append(f"no row of {table.address} refers by {key.name}: {reason}")
    return tuple(dict.fromkeys(found))


def _declared(ground: Ground, table: Table) -> list[int]:
    """Return the tables whose rows go with a row of a table, it first."""
    found = [table.oid]
    for oid in found:
        found += {
            other.oid: None
            for other, key in ground.keys_into(oid)
            if key.on_delete == "c" and other.oid not in found
        }
    return found


def _described(ground: Ground, measured: Measured) -> str:
    """Say what was seen in one sentence."""
    if measured.stops:
        first = measured.stops[0]
        more = len(measured.stops) - 1
        name = f"{first.stop.constraint} of {first.stop.table}" if first.key else first.stop.message
        return f"stopped by {name} ({first.stop.state})" + (f" and {more} more" if more else "")
    assert measured.fates is not None  # noqa: S101 -- what was not refused was done
    removed, changed = measured.fates.removed, measured.fates.changed
    tables = {ground.rows[row].table for row in removed}
    text = f"removes {len(removed)} row{'s' * (len(removed) != 1)} of {len(tables)} table{'s' * (len(tables) != 1)}"
    return text + (f", changes {len(changed)}" if changed else "")

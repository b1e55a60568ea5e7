"""Duties of primary keys, UNIQUE constraints, unique indexes and EXCLUDE constraints."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from azora_audit.proving.comparing import held, same
from azora_audit.proving.duty import Duty, accepting, mentioned, refusing
from azora_audit.proving.loosening import drop_constraint, drop_key, loose_ends
from azora_audit.proving.session import Probe
from azora_audit.proving.trial import Refusal, Trial

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from azora_audit.proving.bench import Bench
    from azora_audit.proving.model import Exclusion, Key, Table
    from azora_audit.proving.rows import Row

TRIES: Final = 10
"""Values that are tried for a column of a key which is NULL in base rows."""


def key_duties(table: Table) -> Iterator[Duty]:
    """Yield what keys have to refuse and accept."""
    for key in table.keys:
        names = ", ".join(key.columns)
        yield Duty(
            key.kind,
            key.name,
            "",
            "refuse",
            f"refuses a second row with the same {names}",
            lambda bench, key=key: _twice(bench, key),  # type: ignore[misc]
        )
        yield from _alone(table, key)
        yield from _nulls(table, key)
        if key.predicate:
            yield Duty(
                key.kind,
                key.name,
                "outside",
                "accept",
                f"accepts the same {names} where not ({key.predicate})",
                lambda bench, key=key: _outside(bench, key),  # type: ignore[misc]
            )


def _alone(table: Table, key: Key) -> Iterator[Duty]:
    """Yield: rows may be equal in all columns of a key but one."""
    for name in key.columns if len(key.columns) > 1 and not key.expressions else ():
        rest = set(key.columns) - {name}
        # a smaller key would refuse that
        if any(
            set(other.columns) <= rest and not other.predicate and not other.expressions
            for other in table.keys
        ):
            continue
        yield Duty(
            key.kind,
            key.name,
            name,
            "accept",
            f"accepts rows that differ in {name} only",
            lambda bench, key=key, name=name: _differing(bench, key, name),  # type: ignore[misc]
        )


def _nulls(table: Table, key: Key) -> Iterator[Duty]:
    """Yield: NULLs are different from each other, unless the key says that they are not."""
    for name in key.columns if not key.expressions and not key.predicate else ():
        column = table.columns[name]
        in_checks = any(name in check.columns for check in table.checks)
        full = any(foreign.match_full and name in foreign.columns for foreign in table.foreign_keys)
        if column.required or column.generated or in_checks or full:
            continue
        verb, expects = ("refuses", "refuse") if key.nulls_not_distinct else ("accepts", "accept")
        yield Duty(
            key.kind,
            key.name,
            f"{name} null",
            expects,
            f"{verb} a second row when {name} is NULL",
            lambda bench, key=key, name=name: _null_twice(bench, key, name),  # type: ignore[misc]
        )


def _pair(bench: Bench, key: Key, first: Row, second: Row, keep: set[str]) -> Probe:
    """Return a probe that inserts two rows, when nothing but a key says something to the pair."""
    dropped = []
    for other in bench.table.keys:
        if other == key or not (other.expressions or same(bench, other, first, second)):
            continue
        # whether two values of an expression differ is not known beforehand
        apart = None if other.expressions else bench.apart(second, other, keep)
        if apart is None:
            dropped.append(drop_key(bench.table, other))
        else:
            second = apart
    dropped += [drop_constraint(bench.table, exclusion.name) for exclusion in bench.table.exclusions]
    dropped += loose_ends(bench, first, second)
    return Probe(bench.insert(second, 1), before=(*dropped, bench.insert(first)))


def counted(table: Table, key: Key) -> dict[str, bool]:
    """Return the conditions under which a key compares a row: NULLs are never equal."""
    conditions = {key.predicate: True} if key.predicate else {}
    generated = any(table.columns[name].generated for name in key.columns)
    if (key.expressions or key.predicate or generated) and not key.nulls_not_distinct:
        conditions |= {f"({term}) IS NOT NULL": True for term in key.terms}
    return conditions


def _inside(bench: Bench, key: Key) -> Row | None:
    """Return a row that is in a key: NULL in none of its columns, and in its predicate."""
    conditions = counted(bench.table, key)
    row = bench.find({}, conditions) if conditions else bench.row()
    if row is None:
        return None
    for name in key.columns:
        column = bench.table.columns[name]
        if row.get(name) is None and not column.generated and not key.predicate:
            given = {other: row[other] for other in key.columns if row.get(other) is not None}
            values = bench.rows.pool(bench.table, name)[:TRIES]
            rows = (bench.find({**given, name: value}, base=row) for value in values)
            row = next((found for found in rows if found is not None), None)
            if row is None:
                return None
    return row


def _sources(table: Table, names: Sequence[str]) -> set[str]:
    """Return the columns of which generated ones are made."""
    return {source for name in names for source in table.columns[name].generated_from}


def _predicated(table: Table, key: Key) -> set[str]:
    """Return the columns that decide whether a key counts a row."""
    return set(key.predicate_columns) | _sources(table, key.predicate_columns)


def _twice(bench: Bench, key: Key) -> Trial:
    row = _inside(bench, key)
    if row is None:
        return Trial((), None, "no row was found that the key counts")
    keep = set(key.columns) | _sources(bench.table, key.columns) | _predicated(bench.table, key)
    probe = _pair(bench, key, row, dict(row), keep)
    return refusing(bench.table, Refusal(("23505",), key.names), probe)


def _accepted(bench: Bench, key: Key, probe: Probe) -> Trial:
    """Return a trial of two rows that a key has to accept, unless a trigger makes them equal."""
    trial = accepting(bench.table, probe, about=key.names)
    return trial._replace(mended=mentioned(bench.table, key.columns))


def _differing(bench: Bench, key: Key, name: str) -> Trial:
    row = _inside(bench, key)
    if row is None:
        return Trial((), None, "no row was found that the key counts")
    rest = set(key.columns) - {name} | _predicated(bench.table, key)
    column = bench.table.columns[name]
    for source in column.generated_from if column.generated else (name,):
        for second, dropped in itertools.islice(_seconds(bench, row, source, rest), TRIES):
            if same(bench, key, row, second):
                continue
            probe = _pair(bench, key, row, second, set(key.columns))
            probe = probe._replace(before=(*dropped, *probe.before))
            return _accepted(bench, key, probe)
    return Trial((), None, f"no second value of {name} was found that goes with the other columns")


def _seconds(bench: Bench, row: Row, name: str, keep: set[str]) -> Iterator[tuple[Row, list[str]]]:
    """Yield rows that differ in a column and not in those to keep, and what has to be dropped for that."""
    keys = [key for key in bench.table.foreign_keys if name in key.columns]
    if not keys:
        for value in bench.rows.pool(bench.table, name):
            kept = {other: row[other] for other in keep if other in row and other != name}
            second = bench.find({**kept, name: value}, base=row) if value != row.get(name) else None
            if second is not None:
                yield second, []
        return
    moved = bench.moved(row, name, 1, keep)
    if moved is not None:
        yield moved, []
        return
    # what foreign keys tie together is let loose: it is the key that is tried
    other = bench.row(1).get(name)
    tied = [check.name for check in bench.table.checks if check.name and name in check.columns]
    dropped = [drop_constraint(bench.table, found) for found in (*(key.name for key in keys), *tied)]
    if other not in (None, row.get(name)):
        yield row | {name: other}, dropped


def _null_twice(bench: Bench, key: Key, name: str) -> Trial:
    row = _inside(bench, key)
    if row is None:
        return Trial((), None, "no row was found that the key counts")
    row = row | {name: None}
    keep = set(key.columns)
    if key.nulls_not_distinct:
        probe = _pair(bench, key, row, dict(row), keep)
        return refusing(bench.table, Refusal(("23505",), key.names), probe)
    return _accepted(bench, key, _pair(bench, key, row, dict(row), keep))


def _outside(bench: Bench, key: Key) -> Trial:
    row = bench.find({}, {key.predicate: False})
    if row is None:
        return Trial((), None, "no row was found that its predicate leaves out")
    keep = set(key.columns) | _predicated(bench.table, key)
    return _accepted(bench, key, _pair(bench, key, row, dict(row), keep))


def exclusion_duties(table: Table) -> Iterator[Duty]:
    """Yield what EXCLUDE constraints have to refuse."""
    for exclusion in table.exclusions:
        yield Duty(
            "exclusion",
            exclusion.name,
            "",
            "refuse",
            f"refuses a second row with the same {', '.join(exclusion.columns)}",
            lambda bench, exclusion=exclusion: _excluded(bench, exclusion),  # type: ignore[misc]
        )


def _compared(bench: Bench, exclusion: Exclusion, row: Row) -> bool:
    """Tell whether an exclusion compares a row."""
    truth = bench.rows.truths(bench.table, [bench.condition(exclusion.predicate)], [row])[0]
    return truth is not None and truth[0] is True


def _excluded(bench: Bench, exclusion: Exclusion) -> Trial:
    start = bench.find({}, {exclusion.predicate: True}) if exclusion.predicate else bench.row()
    if start is None:
        return Trial((), None, "no row was found that it compares")
    row = start
    for name in exclusion.columns:
        if row.get(name) is None and not bench.table.columns[name].generated:
            values = bench.rows.pool(bench.table, name)
            found = bench.find({name: values[0]}, base=row) if values else None
            row = found or row
    if exclusion.predicate and not _compared(bench, exclusion, row):
        row = start
    empty = [name for name in exclusion.columns if held(bench, row, name) is None]
    if empty:
        return Trial((), None, f"no value was found for {empty[0]}, and NULLs are never equal")
    second, dropped = dict(row), []
    keep = set(exclusion.columns) | _sources(bench.table, exclusion.columns)
    for key in bench.table.keys:
        if key.expressions or same(bench, key, row, second):
            different = None if key.expressions else bench.apart(second, key, keep)
            if different is None:
                dropped.append(drop_key(bench.table, key))
            else:
                second = different
    others = [found.name for found in bench.table.exclusions if found != exclusion]
    dropped += [drop_constraint(bench.table, name) for name in others]
    dropped += loose_ends(bench, row, second)
    probe = Probe(bench.insert(second, 1), before=(*dropped, bench.insert(row)))
    return refusing(bench.table, Refusal(("23P01",), exclusion.names), probe)

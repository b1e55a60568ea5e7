"""Reaching what the fixed candidates do not: values for conditions that none of them hits, tables without a base row.

What is found joins the candidates, with which everything goes on as it would have with them from the beginning.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import psycopg

from azora_audit.proving.bench import Bench
from azora_audit.proving.conditions import grouped, roots_of
from azora_audit.proving.hunting import Hunt
from azora_audit.proving.keys import counted
from azora_audit.proving.lookups import refer_to_standing
from azora_audit.proving.loosening import statements_before
from azora_audit.proving.rows import WORLDS
from azora_audit.proving.session import Probe
from azora_audit.proving.trial import Judged, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from azora_audit.proving.duty import Duty
    from azora_audit.proving.hunting import Judging
    from azora_audit.proving.model import Column, Schema
    from azora_audit.proving.rows import Row, Rows
    from azora_audit.proving.search import Budget, Found
    from azora_audit.proving.session import Session
    from azora_audit.proving.trial import Finding, Trial

MOST: Final = 3
"""Columns that differ from the base row at a time, where a whole row is looked for."""
REACHED: Final = "reached"


def reach_check(hunt: Hunt, duty: Duty, trial: Trial, found: Finding) -> Judged:
    """Look for values for which a check is false."""
    bench, base = hunt.bench, hunt.bench.row()
    check = next(check for check in bench.table.checks if check.name == duty.subject)

    def judging(rows: list[Row]) -> list[str]:
        truths = bench.rows.truths(bench.table, [check], [base | row for row in rows])
        return [REACHED if truth is not None and truth[0] is False else "" for truth in truths]

    return _with(hunt, duty, trial, found, roots_of(bench.table, check), judging)


def reach_key(hunt: Hunt, duty: Duty, trial: Trial, found: Finding) -> Judged:
    """Look for a row that the predicate of a key counts, or leaves out."""
    bench, base = hunt.bench, hunt.bench.row()
    key = next(key for key in bench.table.keys if key.name == duty.subject)
    conditions = {key.predicate: False} if duty.what == "outside" else counted(bench.table, key)
    if not conditions:
        return Judged(trial, found, 0)
    more = [bench.condition(condition) for condition in conditions]
    names = [name for check in more for name in roots_of(bench.table, check)]
    checks = [*bench.table.checks, *more]

    def judging(rows: list[Row]) -> list[str]:
        truths = bench.rows.truths(bench.table, checks, [base | row for row in rows])
        return [REACHED if truth is not None and fits(truth) else "" for truth in truths]

    def fits(truth: list[bool | None]) -> bool:
        wanted = zip(truth[-len(more) :], conditions.values(), strict=True)
        return False not in truth[: -len(more)] and all((value is True) is want for value, want in wanted)

    return _with(hunt, duty, trial, found, list(dict.fromkeys(names)), judging)


def _with(
    hunt: Hunt, duty: Duty, trial: Trial, found: Finding, names: Sequence[str], judging: Judging
) -> Judged:
    """Draw until a row is reached, and try the duty again with its values among the candidates."""
    bench = hunt.bench
    foreign = {name for key in bench.table.foreign_keys for name in key.columns}
    hit = hunt.search([name for name in names if name not in foreign], judging)
    if not hit.rows:
        return Judged(trial, found, hit.drawn)
    for name, value in hit.rows[0].items():
        if value is not None:
            bench.rows.learn((bench.table.oid, name), value)
    return _again(hunt, duty, trial, found, hit.drawn)


def _again(hunt: Hunt, duty: Duty, trial: Trial, found: Finding, drawn: int) -> Judged:
    new = duty.tried(hunt.bench)
    judged = judge(new, hunt.session.run(new.probes))
    return Judged(trial, found, drawn) if judged.verdict == "unreached" else Judged(new, judged, drawn)


def reach_domain(hunt: Hunt, duty: Duty, trial: Trial, found: Finding) -> Judged:
    """Look for a value that a check of a column's domain refuses."""
    bench, base = hunt.bench, hunt.bench.row()

    def judging(rows: list[Row]) -> list[str]:
        outcomes = hunt.session.run([Probe(bench.insert(base | row)) for row in rows])
        return [
            REACHED if outcome.state == "23514" and outcome.constraint == duty.what and outcome.type else ""
            for outcome in outcomes
        ]

    hit = hunt.search([duty.subject], judging)
    if not hit.rows:
        return Judged(trial, found, hit.drawn)
    value = hit.rows[0][duty.subject]
    if value is not None:
        bench.rows.refused[bench.table.oid, duty.subject].insert(0, value)
    return _again(hunt, duty, trial, found, hit.drawn)


def reach_rows(session: Session, schema: Schema, rows: Rows, budget: Budget, seed: int) -> int:
    """Look for base rows of tables that have none: for values, then for rows that triggers let pass; return how many."""
    drawn: dict[int, int] = {}
    while left := [oid for oid in _ordered(rows) if oid in rows.unsolved and oid not in drawn]:
        bench = Bench(schema, rows, schema[left[0]])
        with budget.spending(len(left)) as part:
            drawn[left[0]] = _reach_values(session, bench, part, seed)
        rows.solve()
    refer_to_standing(rows)
    for oid in rows.unsolved:
        rows.unsolved[oid] += f" ({drawn.get(oid, 0):,} rows of other values were drawn)"
    for oid in _ordered(rows):
        bench = Bench(schema, rows, schema[oid])
        with session.connection.transaction(force_rollback=True):
            if (
                oid not in rows.unsolved
                and _parents_stand(session, bench)
                and not _stands(session, bench, {})
            ):
                with budget.spending(2) as part:
                    found = _reach_row(session, bench, part, seed)
                drawn[oid] = drawn.get(oid, 0) + found.drawn
                if found.rows:
                    rows.put(bench.table, found.rows[0])
    return sum(drawn.values())


def _ordered(rows: Rows) -> list[int]:
    return [oid for found in rows.order for oid in found]


def _reach_values(session: Session, bench: Bench, budget: Budget, seed: int) -> int:
    """Draw values for columns that have none, and for those whose checks refuse all; return how many rows were drawn."""
    table, rows, drawn = bench.table, bench.rows, 0
    empty = [
        column
        for column in table.written
        if not rows.valid[table.oid, column.name] and column.required and not column.default
    ]
    groups = [group for group in grouped(table) if not rows.satisfied(table, *group)]
    parts = len(empty) + len(groups)
    for column in empty:
        with budget.spending(parts) as part:
            hunt = Hunt(session, bench, seed, part, f"{table.address}/{column.name}")
            drawn += _learn(hunt, [column.name], lambda found, column=column: _taken(session, column, found))  # type: ignore[misc]
        parts -= 1
    for names, checks in groups:
        with budget.spending(parts) as part:
            hunt = Hunt(session, bench, seed, part, f"{table.address}/{','.join(names)}")
            drawn += _learn(hunt, names, partial(bench.rows.accepts, table, checks))
        parts -= 1
    return drawn


def _taken(session: Session, column: Column, rows: list[Row]) -> list[bool]:
    """Tell which values a column's type and domains take."""
    return [stored is not None for stored in session.stored([(column, row[column.name]) for row in rows])]


def _learn(hunt: Hunt, names: Sequence[str], good: Callable[[list[Row]], list[bool]]) -> int:
    """Draw until there are good rows for all worlds, and add their values to the candidates; return how many were drawn."""
    rows, table = hunt.bench.rows, hunt.bench.table
    chosen: list[Row] = []

    def judging(drawn: list[Row]) -> list[str]:
        shown = []
        for row, fits in zip(drawn, good(drawn), strict=True):
            new = fits and not any(row[name] == other[name] is not None for other in chosen for name in row)
            if new:
                chosen.append(row)
            shown.append(REACHED if new else "")
        return shown

    hit = hunt.search(names, judging, wanted=WORLDS)
    for row in reversed(hit.rows):
        for name, value in row.items():
            if value is not None:
                rows.learn((table.oid, name), value)
    return hit.drawn


def _parents_stand(session: Session, bench: Bench) -> bool:
    """Give a table's parents their rows; tell whether that goes."""
    try:
        for statement in statements_before(bench):
            session.connection.execute(statement.encode())
        session.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg.Error:
        if session.connection.closed:
            raise
        return False
    return True


def _whole(bench: Bench, row: Row) -> Probe:
    """Return a probe of the rows of all worlds with some values in their place."""
    first, second, third = (bench.insert(bench.row(world) | row, world) for world in range(WORLDS))
    return Probe(third, (first, second))


def _stands(session: Session, bench: Bench, row: Row) -> bool:
    outcome = session.run([Probe(bench.insert(bench.row() | row))])[0]
    return outcome.stage == "done" and outcome.affected > 0


def _reach_row(session: Session, bench: Bench, budget: Budget, seed: int) -> Found:
    """Draw values, a few columns at a time, with which the rows of all worlds are stored."""
    table = bench.table
    tied = {name for key in table.foreign_keys for name in key.columns}
    tied |= {name for key in table.keys for name in key.columns}
    names = [name for name in bench.row() if name not in tied]

    def judging(rows: list[Row]) -> list[str]:
        outcomes = session.run([_whole(bench, row) for row in rows])
        return [REACHED if outcome.stage == "done" and outcome.affected else "" for outcome in outcomes]

    return Hunt(session, bench, seed, budget, f"{table.address}/row").search(names, judging, most=MOST)

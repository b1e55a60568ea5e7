"""What a counterexample is about, and so what stays in it when it is made smaller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.proving.behaviour import comparisons
from azora_audit.proving.conditions import roots_of
from azora_audit.proving.model import Key
from azora_audit.proving.statements import inserts
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from azora_audit.proving.bench import Bench
    from azora_audit.proving.duty import Duty
    from azora_audit.proving.model import Exclusion, ForeignKey, Table
    from azora_audit.proving.promises import Promised
    from azora_audit.proving.session import Probe

LOOSENING: Final = ("ALTER TABLE ", "DROP INDEX ")
"""Statements that take other constraints away, so that they cannot be what refuses."""
FREE: Final = frozenset({"primary-key", "unique", "unique-index", "foreign-key", "check", "partition"})
"""Kinds for which values may change as long as equal ones stay equal and checks say the same to them."""


class Kept(NamedTuple):
    """What a smaller script has to leave as it is."""

    columns: dict[str, frozenset[str]]
    """Columns that stay, by tables, all as SQL writes them."""
    values: frozenset[str]
    """Columns of the table in question whose values stay what they are."""
    valid: bool
    """Whether the row has to be accepted, so that it has to have what a row needs."""
    needless: tuple[str, ...]
    """How statements before the one in question begin that may go, when it shows the same without them."""


def kept_by_duty(bench: Bench, duty: Duty, probe: Probe) -> Kept:
    """Return what has to stay of a probe that shows that a duty is not done."""
    table = bench.table
    own = set(_subject(table, duty))
    if _rows(table, probe) > 1:
        own |= _keyed(table)
    columns = {table.sql: _quoted(table, own)}
    for key in table.foreign_keys:
        if key.name == duty.subject and key.target in bench.schema:
            target = bench.schema[key.target]
            there = columns.get(target.sql, frozenset())
            columns[target.sql] = there | _quoted(target, key.target_columns)
    values = frozenset() if duty.kind in FREE else columns[table.sql]
    needless: tuple[str, ...] = LOOSENING
    if duty.kind == "row-security" and duty.what != "own":
        # where nothing may be seen or changed, fewer rows and fewer rights show less
        needless += ("INSERT INTO ", "GRANT ")
    return Kept(columns, values, valid=duty.expects != "refuse", needless=needless)


def kept_by_promise(bench: Bench, promised: Promised, probe: Probe) -> Kept:
    """Return what has to stay of a probe that shows that a promise of names is broken."""
    table = bench.table
    own = set(promised.columns)
    if _rows(table, probe) > 1:
        own |= _keyed(table)
    return Kept({table.sql: _quoted(table, own)}, _quoted(table, promised.columns), valid=True, needless=())


def _rows(table: Table, probe: Probe) -> int:
    """Count the rows that a probe gives a table."""
    return sum(insert.table == table.sql for line in (*probe.before, probe.sql) for insert in inserts(line))


def _quoted(table: Table, names: Iterable[str]) -> frozenset[str]:
    return frozenset(table.columns[name].quoted for name in names if name in table.columns)


def _keyed(table: Table) -> set[str]:
    """Return the columns in which two rows of a table may not be equal."""
    keys = [(*key.columns, *key.predicate_columns) for key in table.keys]
    return set().union(*keys, *(exclusion.columns for exclusion in table.exclusions))


def _subject(table: Table, duty: Duty) -> Iterator[str]:
    """Yield the columns that a duty is about."""
    if duty.subject in table.columns:
        yield duty.subject
    constraints: tuple[Key | ForeignKey | Exclusion, ...] = (
        *table.keys,
        *table.foreign_keys,
        *table.exclusions,
    )
    for constraint in constraints:
        if constraint.name == duty.subject:
            yield from constraint.columns
            yield from constraint.predicate_columns if isinstance(constraint, Key) else ()
    for check in table.checks:
        if check.name == duty.subject or (duty.kind == "partition" and not check.name):
            yield from roots_of(table, check)
    if duty.kind == "row-security":
        yield from comparisons(table).values()

"""What is taken away, until a probe is undone, so that only the constraint which is tried has something to say."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.proving.bench import PARENTS, Bench
from azora_audit.proving.comparing import same
from azora_audit.proving.conditions import roots_of

if TYPE_CHECKING:
    from azora_audit.proving.model import Column, ForeignKey, Key, Table
    from azora_audit.proving.rows import Row, Rows


def drop_constraint(table: Table, name: str) -> str:
    """Return a statement that takes a constraint away."""
    return f"ALTER TABLE {table.sql} DROP CONSTRAINT IF EXISTS {quote_identifier(name)} CASCADE"


def drop_key(table: Table, key: Key) -> str:
    """Return a statement that takes a key away."""
    if key.constraint:
        return drop_constraint(table, key.name)
    return f"DROP INDEX IF EXISTS {quote_identifier(table.schema)}.{quote_identifier(key.name)} CASCADE"


def make_room(bench: Bench) -> list[str]:
    """Return the statements that make room in a table which gets no rows beside the few that it holds."""
    table, rows = bench.table, bench.rows
    if table.oid not in rows.full | rows.pinned.keys() or rows.standing.many(table.oid):
        return []
    dropped = [
        drop_constraint(other, key.name)
        for other in bench.schema.values()
        for key in other.foreign_keys
        if key.target == table.oid and other.oid != table.oid and other.oid in rows.standing
    ]
    return [*dropped, f"DELETE FROM {table.own}"]


def statements_before(bench: Bench) -> list[str]:
    """Return the statements after which rows of a table may be tried."""
    return [*make_room(bench), *(statement for _, statement in bench.setup())]


def drop_uniques(table: Table, column: Column) -> list[str]:
    """Return statements that take away what does not let two rows have the same value of a column."""
    names = {column.name} | {
        other.name for other in table.columns.values() if column.name in other.generated_from
    }
    keys = [drop_key(table, key) for key in table.keys if names & set(key.columns)]
    found = [exclusion.name for exclusion in table.exclusions if names & set(exclusion.columns)]
    return keys + [drop_constraint(table, name) for name in found]


def drop_false(rows: Rows, table: Table, row: Row, base: Row) -> list[str] | None:
    """Return statements that drop the checks which a row of a table breaks, as another row near to it does not.

    None where these are bounds of partitions, which cannot be dropped.
    """
    changed = {name for name, value in row.items() if value != base.get(name)}
    checks = [check for check in table.checks if changed & set(roots_of(table, check))]
    truth = rows.truths(table, checks, [row])[0] if checks else None
    false = [check.name for check, holds in zip(checks, truth or (), strict=False) if holds is False]
    return None if "" in false else [drop_constraint(table, name) for name in false]


def loose_ends(bench: Bench, *rows: Row, world: int = 0, but: ForeignKey | None = None) -> list[str]:
    """Return statements that drop foreign keys by which rows refer to ones that are not there.

    Keys go as well in which rows are equal that are inserted beside them.
    A row of a table that refers to itself is its own parent until it gets another value, one of tables that need each
    other is that of the row beside it; and a row that has values of two worlds has parents in none.

    Args:
        bench: of the table.
        rows: its rows, in the order in which they are inserted.
        world: that of the rows beside the first of them; those beside each further one are of the next world.
        but: the key that stays because it is tried.
    """
    standing = {oid for component in bench.needed for oid in component} | bench.rows.pinned.keys()
    there = {oid: [bench.rows.row(bench.schema[oid], parent) for parent in PARENTS] for oid in standing}
    there |= {oid: [] for oid in bench.component}
    dropped: dict[str, None] = {}
    for number, own in enumerate(rows):
        beside = {oid: bench.rows.row(bench.schema[oid], world + number) for oid in bench.component}
        beside[bench.table.oid] = own
        for oid, row in beside.items():
            there[oid].append(row)
        for oid, row in beside.items():
            table = bench.schema[oid]
            for key in table.foreign_keys:
                if key != but and _is_loose(table, key, row, there):
                    dropped[drop_constraint(table, key.name)] = None
    return [*dropped, *_equal_beside(bench, there)]


def _equal_beside(bench: Bench, there: dict[int, list[Row]]) -> list[str]:
    """Return statements that drop the keys in which rows are equal that are inserted beside those of a table."""
    dropped = []
    for oid in bench.component if len(bench.component) > 1 else ():
        pairs = list(itertools.combinations(there[oid], 2)) if oid != bench.table.oid else []
        if pairs:
            beside = Bench(bench.schema, bench.rows, bench.schema[oid])
            dropped += [
                drop_key(beside.table, key)
                for key in beside.table.keys
                if key.expressions or any(same(beside, key, one, two) for one, two in pairs)
            ]
    return dropped


def _is_loose(table: Table, key: ForeignKey, row: Row, there: dict[int, list[Row]]) -> bool:
    """Tell whether a row refers by a key to one that is not there."""
    wanted = [row.get(name) for name in key.columns]
    if any(table.columns[name].generated for name in key.columns):
        return True  # what is computed of other values than the base row's may be anything
    if None in wanted:
        return key.match_full and any(value is not None for value in wanted)
    found = there.get(key.target, ())
    return wanted not in ([parent.get(name) for name in key.target_columns] for parent in found)

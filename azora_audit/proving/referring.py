"""Rows that refer to one of their parent, and what has to be there besides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.proving.bench import PARENTS, condition
from azora_audit.proving.comparing import same
from azora_audit.proving.loosening import drop_constraint, drop_false, drop_key, loose_ends
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from azora_audit.proving.bench import Bench
    from azora_audit.proving.model import ForeignKey
    from azora_audit.proving.rows import Row

NO_PARTITION: Final = "the row that would show it has no partition"

_NOT_EQUAL: Final = "GC"
_NOT_COMPARED: Final = ("json", "xml")
"""Categories of types, and types, whose values are not told apart by =: geometric, composite."""


class Child(NamedTuple):
    """A row that refers to one of its parent by a key."""

    bench: Bench
    key: ForeignKey
    row: Row
    world: int
    """That of the rows that are inserted beside it."""
    first: tuple[Row, ...]
    """Rows of its own table that are inserted before it, if its parent is one of them, from world 0 on."""
    before: list[str]
    """What else has to be there."""

    def statements(self, row: Row) -> tuple[list[str], str]:
        """Return the statements that stand before a row like it, so that nothing else refuses it; or why not."""
        false = drop_false(self.bench.rows, self.bench.table, row, self.bench.row(self.world))
        if false is None:
            return [], NO_PARTITION
        referred = [row.get(name) for name in self.key.target_columns]
        if any(referred == [first.get(name) for name in self.key.target_columns] for first in self.first):
            return [], "no second row was found that others may refer to"
        dropped = loose_ends(self.bench, *self.first, row, world=self.world - len(self.first), but=self.key)
        first = [self.bench.insert(own, world) for world, own in enumerate(self.first)]
        return [*false, *dropped, *self._equal(row), *first, *self.before], ""

    def _equal(self, row: Row) -> list[str]:
        """Return statements that drop what may compare a row with one before it, but for the key that it refers to."""
        table = self.bench.table
        referred = set(self.key.target_columns)
        exclusions = [
            other
            for other in table.exclusions
            if self.first and (other.predicate or set(other.columns) != referred)
        ]
        return [drop_constraint(table, other.name) for other in exclusions] + [
            drop_key(table, other)
            for other in table.keys
            if (other.expressions or other.predicate or set(other.columns) != referred)
            and any(other.expressions or same(self.bench, other, first, row) for first in self.first)
        ]

    def where(self) -> str:
        """Return a condition that it satisfies and no row before it, whatever becomes of the key; or nothing."""
        if not self.first:
            return self.bench.where(self.row, self.key.columns)
        for name, value in self.row.items():
            column = self.bench.table.columns[name]
            known = name not in self.key.columns and value is not None
            comparable = column.category not in _NOT_EQUAL and column.base not in _NOT_COMPARED
            if known and comparable and all(first.get(name) != value for first in self.first):
                return condition(self.bench.table, {name: value})
        return ""

    def insert(self, row: Row) -> str:
        """Return the statement that inserts a row like it."""
        return self.bench.insert(row, self.world)


def referring(bench: Bench, key: ForeignKey, world: int = 0) -> Child:
    """Return a row that refers to the parent's row of a world by a key.

    It is world 0 for a key that is NULL in base rows and leads to another table.
    """
    parent, own = bench.schema[key.target], key.target == bench.table.oid
    if not bench.is_broken(key) and not own:
        return Child(bench, key, bench.row(world), world, (), [])
    target = bench.rows.row(parent, world if own else 0)
    values = {name: target.get(other) for name, other in zip(key.columns, key.target_columns, strict=True)}
    if own:
        row, beside = bench.row(world + 1), bench.row(max(PARENTS))
        foreign = {name for other in bench.table.foreign_keys for name in other.columns}
        row |= {name: value for name, value in beside.items() if name in foreign}
        first = tuple(bench.row(number) for number in range(world + 1))
        return Child(bench, key, row | values, world + 1, first, [])
    if parent.oid in bench.component:
        # the parent's row is inserted beside it
        return Child(bench, key, bench.row() | values, 0, (), [])
    return Child(bench, key, bench.row(1) | values, 1, (), bench.setup_for(key))

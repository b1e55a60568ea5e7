"""Where the probes of one table are made: its base rows, what has to stand before them, and rows that differ from them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.proving.comparing import same
from azora_audit.proving.conditions import combinations, grouped, roots_of
from azora_audit.proving.mining import words
from azora_audit.proving.model import Check
from azora_audit.proving.session import literal
from azora_audit.proving.standing import NEW

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.proving.model import ForeignKey, Key, Schema, Table
    from azora_audit.proving.rows import Row, Rows
    from azora_audit.proving.samples import Value

PARENTS: Final = (0, 1)
"""Worlds whose rows parents have while a table is tried; the third world has none."""


class Bench:
    """Makes statements about one table."""

    def __init__(self, schema: Schema, rows: Rows, table: Table) -> None:
        """Find out which tables have to have rows before this one can."""
        self.schema = schema
        self.rows = rows
        self.table = table
        self.component = next(found for found in rows.order if table.oid in found)
        self.needed = self._closure(self.component)

    def _closure(self, start: Iterable[int]) -> list[list[int]]:
        """Return the components that rows of these tables refer to, parents first, without their own."""
        wanted: set[int] = set()
        work = list(start)
        own = set(work)
        while work:
            table = self.schema[work.pop()]
            if table.oid in self.rows.pinned and table.oid not in own:
                continue
            for key in table.foreign_keys:
                broken = any((table.oid, name) in self.rows.broken for name in key.columns)
                if key.target in self.schema and not broken and key.target not in wanted | own:
                    wanted.add(key.target)
                    work.append(key.target)
        wanted -= self.rows.pinned.keys()
        return [found for found in self.rows.order if wanted & set(found)]

    def setup(self) -> list[tuple[Table, str]]:
        """Return the statements that give every parent its rows, each with the table that it is about."""
        return [
            (self.schema[found[0]], self.insert_all(found, world))
            for found in self.needed
            for world in PARENTS
        ]

    def setup_for(self, key: ForeignKey) -> list[str]:
        """Return the statements that a key needs besides, whose columns are NULL in base rows."""
        target = next(found for found in self.rows.order if key.target in found)
        done = {oid for found in self.needed for oid in found}
        done |= self.rows.pinned.keys()
        wanted = [found for found in (*self._closure(target), target) if not done & set(found)]
        return [self.insert_all(found, 0) for found in wanted]

    def is_broken(self, key: ForeignKey) -> bool:
        """Tell whether base rows leave a key's columns NULL."""
        return any((self.table.oid, name) in self.rows.broken for name in key.columns)

    def insert_all(self, component: list[int], world: int) -> str:
        """Return one statement that gives all tables of a component their rows of a world."""
        *first, last = component
        statement = insert(self.schema[last], self.rows.row(self.schema[last], world))
        if not first:
            return statement
        parts = [
            f"w{number} AS ({insert(self.schema[oid], self.rows.row(self.schema[oid], world))})"
            for number, oid in enumerate(first)
        ]
        return f"WITH {', '.join(parts)} {statement}"

    def row(self, world: int = 0) -> Row:
        """Return a base row of the table."""
        return self.rows.row(self.table, world)

    def insert(self, row: Row, world: int = 0, *, overriding: bool = True) -> str:
        """Return the statement that inserts a row, together with those that it cannot be without."""
        others = [oid for oid in self.component if oid != self.table.oid]
        parts = [
            f"w{number} AS ({insert(self.schema[oid], self.rows.row(self.schema[oid], world))})"
            for number, oid in enumerate(others)
        ]
        prefix = f"WITH {', '.join(parts)} " if parts else ""
        return prefix + insert(self.table, row, overriding=overriding)

    def where(self, row: Row, without: Iterable[str] = ()) -> str:
        """Return a condition that this row of the table satisfies, and no other one in a probe."""
        left_out = set(without)
        for key in self.table.keys:
            if key.expressions or key.predicate or left_out & set(key.columns):
                continue
            if all(row.get(name) is not None for name in key.columns):
                return condition(self.table, {name: row[name] for name in key.columns})
        return self.new

    @property
    def new(self) -> str:
        """A condition that the rows which a probe stores satisfy, and none that was there before."""
        return NEW if self.table.oid in self.rows.standing else "true"

    def of_new(self, expression: str) -> str:
        """Return a query for an expression over the rows of the table that a probe stores, and no others."""
        where = "" if self.new == "true" else f" WHERE {self.new}"
        return f"SELECT {expression} FROM {self.table.own}{where}"

    def groups(self) -> list[set[str]]:
        """Return sets of columns that belong together: those of foreign keys, and those that checks compare."""
        keys = [set(key.columns) for key in self.table.foreign_keys]
        return keys + [set(names) for names, _ in grouped(self.table) if len(names) > 1]

    def moved(self, row: Row, name: str, world: int, keep: Iterable[str] = ()) -> Row | None:
        """Return a row in which a column, and what belongs to it, has the values of another world.

        None when that would change a column to keep, or changes nothing.
        """
        kept, moved = set(keep), {name}
        groups = self.groups()
        while True:
            more = set().union(*(group for group in groups if group & moved)) - moved
            if not more:
                break
            moved |= more
        if moved & kept:
            return None
        other = self.row(world)
        changed = row | {column: other[column] for column in moved if column in other}
        return changed if changed.get(name) != row.get(name) else None

    def apart(self, row: Row, key: Key, keep: Iterable[str]) -> Row | None:
        """Return a row that differs from another in a key, and not in the columns to keep."""
        foreign = set().union(*(set(k.columns) for k in self.table.foreign_keys))
        free = sorted(set(key.columns) - set(keep), key=lambda name: (name in foreign, name))
        for name in free:
            column = self.table.columns[name]
            sources = column.generated_from if column.generated else (name,)
            worlds = (1,) if set(sources) & foreign else (1, 2)
            for source, world in itertools.product(sources, worlds):
                changed = self.moved(row, source, world, keep)
                if changed is not None and not same(self, key, row, changed):
                    return changed
        return None

    def find(
        self, fixed: Row, wanted: dict[str, bool] | None = None, *, base: Row | None = None
    ) -> Row | None:
        """Return a row with some values fixed that all checks accept, and for which conditions are true or false.

        Args:
            fixed: values by columns.
            wanted: conditions, as PostgreSQL prints them, and what they have to be (false: false or unknown).
            base: the row to stay near to, the base row of world 0 if None.
        """
        conditions = wanted or {}
        row = base or self.row()
        read = set(fixed)
        extra = [self.condition(expression) for expression in conditions]
        for check in extra:
            read |= set(roots_of(self.table, check))
        names, checks = self._around(read)
        options: dict[str, list[Value]] = {
            name: [fixed[name]] if name in fixed else self.options(name, row) for name in names
        }
        rows = combinations(options, self.rows.seed)
        if not checks and not extra:
            return row | rows[0]
        truths = self.rows.truths(self.table, [*checks, *extra], rows)
        for candidate, truth in zip(rows, truths, strict=True):
            if truth is None or False in truth[: len(checks)]:
                continue
            if all((truth[len(checks) + n] is True) is want for n, want in enumerate(conditions.values())):
                return row | candidate
        return None

    def _around(self, names: set[str]) -> tuple[list[str], list[Check]]:
        """Return the columns that checks tie to some columns, and these checks."""
        found, checks = set(names), []
        for group, members in grouped(self.table):
            if set(group) & names:
                found |= set(group)
                checks += members
        ordered = [column.name for column in self.table.written if column.name in found]
        return ordered, checks

    def options(self, name: str, row: Row, *, loose: bool = False) -> list[Value]:
        """Return values that a column may be given in a row, that of the row first; `loose`: whatever its parents have."""
        column = self.table.columns[name]
        keys = [key for key in self.table.foreign_keys if name in key.columns]
        values: list[Value] = [row.get(name)]
        if loose or not keys:
            values += self.rows.pool(self.table, name)
        if not column.required and not any(key.match_full and len(key.columns) > 1 for key in keys):
            values.append(None)
        return list(dict.fromkeys(values))

    def condition(self, expression: str) -> Check:
        """Return an expression as a check of the columns whose names stand in it."""
        found = words(expression)
        return Check("", expression, tuple(name for name in self.table.columns if name in found))


def insert(table: Table, row: Row, *, overriding: bool = True) -> str:
    """Return an INSERT of one row."""
    if not row:
        return f"INSERT INTO {table.sql} DEFAULT VALUES"
    names = ", ".join(quote_identifier(name) for name in row)
    values = ", ".join(literal(value) for value in row.values())
    always = overriding and any(table.columns[name].identity == "a" for name in row)
    return (
        f"INSERT INTO {table.sql} ({names}){' OVERRIDING SYSTEM VALUE' if always else ''} VALUES ({values})"
    )


def condition(table: Table, row: Row) -> str:
    """Return a condition that a row of a table with these values satisfies."""
    return " AND ".join(
        f"{quote_identifier(name)} = {_stored(table, name, value)}" for name, value in row.items()
    )


def _stored(table: Table, name: str, value: Value) -> str:
    """Return a value as a column holds it: one with a precision rounds it. Texts are compared as they are."""
    column = table.columns[name]
    rounds = column.modifier >= 0 and column.category not in "AS"
    return f"{literal(value)}::{column.type}" if rounds else literal(value)

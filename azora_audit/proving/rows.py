"""Three consistent rows for every table: values that all constraints together accept, found with PostgreSQL as the judge.

Columns that foreign keys tie together hold one value per world, so that a row of a world refers to the rows of the same
world. Conditions are never interpreted here: candidates are taken from the constants that they name, and the server says
which satisfy them.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from azora_audit.proving.classes import Classes, Place, break_cycles, components, nullable, tie
from azora_audit.proving.conditions import candidates, combinations, grouped, roots_of
from azora_audit.proving.fresh import leave_out_taken
from azora_audit.proving.standing import Standing

if TYPE_CHECKING:
    from azora_audit.proving.model import Check, Column, Schema, Table
    from azora_audit.proving.samples import Value
    from azora_audit.proving.session import Session

WORLDS: Final = 3
WIDEST: Final = 60
"""Values tried for one column."""
Row = dict[str, "Value"]


class Rows:
    """Base rows of a schema, and what was found out on the way to them."""

    def __init__(self, schema: Schema, session: Session, seed: int) -> None:
        """Find values for all columns; the server has not seen a whole row yet.

        Args:
            schema: the tables.
            session: where candidates are judged.
            seed: of the choice among combinations, where there are too many to try all.
        """
        self.schema = schema
        self.session = session
        self.seed = seed
        self.standing = Standing(session, schema)
        self.broken = break_cycles(schema)
        self.raw = {
            (table.oid, column.name): candidates(table, column)
            for table in schema.values()
            for column in table.written
        }
        self._add_defaults()
        self._share_candidates()
        self.valid = self._valid()
        self.highest: dict[Place, int] = {}
        """Of whole numbers in the keys of tables that hold rows."""
        self.crowded: frozenset[str] = frozenset()
        """Keys in which new rows may be equal to rows that were there before."""
        self.full: set[int] = set()
        """Tables in which there is no room for other rows."""
        self.pinned: dict[int, list[Row]] = {}
        """Tables that get no new row, and what others may refer to there instead."""
        self.without: dict[int, str] = {}
        """Why they get none."""
        leave_out_taken(self)
        self.solve()

    def row(self, table: Table, world: int) -> Row:
        """Return a row of a table: a value for each column that may be written."""
        return {
            column.name: self._value((table.oid, column.name), world)
            for column in table.written
            if self._has_value(table, column)
        }

    def pool(self, table: Table, name: str) -> list[str]:
        """Return values of a column's type that its own conditions may refuse."""
        return self.valid.get((table.oid, name), [])

    def spare(self, table: Table, name: str) -> list[str]:
        """Return values that the conditions on a column alone accept, and that no row of the first two worlds has."""
        root = self.classes.find((table.oid, name))
        used = (self.worlds.get(root) or [])[:2]
        return [value for value in self.pools.get(root, []) if value not in used]

    def solve(self) -> None:
        """Choose the values of base rows among all candidates that there are by now."""
        self.unsolved: dict[int, str] = {}
        self._solve()

    def pin(self, table: Table, found: list[Row], reason: str) -> None:
        """Let rows that refer to a table refer to rows that are there; the reason is why it gets no new ones."""
        self.pinned[table.oid] = found
        self.without[table.oid] = reason
        leave_out_taken(self)
        self.solve()

    def fixed(self) -> list[Place]:
        """Return the columns of which the values are those of rows that are there."""
        return [(oid, name) for oid, found in self.pinned.items() for name in found[0]]

    def learn(self, place: Place, value: str) -> None:
        """Put a value that a column takes before its other candidates, and before those of columns tied to it."""
        root = self.classes.find(place)
        for other, values in self.valid.items():
            if self.classes.find(other) == root and value not in values:
                values.insert(0, value)
                self.raw[other].insert(1, value)  # the first one may be a default

    def put(self, table: Table, row: Row) -> None:
        """Let the base rows of all worlds have some values, until they are chosen anew."""
        for name, value in row.items():
            self.worlds[self.classes.find((table.oid, name))] = [value] * WORLDS

    def _has_value(self, table: Table, column: Column) -> bool:
        """Tell whether a value is given; one of a type without samples is left to its default."""
        place = (table.oid, column.name)
        root = self.classes.find(place)
        return (
            place in self.broken or bool(self.pools.get(root) or self.worlds.get(root)) or not column.default
        )

    def _value(self, place: Place, world: int) -> Value:
        if place in self.broken:
            return None
        found = self.worlds.get(self.classes.find(place))
        return found[world] if found else None

    def _add_defaults(self) -> None:
        """Put what a default is before all other candidates."""
        defaults = [
            ((table.oid, column.name), column.default)
            for table in self.schema.values()
            for column in table.written
            if column.constant_default
        ]
        answers = self.session.texts([f"SELECT ({default})::text" for _, default in defaults])
        for (place, _), answer in zip(defaults, answers, strict=True):
            if answer is not None:
                self.raw[place].insert(0, answer)

    def _share_candidates(self) -> None:
        """Give columns that foreign keys tie together each other's candidates, behind their own."""
        classes = tie(self.schema, self.broken)
        shared: dict[Place, dict[str, None]] = {}
        for place, values in self.raw.items():
            shared.setdefault(classes.find(place), {}).update(dict.fromkeys(values))
        for place, values in self.raw.items():
            self.raw[place] = list(dict.fromkeys((*values, *shared[classes.find(place)])))

    def _valid(self) -> dict[Place, list[str]]:
        """Keep the candidates that the type of each column takes; each pair of type and value is asked once."""
        columns = {place: self.schema[place[0]].columns[place[1]] for place in self.raw}
        pairs = {
            (columns[place].type, value): (columns[place], value)
            for place, values in self.raw.items()
            for value in values
        }
        stored = dict(zip(pairs, self.session.stored(list(pairs.values())), strict=True))
        valid: dict[Place, list[str]] = {}
        self.refused: dict[Place, list[str]] = {}
        for place, values in self.raw.items():
            kept = {stored[columns[place].type, value]: value for value in reversed(values)}
            first = set(kept.values())
            self.refused[place] = [value for value in values if stored[columns[place].type, value] is None]
            valid[place] = [
                value
                for value in dict.fromkeys(values)
                if value in first and stored[columns[place].type, value] is not None
            ]
        return valid

    def _solve(self) -> None:
        """Choose the values of every class of columns for every world."""
        self.classes: Classes = tie(self.schema, self.broken)
        self._gather_pools()
        self.required = {
            self.classes.find((table.oid, column.name))
            for table in self.schema.values()
            for column in table.written
            if column.required
        }
        """Classes of columns one of which takes no NULL."""
        self.worlds: dict[Place, list[Value]] = {}
        self.order = list(components(self.schema, self.broken))
        self._there = {
            self.classes.find((oid, name)): [row[name] for row in self.pinned[oid]]
            for oid, name in self.fixed()
        }
        """The values of rows that others refer to, by class."""
        for oid in itertools.chain.from_iterable(self.order):
            self._filter(self.schema[oid])
        for oid, found in self.pinned.items():
            self._fix(oid, found)
        for oid in itertools.chain.from_iterable(self.order):
            self._solve_groups(self.schema[oid])
        for root, pool in self.pools.items():
            if root not in self.worlds and pool:
                self.worlds[root] = [pool[world % len(pool)] for world in range(WORLDS)]
        self._note_empty()

    def _gather_pools(self) -> None:
        """Put together the candidates of each class of columns."""
        self.pools: dict[Place, list[str]] = {}
        for place, values in self.valid.items():
            root = self.classes.find(place)
            held = self.pools.get(root)
            # a value of an integer is one of a text, so that both sides of a key may hold it
            self.pools[root] = (
                values if held is None else [value for value in held + values if value in values]
            )
        for place in self.valid:
            root = self.classes.find(place)
            self.pools[root] = [
                value for value in dict.fromkeys(self.pools[root]) if value in set(self.valid[place])
            ]

    def _note_empty(self) -> None:
        """Say which tables have a column without a value; a table whose rows are there needs none."""
        for table in self.schema.values():
            for column in table.written:
                place = (table.oid, column.name)
                empty = not self.worlds.get(self.classes.find(place)) and place not in self.broken
                if empty and column.required and not column.default and not column.identity:
                    reason = f"no value was found for column {column.name} of type {column.type}"
                    self.unsolved.setdefault(table.oid, reason)
        for oid in self.pinned:
            self.unsolved.pop(oid, None)

    def _fix(self, oid: int, found: list[Row]) -> None:
        """Let two worlds have the values of rows that are there; the third one has another, if a row may have that."""
        for name in found[0]:
            root = self.classes.find((oid, name))
            there = [row[name] for row in found]
            other = [] if oid in self.full else self.pools.get(root) or []
            self.worlds[root] = [there[0], there[-1], *(other or there)[:1]]

    def _filter(self, table: Table) -> None:
        """Take from the pools what a condition on one column refuses."""
        for name, checks in grouped(table):
            if len(name) != 1 or (table.oid, name[0]) in self.broken:
                continue
            root = self.classes.find((table.oid, name[0]))
            pool = self.pools.get(root, [])
            there = self._there.get(root, [])
            accepted = self.accepts(table, checks, [{name[0]: value} for value in (*pool, *there)])
            kept = [value for value, good in zip(pool, accepted, strict=False) if good]
            # where rows are there to refer to, no new value is needed
            if not all(accepted[len(pool) :]) if there else pool and not kept:
                names = ", ".join(check.name or "the bounds of its partitions" for check in checks)
                self.unsolved[table.oid] = f"no value of column {name[0]} was found that {names} accepts"
            self.pools[root] = kept

    def _solve_groups(self, table: Table) -> None:
        """Choose values for columns that conditions tie together."""
        for names, checks in grouped(table):
            if len(names) == 1:
                continue
            if not self._solve_group(table, names, checks):
                # what refers to rows of the same table may have to refer to none
                freed = [
                    (table.oid, name)
                    for key in table.foreign_keys
                    if set(key.columns) & set(names) and table.oid not in self.pinned
                    for name in nullable(table, key)
                ]
                if freed and not set(freed) <= self.broken:
                    self.broken.update(freed)
                    self._solve()
                    return
                reason = ", ".join(check.name or "the bounds of its partitions" for check in checks)
                self.unsolved[table.oid] = f"no values of {', '.join(names)} were found that satisfy {reason}"

    def _solve_group(self, table: Table, names: tuple[str, ...], checks: list[Check]) -> bool:
        roots = {name: self.classes.find((table.oid, name)) for name in names}
        options: dict[str, list[Value]] = {}
        for name in names:
            place = (table.oid, name)
            values: list[Value] = list(self.worlds.get(roots[name]) or self.pools.get(roots[name], []))
            if place in self.broken:
                values = [None]
            elif roots[name] not in self.required and roots[name] not in self.worlds:
                values = [*values[:WIDEST], None]
            options[name] = list(dict.fromkeys(values))
        rows = [
            row
            for row in combinations(options, self.seed)
            if all(row[a] == row[b] for a, b in itertools.combinations(names, 2) if roots[a] == roots[b])
        ]
        accepted = self.accepts(table, checks, rows)
        good = [row for row, fine in zip(rows, accepted, strict=True) if fine]
        if not good:
            return False
        chosen: list[Row] = []
        for world in range(WORLDS):
            fixed = {name: self.worlds[roots[name]][world] for name in names if roots[name] in self.worlds}
            fitting = [row for row in good if all(row[name] == value for name, value in fixed.items())]
            if not fitting:
                return False
            chosen.append(max(fitting, key=lambda row: _novelty(row, chosen)))
        for name in names:
            if (table.oid, name) not in self.broken:
                self.worlds.setdefault(roots[name], [row[name] for row in chosen])
        return True

    def satisfied(self, table: Table, names: tuple[str, ...], checks: list[Check]) -> bool:
        """Tell whether base rows have values for a group of columns that all its checks accept."""
        rows = [self.row(table, world) for world in range(WORLDS)]
        given = [{name: row.get(name) for name in names} for row in rows]
        return all(self.accepts(table, checks, given)) and any(
            value is not None for row in given for value in row.values()
        )

    def accepts(self, table: Table, checks: list[Check], rows: list[Row]) -> list[bool]:
        """Tell of each row whether no check is false for it; what it does not give is NULL."""
        truths = self.truths(table, checks, rows)
        return [truth is not None and False not in truth for truth in truths]

    def truths(self, table: Table, checks: list[Check], rows: list[Row]) -> list[list[bool | None] | None]:
        """Tell of each row whether each check holds for it; what it does not give is NULL."""
        if not rows:
            return []
        names = sorted({name for check in checks for name in roots_of(table, check)} | rows[0].keys())
        columns = [table.columns[name] for name in names]
        read = {name for check in checks for name in check.columns}
        source = "".join(
            f", ({column.generated}) AS {column.quoted}"
            for column in table.columns.values()
            if column.generated and column.name in read
        )
        return self.session.evaluate(columns, source, [check.expression for check in checks], rows)


def _novelty(row: Row, chosen: list[Row]) -> tuple[int, int]:
    """Count the values that no earlier world has, then those that are not NULL."""
    new = sum(all(row[name] != other[name] for other in chosen) for name in row)
    return new, sum(value is not None for value in row.values())

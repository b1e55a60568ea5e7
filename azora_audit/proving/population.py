"""Rows in all tables at once, several for each row that they refer to, so that what a statement does to others is seen.

Base rows of two worlds come first; then each foreign key gets further rows that refer to one row of its target, its
hub. They are base rows with other values in their keys: which of them fit, the server says.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import psycopg

from azora_audit.proving.bench import Bench, insert
from azora_audit.proving.further import further
from azora_audit.proving.session import LATE, brief

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.proving.classes import Place
    from azora_audit.proving.model import ForeignKey, Schema, Table
    from azora_audit.proving.rows import Row, Rows
    from azora_audit.proving.samples import Value
    from azora_audit.proving.session import Session

FANOUT: Final = 3
"""Rows that refer to the hub by each foreign key, where keys allow so many."""
TRIES: Final = 8
"""Rows tried for each of them."""
WORLDS: Final = (1, 0)
"""Worlds whose rows there are, the hub's first: defaults that refer to something are rows of world 0."""


class Population:
    """The rows of a database in the current transaction, which is rolled back."""

    def __init__(self, session: Session, schema: Schema, rows: Rows) -> None:
        """Fill the tables.

        Args:
            session: in a transaction that nothing else has written in.
            schema: the tables.
            rows: their base rows.
        """
        self.schema = schema
        self.hubs: dict[int, Row] = {}
        """The row of each table that others refer to; tables that got no row are not in it."""
        self.missing: dict[int, str] = {}
        """Why a table got no row."""
        self.lonely: dict[tuple[int, str], str] = {}
        """Foreign keys, by table and name, by which no row refers to the hub, and why."""
        self.statements: list[str] = []
        """What was run, in order."""
        self.standing = rows.standing
        self._session = session
        self._further: list[tuple[int, Row]] = []
        """Rows beside the hub of their table that refer to another's hub, as the hub itself does not."""
        self._rows = rows
        self._stored: dict[int, list[Row]] = {}
        self._numbers: dict[int, Iterator[int]] = {oid: itertools.count() for oid in schema}
        self._benches: dict[int, Bench] = {}
        self.defaults: dict[Place, Value] = {}
        """What SET DEFAULT of a foreign key sets, where that is always the same."""
        for component in rows.order:
            self._add_base_rows(component)
        self._add_defaults()
        for component in rows.order:
            for oid in component:
                for key in schema[oid].foreign_keys:
                    if key.target in schema and key.target in self.hubs:
                        self._multiply(schema[oid], key, self.hubs[key.target], FANOUT)
        # what refers to these is two steps away from that hub, and would be seen nowhere else
        for oid, row in self._further.copy():
            for table in schema.values():
                for key in table.foreign_keys:
                    if key.target == oid:
                        self._multiply(table, key, row, 1)

    def condition(self, table: Table) -> str:
        """Return a condition that the hub of a table satisfies, and no other row if it has a key."""
        return self._bench(table).where(self.hubs[table.oid])

    def why_none(self, table: Table, key: ForeignKey) -> str:
        """Say why no row of a table refers by a key to a row that others refer to."""
        known = self.missing.get(table.oid) or self.lonely.get((table.oid, key.name))
        return known or "only rows that refer to others were found"

    def _bench(self, table: Table) -> Bench:
        if table.oid not in self._benches:
            self._benches[table.oid] = Bench(self.schema, self._rows, table)
        return self._benches[table.oid]

    def _keep(self, statement: str) -> str:
        """Run a statement that stays; return why it does not go, else nothing."""
        connection = self._session.connection
        try:
            with connection.transaction():
                stored = connection.execute(statement.encode()).rowcount
                connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            if connection.closed:
                raise
            return brief(error)
        if stored:
            self.statements.append(statement)
        return "" if stored else "its rows are not stored: a trigger or rule passes them over"

    def _add_base_rows(self, component: list[int]) -> None:
        """Give the tables of a component, which need each other, a row of each world."""
        first = self.schema[component[0]]
        if first.oid in self._rows.pinned:
            self.missing[first.oid] = self._rows.without[first.oid]
            return
        reasons = [self._rows.unsolved[oid] for oid in component if oid in self._rows.unsolved]
        for world in WORLDS:
            if reasons:
                break
            reason = self._keep(self._bench(first).insert_all(component, world))
            if reason:
                # another world may have a row where this one has none, but for one that is waited for in vain
                self.missing.update(dict.fromkeys(component, reason))
                reasons += [reason] if reason.startswith(LATE.state) else []
                continue
            for oid in component:
                row = self._rows.row(self.schema[oid], world)
                self.hubs.setdefault(oid, row)
                self._stored.setdefault(oid, []).append(row)
        for oid in component:
            if reasons:
                self.missing[oid] = reasons[0]
            elif oid in self.hubs:
                self.missing.pop(oid, None)

    def _add_defaults(self) -> None:
        """Give the rows that SET DEFAULT makes others refer to, if they may be there at all."""
        setting = [
            (table, key)
            for table in self.schema.values()
            for key in table.foreign_keys
            if "d" in (key.on_delete, key.on_update)
        ]
        columns = {(table.oid, name): table.columns[name] for table, key in setting for name in key.columns}
        asked = {
            place: f"SELECT ({column.default or 'NULL'})::{column.type}::text"
            for place, column in columns.items()
            if (column.constant_default or not column.default) and not column.identity
        }
        self.defaults = dict(zip(asked, self._session.texts(list(asked.values())), strict=True))
        for table, key in setting:
            values = [self.defaults.get((table.oid, name)) for name in key.columns]
            wanted = dict(zip(key.target_columns, values, strict=True))
            if key.target not in self.hubs or None in values:
                continue
            target, stored = self.schema[key.target], self._stored[key.target]
            there = any(wanted.items() <= row.items() for row in stored)
            other = stored[min(1, len(stored) - 1)]  # which does not go with the hub of another table
            for row in itertools.islice(self._candidates(target, wanted, other), 0 if there else TRIES):
                if not self._keep(insert(target, row)):
                    stored.append(row)
                    break

    def _multiply(self, table: Table, key: ForeignKey, target: Row, wanted: int) -> None:
        """Add rows that refer to a row by a key until there are enough of them."""
        if table.oid not in self.hubs or any(table.columns[name].generated for name in key.columns):
            return
        fixed = {name: target.get(other) for name, other in zip(key.columns, key.target_columns, strict=True)}
        if any(value is None for value in fixed.values()):
            self.lonely[table.oid, key.name] = "the row that it would refer to has no value for it"
            return
        stored = self._stored[table.oid]
        there = sum(fixed.items() <= row.items() for row in stored)
        hub_refers = fixed.items() <= self.hubs[table.oid].items()
        reason = "no row was found"
        candidates = self._candidates(table, fixed, self.hubs[table.oid])
        for row in itertools.islice(candidates, TRIES if there < wanted else 0):
            refused = self._keep(insert(table, row))
            reason = refused or reason
            if not refused:
                stored.append(row)
                there += 1
                if not hub_refers and wanted == FANOUT and there == 1:
                    self._further.append((table.oid, row))
            if there >= wanted or refused.startswith(LATE.state):
                break
        if not there:
            self.lonely[table.oid, key.name] = reason

    def _candidates(self, table: Table, fixed: Row, base: Row) -> Iterator[Row]:
        """Yield rows like another with some columns fixed, and other keys than the rows before them."""
        bench = self._bench(table)
        seen: list[Row] = []
        for attempt in range(TRIES * 2):
            number = next(self._numbers[table.oid])
            # every second row refers to other rows by its other keys: those of a join table leave nothing else to vary
            others = self._others(table, fixed, number) if attempt % 2 else {}
            fresh = self._fresh(table, fixed.keys() | others.keys(), number)
            row = bench.find(fixed | others | fresh, base=base)
            if row is not None and (row not in seen or not fresh):
                seen.append(row)
                yield row

    def _others(self, table: Table, fixed: Row, number: int) -> Row:
        """Return values by which other foreign keys refer to other rows, as far as fixed columns allow."""
        found: Row = {}
        for key in table.foreign_keys:
            if fixed.keys() >= set(key.columns):
                continue
            for target in reversed(self._stored.get(key.target, [])[-FANOUT - number % FANOUT :]):
                pairs = zip(key.columns, key.target_columns, strict=True)
                values = {name: target.get(other) for name, other in pairs}
                agrees = all((fixed | found).get(name, value) == value for name, value in values.items())
                if agrees and None not in values.values():
                    found |= values
                    break
        return {name: value for name, value in found.items() if name not in fixed}

    def _fresh(self, table: Table, taken: set[str], number: int) -> Row:
        """Return values for the columns that tell rows apart and that no foreign key fixes."""
        foreign = {name for key in table.foreign_keys for name in key.columns}
        telling = [key.columns for key in table.keys] + [row.columns for row in table.exclusions]
        found: Row = {}
        for name in itertools.chain.from_iterable(telling):
            column = table.columns[name]
            for source in column.generated_from if column.generated else (name,):
                if source not in taken | foreign:
                    generated = further(
                        table.columns[source], number + self._rows.highest.get((table.oid, source), 0)
                    )
                    values = [*self._rows.spare(table, source), *([generated] if generated else [])]
                    if values:
                        found[source] = values[min(number, len(values) - 1)]
        return found

"""Values that no row has which was there before: new rows must differ from those in the columns of every key.

Which candidates are taken, the server says. Of a key it is enough that one column has none of the values that are there,
because then no row that is put together of candidates is equal to one of those.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from azora_audit.proving.classes import components, tie
from azora_audit.proving.conditions import roots_of, written
from azora_audit.proving.further import WHOLE, rare, variants
from azora_audit.proving.mining import words
from azora_audit.proving.samples import base_name
from azora_audit.proving.session import literal
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.proving.classes import Place
    from azora_audit.proving.model import Column, Table
    from azora_audit.proving.rows import Rows

NUMBERS: Final = (0, 7, 21, 500, 507, 521)
"""Of the further values that are asked about, not next to each other: what is made of two of them may be the same."""
SMALL: Final = tuple(str(n) for n in range(4, 10))
"""Whole numbers that may be among the few that a check allows."""
ROOM: Final = 1000
"""Numbers above the highest one that there have to be."""
ENOUGH: Final = 3
"""Values that are put in the place of those that are left out: one for each world."""
FEWEST: Final = 2
"""Values that there have to be for rows that others refer to."""
_OVERLAPPING: Final = ("box", "circle", "polygon", "inet", "cidr")
"""Types beside ranges that EXCLUDE constraints compare by overlap."""


class _Unique(NamedTuple):
    """A key or an exclusion of a table that holds rows."""

    table: Table
    names: tuple[str, ...]
    """As errors give it."""
    columns: tuple[str, ...]
    """What is written of what it compares."""
    operators: tuple[str, ...]
    """How each column is compared."""
    certain: bool
    """Whether rows are different when one of the columns is."""

    def place(self, name: str) -> Place:
        return self.table.oid, name


def leave_out_taken(rows: Rows) -> None:
    """Leave out of the candidates what rows that are there have in the columns of keys, and put further values there.

    Keys that new rows may all the same have in common with those are noted, and tables in which there is no room.
    """
    uniques = [unique for table in _standing(rows) for unique in _uniques(table)]
    places = list(dict.fromkeys(unique.place(name) for unique in uniques for name in unique.columns))
    if places:
        rows.highest = _highest(rows, places)
        choice = _Choice(rows, uniques, _further(rows, places))
        choice.choose()
        rows.crowded = frozenset(choice.crowded)
        rows.full |= choice.full


def _standing(rows: Rows) -> Iterator[Table]:
    """Yield the tables that hold rows, parents first."""
    for component in components(rows.schema, rows.broken):
        yield from (rows.schema[oid] for oid in component if oid in rows.standing)


def _uniques(table: Table) -> Iterator[_Unique]:
    for key in table.keys:
        generated = any(table.columns[name].generated for name in key.columns)
        nulls = key.nulls_not_distinct and not all(table.columns[name].required for name in key.columns)
        certain = not (key.expressions or generated or nulls)
        columns = written(table, key.columns)
        operators = [
            "lower" if key.expressions and table.columns[name].category == "S" else "=" for name in columns
        ]
        yield _Unique(table, key.names, columns, tuple(operators), certain)
    for exclusion in table.exclusions:
        columns = written(table, exclusion.columns)
        operators = ["&&" if _overlaps(table.columns[name]) else "=" for name in columns]
        yield _Unique(table, exclusion.names, columns, tuple(operators), certain=False)


def _overlaps(column: Column) -> bool:
    return column.category == "R" or base_name(column) in _OVERLAPPING


def _highest(rows: Rows, places: list[Place]) -> dict[Place, int]:
    """Return the highest number in each column of whole numbers, where there is room for higher ones."""
    whole = [place for place in places if _is_whole(_column(rows, place))]
    queries = [
        f"SELECT max({_column(rows, place).quoted})::text FROM {rows.schema[place[0]].own}" for place in whole
    ]
    answers = rows.session.texts(queries)
    found = {place: max(int(answer), 0) for place, answer in zip(whole, answers, strict=True) if answer}
    return {place: n for place, n in found.items() if n + ROOM < WHOLE[base_name(_column(rows, place))]}


def _is_whole(column: Column) -> bool:
    return base_name(column) in WHOLE and column.category != "A"


def _column(rows: Rows, place: Place) -> Column:
    return rows.schema[place[0]].columns[place[1]]


def _further(rows: Rows, places: list[Place]) -> dict[Place, list[str]]:
    """Return further values for columns, as far as their types take them."""
    pairs = [(place, value) for place in places for value in dict.fromkeys(_likely(rows, place)) if value]
    stored = rows.session.stored([(_column(rows, place), value) for place, value in pairs])
    found: dict[Place, list[str]] = {place: [] for place in places}
    for (place, value), answer in zip(pairs, stored, strict=True):
        if answer is not None:
            found[place].append(value)
    return found


def _likely(rows: Rows, place: Place) -> Iterator[str]:
    """Yield values that a column may take and that rows which are there hardly have."""
    column = _column(rows, place)
    yield from (rare(column, rows.highest.get(place, 0) + number) for number in NUMBERS)
    for value in _accepted(rows, place, rows.valid[place])[:ENOUGH]:
        yield from variants(column, value)
    if _is_whole(column):
        yield from SMALL


def _accepted(rows: Rows, place: Place, values: list[str]) -> list[str]:
    """Return the values of a column that its own checks accept."""
    table, name = rows.schema[place[0]], place[1]
    checks = [check for check in table.checks if roots_of(table, check) == (name,)]
    if not checks:
        return values
    good = rows.accepts(table, checks, [{name: value} for value in values])
    return [value for value, fine in zip(values, good, strict=True) if fine]


class _Choice:
    """Which columns get other candidates."""

    def __init__(self, rows: Rows, uniques: list[_Unique], further: dict[Place, list[str]]) -> None:
        self.rows = rows
        self.uniques = uniques
        self.further = further
        self.classes = tie(rows.schema, rows.broken)
        self.taken = self._ask()
        self.left_out: defaultdict[Place, set[str]] = defaultdict(set)
        """Values by the column that stands for a class."""
        self.put_in: dict[Place, list[str]] = {}
        self.fixed = {self.classes.find(place) for place in rows.fixed()}
        self.crowded: set[str] = set()
        """Names of keys that new rows may have in common with others all the same."""
        self.full: set[int] = set()
        """Tables with a key that has no room for two more rows."""

    def choose(self) -> None:
        """Leave values out, and put others in their place."""
        for unique in self.uniques:
            if unique.table.oid in self.rows.pinned:
                self.crowded.update(unique.names)
                continue
            usable = [
                name
                for name in unique.columns
                if unique.place(name) not in self.rows.broken
                and self.classes.find(unique.place(name)) not in self.fixed
            ]
            clear = unique.certain and any(self._is_clear(unique, name) for name in usable)
            chosen = self._chosen(unique, usable, clear=clear)
            for name in chosen:
                self._leave_out(unique, name)
            if not unique.certain or not (clear or chosen):
                self.crowded.update(unique.names)
            if unique.certain and not (clear or chosen):
                self.full.add(unique.table.oid)
        self._change()

    def _ask(self) -> dict[tuple[Place, str], set[str] | None]:
        """Return which candidates are taken in each column, as a constraint compares it; None where nobody knows."""
        asked = dict.fromkeys(
            (unique.place(name), operator)
            for unique in self.uniques
            for name, operator in zip(unique.columns, unique.operators, strict=True)
        )
        queries = [self._query(place, operator) for place, operator in asked]
        answers = self.rows.session.texts(queries)
        return {
            pair: None if answer is None else set(json.loads(answer))
            for pair, answer in zip(asked, answers, strict=True)
        }

    def _query(self, place: Place, operator: str) -> str:
        table, column = self.rows.schema[place[0]], _column(self.rows, place)
        values = [literal(value) for value in (*self.further[place], *self.rows.valid[place])]
        there, new = f"held.{column.quoted}", f"candidates.candidate::{column.type}"
        same = (
            f"lower({there}::text) = lower({new}::text)"
            if operator == "lower"
            else f"{there} {operator} {new}"
        )
        return (
            "SELECT coalesce(json_agg(candidate), '[]')::text"
            f" FROM unnest(ARRAY[{', '.join(values)}]::text[]) AS candidates (candidate)"
            f" WHERE EXISTS (SELECT FROM {table.own} AS held WHERE {same})"
        )

    def _pair(self, unique: _Unique, name: str) -> tuple[Place, str]:
        return unique.place(name), unique.operators[unique.columns.index(name)]

    def _is_clear(self, unique: _Unique, name: str) -> bool:
        """Tell whether none of the values that a column may be given is taken."""
        place, operator = self._pair(unique, name)
        taken = self.taken[place, operator]
        left = set(self.rows.valid[place]) - self.left_out[self.classes.find(place)]
        return taken is not None and bool(left) and not left & taken

    def _room(self, unique: _Unique, name: str) -> list[str]:
        """Return the values of a column that are not taken and that its own checks accept."""
        return _accepted(self.rows, unique.place(name), self._left(self._pair(unique, name)))

    def _left(self, pair: tuple[Place, str]) -> list[str]:
        """Return the values of a column that are not taken; none where nobody knows which are."""
        taken, left_out = self.taken[pair], self.left_out[self.classes.find(pair[0])]
        values = dict.fromkeys((*self.further[pair[0]], *self.rows.valid[pair[0]]))
        return [] if taken is None else [value for value in values if value not in taken | left_out]

    def _chosen(self, unique: _Unique, names: list[str], *, clear: bool) -> list[str]:
        """Return the columns of a constraint that get other values: all that nothing restricts, else one if it has to be.

        One column would be enough for the server, but functions look rows up by less than a whole key.
        """
        left = {name: len(self._room(unique, name)) for name in names if not self._is_clear(unique, name)}
        best = sorted((name for name in left if left[name]), key=lambda name: self._rank(unique, name))
        free = [name for name in best if left[name] >= ENOUGH and self._rank(unique, name) == 0]
        best = [name for name in best if left[name] >= FEWEST or not unique.certain]
        return free or ([] if clear else best[:1])

    def _rank(self, unique: _Unique, name: str) -> int:
        """Rank columns: those that nothing restricts first, those of foreign keys last."""
        column = unique.table.columns[name]
        foreign = any(name in key.columns for key in unique.table.foreign_keys)
        few = bool(column.labels) or column.category == "B"
        checked = any(roots_of(unique.table, check) == (name,) for check in unique.table.checks)
        counted = any(name in words(key.predicate) for key in unique.table.keys)
        return 3 if foreign else 2 if few else 1 if checked or counted else 0

    def _leave_out(self, unique: _Unique, name: str) -> None:
        pair = self._pair(unique, name)
        root = self.classes.find(pair[0])
        self.put_in[root] = self._room(unique, name)[:ENOUGH]
        self.left_out[root] |= self.taken[pair] or set()

    def _change(self) -> None:
        """Change the candidates of all columns that foreign keys tie to those chosen, as far as their types allow."""
        rows = self.rows
        members = [(place, self.classes.find(place)) for place in rows.valid]
        pairs = [(place, value) for place, root in members for value in self.put_in.get(root, ())]
        stored = rows.session.stored([(_column(rows, place), value) for place, value in pairs])
        new: defaultdict[Place, list[str]] = defaultdict(list)
        for (place, value), answer in zip(pairs, stored, strict=True):
            if answer is not None:
                new[place].append(value)
        for place, root in members:
            if root in self.put_in:
                left = (value for value in rows.valid[place] if value not in self.left_out[root])
                rows.valid[place] = list(dict.fromkeys((*new[place], *left)))

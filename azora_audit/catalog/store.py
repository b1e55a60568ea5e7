"""The store: facts of any number of services in one in-memory SQLite database, with views and indexes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, get_args

from azora_audit.catalog.empty import VIEWS, take_over
from azora_audit.catalog.guard import Guard
from azora_audit.catalog.tables import TABLES, Entity, EntityId
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from azora_audit.catalog.facts import Facts

SCHEMA_VERSION = 1
"""Stored as SQLite's user_version in saved catalogs; goes up when a table changes its meaning."""

STATEMENT_CACHE = 512
"""More than there are rules, so that a rule compiled at load is not compiled again to run."""

_VALUE_INDEXES = {
    ("meanings", "meaning"): 500,
    ("meaning_groups", "group_"): 5,
    ("logical_keys", "noun"): 50,
    ("annotations", "name"): 1_000,
    ("tables", "name"): 20,
}
"""Indexes on something else than an entity, with the rows that one value is expected to have."""

_NOT_INDEXED = {("entities", "service_id"), ("entities", "parent_id"), ("columns", "type_id")}
"""Entity columns that no rule looks rows up by: an index costs a microsecond a row."""

_ROWS, _ROWS_OF_SERVICE, _ROWS_OF_ENTITY = 100_000, 5_000, 8
"""Sizes that SQLite's planner is told to expect: of a table, of a service's part of it, of an object's part of it.

Without them it takes an index on a value that half of the rows have to be as good as one on an object's few rows, and a
rule's cost grows with the square of the tables. Fixed figures keep plans the same for every catalog.
"""

# sqlite3 takes integers and text as they are and searches an adapter for everything else. These two change nothing, but one
# that is found takes a quarter of the time of one that is not, and every third value is None or a bool.
sqlite3.register_adapter(type(None), {}.get)  # type: ignore[arg-type]  # None is a value that SQLite knows
sqlite3.register_adapter(bool, int)

_PLAIN = itemgetter(slice(None))
"""Makes a tuple of a named tuple, of which sqlite3 takes each value by a call of `__getitem__`: twice the time for all."""

_MOVING = "create temp table moving (distance integer not null); insert into moving values (0);"

_AT_ONCE = 32
"""Rows that one INSERT takes: a statement that begins and ends for each row costs half as much again for wide tables, and
twice as much for narrow ones. Any SQLite takes 999 values, which is 31 fields."""

_KEYWORDS = {"deferrable"}
"""Fields that SQLite cannot take as bare column names: their columns end in an underscore."""

_KEYS = {"meaning_groups": ("meaning", "group_"), "knowledge": ("service_id", "fact")}
"""Tables whose rows are sets: the same row from several services is stored once."""


class Loaded(NamedTuple):
    """Facts in a catalog, and how far their entity ids were moved there."""

    distance: int
    facts: Facts


class Catalog:
    """An in-memory database with all tables of `TABLES` and all views, filled from facts.

    `connection` is an ordinary sqlite3 connection for our own SQL; SQL of rules and users goes through `guard`.
    `loaded` are the facts that it was filled from and `last_entity` the highest id of them all.
    """

    def __init__(self) -> None:
        """Create empty tables, their indexes and the views."""
        self.connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=STATEMENT_CACHE)
        if not take_over(self.connection):
            self.connection.executescript(definition())
        self.connection.executescript(_MOVING)
        self.guard = Guard(self.connection)
        self.loaded: list[Loaded] = []
        self.last_entity = 0
        self._filled: dict[str, int] = {}

    def load(self, services: Iterable[Facts]) -> None:
        """Store the facts of these services beside those already there."""
        for facts in services:
            self.add(facts)
            self.fill(TABLES)

    def add(self, facts: Facts) -> None:
        """Take a service in, whose rows are stored when `fill` asks for them.

        Entity ids, local to each service, are moved behind the ids already in the catalog.
        """
        self.loaded.append(Loaded(self.last_entity, facts))
        self.last_entity += max(entity.id for entity in facts.rows(Entity))

    def size(self, table: str) -> int:
        """Return the number of rows that a table has or will have once it is filled."""
        return sum(len(facts.rows(TABLES[table])) for _, facts in self.loaded)

    def fill(self, tables: Iterable[str]) -> None:
        """Store the rows of these tables that are not stored yet, in one transaction: whoever reads a table fills it."""
        empty = [table for table in tables if self._filled.get(table, 0) < len(self.loaded)]
        if not empty:
            return
        execute = self.connection.execute
        execute("begin")
        for table in empty:
            for distance, facts in self.loaded[self._filled.get(table, 0) :]:
                if rows := facts.known_rows() if table == "knowledge" else facts.rows(TABLES[table]):
                    execute("update moving set distance = ?", (distance,))
                    self._insert(table, rows, moved=distance > 0)
            self._filled[table] = len(self.loaded)
        execute("commit")

    def image(self, facts: Facts, tables: Iterable[str]) -> bytes:
        """Return the database as it is with these tables of a first service, for `take_over` of another process."""
        self.add(facts)
        self.fill(tables)
        return self.connection.serialize()

    def take_over(self, image: bytes, tables: Iterable[str]) -> None:
        """Become what `image` returned; the first service's facts are added already, and nothing else is stored."""
        with closing(sqlite3.connect(":memory:")) as ready:
            ready.deserialize(image)
            ready.backup(self.connection)
        self._filled.update(dict.fromkeys(tables, 1))

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]], *, moved: bool) -> None:
        whole = len(rows) // _AT_ONCE * _AT_ONCE
        if whole:
            values = (
                tuple(chain.from_iterable(rows[start : start + _AT_ONCE]))
                for start in range(0, whole, _AT_ONCE)
            )
            self.connection.executemany(_insertion(table, _AT_ONCE, moved=moved), values)
        self.connection.executemany(_insertion(table, 1, moved=moved), map(_PLAIN, rows[whole:]))

    def clear(self) -> None:
        """Remove all rows and keep tables, views and compiled statements."""
        self.connection.execute("begin")
        for table in TABLES:
            self.connection.execute(f"delete from {table}")
        self.connection.execute("commit")
        self.loaded.clear()
        self.last_entity = 0
        self._filled.clear()

    def save(self, path: Path) -> None:
        """Write the catalog to a file that any SQLite tool opens, replacing it only when complete.

        Raises:
            OSError: the file cannot be written.
            sqlite3.Error: the disk is full or the file is no database.
        """
        partial = path.with_name(f".{path.name}.partial")
        partial.unlink(missing_ok=True)
        try:
            with closing(sqlite3.connect(partial)) as target:
                self.connection.backup(target)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)

    def close(self) -> None:
        """Free the memory."""
        self.connection.close()


@cache
def _insertion(table: str, count: int, *, moved: bool) -> str:
    """Return the INSERT of so many rows of a table, with entity ids moved by the distance in `moving` if they are to be.

    The distance is no part of the text, so that a fleet's services do not push the rules out of the statement cache.
    """
    row = ", ".join(
        "? + (select distance from moving)" if moved and is_entity(annotation) else "?"
        for annotation in _fields(table).values()
    )
    verb = "insert or ignore" if table in _KEYS else "insert"
    return f"{verb} into {table} values {', '.join([f'({row})'] * count)}"


@cache
def definition() -> str:
    """Return the SQL that creates all tables, indexes and views."""
    statements = [
        f"pragma user_version = {SCHEMA_VERSION};",
    ]
    for name in TABLES:
        columns = [_column(field, annotation) for field, annotation in _fields(name).items()]
        if name in _KEYS:
            columns.append(f"primary key ({', '.join(_KEYS[name])})")
        statements.append(f"create table {name} ({', '.join(columns)});")
    indexes = _indexes()
    statements += [f"create index {table}_{field} on {table} ({field});" for table, field in indexes]
    statements += [
        f"create view {path.stem} as {path.read_text('utf-8')};" for path in sorted(VIEWS.glob("*.sql"))
    ]
    sizes = ", ".join(
        f"('{table}', '{table}_{field}', '{_ROWS} {rows}')" for (table, field), rows in indexes.items()
    )
    statements += ["analyze;", f"insert into sqlite_stat1 values {sizes};", "analyze sqlite_schema;"]
    return "\n".join(statements)


def _indexes() -> dict[tuple[str, str], int]:
    """Return the indexed columns with the rows that one value is expected to have."""
    entities = {
        (name, field): _ROWS_OF_SERVICE if field == "service_id" else _ROWS_OF_ENTITY
        for name in TABLES
        for field, annotation in _fields(name).items()
        if field != "id" and is_entity(annotation) and (name, field) not in _NOT_INDEXED
    }
    return entities | _VALUE_INDEXES


def _fields(table: str) -> dict[str, object]:
    """Return the fields of a table with their types."""
    return TABLES[table].__annotations__


def is_entity(annotation: object) -> bool:
    """Say whether a field of this type holds an entity's id."""
    return annotation in {EntityId, EntityId | None}


def _column(field: str, annotation: object) -> str:
    if field == "id":
        return "id integer primary key"
    kind = "text" if annotation in {str, str | None} else "integer"
    field = f"{field}_" if field in _KEYWORDS else field
    return f"{field} {kind}" if type(None) in get_args(annotation) else f"{field} {kind} not null"

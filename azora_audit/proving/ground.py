"""A population as it lies there: its rows, which refer to which, and the row of each table that is to go."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.proving.actions import Actions
from azora_audit.proving.bench import condition
from azora_audit.proving.session import literal
from azora_audit.proving.snapshot import parse, query, references
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.proving.model import ForeignKey, Schema, Table, Trigger
    from azora_audit.proving.population import Population
    from azora_audit.proving.session import Session
    from azora_audit.proving.snapshot import RowId, Snapshot

RULES: Final = """
SELECT EXISTS (SELECT FROM pg_catalog.pg_rewrite WHERE rulename <> '_RETURN' AND ev_class >= 16384)::text"""
"""Whether statements about one table may be statements about another."""

FUNCTIONS: Final = """
SELECT coalesce(json_agg(lower(proname)), '[]')::text FROM pg_catalog.pg_proc
WHERE oid >= 16384 AND prorettype <> 'pg_catalog.trigger'::pg_catalog.regtype"""
"""What a trigger may call that is not PostgreSQL's own."""
_STATEMENTS: Final = frozenset(
    {
        "insert",
        "update",
        "delete",
        "merge",
        "truncate",
        "execute",
        "perform",
        "select",
        "call",
        "copy",
        "with",
        "do",
    }
)
_QUOTED: Final = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
"""Comments and texts, in which words mean nothing."""
_WORD: Final = re.compile(r"\w+")
KeyName = tuple[int, str]
"""A foreign key: its table and its name."""


class Target(NamedTuple):
    """A row to delete."""

    table: Table
    row: RowId
    condition: str
    statement: str
    scope: tuple[int, ...]
    """The tables whose rows the statement may touch."""


class Ground:
    """A population in the current transaction, in which it stays as it is."""

    def __init__(self, session: Session, schema: Schema, population: Population) -> None:
        """Look at the rows, and which refer to which."""
        self.session = session
        self.schema = schema
        self.population = population
        self.readable = dict(schema)
        """Tables whose rows the server shows: not those with a foreign partition out of reach."""
        self.standing = population.standing
        rules, functions, together = session.texts([RULES, FUNCTIONS, self.query(schema)])
        self._functions = frozenset(json.loads(functions or "[]"))
        if together is None:
            alone = session.texts([self.query([oid]) for oid in schema])
            self.readable = {oid: schema[oid] for oid, text in zip(schema, alone, strict=True) if text}
            (together,) = session.texts([self.query(self.readable)])
        self.rows: Snapshot = parse(together)
        found, self.unreadable = references(session, schema, self.standing)
        """Foreign keys of which the server cannot say which rows refer by them."""
        self.actions = Actions(self.rows, found)
        self._rules = rules != "false"
        self._into: defaultdict[int, list[tuple[Table, ForeignKey]]] = defaultdict(list)
        for table in schema.values():
            for key in table.foreign_keys:
                self._into[key.target].append((table, key))

    def query(self, oids: Iterable[int]) -> str:
        """Return a query for the rows of some tables, to be parsed."""
        return query((self.schema[oid] for oid in oids), self.standing)

    def is_default(self, oid: int, name: str, value: str | None) -> bool:
        """Tell whether a value may be a column's default."""
        known = self.population.defaults
        return known[oid, name] == value if (oid, name) in known else value is not None

    def same(self, row: RowId, without: frozenset[str] = frozenset()) -> str:
        """Return a condition that a row satisfies and no other: its key, or all of its columns, without some."""
        table = self.schema[self.rows[row].table]
        values = dict(zip(table.columns, self.rows[row].values, strict=True))
        for key in table.keys:
            usable = not key.expressions and not key.predicate and not without & set(key.columns)
            if usable and all(values[name] is not None for name in key.columns):
                return condition(table, {name: values[name] for name in key.columns})
        tests = [
            f"{quote_identifier(name)}::text IS NOT DISTINCT FROM {literal(value)}"
            for name, value in values.items()
            if name not in without
        ]
        return " AND ".join(tests) or "true"

    def keys_into(self, oid: int) -> list[tuple[Table, ForeignKey]]:
        """Return the foreign keys that refer to a table, each with its own."""
        return self._into.get(oid, [])

    def targets(self, tables: Iterable[Table]) -> dict[int, Target]:
        """Return the row of each table to which many refer, by table; a table without a row is left out."""
        wanted = [
            (table, self.population.condition(table)) for table in tables if table.oid in self.population.hubs
        ]
        found = self.session.texts(
            [
                "SELECT CASE count(*) WHEN 1 THEN min(tableoid::text || ctid::text) END"
                f" FROM {table.own} WHERE {condition}"
                for table, condition in wanted
            ]
        )
        return {
            table.oid: Target(
                table, row, condition, f"DELETE FROM {table.own} WHERE {condition}", self._scope(table)
            )
            for (table, condition), row in zip(wanted, found, strict=True)
            if row is not None
        }

    def _scope(self, table: Table) -> tuple[int, ...]:
        """Return the tables that refer to one, and those that refer to them; all of them where triggers or rules act."""
        found = [table.oid]
        for oid in found:
            found += {table.oid: None for table, _ in self.keys_into(oid) if table.oid not in found}
        acts = self._rules or any(
            (trigger.on_delete or trigger.on_update) and self._reaches_out(trigger)
            for oid in found
            for trigger in self.schema[oid].triggers
        )
        return tuple(oid for oid in (self.schema if acts else found) if oid in self.readable)

    def _reaches_out(self, trigger: Trigger) -> bool:
        """Tell whether a trigger may do something to other rows than its own: all but those that only assign and raise.

        To read all tables after each DELETE because each has a trigger for its `updated_at` takes the square of them.
        """
        words = set(_WORD.findall(_QUOTED.sub(" ", trigger.body).lower()))
        return "begin" not in words or bool(words & (_STATEMENTS | self._functions))

    def key_of(self, schema: str, name: str, constraint: str) -> tuple[Table, ForeignKey] | None:
        """Return the foreign key that an error names by schema, table and constraint; a partition's is its table's."""
        for table in self.schema.values():
            if name in table.parts or (schema, name) == (table.schema, table.name):
                for key in table.foreign_keys:
                    if constraint in key.names:
                        return table, key
        return None

"""The way to delete a person's row: what refuses it, what has to go or be cleared before, and what stays of the person.

Nothing is predicted here: the server is asked for the DELETE, its refusal names a foreign key, a statement that clears the
way is put before it, and all of it is carried out again, until nothing refuses or nothing is left to try.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import psycopg

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.proof import Clearing, Erasure, Stop
from azora_audit.proving.classes import nullable
from azora_audit.proving.reactions import REFUSED
from azora_audit.proving.remnants import remnants
from azora_audit.proving.session import literal
from azora_audit.proving.snapshot import parse
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from azora_audit.proving.ground import Ground, Target
    from azora_audit.proving.kinds import Kinds
    from azora_audit.proving.model import ForeignKey, Table
    from azora_audit.proving.snapshot import Reference, RowId, Snapshot

MOST: Final = 60
"""Statements that may be needed before no more are looked for."""
_CHILD_SIDE: Final = "insert or update on table"
"""How PostgreSQL begins to say that a row refers to nothing; otherwise it is the row that is referred to."""


class Part(NamedTuple):
    """Rows of one table that a statement deletes or clears."""

    table: Table
    condition: str
    rows: frozenset[RowId]


class Attempt(NamedTuple):
    """A statement on the way."""

    parts: tuple[Part, ...]
    key: ForeignKey | None
    """What demands it; None for the person's row."""
    clears: tuple[str, ...]
    """Columns to set NULL; the rows are deleted where there are none."""
    others: tuple[tuple[str, ...], ...]
    """What else could be done, as columns to clear, or none to delete."""

    @property
    def sql(self) -> str:
        """The statement."""
        *first, last = self.parts
        if self.clears:
            changes = ", ".join(f"{quote_identifier(name)} = NULL" for name in self.clears)
            return f"UPDATE {last.table.own} SET {changes} WHERE {last.condition}"
        inner = ", ".join(
            f"w{number} AS (DELETE FROM {part.table.own} WHERE {part.condition})"
            for number, part in enumerate(first)
        )
        return (f"WITH {inner} " if inner else "") + f"DELETE FROM {last.table.own} WHERE {last.condition}"


class Refused(NamedTuple):
    """A statement that the server refused."""

    number: int
    state: str
    schema: str
    table: str
    constraint: str
    message: str

    @property
    def stop(self) -> Stop:
        """The refusal as reports know it."""
        table = f"{self.schema}.{self.table}" if self.table else ""
        return Stop(self.state, self.constraint, table, self.message)


def erase(ground: Ground, target: Target, kinds: Kinds, service: str) -> Erasure:
    """Find the statements after which a person's row can be deleted, and say what stays of the person."""
    way = [Attempt((Part(target.table, target.condition, frozenset([target.row])),), None, (), ())]
    kept_by: Stop | None = None
    after: Snapshot | None = None
    for _ in range(MOST):
        result = _carry_out(ground, way)
        if not isinstance(result, Refused):
            after = result
            break
        kept_by = result.stop
        if not _clear(ground, kinds, way, result):
            break
    if after is None:
        outcome = "not-possible"
    elif target.row in after:
        outcome, kept_by = (
            "not-possible",
            Stop("", "", target.table.address, "no error, and the row is still there"),
        )
    else:
        outcome, kept_by = "in-steps" if len(way) > 1 else "at-once", None
    return Erasure(
        service,
        target.table.address,
        outcome,
        tuple(_clearing(kinds, attempt) for attempt in way),
        kept_by,
        remnants(ground, target, kinds, after) if outcome != "not-possible" and after is not None else (),
    )


def _carry_out(ground: Ground, way: list[Attempt]) -> Refused | Snapshot:
    """Run the statements one after the other and take them back; return the rows that were left, or what refused."""
    connection = ground.session.connection
    done = 0
    with connection.transaction(force_rollback=True):
        try:
            for attempt in way:
                connection.execute(attempt.sql.encode())
                done += 1
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            if connection.closed:
                raise
            return _refused(min(done, len(way) - 1), error)
        (text,) = ground.session.texts([ground.query(ground.readable)])
    return parse(text)


def _refused(number: int, error: psycopg.Error) -> Refused:
    diagnosis: Any = error.diag
    message = " ".join((diagnosis.message_primary or str(error)).split())
    named = (diagnosis.schema_name or "", diagnosis.table_name or "", diagnosis.constraint_name or "")
    return Refused(number, error.sqlstate or "", *named, message)


def _clear(ground: Ground, kinds: Kinds, way: list[Attempt], refused: Refused) -> bool:
    """Put a statement before the one that was refused, or do it otherwise; say whether there is anything new to try."""
    attempt, before = way[refused.number], way[: refused.number]
    demand = None if attempt.clears else _demand(ground, attempt, before, refused)
    if demand is None:
        return _otherwise(way, refused.number)
    table, key, references, helpless = demand
    rows = frozenset(reference.child for reference in references)
    later = range(refused.number + 1, len(way))
    pending = next((number for number in later if rows & _rows(way[number])), None)
    choices = _choices(kinds, table, key, cyclic=pending is not None, helpless=helpless)
    if not choices:
        if pending is None:
            return _otherwise(way, refused.number)
        way[pending] = way[pending]._replace(parts=(*attempt.parts, *way[pending].parts), others=())
        del way[refused.number]
        return True
    where = _condition(ground, key, {reference.parent for reference in references}, rows)
    way.insert(refused.number, Attempt((Part(table, where, rows),), key, choices[0], tuple(choices[1:])))
    return True


def _demand(
    ground: Ground, attempt: Attempt, before: list[Attempt], refused: Refused
) -> tuple[Table, ForeignKey, list[Reference], bool] | None:
    """Return the key that stands in the way of a DELETE, the references by it, and whether NULL is what it fails on.

    None where no key does, or where those rows were dealt with already.
    """
    own = _rows(attempt)
    predicted = ground.actions.after_deleting(own)
    touched = [*predicted.removed, *predicted.changed]
    named = refused.schema, refused.table, refused.constraint
    stopping = ground.key_of(*named) if refused.state in REFUSED else None
    by_parent = stopping is not None and not refused.message.startswith(_CHILD_SIDE)
    if by_parent and stopping is not None:
        keys = [stopping]
    else:
        # an action that the table refuses: its columns take no NULL, or its default is no row
        keys = [
            (table, key)
            for table in ground.schema.values()
            for key in table.foreign_keys
            if (refused.schema, refused.table) == (table.schema, table.name) and key.on_delete in "nd"
        ]
    for table, key in keys:
        references = [
            reference
            for row in touched
            for reference in ground.actions.referring(row)
            if reference.key is key and reference.child not in own
        ]
        rows = frozenset(reference.child for reference in references)
        dealt_with = any(earlier.key is key and rows <= _rows(earlier) for earlier in before)
        if rows and not dealt_with:
            return table, key, references, not by_parent
    return None


def _rows(attempt: Attempt) -> frozenset[RowId]:
    return frozenset[str]().union(*(part.rows for part in attempt.parts))


def _otherwise(way: list[Attempt], number: int) -> bool:
    attempt = way[number]
    if not attempt.others:
        return False
    way[number] = attempt._replace(clears=attempt.others[0], others=attempt.others[1:])
    return True


def _choices(
    kinds: Kinds, table: Table, key: ForeignKey, *, cyclic: bool, helpless: bool
) -> list[tuple[str, ...]]:
    """Return what can be done with rows that refer to what is to go: columns to clear, or none to delete them.

    Records and other people's rows stay if they can; what waits to be deleted itself cannot be deleted before.
    """
    name = table.schema, table.name
    clearing = [tuple(nullable(table, key))] if nullable(table, key) and not helpless else []
    if cyclic:
        return clearing
    stays = name in kinds.records or name in kinds.people
    return [*clearing, ()] if stays else [(), *clearing]


def _condition(ground: Ground, key: ForeignKey, parents: set[RowId], rows: frozenset[RowId]) -> str:
    """Return a condition that just these rows satisfy, which refer to some others by a key."""
    referring = {one.child for row in parents for one in ground.actions.referring(row) if one.key is key}
    if referring != rows:
        return " OR ".join(f"({ground.same(row)})" for row in sorted(rows))
    columns = ground.schema[key.target].columns
    places = [list(columns).index(name) for name in key.target_columns]
    values = dict.fromkeys(tuple(ground.rows[parent].values[place] for place in places) for parent in parents)
    names = [quote_identifier(name) for name in key.columns]
    if len(names) == 1:
        return f"{names[0]} IN ({', '.join(literal(value) for (value,) in values)})"
    lists = ", ".join(f"({', '.join(map(literal, row))})" for row in values)
    return f"({', '.join(names)}) IN ({lists})"


def _clearing(kinds: Kinds, attempt: Attempt) -> Clearing:
    verb = "together" if len(attempt.parts) > 1 else "set-null" if attempt.clears else "delete"
    records = [kinds.records.get((part.table.schema, part.table.name), "") for part in attempt.parts]
    return Clearing(
        verb=verb,
        tables=tuple(part.table.address for part in attempt.parts),
        columns=attempt.clears,
        rows=len(_rows(attempt)),
        record=next(filter(None, records), ""),
        constraint=attempt.key.name if attempt.key is not None else "",
        statement=attempt.sql,
    )

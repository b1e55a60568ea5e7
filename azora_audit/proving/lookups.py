"""Lookup tables: where no new row can be made of a table that holds some, others refer to those that are there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.proving.bench import PARENTS, Bench
from azora_audit.proving.conditions import grouped
from azora_audit.proving.session import Probe
from azora_audit.proving.trial import said

if TYPE_CHECKING:
    from azora_audit.proving.classes import Place
    from azora_audit.proving.model import Table
    from azora_audit.proving.rows import Row, Rows
    from azora_audit.proving.samples import Value

MOST: Final = 100
"""Rows that are looked at, of which two are taken."""


def refer_to_standing(rows: Rows) -> None:
    """Let rows refer to rows that are there, where their parents get no new ones."""
    referenced = _referenced(rows)
    left = [oid for component in rows.order if len(component) == 1 for oid in component if oid in referenced]
    while failing := _failing(rows, {oid: referenced[oid] for oid in left}):
        for oid, reason in failing.items():
            found = _found(rows, rows.schema[oid], referenced[oid])
            left.remove(oid)
            if found:
                rows.pin(
                    rows.schema[oid], found, f"beside the rows that are there it gets no new ones: {reason}"
                )
                break


def _referenced(rows: Rows) -> dict[int, list[str]]:
    """Return the columns of tables that hold rows which others refer to, where nothing else decides about them."""
    found: dict[int, dict[str, None]] = {}
    for table in rows.schema.values():
        for key in table.foreign_keys:
            if key.target in rows.standing:
                found.setdefault(key.target, {}).update(dict.fromkeys(key.target_columns))
    return {oid: list(names) for oid, names in found.items() if not set(names) & _foreign(rows, oid)}


def _foreign(rows: Rows, oid: int) -> set[str]:
    """Return the columns by which rows of a table refer to others."""
    keys = [key.columns for key in rows.schema[oid].foreign_keys if key.target != oid]
    return {name for columns in keys for name in columns if (oid, name) not in rows.broken}


def _failing(rows: Rows, referenced: dict[int, list[str]]) -> dict[int, str]:
    """Return those of some tables that get no new rows to which others can refer, parents first, and why."""
    if not referenced:
        return {}
    probes = [_both(Bench(rows.schema, rows, rows.schema[oid])) for oid in referenced]
    outcomes = rows.session.run(probes)
    failing = {}
    for (oid, names), outcome in zip(referenced.items(), outcomes, strict=True):
        full = [name for name in names if not rows.pools.get(rows.classes.find((oid, name)))]
        if oid in rows.unsolved or outcome.stage != "done" or not outcome.affected:
            failing[oid] = rows.unsolved.get(oid) or said(outcome) or "a trigger or rule passes them over"
        elif full:
            # its default gives it one, but no other table would take that
            failing[oid] = f"all values of {', '.join(full)} that others may refer to are taken"
    return failing


def _both(bench: Bench) -> Probe:
    """Return a probe of the rows that a table has while others are tried."""
    *before, last = (bench.insert(bench.row(world), world) for world in PARENTS)
    return Probe(last, (*(statement for _, statement in bench.setup()), *before))


def _found(rows: Rows, table: Table, names: list[str]) -> list[Row]:
    """Return what others may refer to in rows that are there: in one for each world, if there are so many.

    Those are preferred that the conditions of all tables accept.
    """
    quoted = [quote_identifier(name) for name in names]
    texts = ", ".join(f"{name}::text" for name in quoted)
    present = " AND ".join(f"{name} IS NOT NULL" for name in quoted)
    query = (
        f"SELECT json_agg(json_build_array({texts}))::text FROM (SELECT * FROM {table.own} WHERE {present}"
        f" ORDER BY {', '.join(quoted)} LIMIT {MOST}) AS s"
    )
    (answer,) = rows.session.texts([query])
    found: list[Row] = [
        dict(zip(names, values, strict=True)) for values in json.loads(answer or "null") or ()
    ]
    for name in names:
        accepted = _accepted(rows, (table.oid, name), [row[name] for row in found])
        found.sort(key=lambda row: row[name] not in accepted)
    return found[: len(PARENTS)]


def _accepted(rows: Rows, place: Place, values: list[Value]) -> set[Value]:
    """Return the values that the conditions on each column accept which foreign keys tie to one."""
    root, left = rows.classes.find(place), values
    for oid, name in [other for other in rows.valid if rows.classes.find(other) == root]:
        for names, checks in grouped(rows.schema[oid]):
            if names == (name,):
                kept = rows.accepts(rows.schema[oid], checks, [{name: value} for value in left])
                left = [value for value, good in zip(left, kept, strict=True) if good]
    return set(left)

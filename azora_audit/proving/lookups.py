"""Lookup tables: where no new row can be made of a table that holds some, others refer to those that are there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.proving.bench import PARENTS, Bench
from azora_audit.proving.session import Probe
from azora_audit.proving.trial import said

if TYPE_CHECKING:
    from azora_audit.proving.model import Table
    from azora_audit.proving.rows import Row, Rows


def refer_to_standing(rows: Rows) -> None:
    """Let rows refer to rows that are there, where their parents get no new ones."""
    referenced = _referenced(rows)
    left = [oid for component in rows.order if len(component) == 1 for oid in component if oid in referenced]
    while failing := _failing(rows, left):
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


def _failing(rows: Rows, oids: list[int]) -> dict[int, str]:
    """Return those of some tables that get no new rows, parents first, and why."""
    if not oids:
        return {}
    probes = [_both(Bench(rows.schema, rows, rows.schema[oid])) for oid in oids]
    outcomes = rows.session.run(probes)
    return {
        oid: rows.unsolved.get(oid) or said(outcome) or "a trigger or rule passes them over"
        for oid, outcome in zip(oids, outcomes, strict=True)
        if oid in rows.unsolved or outcome.stage != "done" or not outcome.affected
    }


def _both(bench: Bench) -> Probe:
    """Return a probe of the rows that a table has while others are tried."""
    *before, last = (bench.insert(bench.row(world), world) for world in PARENTS)
    return Probe(last, (*(statement for _, statement in bench.setup()), *before))


def _found(rows: Rows, table: Table, names: list[str]) -> list[Row]:
    """Return what others may refer to in rows that are there: in one for each world, if there are so many."""
    quoted = [quote_identifier(name) for name in names]
    texts = ", ".join(f"{name}::text" for name in quoted)
    present = " AND ".join(f"{name} IS NOT NULL" for name in quoted)
    query = (
        f"SELECT json_agg(json_build_array({texts}))::text FROM (SELECT * FROM {table.own} WHERE {present}"
        f" ORDER BY {', '.join(quoted)} LIMIT {len(PARENTS)}) AS s"
    )
    (answer,) = rows.session.texts([query])
    return [dict(zip(names, values, strict=True)) for values in json.loads(answer or "null") or ()]

"""What stays of a person whose row is gone: personal data in rows that are still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.proof import Remnant
from azora_audit.proving.snapshot import twin_of

if TYPE_CHECKING:
    from azora_audit.proving.ground import Ground, Target
    from azora_audit.proving.kinds import Kinds
    from azora_audit.proving.model import ForeignKey, Table
    from azora_audit.proving.snapshot import RowId, Snapshot


def remnants(ground: Ground, target: Target, kinds: Kinds, after: Snapshot) -> tuple[Remnant, ...]:
    """Return the personal data that is left of a person.

    Args:
        ground: the population before.
        target: the person's row, which is gone.
        kinds: which columns are personal, and which are named like references to the table.
        after: the rows that are left.
    """
    rows: dict[int, list[RowId]] = {}
    versions = _versions(ground, target, kinds, after)
    for row in versions:
        rows.setdefault(after[row].table, []).append(row)
    found = []
    for oid, members in rows.items():
        table = ground.schema[oid]
        name = table.schema, table.name
        personal = kinds.personal.get(name, {})
        held = [
            column
            for place, column in enumerate(table.columns)
            if column in personal and any(after[row].values[place] is not None for row in members)
        ]
        if held:
            found.append(
                Remnant(table.address, kinds.records.get(name, ""), tuple(held), len(members), "kept")
            )
    return (*found, *_named(target, kinds))


def _versions(ground: Ground, target: Target, kinds: Kinds, after: Snapshot) -> list[RowId]:
    """Return the rows of a person that are left, as they are now.

    A row that was changed has another identity; it is found by what its key says.
    """
    mine = _of_person(ground, target, kinds)
    left = [row for row in mine if row in after]
    gone = [row for row in mine if row not in after]
    new = [row for row in after if row not in ground.rows]
    for row in gone:
        table = ground.schema[ground.rows[row].table]
        twin = twin_of(
            table,
            ground.rows[row].values,
            {other: after[other].values for other in new if after[other].table == table.oid},
        )
        if twin is not None:
            new.remove(twin)
            left.append(twin)
    return left


def _of_person(ground: Ground, target: Target, kinds: Kinds) -> list[RowId]:
    """Return the rows that lead to a person, but for those of other people and what leads to them."""
    found = [target.row]
    for row in found:
        for reference in ground.actions.referring(row):
            child = reference.child
            table = ground.schema[ground.rows[child].table]
            if child in found:
                continue
            if (table.schema, table.name) not in kinds.people or _single(table, reference.key):
                found.append(child)
    return found[1:]


def _single(table: Table, key: ForeignKey) -> bool:
    """Tell whether at most one row refers by a key: more about the same person, not another."""
    return any(
        set(other.columns) <= set(key.columns) and not other.predicate and not other.expressions
        for other in table.keys
    )


def _named(target: Target, kinds: Kinds) -> list[Remnant]:
    """Return tables that only the name of a column connects with the person: no DELETE reaches them."""
    found = []
    for mention in kinds.mentions:
        if mention.target == (target.table.schema, target.table.name):
            address = ".".join(mention.table)
            columns = (mention.column, *kinds.personal.get(mention.table, {}))
            found.append(
                Remnant(
                    address,
                    kinds.records.get(mention.table, ""),
                    tuple(dict.fromkeys(columns)),
                    0,
                    "named-only",
                )
            )
    return found

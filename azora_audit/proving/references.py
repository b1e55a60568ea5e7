"""Duties of foreign keys: what a child may refer to, and that it follows its parent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.proving.bench import PARENTS, condition
from azora_audit.proving.classes import nullable
from azora_audit.proving.duty import Duty, accepting, refusing
from azora_audit.proving.loosening import drop_constraint, loose_ends
from azora_audit.proving.reactions import changeable, deleted, updated
from azora_audit.proving.referring import referring
from azora_audit.proving.session import Probe, literal
from azora_audit.proving.trial import Refusal, Trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.proving.bench import Bench
    from azora_audit.proving.model import ForeignKey, Schema, Table
    from azora_audit.proving.rows import Row

ACTIONS: Final = {
    "a": "is refused while a row refers to it",
    "r": "is refused while a row refers to it",
    "c": "does the same to rows that refer to it",
    "n": "makes the columns that refer to it NULL",
    "d": "gives the columns that refer to it their defaults",
}


def reference_duties(schema: Schema, table: Table) -> Iterator[Duty]:
    """Yield what foreign keys have to refuse, accept and do."""
    for key in table.foreign_keys:
        if key.target not in schema or any(table.columns[name].generated for name in key.columns):
            continue
        parent = schema[key.target]
        for name in dict.fromkeys(key.columns):
            yield Duty(
                "foreign-key",
                key.name,
                name if len(key.columns) > 1 else "",
                "refuse",
                f"refuses a {name} that no row of {parent.address} has"
                + ("" if len(key.columns) == 1 else " together with the other columns"),
                lambda bench, key=key, name=name: _orphan(bench, key, name),  # type: ignore[misc]
            )
        if nullable(table, key):
            yield Duty(
                "foreign-key",
                key.name,
                "null",
                "accept",
                "accepts a row that refers to nothing (NULL)",
                lambda bench, key=key: _nothing(bench, key),  # type: ignore[misc]
            )
        if key.match_full and len(key.columns) > 1:
            yield from _mixed(table, key)
        yield Duty(
            "on-delete",
            key.name,
            "",
            "effect",
            f"deleting a row of {parent.address} {ACTIONS[key.on_delete]}".replace(
                "does the same to", "deletes"
            ),
            lambda bench, key=key: deleted(bench, key),  # type: ignore[misc]
        )
        if changeable(table, parent, key):
            yield Duty(
                "on-update",
                key.name,
                "",
                "effect",
                f"changing the key of a row of {parent.address} {ACTIONS[key.on_update]}",
                lambda bench, key=key: updated(bench, key),  # type: ignore[misc]
            )


def _mixed(table: Table, key: ForeignKey) -> Iterator[Duty]:
    names = dict.fromkeys(key.columns)  # one may refer to several columns
    for name in names if len(names) > 1 else ():
        if not table.columns[name].required:
            yield Duty(
                "foreign-key",
                key.name,
                f"{name} null",
                "refuse",
                f"refuses {name} to be NULL when the other columns are not (MATCH FULL)",
                lambda bench, key=key, name=name: _partly(bench, key, name),  # type: ignore[misc]
            )


def _orphan(bench: Bench, key: ForeignKey, name: str) -> Trial:
    if key.target == bench.table.oid and key.columns == key.target_columns:
        return Trial((), None, "a row refers to itself whatever it holds: the key refuses nothing")
    child = referring(bench, key)
    row = child.row
    for column in key.columns:
        if row.get(column) is None:
            return Trial((), None, f"no value of {column} was found that a row of the parent has")
    changed, before = _without_parent(bench, key, name, row)
    if changed.get(name) in (row[name], None) or _has_parent(bench, key, changed):
        return Trial((), None, f"no value of {name} was found that no row of the parent has")
    there, reason = child.statements(changed)
    if reason:
        return Trial((), None, reason)
    probe = Probe(child.insert(changed), before=(*before, *there))
    return refusing(bench.table, Refusal(("23503",), key.names), probe)


def _without_parent(bench: Bench, key: ForeignKey, name: str, row: Row) -> tuple[Row, list[str]]:
    """Return a row in which one column of a key has a value that its parent does not, and what is dropped for that."""
    if len(key.columns) > 1:
        # another parent's value, together with what other foreign keys have beside it
        other, moved = bench.row(1), {name}
        for foreign in bench.table.foreign_keys:
            if foreign != key and name in foreign.columns:
                moved |= set(foreign.columns) - set(key.columns)
        changed = row | {column: other[column] for column in moved if column in other}
        if changed.get(name) != row[name] and not _has_parent(bench, key, changed):
            return changed, []
    target = bench.rows.row(bench.schema[key.target], 2)
    referenced = key.target_columns[key.columns.index(name)]
    if key.target in bench.rows.pinned:
        # any value that none of the rows has which are there, whether or not one may have it
        target = {referenced: _absent(bench, key, name)}
    # others would refuse the same value, perhaps first
    others = [other for other in bench.table.foreign_keys if other != key and name in other.columns]
    changed = row | {name: target.get(referenced)}
    return changed, [drop_constraint(bench.table, other.name) for other in others]


def _absent(bench: Bench, key: ForeignKey, name: str) -> str | None:
    """Return a value that no row which is there has in the column to which another one refers."""
    parent = bench.schema[key.target]
    column = parent.columns[key.target_columns[key.columns.index(name)]]
    values = bench.rows.pool(bench.table, name)
    answers = bench.rows.session.texts(
        [
            f"SELECT EXISTS (SELECT FROM {parent.own} WHERE {column.quoted} = {literal(value)})::text"
            for value in values
        ]
    )
    return next((value for value, answer in zip(values, answers, strict=True) if answer == "false"), None)


def _has_parent(bench: Bench, key: ForeignKey, row: Row) -> bool:
    """Tell whether a row refers to one that its parent has, or to itself."""
    parent = bench.schema[key.target]
    wanted = [row.get(name) for name in key.columns]
    if parent.oid in bench.rows.standing and None not in wanted:
        found = condition(parent, dict(zip(key.target_columns, wanted, strict=True)))
        (answer,) = bench.rows.session.texts(
            [f"SELECT EXISTS (SELECT FROM {parent.own} WHERE {found})::text"]
        )
        if answer != "false":
            return True
    there = [bench.rows.row(parent, world) for world in PARENTS]
    if parent.oid == bench.table.oid:
        there.append(row)
    return wanted in ([found.get(name) for name in key.target_columns] for found in there)


def _nothing(bench: Bench, key: ForeignKey) -> Trial:
    row = bench.find(dict.fromkeys(nullable(bench.table, key)))
    # a domain may refuse NULL as well
    if row is None or bench.rows.truths(bench.table, [], [row]) == [None]:
        return Trial((), None, "the checks accept no NULL there")
    return accepting(
        bench.table, Probe(bench.insert(row), before=tuple(loose_ends(bench, row, but=key))), about=key.names
    )


def _partly(bench: Bench, key: ForeignKey, name: str) -> Trial:
    child = referring(bench, key)
    if any(child.row.get(column) is None for column in key.columns):
        return Trial((), None, "base rows have no value for the key")
    row = child.row | {name: None}
    there, reason = child.statements(row)
    if reason:
        return Trial((), None, reason)
    probe = Probe(child.insert(row), before=tuple(there))
    return refusing(bench.table, Refusal(("23503",), key.names), probe)

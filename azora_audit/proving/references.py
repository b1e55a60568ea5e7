"""Duties of foreign keys: what a child may refer to, and what becomes of it when its parent goes or changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.proving.bench import PARENTS, condition
from azora_audit.proving.duty import Duty, accepting
from azora_audit.proving.loosening import drop_constraint, drop_false, loose_ends
from azora_audit.proving.referring import referring
from azora_audit.proving.session import Probe, literal
from azora_audit.proving.trial import Refusal, Trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.proving.bench import Bench
    from azora_audit.proving.model import ForeignKey, Schema, Table
    from azora_audit.proving.rows import Row

REFUSED: Final = ("23503", "23001")
"""foreign_key_violation; RESTRICT has a state of its own from PostgreSQL 18 on."""
NO_PARTITION: Final = "the row that would show it has no partition"
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
        if _nullable(table, key):
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
            lambda bench, key=key: _deleted(bench, key),  # type: ignore[misc]
        )
        if _changeable(table, parent, key):
            yield Duty(
                "on-update",
                key.name,
                "",
                "effect",
                f"changing the key of a row of {parent.address} {ACTIONS[key.on_update]}",
                lambda bench, key=key: _updated(bench, key),  # type: ignore[misc]
            )


def _nullable(table: Table, key: ForeignKey) -> list[str]:
    """Return the columns of which a NULL makes a row refer to nothing: with MATCH FULL all of them have to be NULL."""
    found = [name for name in key.columns if not table.columns[name].required]
    return found if not key.match_full or len(found) == len(key.columns) else []


def _changeable(table: Table, parent: Table, key: ForeignKey) -> list[str]:
    """Return the referenced columns that an UPDATE may change, the best one first.

    One that refers to other rows itself can only be tried without the foreign keys of the parent: not in a tree.
    """
    foreign = {name for other in parent.foreign_keys for name in other.columns}
    checked = {name for check in parent.checks for name in check.columns}
    free = [
        name
        for name in key.target_columns
        if not (name in foreign and parent.oid == table.oid)
        and not parent.columns[name].generated
        and parent.columns[name].identity != "a"
    ]
    return sorted(free, key=lambda name: (name in foreign, name in checked))


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
    if changed[name] in (row[name], None) or _has_parent(bench, key, changed):
        return Trial((), None, f"no value of {name} was found that no row of the parent has")
    there = child.statements(changed)
    if there is None:
        return Trial((), None, NO_PARTITION)
    probe = Probe(child.insert(changed), before=(*before, *there))
    return Trial((probe,), Refusal(("23503",), key.names))


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
    # others would refuse the same value, perhaps first
    others = [other for other in bench.table.foreign_keys if other != key and name in other.columns]
    changed = row | {name: target.get(key.target_columns[key.columns.index(name)])}
    return changed, [drop_constraint(bench.table, other.name) for other in others]


def _has_parent(bench: Bench, key: ForeignKey, row: Row) -> bool:
    """Tell whether a row refers to one that its parent has, or to itself."""
    parent = bench.schema[key.target]
    wanted = [row.get(name) for name in key.columns]
    there = [bench.rows.row(parent, world) for world in PARENTS]
    if parent.oid == bench.table.oid:
        there.append(row)
    return wanted in ([found.get(name) for name in key.target_columns] for found in there)


def _nothing(bench: Bench, key: ForeignKey) -> Trial:
    row = bench.find(dict.fromkeys(_nullable(bench.table, key)))
    # a domain may refuse NULL as well
    if row is None or bench.rows.truths(bench.table, [], [row]) == [None]:
        return Trial((), None, "the checks accept no NULL there")
    return accepting(
        bench.table, Probe(bench.insert(row), before=tuple(loose_ends(bench, row, but=key))), about=key.names
    )


def _partly(bench: Bench, key: ForeignKey, name: str) -> Trial:
    child = referring(bench, key)
    row = child.row | {name: None}
    there = child.statements(row)
    if there is None:
        return Trial((), None, NO_PARTITION)
    return Trial((Probe(child.insert(row), before=tuple(there)),), Refusal(("23503",), key.names))


def _alone(bench: Bench, key: ForeignKey) -> list[str]:
    """Return statements that leave a foreign key the only thing that can stop a change of its parent."""
    parent = bench.schema[key.target]
    dropped = [
        drop_constraint(table, other.name)
        for table in bench.schema.values()
        for other in table.foreign_keys
        if other.target == parent.oid and not (table.oid == bench.table.oid and other.name == key.name)
    ]
    triggers = [f"ALTER TABLE {parent.sql} DISABLE TRIGGER USER"] if _own_triggers(bench, parent) else []
    return dropped + triggers


def _own_triggers(bench: Bench, parent: Table) -> bool:
    """Tell whether a parent has triggers of its own that may refuse the change (not those of the child)."""
    return bool(parent.triggers) and parent.oid != bench.table.oid


def _child(bench: Bench, key: ForeignKey, action: str) -> tuple[tuple[str, ...], Row, Row]:
    """Return the statements before a change of the parent, the child's row and the parent's.

    SET DEFAULT needs a row that the default refers to, and that is not the one that goes: in world 0 it may be.
    """
    plain = bench.is_broken(key) and key.target != bench.table.oid
    world = 1 if action == "d" and not plain else 0
    child = referring(bench, key, world)
    row = child.row
    before = [*_alone(bench, key), *(child.statements(row) or ())]
    if world:
        before += _default_row(bench, key)
    parent = bench.rows.row(bench.schema[key.target], world)
    return (*before, child.insert(row)), row, parent


def _default_row(bench: Bench, key: ForeignKey) -> list[str]:
    """Return the statement that makes the row which the defaults of a key refer to, if it is not there."""
    target, columns = bench.schema[key.target], bench.table.columns
    defaults = {
        other: f"({columns[name].default})"
        for name, other in zip(key.columns, key.target_columns, strict=True)
        if columns[name].default and columns[name].constant_default
    }
    if defaults.keys() != set(key.target_columns):
        return []
    foreign = {name for other in target.foreign_keys for name in other.columns}
    row, parents = bench.rows.row(target, 2), bench.rows.row(target, 1)
    values = {name: literal(parents.get(name) if name in foreign else row[name]) for name in row} | defaults
    names = ", ".join(quote_identifier(name) for name in values)
    always = any(target.columns[name].identity == "a" for name in values)
    same = " AND ".join(f"{quote_identifier(name)} = {value}" for name, value in defaults.items())
    return [
        (
            f"INSERT INTO {target.sql} ({names}){' OVERRIDING SYSTEM VALUE' if always else ''}"
            f" SELECT {', '.join(values.values())} WHERE NOT EXISTS (SELECT FROM {target.own} WHERE {same})"
        )
    ]


def _parent_condition(target: Table, key: ForeignKey, parent: Row) -> str:
    return condition(target, {name: parent[name] for name in key.target_columns})


def _judged(action: str, key: ForeignKey, statement: str, before: tuple[str, ...], after: str) -> Trial:
    if action in "ar":
        return Trial((Probe(statement, before),), Refusal(REFUSED, key.names))
    dropped = any(statement.startswith("ALTER TABLE") for statement in before)
    return Trial((Probe(statement, before, after),), None, alone=key.names if dropped else None)


def _deleted(bench: Bench, key: ForeignKey) -> Trial:
    if any(value is None for value in _values(bench, key)):
        return Trial((), None, "base rows have no value for the key")
    before, row, parent = _child(bench, key, key.on_delete)
    table = bench.table
    where = bench.where(row, key.columns)
    after = f"SELECT (NOT EXISTS (SELECT FROM {table.own} WHERE {bench.where(row)}))::text"
    cleared = key.delete_columns or key.columns
    if key.on_delete == "n":
        nulls = " AND ".join(f"{quote_identifier(name)} IS NULL" for name in cleared)
        after = f"SELECT coalesce(bool_and({nulls}), false)::text FROM {table.own} WHERE {where}"
    elif key.on_delete == "d":
        after = _defaults(table, list(cleared), where)
    target = bench.schema[key.target]
    statement = f"DELETE FROM {target.own} WHERE {_parent_condition(target, key, parent)}"
    return _judged(key.on_delete, key, statement, before, after)


def _values(bench: Bench, key: ForeignKey) -> list[str | None]:
    parent = bench.rows.row(bench.schema[key.target], 0)
    return [parent.get(name) for name in key.target_columns]


def _defaults(table: Table, names: list[str], where: str) -> str:
    tests = []
    for name in names:
        column = table.columns[name]
        same = f"{column.quoted}::text IS NOT DISTINCT FROM ({column.default or 'NULL'})::text"
        known = column.constant_default or not (column.default or column.identity)
        tests.append(same if known else f"{column.quoted} IS NOT NULL")
    equal = " AND ".join(tests)
    return f"SELECT coalesce(bool_and({equal}), false)::text FROM {table.own} WHERE {where}"


def _updated(bench: Bench, key: ForeignKey) -> Trial:
    if any(value is None for value in _values(bench, key)):
        return Trial((), None, "base rows have no value for the key")
    target = bench.schema[key.target]
    before, row, parent = _child(bench, key, key.on_update)
    name = _changeable(bench.table, target, key)[0]
    new = bench.rows.row(target, 2).get(name)
    if new is None or new in (parent[name], bench.rows.row(target, 1).get(name)):
        return Trial((), None, f"no third value of {name} was found")
    false = drop_false(bench.rows, target, parent | {name: new}, parent)
    if false is None:
        return Trial((), None, NO_PARTITION)
    own = (
        []
        if target.oid == bench.table.oid
        else [other for other in target.foreign_keys if name in other.columns]
    )
    before = (*false, *(drop_constraint(target, other.name) for other in own), *before)
    column = key.columns[key.target_columns.index(name)]
    where = bench.where(row, key.columns)
    quoted = quote_identifier(column)
    if key.on_update == "c":
        test = f"{quoted} = {literal(new)}"
        after = f"SELECT coalesce(bool_and({test}), false)::text FROM {bench.table.own} WHERE {where}"
    elif key.on_update == "n":
        nulls = " AND ".join(f"{quote_identifier(part)} IS NULL" for part in key.columns)
        after = f"SELECT coalesce(bool_and({nulls}), false)::text FROM {bench.table.own} WHERE {where}"
    else:
        after = _defaults(bench.table, list(key.columns), where)
    where_parent = _parent_condition(target, key, parent)
    statement = f"UPDATE {target.own} SET {quote_identifier(name)} = {literal(new)} WHERE {where_parent}"
    return _judged(key.on_update, key, statement, before, after)

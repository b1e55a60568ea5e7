"""What foreign keys do to a child when its parent goes or changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.proving.bench import condition
from azora_audit.proving.loosening import drop_constraint, drop_false, drop_key
from azora_audit.proving.referring import NO_PARTITION, referring
from azora_audit.proving.session import Probe, literal
from azora_audit.proving.trial import Refusal, Trial
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from azora_audit.proving.bench import Bench
    from azora_audit.proving.model import ForeignKey, Table
    from azora_audit.proving.rows import Row

REFUSED: Final = ("23503", "23001")
"""foreign_key_violation; RESTRICT has a state of its own from PostgreSQL 18 on."""


def changeable(table: Table, parent: Table, key: ForeignKey) -> list[str]:
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


class _Pair(NamedTuple):
    """A child and its parent."""

    before: tuple[str, ...]
    """The statements that give both their rows."""
    where: str
    """A condition that the child's row satisfies, and no other."""
    parent: Row
    reason: str = ""
    """Why there are no such rows."""


def _pair(bench: Bench, key: ForeignKey, action: str) -> _Pair:
    """Return a row that refers to its parent, which is to be changed.

    SET DEFAULT needs a row that the default refers to, and that is not the one that goes: in world 0 it may be.
    """
    if any(value is None for value in _values(bench, key)):
        return _Pair((), "", {}, "base rows have no value for the key")
    plain = bench.is_broken(key) and key.target != bench.table.oid
    world = 1 if action == "d" and not plain else 0
    child = referring(bench, key, world)
    there, reason = child.statements(child.row)
    where = child.where()
    if not where and action not in "ar":
        reason = reason or "its rows cannot be told apart"
    before = [*_alone(bench, key), *there]
    if world:
        before += _default_row(bench, key)
    parent = bench.rows.row(bench.schema[key.target], world)
    return _Pair((*before, child.insert(child.row)), where, parent, reason)


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


def deleted(bench: Bench, key: ForeignKey) -> Trial:
    """Try what becomes of a row whose parent is deleted."""
    before, where, parent, reason = _pair(bench, key, key.on_delete)
    if reason:
        return Trial((), None, reason)
    table = bench.table
    after = f"SELECT (NOT EXISTS (SELECT FROM {table.own} WHERE {where}))::text"
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


def _loosened(bench: Bench, key: ForeignKey, parent: Row, changed: Row) -> list[str] | None:
    """Return statements that drop what else of a parent's may refuse a change; None where the row would lose its partition.

    That is its checks, its own foreign keys, and what compares values that are computed.
    """
    target = bench.schema[key.target]
    false = drop_false(bench.rows, target, parent | changed, parent)
    if false is None:
        return None
    own = () if target.oid == bench.table.oid else target.foreign_keys
    dropped = [drop_constraint(target, other.name) for other in own if changed.keys() & set(other.columns)]
    referred = set(key.target_columns)
    exclusions = [other for other in target.exclusions if set(other.columns) != referred]
    dropped += [drop_constraint(target, other.name) for other in exclusions]
    for other in target.keys:
        computed = other.expressions or any(name in target.generated for name in other.columns)
        if computed and set(other.columns) != referred:
            dropped.append(drop_key(target, other))
    return false + dropped


def updated(bench: Bench, key: ForeignKey) -> Trial:
    """Try what becomes of a row when the key of its parent changes."""
    target = bench.schema[key.target]
    before, where, parent, reason = _pair(bench, key, key.on_update)
    if reason:
        return Trial((), None, reason)
    name = changeable(bench.table, target, key)[0]
    new = bench.rows.row(target, 2).get(name)
    if new is None or new in (parent[name], bench.rows.row(target, 1).get(name)):
        return Trial((), None, f"no third value of {name} was found")
    loosened = _loosened(bench, key, parent, {name: new})
    if loosened is None:
        return Trial((), None, NO_PARTITION)
    before = (*loosened, *before)
    column = key.columns[key.target_columns.index(name)]
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

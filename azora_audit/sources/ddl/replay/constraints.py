"""Adding constraints to a table, and to its partitions and children with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.sources.ddl.replay import naming
from azora_audit.sources.ddl.replay.indexes import (
    build_index,
    index_keys,
    label_keys,
    require_partition_columns,
    spread_to_partitions,
)
from azora_audit.sources.ddl.replay.registry import enter, make_key, not_null_named, register
from azora_audit.sources.ddl.replay.session import Refused, Session, conflict, unknown
from azora_audit.sources.ddl.replay.state import (
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Index,
    IndexKey,
    Key,
    Table,
)

if TYPE_CHECKING:
    from azora_audit.sources.ddl import actions
    from azora_audit.sources.ddl.replay.state import UserType


def require_free(table: Table | UserType, name: str, at: int | None) -> None:
    """Refuse a constraint whose name another constraint of the same table has."""
    if isinstance(table, Table) and (
        name in table.constraints
        or (name in table.schema.not_null_names and not_null_named(table, name) is not None)
    ):
        raise conflict("constraint", name, at)


def add_key(session: Session, table: Table, key: actions.Key, *, only: bool = False) -> Key:
    """Add a PRIMARY KEY or UNIQUE constraint and its index, to partitions too."""
    if key.primary and any(isinstance(other, Key) and other.primary for other in table.constraints.values()):
        raise conflict("primary key of table", table.name, key.at)
    if key.using_index is not None:
        return _key_using_index(session, table, key, key.using_index)
    columns = [session.column(table, name, key.at) for name in key.columns]
    if len(set(columns)) < len(columns):
        raise Refused("conflict", "a column stands twice in a key, so the key is not made.", key.at)
    require_partition_columns(table, [*columns], key.at)
    name = key.name
    if name is None:
        label = "pkey" if key.primary else "key"
        joined = (
            None
            if key.primary
            else naming.joined_columns(naming.index_column_names([*key.columns, *key.including]))
        )
        name = naming.relation_name(table.schema, table.name, joined, label, constraint=True)
    elif name in table.schema.relations:
        raise conflict("relation", name, key.at)
    require_free(table, name, key.at)
    index = Index(table.schema, name, session.origin(key.at, key.end), table)
    index.unique = True
    index.nulls_not_distinct = key.nulls_not_distinct
    index.keys = [IndexKey(column, None, []) for column in columns]
    if key.without_overlaps:
        index.method = "gist"
    for included in key.including:
        part = IndexKey(session.column(table, included, key.at), None, [])
        part.included = True
        index.keys.append(part)
    label_keys(index.keys)
    register(index)
    constraint = make_key(table, index, primary=key.primary)
    constraint.deferrable, constraint.deferred = key.deferrable, key.deferred
    spread_to_partitions(session, index, only=only)
    return constraint


def _key_using_index(session: Session, table: Table, key: actions.Key, index_name: str) -> Key:
    index = table.schema.relations.get(index_name)
    if not isinstance(index, Index) or index.table is not table:
        raise unknown("index", index_name, key.at)
    if index.constraint is not None:
        raise conflict("constraint of index", index_name, key.at)
    if key.name is not None and key.name != index.name:
        if key.name in table.schema.relations:
            raise conflict("relation", key.name, key.at)
        del table.schema.relations[index.name]
        index.name = key.name
        table.schema.relations[index.name] = index
    require_free(table, index.name, key.at)
    constraint = make_key(table, index, primary=key.primary)
    constraint.origin = session.origin(key.at, key.end)
    constraint.deferrable, constraint.deferred = key.deferrable, key.deferred
    return constraint


def add_exclusion(
    session: Session, table: Table, exclude: actions.Exclude, *, only: bool = False
) -> Exclusion:
    """Add an EXCLUDE constraint and its index."""
    keys = index_keys(session, table, exclude.elements, exclude.including)
    name = exclude.name
    if name is None:
        labels = naming.index_column_names(
            [
                element.column or (element.expression and element.expression.label) or "expr"
                for element in (*exclude.elements, *exclude.including)
            ]
        )
        name = naming.relation_name(
            table.schema, table.name, naming.joined_columns(labels), "excl", constraint=True
        )
    elif name in table.schema.relations:
        raise conflict("relation", name, exclude.at)
    require_free(table, name, exclude.at)
    index = build_index(session.origin(exclude.at, exclude.end), table, name, exclude.method, keys)
    if exclude.predicate is not None:
        index.predicate = exclude.predicate.text
        index.predicate_only_not_null = exclude.predicate.only_not_null
        index.predicate_columns = [table.columns[c] for c in exclude.predicate.columns if c in table.columns]
    register(index)
    constraint = Exclusion(table, name, index.origin, index)
    constraint.definition = exclude.definition
    constraint.deferrable, constraint.deferred = exclude.deferrable, exclude.deferred
    index.constraint = constraint
    enter(constraint)
    spread_to_partitions(session, index, only=only)
    return constraint


def check_name(table: Table | UserType, columns: list[Column], first: str | None = None) -> str:
    """Return the name that PostgreSQL gives to a CHECK constraint: with the column's name if it reads just one."""
    column = columns[0].name if len(columns) == 1 else None
    return naming.constraint_name(table.schema, first or table.name, column, "check")


def add_check(
    session: Session, table: Table, check: actions.CheckThat, *, new_table: bool = False
) -> Check | None:
    """Add a CHECK constraint, to children too; None when it merged with one that is there already."""
    columns = [table.columns[name] for name in check.expression.columns if name in table.columns]
    missing = [name for name in check.expression.columns if name not in table.columns]
    if missing and missing != [table.name]:
        raise unknown("column", f"{table.name}.{missing[0]}", check.at)
    name = check.name or check_name(table, columns)
    present = table.constraints.get(name)
    if present is not None:
        if isinstance(present, Check) and present.inherited and not present.local:
            present.local = table.partition_of is None
            if check.enforced and not present.enforced:
                present.enforced = present.validated = True
            return None
        raise conflict("constraint", name, check.at)
    if check.name is not None:
        require_free(table, check.name, check.at)
    constraint = Check(table, name, session.origin(check.at, check.end), check.expression.text)
    constraint.columns = columns
    constraint.validated = (check.validated or new_table) and check.enforced
    constraint.enforced = check.enforced
    constraint.no_inherit = check.no_inherit
    enter(constraint)
    if not check.no_inherit:
        for child in table.children:
            inherit_check(constraint, child)
    return constraint


def inherit_check(check: Check, child: Table, *, new_table: bool = False) -> None:
    """Give a child table its parent's CHECK constraint, merging with one of the same name."""
    present = child.constraints.get(check.name)
    if isinstance(present, Check):
        present.inherited += 1
        present.local = (
            present.local and child.partition_of is None
        )  # a partition has none of its own by that name
        return
    copy = Check(child, check.name, check.origin, check.expression)
    copy.columns = [child.columns[column.name] for column in check.columns if column.name in child.columns]
    copy.validated = check.enforced if new_table else check.validated
    copy.enforced = check.enforced
    copy.inherited, copy.local = 1, False
    enter(copy)
    for grandchild in child.children:
        inherit_check(copy, grandchild)


def add_reference(
    session: Session, table: Table, reference: actions.Reference, *, new_table: bool = False
) -> ForeignKey:
    """Add a foreign key, to partitions too."""
    columns = [session.column(table, name, reference.at) for name in reference.columns]
    name = reference.name
    if name is None:
        joined = naming.joined_columns(reference.columns)
        name = naming.constraint_name(table.schema, table.name, joined, "fkey")
    require_free(table, name, reference.at)
    key = ForeignKey(table, name, session.origin(reference.at, reference.end))
    key.columns = columns
    key.on_delete, key.on_update = reference.on_delete, reference.on_update
    key.delete_declared, key.update_declared = reference.on_delete_declared, reference.on_update_declared
    key.set_columns = [
        session.column(table, column, reference.at) for column in dict.fromkeys(reference.set_columns)
    ]
    key.full = reference.full
    key.deferrable, key.deferred = reference.deferrable, reference.deferred
    key.enforced = reference.enforced
    key.validated = (reference.validated or new_table) and reference.enforced
    _aim(session, key, reference)
    enter(key)
    for child in table.children:
        if child.partition_of is table:
            inherit_reference(key, child)
    return key


def _aim(session: Session, key: ForeignKey, reference: actions.Reference) -> None:
    """Find what a foreign key refers to; a table that was not read stays a name."""
    target = session.find(reference.target.schema, reference.target.name)
    if not isinstance(target, Table):
        label = ".".join(part for part in (reference.target.schema, reference.target.name) if part)
        session.remark(
            "unknown-object",
            f'table "{label}", which a foreign key refers to, was not read; the foreign key is kept.',
            reference.target.at,
        )
        key.target_schema = reference.target.schema or next(iter(session.path), "public")
        key.target_table = reference.target.name
        key.target_names = reference.target_columns
        key.target_columns = [None] * len(key.target_names)
        return
    key.target = target
    target.references[key] = None
    if reference.target_columns:
        key.target_columns = [
            session.column(target, name, reference.target.at) for name in reference.target_columns
        ]
        key.index = _index_on(target, key.target_columns)
        return
    primary = primary_key(target)
    if primary is None:
        del target.references[key]
        raise unknown("primary key of table", target.name, reference.target.at)
    key.target_columns = [part.column for part in primary.index.keys if not part.included]
    key.index = primary.index


def _index_on(table: Table, columns: list[Column | None]) -> Index | None:
    """Return the first unique index on exactly these columns (transformFkeyCheckAttrs, tablecmds.c)."""
    wanted = set(columns)
    for index in table.indexes:
        if index.unique and index.predicate is None:
            own = [part.column for part in index.keys if not part.included]
            if None not in own and len(own) == len(columns) and set(own) == wanted:
                return index
    return None


def primary_key(table: Table) -> Key | None:
    """Return the primary key of a table."""
    for constraint in table.constraints.values():
        if isinstance(constraint, Key) and constraint.primary:
            return constraint
    return None


def inherit_reference(key: ForeignKey, partition: Table) -> None:
    """Give a partition its parent's foreign key, taking over an equal one that it has."""
    columns = [partition.columns[column.name] for column in key.columns if column.name in partition.columns]
    for present in partition.constraints.values():
        if (
            isinstance(present, ForeignKey)
            and present.parent is None
            and same_reference(present, key, columns)
        ):
            present.parent = key
            present.inherited += 1
            present.local = False
            return
    name = key.name
    if name in partition.constraints:
        joined = naming.joined_columns([column.name for column in columns])
        name = naming.constraint_name(partition.schema, partition.name, joined, "fkey")
    copy = ForeignKey(partition, name, key.origin)
    for field in (
        "target",
        "index",
        "target_schema",
        "target_table",
        "target_columns",
        "target_names",
        "on_delete",
        "on_update",
    ):
        setattr(copy, field, getattr(key, field))
    for field in (
        "delete_declared",
        "update_declared",
        "full",
        "deferrable",
        "deferred",
        "validated",
        "enforced",
    ):
        setattr(copy, field, getattr(key, field))
    copy.columns = columns
    copy.set_columns = [partition.columns[column.name] for column in key.set_columns]
    copy.parent = key
    copy.inherited, copy.local = 1, False
    if copy.target is not None:
        copy.target.references[copy] = None
    enter(copy)
    for child in partition.children:
        if child.partition_of is partition:
            inherit_reference(copy, child)


def same_reference(first: ForeignKey, second: ForeignKey, columns: list[Column]) -> bool:
    """Say whether a partition's foreign key equals its parent's, so that attaching takes it over."""
    return (
        first.columns == columns
        and first.target is second.target
        and first.target_columns == second.target_columns
        and first.on_delete == second.on_delete
        and first.on_update == second.on_update
        and first.full == second.full
        and first.deferrable == second.deferrable
        and first.deferred == second.deferred
    )

"""CREATE TABLE: columns, LIKE, inheritance and partitions."""

from __future__ import annotations

from azora_audit.sources.ddl import actions
from azora_audit.sources.ddl.replay.columns import (
    Waiting,
    apply_constraints,
    copy_column,
    inherit_default,
    make_column,
    make_serial,
    same_type,
)
from azora_audit.sources.ddl.replay.constraints import (
    add_check,
    add_exclusion,
    add_key,
    add_reference,
    inherit_check,
)
from azora_audit.sources.ddl.replay.drop import drop_table
from azora_audit.sources.ddl.replay.likes import copy_like_columns, copy_like_rest, likeness
from azora_audit.sources.ddl.replay.partitions import inherit_from_parent
from azora_audit.sources.ddl.replay.registry import inherit_not_null, require_no_type, set_not_null
from azora_audit.sources.ddl.replay.session import Refused, Session, conflict, unknown
from azora_audit.sources.ddl.replay.state import Check, Column, Resolved, Table, UserType


def create_table(session: Session, action: actions.CreateTable) -> None:
    """Replay CREATE TABLE."""
    name = action.name
    schema = session.schema_for(name, temporary=action.persistence == "temporary")
    if name.name in schema.relations:
        if action.if_not_exists:
            return
        raise conflict("relation", name.name, name.at)
    require_no_type(schema, name)
    _require_each_once(action)
    table = Table(schema, name.name, session.origin(name.at, name.end), action.kind, action.persistence)
    try:
        _fill(session, table, action)
    except Refused:
        drop_table(session, table, cascade=True)
        raise
    if session.default_privileges:
        _apply_defaults(session, table)


def _require_each_once(action: actions.CreateTable) -> None:
    names: set[str] = set()
    for element in action.elements:
        if isinstance(element, actions.ColumnDefinition):
            if element.name in names:
                raise conflict("column", f"{action.name.name}.{element.name}", element.at)
            names.add(element.name)


def _apply_defaults(session: Session, table: Table) -> None:
    from azora_audit.sources.ddl.replay.rights import apply_defaults  # noqa: PLC0415 -- few schemas have any

    apply_defaults(session, table, "table")
    for column in table.columns.values():
        for sequence in column.owned or ():
            apply_defaults(session, sequence, "sequence")


def _fill(session: Session, table: Table, action: actions.CreateTable) -> None:
    """Give a new table all that its statement says."""
    parent = session.table(action.partition_of) if action.partition_of else None
    parents = [parent] if parent else [session.table(item) for item in action.parents]
    likes = [
        (element, likeness(session, element.table))
        for element in action.elements
        if isinstance(element, actions.Like)
    ]
    waiting = Waiting()
    required: list[actions.NotNull] = []
    for inherited in parents:
        inherit_columns(table, inherited, partition=parent is not None, new=True)
    if action.of_type is not None:
        _columns_of_type(session, table, action.of_type)
    sources = iter(likes)
    for element in action.elements:
        if isinstance(element, actions.ColumnDefinition):
            _define(session, table, element, waiting)
        elif isinstance(element, actions.Like):
            copy_like_columns(session, table, next(sources)[1], element)
        elif isinstance(element, actions.NotNull):
            required.append(element)
        else:
            waiting.add(element)
    _require(session, table, required, waiting)
    table.schema.relations[table.name] = table
    _attach(table, action, parent, parents)
    inherited_checks = [item for inherited in parents for item in inherited.constraints.values()]
    for constraint in inherited_checks:
        if isinstance(constraint, Check) and not constraint.no_inherit:
            inherit_check(constraint, table, new_table=True)
    finish(session, table, waiting, likes, parent)


def _require(session: Session, table: Table, required: list[actions.NotNull], waiting: Waiting) -> None:
    """Make columns NOT NULL that the constraints of a new table and its primary key require to be."""
    for element in required:
        column = session.column(table, element.column or "")
        set_not_null(table, column, element.name, no_inherit=element.no_inherit)
    for key in waiting.keys:
        if isinstance(key, actions.Key) and key.primary:
            for name in key.columns:
                if name in table.columns:
                    set_not_null(table, table.columns[name])


def _attach(table: Table, action: actions.CreateTable, parent: Table | None, parents: list[Table]) -> None:
    table.partition_of, table.bound = parent, action.bound
    table.strategy, table.partition_key = action.strategy, action.partition_key
    table.partition_columns = [
        table.columns[name] for name in action.partition_columns if name in table.columns
    ]
    for inherited in parents:
        inherited.children.append(table)
    table.parents = [] if parent else parents


def finish(
    session: Session,
    table: Table,
    waiting: Waiting,
    likes: list[tuple[actions.Like, Table | UserType | None]],
    parent: Table | None,
) -> None:
    """Make what belongs to a new table in PostgreSQL's order: of its parent, its checks, of LIKE, keys, references."""
    if parent is not None:
        inherit_from_parent(session, table, parent)
    for check in waiting.checks:
        add_check(session, table, check._replace(validated=check.enforced))
    for like, source in likes:
        if isinstance(source, Table):
            copy_like_rest(session, table, source, like)
    for key in distinct_keys(waiting.keys):
        if isinstance(key, actions.Key):
            add_key(session, table, key)
        else:
            add_exclusion(session, table, key)
    for reference in waiting.references:
        add_reference(session, table, reference._replace(validated=reference.enforced))


def distinct_keys(keys: list[actions.Key | actions.Exclude]) -> list[actions.Key | actions.Exclude]:
    """Put the primary key first and leave out keys that repeat another (transformIndexConstraints, parse_utilcmd.c)."""
    if len(keys) == 1:
        return keys
    result: list[actions.Key | actions.Exclude] = []
    ordered = sorted(keys, key=lambda key: not (isinstance(key, actions.Key) and key.primary))
    for key in ordered:
        for place, other in enumerate(result):
            if _same_key(key, other):
                if other.name is None:
                    result[place] = other._replace(name=key.name)
                break
        else:
            result.append(key)
    return result


def _nameless(key: actions.Key | actions.Exclude) -> actions.Key | actions.Exclude:
    if isinstance(key, actions.Exclude):
        predicate = key.predicate and key.predicate._replace(text=" ".join(key.predicate.text.split()))
        key = key._replace(definition=" ".join(key.definition.split()), predicate=predicate)
    return key._replace(name=None, at=0, end=0)


def _same_key(first: actions.Key | actions.Exclude, second: actions.Key | actions.Exclude) -> bool:
    if not (isinstance(first, actions.Key) and isinstance(second, actions.Key)):
        return _nameless(first) == _nameless(second)
    return (
        first.columns == second.columns
        and first.including == second.including
        and first.nulls_not_distinct == second.nulls_not_distinct
        and first.deferrable == second.deferrable
        and first.deferred == second.deferred
        and first.using_index is None
        and second.using_index is None
    )


def inherit_columns(table: Table, parent: Table, *, partition: bool, new: bool = False) -> None:
    """Give a child table its parent's columns, merging those that it has already, a new one their defaults too."""
    for column in parent.columns.values():
        present = table.columns.get(column.name)
        if present is None:
            copy = copy_column(column, table)
            copy.inherited, copy.local = 1, False
            inherit_not_null(table, column)
            if partition and column.identity is not None:
                copy.identity, copy.identity_sequence = column.identity, column.identity_sequence
            continue
        if not same_type(present.type, column.type):
            raise Refused(
                "conflict", f'inherited column "{column.name}" has another type in "{parent.name}".'
            )
        present.inherited += 1
        if new and present.default is None:
            inherit_default(present, column)
        inherit_not_null(table, column)


def _columns_of_type(session: Session, table: Table, name: actions.Name) -> None:
    found = session.user_type(name.schema, name.name)
    if not isinstance(found, UserType):
        raise unknown("type", name.name, name.at)
    table.of_type = found
    for column in found.columns:
        copy_column(column, table)


def _define(session: Session, table: Table, definition: actions.ColumnDefinition, waiting: Waiting) -> None:
    """Make a column, or merge its definition with the column that a parent or type gave."""
    present = table.columns.get(definition.name)
    if present is None:
        if definition.type is None:
            raise unknown("column", f"{table.name}.{definition.name}", definition.at)
        make_column(session, table, definition, waiting)
        return
    if definition.type is not None:
        if present.local:
            raise conflict("column", f"{table.name}.{definition.name}", definition.at)
        if not same_type(present.type, session.type(definition.type)):
            raise Refused(
                "conflict", f'column "{definition.name}" has another type in its parent.', definition.at
            )
        present.written = definition.type
        present.local = True  # without a type it is a partition's, or of a type
        make_serial(table, present, definition.type)
    present.origin = session.origin(definition.at, definition.end)
    apply_constraints(session, table, present, definition.constraints, waiting)


def create_table_as(session: Session, action: actions.CreateTableAs) -> None:
    """Replay CREATE TABLE AS and SELECT INTO: columns as far as they can be told without running the query."""
    schema = session.schema_for(action.name, temporary=action.persistence == "temporary")
    name = action.name
    if name.name in schema.relations:
        if action.if_not_exists:
            return
        raise conflict("relation", name.name, name.at)
    require_no_type(schema, name)
    table = Table(schema, name.name, session.origin(name.at, name.end), "ordinary", action.persistence)
    columns = _columns_selected(session, action)
    unclear = columns is None
    for column_name, source in columns or ():
        column = _column_of_query(session, table, column_name, source)
        unclear = unclear or column.type.unknown is not None
    schema.relations[name.name] = table  # not before: the query may read another one of this name
    if session.default_privileges:
        _apply_defaults(session, table)
    if unclear and not schema.temporary:  # which is no fact
        session.remark(
            "unsupported-statement",
            f'table "{name.name}" is made by a query; columns or types that only running it would tell are missing.',
            name.at,
        )


def _columns_selected(
    session: Session, action: actions.CreateTableAs
) -> list[tuple[str, actions.Selected]] | None:
    """Return the columns of a query with `*` replaced by what it stands for; None when that cannot be told."""
    if action.columns is None:
        return None
    columns: list[tuple[str, actions.Selected]] = []
    for name, source in action.columns:
        if name != "*" or source is None or isinstance(source, actions.TypeName):
            columns.append((name, source))
            continue
        table = session.find(source[0], source[1])
        if not isinstance(table, Table):
            return None
        columns += [(column, (source[0], source[1], column)) for column in table.columns]
    return [
        (action.given[place] if place < len(action.given) else name, source)
        for place, (name, source) in enumerate(columns)
    ]


def _column_of_query(session: Session, table: Table, name: str, source: actions.Selected) -> Column:
    resolved = written = collation = None
    if isinstance(source, actions.TypeName):
        resolved, written = session.type(source), source
    elif source is not None:
        origin = session.find(source[0], source[1])
        if isinstance(origin, Table) and source[2] in origin.columns:
            column = origin.columns[source[2]]
            resolved, written, collation = column.type, column.written, column.collation
        elif isinstance(origin, Table) and source[2] == origin.name:  # its whole row
            resolved, origin.row_type = Resolved(None, origin, None, (), array=False), True
        if len(source) == 4:  # noqa: PLR2004 -- with a cast, which keeps the collation
            resolved, written = session.type(source[3]), source[3]
    if resolved is None:
        resolved = Resolved(None, None, ("", "unknown"), (), array=False)
    made = Column(table, name, table.origin, resolved, written)
    made.collation = collation
    table.columns[name] = made
    return made

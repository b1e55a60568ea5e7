"""Entering objects under their names, and taking them out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.sources.ddl.replay.naming import make_object_name
from azora_audit.sources.ddl.replay.session import Refused, conflict
from azora_audit.sources.ddl.replay.state import Index, Key, NotNull, Table

if TYPE_CHECKING:
    from azora_audit.sources.ddl.actions import Name
    from azora_audit.sources.ddl.replay.session import Session
    from azora_audit.sources.ddl.replay.state import Column, Constraint, Schema, UserType


def enter(constraint: Constraint) -> None:
    """Enter a constraint under its name in its table and schema."""
    table = constraint.table
    if isinstance(table, Table):
        table.constraints[constraint.name] = constraint
    names = table.schema.constraint_names
    names[constraint.name] = names.get(constraint.name, 0) + 1


def leave(constraint: Constraint) -> None:
    """Take a constraint out of its table and schema."""
    table = constraint.table
    if isinstance(table, Table):
        table.constraints.pop(constraint.name, None)
    names = table.schema.constraint_names
    left = names.get(constraint.name, 1) - 1
    if left:
        names[constraint.name] = left
    else:
        names.pop(constraint.name, None)


def make_key(table: Table, index: Index, *, primary: bool) -> Key:
    """Make the constraint that an index serves."""
    constraint = Key(table, index.name, index.origin, index)
    constraint.primary = primary
    index.constraint = constraint
    enter(constraint)
    if primary:
        for part in index.keys:
            if part.column is not None and not part.included:
                set_not_null(table, part.column)
    return constraint


def set_not_null(
    table: Table, column: Column, name: str | None = None, *, no_inherit: bool = False, only: bool = False
) -> None:
    """Make a column NOT NULL, in children and partitions too.

    What a new table says of a column that it inherits has a name of its own (AddRelationNotNullConstraints, heap.c).
    """
    present = column.not_null
    is_new = table.schema.relations.get(table.name) is not table
    if name is not None:
        _require_free(table, column, name, is_new=is_new)
        table.schema.not_null_names.add(name)
    if present is not None:
        if is_new and not present.local:
            present.name = name or (table.name, column.name)
        present.local = True
        if name is not None and not isinstance(present.name, str):
            present.name = name
        return
    column.not_null = NotNull(name or (table.name, column.name), no_inherit=no_inherit)
    if not (no_inherit or only):
        for child in table.children:
            inherit_not_null(child, column)


def _require_free(table: Table, column: Column, name: str, *, is_new: bool) -> None:
    """Refuse a name that another constraint has; in a new table, what is only inherited leaves it and gets another."""
    other = not_null_named(table, name)
    if other is not None and other is not column and other.not_null is not None:
        if not is_new or other.not_null.local:
            raise conflict("constraint", name)
        other.not_null.name = (table.name, other.name)
    elif name in table.constraints:
        raise conflict("constraint", name)


def inherit_not_null(child: Table, column: Column) -> None:
    """Give a child's column its parent's NOT NULL."""
    own = child.columns.get(column.name)
    if own is None or column.not_null is None or column.not_null.no_inherit:
        return
    if own.not_null is not None:
        own.not_null.inherited += 1
        own.not_null.no_inherit = False
        return
    own.not_null = NotNull(column.not_null.name)
    own.not_null.inherited, own.not_null.local = 1, False
    for grandchild in child.children:
        inherit_not_null(grandchild, own)


def drop_not_null(table: Table, column: Column, *, only: bool = False) -> None:
    """Let a column be null again, and children's that have it from here, unless with `only` it becomes their own."""
    present = column.not_null
    if present is None:
        return
    column.not_null = None
    for child in table.children:
        own = child.columns.get(column.name)
        if own is None or own.not_null is None or not own.not_null.inherited:
            continue
        own.not_null.inherited -= 1
        own.not_null.local = own.not_null.local or only
        if not own.not_null.inherited and not own.not_null.local:
            drop_not_null(child, own)


def change_inheritance(table: Table, column: Column, *, no_inherit: bool) -> None:
    """Let a column's NOT NULL be children's too or, leaving it to those that have it, not any longer."""
    present = column.not_null
    if present is None or present.no_inherit is no_inherit:
        return
    present.no_inherit = no_inherit
    for child in table.children:
        own = child.columns[column.name].not_null
        if not no_inherit:
            inherit_not_null(child, column)
        elif own is not None:
            own.inherited -= 1
            own.local = True


def not_null_named(table: Table, name: str) -> Column | None:
    """Return the column whose NOT NULL constraint has this name."""
    for column in table.columns.values():
        if column.not_null is not None and name_of(column.not_null) == name:
            return column
    return None


def name_of(constraint: NotNull) -> str:
    """Return the name of a NOT NULL constraint."""
    given = constraint.name
    return given if isinstance(given, str) else make_object_name(*given, "not_null")


def require_no_type(schema: Schema, name: Name) -> None:
    """Refuse the name of a table or view that a type has: rows have a type of their table's name."""
    if name.name in schema.types:
        raise conflict("type", name.name, name.at)


def has_tables(found: UserType, typed: list[Table]) -> Refused:
    """Return the refusal of a change of a composite type that tables have, without CASCADE."""
    return Refused(
        "conflict", f'"{typed[0].name}" is a table of type "{found.name}", and there is no CASCADE.'
    )


def register(index: Index) -> None:
    """Enter an index in its schema and table."""
    index.schema.relations[index.name] = index
    index.table.indexes.append(index)


def unregister(index: Index) -> None:
    """Take an index out of its schema, table and parent."""
    if index.schema.relations.get(index.name) is index:
        del index.schema.relations[index.name]
    if index in index.table.indexes:
        index.table.indexes.remove(index)
    if index.parent is not None and index in index.parent.children:
        index.parent.children.remove(index)


def family(table: Table, *, only: bool) -> list[Table]:
    """Return a table and, unless ONLY, all that inherit from it."""
    tables = [table]
    if not only:
        for child in table.children:
            tables.extend(family(child, only=False))
    return tables


def tables_of(session: Session, found: UserType) -> list[Table]:
    """Return the tables of a composite type."""
    return [
        relation
        for schema in session.schemas.values()
        for relation in schema.relations.values()
        if isinstance(relation, Table) and relation.of_type is found
    ]

"""Entering objects under their names, and taking them out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.sources.ddl.replay.state import Index, Key, Table

if TYPE_CHECKING:
    from azora_audit.sources.ddl.replay.state import Constraint


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
                set_not_null(table, part.column.name)
    return constraint


def set_not_null(table: Table, name: str) -> None:
    """Make a column NOT NULL, in children and partitions too."""
    column = table.columns.get(name)
    if column is None:
        return
    column.not_null = True
    for child in table.children:
        set_not_null(child, name)


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

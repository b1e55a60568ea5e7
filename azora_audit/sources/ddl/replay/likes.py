"""CREATE TABLE (LIKE ...): what is copied of another table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.sources.ddl.actions import SequenceOptions
from azora_audit.sources.ddl.replay.indexes import copy_index
from azora_audit.sources.ddl.replay.registry import enter
from azora_audit.sources.ddl.replay.sequences import own_sequence, use
from azora_audit.sources.ddl.replay.session import Session, conflict
from azora_audit.sources.ddl.replay.state import Check, Column, NotNull, Table, UserType, View

if TYPE_CHECKING:
    from azora_audit.sources.ddl.actions import Like, Name


def likeness(session: Session, name: Name) -> Table | UserType | None:
    """Return the table or composite type that LIKE names; None for a view, whose columns are not known."""
    if not isinstance(session.find(name.schema, name.name), View):
        found = session.user_type(name.schema, name.name)
        return found if found is not None and found.kind == "composite" else session.table(name)
    detail = f'the columns of view "{name.name}", which LIKE copies, are missing.'
    session.remark("unsupported-statement", detail, name.at)
    return None


def copy_like_columns(session: Session, table: Table, source: Table | UserType | None, like: Like) -> None:
    """Copy columns, always with NOT NULL, and with defaults, identity and generation where LIKE includes them."""
    origin = session.origin(like.table.at, like.table.end)
    if source is None:
        return
    for column in source.columns.values() if isinstance(source, Table) else source.columns:
        copy = table.columns.get(column.name)
        if copy is None:
            copy = table.columns[column.name] = Column(
                table, column.name, origin, column.type, column.written
            )
            copy.collation = column.collation
        elif copy.local:
            raise conflict("column", f"{table.name}.{column.name}", like.table.at)
        else:
            copy.local = True
        _copy_properties(column, copy, like.options)


def _copy_properties(column: Column, copy: Column, options: frozenset[str]) -> None:
    if column.not_null is not None:
        copy.not_null = NotNull(column.not_null.name, no_inherit=column.not_null.no_inherit)
    if column.generated is not None:
        if "generated" in options:
            copy.generated = column.generated
    elif column.default is not None and "defaults" in options:
        copy.default = column.default
        if column.sequence is not None:
            use(column.sequence, copy)
    if column.identity is not None and "identity" in options and isinstance(copy.table, Table):
        copy.identity = column.identity
        own_sequence(copy.table, copy, _options_of(column), internal=True)
    if "comments" in options:
        copy.comment = column.comment


def _options_of(column: Column) -> SequenceOptions:
    """Return the options of an identity column's sequence; LIKE does not copy its type, but the limits that it made."""
    sequence = column.identity_sequence
    if sequence is None:
        return SequenceOptions()
    return SequenceOptions(
        start=sequence.start,
        increment=sequence.increment,
        minimum=sequence.minimum,
        maximum=sequence.maximum,
        cycle=sequence.cycle,
    )


def copy_like_rest(session: Session, table: Table, source: Table, like: Like) -> None:
    """Copy CHECK constraints under their names, and indexes with their constraints under generated names."""
    origin = session.origin(like.table.at, like.table.end)
    comments = "comments" in like.options
    if "constraints" in like.options:
        for constraint in source.constraints.values():
            if isinstance(constraint, Check) and constraint.name not in table.constraints:
                check = Check(table, constraint.name, origin, constraint.expression)
                check.columns = [
                    table.columns[column.name]
                    for column in constraint.columns
                    if column.name in table.columns
                ]
                check.no_inherit, check.enforced = constraint.no_inherit, constraint.enforced
                check.validated = constraint.enforced
                check.comment = constraint.comment if comments else None
                enter(check)
    if "indexes" in like.options:
        for index in source.indexes:
            copy = copy_index(index, table, origin)
            if comments:
                copy.comment = index.comment  # that of its constraint stays behind

"""CREATE TABLE (LIKE ...): what is copied of another table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.sources.ddl.actions import SequenceOptions
from azora_audit.sources.ddl.replay.indexes import copy_index
from azora_audit.sources.ddl.replay.registry import enter
from azora_audit.sources.ddl.replay.sequences import own_sequence, use
from azora_audit.sources.ddl.replay.session import Session, conflict
from azora_audit.sources.ddl.replay.state import Check, Column, NotNull

if TYPE_CHECKING:
    from azora_audit.sources.ddl.actions import Like
    from azora_audit.sources.ddl.replay.state import Table


def copy_like_columns(session: Session, table: Table, source: Table, like: Like) -> None:
    """Copy columns, always with NOT NULL, and with defaults, identity and generation where LIKE includes them."""
    origin = session.origin(like.table.at, like.table.end)
    for column in source.columns.values():
        if column.name in table.columns:
            raise conflict("column", f"{table.name}.{column.name}", like.table.at)
        copy = Column(table, column.name, origin, column.type, column.written)
        if column.not_null is not None:
            copy.not_null = NotNull(column.not_null.name, no_inherit=column.not_null.no_inherit)
        copy.collation = column.collation
        table.columns[column.name] = copy
        if column.generated is not None:
            if "generated" in like.options:
                copy.generated = column.generated
        elif column.default is not None and "defaults" in like.options:
            copy.default = column.default
            if column.sequence is not None:
                use(column.sequence, copy)
        if column.identity is not None and "identity" in like.options:
            copy.identity = column.identity
            own_sequence(table, copy, _options_of(column), internal=True)
        if "comments" in like.options:
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
                copy.comment = index.comment
                if copy.constraint is not None and index.constraint is not None:
                    copy.constraint.comment = index.constraint.comment

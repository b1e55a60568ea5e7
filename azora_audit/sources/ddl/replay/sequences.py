"""Sequences: those of CREATE SEQUENCE, of serial and of identity columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from azora_audit.sources.ddl.replay.naming import relation_name
from azora_audit.sources.ddl.replay.session import Session, conflict, unknown
from azora_audit.sources.ddl.replay.state import Column, Sequence, Table

if TYPE_CHECKING:
    from azora_audit.sources.ddl import actions
    from azora_audit.sources.ddl.replay.state import Origin, Schema

_LIMITS = {"smallint": (1 << 15) - 1, "integer": (1 << 31) - 1, "bigint": (1 << 63) - 1}

_TYPES = {"int2": "smallint", "int4": "integer", "int8": "bigint"}


def make_sequence(schema: Schema, name: str, origin: Origin, options: actions.SequenceOptions) -> Sequence:
    """Make a sequence and enter it under its name."""
    sequence = Sequence(schema, name, origin)
    schema.relations[name] = sequence
    sequence.increment = options.increment if options.increment is not None else 1
    sequence.type = _TYPES.get(options.type or "int8", "bigint")
    _set_limits(sequence, options)
    first = sequence.minimum if sequence.increment > 0 else sequence.maximum
    sequence.start = options.start if options.start is not None else first
    sequence.cycle = bool(options.cycle)
    return sequence


def _set_limits(sequence: Sequence, options: actions.SequenceOptions) -> None:
    largest = _LIMITS[sequence.type]
    ascending = sequence.increment > 0
    sequence.maximum = options.maximum if options.maximum is not None else (largest if ascending else -1)
    sequence.minimum = options.minimum if options.minimum is not None else (1 if ascending else -largest - 1)


def own_sequence(
    table: Table, column: Column, options: actions.SequenceOptions, *, internal: bool
) -> Sequence:
    """Make the sequence of a serial or identity column."""
    if options.name is not None:
        name = options.name.name
    else:
        name = relation_name(table.schema, table.name, column.name, "seq", constraint=False)
    sequence = make_sequence(table.schema, name, column.origin, options)
    sequence.owner = table.owner
    give(sequence, column)
    sequence.internal = internal
    if internal:
        column.identity_sequence = sequence
    else:
        column.sequence = sequence
    return sequence


def create_sequence(session: Session, action: actions.Create) -> None:
    """Replay CREATE SEQUENCE."""
    options, temporary = cast("tuple[actions.SequenceOptions, bool]", action.value)
    schema = session.schema_for(action.name, temporary=temporary)
    if action.name.name in schema.relations:
        if action.if_not_exists:
            return
        raise conflict("relation", action.name.name, action.name.at)
    sequence = make_sequence(
        schema, action.name.name, session.origin(action.name.at, action.name.end), options
    )
    _own(session, sequence, options)
    if session.default_privileges:
        from azora_audit.sources.ddl.replay.rights import apply_defaults  # noqa: PLC0415 -- few schemas have any

        apply_defaults(session, sequence, "sequence")


def _own(session: Session, sequence: Sequence, options: actions.SequenceOptions) -> None:
    if options.owned_by is None:
        return
    if not options.owned_by:
        give(sequence, None)
        return
    schema, table_name, column_name = options.owned_by
    table = session.find(schema, table_name)
    column = table.columns.get(column_name) if isinstance(table, Table) else None
    if column is None:
        raise unknown("column", f"{table_name}.{column_name}")
    give(sequence, column)


def give(sequence: Sequence, column: Column | None) -> None:
    """Let a column own a sequence, so that the sequence is dropped with it."""
    before = sequence.owner_column
    if before is not None and before.owned:
        before.owned.remove(sequence)
    sequence.owner_column = column
    if column is not None:
        if column.owned is None:
            column.owned = []
        column.owned.append(sequence)


def use(sequence: Sequence, column: Column) -> None:
    """Note that a column's default takes its values from a sequence."""
    column.sequence = sequence
    sequence.shared = sequence.shared or sequence.owner_column is not column


def alter_options(session: Session, sequence: Sequence, options: actions.SequenceOptions) -> None:
    """Apply what ALTER SEQUENCE or ALTER COLUMN ... SET says; what is not said stays."""
    if options.type is not None:
        _change_type(sequence, options)
    if options.increment is not None:
        sequence.increment = options.increment
    _change_limits(sequence, options)
    if options.start is not None:
        sequence.start = options.start
    if options.cycle is not None:
        sequence.cycle = options.cycle
    _own(session, sequence, options)


def _change_type(sequence: Sequence, options: actions.SequenceOptions) -> None:
    """Change a sequence's type; limits that are those of the old type become those of the new one."""
    before = _LIMITS[sequence.type]
    sequence.type = _TYPES.get(options.type or "", "bigint")
    if options.maximum is None and sequence.maximum == before:
        sequence.maximum = _LIMITS[sequence.type]
    if options.minimum is None and sequence.minimum == -before - 1:
        sequence.minimum = -_LIMITS[sequence.type] - 1


def _change_limits(sequence: Sequence, options: actions.SequenceOptions) -> None:
    ascending = sequence.increment > 0
    if options.maximum is not None:
        sequence.maximum = options.maximum
    elif options.no_maximum:
        sequence.maximum = _LIMITS[sequence.type] if ascending else -1
    if options.minimum is not None:
        sequence.minimum = options.minimum
    elif options.no_minimum:
        sequence.minimum = 1 if ascending else -_LIMITS[sequence.type] - 1

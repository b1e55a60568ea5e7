"""Columns: made, copied and given their defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.sources.ddl import actions
from azora_audit.sources.ddl.replay.registry import set_not_null
from azora_audit.sources.ddl.replay.sequences import own_sequence, use
from azora_audit.sources.ddl.replay.session import Refused, Session
from azora_audit.sources.ddl.replay.state import Column, Sequence, Table, UserType
from azora_audit.sources.ddl.typenames import SERIAL

if TYPE_CHECKING:
    from azora_audit.sources.ddl.replay.state import Resolved


class Waiting:
    """Constraints of a statement in the order in which PostgreSQL makes them: checks, keys, then foreign keys."""

    __slots__ = ("checks", "keys", "references")

    def __init__(self) -> None:
        """Start without constraints."""
        self.checks: list[actions.CheckThat] = []
        self.keys: list[actions.Key | actions.Exclude] = []
        self.references: list[actions.Reference] = []

    def add(self, constraint: object, column: str | None = None) -> None:
        """Keep a constraint, given its column's name if it is a column's."""
        if isinstance(constraint, (actions.Key, actions.Reference)):
            if not constraint.columns and column is not None:
                constraint = constraint._replace(columns=(column,))
            (self.keys if isinstance(constraint, actions.Key) else self.references).append(constraint)  # type: ignore[arg-type]  # each in its own list
        elif isinstance(constraint, actions.CheckThat):
            self.checks.append(constraint)
        elif isinstance(constraint, actions.Exclude):
            self.keys.append(constraint)


def make_column(
    session: Session, table: Table, definition: actions.ColumnDefinition, waiting: Waiting
) -> Column:
    """Make a column and enter it in its table; its constraints wait until all columns are there."""
    written = definition.type
    if written is None:
        raise Refused("unknown-object", f'column "{definition.name}" has no type.', definition.at)
    column = Column(
        table,
        definition.name,
        session.origin(definition.at, definition.end),
        session.type(written, definition.type_at),
        written,
    )
    column.collation = definition.collation
    table.columns[definition.name] = column
    make_serial(table, column, written)
    apply_constraints(session, table, column, definition.constraints, waiting)
    return column


def make_serial(table: Table, column: Column, written: actions.TypeName) -> None:
    """Give a serial column its sequence, default and NOT NULL."""
    if written.name in SERIAL and written.schema is None:
        own_sequence(table, column, actions.SequenceOptions(type=SERIAL[written.name]), internal=False)
        column.default = SERIAL_DEFAULT
        set_not_null(table, column)


SERIAL_DEFAULT = actions.Expression("", "sequence", "nextval", ())
"""The default of a serial column: its text is made from its sequence's name."""


def apply_constraints(
    session: Session,
    table: Table,
    column: Column,
    constraints: tuple[actions.Constraint, ...],
    waiting: Waiting,
) -> None:
    """Apply the constraints of a column definition."""
    for constraint in constraints:
        if isinstance(constraint, actions.NotNull):
            if constraint.value:
                set_not_null(table, column, constraint.name, no_inherit=constraint.no_inherit)
        elif isinstance(constraint, actions.DefaultTo):
            set_default(session, column, constraint.expression)
        elif isinstance(constraint, actions.Identity):
            column.identity = "always" if constraint.always else "by default"
            set_not_null(table, column)
            options = constraint.options._replace(type=column.type.builtin)
            own_sequence(table, column, options, internal=True)
        elif isinstance(constraint, actions.Generated):
            column.generated = (constraint.expression, constraint.stored)
        else:
            waiting.add(constraint, column.name)


def set_default(session: Session, column: Column, expression: actions.Expression | None) -> None:
    """Set or drop a default."""
    column.default = None
    column.sequence = None
    if expression is None or is_no_default(session, expression, column.type):
        return
    column.default = expression
    if expression.sequence is not None:
        found = session.find(*expression.sequence)
        if isinstance(found, Sequence):
            use(found, column)


def is_no_default(session: Session, expression: actions.Expression, type_: Resolved) -> bool:
    """Say whether a default is a mere NULL, which PostgreSQL does not store.

    It stores one that has to be coerced: from another type, to a length or to a domain (heap.c,
    AddRelationNewConstraints, and typecmds.c, DefineDomain).
    """
    if expression.kind != "null" or _coerces_null(type_):
        return False
    for cast in expression.casts:
        to = session.type(cast)
        if (to.builtin, to.type, to.unknown, to.array) != (
            type_.builtin,
            type_.type,
            type_.unknown,
            type_.array,
        ) or _coerces_null(to):
            return False
    if type_.modifiers and expression.casts:  # of an interval, whose literals take a length at once
        return session.type(expression.casts[-1]).modifiers == type_.modifiers
    return True


def _coerces_null(type_: Resolved) -> bool:
    """Say whether a NULL becomes one of this type by a coercion that is kept."""
    if type_.builtin is not None:
        return bool(type_.modifiers) and type_.builtin != "interval"  # a literal takes its length at once
    return isinstance(type_.type, UserType) and type_.type.kind == "domain" and not type_.array


def same_type(first: Resolved, second: Resolved) -> bool:
    """Say whether two types are equal, their modifiers too."""
    return (first.builtin, first.type, first.unknown, first.modifiers, first.array) == (
        second.builtin,
        second.type,
        second.unknown,
        second.modifiers,
        second.array,
    )


def inherit_default(column: Column, source: Column) -> None:
    """Give a column the default of a parent's."""
    column.default = source.default
    if source.default is not None and source.sequence is not None:
        use(source.sequence, column)


def copy_column(source: Column, table: Table) -> Column:
    """Make a column of a child table or partition like its parent's."""
    column = Column(table, source.name, source.origin, source.type, source.written)
    column.collation = source.collation
    column.generated = source.generated
    inherit_default(column, source)
    table.columns[source.name] = column
    return column

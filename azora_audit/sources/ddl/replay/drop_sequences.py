"""DROP of sequences, by themselves and with the columns that own them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.sources.ddl.replay.sequences import give
from azora_audit.sources.ddl.replay.session import Session, depends
from azora_audit.sources.ddl.replay.state import Column, Sequence, Table

if TYPE_CHECKING:
    from azora_audit.sources.ddl.replay.state import UserType


def _users(session: Session, sequence: Sequence) -> list[Column]:
    return [
        column
        for schema in session.schemas.values()
        for relation in schema.relations.values()
        if isinstance(relation, Table)
        for column in relation.columns.values()
        if column.sequence is sequence
    ]


def _domains_on(session: Session, sequence: Sequence) -> list[UserType]:
    types = [found for schema in session.schemas.values() for found in schema.types.values()]
    return [found for found in types if found.sequence is sequence]


def _drop_domains(session: Session, sequence: Sequence) -> None:
    """Drop the domains whose default uses a sequence: it is part of the type."""
    from azora_audit.sources.ddl.replay.drop_objects import drop_type  # noqa: PLC0415 -- it calls this module

    for found in _domains_on(session, sequence):
        drop_type(session, found, cascade=True)


def drop_owned(session: Session, column: Column) -> None:
    """Drop the sequences that a column owns, and the defaults of other columns that use them.

    All columns are asked only about a sequence that others ever used: else dropping many tables would be quadratic.
    """
    for sequence in column.owned or ():
        if sequence.shared or sequence not in (column.sequence, column.identity_sequence):
            for user in _users(session, sequence):
                user.default, user.sequence = None, None
            _drop_domains(session, sequence)
        sequence.schema.relations.pop(sequence.name, None)


def drop_sequence(session: Session, sequence: Sequence, *, cascade: bool) -> None:
    """Drop a sequence, and with CASCADE the defaults that use it."""
    if sequence.internal and sequence.owner_column is not None:
        raise depends("sequence", sequence.name)
    users = _users(session, sequence)
    if (users or _domains_on(session, sequence)) and not cascade:
        raise depends("sequence", sequence.name)
    for column in users:
        column.default, column.sequence = None, None
    _drop_domains(session, sequence)
    give(sequence, None)
    sequence.schema.relations.pop(sequence.name, None)

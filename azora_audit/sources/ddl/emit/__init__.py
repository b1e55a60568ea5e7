"""The schema after the replay, as rows of the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog import tables as rows
from azora_audit.sources.ddl.emit import programs
from azora_audit.sources.ddl.emit.tables import (
    emit_columns,
    emit_constraints,
    emit_indexes,
    emit_table,
    enter_columns,
)
from azora_audit.sources.ddl.emit.types import emit_extensions, emit_sequences, emit_types, enter_types
from azora_audit.sources.ddl.emit.writer import Writer
from azora_audit.sources.ddl.replay.state import Sequence, Table, View

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts
    from azora_audit.sources.ddl.replay.session import Session

KNOWN = (
    *(rows.Table, rows.Inheritance, rows.Column, rows.Default, rows.PrimaryKey, rows.Unique, rows.KeyColumn),
    *(rows.ForeignKey, rows.ForeignKeyColumn, rows.Check, rows.CheckColumn, rows.Exclusion, rows.Index),
    *(rows.IndexColumn, rows.IndexPredicateColumn, rows.Enum, rows.EnumValue, rows.Domain, rows.Sequence),
    *(rows.View, rows.ViewRead, rows.Function, rows.Trigger, rows.Policy, rows.Grant, rows.Extension),
    *(rows.Comment, rows.Annotation, rows.Allowance, rows.Unread),
)
"""What SQL text says completely."""


def emit(session: Session, facts: Facts) -> None:
    """Append the rows of all objects; temporary ones are no facts."""
    writer = Writer(facts)
    schemas = session.schemas.values()
    relations = [relation for schema in schemas for relation in schema.relations.values()]
    tables = [relation for relation in relations if isinstance(relation, Table)]
    views = [relation for relation in relations if isinstance(relation, View)]
    enter_types(writer, session)
    for table in tables:
        writer.top("table", table.name, table.schema.name, table.origin, table)
        enter_columns(writer, table)
    for view in views:
        writer.top("view", view.name, view.schema.name, view.origin, view)
    emit_types(writer, session)
    for table in tables:
        emit_table(writer, table)
        emit_columns(writer, table)
        emit_constraints(writer, table)
        emit_indexes(writer, table)
    _emit_programs(writer, session, tables, views)
    emit_sequences(writer, [relation for relation in relations if isinstance(relation, Sequence)])
    emit_extensions(writer, session)
    programs.emit_comments(writer, session)
    programs.emit_grants(writer)


def _emit_programs(writer: Writer, session: Session, tables: list[Table], views: list[View]) -> None:
    for view in views:
        programs.emit_view(writer, view)
    programs.emit_functions(writer, session)
    for table in tables:
        if table.triggers:
            programs.emit_triggers(writer, table)
        if table.policies:
            programs.emit_policies(writer, table)

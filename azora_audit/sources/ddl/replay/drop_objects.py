"""DROP of types, functions, schemas and extensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.sources.ddl.replay.drop import (
    drop_column,
    drop_index,
    drop_table,
    drop_trigger,
    drop_view,
)
from azora_audit.sources.ddl.replay.drop_sequences import drop_sequence
from azora_audit.sources.ddl.replay.extensions import CLASSES, DEFAULT_CLASSES, serves
from azora_audit.sources.ddl.replay.registry import leave, tables_of
from azora_audit.sources.ddl.replay.session import depends
from azora_audit.sources.ddl.replay.state import Function, Index, Sequence, Table, Trigger, UserType, View

if TYPE_CHECKING:
    from azora_audit.sources.ddl.replay.session import Session
    from azora_audit.sources.ddl.replay.state import Column, Extension, Schema


def drop_type(session: Session, found: UserType, *, cascade: bool) -> None:
    """Drop a type, and with CASCADE what has it: columns, domains, routines, attributes of other types."""
    typed = tables_of(session, found) if found.kind == "composite" else []
    several = found.multirange
    if (typed or is_used(session, found) or (several and is_used(session, several))) and not cascade:
        raise depends("type", found.name)
    for relation in typed:
        if relation.schema.relations.get(relation.name) is relation:
            drop_table(session, relation, cascade=True)
    found.schema.types.pop(found.name, None)
    drop_users(session, found)
    for check in found.checks:
        leave(check)
    if several is not None:
        drop_type(session, several, cascade=True)
    session.types_changed()


def is_used(session: Session, found: UserType | Table | View) -> bool:
    """Say whether anything has a type, or a table's or view's rows as its type."""
    return bool(
        _columns_with(session, found) or _types_with(session, found) or _routines_with(session, found)
    )


def drop_users(session: Session, found: UserType | Table | View) -> None:
    """Drop what has a type, or a table's or view's rows as its type."""
    for column in _columns_with(session, found):
        table = column.table
        if isinstance(table, Table) and table.columns.get(column.name) is column:
            if column in table.partition_columns:  # without its key, a partitioned table goes as a whole
                drop_table(session, table, cascade=True)
                continue
            column.inherited = 0
            drop_column(session, column, cascade=True, only=False)
    for user in _types_with(session, found):
        user.columns = [column for column in user.columns if column.type.type is not found]
        if user.kind == "domain":
            drop_type(session, user, cascade=True)
    for function in _routines_with(session, found):
        drop_function(session, function, cascade=True)


def _columns_with(session: Session, found: UserType | Table | View) -> list[Column]:
    return [
        column
        for schema in session.schemas.values()
        for relation in schema.relations.values()
        if isinstance(relation, Table)
        for column in relation.columns.values()
        if column.type.type is found
    ]


def _types_with(session: Session, found: UserType | Table | View) -> list[UserType]:
    return [
        user
        for schema in session.schemas.values()
        for user in schema.types.values()
        if (user.type is not None and user.type.type is found)
        or any(column.type.type is found for column in user.columns)
    ]


def _routines_with(session: Session, found: UserType | Table | View) -> list[Function]:
    functions = [
        function
        for schema in session.schemas.values()
        for overloads in schema.functions.values()
        for function in overloads
    ]
    return [
        function
        for function in functions
        if any(
            resolved is not None and resolved.type is found
            for resolved in (
                *(*function.arguments, *function.outputs, function.returns),
                *(type_ for _, type_ in function.table),
            )
        )
    ]


def drop_function(session: Session, function: Function, *, cascade: bool) -> None:
    """Drop a function, and with CASCADE the triggers that call it."""
    triggers = [
        trigger
        for schema in session.schemas.values()
        for relation in schema.relations.values()
        if isinstance(relation, (Table, View))
        for trigger in relation.triggers.values()
        if trigger.function is function
    ]
    if triggers and not cascade:
        raise depends("function", function.name)
    for trigger in triggers:
        drop_trigger(trigger)
    overloads = function.schema.functions.get(function.name, [])
    if function in overloads:
        overloads.remove(function)


def drop_schema(session: Session, schema: Schema, *, cascade: bool) -> None:
    """Drop a schema, and with CASCADE all that is in it."""
    if not cascade and (schema.relations or schema.types or any(schema.functions.values())):
        raise depends("schema", schema.name)
    _drop_relations(session, schema)
    for found in list(schema.types.values()):
        drop_type(session, found, cascade=True)
    for functions in list(schema.functions.values()):
        for function in list(functions):
            drop_function(session, function, cascade=True)
    session.schemas.pop(schema.name, None)
    for extension in [item for item in session.extensions.values() if item.schema is schema]:
        drop_extension(session, extension, cascade=True)
    session.types_changed()


def _drop_relations(session: Session, schema: Schema) -> None:
    for relation in list(schema.relations.values()):
        if isinstance(relation, Table) and schema.relations.get(relation.name) is relation:
            drop_table(session, relation, cascade=True)
        elif isinstance(relation, View) and schema.relations.get(relation.name) is relation:
            drop_view(session, relation, cascade=True)
    for relation in list(schema.relations.values()):
        if isinstance(relation, Sequence):  # what owned it lay in this schema too, and is gone
            drop_sequence(session, relation, cascade=True)


def drop_extension(session: Session, extension: Extension, *, cascade: bool) -> None:
    """Drop an extension with its types and what was said to depend on it, and with CASCADE what uses them."""
    _drop_dependants(session, extension, cascade=cascade)
    for schema in session.schemas.values():
        for found in [item for item in schema.types.values() if item.extension == extension.name]:
            drop_type(session, found, cascade=cascade)
    for index in _indexes_by(session, extension):
        if not cascade:
            raise depends("extension", extension.name)
        if index.schema.relations.get(index.name) is index:
            drop_index(session, index, cascade=True)
    session.extensions.pop(extension.name, None)


def _drop_dependants(session: Session, extension: Extension, *, cascade: bool) -> None:
    for trigger in [item for item in extension.dependants if isinstance(item, Trigger)]:
        drop_trigger(trigger)  # first, for they may call a function that goes too
    for thing in extension.dependants:
        if isinstance(thing, Function):
            drop_function(session, thing, cascade=cascade)
        elif isinstance(thing, (Index, View)) and thing.schema.relations.get(thing.name) is thing:
            if isinstance(thing, Index):
                drop_index(session, thing, cascade=cascade)
            else:
                drop_view(session, thing, cascade=cascade)


def _indexes_by(session: Session, extension: Extension) -> list[Index]:
    """Return the indexes that have an operator class of an extension."""
    if extension.name not in (*CLASSES, *DEFAULT_CLASSES):
        return []
    relations = [relation for schema in session.schemas.values() for relation in schema.relations.values()]
    return [
        relation for relation in relations if isinstance(relation, Index) and serves(extension.name, relation)
    ]

"""Scalar fields -> columns, defaults, sequences and the client's generators."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.catalog.tables import ClientDefault, Column, Default, Field, Sequence
from azora_audit.records import NamedTuple
from azora_audit.sources.prisma.attributes import FieldSpec, field_spec
from azora_audit.sources.prisma.comments import describe
from azora_audit.sources.prisma.defaults import NONE, FieldDefault, read_default
from azora_audit.sources.prisma.model import ColumnInfo, attribute_place, field_place
from azora_audit.sources.prisma.names import cut, sequence_name
from azora_audit.sources.prisma.native_types import (
    ColumnType,
    column_type,
    native_fault,
    sql_type,
    unsupported_fault,
)
from azora_audit.sources.prisma.sql_defaults import SqlDefault
from azora_audit.sources.prisma.syntax import Fault

if TYPE_CHECKING:
    from azora_audit.sources.prisma.model import EnumInfo, ModelInfo, Schema
    from azora_audit.sources.prisma.syntax import FieldLine

_MAXIMUM = {"smallint": (1 << 15) - 1, "integer": (1 << 31) - 1, "bigint": (1 << 63) - 1}


class Shape(NamedTuple):
    """All of a column but its name: the same for every field with the same type and attributes."""

    kind: ColumnType
    scalar: str
    default: FieldDefault
    generators: tuple[str, ...]
    native: str | None
    spec: FieldSpec
    faults: tuple[Fault, ...]
    row: tuple[object, ...]
    """The fields of the catalog's column from `type` on."""


def _shape(
    kind: ColumnType,
    written: str,
    *,
    array: bool,
    nullable: bool,
    scalar: str,
    default: FieldDefault,
    native: str | None,
    spec: FieldSpec,
    faults: list[Fault],
    enum_id: int | None = None,
) -> Shape:
    """Return a shape with the row made of its parts."""
    row = (
        f"{kind.type}[]" if array else kind.type,
        kind.base_type,
        written,
        kind.kind,
        enum_id,
        kind.length,
        kind.precision,
        kind.scale,
        array,
        nullable,
        None,
        None,
        None,
        default.serial,
        None,
    )
    return Shape(kind, scalar, default, _generators(spec, default), native, spec, tuple(faults), row)


def _written(name: str, arity: str, native: str | None) -> str:
    array = "[]" if arity == "[]" else ""
    return f"{name}{array}" if native is None else f"{name}{array} @db.{native}"


def _generators(spec: FieldSpec, default: FieldDefault) -> tuple[str, ...]:
    made = (default.generator,) if default.generator is not None else ()
    return (*made, "updated-at") if spec.updated_at else made


def _updated_at_faults(spec: FieldSpec, scalar: str, arity: str) -> list[Fault]:
    if not spec.updated_at or (scalar == "DateTime" and arity != "[]"):
        return []
    start = next(attribute.start for attribute in spec.used if attribute.name == "updatedAt")
    return [Fault(start, "`@updatedAt` is for a DateTime that is no list", "Remove it, or change the type.")]


@lru_cache(maxsize=1 << 15)
def scalar_shape(scalar: str, arity: str, tail: str) -> Shape:
    """Return the column of a field of one of Prisma's own types.

    Args:
        scalar: the type.
        arity: empty, `?` or `[]`.
        tail: the text behind the type.
    """
    spec = field_spec(tail)
    faults = [*spec.faults, *_updated_at_faults(spec, scalar, arity)]
    native = spec.native
    if native is not None:
        wrong = native_fault(scalar, native.name, native.arguments)
        if wrong is not None:
            faults.append(Fault(native.start, *wrong))
    arguments = native.arguments if native is not None else ()
    kind = column_type(scalar, native.name if native is not None else None, arguments)
    array = arity == "[]"
    default = NONE
    if spec.default is not None:
        default = read_default(spec.default, scalar, kind, array=array)
        if default.fault is not None:
            faults.append(default.fault)
    if default.serial and (array or kind.base_type not in _MAXIMUM):
        # Prisma writes a type that is no serial then; the column has no default.
        default = NONE
    text = None
    if native is not None:
        text = f"{native.name}({', '.join(arguments)})" if arguments else native.name
    return _shape(
        kind,
        _written(scalar, arity, text),
        array=array,
        nullable=bool(arity) and not default.serial,
        scalar=scalar,
        default=default,
        native=text,
        spec=spec,
        faults=faults,
    )


def _other_faults(spec: FieldSpec, arity: str, *, unsupported: bool) -> list[Fault]:
    faults = [*spec.faults, *_updated_at_faults(spec, "", arity)]
    if spec.native is not None:
        name = f"{spec.native.scope}.{spec.native.name}"
        faults.append(
            Fault(spec.native.start, f"unknown attribute `@{name}`", "The field's type has no native types.")
        )
    if unsupported and spec.ignored:
        start = next(attribute.start for attribute in spec.used if attribute.name == "ignore")
        faults.append(Fault(start, "an unsupported field is ignored already", "Remove the `@ignore`."))
    return faults


def _enum_shape(enum: EnumInfo, line: FieldLine) -> Shape:
    """Return the column of a field whose type is an enum."""
    spec = field_spec(line.tail)
    faults = _other_faults(spec, line.arity, unsupported=False)
    name = f"{quote_identifier(enum.schema)}.{quote_identifier(enum.name)}"
    escaped = enum.name.replace('"', '""')
    sql = f'"{escaped}"' if enum.schema == "public" else f'"{enum.schema}"."{escaped}"'
    kind = ColumnType(sql, name, name, "enum")
    array = line.arity == "[]"
    default = NONE
    if spec.default is not None:
        default = read_default(spec.default, line.type, kind, array=array, members=enum.members)
        if default.fault is not None:
            faults.append(default.fault)
    return _shape(
        kind,
        _written(line.type, line.arity, None),
        array=array,
        nullable=bool(line.arity),
        scalar="",
        default=default,
        native=None,
        spec=spec,
        faults=faults,
        enum_id=enum.id,
    )


def _unsupported_shape(line: FieldLine) -> Shape:
    """Return the column of a field whose type Prisma does not support."""
    spec = field_spec(line.tail)
    faults = _other_faults(spec, line.arity, unsupported=True)
    supported = unsupported_fault(line.type)
    if supported is not None:
        faults.append(Fault(0, f"Prisma supports the type `{line.type}`", f"Write `{supported}`."))
    kind, array = sql_type(line.type)
    array = array or line.arity == "[]"
    default = NONE
    if spec.default is not None:
        default = read_default(spec.default, "", kind, array=array)
        if default.fault is not None:
            faults.append(default.fault)
    return _shape(
        kind,
        _written(f'Unsupported("{line.type}")', line.arity, None),
        array=array,
        nullable=bool(line.arity),
        scalar="",
        default=default,
        native=None,
        spec=spec,
        faults=faults,
    )


def read_shape(schema: Schema, line: FieldLine) -> Shape:
    """Return the column of a scalar, enum or unsupported field."""
    if line.unsupported:
        return _unsupported_shape(line)
    enum = schema.enums.get(line.type)
    return scalar_shape(line.type, line.arity, line.tail) if enum is None else _enum_shape(enum, line)


def add_column(schema: Schema, model: ModelInfo, line: FieldLine, position: int) -> ColumnInfo:
    """Append the facts of a scalar field and return its column; a view's columns are no facts."""
    shape = read_shape(schema, line)
    spec = shape.spec
    path = model.block.path
    if shape.faults:
        schema.faults(shape.faults, path, line.line, line.tail_column)
    if spec.native is not None and spec.native.scope != schema.config.datasource:
        _check_scope(schema, path, line, spec)
    if spec.relation is not None:
        schema.at_field(model, line, "`@relation` is for fields whose type is a model")
    name = cut(spec.map or line.name)
    if model.view:
        return ColumnInfo(line, spec, name, 0, bool(line.arity), shape.scalar, shape.kind)
    facts = schema.facts
    identifier = facts.entity("column", name, model.id, model.schema, ("prisma", field_place(path, line)))
    schema.columns.append(Column._make((identifier, model.id, name, position, *shape.row)))
    schema.fields.append(Field(identifier, line.name, shape.native))
    if spec.default is not None or spec.updated_at:
        _add_default(schema, model, line, shape, identifier, name)
    if line.comments:
        describe(facts, identifier, line.comments, path, schema.problems)
    return ColumnInfo(
        line, spec, spec.map or line.name, identifier, bool(line.arity), shape.scalar, shape.kind
    )


def _check_scope(schema: Schema, path: str, line: FieldLine, spec: FieldSpec) -> None:
    """Note a native type whose prefix is not the name of the datasource."""
    native, name = spec.native, schema.config.datasource
    if native is None or not name:
        return
    message = f"expected `@{name}.{native.name}`: the prefix is the name of the datasource"
    schema.problem(
        path, line.line, line.tail_column + native.start, message, f"Write `@{name}.{native.name}`."
    )


def _add_default(
    schema: Schema, model: ModelInfo, line: FieldLine, shape: Shape, column_id: int, name: str
) -> None:
    """Append the default of a column, the sequence of a serial one, and what the client makes."""
    facts = schema.facts
    for generator in shape.generators:
        facts.rows(ClientDefault).append(ClientDefault(column_id, generator))
    default: SqlDefault | None = shape.default.sql
    if shape.default.serial:
        sequence = sequence_name(cut(model.table), name)
        attribute = next(item for item in shape.spec.used if item.name == "default")
        place = attribute_place(model.block.path, line.line, line.tail_column, attribute)
        identifier = facts.entity("sequence", sequence, schema=model.schema, origin=("prisma", place))
        kind = shape.kind.base_type
        facts.rows(Sequence).append(
            Sequence(
                identifier,
                facts.service_id,
                model.schema,
                sequence,
                kind,
                1,
                1,
                1,
                _MAXIMUM[kind],
                cycle=False,
                owned_by_column_id=column_id,
            )
        )
        full = f"{quote_identifier(model.schema)}.{quote_identifier(sequence)}"
        default = SqlDefault(f"nextval('{full}'::regclass)", "sequence", "nextval")
    if default is not None and (default.kind != "null" or shape.kind.length is not None):
        # PostgreSQL drops a DEFAULT NULL unless a length has to be applied to it.
        facts.rows(Default).append(Default(column_id, *default))

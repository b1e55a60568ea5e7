"""Blocks -> facts: names first, then tables with their columns and keys, then relations."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from azora_audit.catalog.tables import Column
from azora_audit.sources.prisma.attributes import field_spec
from azora_audit.sources.prisma.blocks import add_enum, check_identifier, check_name, check_tables, register
from azora_audit.sources.prisma.columns import add_column
from azora_audit.sources.prisma.comments import allow, describe
from azora_audit.sources.prisma.indexes import (
    add_index,
    add_primary_key,
    documented,
    read_block_key,
    read_field_key,
)
from azora_audit.sources.prisma.model import RelationField, name_place
from azora_audit.sources.prisma.native_types import SCALARS
from azora_audit.sources.prisma.relation_facts import (
    add_foreign_key,
    add_join_table,
    constraint_name,
    relation_place,
)
from azora_audit.sources.prisma.relations import (
    check_cycles,
    check_field,
    check_inline,
    check_join,
    pairs,
    resolved,
)

if TYPE_CHECKING:
    from azora_audit.findings import Place
    from azora_audit.sources.prisma.model import IndexSpec, ModelInfo, Schema
    from azora_audit.sources.prisma.syntax import Block, FieldLine


def build(schema: Schema, blocks: list[Block]) -> None:
    """Append the facts of all blocks but datasource and generators."""
    taken: dict[str, Block] = {}
    for block in blocks:
        if block.kind in {"datasource", "generator"}:
            continue
        check_name(schema, block, taken)
        if block.kind == "enum":
            add_enum(schema, block)
        elif block.kind == "type":
            schema.types.add(block.name)
            schema.at(
                name_place(block), "composite types are for MongoDB only", "Use a model, or a Json field."
            )
        else:
            register(schema, block)
    clashing = check_tables(schema)
    for model in schema.models.values():
        _add_fields(schema, model)
    indexes: Counter[tuple[str, str]] = Counter()
    used: list[tuple[ModelInfo, str, Place]] = []
    for model in schema.models.values():
        for name, place in _add_keys(schema, model):
            indexes[model.schema, name] += model not in clashing
            used.append((model, name, place))
    for model, name, place in used:
        if indexes[model.schema, name] > 1:
            schema.at(
                place, f"the name `{name}` belongs to another key or index", 'Name this one: `map: "..."`.'
            )
    _add_relations(schema, {(id(model), name) for model, name, _place in used})


def _add_fields(schema: Schema, model: ModelInfo) -> None:
    """Append the columns of a model and keep its relation fields."""
    seen: set[str] = set()
    stored: set[str] = set()
    position = 0
    for line in model.block.fields:
        name = line.name
        if name in seen:
            schema.at_field(
                model, line, f"the field `{name}` is already defined in `{model.name}`", "Remove one."
            )
            continue
        seen.add(name)
        if "-" in name or name[0].isdigit():
            check_identifier(schema, model.block.path, line.line, line.column, name)
        if line.unsupported or line.type in SCALARS or line.type in schema.enums:
            position += 1
            column = add_column(schema, model, line, position)
            if model.ignored and column.spec.ignored:
                schema.at_field(
                    model, line, "`@ignore` is not needed in a model with `@@ignore`", "Remove it."
                )
            model.columns[name] = column
            if column.name in stored:
                message = f"the column `{column.name}` is already that of another field of `{model.name}`"
                schema.at_field(model, line, message, 'Name the column: `@map("...")`.')
            stored.add(column.name)
        elif line.type in schema.models:
            _add_relation_field(schema, model, line)
        elif line.type not in schema.types:
            _unknown_type(schema, model, line)


def _add_relation_field(schema: Schema, model: ModelInfo, line: FieldLine) -> None:
    spec = field_spec(line.tail)
    schema.faults(spec.faults, model.block.path, line.line, line.tail_column)
    model.relations.append(RelationField(model, line, spec, schema.models[line.type]))


def _unknown_type(schema: Schema, model: ModelInfo, line: FieldLine) -> None:
    known = {name.lower(): name for name in (*schema.models, *schema.enums, *sorted(SCALARS))}
    similar = known.get(line.type.lower())
    hint = (
        f"Did you mean `{similar}`?"
        if similar
        else "Define a model or enum of that name, or use a type of Prisma's."
    )
    schema.at_field(model, line, f"unknown type `{line.type}`", hint)


def _add_keys(schema: Schema, model: ModelInfo) -> list[tuple[str, Place]]:
    """Append the keys and indexes of a model and return their names and places."""
    identities = [*_field_identities(schema, model), *_block_identities(schema, model)]
    model.identity = identities[0] if identities else None
    for extra in identities[1:]:
        schema.at(
            extra.place, f"the model `{model.name}` has more than one key", "Use one `@id` or one `@@id`."
        )
    model.uniques += [
        read_field_key(schema, model, column, column.spec.unique, identity=False)
        for column in model.columns.values()
        if column.spec.unique is not None
    ]
    used = [(key.name, key.place) for key in (*identities[:1], *model.uniques)]
    if model.identity is not None and not model.view:
        _require(schema, model.identity)
        identifier = add_primary_key(schema, model, model.identity)
        for item in model.attributes.get("id", ()):
            documented(schema, model, identifier, item)
    _add_indexes(schema, model, used)
    _check_criteria(schema, model)
    return used


def _field_identities(schema: Schema, model: ModelInfo) -> list[IndexSpec]:
    """Return the keys that `@id` makes."""
    found = []
    for column in model.columns.values():
        if column.spec.identity is not None:
            key = read_field_key(schema, model, column, column.spec.identity, identity=True)
            if column.nullable and not model.ignored:
                schema.at(key.place, "a field with `@id` must be required", "Remove the `?` or `[]`.")
            found.append(key)
    return found


def _block_identities(schema: Schema, model: ModelInfo) -> list[IndexSpec]:
    """Return the key that `@@id` makes."""
    found = []
    for item in model.attributes.get("id", ()):
        key = read_block_key(schema, model, item)
        if key is not None:
            optional = [column.line.name for column in key.columns if column.nullable]
            if optional and not model.ignored:
                message = f"`@@id` names optional fields: {', '.join(optional)}"
                schema.at(key.place, message, "A key has required fields.")
            found.append(key)
    return found


def _require(schema: Schema, identity: IndexSpec) -> None:
    """Make the columns of a primary key NOT NULL, as PostgreSQL does."""
    if not any(column.nullable for column in identity.columns):
        return
    rows = schema.facts.rows(Column)
    ids = {column.id for column in identity.columns}
    for number, row in enumerate(rows):
        if row.id in ids:
            rows[number] = row._replace(nullable=False)


def _add_indexes(schema: Schema, model: ModelInfo, used: list[tuple[str, Place]]) -> None:
    for unique in model.uniques:
        if not model.view:
            add_index(schema, model, unique, unique=True)
    for kind in ("unique", "index"):
        for item in model.attributes.get(kind, ()):
            spec = read_block_key(schema, model, item)
            if spec is None:
                continue
            used.append((spec.name, spec.place))
            if kind == "unique":
                model.uniques.append(spec)
            if not model.view:
                documented(schema, model, add_index(schema, model, spec, unique=kind == "unique"), item)


def _check_criteria(schema: Schema, model: ModelInfo) -> None:
    """Note a model without a key that has only required fields."""
    if model.ignored or model.view:
        return
    for key in (model.identity, *model.uniques):
        if key is not None and not any(column.nullable or column.line.unsupported for column in key.columns):
            return
    if model.identity is not None and any(column.nullable for column in model.identity.columns):
        return  # that is a problem already
    message = f"expected a key in the model `{model.name}`: `@id`, `@@id`, or `@unique` on required fields"
    schema.at(name_place(model.block), message, "Add `@id` to a field.")


def _add_relations(schema: Schema, used: set[tuple[int, str]]) -> None:
    """Append foreign keys and join tables; `used` are the names of keys and indexes by model."""
    for model in schema.models.values():
        for field in model.relations:
            check_field(schema, field)
    inline = []
    made: dict[int, int] = {}
    for pair in pairs(schema):
        if pair.kind == "join":
            if check_join(schema, pair):
                made[id(pair.forward.line)] = made[id(pair.back.line)] = add_join_table(schema, pair)
            continue
        if check_inline(schema, pair):
            inline.append(pair)
            identifier = add_foreign_key(schema, pair.forward)
            if identifier is not None:
                made[id(pair.forward.line)] = identifier
        _check_key_name(schema, pair.forward, used)
    if schema.config.emulated:
        check_cycles(schema, inline)
    _describe_relations(schema, made)


def _check_key_name(schema: Schema, field: RelationField, used: set[tuple[int, str]]) -> None:
    columns = resolved(field)
    if columns is None:
        return
    name = constraint_name(field, columns[0])
    if (id(field.model), name) in used:
        message = f"the name `{name}` belongs to another key or index of the model `{field.model.name}`"
        schema.at(relation_place(field), message, 'Name this one: `map: "..."`.')
    used.add((id(field.model), name))


def _describe_relations(schema: Schema, made: dict[int, int]) -> None:
    """Append what the comments at relation fields say: of the foreign key or join table made, else of the model."""
    for model in schema.models.values():
        for field in model.relations:
            comments, identifier = field.line.comments, made.get(id(field.line))
            if not comments:
                continue
            if identifier is not None and field.spec.relation is not None and field.spec.relation.fields:
                describe(schema.facts, identifier, comments, model.block.path, schema.problems)
            else:
                allow(schema.facts, identifier or model.id, comments, model.block.path, schema.problems)

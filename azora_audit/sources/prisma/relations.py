"""Relation fields, paired and checked: which of them are foreign keys, which are join tables.

The pairing and the checks follow prisma-engines (parser-database/relations.rs and the validations of psl-core).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.sources.prisma.attributes import RelationSpec
    from azora_audit.sources.prisma.model import ColumnInfo, ModelInfo, RelationField, Schema

_CHANGING = frozenset({"cascade", "set null", "set default"})


class Pair(NamedTuple):
    """A relation: `kind` is one, many (one to many) or join; `forward` has the foreign key (or is side A)."""

    kind: str
    forward: RelationField
    back: RelationField


def _name(field: RelationField) -> str | None:
    return field.spec.relation.name if field.spec.relation is not None else None


def _has_fields(field: RelationField) -> bool:
    return field.spec.relation is not None and field.spec.relation.fields is not None


def _opposite(field: RelationField) -> RelationField | None:
    """Return the field at the other side: the first of the same name that points back."""
    for other in field.target.relations:
        if other.target is field.model and other is not field and _name(other) == _name(field):
            return other
    return None


def relation_name(field: RelationField) -> str:
    """Return the name of a relation: the one given, or that of the two models in order."""
    first, second = sorted((field.model.name, field.target.name))
    return _name(field) or f"{first}To{second}"


def _key(field: RelationField) -> tuple[str, str]:
    return field.model.name, field.line.name


def _classify(field: RelationField, other: RelationField) -> Pair | None:
    """Return the relation of two fields if this one is its first side, None if the other is."""
    arity, opposite = field.line.arity, other.line.arity
    if arity == "[]" and opposite == "[]":
        first = _key(field)[1:] < _key(other)[1:] if field.model is other.model else _key(field) < _key(other)
        return Pair("join", field, other) if first else None
    if arity == "[]":
        return None
    if opposite == "[]":
        return Pair("many", field, other)
    if arity != opposite:
        return Pair("one", field, other) if arity == "" else None
    if arity == "?" and _has_fields(field) is not _has_fields(other):
        return Pair("one", field, other) if _has_fields(field) else None
    return Pair("one", field, other) if _key(field) <= _key(other) else None


def pairs(schema: Schema) -> Iterator[Pair]:
    """Yield the relations of a schema; fields without an opposite, and ambiguous ones, are problems."""
    for model in schema.models.values():
        counts = Counter((id(field.target), _name(field)) for field in model.relations)
        for field in model.relations:
            count = counts[id(field.target), _name(field)]
            allowed = 2 if field.target is model and _name(field) is not None else 1
            if count > allowed:
                message = f"the fields of `{model.name}` that refer to `{field.target.name}` are ambiguous"
                schema.at_field(
                    model, field.line, message, 'Name each relation: `@relation("name", ...)`, at both sides.'
                )
                continue
            other = _opposite(field)
            if other is None:
                message = f"expected a field of type `{model.name}` in the model `{field.target.name}`"
                help_text = f"The relation `{model.name}.{field.line.name}` needs its opposite side."
                schema.at_field(model, field.line, message, help_text)
                continue
            pair = _classify(field, other)
            if pair is not None:
                yield pair


def check_field(schema: Schema, field: RelationField) -> None:
    """Check what can be checked of a relation field alone."""
    model, line, spec = field.model, field.line, field.spec
    for attribute in spec.used:
        if attribute.name not in {"relation", "ignore"}:
            column = line.tail_column + attribute.start
            message = f"`@{attribute.name}` cannot stand at a relation"
            schema.problem(
                model.block.path, line.line, column, message, "Put it at the scalar field of the relation."
            )
    if field.target.ignored and not spec.ignored and not model.ignored:
        message = f"expected `@ignore`: the model `{field.target.name}` is ignored"
        schema.at_field(model, line, message, "Add `@ignore` to the field.")
    if spec.relation is not None:
        _check_relation(schema, field, spec.relation)


def _check_relation(schema: Schema, field: RelationField, relation: RelationSpec) -> None:
    """Check the arguments of `@relation` alone."""
    model, line = field.model, field.line
    for label, names, owner in (
        ("fields", relation.fields, model),
        ("references", relation.references, field.target),
    ):
        for name in names or ():
            if name not in owner.columns:
                message = f"`{label}`: `{name}` is not a scalar field of the model `{owner.name}`"
                schema.at_field(model, line, message, "Name the fields of the key.")
    if schema.config.emulated and {relation.on_delete, relation.on_update} & {"no action", "set default"}:
        message = 'NoAction and SetDefault are not possible with relationMode = "prisma"'
        schema.at_field(model, line, message, "Use Restrict.")


def resolved(field: RelationField) -> tuple[list[ColumnInfo], list[ColumnInfo]] | None:
    """Return the columns of a foreign key and those that it refers to, or None if they do not fit."""
    relation = field.spec.relation
    if relation is None or not relation.fields or not relation.references:
        return None
    if len(relation.fields) != len(relation.references):
        return None
    columns = [field.model.columns.get(name) for name in relation.fields]
    targets = [field.target.columns.get(name) for name in relation.references]
    found = [column for column in columns if column is not None]
    wanted = [column for column in targets if column is not None]
    return (found, wanted) if len(found) == len(columns) == len(targets) == len(wanted) else None


def check_inline(schema: Schema, pair: Pair) -> bool:
    """Check a one-to-one or one-to-many relation; say whether its foreign key can be made."""
    forward, back = pair.forward, pair.back
    before = len(schema.problems)
    relation, other = forward.spec.relation, back.spec.relation
    labels = ("fields", "references")
    missing = [f"`{label}`" for label in labels if not getattr(relation, label, None)]
    if missing:
        verb = "are" if len(missing) > 1 else "is"
        message = (
            f"expected `@relation(fields: [...], references: [...])`: {' and '.join(missing)} {verb} missing"
        )
        help_text = f"The field `{forward.line.name}` holds the foreign key to `{forward.target.name}`."
        schema.at_field(forward.model, forward.line, message, help_text)
    if any(getattr(other, label, None) for label in labels):
        message = "`fields` and `references` can stand at one side of a relation only"
        help_text = f"Leave them at `{forward.model.name}.{forward.line.name}`."
        schema.at_field(back.model, back.line, message, help_text)
    if other is not None and (other.on_delete or other.on_update):
        message = "`onDelete` and `onUpdate` stand at the side with the foreign key"
        schema.at_field(
            back.model, back.line, message, f"Move them to `{forward.model.name}.{forward.line.name}`."
        )
    keys = resolved(forward)
    if keys is not None:
        _check_columns(schema, forward, *keys)
        if pair.kind == "one":
            _check_one(schema, pair, keys[0])
    elif (
        relation is not None and not missing and len(relation.fields or ()) != len(relation.references or ())
    ):
        message = "expected as many `references` as `fields`"
        schema.at_field(
            forward.model, forward.line, message, "Each field refers to one field of the other model."
        )
    return keys is not None and len(schema.problems) == before


def _criteria(model: ModelInfo) -> Iterator[tuple[ColumnInfo, ...]]:
    if model.identity is not None:
        yield model.identity.columns
    for unique in model.uniques:
        yield unique.columns


def _is_unique(model: ModelInfo, columns: list[ColumnInfo]) -> bool:
    wanted = sorted(column.line.name for column in columns)
    return any(sorted(column.line.name for column in key) == wanted for key in _criteria(model))


def _same_type(column: ColumnInfo, target: ColumnInfo) -> bool:
    return column.line.unsupported == target.line.unsupported and column.line.type == target.line.type


def _check_columns(
    schema: Schema, field: RelationField, columns: list[ColumnInfo], targets: list[ColumnInfo]
) -> None:
    model, line = field.model, field.line
    names = ", ".join(column.line.name for column in targets)
    if not _is_unique(field.target, targets):
        message = f"`references`: [{names}] is no key of the model `{field.target.name}`"
        schema.at_field(
            model, line, message, f"Make it unique: `@@unique([{names}])`, or `@unique` on a single field."
        )
    if line.arity == "" and any(column.line.arity == "?" for column in columns):
        message = f"expected `{line.type}?`: a field of the foreign key is optional"
        schema.at_field(model, line, message, "A relation is as optional as its fields.")
    for column, target in zip(columns, targets, strict=True):
        if not _same_type(column, target):
            message = (
                f"the type of `{column.line.name}` ({column.line.type}) is not that of "
                f"`{field.target.name}.{target.line.name}` ({target.line.type})"
            )
            schema.at_field(model, line, message, "Give both the same type.")
    relation = field.spec.relation
    if schema.config.emulated and relation is not None and any(column.line.arity == "" for column in columns):
        for action in (relation.on_delete, relation.on_update):
            if action == "set null":
                schema.at_field(
                    model, line, "SetNull is not possible: a field of the foreign key is required", ""
                )


def _check_one(schema: Schema, pair: Pair, columns: list[ColumnInfo]) -> None:
    forward, back = pair.forward, pair.back
    if not _is_unique(forward.model, columns):
        names = ", ".join(column.line.name for column in columns)
        message = f"expected [{names}] to be unique: the relation is one-to-one"
        schema.at_field(
            forward.model,
            forward.line,
            message,
            f"Add `@unique` to `{names}`, or make the other side a list.",
        )
    if back.line.arity == "":
        message = f"expected `{back.line.type}?`: the side without the foreign key cannot be required"
        schema.at_field(back.model, back.line, message, f"Write `{back.line.name} {back.line.type}?`.")


def check_join(schema: Schema, pair: Pair) -> bool:
    """Check a many-to-many relation; say whether its join table can be made."""
    before = len(schema.problems)
    for field in (pair.forward, pair.back):
        identity = field.target.identity
        if identity is None or len(identity.columns) != 1:
            message = f"expected a model with a single `@id`: `{field.target.name}` cannot be in a many-to-many relation"
            schema.at_field(field.model, field.line, message, "Write a model for the join table.")
        if field.target.view:
            schema.at_field(field.model, field.line, "a view cannot be in a many-to-many relation")
        relation = field.spec.relation
        if relation is not None and (
            relation.fields is not None
            or relation.references is not None
            or relation.on_delete
            or relation.on_update
        ):
            message = "a many-to-many relation has only a name"
            schema.at_field(
                field.model,
                field.line,
                message,
                "Remove the other arguments, or write a model for the join table.",
            )
    return len(schema.problems) == before


def actions(field: RelationField, columns: list[ColumnInfo]) -> tuple[str, str]:
    """Return the effective onDelete and onUpdate: Prisma's defaults are RESTRICT or SET NULL, and CASCADE."""
    relation = field.spec.relation
    default = "set null" if all(column.nullable for column in columns) else "restrict"
    if relation is None:
        return default, "cascade"
    return relation.on_delete or default, relation.on_update or "cascade"


def check_cycles(schema: Schema, inline: list[Pair]) -> None:
    """Note cycles of actions that change rows: without foreign keys the client would follow them for ever."""
    leaving: dict[int, list[RelationField]] = {}
    for pair in inline:
        leaving.setdefault(id(pair.forward.model), []).append(pair.forward)
    for pair in inline:
        start = pair.forward
        seen: set[int] = set()
        waiting = [start]
        while waiting:
            field = waiting.pop()
            seen.add(id(field))
            if not _changes(field):
                continue
            if field.target in (field.model, start.model):
                message = 'a cycle of relations that change each other\'s rows: relationMode is "prisma"'
                schema.at_field(
                    start.model, start.line, message, "Set `onDelete` and `onUpdate` of one to Restrict."
                )
                break
            waiting.extend(other for other in leaving.get(id(field.target), ()) if id(other) not in seen)


def _changes(field: RelationField) -> bool:
    keys = resolved(field)
    return keys is not None and not _CHANGING.isdisjoint(actions(field, keys[0]))

"""Relations -> foreign keys and join tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.tables import (
    Column,
    ForeignKey,
    ForeignKeyColumn,
    Index,
    IndexColumn,
    KeyColumn,
    PrimaryKey,
    Relation,
    Table,
)
from azora_audit.sources.prisma.model import attribute_place, field_place
from azora_audit.sources.prisma.names import LIMIT, cut, foreign_key_name
from azora_audit.sources.prisma.relations import actions, relation_name, resolved

if TYPE_CHECKING:
    from azora_audit.findings import Place
    from azora_audit.sources.prisma.model import ColumnInfo, RelationField, Schema
    from azora_audit.sources.prisma.relations import Pair


def constraint_name(field: RelationField, columns: list[ColumnInfo]) -> str:
    """Return the name of a relation's foreign key."""
    relation = field.spec.relation
    given = relation.map if relation is not None else None
    return given or foreign_key_name(field.model.table, [column.name for column in columns])


def relation_place(field: RelationField) -> Place:
    """Return the place of a `@relation` attribute, or of the field without one."""
    path, line, relation = field.model.block.path, field.line, field.spec.relation
    if relation is None:
        return field_place(path, line)
    return attribute_place(path, line.line, line.tail_column, relation.attribute)


def add_foreign_key(schema: Schema, field: RelationField) -> int | None:
    """Append the foreign key of a relation and return its entity; a view has none."""
    keys, relation = resolved(field), field.spec.relation
    if keys is None or relation is None or field.model.view or field.target.view:
        return None
    columns, targets = keys
    facts = schema.facts
    name = constraint_name(field, columns)
    on_delete, on_update = actions(field, columns)
    identifier = facts.entity(
        "foreign-key", name, field.model.id, field.model.schema, ("prisma", relation_place(field))
    )
    facts.rows(ForeignKey).append(
        ForeignKey(
            identifier,
            field.model.id,
            name,
            field.target.id,
            field.target.schema,
            cut(field.target.table),
            on_delete,
            on_update,
            on_delete_declared=relation.on_delete is not None,
            on_update_declared=relation.on_update is not None,
            on_delete_columns=None,
            match="simple",
            deferrable=False,
            initially_deferred=False,
            validated=True,
            enforced=True,
            emulated=schema.config.emulated,
        )
    )
    for position, (column, target) in enumerate(zip(columns, targets, strict=True), 1):
        facts.rows(ForeignKeyColumn).append(
            ForeignKeyColumn(identifier, position, column.id, target.id, cut(target.name))
        )
    facts.rows(Relation).append(
        Relation(identifier, field.line.name, field.target.name, field.line.arity == "?")
    )
    return identifier


def _suffixed(table: str, suffix: str) -> str:
    return cut(table, LIMIT - len(suffix)) + suffix


def add_join_table(schema: Schema, pair: Pair) -> int:
    """Append the join table of a many-to-many relation: columns A and B, in the order of the models' names."""
    forward = pair.forward
    facts = schema.facts
    place = field_place(forward.model.block.path, forward.line)
    origin = ("prisma", place)
    owner = forward.model.schema
    full = f"_{relation_name(forward)}"
    name = cut(full)
    table = facts.entity("table", name, schema=owner, origin=origin)
    facts.rows(Table).append(
        Table(
            table,
            facts.service_id,
            owner,
            name,
            "ordinary",
            "permanent",
            None,
            None,
            None,
            None,
            row_security=False,
            force_row_security=False,
            implicit_join=True,
            owner=None,
        )
    )
    # Side A of a self relation is the first field by name, and its column refers to the model all the same.
    ends = (forward.model, pair.back.model)
    columns: list[int] = []
    for position, (label, model) in enumerate(zip("AB", ends, strict=True), 1):
        identity = model.identity
        assert identity is not None, model.name  # noqa: S101 -- check_join let the relation pass
        columns.append(_add_join_column(schema, table, label, position, identity.columns[0], place))
    _add_join_keys(schema, table, owner, full, columns, place)
    for label, column, model in zip("AB", columns, ends, strict=True):
        identity = model.identity
        assert identity is not None, model.name  # noqa: S101 -- as above
        key = facts.entity("foreign-key", _suffixed(full, f"_{label}_fkey"), table, owner, origin)
        facts.rows(ForeignKey).append(
            ForeignKey(
                key,
                table,
                _suffixed(full, f"_{label}_fkey"),
                model.id,
                model.schema,
                cut(model.table),
                "cascade",
                "cascade",
                on_delete_declared=True,
                on_update_declared=True,
                on_delete_columns=None,
                match="simple",
                deferrable=False,
                initially_deferred=False,
                validated=True,
                enforced=True,
                emulated=schema.config.emulated,
            )
        )
        target = identity.columns[0]
        facts.rows(ForeignKeyColumn).append(ForeignKeyColumn(key, 1, column, target.id, cut(target.name)))
    return table


def _add_join_column(
    schema: Schema, table: int, label: str, position: int, target: ColumnInfo, place: Place
) -> int:
    facts = schema.facts
    kind = target.kind
    enum = schema.enums.get(target.line.type) if not target.line.unsupported else None
    identifier = facts.entity("column", label, table, facts.entity_of(table).schema, origin=("prisma", place))
    facts.rows(Column).append(
        Column(
            identifier,
            table,
            label,
            position,
            kind.type,
            kind.base_type,
            target.line.type,
            kind.kind,
            enum.id if enum is not None else None,
            kind.length,
            kind.precision,
            kind.scale,
            array=False,
            nullable=False,
            identity=None,
            generated=None,
            generation_expression=None,
            serial=False,
            collation=None,
        )
    )
    return identifier


def _add_join_keys(
    schema: Schema, table: int, owner: str, full: str, columns: list[int], place: Place
) -> None:
    """Append the key of a join table (a primary key since Prisma 6, a unique index before) and its index on B."""
    facts = schema.facts
    origin = ("prisma", place)
    name = _suffixed(full, "_AB_pkey" if schema.config.join_table_keys else "_AB_unique")
    key = None
    if schema.config.join_table_keys:
        key = facts.entity("primary-key", name, table, owner, origin)
        facts.rows(PrimaryKey).append(
            PrimaryKey(key, table, name, deferrable=False, initially_deferred=False)
        )
        for position, column in enumerate(columns, 1):
            facts.rows(KeyColumn).append(KeyColumn(key, position, column))
    for label, unique, constraint, parts in (
        (name, True, key, columns),
        (_suffixed(full, "_B_index"), False, None, columns[1:]),
    ):
        index = facts.entity("index", label, table, owner, origin)
        facts.rows(Index).append(
            Index(
                index,
                table,
                label,
                "btree",
                unique,
                nulls_not_distinct=False,
                constraint_id=constraint,
                predicate=None,
                predicate_only_not_null=False,
                valid=True,
                concurrently=False,
            )
        )
        for position, column in enumerate(parts, 1):
            facts.rows(IndexColumn).append(
                IndexColumn(
                    index,
                    position,
                    column,
                    None,
                    included=False,
                    descending=False,
                    nulls_first=False,
                    operator_class=None,
                    collation=None,
                )
            )

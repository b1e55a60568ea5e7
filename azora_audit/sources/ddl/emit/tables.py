"""Tables, columns, constraints and indexes as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azora_audit.catalog import tables as rows
from azora_audit.sources.ddl.emit.texts import default_text, json_list, operator_class
from azora_audit.sources.ddl.replay.state import Check, Exclusion, ForeignKey, Index, Key, Table

if TYPE_CHECKING:
    from azora_audit.sources.ddl.emit.writer import Writer
    from azora_audit.sources.ddl.replay.state import Column, Constraint


def emit_table(writer: Writer, table: Table) -> None:
    """Add a table's row once all tables have their entities."""
    ids = writer.ids
    identifier = ids[table]
    facts = writer.facts
    facts.rows(rows.Table).append(
        rows.Table(
            identifier,
            1,
            table.schema.name,
            table.name,
            table.kind,
            table.persistence,
            ids.get(table.partition_of) if table.partition_of else None,
            table.strategy,
            table.partition_key,
            table.bound,
            table.row_security,
            table.force_row_security,
            implicit_join=False,
            owner=table.owner,
        )
    )
    for position, parent in enumerate(table.parents, 1):
        if parent in ids:
            facts.rows(rows.Inheritance).append(rows.Inheritance(identifier, ids[parent], position))


def enter_columns(writer: Writer, table: Table) -> None:
    """Give the columns of a table their entities."""
    identifier = writer.ids[table]
    part = writer.part
    for column in table.columns.values():
        part("column", column.name, identifier, column.origin, column)


def emit_columns(writer: Writer, table: Table) -> None:
    """Add the rows of a table's columns and their defaults."""
    table_id = writer.ids[table]
    columns = writer.facts.rows(rows.Column)
    defaults = writer.facts.rows(rows.Default)
    ids = writer.ids
    for position, column in enumerate(table.columns.values(), 1):
        type_ = writer.type(column.type)
        identifier = ids[column]
        generated = column.generated
        default = column.default if generated is None else None
        written = column.written
        row = (
            identifier,
            table_id,
            column.name,
            position,
            type_.type,
            type_.base,
            written.written if written is not None else type_.type,
            type_.kind,
            type_.type_id,
            type_.length,
            type_.precision,
            type_.scale,
            type_.array,
            column.not_null is None and not type_.not_null,
            column.identity,
            ("stored" if generated[1] else "virtual") if generated else None,
            generated[0].text if generated else None,
            default is not None and default.kind == "sequence" and _is_serial(column),
            None if column.collation == "default" else column.collation,
        )
        columns.append(tuple.__new__(rows.Column, row))
        if default is not None:
            text = default.text if default.kind != "sequence" else default_text(column, default)
            defaults.append(rows.Default(identifier, text, default.kind, default.function))


def _is_serial(column: Column) -> bool:
    """Say whether the nextval default is of a sequence that the column owns: what serial makes."""
    return column.sequence is not None and column.sequence.owner_column is column


def emit_constraints(writer: Writer, table: Table) -> None:
    """Add the rows of a table's constraints."""
    for constraint in table.constraints.values():
        _EMITTERS[type(constraint)](writer, table, constraint)


def _emit_key(writer: Writer, table: Table, key: Key) -> None:
    facts = writer.facts
    identifier = writer.part(
        "primary-key" if key.primary else "unique", key.name, writer.ids[table], key.origin, key
    )
    timing = (key.deferrable, key.deferred)
    if key.primary:
        facts.rows(rows.PrimaryKey).append(rows.PrimaryKey(identifier, writer.ids[table], key.name, *timing))
    else:
        facts.rows(rows.Unique).append(
            rows.Unique(identifier, writer.ids[table], key.name, key.index.nulls_not_distinct, *timing)
        )
    position = 0
    for part in key.index.keys:
        if part.column is not None and not part.included:
            position += 1
            facts.rows(rows.KeyColumn).append(rows.KeyColumn(identifier, position, writer.ids[part.column]))


def _emit_reference(writer: Writer, table: Table, key: ForeignKey) -> None:
    facts, ids = writer.facts, writer.ids
    identifier = writer.part("foreign-key", key.name, ids[table], key.origin, key)
    target = key.target
    facts.rows(rows.ForeignKey).append(
        rows.ForeignKey(
            identifier,
            ids[table],
            key.name,
            ids.get(target) if target is not None else None,
            target.schema.name if target is not None else key.target_schema,
            target.name if target is not None else key.target_table,
            key.on_delete,
            key.on_update,
            key.delete_declared,
            key.update_declared,
            json_list([column.name for column in key.set_columns]) if key.set_columns else None,
            "full" if key.full else "simple",
            key.deferrable,
            key.deferred,
            key.validated,
            key.enforced,
            emulated=False,
        )
    )
    pairs = facts.rows(rows.ForeignKeyColumn)
    for place, column in enumerate(key.columns):
        referenced = key.target_columns[place] if place < len(key.target_columns) else None
        name = referenced.name if referenced is not None else (*key.target_names, *[""] * (place + 1))[place]
        pairs.append(
            rows.ForeignKeyColumn(
                identifier,
                place + 1,
                ids[column],
                ids.get(referenced) if referenced is not None else None,
                name,
            )
        )


def _emit_check(writer: Writer, table: Table, check: Check) -> None:
    identifier = writer.part("check", check.name, writer.ids[table], check.origin, check)
    writer.facts.rows(rows.Check).append(
        rows.Check(
            identifier,
            writer.ids[table],
            None,
            check.name,
            check.expression,
            check.validated,
            check.enforced,
            check.no_inherit,
        )
    )
    for column in check.columns:
        writer.facts.rows(rows.CheckColumn).append(rows.CheckColumn(identifier, writer.ids[column]))


def _emit_exclusion(writer: Writer, table: Table, exclusion: Exclusion) -> None:
    identifier = writer.part("exclusion", exclusion.name, writer.ids[table], exclusion.origin, exclusion)
    index = exclusion.index
    writer.facts.rows(rows.Exclusion).append(
        rows.Exclusion(
            identifier,
            writer.ids[table],
            exclusion.name,
            index.method,
            exclusion.definition,
            index.predicate,
            exclusion.deferrable,
            exclusion.deferred,
        )
    )


_EMITTERS: dict[type[Constraint], Any] = {
    Key: _emit_key,
    ForeignKey: _emit_reference,
    Check: _emit_check,
    Exclusion: _emit_exclusion,
}


def emit_indexes(writer: Writer, table: Table) -> None:
    """Add the rows of a table's indexes."""
    facts, ids = writer.facts, writer.ids
    for index in table.indexes:
        identifier = writer.part("index", index.name, ids[table], index.origin, index)
        facts.rows(rows.Index).append(
            rows.Index(
                identifier,
                ids[table],
                index.name,
                index.method,
                index.unique,
                index.nulls_not_distinct,
                ids.get(index.constraint) if index.constraint is not None else None,
                index.predicate,
                index.predicate_only_not_null,
                index.valid,
                index.concurrently,
            )
        )
        _emit_keys(writer, index, identifier)


def _emit_keys(writer: Writer, index: Index, identifier: int) -> None:
    facts, ids = writer.facts, writer.ids
    for position, key in enumerate(index.keys, 1):
        column = key.column
        collation = key.collation
        if collation is not None and column is not None and collation == (column.collation or "default"):
            collation = None
        facts.rows(rows.IndexColumn).append(
            rows.IndexColumn(
                identifier,
                position,
                ids[column] if column is not None else None,
                key.expression,
                key.included,
                key.descending,
                key.nulls_first,
                operator_class(key, index.method),
                collation,
            )
        )
    for read in index.predicate_columns:
        facts.rows(rows.IndexPredicateColumn).append(rows.IndexPredicateColumn(identifier, ids[read]))

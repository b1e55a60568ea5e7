"""Pairing primary keys, indexes and foreign keys: by name, or else by shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.tables import ForeignKey, ForeignKeyColumn

if TYPE_CHECKING:
    from azora_audit.catalog.tables import Table
    from azora_audit.sources.joining.matches import Matches
    from azora_audit.sources.joining.side import ForeignKeyShape, IndexShape


def pair_primary_key(matches: Matches, table: Table, twin: Table) -> None:
    """Pair the primary keys of one table."""
    key, other = matches.prisma.primary_keys.get(table.id), matches.sql.primary_keys.get(twin.id)
    columns = matches.prisma.key_columns[key.id] if key else []
    others = matches.sql.key_columns[other.id] if other else []
    if key is not None and other is not None:
        matches.pair(key.id, other.id)
        if columns != others and not table.implicit_join:
            matches.differ(other.id, "columns", ", ".join(columns), ", ".join(others))
    elif table.implicit_join:
        # a primary key since Prisma 6, a unique index before
        return
    elif key is not None:
        matches.only_prisma(key.id, f"({', '.join(columns)})")
    elif other is not None:
        matches.only_sql(other.id, f"({', '.join(others)})")


def pair_indexes(matches: Matches, table: Table, twin: Table) -> None:
    """Pair the indexes of one table; those behind primary keys follow their keys."""
    keys = matches.prisma.of_primary_keys
    open_shapes = list(matches.sql.indexes.get(twin.id, ()))
    rest = []
    for shape in matches.prisma.indexes.get(table.id, ()):
        if shape.row.constraint_id in keys:
            sql_key = matches.ids.get(shape.row.constraint_id or 0)
            found = next(
                (each for each in open_shapes if sql_key and each.row.constraint_id == sql_key), None
            )
        else:
            found = next((each for each in open_shapes if each.row.name == shape.row.name), None)
            if found is None:
                rest.append(shape)
        if found is not None:
            open_shapes.remove(found)
            _pair_index(matches, shape, found)
    for shape in rest:
        found = next((each for each in open_shapes if _same_shape(shape, each)), None)
        if found is not None:
            open_shapes.remove(found)
            _pair_index(matches, shape, found)
        elif not table.implicit_join:
            matches.only_prisma(shape.row.id, shape.shown())
    if not table.implicit_join:
        _report_unknown_indexes(matches, table, open_shapes)


def _pair_index(matches: Matches, prisma: IndexShape, sql: IndexShape) -> None:
    matches.pair(prisma.row.id, sql.row.id)
    if sql.row.constraint_id is not None and prisma.row.constraint_id is None:
        matches.also[prisma.row.id] = sql.row.constraint_id
    if not sql.plain or sql.row.constraint_id in matches.sql.of_primary_keys:
        return
    if prisma.columns != sql.columns:
        matches.differ(sql.row.id, "columns", prisma.shown(), sql.shown())
    elif prisma.row.unique_ != sql.row.unique_:
        matches.differ(sql.row.id, "unique", prisma.shown(), sql.shown())
    elif prisma.row.method != sql.row.method:
        matches.differ(sql.row.id, "method", prisma.row.method, sql.row.method)


def _same_shape(prisma: IndexShape, sql: IndexShape) -> bool:
    return (
        prisma.columns == sql.columns
        and prisma.row.unique_ == sql.row.unique_
        and prisma.row.method == sql.row.method
        and sql.row.predicate == prisma.row.predicate
    )


def _report_unknown_indexes(matches: Matches, table: Table, shapes: list[IndexShape]) -> None:
    """Report indexes that only SQL has and that Prisma could say."""
    silent = matches.sql.beyond_prisma | matches.sql.of_primary_keys
    columns = matches.prisma.columns[table.id]
    for shape in shapes:
        if (
            (shape.plain or matches.comparison.one_language)
            and shape.row.constraint_id not in silent
            and all(name in columns or not name for name, _ in shape.columns)
        ):
            matches.only_sql(shape.row.id, shape.shown())


def pair_foreign_keys(matches: Matches, table: Table, twin: Table, described: set[int]) -> None:
    """Pair the foreign keys of one table, add those that only the client pretends, and compare their actions.

    Args:
        matches: the join.
        table: the table by schema.prisma.
        twin: the table by SQL.
        described: all tables of SQL that schema.prisma has too.
    """
    open_shapes = list(matches.sql.foreign_keys.get(twin.id, ()))
    shapes = matches.prisma.foreign_keys.get(table.id, ())
    named = {each.row.name for each in open_shapes}
    for shape in sorted(shapes, key=lambda each: each.row.name not in named):
        found = next((each for each in open_shapes if each.row.name == shape.row.name), None) or next(
            (each for each in open_shapes if _same_reference(shape, each)), None
        )
        if found is not None:
            open_shapes.remove(found)
            matches.pair(shape.row.id, found.row.id)
            _compare_foreign_keys(matches, shape, found)
        elif shape.row.emulated:
            _copy_emulated(matches, shape)
        else:
            matches.only_prisma(shape.row.id, shape.shown())
    columns = matches.prisma.columns[table.id]
    for shape in open_shapes:
        if shape.row.referenced_table_id in described and all(name in columns for name in shape.columns):
            matches.only_sql(shape.row.id, shape.shown())


def _same_reference(prisma: ForeignKeyShape, sql: ForeignKeyShape) -> bool:
    return prisma.columns == sql.columns and prisma.row.referenced_name == sql.row.referenced_name


def _compare_foreign_keys(matches: Matches, prisma: ForeignKeyShape, sql: ForeignKeyShape) -> None:
    one, other = prisma.row, sql.row
    if (prisma.columns, prisma.referenced) != (sql.columns, sql.referenced) or not _same_target(
        matches, one, other
    ):
        matches.differ(other.id, "columns", prisma.shown(), sql.shown())
    # where nobody says anything, RESTRICT and NO ACTION are but two names for what happens anyway
    both_refuse = {one.on_delete, other.on_delete} <= {"restrict", "no action"} and not one.on_delete_declared
    if one.on_delete != other.on_delete and not both_refuse:
        matches.differ(other.id, "on-delete", one.on_delete, other.on_delete)
    if one.on_update != other.on_update and (one.on_update_declared or other.on_update_declared):
        matches.differ(other.id, "on-update", one.on_update, other.on_update)
    matches.declared[other.id] = (one.on_delete_declared, one.on_update_declared)


def _same_target(matches: Matches, prisma: ForeignKey, sql: ForeignKey) -> bool:
    if prisma.referenced_table_id is None or sql.referenced_table_id is None:
        return prisma.referenced_name == sql.referenced_name
    return matches.ids.get(prisma.referenced_table_id) == sql.referenced_table_id


def _copy_emulated(matches: Matches, shape: ForeignKeyShape) -> None:
    """Add a foreign key of `relationMode = "prisma"`: the database has none, and the client keeps it."""
    ids, facts = matches.ids, matches.sql.facts
    row = shape.row
    if any(part.column_id not in ids for part in shape.parts):
        return
    table = ids[row.table_id]
    copy = facts.entity("foreign-key", row.name, table, facts.entity_of(table).schema)
    matches.pair(row.id, copy)
    target = ids.get(row.referenced_table_id or 0)
    facts.rows(ForeignKey).append(row._replace(id=copy, table_id=table, referenced_table_id=target))
    facts.rows(ForeignKeyColumn).extend(
        part._replace(
            foreign_key_id=copy,
            column_id=ids[part.column_id],
            referenced_column_id=ids.get(part.referenced_column_id or 0),
        )
        for part in shape.parts
    )

"""Pairing tables, columns, enums and sequences."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from azora_audit.catalog.tables import Enum, EnumValue, Model, Sequence, Table, View
from azora_audit.sources.joining.spelling import same_default, same_type

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts
    from azora_audit.catalog.tables import Column
    from azora_audit.sources.joining.matches import Matches
    from azora_audit.sources.joining.side import Side

_TOOL_TABLES: Final = frozenset(
    {
        "_prisma_migrations", "schema_migrations", "flyway_schema_history", "goose_db_version", "gorp_migrations",
        "__diesel_schema_migrations", "pgmigrations", "atlas_schema_revisions", "spatial_ref_sys", "_sqlx_migrations",
        "databasechangelog", "databasechangeloglock",
    }
)  # fmt: skip
"""Tables of migration tools and extensions: nobody describes them in schema.prisma."""

_OPAQUE_GENERATORS: Final = frozenset({"uuid", "cuid", "nanoid", "ulid"})


def schemas_of(prisma: Side, sql: Side) -> dict[str, str]:
    """Return which SQL schema each schema of Prisma is.

    Without the multi-schema feature Prisma's only schema comes from the connection, so if the migrations have its
    tables in one other schema, that is it.
    """
    names = {schema for schema, _ in prisma.tables}
    same = {schema: schema for schema in names}
    if names != {"public"} or any(schema == "public" for schema, _ in sql.tables):
        return same
    models = {name for _, name in prisma.tables}
    found = Counter(schema for schema, name in sql.tables if name in models)
    return {"public": next(iter(found))} if len(found) == 1 else same


def pair_tables(matches: Matches, schemas: dict[str, str]) -> list[tuple[Table, Table]]:
    """Pair tables by schema and name; a model of a view becomes the view."""
    views = {(row.schema, row.name): row.id for row in matches.sql.facts.rows(View)}
    for view in matches.prisma.facts.rows(View):
        found = views.get((schemas.get(view.schema, view.schema), view.name))
        if found is not None:
            matches.pair(view.id, found)
    models = {row.table_id: row.name for row in matches.prisma.facts.rows(Model)}
    pairs = []
    for (schema, name), table in matches.prisma.tables.items():
        key = (schemas.get(schema, schema), name)
        twin = matches.sql.tables.get(key)
        if twin is not None:
            matches.pair(table.id, twin.id)
            pairs.append((table, twin))
        elif key in views:
            matches.pair(table.id, views[key])
        elif not _is_hidden(table):
            what = f"model {models[table.id]}" if table.id in models else f"table {name}"
            matches.only_prisma(table.id, what)
    _mark_implicit_joins(matches.sql.facts, {twin.id for table, twin in pairs if table.implicit_join})
    known = {twin.id for _, twin in pairs}
    ours = set(schemas.values())
    for table in matches.sql.tables.values():
        if table.id not in known and table.schema in ours and not _is_hidden(table):
            matches.only_sql(table.id, f"table {table.name}")
    return pairs


def _is_hidden(table: Table) -> bool:
    """Whether a table comes and goes by itself, or is nobody's to declare."""
    return table.partition_of_id is not None or table.kind == "foreign" or table.name in _TOOL_TABLES


def _mark_implicit_joins(sql: Facts, joins: set[int]) -> None:
    rows = sql.rows(Table)
    rows[:] = [row._replace(implicit_join=True) if row.id in joins else row for row in rows]


def pair_columns(matches: Matches, table: Table, twin: Table) -> None:
    """Pair the columns of one table by name and compare them."""
    columns = matches.prisma.columns[table.id]
    twins = matches.sql.columns[twin.id]
    for name, column in columns.items():
        other = twins.get(name)
        if other is None:
            matches.only_prisma(column.id, column.type)
        else:
            matches.pair(column.id, other.id)
            _compare_columns(matches, column, other)
    for name, other in twins.items():
        # Prisma has no way to say how a generated column comes about
        if name not in columns and other.generated is None:
            matches.only_sql(other.id, other.type)


def _compare_columns(matches: Matches, prisma: Column, sql: Column) -> None:
    if not same_type(prisma, sql):
        matches.differ(sql.id, "type", prisma.type, sql.type)
    # Prisma has no way to say that a list is never null
    if prisma.nullable != sql.nullable and not prisma.array:
        words = {True: "nullable", False: "not null"}
        matches.differ(sql.id, "nullable", words[prisma.nullable], words[sql.nullable])
    if sql.generated is not None or sql.identity is not None:
        return
    default, other = matches.prisma.defaults.get(prisma.id), matches.sql.defaults.get(sql.id)
    if default is None and matches.prisma.generators[prisma.id] & _OPAQUE_GENERATORS:
        # `@default(uuid())` leaves no room for what the database would do
        return
    if not same_default(default, other, sql):
        matches.differ(
            sql.id, "default", default.expression if default else "", other.expression if other else ""
        )


def pair_enums(matches: Matches, schemas: dict[str, str]) -> None:
    """Pair enums by schema and name and compare their values."""
    twins = {(row.schema, row.name): row for row in matches.sql.facts.rows(Enum)}
    values, others = _values(matches.prisma.facts), _values(matches.sql.facts)
    known = set()
    for row in matches.prisma.facts.rows(Enum):
        twin = twins.get((schemas.get(row.schema, row.schema), row.name))
        if twin is None:
            matches.only_prisma(row.id, f"enum {row.name}")
            continue
        known.add(twin.id)
        matches.pair(row.id, twin.id)
        if sorted(values[row.id]) != sorted(others[twin.id]):
            matches.differ(twin.id, "values", ", ".join(values[row.id]), ", ".join(others[twin.id]))
    ours = set(schemas.values())
    for twin in twins.values():
        if twin.id not in known and twin.schema in ours:
            matches.only_sql(twin.id, f"enum {twin.name}")


def _values(facts: Facts) -> dict[int, list[str]]:
    values: defaultdict[int, list[str]] = defaultdict(list)
    for row in sorted(facts.rows(EnumValue), key=lambda row: row.position):
        values[row.enum_id].append(row.value)
    return values


def pair_sequences(matches: Matches) -> None:
    """Pair the sequences of serial and identity columns by the column that owns them."""
    owned = {row.owned_by_column_id: row.id for row in matches.sql.facts.rows(Sequence)}
    for row in matches.prisma.facts.rows(Sequence):
        column = matches.ids.get(row.owned_by_column_id or 0)
        if column is not None and column in owned:
            matches.pair(row.id, owned[column])

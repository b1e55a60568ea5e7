"""Takes the inventory of the services in a catalog: what reports draw and list, and no rule needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.engine.places import Entities
from azora_audit.inventory import (
    InventoryColumn,
    InventoryForeignKey,
    InventoryTable,
    ServiceInventory,
)

if TYPE_CHECKING:
    from azora_audit.catalog.store import Catalog

_FACTS = ("tables", "columns", "defaults", "primary_keys", "foreign_keys", "indexes", "policies")
"""What an inventory shows and a source may not know."""

_READS = (
    *("services", "knowledge", "tables", "columns", "defaults", "client_defaults", "annotations", "policies"),
    *("primary_keys", "key_columns", "foreign_keys", "foreign_key_columns", "meanings", "meaning_groups"),
    *("indexes", "index_columns", "index_predicate_columns", "table_classes"),
)
"""The catalog's tables that the queries read, those behind views included."""

_TABLES = """
select t.id, t.service_id, t.schema, t.name, t.kind, coalesce(k.class_, '') as class_,
  (select count(*) from tables p where p.partition_of_id = t.id) as partitions,
  case when t.row_security then iif(t.force_row_security, 'forced', 'enabled') else 'none' end as row_security
from tables t
left join table_classes k on k.table_id = t.id
where t.partition_of_id is null
order by t.service_id, t.schema, t.name
"""

_COLUMNS = """
select c.id, c.table_id, c.name, c.type, c.nullable,
  coalesce(c.generation_expression, d.expression, l.generator, iif(c.serial, 'serial', c.identity), '') as "default",
  case
    when c.generated is not null then 'generated'
    when c.identity is not null then 'identity'
    when d.column_id is not null then d.kind
    when l.column_id is not null then 'client'
    when c.serial then 'sequence'
    else ''
  end as default_kind,
  coalesce(
    (
      select min(w.position) from key_columns w
      join primary_keys p on p.id = w.key_id where w.column_id = c.id
    ), 0
  ) as key
from columns c
left join defaults d on d.column_id = c.id
left join client_defaults l on l.column_id = c.id
order by c.table_id, c.position
"""

_FOREIGN_KEYS = """
select k.id, k.table_id, k.name, k.referenced_schema, k.referenced_name, k.referenced_table_id, k.on_delete, k.on_update,
  k.emulated, coalesce(c.grade, 'unknown') as grade
from foreign_keys k
left join foreign_key_cover c on c.foreign_key_id = k.id
order by k.table_id, k.name, k.id
"""

_PAIRS = """
select p.foreign_key_id, c.name, p.referenced_name
from foreign_key_columns p
join columns c on c.id = p.column_id
order by p.foreign_key_id, p.position
"""


def take_inventory(catalog: Catalog) -> dict[str, ServiceInventory]:
    """Return the inventory of every service in a catalog, by the service's name."""
    catalog.fill(_READS)
    execute = catalog.connection.execute
    services = dict(execute("select id, name from services").fetchall())
    unknown = {identifier: set(_FACTS) for identifier in services}
    for service_id, fact in execute("select service_id, fact from knowledge"):
        unknown[service_id].discard(fact)
    columns = _columns(catalog)
    keys, reach = _foreign_keys(catalog)
    entities = Entities(catalog)
    tables: dict[int, list[InventoryTable]] = {identifier: [] for identifier in services}
    for row in execute(_TABLES):
        identifier, service_id, schema, name, kind, class_, partitions, row_security = row
        missing = unknown[service_id]
        places = entities.get(identifier).places
        keys_here = tuple(_graded(key, missing) for key in keys.get(identifier, ()))
        table = InventoryTable(
            schema,
            name,
            kind,
            class_,
            partitions,
            "unknown" if "policies" in missing else row_security,
            _reached(reach, identifier),
            places[0].path if places else "",
            places[0].line if places else 0,
            tuple(columns.get(identifier, ())),
            keys_here,
        )
        tables[service_id].append(table)
    return {
        name: ServiceInventory(name, tuple(sorted(unknown[identifier])), tuple(tables[identifier]))
        for identifier, name in services.items()
    }


def _columns(catalog: Catalog) -> dict[int, list[InventoryColumn]]:
    execute = catalog.connection.execute
    sensitive: dict[int, dict[str, str]] = {}
    for column_id, class_, protection in execute(
        "select column_id, class, coalesce(protection, '') from sensitive_data order by class"
    ):
        sensitive.setdefault(column_id, {})[class_] = protection
    tenants = {row[0] for row in execute("select id from tenant_columns")}
    columns: dict[int, list[InventoryColumn]] = {}
    for identifier, table_id, name, type_, nullable, default, kind, key in execute(_COLUMNS):
        classes = sensitive.get(identifier, {})
        protection = max(classes.values(), default="")
        columns.setdefault(table_id, []).append(
            InventoryColumn(
                name,
                type_,
                bool(nullable),
                default,
                kind,
                key,
                tuple(classes),
                protection,
                identifier in tenants,
            )
        )
    return columns


def _foreign_keys(catalog: Catalog) -> tuple[dict[int, list[InventoryForeignKey]], dict[int, set[int]]]:
    """Return the foreign keys by table, and for each table those whose rows go with its rows at once."""
    execute = catalog.connection.execute
    pairs: dict[int, list[tuple[str, str]]] = {}
    for identifier, column, referenced in execute(_PAIRS):
        pairs.setdefault(identifier, []).append((column, referenced))
    parents = dict(execute("select id, partition_of_id from tables").fetchall())
    keys: dict[int, list[InventoryForeignKey]] = {}
    reach: dict[int, set[int]] = {}
    for identifier, table_id, name, schema, referenced, referenced_id, *rest in execute(_FOREIGN_KEYS):
        on_delete, on_update, emulated, grade = rest
        columns = pairs.get(identifier, [])
        key = InventoryForeignKey(
            name,
            tuple(column for column, _ in columns),
            f"{schema}.{referenced}",
            tuple(referenced_column for _, referenced_column in columns),
            referenced_id is not None,
            on_delete,
            on_update,
            grade,
            bool(emulated),
        )
        keys.setdefault(table_id, []).append(key)
        if on_delete == "cascade" and referenced_id is not None:
            reach.setdefault(_whole(parents, referenced_id), set()).add(_whole(parents, table_id))
    return keys, reach


def _whole(parents: dict[int, int | None], table_id: int) -> int:
    """Return the table that a partition is a part of, or the table itself."""
    while (parent := parents.get(table_id)) is not None:
        table_id = parent
    return table_id


def _graded(key: InventoryForeignKey, missing: set[str]) -> InventoryForeignKey:
    return key._replace(indexed="unknown") if "indexes" in missing else key


def _reached(reach: dict[int, set[int]], table_id: int) -> int:
    """Count the tables, other than itself, whose rows a deletion of this one's rows deletes."""
    seen, queue = {table_id}, [table_id]
    while queue:
        for child in reach.get(queue.pop(), ()):
            if child not in seen:
                seen.add(child)
                queue.append(child)
    return len(seen) - 1

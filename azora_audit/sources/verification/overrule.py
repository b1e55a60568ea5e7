"""Puts a server's facts in the place of those that were read and are different; all others keep their rows and places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from azora_audit.catalog.store import is_entity
from azora_audit.catalog.tables import TABLES, Allowance, Entity, Grant
from azora_audit.sources.verification.compare import KEYS, fields_agree, names_of, parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from azora_audit.catalog.facts import Facts
    from azora_audit.catalog.tables import EntityId

Row = tuple[object, ...]


def overrule(found: Facts, server: Facts) -> None:
    """Make the facts of a service equal to a server's.

    Rows that agree stay as they were read, with the words of the source; of rows that do not, the fields that differ
    become the server's; rows that only the server has are added, and those that it does not have are removed, with
    everything that was said of their objects. Entities stay, because ids count without gaps.

    Args:
        found: facts of a service, which change.
        server: what a server's catalog has after running the same text.
    """
    ids = _counterparts(found, server)
    gone: set[EntityId] = set()
    replaced: dict[type[Row], list[Row]] = {}
    for table, keys in KEYS.items():
        rows = _merged(table, keys, found, server, ids)
        if "id" in table.__annotations__:
            gone |= _ids(table, found.rows(table)) - _ids(table, rows)
        replaced[table] = rows
    for table, rows in replaced.items():
        found.rows(table)[:] = rows
    _forget(found, gone)


def _ids(table: type[Row], rows: list[Row]) -> set[EntityId]:
    place = list(table.__annotations__).index("id")
    return {cast("int", row[place]) for row in rows}


def id_fields(table: type[Row]) -> list[int]:
    """Return the places of a table's fields that hold an entity's id."""
    annotations = table.__annotations__.values()
    return [place for place, kind in enumerate(annotations) if is_entity(kind)]


def _counterparts(found: Facts, server: Facts) -> dict[EntityId | None, EntityId | None]:
    """Return the entity of `found` for each of the server's; those that it has not are made."""
    known = {name: identifier for identifier, name in _names(found).items()}
    ids: dict[EntityId | None, EntityId | None] = {None: None, server.service_id: found.service_id}
    names = _names(server)
    for entity in server.rows(Entity)[1:]:
        identifier = known.get(names[entity.id])
        if identifier is None:
            parent = ids[entity.parent_id] or found.service_id
            identifier = found.entity(entity.kind, entity.name, parent, entity.schema)
        ids[entity.id] = identifier
    return ids


def _names(facts: Facts) -> dict[EntityId, str]:
    """Return a name for each entity, by which the other side can find it."""
    names = names_of(facts)
    for grant in facts.rows(Grant):
        names[grant.id] += f" {grant.columns}"
    return names


def _merged(
    table: type[Row],
    keys: tuple[str, ...],
    found: Facts,
    server: Facts,
    ids: Mapping[EntityId | None, EntityId | None],
) -> list[Row]:
    """Return the rows of a table as they shall be, those that both sides have in the order of `found`."""
    fields = id_fields(table)
    mine, untouched = _by_key(table, keys, found)
    theirs, _ = _by_key(table, keys, server)
    rows: dict[str, Row] = {}
    for key, (row, values) in theirs.items():
        translated = [
            ids[cast("int", value)] if place in fields else value for place, value in enumerate(row)
        ]
        if key in mine:
            kept, own_values = mine[key]
            for place, field in enumerate(table.__annotations__):
                if fields_agree(table, field, own_values, values):
                    translated[place] = kept[place]
        rows[key] = table._make(translated)  # type: ignore[attr-defined]  # every table is a named tuple
    both = [rows.pop(key) for key in mine if key in rows]
    return [*untouched, *both, *rows.values()]


def _by_key(
    table: type[Row], keys: tuple[str, ...], facts: Facts
) -> tuple[dict[str, tuple[Row, dict[str, Any]]], list[Row]]:
    """Return the rows of a table and their comparable values by natural key, and the rows that are not compared."""
    names = names_of(facts)
    rows: dict[str, tuple[Row, dict[str, Any]]] = {}
    others: list[Row] = []
    for row in facts.rows(table):
        compared = parts(table, row, names)
        if not compared:
            others.append(row)
            continue
        values = compared[0]
        if isinstance(row, Grant):
            values = values | {"columns": row.columns}
        rows[" ".join(str(values[field]) for field in keys)] = (row, values)
    return rows, others


def _forget(facts: Facts, gone: set[EntityId]) -> None:
    """Remove everything that is said of entities that are no more; what a comment allowed stays, of nothing."""
    if not gone:
        return
    for table in TABLES.values():
        if table in (Entity, Allowance):
            continue
        fields = id_fields(table)
        rows = facts.rows(table)
        rows[:] = [row for row in rows if not any(row[place] in gone for place in fields)]
    allowances = facts.rows(Allowance)
    allowances[:] = [row._replace(entity_id=None) if row.entity_id in gone else row for row in allowances]

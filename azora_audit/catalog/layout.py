"""The tables of one service with what belongs to each, looked up once for all derived facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.catalog.tables import (
    Annotation,
    Column,
    ForeignKey,
    ForeignKeyColumn,
    KeyColumn,
    PrimaryKey,
    Table,
)

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts
    from azora_audit.catalog.tables import EntityId

_TYPE_GROUPS: Final = {
    name: group
    for group, names in {
        "text": "text,character varying,character,citext,name,bpchar,xml",
        "uuid": "uuid",
        "integer": "integer,bigint,smallint,oid",
        "number": "numeric",
        "float": "real,double precision",
        "money": "money",
        "boolean": "boolean",
        "time": "timestamp with time zone,timestamp without time zone",
        "date": "date",
        "interval": "interval",
        "json": "json,jsonb,hstore",
        "bytes": "bytea",
        "network": "inet,cidr,macaddr,macaddr8",
    }.items()
    for name in names.split(",")
}


def type_group(column: Column) -> str:
    """Return the type group, as in the lexicon, of a column's type; of an array, its elements'."""
    if column.type_kind == "enum":
        return "enum"
    base = column.base_type
    return _TYPE_GROUPS.get(base) or _TYPE_GROUPS.get(base.rpartition(".")[2], "other")


class Layout:
    """What belongs to each table of a service.

    Attributes:
        tables: tables by id.
        columns: columns by table, in the order of facts.
        column: columns by id.
        primary_key: ids of the primary key's columns, in order, by table; tables without one are missing.
        foreign_keys: foreign keys by table that has them.
        foreign_key_columns: ids of the columns of each foreign key, in order.
        referring_columns: ids of all columns that are part of a foreign key.
        annotations: names of annotations by entity.
    """

    def __init__(self, facts: Facts) -> None:
        """Read the facts once."""
        self.tables: dict[EntityId, Table] = {table.id: table for table in facts.rows(Table)}
        self.columns: dict[EntityId, list[Column]] = {identifier: [] for identifier in self.tables}
        self.column: dict[EntityId, Column] = {}
        for column in facts.rows(Column):
            self.column[column.id] = column
            self.columns[column.table_id].append(column)
        key_columns: dict[EntityId, list[EntityId]] = {}
        for key_id, _, column_id in sorted(facts.rows(KeyColumn)):
            key_columns.setdefault(key_id, []).append(column_id)
        self.primary_key: dict[EntityId, list[EntityId]] = {
            key.table_id: key_columns.get(key.id, []) for key in facts.rows(PrimaryKey)
        }
        self.foreign_keys: dict[EntityId, list[ForeignKey]] = {}
        for foreign_key in facts.rows(ForeignKey):
            self.foreign_keys.setdefault(foreign_key.table_id, []).append(foreign_key)
        self.foreign_key_columns: dict[EntityId, list[EntityId]] = {}
        self.referring_columns: set[EntityId] = set()
        for row in sorted(facts.rows(ForeignKeyColumn)):
            self.foreign_key_columns.setdefault(row.foreign_key_id, []).append(row.column_id)
            self.referring_columns.add(row.column_id)
        self.annotations: dict[EntityId, set[str]] = {}
        for annotation in facts.rows(Annotation):
            self.annotations.setdefault(annotation.entity_id, set()).add(annotation.name)

    def key_column(self, table_id: EntityId) -> Column | None:
        """Return the column of a primary key of one column."""
        key = self.primary_key.get(table_id, [])
        return self.column[key[0]] if len(key) == 1 else None

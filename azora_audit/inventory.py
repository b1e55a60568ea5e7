"""The inventory of a service: its tables, columns and foreign keys as they were read, for reports that draw or list them.

Frozen data beside `findings.py`, in a module of its own because a plain check takes no inventory and need not make these
classes.
"""

from __future__ import annotations

from typing import Any

from azora_audit.records import NamedTuple


class InventoryColumn(NamedTuple):
    """A column.

    `key` is its position in the primary key, 0 when it is not part of it. `default` is the default's expression, the
    generation expression or the client's generator, and `default_kind` says which: `constant`, `null`, `function`,
    `sequence`, `expression`, `identity`, `generated`, `client` or `` (none). `sensitive` has the classes of data that the
    lexicon reads from its name and type, and `protection` what says that the value is not in clear (`` when nothing does).
    `tenant` says that it names the organisation that a row belongs to.
    """

    name: str
    type: str
    nullable: bool
    default: str
    default_kind: str
    key: int
    sensitive: tuple[str, ...]
    protection: str
    tenant: bool


class InventoryForeignKey(NamedTuple):
    """A foreign key.

    `references` is `schema.table`, `read` whether that table was read. `on_delete` and `on_update` are the effective
    actions. `indexed` is `covered` (an index leads with its columns), `weak` (with some of them), `none`, or `unknown`
    where the sources do not tell all indexes or no rule judges the table. `emulated` ones are kept by the client only.
    """

    name: str
    columns: tuple[str, ...]
    references: str
    referenced_columns: tuple[str, ...]
    read: bool
    on_delete: str
    on_update: str
    indexed: str
    emulated: bool


class InventoryTable(NamedTuple):
    """A table; partitions are counted with their parent.

    `kind` is `ordinary`, `partitioned` or `foreign`, and `class_` is `entity`, `append-only`, `lookup`, `join` or ``.
    `row_security` is `forced`, `enabled`, `none` or `unknown`. `cascade_reach` is the number of tables, other than
    itself, in which a deletion of its rows deletes rows. `path` and `line` say where it is defined (`` and 0 when
    nowhere).
    """

    schema: str
    name: str
    kind: str
    class_: str
    partitions: int
    row_security: str
    cascade_reach: int
    path: str
    line: int
    columns: tuple[InventoryColumn, ...]
    foreign_keys: tuple[InventoryForeignKey, ...]


class ServiceInventory(NamedTuple):
    """The tables of one service, by schema and name; `unknown` are the facts about them that its sources do not tell."""

    service: str
    unknown: tuple[str, ...]
    tables: tuple[InventoryTable, ...]


def inventory_from(data: list[Any]) -> ServiceInventory:
    """Return an inventory from the lists that JSON made of it."""
    service, unknown, tables = data
    return ServiceInventory(service, tuple(unknown), tuple(_table(*table) for table in tables))


def _table(*values: Any) -> InventoryTable:
    *facts, columns, keys = values
    return InventoryTable._make(
        (*facts, tuple(_column(*column) for column in columns), tuple(_foreign_key(*key) for key in keys))
    )


def _column(*values: Any) -> InventoryColumn:
    column = InventoryColumn._make(values)
    return column._replace(sensitive=tuple(column.sensitive))


def _foreign_key(*values: Any) -> InventoryForeignKey:
    key = InventoryForeignKey._make(values)
    return key._replace(columns=tuple(key.columns), referenced_columns=tuple(key.referenced_columns))

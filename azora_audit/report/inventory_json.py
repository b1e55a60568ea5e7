"""The inventory in the JSON report: written, and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.inventory import InventoryColumn, InventoryForeignKey, InventoryTable, ServiceInventory

if TYPE_CHECKING:
    from azora_audit.report.json_record import Record


def inventory_record(inventory: ServiceInventory) -> dict[str, object]:
    """Return what the JSON report has of one service's inventory."""
    return inventory._asdict() | {"tables": [_table_record(table) for table in inventory.tables]}


def _table_record(table: InventoryTable) -> dict[str, object]:
    values = table._asdict() | {
        "class_": table.class_ or None,
        "path": table.path or None,
        "line": table.line or None,
        "columns": [_column_record(column) for column in table.columns],
        "foreign_keys": [key._asdict() for key in table.foreign_keys],
    }
    return {key.rstrip("_"): value for key, value in values.items()}


def _column_record(column: InventoryColumn) -> dict[str, object]:
    return column._asdict() | {
        "default": column.default if column.default_kind else None,
        "default_kind": column.default_kind or None,
        "key": column.key or None,
        "protection": column.protection or None,
    }


def inventory_of(record: Record) -> ServiceInventory:
    """Read one service's inventory."""
    return ServiceInventory(
        record.text("service"),
        record.texts("unknown"),
        tuple(_table(table) for table in record.records("tables")),
    )


def _table(record: Record) -> InventoryTable:
    return InventoryTable(
        schema=record.text("schema"),
        name=record.text("name"),
        kind=record.text("kind"),
        class_=record.text_or_empty("class"),
        partitions=record.number("partitions"),
        row_security=record.text("row_security"),
        cascade_reach=record.number("cascade_reach"),
        path=record.text_or_empty("path"),
        line=record.number_or_zero("line"),
        columns=tuple(_column(column) for column in record.records("columns")),
        foreign_keys=tuple(_foreign_key(key) for key in record.records("foreign_keys")),
    )


def _column(record: Record) -> InventoryColumn:
    return InventoryColumn(
        name=record.text("name"),
        type=record.text("type"),
        nullable=record.truth("nullable"),
        default=record.text_or_empty("default"),
        default_kind=record.text_or_empty("default_kind"),
        key=record.number_or_zero("key"),
        sensitive=record.texts("sensitive"),
        protection=record.text_or_empty("protection"),
        tenant=record.truth("tenant"),
    )


def _foreign_key(record: Record) -> InventoryForeignKey:
    return InventoryForeignKey(
        name=record.text("name"),
        columns=record.texts("columns"),
        references=record.text("references"),
        referenced_columns=record.texts("referenced_columns"),
        read=record.truth("read"),
        on_delete=record.text("on_delete"),
        on_update=record.text("on_update"),
        indexed=record.text("indexed"),
        emulated=record.truth("emulated"),
    )

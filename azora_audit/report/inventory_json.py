"""The inventory in the JSON report."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azora_audit.inventory import InventoryColumn, InventoryTable, ServiceInventory


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

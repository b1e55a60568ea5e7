"""The inventory as CSV by RFC 4180: a row for each column of each table, safe to open in a spreadsheet.

Every cell is quoted. Text that a spreadsheet would take for a formula (OWASP, CSV Injection) has an apostrophe before
it, and so has text that begins with apostrophes and such a character, so that `plain` gets every text back.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from azora_audit.errors import ReportError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from azora_audit.findings import Report
    from azora_audit.inventory import InventoryColumn, InventoryForeignKey, InventoryTable

HEADER = (
    *(
        "service",
        "schema",
        "table",
        "kind",
        "class",
        "partitions",
        "row_security",
        "cascade_reach",
        "path",
        "line",
    ),
    *(
        "position",
        "column",
        "type",
        "nullable",
        "default",
        "default_kind",
        "primary_key",
        "sensitive",
        "protection",
    ),
    *("tenant", "references", "on_delete", "on_update", "indexed", "emulated", "unknown"),
)
"""The columns; those from `references` on have a value for each foreign key of the column, in the keys' order."""

_COLUMN_FIELDS = len(HEADER) - HEADER.index("position") - 1
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def render_csv(report: Report) -> Iterator[bytes]:
    """Return the header and the rows of every service.

    Raises:
        ReportError: the report has no inventory.
    """
    if not report.inventory and report.services:
        raise ReportError(
            "The report has no inventory to write as CSV.",
            help="Take one: `azora-audit check --inventory`. A proof has none.",
        )
    return _lines(report)


def _lines(report: Report) -> Iterator[bytes]:
    yield _line(HEADER)
    for service in report.inventory:
        unknown = " ".join(service.unknown)
        for table in service.tables:
            for position, column in enumerate(table.columns, 1):
                yield _line((service.service, *_table(table), position, *_column(column, table), unknown))
            if not table.columns:
                yield _line((service.service, *_table(table), *[""] * _COLUMN_FIELDS, unknown))


def plain(cell: str) -> str:
    """Return the text that a cell was written for."""
    return cell[1:] if cell.startswith("'") and _acts(cell) else cell


def _acts(text: str) -> bool:
    return text.lstrip("'").startswith(_FORMULA)


def _safe(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case str():
            return f"'{value}" if _acts(value) else value
        case _:
            return str(value)


def _line(values: Sequence[object]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(map(_safe, values))
    return text.getvalue().encode("utf-8", "backslashreplace")


def _table(table: InventoryTable) -> tuple[object, ...]:
    return (
        *(table.schema, table.name, table.kind, table.class_, table.partitions, table.row_security),
        *(table.cascade_reach, table.path, table.line or ""),
    )


def _column(column: InventoryColumn, table: InventoryTable) -> tuple[object, ...]:
    keys = [key for key in table.foreign_keys if column.name in key.columns]
    return (
        *(column.name, column.type, column.nullable, column.default, column.default_kind, column.key or ""),
        *(" ".join(column.sensitive), column.protection, column.tenant),
        "; ".join(_target(key, column.name) for key in keys),
        "; ".join(key.on_delete for key in keys),
        "; ".join(key.on_update for key in keys),
        "; ".join(key.indexed for key in keys),
        "; ".join("yes" if key.emulated else "no" for key in keys),
    )


def _target(key: InventoryForeignKey, column: str) -> str:
    return f"{key.references}.{key.referenced_columns[key.columns.index(column)]}"

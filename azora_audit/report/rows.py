"""The answer of a query: an aligned table for people, JSON or CSV for programs."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import orjson

from azora_audit.report.characters import calm, display_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from azora_audit.report.terminal import Terminal


def render_rows(
    columns: Sequence[str], rows: Sequence[tuple[object, ...]], *, form: str, terminal: Terminal
) -> Iterator[bytes]:
    """Yield the answer in pieces.

    Args:
        columns: names of the columns.
        rows: as many values each.
        form: `table`, `json` (a list of objects) or `csv` (with a header).
        terminal: for the table; hostile names are made visible, not emitted.
    """
    if form == "json":
        objects = [dict(zip(columns, row, strict=True)) for row in rows]
        yield orjson.dumps(objects, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    elif form == "csv":
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(columns)
        writer.writerows(rows)
        yield text.getvalue().encode()
    else:
        yield from _table(columns, rows, terminal)


def _table(columns: Sequence[str], rows: Sequence[tuple[object, ...]], terminal: Terminal) -> Iterator[bytes]:
    cells = [["" if value is None else terminal.seen(str(value)) for value in row] for row in rows]
    widths = [
        max(display_width(name), *(display_width(row[at]) for row in cells), 0)
        for at, name in enumerate(columns)
    ]
    yield _line(columns, widths, terminal, "strong")
    for row in cells:
        yield _line(row, widths, terminal, "")
    yield f"({len(rows):,} row{'s' * (len(rows) != 1)})\n".encode()


def _line(cells: Sequence[str], widths: Sequence[int], terminal: Terminal, role: str) -> bytes:
    padded = [cell + " " * (width - display_width(cell)) for cell, width in zip(cells, widths, strict=True)]
    text = calm("  ".join(padded).rstrip(), terminal.glyphs)
    return f"{terminal.paint(role, text) if role else text}\n".encode(errors="backslashreplace")

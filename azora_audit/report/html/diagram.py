"""The diagrams of a service: which boxes there are, what is in them and where they stand.

Up to `FULL` tables are drawn with all their columns, up to `ALL` with the names of those that matter (keys and sensitive
columns), and above that nobody could read the whole. Then, and from `FULL` on beside the whole, every table has a
diagram of its own with its neighbours.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from azora_audit.records import NamedTuple
from azora_audit.report.characters import display_width, visible
from azora_audit.report.html.layout import Box, Edge, lay_out
from azora_audit.report.html.types import short_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from azora_audit.inventory import InventoryColumn, InventoryTable

FULL: Final = 15
"""Up to so many tables all columns are shown."""
ALL: Final = 60
"""Up to so many tables there is a diagram of all of them."""

HEADER: Final = 28
ROW: Final = 19
PADDING: Final = 5
"""Heights in user units; the script draws by the same figures."""
_NARROW, _WIDE = 130, 300
_CHARACTER = 6.7
"""Width of a character of the monospaced text in a box."""
_BESIDE = 52
"""Room in a row besides name and type: the key mark, the mark of sensitive data and spaces."""


class DiagramBox(NamedTuple):
    """A table in a diagram: its number, corner, width, the numbers of the columns shown, and how many are not."""

    table: int
    x: int
    y: int
    width: int
    columns: tuple[int, ...]
    hidden: int


class DiagramEdge(NamedTuple):
    """A foreign key in a diagram: its table, its number there, and its points from child to parent.

    That of a table to itself has two points on the right side of its box.
    """

    table: int
    key: int
    points: tuple[tuple[int, int], ...]


class Diagram(NamedTuple):
    """A laid out diagram; `focus` is the table it is about, None for all tables."""

    focus: int | None
    full: bool
    """Whether boxes have all columns, with their types."""
    width: int
    height: int
    boxes: tuple[DiagramBox, ...]
    edges: tuple[DiagramEdge, ...]


def diagrams(tables: Sequence[InventoryTable]) -> list[Diagram]:
    """Lay out the diagrams of a service, that of all tables first if there is one."""
    targets = targets_of(tables)
    if not tables:
        return []
    if len(tables) <= FULL:
        return [_diagram(tables, targets, range(len(tables)), None, full=True)]
    found = []
    if len(tables) <= ALL:
        found.append(_diagram(tables, targets, range(len(tables)), None, full=False))
    neighbours: list[set[int]] = [{number} for number in range(len(tables))]
    for child, keys in enumerate(targets):
        for parent in keys:
            if parent is not None:
                neighbours[child].add(parent)
                neighbours[parent].add(child)
    for number, near in enumerate(neighbours):
        found.append(_diagram(tables, targets, sorted(near), number, full=len(near) <= FULL))
    return found


def targets_of(tables: Sequence[InventoryTable]) -> list[list[int | None]]:
    """Return for each foreign key of each table the number of the table it refers to, None if that is not there."""
    numbers = {f"{table.schema}.{table.name}": number for number, table in enumerate(tables)}
    return [[numbers.get(key.references) for key in table.foreign_keys] for table in tables]


def _diagram(
    tables: Sequence[InventoryTable],
    targets: list[list[int | None]],
    members: Iterable[int],
    focus: int | None,
    *,
    full: bool,
) -> Diagram:
    shown = {number: _columns_shown(tables[number], full=full) for number in members}
    place = {number: at for at, number in enumerate(shown)}
    boxes = [_box(tables[number], columns, full=full) for number, columns in shown.items()]
    edges, keys = [], []
    for child, columns in shown.items():
        for at, (key, parent) in enumerate(zip(tables[child].foreign_keys, targets[child], strict=True)):
            # among neighbours only what concerns the table in focus: the rest has diagrams of its own
            if parent in place and (focus is None or focus in {child, parent}):
                keys.append((child, at))
                edges.append(
                    Edge(
                        place[child],
                        place[parent],
                        _port(tables[child], columns, key.columns),
                        _port(tables[parent], shown[parent], key.referenced_columns),
                        2 * (key.on_delete == "cascade") + (key.indexed in {"none", "weak"}),
                    )
                )
    layout = lay_out(boxes, edges)
    drawn = [
        DiagramBox(number, *corner, box.width, columns, len(tables[number].columns) - len(columns))
        for (number, columns), corner, box in zip(shown.items(), layout.corners, boxes, strict=True)
    ]
    lines = []
    for (child, at), edge, points in zip(keys, edges, layout.points, strict=True):
        box = drawn[edge.child]
        loop = [(box.x + box.width, box.y + port) for port in (edge.child_port, edge.parent_port)]
        lines.append(DiagramEdge(child, at, tuple(loop if edge.child == edge.parent else points)))
    return Diagram(focus, full, layout.width, layout.height, tuple(drawn), tuple(lines))


def _columns_shown(table: InventoryTable, *, full: bool) -> tuple[int, ...]:
    referring = {name for key in table.foreign_keys for name in key.columns}
    return tuple(
        number
        for number, column in enumerate(table.columns)
        if full or column.key or column.sensitive or column.name in referring
    )


def _box(table: InventoryTable, columns: tuple[int, ...], *, full: bool) -> Box:
    rows = len(columns) + (len(columns) < len(table.columns))
    texts = [display_width(visible(table.name)) + 2]
    texts += [_row_width(table.columns[number], full=full) for number in columns]
    width = min(max(ceil(max(texts) * _CHARACTER) + _BESIDE, _NARROW), _WIDE)
    return Box(width, HEADER + rows * ROW + PADDING)


def _row_width(column: InventoryColumn, *, full: bool) -> int:
    """Return the characters that a row takes: the name, and the type where all columns are shown."""
    return display_width(visible(column.name)) + 1 + (len(short_type(column.type)) + 1 if full else 0)


def _port(table: InventoryTable, columns: tuple[int, ...], names: tuple[str, ...]) -> int:
    """Return the height at which an edge meets a table: the row of the key's first column, or the header."""
    for row, number in enumerate(columns):
        if names and table.columns[number].name == names[0]:
            return HEADER + row * ROW + ROW // 2
    return HEADER // 2

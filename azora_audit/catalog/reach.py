"""Which deletions reach which records through ON DELETE CASCADE, each with its shortest path."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from azora_audit.catalog.tables import CascadeReach

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.catalog.layout import Layout
    from azora_audit.catalog.tables import EntityId, ForeignKey

MOST_ROOTS: Final = 200
"""Nearest roots kept of each table: what all can delete it is told by far fewer, and dense schemas stay linear."""


def cascade_reach(layout: Layout, reached: Iterable[EntityId]) -> list[CascadeReach]:
    """Return the tables whose deleted rows take rows of the `reached` tables with them.

    Walks upwards, breadth first, from each reached table along its cascading foreign keys, so that the cost is
    that of the tables asked for and not of all pairs. Partitions count as their parent.

    Args:
        layout: of one service.
        reached: tables to reach, such as those of records that must outlive what they speak of.

    Returns:
        Rows in the order of `reached` and of depth; of each table at most the `MOST_ROOTS` nearest roots.
    """
    cascades = {
        table_id: [key for key in keys if _cascades(layout, key)]
        for table_id, keys in layout.foreign_keys.items()
    }
    return [row for table_id in reached for row in _roots(layout, cascades, table_id)]


def _cascades(layout: Layout, key: ForeignKey) -> bool:
    return key.on_delete == "cascade" and key.referenced_table_id in layout.tables


def _roots(
    layout: Layout, cascades: dict[EntityId, list[ForeignKey]], reached: EntityId
) -> list[CascadeReach]:
    rows: list[CascadeReach] = []
    seen: set[EntityId] = set()
    queue: deque[tuple[EntityId, int, str, EntityId | None]] = deque(
        [(reached, 0, layout.tables[reached].name, None)]
    )
    while queue and len(rows) < MOST_ROOTS:
        table_id, depth, path, last = queue.popleft()
        for key in cascades.get(table_id, ()):
            root = key.referenced_table_id
            if root is None or root in seen:
                continue
            seen.add(root)
            row = CascadeReach(
                root,
                reached,
                depth + 1,
                f"{layout.tables[root].name} -> {path}",
                last if last is not None else key.id,
            )
            rows.append(row)
            queue.append((root, row.depth, row.path, row.foreign_key_id))
    return rows[:MOST_ROOTS]

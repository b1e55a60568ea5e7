"""Counts of a checklist's items: light, because remembered outcomes hold them too."""

from __future__ import annotations

from azora_audit.records import NamedTuple


class Count(NamedTuple):
    """Subjects of an item; counts of several catalogs add up."""

    met: int
    total: int
    not_judged: int


Counts = dict[str, Count]
"""Counts by the item's name."""

"""A hunt: drawing rows for one purpose in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from azora_audit.proving.conditions import conditions_of
from azora_audit.proving.drawing import row_of, values_of
from azora_audit.proving.search import Found, search
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hypothesis.strategies import SearchStrategy

    from azora_audit.proving.bench import Bench
    from azora_audit.proving.rows import Row
    from azora_audit.proving.samples import Value
    from azora_audit.proving.search import Budget
    from azora_audit.proving.session import Session

    Judging = Callable[[list[Row]], Sequence[str]]
    """Says of each drawn row what it shows, or nothing."""

NOTHING = Found([], "", 0)
"""What comes of a hunt for which nothing can be drawn."""


class Hunt(NamedTuple):
    """Where rows are drawn, and how many."""

    session: Session
    bench: Bench
    seed: int
    budget: Budget
    name: str
    """Of what is hunted for: with the seed it decides what is drawn."""

    def search(
        self, names: Iterable[str], judging: Judging, *, most: int | None = None, wanted: int = 1
    ) -> Found:
        """Draw values for some columns, or for at most so many of them, until a row shows something."""
        columns = {name: strategy for name in names if (strategy := self._values(name)) is not None}
        return self.search_in(row_of(columns, most=most), judging, wanted=wanted) if columns else NOTHING

    def search_in(self, rows: SearchStrategy[Row], judging: Judging, *, wanted: int = 1) -> Found:
        """Draw rows of a strategy until one shows something."""
        return search(rows, judging, self.name, self.seed, self.budget, wanted=wanted)

    def _values(self, name: str) -> SearchStrategy[Value] | None:
        table = self.bench.table
        column = table.columns[name]
        pool = self.bench.rows.raw.get((table.oid, name), [])
        values: SearchStrategy[Value] | None = values_of(column, pool, conditions_of(table, column))
        return values if values is None or column.required else values | st.none()

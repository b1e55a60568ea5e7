"""Plain rows: what a function of the schema refuses with a value in every column it may take without the optional ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.proving.bench import Bench
from azora_audit.proving.conditions import roots_of
from azora_audit.proving.loosening import statements_before
from azora_audit.proving.session import Probe
from azora_audit.proving.trial import in_function

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.proving.classes import Place
    from azora_audit.proving.model import Table
    from azora_audit.proving.rows import Rows
    from azora_audit.proving.session import Outcome


def leave_out_optional(rows: Rows) -> None:
    """Leave columns NULL that may be, in base rows of tables whose triggers refuse them otherwise, parents first."""
    for oid in [oid for component in rows.order for oid in component]:
        table = rows.schema[oid]
        optional = list(_optional(rows, table))
        if not optional or not any(trigger.on_insert for trigger in table.triggers):
            continue
        outcome = _tried(rows, table)
        if outcome.stage == "statement" and in_function(outcome):
            rows.broken.update(optional)
            rows.solve()
            if oid in rows.unsolved or _tried(rows, table).stage != "done":
                rows.broken.difference_update(optional)
                rows.solve()


def _optional(rows: Rows, table: Table) -> Iterator[Place]:
    """Yield the columns of a table that base rows give a value and that may be NULL without a condition on it."""
    checked = {name for check in table.checks for name in roots_of(table, check)}
    for column in table.written:
        place = (table.oid, column.name)
        if not column.required and column.name not in checked and place not in rows.broken:
            yield place


def _tried(rows: Rows, table: Table) -> Outcome:
    """Return what the server says to the base row of a table."""
    bench = Bench(rows.schema, rows, table)
    probe = Probe(bench.insert(bench.row()), tuple(statements_before(bench)))
    return rows.session.run([probe])[0]

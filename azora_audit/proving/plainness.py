"""Plain rows: what a function of the schema refuses with a value in every column it may take without the optional ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.proving.bench import Bench
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
        if optional and any(trigger.on_insert for trigger in table.triggers) and _is_refused(rows, table):
            rows.broken.update(optional)
            rows.solve()
            if _is_refused(rows, table):
                rows.broken.difference_update(optional)
                rows.solve()


def _optional(rows: Rows, table: Table) -> Iterator[Place]:
    """Yield the columns of a table that base rows give a value and that may be NULL."""
    for column in table.written:
        place = (table.oid, column.name)
        if not column.required and place not in rows.broken:
            yield place


def _is_refused(rows: Rows, table: Table) -> bool:
    """Tell whether a function of the schema refuses the base row of a table."""
    bench = Bench(rows.schema, rows, table)
    probe = Probe(bench.insert(bench.row()), tuple(statement for _, statement in bench.setup()))
    (outcome,) = rows.session.run([probe])
    return _by_function(outcome)


def _by_function(outcome: Outcome) -> bool:
    return outcome.stage == "statement" and in_function(outcome)

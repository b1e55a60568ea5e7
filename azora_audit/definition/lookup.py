"""Names of a service's objects as SQL writes them, and its rows by what they belong to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.catalog.tables import Column, Function, Index, Table
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts
    from azora_audit.catalog.tables import EntityId

Row = TypeVar("Row", bound=tuple[object, ...])


class Statement(NamedTuple):
    """One statement and what it makes."""

    entity_id: EntityId
    sql: str
    """Without a semicolon at its end."""


class Lookup:
    """What the parts of a definition ask of the facts."""

    def __init__(self, facts: Facts) -> None:
        """Index names once."""
        self.facts = facts
        self.tables = {row.id: qualified(row.schema, row.name) for row in facts.rows(Table)}
        self.partitions = {row.id: row.partition_of_id for row in facts.rows(Table)}
        self.partitioned = {row.id for row in facts.rows(Table) if row.partition_strategy is not None}
        self.columns = {row.id: quote_identifier(row.name) for row in facts.rows(Column)}
        self.indexes = {row.constraint_id: row for row in facts.rows(Index) if row.constraint_id is not None}
        self.functions = {
            row.id: f"{qualified(row.schema, row.name)}()"
            for row in facts.rows(Function)
            if not row.arguments and row.kind == "function" and row.returns.lower() != "record"
        }
        """Functions that facts hold completely: those without arguments."""

    def by(self, table: type[Row], field: str) -> dict[object, list[Row]]:
        """Return the rows of a table grouped by one of their fields, in the order of the facts."""
        groups: dict[object, list[Row]] = defaultdict(list)
        for row in self.facts.rows(table):
            groups[getattr(row, field)].append(row)
        return groups


def qualified(schema: str, name: str) -> str:
    """Return a name with its schema as SQL writes it."""
    return f"{quote_identifier(schema)}.{quote_identifier(name)}"

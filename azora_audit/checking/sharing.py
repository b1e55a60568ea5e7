"""What services share: the few rows of each that fleet-wide rules compare."""

from __future__ import annotations

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import (
    TABLES,
    Allowance,
    Annotation,
    Column,
    Entity,
    LogicalKey,
    LogicalReference,
    Meaning,
    Origin,
    Service,
    Source,
    Table,
)
from azora_audit.checking.outcome import Share

SHARED: frozenset[type] = frozenset(
    {
        Allowance,
        Annotation,
        Column,
        Entity,
        LogicalKey,
        LogicalReference,
        Meaning,
        Origin,
        Service,
        Source,
        Table,
    }
)
"""What fleet-wide rules can read; a test holds them to it."""


def share_of(facts: Facts) -> Share:
    """Return what others see of a service: itself, tables, keys, reference-like columns, and what is said of these."""
    references, keys = facts.rows(LogicalReference), facts.rows(LogicalKey)
    columns = {row.column_id for row in references} | {row.column_id for row in keys}
    entities = {facts.service_id, *columns, *(table.id for table in facts.rows(Table))}
    shared: dict[type, list[tuple[object, ...]]] = {
        Service: [*facts.rows(Service)],
        Source: [*facts.rows(Source)],
        Entity: [facts.entity_of(identifier) for identifier in sorted(entities)],
        Origin: [row for row in facts.rows(Origin) if row.entity_id in entities],
        Table: [*facts.rows(Table)],
        Column: [row for row in facts.rows(Column) if row.id in columns],
        Meaning: [row for row in facts.rows(Meaning) if row.entity_id in columns],
        Annotation: [row for row in facts.rows(Annotation) if row.entity_id in entities],
        Allowance: [row for row in facts.rows(Allowance) if row.entity_id in entities],
        LogicalReference: [*references],
        LogicalKey: [*keys],
    }
    rows = {name: shared[table] for name, table in TABLES.items() if table in shared}
    return Share(facts.service, facts.path, rows, sorted(facts.known))


def facts_of(share: Share) -> Facts:
    """Return facts that consist of what a service shares."""
    facts = Facts(share.service, share.path)
    facts.known.update(share.known)
    facts.replace_rows(share.rows)
    return facts

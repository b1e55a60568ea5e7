"""What a reader of the catalog must know: unknown is not absent.

A source declares the tables that it knows completely. A query that reads other tables of the list below cannot be
judged for that source's service, because an empty table may mean 'unknown' there. Tables that are not listed hold what was
read (places, words, derived facts) and are complete by construction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

LIVE = (
    *("databases", "settings", "schemas", "roles", "table_uses", "index_uses", "sequence_uses"),
    "switched_off",
)
"""What only a running database tells."""

_OWN = (
    "tables",
    "columns",
    "defaults",
    "client_defaults",
    "primary_keys",
    "uniques",
    "foreign_keys",
    "checks",
    "exclusions",
    "indexes",
    "enums",
    "domains",
    "sequences",
    "views",
    "functions",
    "triggers",
    "policies",
    "grants",
    "extensions",
    "inheritance",
    "drifts",
    *LIVE,
    "value_samples",
    "packages",
    "environment_files",
    "documents",
)
_PARTS = {
    "foreign_key_columns": "foreign_keys",
    "relations": "foreign_keys",
    "check_columns": "checks",
    "index_columns": "indexes",
    "index_predicate_columns": "indexes",
    "enum_values": "enums",
    "view_reads": "views",
    "trigger_assignments": "triggers",
    "trigger_refusals": "triggers",
    "cascade_reach": "foreign_keys",
    "logical_references": "foreign_keys",
    "dependencies": "packages",
    "scripts": "packages",
    "environment_variables": "environment_files",
    "documented": "documents",
    "memberships": "roles",
}
_FIELDS = {
    ("tables", "row_security"): "policies",
    ("tables", "force_row_security"): "policies",
    ("tables", "owner"): "grants",
}
"""Fields that a source of the table itself may not know."""

_REASONS = {
    "value_samples": "no values were looked at (`check --db URL --sample N`)",
    "drifts": "no running database was compared with the files that declare it",
}
"""Why a fact is unknown where the source's own words would not tell what to do about it."""

_HELD = "somebody held a lock on a sequence when its use was read; run again when that is done"
"""Why a running database did not tell how far its sequences have counted."""

NEEDS: dict[str, str] = {name: name for name in _OWN} | _PARTS
"""Table read -> fact that must be known."""


def needed_facts(reads: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the facts that a query needs, from the (table, column) pairs that it reads."""
    facts = set()
    for table, column in reads:
        fact = _FIELDS.get((table, column)) or NEEDS.get(table)
        if fact is not None:
            facts.add(fact)
    return frozenset(facts)


def reason_unknown(missing: Iterable[str], known: Collection[str]) -> str:
    """Say in a clause why facts that a query needs are unknown.

    Args:
        missing: the facts, at least one.
        known: the facts that the service's sources know.
    """
    facts = sorted(missing)
    if facts == ["sequence_uses"] and "databases" in known:
        return _HELD
    if not {*facts} - {*LIVE}:
        return "only a running database tells (`check --db URL`)"
    for fact in facts:
        if fact in _REASONS:
            return _REASONS[fact]
    return f"its sources do not tell all {', '.join(fact.replace('_', ' ') for fact in facts)}"


def tables_read(reads: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the catalog's own tables among the tables and views that a query reads (a view's tables are among them)."""
    return frozenset(table for table, _ in reads if table in TABLES)


if not set(NEEDS) <= set(TABLES):
    raise AssertionError(set(NEEDS) - set(TABLES))

"""Functions, triggers, policies and comments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from azora_audit.catalog.identifiers import quote_identifier, quote_literal
from azora_audit.catalog.tables import Check, Comment, Entity, Function, Policy, Trigger
from azora_audit.definition.lookup import Statement, qualified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.definition.lookup import Lookup

_IN_A_SCHEMA: Final = {
    "table": "TABLE",
    "index": "INDEX",
    "domain": "DOMAIN",
    "enum": "TYPE",
    "sequence": "SEQUENCE",
}
_ON_A_TABLE: Final = {
    "primary-key": "CONSTRAINT",
    "unique": "CONSTRAINT",
    "foreign-key": "CONSTRAINT",
    "check": "CONSTRAINT",
    "exclusion": "CONSTRAINT",
    "trigger": "TRIGGER",
    "policy": "POLICY",
}


def functions(lookup: Lookup) -> Iterator[Statement]:
    """Make the functions without arguments, those of triggers above all."""
    for row in lookup.facts.rows(Function):
        if row.id not in lookup.functions:
            continue
        parts = [f"CREATE FUNCTION {lookup.functions[row.id]} RETURNS {row.returns}"]
        parts.append(f"LANGUAGE {quote_identifier(row.language)} {row.volatility.upper()}")
        if row.security_definer:
            parts.append("SECURITY DEFINER")
        if row.search_path is not None:
            # `""` is how PostgreSQL prints the empty list of schemas, and not how it reads it
            path = row.search_path.replace('""', "''")
            parts.append(f"SET search_path = {path}")
        standard = row.language == "sql" and row.body.lstrip().upper().startswith(("BEGIN ATOMIC", "RETURN "))
        parts.append(row.body if standard else f"AS {quote_literal(row.body)}")
        yield Statement(row.id, " ".join(parts))


def triggers(lookup: Lookup) -> Iterator[Statement]:
    """Make the triggers whose functions are there; those for each row of a parent come to its partitions."""
    given = {(row.table_id, row.name) for row in lookup.facts.rows(Trigger) if row.level == "row"}
    made = [row for row in lookup.facts.rows(Trigger) if row.function_id in lookup.functions]
    for row in made:
        if row.level == "statement" or (lookup.partitions.get(row.table_id), row.name) not in given:
            yield Statement(row.id, _trigger(lookup, row, lookup.functions[row.function_id or 0]))
    for row in made:
        if not row.enabled:
            table = lookup.tables[row.table_id]
            yield Statement(row.id, f"ALTER TABLE {table} DISABLE TRIGGER {quote_identifier(row.name)}")


def _trigger(lookup: Lookup, row: Trigger, function: str) -> str:
    columns = json.loads(row.update_columns) if row.update_columns else []
    only = f" OF {', '.join(quote_identifier(name) for name in columns)}" if columns else ""
    events = {"INSERT": row.on_insert, f"UPDATE{only}": row.on_update, "DELETE": row.on_delete}
    events["TRUNCATE"] = row.on_truncate
    arguments = ", ".join(quote_literal(argument) for argument in json.loads(row.arguments))
    condition = f" WHEN ({row.condition})" if row.condition is not None else ""
    return (
        f"CREATE TRIGGER {quote_identifier(row.name)} {row.timing.upper()}"
        f" {' OR '.join(event for event, wanted in events.items() if wanted)} ON {lookup.tables[row.table_id]}"
        f" FOR EACH {row.level.upper()}{condition}"
        f" EXECUTE FUNCTION {function.removesuffix('()')}({arguments})"
    )


def policies(lookup: Lookup) -> Iterator[Statement]:
    """Make row level security policies."""
    for row in lookup.facts.rows(Policy):
        roles = ", ".join("PUBLIC" if r == "public" else quote_identifier(r) for r in json.loads(row.roles))
        text = f"CREATE POLICY {quote_identifier(row.name)} ON {lookup.tables[row.table_id]}"
        text += (
            f" AS {'PERMISSIVE' if row.permissive else 'RESTRICTIVE'} FOR {row.command.upper()} TO {roles}"
        )
        if row.using_expression is not None:
            text += f" USING ({row.using_expression}\n)"
        if row.check_expression is not None:
            text += f" WITH CHECK ({row.check_expression}\n)"
        yield Statement(row.id, text)


def comments(lookup: Lookup) -> Iterator[Statement]:
    """Make the comments that a database keeps, on what is made here."""
    domains = {row.id: row.domain_id for row in lookup.facts.rows(Check)}
    for row in lookup.facts.rows(Comment):
        target = _target(lookup, lookup.facts.entity_of(row.entity_id), domains.get(row.entity_id))
        if row.source == "sql" and target is not None:
            yield Statement(row.entity_id, f"COMMENT ON {target} IS {quote_literal(row.text)}")


def _target(lookup: Lookup, entity: Entity, domain_id: int | None) -> str | None:
    """Return what a comment is on as SQL names it, or None when it is not made here."""
    owner = lookup.facts.entity_of(domain_id or entity.parent_id or lookup.facts.service_id)
    name = quote_identifier(entity.name)
    target: str | None = None
    if entity.kind == "function":
        target = lookup.functions.get(entity.id)
        target = target and f"FUNCTION {target}"
    elif owner.id in lookup.tables and entity.kind == "column":
        target = f"COLUMN {lookup.tables[owner.id]}.{name}"
    elif owner.id in lookup.tables and entity.kind in _ON_A_TABLE:
        target = f"{_ON_A_TABLE[entity.kind]} {name} ON {lookup.tables[owner.id]}"
    elif domain_id is not None:
        target = f"CONSTRAINT {name} ON DOMAIN {qualified(owner.schema or 'public', owner.name)}"
    elif entity.kind in _IN_A_SCHEMA:
        target = (
            f"{_IN_A_SCHEMA[entity.kind]} {qualified(entity.schema or owner.schema or 'public', entity.name)}"
        )
    return target

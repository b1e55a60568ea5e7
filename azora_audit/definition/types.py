"""Schemas, extensions, enums, domains and sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.catalog.identifiers import quote_identifier, quote_literal
from azora_audit.catalog.tables import (
    Check,
    Column,
    Domain,
    Entity,
    Enum,
    EnumValue,
    Extension,
    Sequence,
    Table,
)
from azora_audit.definition.lookup import Statement, qualified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.definition.lookup import Lookup

_OF_TYPE: Final = {
    "citext": "citext",
    "cube": "cube",
    "geography": "postgis",
    "geometry": "postgis",
    "halfvec": "vector",
    "hstore": "hstore",
    "isbn": "isn",
    "lquery": "ltree",
    "ltree": "ltree",
    "ltxtquery": "ltree",
    "sparsevec": "vector",
    "vector": "vector",
}
"""Types by which an extension is known that no source names: schema.prisma has its types only."""


def schemas(lookup: Lookup) -> Iterator[Statement]:
    """Make the schemas that are not there in an empty database."""
    names = {row.schema for row in lookup.facts.rows(Entity) if row.schema is not None}
    names |= {row.schema for row in lookup.facts.rows(Extension) if row.schema is not None}
    for name in sorted(names - {"public", "pg_catalog"}):
        yield Statement(lookup.facts.service_id, f"CREATE SCHEMA IF NOT EXISTS {quote_identifier(name)}")


def extensions(lookup: Lookup) -> Iterator[Statement]:
    """Make the extensions that are named, and those whose types columns have."""
    named = set()
    for row in lookup.facts.rows(Extension):
        named.add(row.name)
        schema = f" SCHEMA {quote_identifier(row.schema)}" if row.schema else ""
        # a trusted one needs others at times (earthdistance needs cube)
        yield Statement(
            row.id, f"CREATE EXTENSION IF NOT EXISTS {quote_identifier(row.name)}{schema} CASCADE"
        )
    defined = {row.id for row in lookup.facts.rows(Domain)} | {row.id for row in lookup.facts.rows(Enum)}
    missing: dict[str, Statement] = {}
    for column in lookup.facts.rows(Column):
        schema, _, name = column.base_type.partition("(")[0].rpartition(".")
        extension = _OF_TYPE.get(name)
        if extension is None or not schema or column.type_id in defined or extension in named:
            continue
        sql = f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA {schema} CASCADE"
        missing.setdefault(extension, Statement(column.id, sql))
    yield from missing.values()


def enums(lookup: Lookup) -> Iterator[Statement]:
    """Make enums with their labels."""
    values = lookup.by(EnumValue, "enum_id")
    for row in lookup.facts.rows(Enum):
        labels = ", ".join(
            quote_literal(value.value) for value in sorted(values[row.id], key=lambda value: value.position)
        )
        yield Statement(row.id, f"CREATE TYPE {qualified(row.schema, row.name)} AS ENUM ({labels})")


def domains(lookup: Lookup) -> Iterator[Statement]:
    """Make domains, those that others are made of first."""
    checks = lookup.by(Check, "domain_id")
    waiting = {qualified(row.schema, row.name): row for row in lookup.facts.rows(Domain)}
    while waiting:
        ready = [name for name, row in waiting.items() if row.type.removesuffix("[]") not in waiting]
        for name in ready or list(waiting):
            row = waiting.pop(name)
            parts = [f"CREATE DOMAIN {name} AS {row.type}"]
            if row.default_expression is not None:
                parts.append(f"DEFAULT {row.default_expression}")
            if not row.nullable:
                parts.append("NOT NULL")
            yield Statement(row.id, " ".join(parts))
            for check in checks[row.id]:
                yield Statement(check.id, f"ALTER DOMAIN {name} ADD {check_clause(check)}")


def check_clause(check: Check) -> str:
    """Return a CHECK constraint with its name and options."""
    options = " NO INHERIT" if check.no_inherit else ""
    options += "" if check.validated else " NOT VALID"
    options += "" if check.enforced else " NOT ENFORCED"
    return f"CONSTRAINT {quote_identifier(check.name)} CHECK ({check.expression}\n){options}"


def sequences(lookup: Lookup) -> Iterator[Statement]:
    """Make sequences, except those that identity columns bring with them."""
    identities = {row.id for row in lookup.facts.rows(Column) if row.identity is not None}
    unlogged = {row.id for row in lookup.facts.rows(Table) if row.persistence == "unlogged"}
    tables = {row.id: row.table_id for row in lookup.facts.rows(Column)}
    for row in lookup.facts.rows(Sequence):
        if row.owned_by_column_id in identities:
            continue
        kind = "UNLOGGED " if tables.get(row.owned_by_column_id or 0) in unlogged else ""
        name = qualified(row.schema, row.name)
        yield Statement(row.id, f"CREATE {kind}SEQUENCE {name} AS {row.type} {sequence_options(row)}")


def sequence_options(row: Sequence) -> str:
    """Return the options of a sequence, its type aside."""
    return (
        f"INCREMENT BY {row.increment} MINVALUE {row.minimum} MAXVALUE {row.maximum} START WITH {row.start}"
        f"{' CYCLE' if row.cycle else ''}"
    )


def owned_sequences(lookup: Lookup) -> Iterator[Statement]:
    """Give sequences to the columns that own them."""
    columns = {row.id: row for row in lookup.facts.rows(Column)}
    for row in lookup.facts.rows(Sequence):
        owner = columns.get(row.owned_by_column_id or 0)
        if owner is None or owner.identity is not None:
            continue
        column = f"{lookup.tables[owner.table_id]}.{lookup.columns[owner.id]}"
        yield Statement(row.id, f"ALTER SEQUENCE {qualified(row.schema, row.name)} OWNED BY {column}")

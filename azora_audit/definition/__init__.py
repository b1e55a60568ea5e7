"""Facts -> the CREATE statements that make a database of them: what a schema.prisma means as DDL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.tables import Function, Grant, Table, View
from azora_audit.definition.keys import foreign_keys, keys, partitions
from azora_audit.definition.lookup import Lookup, Statement
from azora_audit.definition.programs import comments, functions, policies, triggers
from azora_audit.definition.tables import tables
from azora_audit.definition.types import domains, enums, extensions, owned_sequences, schemas, sequences
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts
    from azora_audit.catalog.tables import EntityId

PREAMBLE = ("SET check_function_bodies = off",)
"""Functions are made before the tables that their bodies name."""


class Definition(NamedTuple):
    """A schema as SQL."""

    statements: tuple[Statement, ...]
    """In an order that PostgreSQL accepts; only `PREAMBLE` has to be run before."""
    undefined: tuple[EntityId, ...]
    """What facts do not hold completely and is therefore left out: views (their columns are no facts), functions with
    arguments (neither are names and defaults of these), grants (the roles may not exist); foreign tables are made as
    ordinary ones. Composite and range types are no facts, and owners are whoever runs this. What a partition has not
    got although its parent's constraint was made (with ON ONLY) is not told apart: it gets it."""


def define(facts: Facts) -> Definition:
    """Return what has to be run in an empty database to get a schema with these facts.

    Every name carries its schema, so that the search path decides about nothing but names inside of expressions, which
    stand as the source wrote them. Foreign keys that only Prisma's client emulates are no part of it.

    Args:
        facts: facts of one service, from any source; they are only read.
    """
    lookup = Lookup(facts)
    parts = (
        *(schemas, extensions, enums, functions, sequences, domains, tables, owned_sequences, keys),
        *(foreign_keys, partitions, policies, triggers, comments),
    )
    statements = [statement for part in parts for statement in part(lookup)]
    undefined = [
        *(row.id for row in facts.rows(View)),
        *(row.id for row in facts.rows(Function) if row.id not in lookup.functions),
        *(row.id for row in facts.rows(Grant)),
        *(row.id for row in facts.rows(Table) if row.kind == "foreign"),
    ]
    return Definition(tuple(statements), tuple(undefined))

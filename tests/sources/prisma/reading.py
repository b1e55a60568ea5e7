"""Short ways to read a schema in a test, and to see its facts by names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import Column, Default, Entity, Index, IndexColumn, Origin, Table
from azora_audit.sources.prisma import read_prisma
from tests.sources.prisma.oracle import DATASOURCE

if TYPE_CHECKING:
    from azora_audit.findings import Problem

HEAD = ("datasource.prisma", DATASOURCE)


def problems(schema: str, head: str = HEAD[1], major: int | None = None) -> list[Problem]:
    """The problems of a schema that stands beside a datasource in a file of its own."""
    facts = Facts("shop")
    read_prisma([("schema.prisma", schema), (HEAD[0], head)], facts, major)
    return facts.problems


def read(schema: str, head: str = HEAD[1], major: int | None = None) -> Facts:
    """The facts of a schema without problems."""
    facts = Facts("shop")
    read_prisma([("schema.prisma", schema), (HEAD[0], head)], facts, major)
    assert facts.problems == []
    return facts


def named(facts: Facts, kind: str, name: str) -> Entity:
    """The one entity of this kind and name."""
    (found,) = [entity for entity in facts.rows(Entity) if (entity.kind, entity.name) == (kind, name)]
    return found


def place(facts: Facts, kind: str, name: str) -> tuple[int, int, int, int]:
    """Lines and columns of the one origin of an entity."""
    identifier = named(facts, kind, name).id
    (origin,) = [row for row in facts.rows(Origin) if row.entity_id == identifier]
    assert (origin.source, origin.path) == ("prisma", "schema.prisma")
    return origin.line, origin.column, origin.end_line, origin.end_column


def column(facts: Facts, name: str, table: str | None = None) -> Column:
    """The column of this name; with `table`, of that table."""
    tables = {row.id: row.name for row in facts.rows(Table)}
    (found,) = [
        row for row in facts.rows(Column) if row.name == name and table in {None, tables[row.table_id]}
    ]
    return found


def default(facts: Facts, name: str) -> tuple[str, str, str | None] | None:
    """Expression, kind and function of a column's default."""
    identifier = column(facts, name).id
    for row in facts.rows(Default):
        if row.column_id == identifier:
            return row.expression, row.kind, row.function
    return None


def index(facts: Facts, name: str) -> tuple[Index, list[str]]:
    """An index, and its columns as `name`, `name desc` or `name (class)`."""
    (found,) = [row for row in facts.rows(Index) if row.name == name]
    names = {row.id: row.name for row in facts.rows(Column)}
    parts = []
    for row in facts.rows(IndexColumn):
        if row.index_id == found.id:
            assert row.column_id is not None
            assert row.nulls_first is row.descending
            text = names[row.column_id] + (" desc" if row.descending else "")
            parts.append(f"{text} ({row.operator_class})" if row.operator_class else text)
    return found, parts

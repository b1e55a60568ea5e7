"""What a join has found so far: which entity is which, and where the two sides differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.tables import Difference, Drift
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts
    from azora_audit.sources.joining.side import Side


class Comparison(NamedTuple):
    """What two sides are compared for: the table that holds where they disagree, and its words for what one side lacks."""

    row: type[Difference | Drift]
    only_prisma: str
    only_sql: str
    one_language: bool
    """Both sides can say all the same things, so that whatever one of them lacks is a difference."""


PRISMA_AND_SQL = Comparison(Difference, "missing-in-migrations", "missing-in-prisma", one_language=False)
PRISMA_AND_DATABASE = Comparison(Drift, "missing-in-database", "undeclared", one_language=False)
SQL_AND_DATABASE = PRISMA_AND_DATABASE._replace(one_language=True)


class Matches:
    """The pairs of a join; entity ids of schema.prisma lead to those of the SQL facts, which grow.

    With a running database, its facts take the part of SQL, and all that the files declare takes the part of Prisma.
    """

    def __init__(
        self,
        prisma: Side,
        sql: Side,
        *,
        prisma_complete: bool,
        sql_complete: bool,
        comparison: Comparison = PRISMA_AND_SQL,
    ) -> None:
        """Begin without pairs but for the service itself.

        Args:
            prisma: facts of schema.prisma.
            sql: facts of SQL; differences and what they need are added there.
            prisma_complete: whether all of schema.prisma was understood; there are no differences otherwise.
            sql_complete: whether all SQL was understood; nothing is missing in the migrations otherwise.
            comparison: what the two sides are.
        """
        self.comparison = comparison
        self.prisma = prisma
        self.sql = sql
        self.prisma_complete = prisma_complete
        self.sql_complete = sql_complete
        self.ids = {prisma.facts.service_id: sql.facts.service_id}
        """Entities that both sides have."""
        self.copies: dict[int, int] = {}
        """Entities that only schema.prisma has, copied to give a difference its place."""
        self.also: dict[int, int] = {}
        """For an index of Prisma's: the UNIQUE constraint that it serves in SQL."""

        self.declared: dict[int, tuple[bool, bool]] = {}
        """For a foreign key of SQL: whether schema.prisma spells out what it does on delete and on update."""

    def pair(self, prisma: int, sql: int) -> None:
        """Say that two entities are one object."""
        self.ids[prisma] = sql

    def differ(self, sql: int, aspect: str, prisma_says: str, sql_says: str) -> None:
        """Note that the sides disagree about an object that both have."""
        if self.prisma_complete:
            self._note(sql, aspect, prisma_says, sql_says)

    def only_prisma(self, prisma: int, shown: str) -> None:
        """Note an object that the migrations lack; it becomes an entity without a row of its own."""
        if not (self.prisma_complete and self.sql_complete):
            return
        entity = self.prisma.facts.entity_of(prisma)
        parent = self.ids.get(entity.parent_id or 0)
        if parent is None:
            return
        schema = (
            entity.schema if parent == self.sql.facts.service_id else self.sql.facts.entity_of(parent).schema
        )
        copy = self.sql.facts.entity(entity.kind, entity.name, parent, schema)
        self.copies[prisma] = copy
        self._note(copy, self.comparison.only_prisma, shown, "")

    def only_sql(self, sql: int, shown: str) -> None:
        """Note an object that schema.prisma lacks though it could say it."""
        self.differ(sql, self.comparison.only_sql, "", shown)

    def _note(self, entity: int, aspect: str, prisma_says: str, sql_says: str) -> None:
        facts = self.sql.facts
        row = self.comparison.row(
            entity, facts.service_id, *object_of(facts, entity), aspect, prisma_says, sql_says
        )
        facts.rows(type(row)).append(row)


def object_of(facts: Facts, identifier: int) -> tuple[str, str]:
    """Return the kind and name by which people know the object of a difference."""
    entity = facts.entity_of(identifier)
    if entity.parent_id in (None, facts.service_id):
        return entity.kind, entity.name
    return entity.kind, f"{facts.entity_of(entity.parent_id).name}.{entity.name}"

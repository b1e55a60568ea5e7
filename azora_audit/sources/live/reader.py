"""What the parts of the live reader share: the queries, and who has which object identifier in the server."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, TypeAlias

from psycopg.errors import LockNotAvailable

from azora_audit.catalog.annotations import ALLOWANCE_HELP, MARK, allowance_in, annotations_in
from azora_audit.catalog.tables import Allowance, Annotation, Comment
from azora_audit.errors import ServerError
from azora_audit.findings import Problem
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    import psycopg

    from azora_audit.catalog.facts import Facts
    from azora_audit.catalog.tables import EntityId

QUERIES = Path(__file__).with_name("queries")
SINCE: dict[str, tuple[int, str, str]] = {
    "enforced": (180000, "c.conenforced", "true"),
    "nulls_not_distinct": (150000, "i.indnullsnotdistinct", "false"),
    "delete_columns": (150000, "c.confdelsetcols", "NULL::int2[]"),
    "body": (140000, "pg_get_function_sqlbody(p.oid)", "NULL::text"),
    "collation_versions": (
        150000,
        "d.datcollversion, pg_database_collation_actual_version(d.oid)",
        "NULL::text, NULL::text",
    ),
    "last_value": (
        180000,
        "(SELECT CASE WHEN s.is_called THEN s.last_value END FROM pg_get_sequence_data(c.oid) s)",
        """CASE
           WHEN has_sequence_privilege(c.oid, 'USAGE, SELECT') AND NOT (c.relpersistence = 'u' AND pg_is_in_recovery())
               THEN pg_sequence_last_value(c.oid)
       END""",
    ),
    # Before 15, a clone on a partition counted as internal; before 13, nothing else internal is left without a constraint.
    "users_trigger": (130000, "(NOT t.tgisinternal OR t.tgparentid <> 0)", "true"),
}
"""Words of the queries that depend on the version: first version, text from then on, text before."""


Key: TypeAlias = tuple[str, int, int]
"""System catalog, oid and sub-object (a column's number, or 0)."""


class TypeFact(NamedTuple):
    """An enum or domain of the server."""

    kind: str
    """enum or domain."""
    id: EntityId | None
    """None for one that is no fact, an extension's say."""
    core: int
    """Domain: oid of the base type (an array's element)."""
    core_name: str
    core_kind: str
    """pg_type.typtype of the base type."""
    array: bool
    modifier: int
    not_null: bool


class ChangedError(ServerError):
    """The schema was changed while it was read: what was read so far does not fit together."""


class Reader:
    """Runs the queries and keeps who is who: maps from the server's object identifiers to entities."""

    def __init__(self, connection: psycopg.Connection[Any], facts: Facts) -> None:
        """Prepare the queries' words for the server's version."""
        self.facts = facts
        self._connection = connection
        version = connection.info.server_version
        self._words = {word: new if version >= since else old for word, (since, new, old) in SINCE.items()}
        self.tables: dict[int, EntityId] = {}
        self.views: dict[int, EntityId] = {}
        self.columns: dict[tuple[int, int], EntityId] = {}
        self.column_names: dict[tuple[int, int], str] = {}
        self.types: dict[int, TypeFact] = {}
        self.functions: dict[int, EntityId] = {}
        self.entities: dict[Key, EntityId] = {}
        """What comments and grants refer to."""

    def rows(self, query: str) -> Iterable[tuple[Any, ...]]:
        """Run `queries/<query>.sql` and return its rows."""
        text = Template((QUERIES / f"{query}.sql").read_text(encoding="utf-8")).substitute(self._words)
        return self._connection.execute(text.encode()).fetchall()

    def rows_unless_locked(self, query: str) -> list[tuple[Any, ...]] | None:
        """Run a query as `rows` does, or return None when somebody holds a lock for longer than the lock timeout."""
        try:
            with self._connection.transaction():  # a savepoint
                return [*self.rows(query)]
        except LockNotAvailable:
            return None

    def printed(self, text: str | None) -> str | None:
        """Return an expression as PostgreSQL printed it.

        Raises:
            ChangedError: the snapshot has the object, and it was dropped before PostgreSQL could print it.
        """
        if text == "":
            raise ChangedError("something was dropped during the reading", help="run again")
        return text

    def add(
        self, kind: str, name: str, key: Key, parent: EntityId = 1, schema: str | None = None
    ) -> EntityId:
        """Add an entity and remember its key in the server's catalog."""
        identifier = self.entities[key] = self.facts.entity(kind, name, parent, schema)
        return identifier

    def names_of(self, relation: int, numbers: Iterable[int]) -> list[str]:
        """Return the names of columns by their numbers."""
        return [self.column_names[relation, number] for number in numbers]

    def comments(self) -> None:
        """Read the comments on everything that is an entity by now."""
        for catalog, oid, part, text in self.rows("comments"):
            identifier = self.entities.get((catalog, oid, part))
            if identifier is not None:
                self.facts.rows(Comment).append(Comment(identifier, text, "sql"))
                found = [
                    Annotation(identifier, name, value, "comment") for name, value in annotations_in(text)
                ]
                self.facts.rows(Annotation).extend(found)
                for line in text.split("\n"):
                    if MARK in line:
                        self._allow(identifier, line)

    def _allow(self, identifier: EntityId, text: str) -> None:
        """Add an allowance in a comment, which stands in no file."""
        found = allowance_in(text)
        if isinstance(found, str):
            message = f"expected {found} in the comment on {self.facts.entity_of(identifier).address}"
            self.facts.problems.append(
                Problem("syntax-error", self.facts.service, "", 0, 0, message, ALLOWANCE_HELP)
            )
        else:
            self.facts.rows(Allowance).append(Allowance(identifier, 1, *found, "", 0))

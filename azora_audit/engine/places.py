"""Looks up entities: address, kind, service, ancestors and places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.findings import Place
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from azora_audit.catalog.store import Catalog

_SOURCE_ORDER = {"prisma": 0, "sql": 1, "file": 2}
"""schema.prisma first: it is what people edit; a migration that ran is history."""


class Subject(NamedTuple):
    """An entity as findings show it; `places` are the nearest ancestor's when it has none of its own."""

    address: str
    kind: str
    service_id: int
    parent_id: int | None
    places: tuple[Place, ...]


class Entities:
    """Remembers the entities that findings were about."""

    def __init__(self, catalog: Catalog) -> None:
        """Look up nothing yet."""
        self._connection = catalog.connection
        self._known: dict[int, Subject] = {}

    def get(self, identifier: int) -> Subject:
        """Return an entity.

        Raises:
            KeyError: no entity has this id (a rule returned something else as `entity`).
        """
        subject = self._known.get(identifier)
        if subject is None:
            subject = self._known[identifier] = self._look_up(identifier)
        return subject

    def ancestors(self, identifier: int) -> list[int]:
        """Return the entity's id and those of all it belongs to, nearest first."""
        chain = []
        current: int | None = identifier
        while current is not None:
            chain.append(current)
            current = self.get(current).parent_id
        return chain

    def _look_up(self, identifier: int) -> Subject:
        row = self._connection.execute(
            "select address, kind, service_id, parent_id from entities where id = ?", (identifier,)
        ).fetchone()
        if row is None:
            raise KeyError(identifier)
        origins = self._connection.execute(
            "select source, path, line, column, end_line, end_column from origins where entity_id = ?",
            (identifier,),
        ).fetchall()
        origins.sort(key=lambda origin: (_SOURCE_ORDER.get(origin[0], 9), origin))
        places = tuple(Place(*origin[1:]) for origin in origins)
        if not places and row[3] is not None:
            places = self.get(row[3]).places
        return Subject(row[0], row[1], row[2], row[3], places)

"""Looks up entities: address, kind, service, ancestors and places."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import attrgetter
from typing import TYPE_CHECKING

from azora_audit.catalog.tables import Entity, Origin
from azora_audit.findings import Place
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from azora_audit.catalog.store import Catalog, Loaded

_SOURCE_ORDER = {"prisma": 0, "sql": 1, "file": 2}
"""schema.prisma first: it is what people edit; a migration that ran is history."""


class Subject(NamedTuple):
    """An entity as findings show it; `places` are the nearest ancestor's when it has none of its own."""

    address: str
    kind: str
    schema: str | None
    service_id: int
    parent_id: int | None
    places: tuple[Place, ...]


class Entities:
    """The entities of a catalog's facts, looked up there and not in SQL: findings ask for many, one at a time."""

    def __init__(self, catalog: Catalog) -> None:
        """Look up nothing yet."""
        self._loaded = catalog.loaded
        self._last = catalog.last_entity
        self._services: dict[int, _Service] = {}
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

    def parent_of(self, identifier: int) -> int | None:
        """Return the id of the entity that one belongs to: less to look up than `get`.

        Raises:
            KeyError: as for `get`.
        """
        subject = self._known.get(identifier)
        if subject is not None:
            return subject.parent_id
        service, row = self._row(identifier)
        return None if row.parent_id is None else row.parent_id + service.distance

    def add(self, identifier: int, subject: Subject) -> None:
        """Add an entity that no facts have."""
        self._known[identifier] = subject

    def by_service(self, identifiers: Sequence[object]) -> Iterator[tuple[int, list[int]]]:
        """Yield the id of each service that has some of these entities, with their ids in order.

        Raises:
            KeyError: one of them is no entity.
        """
        known = [one for one in identifiers if isinstance(one, int) and 0 < one <= self._last]
        if len(known) < len(identifiers):
            raise KeyError("one of them is no entity")
        ordered = sorted(known)
        ends = [*(loaded.distance for loaded in self._loaded[1:]), self._last]
        start = 0
        for loaded, end in zip(self._loaded, ends, strict=True):
            stop = bisect_right(ordered, end, start)
            if stop > start:
                yield loaded.facts.service_id + loaded.distance, ordered[start:stop]
            start = stop

    def ancestors(self, identifier: int) -> list[int]:
        """Return the entity's id and those of all it belongs to, nearest first."""
        chain = []
        current: int | None = identifier
        while current is not None:
            chain.append(current)
            current = self.parent_of(current)
        return chain

    def _look_up(self, identifier: int) -> Subject:
        service, row = self._row(identifier)
        parent_id = None if row.parent_id is None else row.parent_id + service.distance
        places = service.places(row.id)
        if not places and parent_id is not None:
            places = self.get(parent_id).places
        return Subject(
            row.address, row.kind, row.schema, row.service_id + service.distance, parent_id, places
        )

    def _row(self, identifier: int) -> tuple[_Service, Entity]:
        """Return the service of an entity, and the entity's row with the ids of its own facts."""
        number = bisect_left(self._loaded, identifier, key=attrgetter("distance")) - 1
        if number >= 0 and number not in self._services:
            self._services[number] = _Service(self._loaded[number])
        service = self._services.get(number)
        row = None if service is None else service.entities.get(identifier - service.distance)
        if service is None or row is None:
            raise KeyError(identifier)
        return service, row


class _Service:
    """The entities of one service and their origins, by the ids of its own facts."""

    def __init__(self, loaded: Loaded) -> None:
        self.distance = loaded.distance
        self.entities: dict[int, Entity] = {row.id: row for row in loaded.facts.rows(Entity)}
        self._origins: dict[int, list[Origin]] = {}
        for origin in loaded.facts.rows(Origin):
            self._origins.setdefault(origin.entity_id, []).append(origin)

    def places(self, identifier: int) -> tuple[Place, ...]:
        origins = self._origins.get(identifier, [])
        in_order = sorted(origins, key=_order) if len(origins) > 1 else origins
        return tuple([Place(*origin[2:]) for origin in in_order])


def _order(origin: Origin) -> tuple[object, ...]:
    return _SOURCE_ORDER.get(origin.source, 9), *origin[1:]

"""Disagreements of two sources in the words and with the places of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.tables import Entity, Origin
from azora_audit.findings import Difference, Place

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts
    from azora_audit.sources.verification.compare import Disagreement


class Places:
    """Places of entities by their addresses."""

    def __init__(self, facts: Facts) -> None:
        """Look up the origins of all entities once."""
        self._origins: dict[int, list[Place]] = {}
        for origin in facts.rows(Origin):
            self._origins.setdefault(origin.entity_id, []).append(Place(*origin[2:]))
        self._by_address = {entity.address: entity for entity in facts.rows(Entity)}

    def of(self, address: str) -> tuple[Place, ...]:
        """Return the places of an entity, or of the nearest ancestor that has one."""
        while address:
            entity = self._by_address.get(address)
            if entity is not None and entity.id in self._origins:
                return tuple(self._origins[entity.id])
            address = address.rpartition(".")[0]
        return ()


def difference_of(found: Disagreement, service: str, places: Places) -> Difference:
    """Return the difference that a disagreement is, with the places of the object that it is about."""
    kind, _, rest = found.key.partition(" ")
    address, _, part = rest.partition(" ")
    words = [_words(found.table), part.replace(f"column {address}.", ""), found.field.replace("_", " ")]
    if found.field:
        kind_of = found.table.__annotations__[found.field]
        read, server = (_value(value, kind_of) for value in (found.found, found.oracle))
    else:
        read, server = ("there" if there else None for there in (found.found, found.oracle))
    return Difference(
        service,
        kind,
        address,
        " ".join(word for word in words if word),
        read,
        server,
        places.of(address.partition("(")[0]),
    )


def _value(value: object, kind: object) -> str | None:
    """Write the value of a field of some type."""
    if value is None:
        return None
    return ("yes" if value else "no") if kind is bool else str(value)


def _words(table: type[tuple[object, ...]]) -> str:
    """Write a table's name as words: `ForeignKeyColumn` as `foreign key column`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in table.__name__).strip()

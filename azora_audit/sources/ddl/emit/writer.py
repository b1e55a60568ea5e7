"""What the parts of the emission share: entities, places and the text of types."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from azora_audit.catalog.tables import Entity, Origin
from azora_audit.records import NamedTuple
from azora_audit.sources.ddl.replay.state import Resolved, UserType
from azora_audit.sources.ddl.typenames import DISPLAY, RANGES, format_type, measures, quote_type_name

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts
    from azora_audit.catalog.tables import EntityId
    from azora_audit.sources.ddl.replay.state import Origin as Region


_new = tuple.__new__
"""Makes a row of a named tuple without the call in between: a dump has hundreds of thousands of them."""


class TypeFacts(NamedTuple):
    """The columns of the catalog that say a type."""

    type: str
    base: str
    kind: str
    type_id: EntityId | None
    length: int | None
    precision: int | None
    scale: int | None
    array: bool
    not_null: bool
    """A domain forbids null."""


class Writer:
    """Adds entities with their origins, and remembers who is who.

    Attributes:
        facts: where the rows go.
        ids: entity of each object of the schema.
        at: entities by file and line of their origin, for comments beside them.
    """

    def __init__(self, facts: Facts) -> None:
        """Start without entities of its own."""
        self.facts = facts
        self.ids: dict[object, EntityId] = {}
        self._entities = facts.rows(Entity)
        self._origins = facts.rows(Origin)
        self._service = facts.entity_of(1).address
        self._types: dict[Resolved, TypeFacts] = {}

    def top(self, kind: str, name: str, schema: str | None, origin: Region, thing: object) -> EntityId:
        """Add an entity whose parent is the service."""
        prefix = f"{self._service}.{schema}" if schema is not None else self._service
        identifier = len(self._entities) + 1
        self._entities.append(Entity(identifier, kind, 1, 1, schema, name, f"{prefix}.{name}"))
        self._place(identifier, origin)
        self.ids[thing] = identifier
        return identifier

    def part(self, kind: str, name: str, parent: EntityId, origin: Region, thing: object) -> EntityId:
        """Add an entity that belongs to another."""
        entities = self._entities
        identifier = len(entities) + 1
        address = f"{entities[parent - 1][6]}.{name}"
        entities.append(_new(Entity, (identifier, kind, 1, parent, None, name, address)))
        self._place(identifier, origin)
        self.ids[thing] = identifier
        return identifier

    def _place(self, identifier: EntityId, origin: Region) -> None:
        positions, start, end = origin
        starts = positions.starts
        if positions.ascii and starts is not None:
            line = bisect_right(starts, start)
            column = start - starts[line - 1] + 1
            width = end - start
        else:
            line, column = positions.at(start)
            width = positions.width(start, end)
        self._origins.append(
            _new(Origin, (identifier, "sql", positions.path, line, column, line, column + width))
        )

    def type(self, resolved: Resolved) -> TypeFacts:
        """Return what the catalog says of a type."""
        known = self._types.get(resolved)
        if known is None:
            known = self._types[resolved] = self._describe(resolved)
        return known

    def _describe(self, resolved: Resolved) -> TypeFacts:
        brackets = "[]" if resolved.array else ""
        name = resolved.builtin
        if name is not None:
            text = format_type(name, resolved.modifiers)
            kind = "range" if name in RANGES else "base"
            numbers = measures(name, resolved.modifiers)
            return TypeFacts(
                text + brackets, DISPLAY.get(name, name), kind, None, *numbers, resolved.array, not_null=False
            )
        modifiers = f"({','.join(resolved.modifiers)})" if resolved.modifiers else ""
        if resolved.type is not None:
            found = resolved.type
            text = quote_type_name(found.name)
            if not found.schema.temporary:
                text = f"{quote_type_name(found.schema.name)}.{text}"
            user_type = found if isinstance(found, UserType) else None
            if user_type is not None and user_type.kind == "domain" and user_type.type is not None:
                return self._domain(user_type, text + brackets, array=resolved.array)
            return TypeFacts(
                f"{text}{modifiers}{brackets}",
                text,
                user_type.kind if user_type is not None else "composite",
                self.ids.get(user_type) if user_type is not None else None,
                *(None, None, None),
                resolved.array,
                not_null=False,
            )
        schema, unknown = resolved.unknown or ("", "unknown")
        text = f"{quote_type_name(schema)}.{quote_type_name(unknown)}" if schema else quote_type_name(unknown)
        return TypeFacts(
            f"{text}{modifiers}{brackets}",
            text,
            "unknown",
            None,
            None,
            None,
            None,
            resolved.array,
            not_null=False,
        )

    def _domain(self, found: UserType, text: str, *, array: bool) -> TypeFacts:
        assert found.type is not None  # noqa: S101 -- the caller's condition
        under = self.type(found.type)
        return TypeFacts(
            text,
            under.base,
            "domain",
            self.ids.get(found),
            under.length,
            under.precision,
            under.scale,
            array or under.array,
            not_null=not array and (found.not_null or under.not_null),
        )

"""Facts: the rows of one service, collected by its sources before they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from azora_audit.catalog.tables import TABLES, Entity, Knowledge, Origin, Service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from azora_audit.catalog.tables import EntityId
    from azora_audit.findings import Difference, Place, Problem, Verification

Row = TypeVar("Row", bound=tuple[object, ...])


class Facts:
    """The rows of one service, table by table, with entity ids that count from 1 within the service.

    The service itself is the entity `service_id` (1). Sources append named tuples to `rows(TableClass)`, note in
    `known` the names of the tables that they know completely, and in `problems` what could not be read at all. `included`
    has the files, relative to the fleet's root, that were looked for because SQL includes them, found or not.
    `verification` and `differences` are what a throw-away server said, if one was asked.
    """

    def __init__(self, service: str, path: str = "") -> None:
        """Start with the service's own entity.

        Args:
            service: name of the service, the first part of every address.
            path: its folder relative to the fleet's root, with forward slashes.
        """
        self.service = service
        self.path = path
        self.known: set[str] = set()
        self.problems: list[Problem] = []
        self.included: list[str] = []
        self.verification: Verification | None = None
        self.differences: list[Difference] = []
        self._rows: dict[type, list[tuple[object, ...]]] = {row: [] for row in TABLES.values()}
        self._entities = cast("list[Entity]", self._rows[Entity])
        self.service_id = 1
        self._entities.append(Entity(1, "service", 1, None, None, service, service))
        self.rows(Service).append(Service(1, service, path))

    def rows(self, table: type[Row]) -> list[Row]:
        """Return the rows of a table: a list to read from and append to."""
        return cast("list[Row]", self._rows[table])

    def replace_rows(self, rows: Mapping[str, Iterable[Iterable[object]]]) -> None:
        """Replace the rows of the named tables by these values, which become named tuples if they are none."""
        for name, values in rows.items():
            table = TABLES[name]
            make = cast("Callable[..., tuple[object, ...]]", table)
            self._rows[table][:] = [row if type(row) is table else make(*row) for row in values]

    def entity(
        self,
        kind: str,
        name: str,
        parent_id: EntityId = 1,
        schema: str | None = None,
        origin: tuple[str, Place] | None = None,
    ) -> EntityId:
        """Add an entity and return its id.

        The address is the parent's, then the schema if the parent is the service, then the name.

        Args:
            kind: one of the kinds listed at `Entity.kind`.
            name: its name, as PostgreSQL stores it.
            parent_id: what it belongs to.
            schema: its PostgreSQL schema.
            origin: source (`prisma`, `sql`, `file`) and place.
        """
        parent = self._entities[parent_id - 1]
        prefix = f"{parent.address}.{schema}" if parent_id == 1 and schema is not None else parent.address
        identifier = len(self._entities) + 1
        self._entities.append(Entity(identifier, kind, 1, parent_id, schema, name, f"{prefix}.{name}"))
        if origin is not None:
            source, place = origin
            self.rows(Origin).append(Origin(identifier, source, *place))
        return identifier

    def entity_of(self, identifier: EntityId) -> Entity:
        """Return the entity with this id."""
        return self._entities[identifier - 1]

    def known_rows(self) -> list[Knowledge]:
        """Return what is known, as rows of the catalog."""
        return [Knowledge(self.service_id, fact) for fact in sorted(self.known)]

    def know(self, tables: Iterable[type]) -> None:
        """Declare that these tables are known completely."""
        names = {row: name for name, row in TABLES.items()}
        self.known.update(names[table] for table in tables)

"""A replay in progress: the schemas, the session's search path, and looking names up as PostgreSQL does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.sources.ddl.replay.state import (
    Column,
    Extension,
    Index,
    Resolved,
    Schema,
    Sequence,
    Table,
    View,
)
from azora_audit.sources.ddl.typenames import BUILTIN, SERIAL

if TYPE_CHECKING:
    from azora_audit.sources.ddl.actions import Grants, Name, TypeName
    from azora_audit.sources.ddl.positions import Positions
    from azora_audit.sources.ddl.replay.state import Function, Origin, Relation, UserType

SYSTEM_SCHEMAS = frozenset(("pg_catalog", "information_schema", "pg_toast"))
"""Schemas of PostgreSQL itself: their objects exist and are no facts."""


class Refused(Exception):  # noqa: N818 -- it says what the server would do, and is always caught by the driver
    """A statement that PostgreSQL would refuse, or whose effect cannot be told.

    Attributes:
        reason: `unknown-object`, `conflict`, or another reason of the catalog's `unread` table.
        detail: one sentence.
        at: byte offset in the file, or None for the statement's beginning.
    """

    def __init__(self, reason: str, detail: str, at: int | None = None) -> None:
        """Keep the parts apart."""
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.at = at if at is not None and at >= 0 else None


def unknown(kind: str, name: str, at: int | None = None) -> Refused:
    """Return the refusal of a statement that names something that does not exist; -1 is no place."""
    return Refused(
        "unknown-object", f'{kind} "{name}" does not exist at this point, so this changes nothing.', at
    )


def conflict(kind: str, name: str, at: int | None = None) -> Refused:
    """Return the refusal of a statement that makes something that exists already."""
    return Refused("conflict", f'{kind} "{name}" exists already at this point, so this changes nothing.', at)


def depends(kind: str, name: str) -> Refused:
    """Return the refusal of DROP without CASCADE where something depends on the object."""
    return Refused(
        "conflict", f'other objects depend on {kind} "{name}", so without CASCADE it is not dropped.'
    )


class Remark:
    """A part of a statement that was taken over although something in it was not found."""

    __slots__ = ("at", "detail", "positions", "reason", "start")

    def __init__(self, positions: Positions, start: int, at: int | None, reason: str, detail: str) -> None:
        """Keep where and what."""
        self.positions = positions
        self.start = start
        self.at = at if at is not None and at >= 0 else None
        self.reason = reason
        self.detail = detail


class Session:
    """The state of a replay.

    Attributes:
        schemas: every schema by name.
        path: the schemas of the search path, in order.
        outer_path: what it will be again after a transaction with SET LOCAL, or None.
        positions: the file being replayed.
        start: byte offset of the statement being replayed.
        remarks: what was not found or refused so far, in order.
        comment_origins: where the comment on an object was made.
    """

    def __init__(self, search_path: tuple[str, ...]) -> None:
        """Start with the schemas of the search path."""
        self.initial_path = search_path
        self.path = search_path
        self.outer_path: tuple[str, ...] | None = None
        self.schemas: dict[str, Schema] = {name: Schema(name) for name in search_path}
        self.schemas.setdefault("public", Schema("public"))
        self.temporary = Schema("pg_temp", temporary=True)
        self.extensions: dict[str, Extension] = {}
        self.default_privileges: list[tuple[tuple[Schema, ...], Grants]] = []
        """With the schemas that they are for, none of them for all."""
        self.remarks: list[Remark] = []
        self.comment_origins: dict[object, Origin] = {}
        self.foreign_types: set[str] = set()
        self.positions: Positions | None = None
        self.start = 0
        self._types: dict[tuple[str | None, str, tuple[str, ...], bool], Resolved] = {}

    def origin(self, at: int, end: int) -> Origin:
        """Return the origin of an object that is defined between two offsets of the current file."""
        assert self.positions is not None  # noqa: S101 -- set before the first statement
        return (self.positions, at, end) if at >= 0 else (self.positions, self.start, self.start)

    def remark(self, reason: str, detail: str, at: int | None = None) -> None:
        """Note that something was not found, and go on."""
        assert self.positions is not None  # noqa: S101 -- set before the first statement
        self.remarks.append(Remark(self.positions, self.start, at, reason, detail))

    def schema_for(self, name: Name, *, temporary: bool = False) -> Schema:
        """Return the schema in which a new object is created.

        A schema that does not exist is made, with a remark: what is created in it are facts all the same.
        """
        if temporary or name.schema == "pg_temp":
            return self.temporary
        wanted = name.schema
        if wanted is None:
            existing = [schema for schema in self.path if schema in self.schemas]
            if existing:
                return self.schemas[existing[0]]
            wanted = self.path[0] if self.path else None
        if wanted is None:
            raise Refused(
                "unknown-object",
                f'no schema is selected to create "{name.name}" in (the search path is empty).',
                name.at,
            )
        found = self.schemas.get(wanted)
        if found is None:
            if wanted not in SYSTEM_SCHEMAS:
                self.remark(
                    "unknown-object",
                    f'schema "{wanted}" does not exist at this point; taken as existing.',
                    name.at,
                )
            found = self.schemas[wanted] = Schema(wanted)
        return found

    def searched(self, schema: str | None) -> list[Schema]:
        """Return the schemas in which a name is looked up, in order."""
        if schema == "pg_temp":
            return [self.temporary]
        if schema is not None:
            found = self.schemas.get(schema)
            return [found] if found else []
        return [self.temporary, *(self.schemas[name] for name in self.path if name in self.schemas)]

    def find(self, schema: str | None, name: str) -> Relation | None:
        """Look a relation up; None when there is none."""
        home = self.schemas.get(schema) if schema is not None else None
        if home is not None:
            return home.relations.get(name)
        for candidate in self.searched(schema):
            relation = candidate.relations.get(name)
            if relation is not None:
                return relation
        return None

    def relation(self, name: Name, kind: str = "relation") -> Relation:
        """Look a relation up; refuse the statement when there is none."""
        found = self.find(name.schema, name.name)
        if found is None:
            raise unknown(kind, name.name if name.schema is None else f"{name.schema}.{name.name}", name.at)
        return found

    def table(self, name: Name) -> Table:
        """Look a table up; refuse the statement when there is none."""
        found = self.relation(name, "table")
        if not isinstance(found, Table):
            raise Refused("conflict", f'"{name.name}" is not a table, so this changes nothing.', name.at)
        return found

    def index(self, name: Name) -> Index:
        """Look an index up; refuse the statement when there is none."""
        found = self.relation(name, "index")
        if not isinstance(found, Index):
            raise Refused("conflict", f'"{name.name}" is not an index, so this changes nothing.', name.at)
        return found

    def sequence(self, name: Name) -> Sequence:
        """Look a sequence up; refuse the statement when there is none."""
        found = self.relation(name, "sequence")
        if not isinstance(found, Sequence):
            raise Refused("conflict", f'"{name.name}" is not a sequence, so this changes nothing.', name.at)
        return found

    def view(self, name: Name) -> View:
        """Look a view up; refuse the statement when there is none."""
        found = self.relation(name, "view")
        if not isinstance(found, View):
            raise Refused("conflict", f'"{name.name}" is not a view, so this changes nothing.', name.at)
        return found

    def user_type(self, schema: str | None, name: str) -> UserType | None:
        """Look up a type that is not PostgreSQL's own; None when there is none."""
        for candidate in self.searched(schema):
            found = candidate.types.get(name)
            if found is not None:
                return found
        return None

    def types_changed(self) -> None:
        """Forget looked-up types: a type was made, dropped or renamed, or the search path changed."""
        self._types.clear()

    def type(self, written: TypeName, at: int | None = None) -> Resolved:
        """Look a type up; one that is not found is remarked, at its place if that is known, and kept by its name."""
        key = (written.schema, written.name, written.modifiers, written.array)
        known = self._types.get(key)
        if known is not None and written.of_column is None:
            return known
        resolved = self._copied_type(written, at) if written.of_column else self._look_up(written, at)
        if resolved.unknown is None:
            self._types[key] = resolved
        return resolved

    def _look_up(self, written: TypeName, at: int | None) -> Resolved:
        schema, name = written.schema, written.name
        if schema in (None, "pg_catalog"):
            if name in BUILTIN:
                return Resolved(name, None, None, written.modifiers, array=written.array)
            if name.startswith("_") and name[1:] in BUILTIN:
                return Resolved(name[1:], None, None, written.modifiers, array=True)
            if schema is None and name in SERIAL:
                return Resolved(SERIAL[name], None, None, (), array=written.array)
        found = self.user_type(schema, name)
        if found is not None:
            return Resolved(None, found, None, written.modifiers, array=written.array)
        relation = self.find(schema, name)
        if isinstance(relation, (Table, View)):
            relation.row_type = True
            return Resolved(None, relation, None, (), array=written.array)
        self._remark_type(written, at)
        home = schema or next(iter(self.path), "public")
        return Resolved(None, None, (home, name), written.modifiers, array=written.array)

    def _remark_type(self, written: TypeName, at: int | None) -> None:
        from azora_audit.sources.ddl.dialect import TYPES  # noqa: PLC0415 -- most schemas have no unknown types

        schema, name = written.schema, written.name
        foreign = TYPES.get(name) if schema is None else None
        if foreign is None:
            label = name if schema is None else f"{schema}.{name}"
            self.remark(
                "unknown-object",
                f'type "{label}" does not exist at this point; its columns are kept.',
                at,
            )
        elif name not in self.foreign_types:
            self.foreign_types.add(name)
            self.remark("other-dialect", f'"{name}" is a type of {foreign}, not of PostgreSQL.', at)

    def _copied_type(self, written: TypeName, at: int | None) -> Resolved:
        assert written.of_column is not None  # noqa: S101 -- the caller's condition
        schema, table_name, column_name = written.of_column
        table = self.find(schema, table_name)
        if isinstance(table, Table) and column_name in table.columns:
            return table.columns[column_name].type
        raise unknown("column", f"{table_name}.{column_name}", at)

    def column(self, table: Table, name: str, at: int | None = None) -> Column:
        """Look a column up; refuse the statement when there is none."""
        found = table.columns.get(name)
        if found is None:
            raise unknown("column", f"{table.name}.{name}", at)
        return found

    def functions(self, schema: str | None, name: str) -> list[Function]:
        """Return the routines that a name may mean."""
        return [function for place in self.searched(schema) for function in place.functions.get(name, ())]

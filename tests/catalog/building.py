"""Builds facts in a few lines, as the sources would: tables, keys, indexes and triggers by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import (
    Annotation,
    Column,
    ForeignKey,
    ForeignKeyColumn,
    Function,
    Index,
    IndexColumn,
    IndexPredicateColumn,
    KeyColumn,
    PrimaryKey,
    Table,
    Trigger,
    Unique,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from azora_audit.catalog.tables import EntityId

_BASE_TYPES = {"timestamptz": "timestamp with time zone", "timestamp": "timestamp without time zone"}


def listed(text: str) -> list[str]:
    """Return the words of a long list."""
    return text.split()


class Building:
    """Facts of one service under construction."""

    def __init__(self, service: str = "shop") -> None:
        self.facts = Facts(service)
        self.ids: dict[str, EntityId] = {}

    def table(
        self,
        name: str,
        *columns: str,
        key: str | Sequence[str] = (),
        partition_of: str | None = None,
        kind: str = "ordinary",
        implicit_join: bool = False,
        schema: str = "public",
    ) -> EntityId:
        """Add a table; a column is `name type`, followed by `?` if it is nullable, by `!` if its type is an enum."""
        table_id = self.facts.entity("table", name, schema=schema)
        self.ids[name] = table_id
        parent = self.ids[partition_of] if partition_of else None
        self.facts.rows(Table).append(
            Table(
                table_id, 1, schema, name, kind, "permanent", parent, None, None, None, False, False, implicit_join,
                None,
            )
        )  # fmt: skip
        for position, column in enumerate(columns, 1):
            self._column(table_id, name, position, column)
        names = [key] if isinstance(key, str) else list(key)
        if names:
            key_id = self.facts.entity("primary-key", f"{name}_pkey", table_id)
            self.facts.rows(PrimaryKey).append(PrimaryKey(key_id, table_id, f"{name}_pkey", False, False))
            self._key(name, key_id, names, f"{name}_pkey")
        return table_id

    def _column(self, table_id: EntityId, table: str, position: int, text: str) -> None:
        name, _, written = text.rpartition(" ")
        type_name = written.strip("?!")
        identifier = self.facts.entity("column", name, table_id)
        self.ids[f"{table}.{name}"] = identifier
        array = type_name.endswith("[]")
        base = type_name.removesuffix("[]").partition("(")[0]
        base = _BASE_TYPES.get(base, base).replace("_", " ")
        self.facts.rows(Column).append(
            Column(
                identifier, table_id, name, position, type_name, base, type_name, "enum" if "!" in written else "base",
                None, None, None, None, array, "?" in written, None, None, None, False, None,
            )
        )  # fmt: skip

    def _key(self, table: str, key_id: EntityId, names: Sequence[str], index: str) -> None:
        for position, name in enumerate(names, 1):
            self.facts.rows(KeyColumn).append(KeyColumn(key_id, position, self.ids[f"{table}.{name}"]))
        self.index(table, *names, name=index, unique=True, constraint_id=key_id)

    def unique(self, table: str, *names: str) -> EntityId:
        """Add a UNIQUE constraint."""
        name = "_".join([table, *names, "key"])
        identifier = self.facts.entity("unique", name, self.ids[table])
        self.facts.rows(Unique).append(Unique(identifier, self.ids[table], name, False, False, False))
        self._key(table, identifier, names, name)
        return identifier

    def refer(self, table: str, names: str, target: str, referenced: str = "id", **fields: Any) -> EntityId:
        """Add a foreign key over comma-separated columns."""
        name = f"{table}_{names.replace(',', '_')}_fkey"
        identifier = self.facts.entity("foreign-key", name, self.ids[table])
        row = ForeignKey(
            identifier, self.ids[table], name, self.ids.get(target), "public", target, "no action", "no action",
            False, False, None, "simple", False, False, True, True, False,
        )  # fmt: skip
        self.facts.rows(ForeignKey).append(row._replace(**fields))
        for position, (own, other) in enumerate(zip(names.split(","), referenced.split(","), strict=True), 1):
            self.facts.rows(ForeignKeyColumn).append(
                ForeignKeyColumn(
                    identifier, position, self.ids[f"{table}.{own}"], self.ids.get(f"{target}.{other}"), other
                )
            )
        return identifier

    def index(
        self,
        table: str,
        *names: str,
        name: str | None = None,
        include: str = "",
        method: str = "btree",
        unique: bool = False,
        where: str | None = None,
        not_null: str = "",
        reads: str = "",
        valid: bool = True,
        constraint_id: EntityId | None = None,
        operator_class: str | None = None,
    ) -> EntityId:
        """Add an index; a name in parentheses is an expression, ` desc` sorts down, `not_null` is its only predicate."""
        name = name or f"{table}_idx_{len(self.facts.rows(Index))}"
        identifier = self.facts.entity("index", name, self.ids[table])
        predicate = f"{not_null} IS NOT NULL" if not_null else where
        self.facts.rows(Index).append(
            Index(
                identifier, self.ids[table], name, method, unique, False, constraint_id, predicate, bool(not_null),
                valid, False,
            )
        )  # fmt: skip
        for position, column in enumerate([*names, *include.split()], 1):
            expression = column if column.startswith("(") else None
            plain = column.removesuffix(" desc")
            self.facts.rows(IndexColumn).append(
                IndexColumn(
                    identifier, position, None if expression else self.ids[f"{table}.{plain}"], expression,
                    position > len(names), plain != column, plain != column, operator_class, None,
                )
            )  # fmt: skip
        for column in (not_null or reads).split():
            self.facts.rows(IndexPredicateColumn).append(
                IndexPredicateColumn(identifier, self.ids[f"{table}.{column}"])
            )
        return identifier

    def annotate(self, name: str, annotation: str) -> None:
        """Add an annotation to a table (`orders`) or a column (`orders.total`)."""
        self.facts.rows(Annotation).append(Annotation(self.ids[name], annotation, "", "sql"))

    def trigger(
        self,
        table: str,
        body: str | None = None,
        function: str = "work",
        arguments: Sequence[str] = (),
        **fields: Any,
    ) -> EntityId:
        """Add a row-level BEFORE UPDATE trigger, with its PL/pgSQL function unless the body is None."""
        function_id = None
        if body is not None:
            function_id = self.facts.entity("function", f"{function}()", schema="public")
            self.facts.rows(Function).append(
                Function(
                    function_id, 1, "public", function, "", "trigger", "plpgsql", "function", False, "volatile",
                    None, body,
                )
            )  # fmt: skip
        identifier = self.facts.entity("trigger", f"{table}_trigger", self.ids[table])
        row = Trigger(
            identifier, self.ids[table], f"{table}_trigger", "before", "row", False, True, False, False, None, None,
            function_id, function, json.dumps(arguments), True,
        )  # fmt: skip
        self.facts.rows(Trigger).append(row._replace(**fields))
        return identifier

"""What kind of table each is: join, append-only, lookup or entity, with the reason.

Only entities need both timestamps; an append-only table must not have the second, a lookup table needs none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from azora_audit.catalog.layout import type_group
from azora_audit.catalog.tables import ClientDefault, Trigger, TriggerRefusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from azora_audit.catalog.facts import Facts
    from azora_audit.catalog.layout import Layout
    from azora_audit.catalog.lexicon import Lexicon
    from azora_audit.catalog.tables import Column, EntityId, LogicalReference, Table

Meanings: TypeAlias = "Mapping[EntityId, Mapping[str, str]]"
"""Meaning -> phrase, by table or column."""

CLASSES: Final = ("join", "append-only", "lookup", "entity")

_BESIDE_A_JOIN: Final = frozenset(
    {
        "created-at",
        "updated-at",
        "deleted-at",
        "created-by",
        "updated-by",
        "deleted-by",
        "sort-order",
        "version",
    }
)
_SHOWS_UPDATES: Final = frozenset(
    {"updated-at", "updated-by", "status", "version", "deleted-at", "deleted-flag"}
)
_NOT_OF_A_LOOKUP: Final = frozenset({"tenant", "owner", "user-reference", "money", "status"})
_WIDEST_LOOKUP: Final = 8
_JOINED_TABLES: Final = 2


class Classifier:
    """Classifies the tables of one service."""

    def __init__(
        self,
        facts: Facts,
        layout: Layout,
        lexicon: Lexicon,
        meanings: Meanings,
        references: list[LogicalReference],
    ) -> None:
        """Look up what all tables need.

        Args:
            facts: of the service, with its trigger refusals.
            layout: of the same facts.
            lexicon: for groups of meanings.
            meanings: of tables and columns.
            references: columns that refer to tables of the service without a foreign key.
        """
        self._layout = layout
        self._meanings = meanings
        self._strong = lexicon.meanings_in("append-only")
        self._weak = lexicon.meanings_in("append-only-hint")
        self._not_of_a_lookup = lexicon.meanings_in("personal") | _NOT_OF_A_LOOKUP
        self._refers = {row.column_id for row in references if row.target_table_id is not None}
        self._maintained = {
            row.column_id for row in facts.rows(ClientDefault) if row.generator == "updated-at"
        }
        refusing = {row.trigger_id for row in facts.rows(TriggerRefusal) if row.operation == "update"}
        self._refusals = {row.table_id: row.name for row in facts.rows(Trigger) if row.id in refusing}

    def classify(self, table: Table) -> tuple[str, str]:
        """Return the class of a table and why, in a few words."""
        if table.partition_of_id in self._layout.tables:
            parent = self._layout.tables[table.partition_of_id]
            return self.classify(parent)[0], f"partition of {parent.name}"
        annotations = self._layout.annotations.get(table.id, set())
        for name in CLASSES:
            if name in annotations:
                return name, f"annotated @{name}"
        if table.id in self._refusals:
            return "append-only", f"trigger {self._refusals[table.id]} refuses updates"
        return (
            self._append_only(table)
            or self._join(table)
            or self._lookup(table)
            or ("entity", "nothing special")
        )

    def _append_only(self, table: Table) -> tuple[str, str] | None:
        meanings = self._meanings.get(table.id, {})
        for meaning in meanings:
            if meaning in self._strong:
                return "append-only", f"named like {meaning} ({meanings[meaning]})"
        hints = [meaning for meaning in meanings if meaning in self._weak]
        if hints and not any(self._shows_updates(column) for column in self._layout.columns[table.id]):
            return "append-only", f"named like {hints[0]} ({meanings[hints[0]]}) and nothing shows updates"
        return None

    def _shows_updates(self, column: Column) -> bool:
        meanings = self._meanings.get(column.id, {})
        return column.id in self._maintained or not _SHOWS_UPDATES.isdisjoint(meanings)

    def _join(self, table: Table) -> tuple[str, str] | None:
        if table.implicit_join:
            return "join", "made by Prisma for a many-to-many relation"
        layout = self._layout
        keys = layout.foreign_keys.get(table.id, [])
        ends = {frozenset(layout.foreign_key_columns.get(key.id, [])) for key in keys}
        ends |= {frozenset([column.id]) for column in layout.columns[table.id] if column.id in self._refers}
        key_column = layout.key_column(table.id)
        surrogate = key_column.id if key_column is not None else None
        if len(ends) < _JOINED_TABLES:
            return None
        for column in layout.columns[table.id]:
            if column.id in layout.referring_columns or column.id in self._refers or column.id == surrogate:
                continue
            meanings = self._meanings.get(column.id, {})
            if _BESIDE_A_JOIN.isdisjoint(meanings) and "tenant" not in meanings:
                return None
        return "join", f"{len(ends)} references and no data of its own"

    def _lookup(self, table: Table) -> tuple[str, str] | None:
        layout = self._layout
        columns = layout.columns[table.id]
        if len(columns) > _WIDEST_LOOKUP or any(
            key.referenced_table_id != table.id for key in layout.foreign_keys.get(table.id, [])
        ):
            return None
        for column in columns:
            meanings = self._meanings.get(column.id, {})
            if column.id in self._refers or not self._not_of_a_lookup.isdisjoint(meanings):
                return None
        meanings = self._meanings.get(table.id, {})
        if "lookup" in meanings:
            return "lookup", f"named like a list of values ({meanings['lookup']})"
        key = layout.key_column(table.id)
        if key is not None and type_group(key) in ("text", "enum"):
            phrase = self._meanings.get(key.id, {}).get("natural-key")
            if phrase is not None and phrase not in ("key", "slug"):
                return "lookup", f"its key is a {phrase}"
        return None

"""Columns named like references that no foreign key covers, and logical keys that services share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.catalog.layout import type_group
from azora_audit.catalog.tables import Column, LogicalKey, LogicalReference, Model
from azora_audit.catalog.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from azora_audit.catalog.classify import Meanings
    from azora_audit.catalog.facts import Facts
    from azora_audit.catalog.layout import Layout
    from azora_audit.catalog.lexicon import Lexicon
    from azora_audit.catalog.tables import Table

_KEY_WORDS: Final = frozenset({"id", "uuid", "guid"})
_KEY_TYPES: Final = frozenset({"text", "uuid", "integer", "number"})
_SELF: Final = frozenset({("parent",), ("root",), ("ancestor",), ("child",)})
_ROLES: Final = frozenset(
    """parent root child billing shipping delivery home away from to source destination target primary secondary
    default current previous next original owner assigned created updated deleted approved sender receiver recipient
    buyer seller manager mentor main first last old new related linked base quote""".split()  # noqa: SIM905 -- a list
)
"""Words before a noun that say which of several: `billing_address_id` refers to an address."""

Noun = tuple[str, ...]


class References:
    """Finds what the columns of one service refer to by their names."""

    def __init__(self, facts: Facts, layout: Layout, lexicon: Lexicon, meanings: Meanings) -> None:
        """Index the tables by the words of their names and of their Prisma models.

        Args:
            facts: of the service.
            layout: of the same facts.
            lexicon: for groups of meanings.
            meanings: of tables and columns.
        """
        self._facts = facts
        self._layout = layout
        self._meanings = meanings
        self._not_references = lexicon.meanings_in("government-id")
        self._named: dict[Noun, list[Table]] = {}
        models = {model.table_id: model.name for model in facts.rows(Model)}
        for table in layout.tables.values():
            if self._counts(table):
                nouns = {words(table.name)}
                if table.id in models:
                    nouns.add(words(models[table.id]))
                for noun in nouns:
                    self._named.setdefault(noun, []).append(table)

    def _counts(self, table: Table) -> bool:
        bookkeeping = "migration-bookkeeping" in self._meanings.get(table.id, {})
        return table.partition_of_id is None and table.kind != "foreign" and not bookkeeping

    def references(self) -> list[LogicalReference]:
        """Return the columns named like a reference without a foreign key, in the order of facts."""
        found: list[LogicalReference] = []
        # names repeat in many tables, and few look like references
        names = {column.name for column in self._facts.rows(Column)}
        like_references = {name for name in names if _is_like_reference(words(name))}
        for table in self._layout.tables.values():
            columns = self._layout.columns[table.id]
            looked_at = [column for column in columns if column.name in like_references]
            if looked_at and self._counts(table) and not table.implicit_join:
                polymorphic = _polymorphic(columns)
                for column in looked_at:
                    row = self._reference(table, column, polymorphic)
                    if row is not None:
                        found.append(row)
        return found

    def keys(self, references: Sequence[LogicalReference]) -> list[LogicalKey]:
        """Return the keys of tables and the columns that refer to keys without a foreign key.

        A column with a foreign key has its key's type and is left out.
        """
        service = self._facts.service_id
        found: list[LogicalKey] = []
        for table in self._layout.tables.values():
            key = self._layout.key_column(table.id)
            noun = words(table.name)
            if (
                self._counts(table)
                and key is not None
                and noun
                and key.id not in self._layout.referring_columns
            ):
                found.append(LogicalKey(key.id, service, " ".join(noun), key.type))
        owned = {row.column_id for row in found}
        column_of = self._layout.column
        found += [
            LogicalKey(row.column_id, service, row.noun, column_of[row.column_id].type)
            for row in references
            if row.column_id not in owned
        ]
        return found

    def _reference(self, table: Table, column: Column, polymorphic: set[Noun]) -> LogicalReference | None:
        if (
            column.id in self._layout.referring_columns
            or column.array
            or type_group(column) not in _KEY_TYPES
        ):
            return None
        name = words(column.name)
        meanings = self._meanings.get(column.id, {})
        if not self._not_references.isdisjoint(meanings):
            return None
        if name[-1] not in _KEY_WORDS:
            is_actor = not {"created-by", "updated-by", "deleted-by", "actor"}.isdisjoint(meanings)
            return self._actor(table, column) if is_actor else None
        noun = name[:-1]
        if noun in polymorphic:
            return None
        return self._named_reference(table, column, noun)

    def _named_reference(self, table: Table, column: Column, noun: Noun) -> LogicalReference | None:
        meanings = self._meanings.get(column.id, {})
        is_key = self._layout.key_column(table.id) == column
        exact = self._table_named(noun, table.schema)
        target: Table | None = None
        if exact is not None:
            says_so = not meanings.keys().isdisjoint(("user-reference", "tenant"))
            if exact.id != table.id and (says_so or self._fits(column, exact)):
                target = exact
        elif "external-identifier" not in meanings and not is_key:
            target = self._table_in_role(table, column, noun)
            if target is None:
                return LogicalReference(column.id, table.id, " ".join(noun), None, None)
            noun = words(target.name)
        if target is None:
            return None
        return LogicalReference(column.id, table.id, " ".join(noun), target.id, None)

    def _table_in_role(self, table: Table, column: Column, noun: Noun) -> Table | None:
        """Return the table whose name ends the noun (`billing address`), or its own for `parent` and the like."""
        if noun in _SELF:
            return table if self._fits(column, table) else None
        for start in range(1, len(noun)):
            target = self._table_named(noun[start:], table.schema)
            if target is not None and self._fits_in_role(column, noun[:start], target):
                return target
        return None

    def _actor(self, table: Table, column: Column) -> LogicalReference | None:
        """Return the user that `created_by` and its like refer to, if the type says that it is no display name."""
        target = self._table_named(("user",), table.schema)
        if target is not None and self._fits(column, target):
            return LogicalReference(column.id, table.id, "user", target.id, None)
        if target is None and type_group(column) == "uuid":
            return LogicalReference(column.id, table.id, "user", None, None)
        return None

    def _table_named(self, noun: Noun, schema: str) -> Table | None:
        tables = self._named.get(noun, [])
        near = [table for table in tables if table.schema == schema] or tables
        return near[0] if len(near) == 1 else None

    def _fits(self, column: Column, target: Table) -> bool:
        """Whether the column could refer to the target's key by its type."""
        key = self._layout.key_column(target.id)
        if key is None:
            return False
        own, other = type_group(column), type_group(key)
        return own == other or {own, other} <= {"integer", "number"}

    def _fits_in_role(self, column: Column, role: Noun, target: Table) -> bool:
        """Whether words before the noun leave no doubt: a text may come from anywhere, so they must be known roles."""
        return self._fits(column, target) and (type_group(column) == "uuid" or _ROLES.issuperset(role))


def _is_like_reference(name: tuple[str, ...]) -> bool:
    """Tell by its words whether a column's name may be that of a reference: `user_id`, `approved_by`."""
    return len(name) > 1 and (name[-1] in _KEY_WORDS or "by" in name[1:])


def _polymorphic(columns: list[Column]) -> set[Noun]:
    """Return the nouns of `commentable_id` with `commentable_type`: they refer to several tables."""
    names = {words(column.name) for column in columns}
    return {
        name[:-1] for name in names if name and name[-1] in ("type", "kind") and (*name[:-1], "id") in names
    }


def across_services(services: Sequence[Facts]) -> None:
    """Fill in, in place, which other service has the table that an unresolved logical reference names.

    Reads only each service's `logical_references` and `logical_keys`: a key that is no reference is its table's own.
    """
    owners: dict[str, list[str]] = {}
    for facts in sorted(services, key=lambda facts: facts.service):
        referring = {row.column_id for row in facts.rows(LogicalReference)}
        nouns = {row.noun for row in facts.rows(LogicalKey) if row.column_id not in referring}
        for noun in nouns:
            owners.setdefault(noun, []).append(facts.service)
    for facts in services:
        rows = facts.rows(LogicalReference)
        for place, row in enumerate(rows):
            if row.target_table_id is None:
                others = (name for name in owners.get(row.noun, ()) if name != facts.service)
                rows[place] = row._replace(target_service=next(others, None))

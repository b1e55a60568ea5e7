"""What an object is: a hash of the facts about it, by which a baseline notices that it has changed since.

Only what PostgreSQL's own catalog says of an object counts, so that it is the same whether it was read from schema.prisma,
SQL or a server, wherever it stands in the text: no places, comments, annotations, positions of columns, spelling of
types, counts of use, nor what is derived from names. An object's own facts always count. Of a table count also its parts
(columns, keys, indexes, constraints ...) that the rule reads: an index that is added is no news for a rule about
timestamps. `tests/engine/test_object_hash.py` pins the hashes: one that changes lets every baseline lapse.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, cast

from azora_audit.catalog.spelling import plain_expression
from azora_audit.catalog.store import is_entity
from azora_audit.catalog.tables import TABLES, Default, Entity
from azora_audit.hashing import blake2b

if TYPE_CHECKING:
    from collections.abc import Callable

    from azora_audit.catalog.facts import Facts
    from azora_audit.catalog.store import Catalog
    from azora_audit.rulebook.rule import Rule

_SWITCHES = "deferrable initially_deferred"

_DEFINITION: Final = {
    name: fields.split()
    for name, fields in {
        "tables": "kind persistence partition_of_id partition_strategy ~partition_key ~partition_bound"
        " row_security force_row_security",
        "inheritance": "parent_id",
        "columns": "type nullable identity generated ~generation_expression collation",
        "defaults": "kind ~expression",
        "primary_keys": _SWITCHES,
        "uniques": f"nulls_not_distinct {_SWITCHES}",
        "key_columns": "position column_id",
        "foreign_keys": "referenced_schema referenced_name on_delete on_update on_delete_columns match validated"
        f" enforced {_SWITCHES}",
        "foreign_key_columns": "column_id referenced_name",
        "checks": "~expression validated enforced no_inherit",
        "exclusions": f"method ~definition ~predicate {_SWITCHES}",
        "indexes": "method unique_ nulls_not_distinct ~predicate valid",
        "index_columns": "position column_id ~expression included descending nulls_first operator_class collation",
        "enum_values": "value",
        "domains": "type nullable ~default_expression",
        "sequences": "type increment minimum maximum cycle",
        "views": "materialized ~definition security_invoker security_barrier check_option",
        "view_reads": "table_id",
        "functions": "arguments returns language kind security_definer volatility search_path body",
        "triggers": "timing level on_insert on_update on_delete on_truncate update_columns ~condition function_name"
        " arguments enabled",
        "policies": "command permissive roles ~using_expression ~check_expression",
        "grants": "grantee privilege grantable columns",
        "datasources": "provider url_variable url_literal direct_url_variable relation_mode",
        "generators": "provider",
        "databases": "collation_version current_collation_version",
        "settings": "value",
        "schemas": "public_create",
        "roles": "superuser bypass_row_security login inherit create_role create_database replication",
        "memberships": "member_id admin",
        "dependencies": "list major",
        "scripts": "command",
        "environment_variables": "scheme has_password placeholder secret_name pooled",
        "expected_services": "found",
    }.items()
}
"""What an object is, by the table that says it: the fields that count. The first field of each table is the object; `~`
marks the text of an expression."""

_SAID: Final = {
    "differences": ["aspect", "prisma", "sql"],
    "drifts": ["aspect", "declared", "database"],
    "switched_off": ["table_id"],
    "value_samples": ["verdict", "sign"],
}
"""What else is said of an object, which counts for the rules that read it."""

_NO_DEFAULT = frozenset({"null", "sequence"})
"""Defaults that a server has no row for, and those of serial columns, which sources write in several ways."""

_LIST = re.compile(r"=any\(+array\[([^\[\]]*)\]\)+")
_TERM = re.compile(r"""(?<![\w"])\(([-\w."']+(?:\([^()]*\))?)\)""")
_SCHEMA = re.compile(r"""(?:"[^"]*"|\b[a-z_]\w*)\.(?=[a-z_"]\w*"?\()""")
_NOW = frozenset({"current_timestamp", "transaction_timestamp()", "now"})


class ObjectHashes:
    """The hashes of the objects of a catalog, each worked out when it is asked for."""

    def __init__(self, catalog: Catalog) -> None:
        """Work out nothing yet."""
        self._loaded = catalog.loaded
        self._services: dict[int, _Service] = {}

    def of(self, rule: Rule, entity_id: int) -> str:
        """Return the hash of an object as far as it concerns a rule: 16 hexadecimal digits.

        An entity that no facts have (an allowance) has the hash of nothing but its kind.
        """
        number = bisect_left(self._loaded, entity_id, key=attrgetter("distance")) - 1
        distance, facts = self._loaded[number]
        if number not in self._services:
            self._services[number] = _Service(facts)
        return self._services[number].hash_of(entity_id - distance, rule.reads)


class _Service:
    """The facts of one service by the object that they are about."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._entities = {row.id: row for row in facts.rows(Entity)}
        self._parts: dict[int, list[int]] = {}
        for row in facts.rows(Entity):
            if row.parent_id is not None and self._kind(row.parent_id) == "table":
                self._parts.setdefault(row.parent_id, []).append(row.id)
        self._filled: dict[str, list[Callable[[Any], str]]] = {}
        self._about: dict[int, list[tuple[str, tuple[object, ...]]]] = {}
        self._written: dict[int, list[tuple[str, str]]] = {}
        self._known: dict[tuple[int, frozenset[str]], str] = {}
        for table in (*_DEFINITION, *_SAID):
            self._fill(table)

    def hash_of(self, identifier: int, reads: frozenset[str]) -> str:
        parts = self._parts.get(identifier, ())
        key = (identifier, reads if parts else frozenset(reads & _SAID.keys()))
        if key not in self._known:
            lines = [line for table, line in self._lines(identifier) if table not in _SAID or table in reads]
            for part in parts:
                name = self._name(part)
                of_part = self._lines(part)
                lines += [
                    f"{name}\0{line}" for table, line in of_part if table in reads and table not in _SAID
                ]
            text = "\n".join([self._kind(identifier), *sorted(lines)])
            digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8)
            self._known[key] = digest.hexdigest()
        return self._known[key]

    def _lines(self, identifier: int) -> list[tuple[str, str]]:
        """Return a line for each row that is about an object, with the row's table."""
        if identifier not in self._written:
            self._written[identifier] = [
                (table, "\0".join([table, *[get(row) for get in self._filled[table]]]))
                for table, row in self._about.get(identifier, ())
            ]
        return self._written[identifier]

    def _fill(self, table: str) -> None:
        """Put the rows of a table to the objects that they are about."""
        rows = self._facts.rows(TABLES[table])
        if not rows:
            return
        self._filled[table] = self._getters_of(table)
        about = self._about
        for row in rows:
            if not isinstance(row, Default) or row.kind not in _NO_DEFAULT:
                about.setdefault(cast("int", row[0]), []).append((table, row))

    def _getters_of(self, table: str) -> list[Callable[[Any], str]]:
        """Return what gives the values that count of a row, as text that is the same for every source."""
        row_class = TABLES[table]
        annotations = row_class.__annotations__
        getters: list[Callable[[Any], str]] = []
        for field in _DEFINITION.get(table) or _SAID[table]:
            get = attrgetter(field.removeprefix("~"))
            if field.startswith("~"):
                getters.append(_getter(_plain, get))
            elif is_entity(annotations[field]):
                getters.append(_getter(self._name, get))
            else:
                getters.append(_getter(_value, get))
        return getters

    def _name(self, identifier: int | None) -> str:
        """Return what stands for another object: its kind, and its address within the service."""
        row = self._entities.get(identifier or 0)
        return "" if row is None else f"{row.kind} {row.address[len(self._facts.service) :]}"

    def _kind(self, identifier: int) -> str:
        row = self._entities.get(identifier)
        return "allowance" if row is None else row.kind


def _getter(written: Callable[[Any], str], get: Callable[[Any], object]) -> Callable[[Any], str]:
    return lambda row: written(get(row))


def _value(value: object) -> str:
    """Return a value as text: 1 and 0 for booleans, which sources write in both ways."""
    return "" if value is None else str(int(value)) if isinstance(value, bool) else str(value)


def _plain(expression: object) -> str:
    """Return an expression without what a server prints and a person does not write, as far as that is easily told."""
    if expression is None:
        return ""
    text = plain_expression(str(expression))
    text = _LIST.sub(r"in(\1)", _TERM.sub(r"\1", _SCHEMA.sub("", text)))
    return "now()" if text in _NOW else text

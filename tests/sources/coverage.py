"""What drawn schemas have to have in them: every table of the catalog that is compared, and every value of its fields.

A field is closed (it has a list of values here), a yes or no, or free text or numbers; of one that may be absent, both
must be there. What no drawn schema can have is an exception, with its reason.
"""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from azora_audit.catalog.tables import (
    Column,
    Comment,
    Default,
    Exclusion,
    Extension,
    ForeignKey,
    ForeignKeyColumn,
    Function,
    Grant,
    Index,
    Policy,
    Sequence,
    Table,
    Trigger,
    View,
)
from azora_audit.sources.verification.compare import KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.catalog.facts import Facts

ACTIONS = {"no action", "restrict", "cascade", "set null", "set default"}
CLOSED: dict[tuple[type, str], set[str]] = {
    (Table, "kind"): {"ordinary", "partitioned", "foreign"},
    (Table, "persistence"): {"permanent", "unlogged"},
    (Table, "partition_strategy"): {"range", "list", "hash"},
    (Column, "type_kind"): {"base", "enum", "domain", "composite", "range"},
    (Column, "identity"): {"always", "by default"},
    (Column, "generated"): {"stored", "virtual"},
    (Default, "kind"): {"constant", "null", "function", "sequence", "expression"},
    (ForeignKey, "on_delete"): ACTIONS,
    (ForeignKey, "on_update"): ACTIONS,
    (ForeignKey, "match"): {"simple", "full"},
    (Exclusion, "method"): {"btree", "gist"},
    (Index, "method"): {"btree", "hash", "gin", "gist", "brin"},
    (Sequence, "type"): {"smallint", "integer", "bigint"},
    (View, "check_option"): {"local", "cascaded"},
    (Function, "language"): {"sql", "plpgsql", "internal"},
    (Function, "kind"): {"function", "procedure", "aggregate"},
    (Function, "volatility"): {"immutable", "stable", "volatile"},
    (Trigger, "timing"): {"before", "after", "instead of"},
    (Trigger, "level"): {"row", "statement"},
    (Policy, "command"): {"all", "select", "insert", "update", "delete"},
    (Grant, "privilege"): {
        *("select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain", "usage"),
        "execute",
    },
    (Comment, "source"): {"sql"},
}
"""The values of fields that have few."""

EXCEPTIONS: dict[tuple[type, str], tuple[set[Any], str]] = {
    (Table, "implicit_join"): ({True}, "Prisma's alone"),
    (Table, "owner"): ({None}, "a server knows every owner"),
    (Column, "type_kind"): ({"unknown"}, "a server knows every type"),
    (ForeignKey, "emulated"): ({True}, "Prisma's alone"),
    (ForeignKey, "referenced_table_id"): ({None}, "a server has every table"),
    (ForeignKeyColumn, "referenced_column_id"): ({None}, "a server has every column"),
    (Extension, "schema"): ({None}, "a server knows it"),
    (Extension, "version"): ({None}, "a server knows it"),
    (Trigger, "timing"): ({"instead of"}, "triggers of views are no facts"),
    (Index, "concurrently"): ({True}, "a server does not keep the word"),
    (Function, "kind"): ({"window"}, "a window function is written in C"),
    (Trigger, "function_id"): ({None}, "an extension's function only, such as moddatetime"),
}
"""Values that the fields have by the catalog's definition, and no drawn schema has."""


def missing(seen: Iterable[Facts]) -> list[str]:
    """Return what none of the facts has, as sentences."""
    found: dict[tuple[type, str], set[Any]] = {}
    for facts in seen:
        for table in KEYS:
            for row in facts.rows(table):
                for field, value in zip(table.__annotations__, row, strict=True):
                    found.setdefault((table, field), set()).add(value)
    return [
        f"no {table.__name__}.{field} is {value!r}"
        for table in KEYS
        for field in table.__annotations__
        for value in sorted(wanted(table, field) - found.get((table, field), set()), key=str)
    ]


def wanted(table: type, field: str) -> set[Any]:
    """Return the values of a field that have to be seen, None among them where it may be absent."""
    hint = get_type_hints(table)[field]
    values: set[Any] = set(CLOSED.get((table, field), ()))
    if hint is bool:
        values |= {False, True}
    if NoneType in get_args(hint):
        values.add(None)
    return values - EXCEPTIONS.get((table, field), (set(), ""))[0]

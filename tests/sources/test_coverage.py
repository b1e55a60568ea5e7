"""The coverage of drawn schemas: that every field of the catalog is asked for, and that a hole is told."""

from __future__ import annotations

from types import UnionType
from typing import Any, get_args, get_type_hints

import pytest

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import Column, Comment, Default, ForeignKey, IndexColumn, Table
from azora_audit.sources.verification.compare import KEYS
from tests.sources.coverage import CLOSED, EXCEPTIONS, missing, wanted

FREE = {
    "name",
    "expression",
    "definition",
    "body",
    "text",
    "value",
    "condition",
    "predicate",
    "schema",
    "type",
}
FREE |= {
    "base_type",
    "type_written",
    "collation",
    "generation_expression",
    "partition_key",
    "partition_bound",
}
FREE |= {"owner", "function", "referenced_schema", "referenced_name", "operator_class", "default_expression"}
FREE |= {
    "arguments",
    "returns",
    "search_path",
    "update_columns",
    "function_name",
    "roles",
    "using_expression",
}
FREE |= {"check_expression", "grantee", "columns", "version", "on_delete_columns"}
"""Fields whose text may be anything."""


def kinds(hint: Any) -> set[type]:
    return set(get_args(hint)) if isinstance(hint, UnionType) else {hint}


@pytest.mark.parametrize(
    ("table", "field"),
    [(table, field) for table in KEYS for field in table.__annotations__],
    ids=lambda part: getattr(part, "__name__", part),
)
def test_every_text_is_free_or_has_its_values(table: type[tuple[object, ...]], field: str) -> None:
    closed = (table, field) in CLOSED
    text = str in kinds(get_type_hints(table)[field])
    assert text is (closed or field in FREE)
    assert not closed or text


@pytest.mark.parametrize("key", EXCEPTIONS, ids=lambda key: f"{key[0].__name__}.{key[1]}")
def test_an_exception_is_a_value_of_its_field(key: tuple[type, str]) -> None:
    table, field = key
    values, reason = EXCEPTIONS[key]
    assert field in table.__annotations__
    assert values.isdisjoint(wanted(table, field))
    assert reason


def test_what_no_schema_has_is_told() -> None:
    found = missing([Facts("drawn")])
    assert "no Table.kind is 'foreign'" in found
    assert "no ForeignKey.on_delete is 'set default'" in found
    assert "no IndexColumn.expression is None" in found
    assert "no Column.array is True" in found
    assert not any("ForeignKey.emulated is True" in line for line in found)
    assert {Column, Comment, Default, ForeignKey, IndexColumn, Table} <= KEYS.keys()

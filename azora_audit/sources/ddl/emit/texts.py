"""Small texts of rows: JSON lists, defaults of sequences, operator classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.sources.ddl.typenames import BUILTIN, quote_type_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.sources.ddl.actions import Expression
    from azora_audit.sources.ddl.replay.state import Column, IndexKey


def json_list(values: Iterable[str]) -> str:
    """Return names as a JSON list."""
    import json  # noqa: PLC0415 -- rarely needed

    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))


def default_text(column: Column, default: Expression) -> str:
    """Return a default's text; that of a known sequence under the sequence's name of today."""
    sequence = column.sequence
    if default.kind != "sequence" or sequence is None:
        return default.text
    name = f"{quote_type_name(sequence.schema.name)}.{quote_type_name(sequence.name)}".replace("'", "''")
    return f"nextval('{name}'::regclass)"


_DEFAULT_CLASSES = frozenset(f"{name}_ops" for name in BUILTIN) | frozenset(
    (
        "array_ops",
        "cash_ops",
        "citext_ops",
        "enum_ops",
        "hstore_ops",
        "ltree_ops",
        "multirange_ops",
        "range_ops",
        "record_array_ops",
        "record_ops",
        "timestamptz_ops",
        "vector_l2_ops",
    )
)

_NOT_DEFAULT = frozenset(("varchar_ops", "cidr_ops"))


def operator_class(key: IndexKey, method: str) -> str | None:
    """Return the operator class of an index key unless it is the default of its method and type."""
    name = key.operator_class
    if name is None or (name == "inet_ops" and method == "gist"):
        return name
    if method == "brin" and name.endswith("_minmax_ops"):
        return None
    if name.startswith("gist_") and name.endswith("_ops") and name != "gist_trgm_ops":
        return None
    return None if name in _DEFAULT_CLASSES and name not in _NOT_DEFAULT else name

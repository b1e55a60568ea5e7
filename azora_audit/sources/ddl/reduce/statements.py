"""Which reader each kind of statement has, and which statements make no facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azora_audit.sources.ddl.reduce import alter, tables, types

if TYPE_CHECKING:
    from collections.abc import Callable

HANDLERS: dict[str, Callable[[Any, Any, int], Any]] = {
    "CreateStmt": lambda node, text, _start: tables.create_table(node, text),
    "CreateForeignTableStmt": lambda node, text, _start: tables.create_table(node["base"], text, "foreign"),
    "CreateTableAsStmt": lambda node, text, _start: tables.create_table_as(node, text),
    "IndexStmt": tables.create_index,
    "AlterTableStmt": alter.alter_table,
    "CreateEnumStmt": types.create_enum,
    "AlterEnumStmt": types.alter_enum,
    "CreateDomainStmt": types.create_domain,
    "AlterDomainStmt": types.alter_domain,
    "CompositeTypeStmt": lambda node, text, _start: types.create_composite(node, text),
    "CreateRangeStmt": types.create_range,
    "CreateSeqStmt": lambda node, text, _start: types.create_sequence(node, text),
    "AlterSeqStmt": lambda node, text, _start: types.alter_sequence(node, text),
    "CreateExtensionStmt": types.create_extension,
}
"""Readers by libpg_query's name of the statement."""

_DATA = "it reads or changes rows"
_STORAGE = "it concerns storage or maintenance"
_SERVER = "it concerns the server or its roles"
_LOGIC = "it makes an object of which the catalog has no facts"

IGNORED = {
    "AlterCollationStmt": _LOGIC,
    "InsertStmt": _DATA,
    "UpdateStmt": _DATA,
    "DeleteStmt": _DATA,
    "TruncateStmt": _DATA,
    "VacuumStmt": _STORAGE,
    "ClusterStmt": _STORAGE,
    "ReindexStmt": _STORAGE,
}
"""Statements without facts, with the reason."""

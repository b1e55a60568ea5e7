"""Which reader each kind of statement has, and which statements make no facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azora_audit.sources.ddl.actions import Within
from azora_audit.sources.ddl.reduce import alter, changes, session, tables, types

if TYPE_CHECKING:
    from collections.abc import Callable

    from azora_audit.sources.ddl.parse import Node
    from azora_audit.sources.ddl.reduce.nodes import Text


def _create_table_as(node: Node, text: Text, start: int) -> Any:
    if node.get("objtype") == "OBJECT_MATVIEW":
        from azora_audit.sources.ddl.reduce import programs  # noqa: PLC0415 -- small migrations have no views

        return programs.create_materialized_view(node, text, start)
    return tables.create_table_as(node, text)


def _program(name: str) -> Callable[[Any, Any, int], Any]:
    """Return a reader of `programs` that is imported at its first use."""

    def read(node: Node, text: Text, start: int) -> Any:
        from azora_audit.sources.ddl.reduce import programs  # noqa: PLC0415 -- as said above

        return getattr(programs, name)(node, text, start)

    return read


def _right(name: str) -> Callable[[Any, Any, int], Any]:
    """Return a reader of `rights` that is imported at its first use."""

    def read(node: Node, text: Text, start: int) -> Any:
        from azora_audit.sources.ddl.reduce import rights  # noqa: PLC0415 -- as said above

        return getattr(rights, name)(node, text, start)

    return read


def _do_block(node: Node, text: Text, start: int) -> Any:
    from azora_audit.sources.ddl.reduce.blocks import do_block  # noqa: PLC0415 -- it calls this package

    return do_block(node, text, start)


def _define(node: Node, text: Text, start: int) -> Any:
    if node["kind"] == "OBJECT_AGGREGATE":
        return _program("create_aggregate")(node, text, start)
    return types.define(node, text, start)


def _create_schema(node: Node, text: Text, start: int) -> Any:
    """Read CREATE SCHEMA with its elements, which are statements of their own."""
    from azora_audit.sources.ddl.reduce import reduce_one  # noqa: PLC0415 -- it calls this module

    made = types.create_schema(node, text, start)
    elements = [next(iter(element.items())) for element in node.get("schemaElts", ())]
    if not elements:
        return made
    elements.sort(
        key=lambda element: _ELEMENTS.index(element[0]) if element[0] in _ELEMENTS else len(_ELEMENTS)
    )
    return Within(made, tuple([reduce_one(kind, inner, text, start) for kind, inner in elements]))


_ELEMENTS = ("CreateSeqStmt", "CreateStmt", "ViewStmt", "IndexStmt", "CreateTrigStmt", "GrantStmt")
"""The order in which PostgreSQL runs them (transformCreateSchemaStmtElements, parse_utilcmd.c)."""

HANDLERS: dict[str, Callable[[Any, Any, int], Any]] = {
    "AlterDefaultPrivilegesStmt": _right("default_privileges"),
    "AlterDomainStmt": types.alter_domain,
    "AlterEnumStmt": types.alter_enum,
    "AlterFunctionStmt": _program("alter_function"),
    "AlterObjectDependsStmt": changes.depends,
    "AlterObjectSchemaStmt": changes.set_schema,
    "AlterOwnerStmt": changes.owner,
    "AlterPolicyStmt": _program("alter_policy"),
    "AlterSeqStmt": lambda node, text, _start: types.alter_sequence(node, text),
    "AlterTableStmt": alter.alter_table,
    "CallStmt": session.call,
    "CommentStmt": changes.comment,
    "CompositeTypeStmt": lambda node, text, _start: types.create_composite(node, text),
    "CreateDomainStmt": types.create_domain,
    "CreateEnumStmt": types.create_enum,
    "CreateExtensionStmt": types.create_extension,
    "CreateForeignTableStmt": lambda node, text, _start: tables.create_table(node["base"], text, "foreign"),
    "CreateFunctionStmt": _program("create_function"),
    "CreatePolicyStmt": _program("create_policy"),
    "CreateRangeStmt": types.create_range,
    "CreateSchemaStmt": _create_schema,
    "CreateSeqStmt": lambda node, text, _start: types.create_sequence(node, text),
    "CreateStmt": lambda node, text, _start: tables.create_table(node, text),
    "CreateTableAsStmt": _create_table_as,
    "CreateTrigStmt": _program("create_trigger"),
    "DefineStmt": _define,
    "DoStmt": _do_block,
    "DropStmt": changes.drop,
    "GrantStmt": _right("grant"),
    "IndexStmt": tables.create_index,
    "RenameStmt": changes.rename,
    "SelectStmt": session.select,
    "TransactionStmt": session.transaction,
    "VariableSetStmt": session.variable_set,
    "ViewStmt": _program("create_view"),
}
"""Readers by libpg_query's name of the statement."""

_DATA = "it reads or changes rows"
_STORAGE = "it concerns storage, maintenance or statistics"
_SERVER = "it concerns the server, its databases or roles"
_SESSION = "it concerns the session only"
_LOGIC = "it concerns a kind of object of which the catalog has no facts"

IGNORED = {
    "AlterCollationStmt": _LOGIC,
    "AlterDatabaseRefreshCollStmt": _SERVER,
    "AlterDatabaseSetStmt": _SERVER,
    "AlterDatabaseStmt": _SERVER,
    "AlterEventTrigStmt": _LOGIC,
    "AlterExtensionContentsStmt": _LOGIC,
    "AlterExtensionStmt": _LOGIC,
    "AlterFdwStmt": _LOGIC,
    "AlterForeignServerStmt": _LOGIC,
    "AlterOpFamilyStmt": _LOGIC,
    "AlterOperatorStmt": _LOGIC,
    "AlterPublicationStmt": _LOGIC,
    "AlterRoleSetStmt": _SERVER,
    "AlterRoleStmt": _SERVER,
    "AlterStatsStmt": _STORAGE,
    "AlterSubscriptionStmt": _LOGIC,
    "AlterSystemStmt": _SERVER,
    "AlterTSConfigurationStmt": _LOGIC,
    "AlterTSDictionaryStmt": _LOGIC,
    "AlterTableMoveAllStmt": _STORAGE,
    "AlterTableSpaceOptionsStmt": _STORAGE,
    "AlterTypeStmt": _STORAGE,
    "AlterUserMappingStmt": _LOGIC,
    "CheckPointStmt": _STORAGE,
    "ClosePortalStmt": _SESSION,
    "ClusterStmt": _STORAGE,
    "ConstraintsSetStmt": _SESSION,
    "CopyStmt": _DATA,
    "CreateAmStmt": _LOGIC,
    "CreateCastStmt": _LOGIC,
    "CreateConversionStmt": _LOGIC,
    "CreateEventTrigStmt": _LOGIC,
    "CreateFdwStmt": _LOGIC,
    "CreateForeignServerStmt": _LOGIC,
    "CreateOpClassStmt": _LOGIC,
    "CreateOpFamilyStmt": _LOGIC,
    "CreatePLangStmt": _LOGIC,
    "CreatePublicationStmt": _LOGIC,
    "CreateRoleStmt": _SERVER,
    "CreateStatsStmt": _STORAGE,
    "CreateSubscriptionStmt": _LOGIC,
    "CreateTableSpaceStmt": _STORAGE,
    "CreateTransformStmt": _LOGIC,
    "CreateUserMappingStmt": _LOGIC,
    "CreatedbStmt": _SERVER,
    "DeallocateStmt": _SESSION,
    "DeclareCursorStmt": _SESSION,
    "DeleteStmt": _DATA,
    "DiscardStmt": _SESSION,
    "DropRoleStmt": _SERVER,
    "DropSubscriptionStmt": _LOGIC,
    "DropTableSpaceStmt": _STORAGE,
    "DropUserMappingStmt": _LOGIC,
    "DropdbStmt": _SERVER,
    "ExecuteStmt": _DATA,
    "ExplainStmt": _DATA,
    "FetchStmt": _SESSION,
    "GrantRoleStmt": _SERVER,
    "InsertStmt": _DATA,
    "ListenStmt": _SESSION,
    "LoadStmt": _SESSION,
    "LockStmt": _SESSION,
    "MergeStmt": _DATA,
    "NotifyStmt": _SESSION,
    "PrepareStmt": _DATA,
    "RefreshMatViewStmt": _DATA,
    "ReindexStmt": _STORAGE,
    "RuleStmt": _LOGIC,
    "SecLabelStmt": _LOGIC,
    "TruncateStmt": _DATA,
    "UnlistenStmt": _SESSION,
    "UpdateStmt": _DATA,
    "VacuumStmt": _STORAGE,
    "VariableShowStmt": _SESSION,
}
"""Statements without facts, with the reason; what is in neither table is not understood."""

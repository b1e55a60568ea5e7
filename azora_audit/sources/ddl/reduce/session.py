"""SET, transactions, and SELECT as far as it calls functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azora_audit.sources.ddl.actions import CallOf, Ignored, SearchPath, Transaction
from azora_audit.sources.ddl.reduce.nodes import constant, strings
from azora_audit.sources.ddl.reduce.queries import functions_called
from azora_audit.sources.ddl.reduce.tables import select_into

if TYPE_CHECKING:
    from azora_audit.sources.ddl.parse import Node
    from azora_audit.sources.ddl.reduce.nodes import Text

_VERBS = {
    "TRANS_STMT_BEGIN": "begin",
    "TRANS_STMT_START": "begin",
    "TRANS_STMT_COMMIT": "commit",
    "TRANS_STMT_ROLLBACK": "rollback",
    "TRANS_STMT_SAVEPOINT": "savepoint",
    "TRANS_STMT_RELEASE": "release",
    "TRANS_STMT_ROLLBACK_TO": "rollback-to",
    "TRANS_STMT_PREPARE": "commit",
    "TRANS_STMT_COMMIT_PREPARED": "commit",
    "TRANS_STMT_ROLLBACK_PREPARED": "rollback",
}

SETTINGS = "it changes a setting of the session"
DATA = "it reads or changes rows"


def path_of(node: Node) -> list[str] | None:
    """Return the schemas of SET search_path; None for DEFAULT and RESET."""
    if node["kind"] != "VAR_SET_VALUE":
        return None
    return [constant(argument) or "" for argument in node.get("args", ())]


def variable_set(node: Node, _text: Text, _start: int) -> SearchPath | Ignored:
    """Read SET and RESET."""
    if node.get("name") == "search_path" or node["kind"] == "VAR_RESET_ALL":
        schemas = path_of(node)
        return SearchPath(None if schemas is None else tuple(schemas), node.get("is_local", False))
    return Ignored(SETTINGS)


def transaction(node: Node, _text: Text, _start: int) -> Transaction:
    """Read BEGIN, COMMIT, ROLLBACK and savepoints."""
    return Transaction(_VERBS[node["kind"]], node.get("savepoint_name"))


def select(node: Node, text: Text, _start: int) -> Any:
    """Read SELECT: INTO makes a table, set_config a search path, and functions of the user may do anything."""
    if "intoClause" in node:
        return select_into(node, text)
    targets = node.get("targetList")
    if targets and len(targets) == 1 and "fromClause" not in node:
        call = targets[0]["ResTarget"]["val"].get("FuncCall")
        if call is not None and strings(call["funcname"])[-1] == "set_config":
            return _set_config(call.get("args", []))
    functions = functions_called(node)
    if functions:
        return CallOf(functions)
    return Ignored(DATA)


def _set_config(arguments: list[Node]) -> SearchPath | Ignored:
    values = [constant(argument) for argument in arguments]
    if len(values) == 3 and values[0] == "search_path" and values[1] is not None:  # noqa: PLR2004 -- its arguments
        schemas = [part.strip().strip('"') for part in values[1].split(",")]
        return SearchPath(tuple([schema for schema in schemas if schema]), values[2] == "True")
    return Ignored(SETTINGS)


def call(node: Node, _text: Text, _start: int) -> CallOf:
    """Read CALL."""
    return CallOf(functions_called({"FuncCall": node["funccall"]}))

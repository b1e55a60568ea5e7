"""Views, functions, triggers and policies out of parse trees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from azora_audit.sources.ddl.actions import (
    CURRENT_PATH,
    Alter,
    AlterPolicy,
    Create,
    Name,
    NewFunction,
    NewPolicy,
    NewTrigger,
    NewView,
)
from azora_audit.sources.ddl.reduce.alter import role_name, view_options
from azora_audit.sources.ddl.reduce.changes import routine_arguments
from azora_audit.sources.ddl.reduce.nodes import (
    column_names,
    condition,
    leftmost,
    listed_name,
    range_name,
    strings,
    type_name,
)
from azora_audit.sources.ddl.reduce.queries import columns_read, tables_read
from azora_audit.sources.ddl.reduce.session import path_of
from azora_audit.sources.ddl.reduce.types import place_name
from azora_audit.sources.ddl.scan import end_of_element, inside_brackets, skip_blanks

if TYPE_CHECKING:
    from azora_audit.sources.ddl.actions import Expression, TypeName
    from azora_audit.sources.ddl.parse import Node
    from azora_audit.sources.ddl.reduce.nodes import Text

_CHECK_OPTIONS = {"LOCAL_CHECK_OPTION": "local", "CASCADED_CHECK_OPTION": "cascaded"}
_CHECK_TAIL = re.compile(rb"\s+WITH\s+(?:LOCAL\s+|CASCADED\s+)?CHECK\s+OPTION\s*\Z", re.IGNORECASE)
_DATA_TAIL = re.compile(rb"\s+WITH\s+(?:NO\s+)?DATA\s*\Z", re.IGNORECASE)
_AS = re.compile(rb"\bAS\b", re.IGNORECASE)
_FUNCTION_WORDS = re.compile(rb"\b(?:FUNCTION|PROCEDURE|AGGREGATE)\s+", re.IGNORECASE)
_TRIGGER_WORDS = re.compile(rb"\bTRIGGER\s+", re.IGNORECASE)
_POLICY_WORDS = re.compile(rb"\bPOLICY\s+", re.IGNORECASE)

_ROW, _BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE, _INSTEAD = (1 << bit for bit in range(7))
"""Bits of a trigger's type (pg_trigger.h)."""


def _query_text(text: Text, after: int, query: Node, end: int) -> str:
    """Return the query of a view as written: from the first AS after the view's name that stands before the query."""
    words = list(_AS.finditer(text.data, after, min(leftmost(query), end)))
    first = skip_blanks(text.data, words[0].end() if words else after)
    return text.slice(first, end)


def create_view(node: Node, text: Text, start: int) -> Create:
    """Read CREATE VIEW."""
    name = range_name(node["view"], text)
    end = _end_of_query(text, name.end - text.base)
    options = view_options(node.get("options"))
    check = _CHECK_OPTIONS.get(node.get("withCheckOption", ""))
    written = _query_text(text, name.end - text.base, node["query"], end)
    written = _CHECK_TAIL.sub(b"", written.encode()).decode()
    value = NewView(
        False,
        written,
        bool(options.get("security_invoker")),
        bool(options.get("security_barrier")),
        check or cast("str | None", options.get("check_option")),
        tables_read(node["query"]),
        *columns_read(node["query"]),
        node["view"].get("relpersistence") == "t",
    )
    del start
    return Create("view", name, value, False, node.get("replace", False))


def create_materialized_view(node: Node, text: Text, start: int) -> Create:
    """Read CREATE MATERIALIZED VIEW."""
    del start
    name = range_name(node["into"]["rel"], text)
    end = _end_of_query(text, name.end - text.base)
    written = _query_text(text, name.end - text.base, node["query"], end)
    written = _DATA_TAIL.sub(b"", written.encode()).decode()
    value = NewView(
        True, written, False, False, None, tables_read(node["query"]), *columns_read(node["query"]), False
    )
    return Create("view", name, value, node.get("if_not_exists", False))


def _end_of_query(text: Text, at: int) -> int:
    """Return where the statement ends that goes on at an offset: at the semicolon outside of all brackets."""
    end = end_of_element(text.data, at)
    while True:
        following = skip_blanks(text.data, end)
        if text.data[following : following + 1] != b",":
            return end
        end = end_of_element(text.data, following + 1)


def create_function(node: Node, text: Text, start: int) -> Create:
    """Read CREATE FUNCTION and PROCEDURE."""
    name = place_name(listed_name(node["funcname"], start + text.base), text, start, _FUNCTION_WORDS)
    procedure = node.get("is_procedure", False)
    inputs, outputs, table = [], [], []
    for wrapper in node.get("parameters", ()):
        parameter = wrapper["FunctionParameter"]
        mode = parameter.get("mode")
        type_ = type_name(parameter["argType"], text)
        if mode in ("FUNC_PARAM_DEFAULT", "FUNC_PARAM_IN", "FUNC_PARAM_INOUT", "FUNC_PARAM_VARIADIC"):
            inputs.append(type_)
        if mode in ("FUNC_PARAM_OUT", "FUNC_PARAM_INOUT"):
            outputs.append(type_)
        if mode == "FUNC_PARAM_TABLE":
            table.append((parameter.get("name", ""), type_))
    returned = node.get("returnType")
    settings = _function_settings(node.get("options"))
    body = settings.get("body", "")
    if settings.get("language") == "c" and not settings.get("symbol"):
        body = name.name
    if "sql_body" in node:
        body = _standard_body(node, text, start)
    value = NewFunction(
        tuple(inputs),
        tuple(outputs),
        tuple(table),
        type_name(returned, text) if returned else None,
        bool(returned and returned.get("setof")),
        "procedure" if procedure else ("window" if settings.get("window") else "function"),
        str(settings.get("language", "sql")),
        settings.get("volatility", "volatile"),
        bool(settings.get("definer", False)),
        settings.get("path"),
        str(body),
    )
    return Create("function", name, value, False, node.get("replace", False))


_STANDARD_BODY = re.compile(rb"\bBEGIN\s+ATOMIC\b|\bRETURN\b", re.IGNORECASE)


def _standard_body(node: Node, text: Text, start: int) -> str:
    """Return a body in SQL-standard form: RETURN expression, or BEGIN ATOMIC ... END."""
    first = leftmost(node["sql_body"])
    before = list(_STANDARD_BODY.finditer(text.data, start, first))
    begin = before[-1].start() if before else first
    if "RETURN" in text.slice(begin, begin + 6).upper():
        return text.slice(begin, _end_of_query(text, begin))
    match = re.compile(rb"\bEND\b\s*(?=;|\Z)", re.IGNORECASE).search(text.data, first)
    return text.slice(begin, match.end() if match else len(text.data)).strip()


def _function_settings(nodes: list[Node] | None) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for wrapper in nodes or ():
        option = wrapper["DefElem"]
        argument = option.get("arg", {})
        name = option["defname"]
        if name in ("language", "volatility"):
            settings[name] = argument["String"]["sval"]
        elif name == "security":
            settings["definer"] = argument["Boolean"].get("boolval", False)
        elif name == "window":
            settings["window"] = True
        elif name == "as":
            parts = strings(argument["List"]["items"])
            settings["body"] = parts[-1]
            settings["symbol"] = len(parts) > 1
        elif name == "set" and argument.get("VariableSetStmt", {}).get("name") == "search_path":
            setting = argument["VariableSetStmt"]
            schemas = path_of(setting)
            settings["path"] = schemas if schemas is None else tuple(schemas)
            if setting["kind"] == "VAR_SET_CURRENT":
                settings["path"] = CURRENT_PATH
    return settings


def alter_function(node: Node, text: Text, start: int) -> Alter:
    """Read ALTER FUNCTION and PROCEDURE."""
    del start
    routine = node["func"]
    name = listed_name(routine["objname"])
    settings = _function_settings(node.get("actions"))
    for wrapper in node.get("actions", ()):
        setting = wrapper["DefElem"].get("arg", {}).get("VariableSetStmt", {})
        named = setting.get("name") == "search_path" and setting["kind"] in ("VAR_RESET", "VAR_SET_DEFAULT")
        if named or setting.get("kind") == "VAR_RESET_ALL":
            settings["path"] = None
    return Alter("function", name, "settings", settings, None, routine_arguments(routine, text))


def create_aggregate(node: Node, text: Text, start: int) -> Create:
    """Read CREATE AGGREGATE: its arguments; what it returns only its state function tells."""
    name = place_name(listed_name(node["defnames"], start + text.base), text, start, _FUNCTION_WORDS)
    arguments: list[TypeName] = []
    state: TypeName | None = None
    final = False
    for item in node.get("args", ()):
        parameters = [part for part in item.get("List", {}).get("items", ()) if "FunctionParameter" in part]
        arguments += [type_name(part["FunctionParameter"]["argType"], text) for part in parameters]
    for wrapper in node.get("definition", ()):
        option = wrapper["DefElem"]
        if option["defname"].lower() in ("stype", "stype1") and "TypeName" in option.get("arg", {}):
            state = type_name(option["arg"]["TypeName"], text)
        elif option["defname"].lower() == "basetype" and "TypeName" in option.get("arg", {}):
            arguments.append(type_name(option["arg"]["TypeName"], text))
        elif option["defname"].lower() == "finalfunc":
            final = True
    value = NewFunction(
        tuple(arguments),
        (),
        (),
        None if final else state,
        False,
        "aggregate",
        "internal",
        "immutable",
        False,
        None,
        "aggregate_dummy",
    )
    return Create("function", name, value, False, node.get("replace", False))


def create_trigger(node: Node, text: Text, start: int) -> Create:
    """Read CREATE TRIGGER and CREATE CONSTRAINT TRIGGER."""
    name = place_name(Name(None, node["trigname"], start, start), text, start, _TRIGGER_WORDS)
    timing, events = node.get("timing", 0), node.get("events", 0)
    condition = None
    if "whenClause" in node:
        words = list(
            re.compile(rb"\bWHEN\s*\(", re.IGNORECASE).finditer(
                text.data, start, leftmost(node["whenClause"])
            )
        )
        opening = words[-1].end() - 1 if words else leftmost(node["whenClause"])
        condition = text.slice(*inside_brackets(text.data, opening))
    value = NewTrigger(
        range_name(node["relation"], text),
        "before" if timing & _BEFORE else "instead of" if timing & _INSTEAD else "after",
        node.get("row", False),
        tuple(
            word
            for bit, word in (
                (_INSERT, "insert"),
                (_UPDATE, "update"),
                (_DELETE, "delete"),
                (_TRUNCATE, "truncate"),
            )
            if events & bit
        ),
        strings(node.get("columns")),
        condition,
        column_names(node["whenClause"]) if "whenClause" in node else (),
        listed_name(node["funcname"], start + text.base),
        strings(node.get("args")),
        node["trigname"] if node.get("isconstraint") else None,
        range_name(node["constrrel"], text) if "constrrel" in node else None,
    )
    return Create("trigger", name, value, False, node.get("replace", False))


def _policy_expression(node: Node, key: str, words: str, text: Text, start: int) -> Expression | None:
    if key not in node:
        return None
    pattern = re.compile(words.encode() + rb"\s*\(", re.IGNORECASE)
    found = list(pattern.finditer(text.data, start, leftmost(node[key])))
    opening = found[0 if key == "qual" else -1].end() - 1 if found else leftmost(node[key])
    return condition(node[key], text.slice(*inside_brackets(text.data, opening)))


def create_policy(node: Node, text: Text, start: int) -> Create:
    """Read CREATE POLICY."""
    name = place_name(Name(None, node["policy_name"], start, start), text, start, _POLICY_WORDS)
    value = NewPolicy(
        range_name(node["table"], text),
        node.get("cmd_name", "all"),
        node.get("permissive", False),
        tuple([role_name(role["RoleSpec"]) for role in node.get("roles", ())]) or ("public",),
        _policy_expression(node, "qual", r"\bUSING", text, start),
        _policy_expression(node, "with_check", r"\bWITH\s+CHECK", text, start),
    )
    return Create("policy", name, value)


def alter_policy(node: Node, text: Text, start: int) -> Alter:
    """Read ALTER POLICY."""
    name = place_name(Name(None, node["policy_name"], start, start), text, start, _POLICY_WORDS)
    value = AlterPolicy(
        tuple([role_name(role["RoleSpec"]) for role in node["roles"]]) if "roles" in node else None,
        _policy_expression(node, "qual", r"\bUSING", text, start),
        _policy_expression(node, "with_check", r"\bWITH\s+CHECK", text, start),
    )
    return Alter("policy", range_name(node["table"], text), "settings", value, name.name)

"""Functions, triggers, policies, grants and extensions of a live server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import orjson

from azora_audit.catalog.tables import Extension, Function, Grant, Policy, Trigger

if TYPE_CHECKING:
    from azora_audit.sources.live.reader import Reader

FUNCTION_KINDS = {"f": "function", "p": "procedure", "a": "aggregate", "w": "window"}
VOLATILITIES = {"i": "immutable", "s": "stable", "v": "volatile"}
COMMANDS = {"*": "all", "r": "select", "a": "insert", "w": "update", "d": "delete"}
ROW, BEFORE, INSERT, DELETE, UPDATE, TRUNCATE, INSTEAD = (1 << bit for bit in range(7))
"""Bits of pg_trigger.tgtype (pg_trigger.h)."""
ALWAYS_TRUE = re.compile(r"\(*(true|1 = 1)\)*")


def read_functions(reader: Reader) -> None:
    """Read functions, procedures and aggregates."""
    for (
        oid,
        schema,
        name,
        arguments,
        returns,
        language,
        kind,
        definer,
        volatility,
        settings,
        body,
    ) in reader.rows("functions"):
        chosen = dict(setting.split("=", 1) for setting in settings or ())
        identifier = reader.add("function", name, ("pg_proc", oid, 0), schema=schema)
        reader.functions[oid] = identifier
        reader.facts.rows(Function).append(
            Function(
                id=identifier,
                service_id=reader.facts.service_id,
                schema=schema,
                name=name,
                arguments=arguments,
                returns=returns or "",
                language=language,
                kind=FUNCTION_KINDS[kind],
                security_definer=definer,
                volatility=VOLATILITIES[volatility],
                search_path=chosen.get("search_path"),
                body=body,
            )
        )


def read_triggers(reader: Reader) -> None:
    """Read triggers, except those that implement constraints."""
    for (
        oid,
        table,
        name,
        kind,
        enabled,
        columns,
        arguments,
        function,
        function_name,
        definition,
    ) in reader.rows("triggers"):
        if table not in reader.tables:
            continue
        timing = "instead of" if kind & INSTEAD else "before" if kind & BEFORE else "after"
        literals = [part.decode("utf-8", "replace") for part in bytes(arguments).split(b"\0")[:-1]]
        names = reader.names_of(table, columns)
        reader.facts.rows(Trigger).append(
            Trigger(
                id=reader.add("trigger", name, ("pg_trigger", oid, 0), reader.tables[table]),
                table_id=reader.tables[table],
                name=name,
                timing=timing,
                level="row" if kind & ROW else "statement",
                on_insert=bool(kind & INSERT),
                on_update=bool(kind & UPDATE),
                on_delete=bool(kind & DELETE),
                on_truncate=bool(kind & TRUNCATE),
                update_columns=orjson.dumps(names).decode() if names else None,
                condition=trigger_condition(definition) if reader.printed(definition) is not None else None,
                function_id=reader.functions.get(function),
                function_name=function_name,
                arguments=orjson.dumps(literals).decode(),
                enabled=enabled != "D",
            )
        )


def trigger_condition(definition: str) -> str:
    """Return what is in the parentheses of WHEN; pg_get_expr cannot print a tree with two rows, OLD and NEW."""
    head = definition.rpartition(") EXECUTE FUNCTION ")[0]
    return head.partition(" WHEN (")[2]


def read_policies(reader: Reader) -> None:
    """Read row level security policies."""
    for oid, table, name, command, permissive, roles, using, check in reader.rows("policies"):
        if table in reader.tables:
            reader.facts.rows(Policy).append(
                Policy(
                    id=reader.add("policy", name, ("pg_policy", oid, 0), reader.tables[table]),
                    table_id=reader.tables[table],
                    name=name,
                    command=COMMANDS[command],
                    permissive=permissive,
                    roles=orjson.dumps(roles).decode(),
                    using_expression=reader.printed(using),
                    check_expression=reader.printed(check),
                    using_always_true=using is not None and ALWAYS_TRUE.fullmatch(using) is not None,
                    check_always_true=check is not None and ALWAYS_TRUE.fullmatch(check) is not None,
                )
            )


def read_grants(reader: Reader) -> None:
    """Read privileges on tables, columns, views, sequences, functions and types."""
    for catalog, oid, grantee, privilege, grantable, columns in reader.rows("grants"):
        target = reader.entities.get((catalog, oid, 0))
        if target is not None:
            reader.facts.rows(Grant).append(
                Grant(
                    id=reader.facts.entity("grant", f"{privilege} to {grantee}", target),
                    object_id=target,
                    grantee=grantee,
                    privilege=privilege,
                    grantable=grantable,
                    columns=orjson.dumps(columns).decode() if columns else None,
                )
            )


def read_extensions(reader: Reader) -> None:
    """Read installed extensions."""
    for oid, name, schema, version in reader.rows("extensions"):
        identifier = reader.add("extension", name, ("pg_extension", oid, 0))
        reader.facts.rows(Extension).append(
            Extension(identifier, reader.facts.service_id, name, schema, version)
        )

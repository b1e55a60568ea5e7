"""Views, functions, triggers, policies, privileges and comments as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog import tables as rows
from azora_audit.catalog.annotations import MARK
from azora_audit.sources.ddl.emit.texts import json_list
from azora_audit.sources.ddl.replay.state import Function, Sequence, Table, UserType, View
from azora_audit.sources.ddl.typenames import DISPLAY, quote_type_name

if TYPE_CHECKING:
    from azora_audit.sources.ddl.emit.writer import Writer
    from azora_audit.sources.ddl.replay.session import Session
    from azora_audit.sources.ddl.replay.state import Resolved, Trigger


def emit_view(writer: Writer, view: View) -> None:
    """Add the rows of a view."""
    identifier = writer.ids[view]
    writer.facts.rows(rows.View).append(
        rows.View(
            identifier,
            1,
            view.schema.name,
            view.name,
            view.materialized,
            view.definition,
            view.invoker,
            view.barrier,
            view.check_option,
        )
    )
    for relation in view.reads:
        if isinstance(relation, Table) and relation in writer.ids:
            writer.facts.rows(rows.ViewRead).append(rows.ViewRead(identifier, writer.ids[relation]))


def emit_functions(writer: Writer, session: Session) -> None:
    """Add the rows of functions."""
    for schema in session.schemas.values():
        for overloads in schema.functions.values():
            for function in overloads:
                _emit_function(writer, function)


def _emit_function(writer: Writer, function: Function) -> None:
    identifier = writer.top("function", function.name, function.schema.name, function.origin, function)
    path = function.search_path
    writer.facts.rows(rows.Function).append(
        rows.Function(
            identifier,
            1,
            function.schema.name,
            function.name,
            ", ".join([_bare(writer, argument) for argument in function.arguments]),
            _returns(writer, function),
            function.language,
            function.kind,
            function.definer,
            function.volatility,
            None if path is None else ", ".join([quote_type_name(name) for name in path]),
            function.body,
        )
    )


def _bare(writer: Writer, resolved: Resolved) -> str:
    """Return a type without its modifiers, as format_type prints the arguments of functions."""
    brackets = "[]" if resolved.array else ""
    if resolved.builtin is not None:
        return DISPLAY.get(resolved.builtin, resolved.builtin) + brackets
    described = writer.type(resolved)
    return (
        described.type.split("(")[0].removesuffix("[]") + brackets if resolved.modifiers else described.type
    )


def _returns(writer: Writer, function: Function) -> str:
    if function.kind == "procedure":
        return ""
    if function.table:
        columns = [f"{quote_type_name(name)} {_bare(writer, type_)}" for name, type_ in function.table]
        return f"TABLE({', '.join(columns)})"
    if function.returns is not None:
        return ("SETOF " if function.set_of else "") + _bare(writer, function.returns)
    if len(function.outputs) == 1:
        return _bare(writer, function.outputs[0])
    return "record" if function.outputs else ""


def emit_triggers(writer: Writer, table: Table) -> None:
    """Add the rows of a table's triggers; constraint triggers are triggers of the user too."""
    for trigger in table.triggers.values():
        identifier = writer.part("trigger", trigger.name, writer.ids[table], trigger.origin, trigger)
        writer.facts.rows(rows.Trigger).append(_trigger_row(writer, table, trigger, identifier))


def _trigger_row(writer: Writer, table: Table, trigger: Trigger, identifier: int) -> rows.Trigger:
    function = trigger.function
    return rows.Trigger(
        identifier,
        writer.ids[table],
        trigger.name,
        trigger.timing,
        "row" if trigger.row else "statement",
        "insert" in trigger.events,
        "update" in trigger.events,
        "delete" in trigger.events,
        "truncate" in trigger.events,
        json_list([column.name for column in trigger.columns]) if trigger.columns else None,
        trigger.condition,
        writer.ids.get(function) if function is not None else None,
        function.name if function is not None else trigger.function_name,
        json_list(trigger.arguments),
        trigger.enabled,
    )


def emit_policies(writer: Writer, table: Table) -> None:
    """Add the rows of a table's policies."""
    for policy in table.policies.values():
        identifier = writer.part("policy", policy.name, writer.ids[table], policy.origin, policy)
        writer.facts.rows(rows.Policy).append(
            rows.Policy(
                identifier,
                writer.ids[table],
                policy.name,
                policy.command,
                policy.permissive,
                json_list(sorted(policy.roles)),
                policy.using.text if policy.using is not None else None,
                policy.check.text if policy.check is not None else None,
                policy.using is not None and policy.using.true,
                policy.check is not None and policy.check.true,
            )
        )


def emit_grants(writer: Writer) -> None:
    """Add the rows of privileges on everything that has an entity."""
    for thing, identifier in [item for item in writer.ids.items() if type(item[0]) in _GRANTABLE]:
        for (grantee, privilege), grantable in (thing.grants or {}).items():  # type: ignore[attr-defined]  # these have
            _emit_grant(writer, thing, identifier, (grantee, privilege, grantable), None)
        if isinstance(thing, (Table, View)):
            _emit_column_grants(writer, thing, identifier)


_GRANTABLE = (Table, View, Sequence, Function, UserType)


def _emit_column_grants(writer: Writer, table: Table | View, identifier: int) -> None:
    columns: dict[tuple[str, str, bool], list[str]] = {}
    for column in table.columns.values():
        for (grantee, privilege), grantable in (column.grants or {}).items():
            columns.setdefault((grantee, privilege, grantable), []).append(column.name)
    for granted, names in columns.items():
        _emit_grant(writer, table, identifier, granted, json_list(sorted(names)))


def _emit_grant(
    writer: Writer, thing: object, identifier: int, granted: tuple[str, str, bool], columns: str | None
) -> None:
    grantee, privilege, grantable = granted
    origin = thing.origin  # type: ignore[attr-defined]  # everything that can be granted on has one
    grant = writer.part(
        "grant", f"{privilege} to {grantee}", identifier, origin, (identifier, granted, columns)
    )
    writer.facts.rows(rows.Grant).append(
        rows.Grant(grant, identifier, grantee, privilege, grantable, columns)
    )


def emit_comments(writer: Writer, session: Session) -> None:
    """Add the rows of comments, and the allowances in them."""
    comments = writer.facts.rows(rows.Comment)
    for thing, identifier in writer.ids.items():
        text = thing.comment  # type: ignore[attr-defined]  # everything but privileges has one, and they come later
        if text is not None:
            comments.append(rows.Comment(identifier, text, "sql"))
            # the comment on a copy (LIKE ... INCLUDING COMMENTS) was not made anywhere
            if MARK in text and thing in session.comment_origins:
                from azora_audit.sources.ddl.notes import allow_in_comment  # noqa: PLC0415 -- as the condition says

                allow_in_comment(writer.facts, identifier, text, session.comment_origins[thing])

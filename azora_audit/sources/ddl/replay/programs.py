"""Views, functions, triggers and policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azora_audit.sources.ddl import actions
from azora_audit.sources.ddl.replay.partitions import inherit_trigger
from azora_audit.sources.ddl.replay.registry import require_no_type
from azora_audit.sources.ddl.replay.rights import apply_defaults
from azora_audit.sources.ddl.replay.session import SYSTEM_SCHEMAS, Refused, Session, conflict, unknown
from azora_audit.sources.ddl.replay.state import Function, Policy, Resolved, Table, Trigger, View

if TYPE_CHECKING:
    from azora_audit.sources.ddl.replay.state import Column


def create_view(session: Session, action: actions.Create) -> None:
    """Replay CREATE VIEW and CREATE MATERIALIZED VIEW."""
    value = action.value
    assert isinstance(value, actions.NewView)  # noqa: S101 -- what Create("view") holds
    name = action.name
    # A view of a temporary table is temporary itself, whether it says so or not.
    passing = session.temporary.relations and any(
        (found := session.find(*read)) is not None and found.schema.temporary for read in value.reads
    )
    schema = session.schema_for(name, temporary=value.temporary or bool(passing))
    present = schema.relations.get(name.name)
    if present is not None:
        if action.if_not_exists:
            return
        if not (action.replace and isinstance(present, View)):
            raise conflict("relation", name.name, name.at)
    else:
        require_no_type(schema, name)
    origin = session.origin(name.at, name.end)
    view = (
        present
        if isinstance(present, View)
        else View(schema, name.name, origin, materialized=value.materialized)
    )
    view.origin = origin
    view.definition = value.definition
    view.invoker, view.barrier, view.check_option = value.invoker, value.barrier, value.check_option
    for before in view.reads:
        before.readers.pop(view, None)
    view.reads = {}
    schema.relations[name.name] = view
    for read_schema, read_name in value.reads:
        relation = session.find(read_schema, read_name)
        if isinstance(relation, (Table, View)):
            view.reads[relation] = None
            if relation is not view:
                relation.readers[view] = None
        elif not _is_system(read_schema, read_name):
            label = read_name if read_schema is None else f"{read_schema}.{read_name}"
            session.remark(
                "unknown-object", f'"{label}", which a view reads, was not read; the view is kept.', name.at
            )
    view.uses = _columns_used(session, value)
    if present is None:
        apply_defaults(session, view, "table")


def _columns_used(session: Session, value: actions.NewView) -> dict[Column, None]:
    """Return the columns of tables that a view surely uses; where its query leaves doubt, none."""
    tables: dict[str, Table] = {}
    others = False
    for alias, schema, name in value.aliases:
        relation = session.find(schema, name)
        if isinstance(relation, Table):
            tables[alias] = relation
        else:
            others = True
    used: dict[Column, None] = {}
    for qualifier, name in value.columns:
        if qualifier:
            candidates = [tables[qualifier]] if qualifier in tables else []
        else:
            candidates = [table for table in tables.values() if name in table.columns]
            if qualifier is None and (len(candidates) > 1 or others):
                continue
        for table in candidates:
            used.update(
                dict.fromkeys(
                    table.columns.values()
                    if name == "*"
                    else [table.columns[name]]
                    if name in table.columns
                    else []
                )
            )
    return used


def _is_system(schema: str | None, name: str) -> bool:
    return schema in SYSTEM_SCHEMAS or (schema is None and name.startswith("pg_"))


def create_function(session: Session, action: actions.Create) -> None:
    """Replay CREATE FUNCTION, PROCEDURE and AGGREGATE."""
    value = action.value
    assert isinstance(value, actions.NewFunction)  # noqa: S101 -- what Create("function") holds
    name = action.name
    schema = session.schema_for(name)
    arguments = tuple([session.type(item) for item in value.inputs])
    overloads = schema.functions.setdefault(name.name, [])
    present = next((item for item in overloads if same_types(item.arguments, arguments)), None)
    if present is not None and not action.replace:
        raise conflict("function", name.name, name.at)
    if present is not None and present.returns is not None and value.returns is not None:
        returns = session.type(value.returns)
        if present.set_of != value.set_of or not same_types((present.returns,), (returns,)):
            raise Refused(
                "conflict", f'function "{name.name}" keeps what it returns until it is dropped.', name.at
            )
    origin = session.origin(name.at, name.end)
    function = present or Function(schema, name.name, origin, arguments)
    function.origin = origin
    function.arguments = arguments
    function.outputs = tuple([session.type(item) for item in value.outputs])
    function.table = tuple([(column, session.type(item)) for column, item in value.table])
    function.returns = session.type(value.returns) if value.returns is not None else None
    function.set_of = value.set_of
    function.kind, function.language, function.volatility = (
        value.kind,
        value.language.lower(),
        value.volatility,
    )
    function.definer, function.body = value.definer, value.body
    function.search_path = _path(session, value.search_path)
    if present is None:
        overloads.append(function)
        apply_defaults(session, function, "function")
    for extension in session.extensions.values():
        extension.dependants.pop(function, None)  # OR REPLACE forgets what it depends on


def _path(session: Session, path: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Return the search path of a function, which may be the one of the session."""
    if path != actions.CURRENT_PATH:
        return path
    default = session.path is session.initial_path  # one that was set may be equal, but is another tuple
    return ("$user", *session.path) if default else session.path


def same_types(first: tuple[Resolved, ...], second: tuple[Resolved, ...]) -> bool:
    """Say whether two lists of types are equal without their modifiers, as they are for overloading."""
    return len(first) == len(second) and all(
        (one.builtin, one.type, one.unknown, one.array)
        == (other.builtin, other.type, other.unknown, other.array)
        for one, other in zip(first, second, strict=True)
    )


def find_function(
    session: Session, name: actions.Name, arguments: tuple[actions.TypeName, ...] | None
) -> Function | None:
    """Look a routine up by name and, if they are said, argument types."""
    candidates = session.functions(name.schema, name.name)
    if not candidates:
        return None
    if arguments is None:
        return candidates[0] if len(candidates) == 1 else None
    wanted = tuple([session.type(item) for item in arguments])
    return next((item for item in candidates if same_types(item.arguments, wanted)), None)


def alter_function(session: Session, action: actions.Alter) -> None:
    """Replay ALTER FUNCTION's settings."""
    function = find_function(session, action.name, action.arguments)
    if function is None:
        raise unknown("function", action.name.name, action.name.at)
    settings: dict[str, Any] = action.value if isinstance(action.value, dict) else {}
    function.definer = settings.get("definer", function.definer)
    function.volatility = settings.get("volatility", function.volatility)
    if "path" in settings:
        function.search_path = _path(session, settings["path"])


def create_trigger(session: Session, action: actions.Create) -> None:
    """Replay CREATE TRIGGER, on partitions too."""
    value = action.value
    assert isinstance(value, actions.NewTrigger)  # noqa: S101 -- what Create("trigger") holds
    table = session.relation(value.table, "table")
    if not isinstance(table, (Table, View)):
        raise Refused(
            "conflict", f'"{table.name}" is not a table, so the trigger is not made.', value.table.at
        )
    present = table.triggers.get(action.name.name)
    if present is not None and (not action.replace or present.constraint or present.parent is not None):
        raise conflict("trigger", action.name.name, action.name.at)
    trigger = Trigger(table, action.name.name, session.origin(action.name.at, action.name.end))
    trigger.timing, trigger.row, trigger.events = value.timing, value.row, frozenset(value.events)
    if isinstance(table, Table):
        trigger.columns = [session.column(table, column, value.table.at) for column in value.columns]
    if isinstance(table, Table):
        trigger.reads = [table.columns[name] for name in value.condition_columns if name in table.columns]
    trigger.condition, trigger.arguments = value.condition, value.arguments
    trigger.function_name = value.function.name
    trigger.function = find_function(session, value.function, ())
    trigger.constraint = value.constraint
    if value.watched is not None:
        session.table(value.watched).watched_by.append(trigger)
    if trigger.function is None and not known_trigger_function(session, value.function):
        session.remark(
            "unknown-object",
            f'function "{value.function.name}", which a trigger calls, was not read; the trigger is kept.',
            action.name.at,
        )
    table.triggers[trigger.name] = trigger
    if isinstance(table, Table) and trigger.row:
        for child in table.children:
            if child.partition_of is table:
                inherit_trigger(trigger, child)


def known_trigger_function(session: Session, name: actions.Name) -> bool:
    """Say whether a trigger's function is PostgreSQL's own or an extension's."""
    own = name.name in (
        "suppress_redundant_updates_trigger",
        "tsvector_update_trigger",
        "tsvector_update_trigger_column",
    )
    return (
        own
        or (name.name == "moddatetime" and "moddatetime" in session.extensions)
        or bool({"lo", "spi", "autoinc", "insert_username", "refint"} & session.extensions.keys())
    )


def create_policy(session: Session, action: actions.Create) -> None:
    """Replay CREATE POLICY."""
    value = action.value
    assert isinstance(value, actions.NewPolicy)  # noqa: S101 -- what Create("policy") holds
    table = session.table(value.table)
    if action.name.name in table.policies:
        raise conflict("policy", action.name.name, action.name.at)
    policy = Policy(table, action.name.name, session.origin(action.name.at, action.name.end))
    policy.command, policy.permissive, policy.roles = value.command, value.permissive, value.roles
    policy.using, policy.check = value.using, value.check
    policy.columns = _policy_columns(table, policy)
    table.policies[policy.name] = policy


def _policy_columns(table: Table, policy: Policy) -> list[Column]:
    names = [name for item in (policy.using, policy.check) if item is not None for name in item.columns]
    return [table.columns[name] for name in names if name in table.columns]


def alter_policy(session: Session, action: actions.Alter) -> None:
    """Replay ALTER POLICY."""
    table = session.table(action.name)
    policy = table.policies.get(action.part or "")
    if policy is None:
        raise unknown("policy", action.part or "", action.name.at)
    value = action.value
    assert isinstance(value, actions.AlterPolicy)  # noqa: S101 -- what this verb holds
    policy.roles = value.roles if value.roles is not None else policy.roles
    policy.using = value.using if value.using is not None else policy.using
    policy.check = value.check if value.check is not None else policy.check
    policy.columns = _policy_columns(table, policy)

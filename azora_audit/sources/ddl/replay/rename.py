"""Renaming objects and moving them to another schema; references are by object, so that all follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azora_audit.sources.ddl.replay.programs import find_function, same_types
from azora_audit.sources.ddl.replay.registry import (
    enter,
    family,
    has_tables,
    leave,
    not_null_named,
    tables_of,
)
from azora_audit.sources.ddl.replay.session import Refused, Session, conflict, unknown
from azora_audit.sources.ddl.replay.state import (
    Check,
    Exclusion,
    Function,
    Index,
    Key,
    Table,
    UserType,
    View,
)
from azora_audit.sources.ddl.replay.texts import rename_in_expressions

if TYPE_CHECKING:
    from collections.abc import Callable

    from azora_audit.sources.ddl import actions
    from azora_audit.sources.ddl.replay.state import Column, Constraint, Schema, Thing


def rename(session: Session, action: actions.Alter) -> None:
    """Replay ALTER ... RENAME."""
    handler = _RENAMES.get(action.kind, _rename_relation)
    handler(session, action, str(action.value))


def _rename_relation(session: Session, action: actions.Alter, new: str) -> None:
    relation = session.find(action.name.schema, action.name.name)
    if relation is None:
        if action.if_exists:
            return
        raise unknown(action.kind, action.name.name, action.name.at)
    if isinstance(relation, Index) and relation.constraint is not None:
        _rename_key(relation.constraint, new, action.name.at)
        return
    relations = relation.schema.relations
    if new in relations:
        raise conflict("relation", new, action.name.at)
    if isinstance(relation, (Table, View)) and new in relation.schema.types:
        raise conflict("type", new, action.name.at)  # its rows have a type of its name
    relation.schema.relations = _renamed(relations, relation.name, new)
    relation.name = new
    session.types_changed()


def _renamed(items: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """Return a dictionary with one key renamed; it is changed in place, and the object goes to the end."""
    items[new] = items.pop(old)
    return items


def _rename_column(session: Session, action: actions.Alter, new: str) -> None:
    relation = session.find(action.name.schema, action.name.name)
    if isinstance(relation, View):
        if action.part in relation.columns:
            column = relation.columns[new] = relation.columns.pop(action.part)
            column.name = new
        return
    if not isinstance(relation, Table):
        if action.if_exists:
            return
        raise unknown("table", action.name.name, action.name.at)
    if action.part not in relation.columns:
        raise unknown("column", f"{relation.name}.{action.part}", action.name.at)
    if relation.columns[action.part].inherited:
        raise Refused("conflict", f'column "{action.part}" is inherited and keeps its name.', action.name.at)
    for member in family(relation, only=False):
        if new in member.columns:
            raise conflict("column", f"{member.name}.{new}", action.name.at)
    rename_column(relation, action.part, new)


def rename_column(table: Table, old: str, new: str) -> None:
    """Rename a column in its table and all that inherit it, keeping the order of columns."""
    if old not in table.columns:
        return
    table.columns = {(new if name == old else name): column for name, column in table.columns.items()}
    table.columns[new].name = new
    rename_in_expressions(table, table.columns[new], old)
    for child in table.children:
        rename_column(child, old, new)


def _rename_constraint(session: Session, action: actions.Alter, new: str) -> None:
    relation = session.find(action.name.schema, action.name.name)
    if not isinstance(relation, Table):
        if action.if_exists:
            return
        raise unknown("table", action.name.name, action.name.at)
    constraint = relation.constraints.get(action.part or "")
    if constraint is None:
        for trigger in relation.triggers.values():
            if trigger.constraint == action.part:
                trigger.constraint = new
                return
        required = not_null_named(relation, action.part or "")
        if required is None:
            raise unknown("constraint", action.part or "", action.name.at)
        _rename_not_null(relation, required, new)
        return
    if new in relation.constraints:
        raise conflict("constraint", new, action.name.at)
    if isinstance(constraint, (Key, Exclusion)):
        _rename_key(constraint, new, action.name.at)
        return
    _rename_in_family(relation, constraint, new)


def _rename_not_null(table: Table, column: Column, new: str) -> None:
    if column.not_null is None:
        return
    column.not_null.name = new
    table.schema.not_null_names.add(new)
    for child in table.children:
        own = child.columns.get(column.name)
        if own is not None and own.not_null is not None and own.not_null.inherited:
            _rename_not_null(child, own, new)


def _rename_in_family(table: Table, constraint: Constraint, new: str) -> None:
    """Rename a constraint, and a check in children too (rename_constraint_internal, tablecmds.c)."""
    old = constraint.name
    leave(constraint)
    constraint.name = new
    enter(constraint)
    for child in table.children if isinstance(constraint, Check) else ():
        copy = child.constraints.get(old)
        if isinstance(copy, Check) and copy.inherited:
            _rename_in_family(child, copy, new)


def _rename_key(constraint: Key | Exclusion, new: str, at: int) -> None:
    """Rename a constraint together with its index."""
    index = constraint.index
    if new in index.schema.relations:
        raise conflict("relation", new, at)
    leave(constraint)
    _renamed(index.schema.relations, index.name, new)
    index.name = constraint.name = new
    enter(constraint)


def _rename_type(session: Session, action: actions.Alter, new: str) -> None:
    found = session.user_type(action.name.schema, action.name.name)
    if found is None:
        raise unknown("type", action.name.name, action.name.at)
    if new in found.schema.types or isinstance(found.schema.relations.get(new), (Table, View)):
        raise conflict("type", new, action.name.at)
    _renamed(found.schema.types, found.name, new)
    found.name = new
    session.types_changed()


def _rename_domain_constraint(session: Session, action: actions.Alter, new: str) -> None:
    found = session.user_type(action.name.schema, action.name.name)
    check = (
        next((item for item in found.checks if item.name == action.part), None) if found is not None else None
    )
    if found is None or check is None:
        raise unknown("constraint", action.part or "", action.name.at)
    if any(other.name == new for other in found.checks):
        raise conflict("constraint", new, action.name.at)
    leave(check)
    check.name = new
    enter(check)


def _rename_attribute(session: Session, action: actions.Alter, new: str) -> None:
    found = session.user_type(action.name.schema, action.name.name)
    column = (
        next((item for item in found.columns if item.name == action.part), None)
        if found is not None
        else None
    )
    if found is None or column is None:
        raise unknown("attribute", action.part or "", action.name.at)
    if any(item.name == new for item in found.columns):
        raise conflict("attribute", f"{found.name}.{new}", action.name.at)
    typed = tables_of(session, found)
    if typed and not action.cascade:
        raise has_tables(found, typed)
    for table in typed:
        rename_column(table, column.name, new)
    column.name = new


def _rename_trigger(session: Session, action: actions.Alter, new: str) -> None:
    table = session.find(action.name.schema, action.name.name)
    if not isinstance(table, (Table, View)) or action.part not in table.triggers:
        raise unknown("trigger", action.part or "", action.name.at)
    if new in table.triggers and new != action.part:
        raise conflict("trigger", new, action.name.at)
    _rename_trigger_of(table, action.part, new)


def _rename_trigger_of(table: Table | View, old: str, new: str) -> None:
    trigger = table.triggers.pop(old)
    trigger.name = new
    table.triggers[new] = trigger
    for child in table.children if isinstance(table, Table) else ():
        copy = child.triggers.get(old)
        if copy is not None and copy.parent is trigger:
            _rename_trigger_of(child, old, new)


def _rename_policy(session: Session, action: actions.Alter, new: str) -> None:
    table = session.find(action.name.schema, action.name.name)
    if not isinstance(table, Table) or action.part not in table.policies:
        if action.if_exists:
            return
        raise unknown("policy", action.part or "", action.name.at)
    if new in table.policies:
        raise conflict("policy", new, action.name.at)
    policy = table.policies.pop(action.part)
    policy.name = new
    table.policies[new] = policy


def _rename_function(session: Session, action: actions.Alter, new: str) -> None:
    function = find_function(session, action.name, action.arguments)
    if function is None:
        raise unknown("function", action.name.name, action.name.at)
    overloads = function.schema.functions.get(new, [])
    if any(same_types(other.arguments, function.arguments) for other in overloads):
        raise conflict("function", new, action.name.at)
    function.schema.functions[function.name].remove(function)
    function.name = new
    function.schema.functions.setdefault(new, []).append(function)


def _rename_schema(session: Session, action: actions.Alter, new: str) -> None:
    schema = session.schemas.get(action.name.name)
    if schema is None:
        raise unknown("schema", action.name.name, action.name.at)
    if new in session.schemas:
        raise conflict("schema", new, action.name.at)
    _renamed(session.schemas, schema.name, new)
    schema.name = new
    session.types_changed()


def move(session: Session, thing: Thing, target: Schema) -> None:
    """Move an object, and what belongs to it, to another schema."""
    if thing.schema is target:
        return
    if isinstance(thing, Function):
        thing.schema.functions[thing.name].remove(thing)
        target.functions.setdefault(thing.name, []).append(thing)
        thing.schema = target
        return
    if isinstance(thing, UserType):
        for check in thing.checks:
            leave(check)
        thing.schema.types.pop(thing.name, None)
        target.types[thing.name] = thing
        thing.schema = target
        for check in thing.checks:
            enter(check)
        session.types_changed()
        return
    if thing.name in target.relations:
        raise conflict("relation", thing.name)
    _move_relation(thing, target)
    session.types_changed()


def _move_relation(thing: Any, target: Schema) -> None:
    constraints: list[Constraint] = list(thing.constraints.values()) if isinstance(thing, Table) else []
    for constraint in constraints:
        leave(constraint)
    thing.schema.relations.pop(thing.name, None)
    target.relations[thing.name] = thing
    thing.schema = target
    for constraint in constraints:
        enter(constraint)
    if isinstance(thing, (Table, View)):
        for index in thing.indexes:
            _move_relation(index, target)
    if isinstance(thing, Table):
        for column in thing.columns.values():
            for sequence in column.owned or ():
                _move_relation(sequence, target)


_RENAMES: dict[str, Callable[[Session, actions.Alter, str], None]] = {
    "column": _rename_column,
    "constraint": _rename_constraint,
    "type": _rename_type,
    "domain": _rename_type,
    "domain-constraint": _rename_domain_constraint,
    "attribute": _rename_attribute,
    "trigger": _rename_trigger,
    "policy": _rename_policy,
    "function": _rename_function,
    "schema": _rename_schema,
}

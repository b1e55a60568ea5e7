"""CREATE and ALTER of types, domains, schemas and extensions."""

from __future__ import annotations

from typing import Any, cast

from azora_audit.sources.ddl import actions
from azora_audit.sources.ddl.replay.alter import composite_column
from azora_audit.sources.ddl.replay.columns import is_no_default
from azora_audit.sources.ddl.replay.extensions import TYPES
from azora_audit.sources.ddl.replay.naming import constraint_name
from azora_audit.sources.ddl.replay.registry import enter, leave
from azora_audit.sources.ddl.replay.session import Session, conflict, unknown
from azora_audit.sources.ddl.replay.state import Check, Extension, Schema, Sequence, UserType


def _new_type(session: Session, action: actions.Create, kind: str) -> UserType:
    name = action.name
    schema = session.schema_for(name)
    if name.name in schema.types or name.name in schema.relations:
        raise conflict("type", name.name, name.at)
    made = UserType(schema, name.name, session.origin(name.at, name.end), kind)
    schema.types[name.name] = made
    session.types_changed()
    if session.default_privileges:
        from azora_audit.sources.ddl.replay.rights import apply_defaults  # noqa: PLC0415 -- few schemas have any

        apply_defaults(session, made, "type")
    return made


def create_enum(session: Session, action: actions.Create) -> None:
    """Replay CREATE TYPE ... AS ENUM."""
    _new_type(session, action, "enum").values = list(action.value)  # type: ignore[call-overload]  # labels


def create_domain(session: Session, action: actions.Create) -> None:
    """Replay CREATE DOMAIN."""
    written, collation, constraints = cast(
        "tuple[actions.TypeName, str | None, tuple[actions.Constraint, ...]]", action.value
    )
    resolved = session.type(written)
    made = _new_type(session, action, "domain")
    made.type, made.collation = resolved, collation
    if isinstance(resolved.type, UserType) and not resolved.array:
        made.default, made.sequence = resolved.type.default, resolved.type.sequence
    for constraint in constraints:
        if isinstance(constraint, actions.NotNull):
            made.not_null = constraint.value
        elif isinstance(constraint, actions.DefaultTo):
            set_domain_default(session, made, constraint.expression)
        elif isinstance(constraint, actions.CheckThat):
            add_domain_check(session, made, constraint)


def set_domain_default(session: Session, domain: UserType, expression: object) -> None:
    """Give a domain a default or none."""
    domain.default = domain.sequence = None
    if not isinstance(expression, actions.Expression):
        return
    if domain.type is not None and is_no_default(session, expression, domain.type):
        return
    domain.default = expression.text
    found = session.find(*expression.sequence) if expression.sequence is not None else None
    if isinstance(found, Sequence):
        domain.sequence, found.shared = found, True


def add_domain_check(session: Session, domain: UserType, check: actions.CheckThat) -> None:
    """Add a CHECK constraint to a domain."""
    name = check.name
    if name is None:
        name = constraint_name(domain.schema, domain.name, None, "check")
    elif any(other.name == name for other in domain.checks):
        raise conflict("constraint", name, check.at)
    made = Check(domain, name, session.origin(check.at, check.end), check.expression.text)
    made.validated = check.validated
    domain.checks.append(made)
    enter(made)


def create_composite(session: Session, action: actions.Create) -> None:
    """Replay CREATE TYPE ... AS (columns)."""
    made = _new_type(session, action, "composite")
    for definition in action.value:  # type: ignore[attr-defined]  # column definitions
        made.columns.append(composite_column(session, made, definition))


def create_range(session: Session, action: actions.Create) -> None:
    """Replay CREATE TYPE ... AS RANGE, which makes a multirange type too."""
    made = _new_type(session, action, "range")
    given = action.value
    if isinstance(given, actions.Name):
        name = given.name
    elif "range" in made.name:
        name = made.name.replace("range", "multirange", 1)
    else:
        name = f"{made.name}_multirange"
    made.multirange = made.schema.types[name] = UserType(made.schema, name, made.origin, "range")


def create_base(session: Session, action: actions.Create) -> None:
    """Replay CREATE TYPE name (...) and CREATE TYPE name, its shell."""
    schema = session.schema_for(action.name)
    if action.name.name not in schema.types:
        _new_type(session, action, "base")


def create_schema(session: Session, action: actions.Create) -> None:
    """Replay CREATE SCHEMA."""
    name = action.name.name
    if name in session.schemas:
        if action.if_not_exists or name in session.initial_path:
            return
        raise conflict("schema", name, action.name.at)
    schema = session.schemas[name] = Schema(name)
    schema.owner = action.value if isinstance(action.value, str) else None
    session.types_changed()


def create_extension(session: Session, action: actions.Create) -> None:
    """Replay CREATE EXTENSION, with the types of those that are well known."""
    name = action.name
    if name.name in session.extensions:
        if action.if_not_exists:
            return
        raise conflict("extension", name.name, name.at)
    schema_name, version = cast("tuple[str | None, str | None]", action.value)
    known_schema, types = TYPES.get(name.name, (None, ()))
    schema = (
        session.schema_for(actions.Name(known_schema or schema_name, name.name, name.at, name.end))
        if (known_schema != "pg_catalog")
        else None
    )
    extension = Extension(name.name, session.origin(name.at, name.end))
    extension.schema, extension.version = schema, version
    session.extensions[name.name] = extension
    for type_name in types:
        if schema is not None and type_name not in schema.types:
            made = UserType(schema, type_name, extension.origin, "base")
            made.extension = name.name
            schema.types[type_name] = made
    session.types_changed()


def alter_enum(session: Session, action: actions.Alter) -> None:
    """Replay ALTER TYPE ... ADD VALUE and RENAME VALUE."""
    found = session.user_type(action.name.schema, action.name.name)
    if found is None or found.kind != "enum":
        raise unknown("enum", action.name.name, action.name.at)
    value: Any = action.value
    if action.verb == "rename-value":
        old, new = value
        if old not in found.values:
            raise unknown("value", f"{found.name}.{old}", action.name.at)
        if new in found.values:
            raise conflict("value", f"{found.name}.{new}", action.name.at)
        found.values[found.values.index(old)] = new
        return
    label, neighbour, after = value
    if label in found.values:
        if action.if_exists:
            return
        raise conflict("value", f"{found.name}.{label}", action.name.at)
    if neighbour is None:
        found.values.append(label)
    elif neighbour in found.values:
        found.values.insert(found.values.index(neighbour) + after, label)
    else:
        raise unknown("value", f"{found.name}.{neighbour}", action.name.at)


def alter_domain(session: Session, action: actions.Alter) -> None:
    """Replay ALTER DOMAIN."""
    found = session.user_type(action.name.schema, action.name.name)
    if found is None or found.kind != "domain":
        raise unknown("domain", action.name.name, action.name.at)
    if action.verb == "default":
        set_domain_default(session, found, action.value)
    elif action.verb in ("set-not-null", "drop-not-null"):
        found.not_null = action.verb == "set-not-null"
    elif action.verb == "add-constraint":
        if isinstance(action.value, actions.NotNull):
            found.not_null = True
        elif isinstance(action.value, actions.CheckThat):
            add_domain_check(session, found, action.value)
    else:
        _alter_domain_constraint(found, action)


def _alter_domain_constraint(found: UserType, action: actions.Alter) -> None:
    check = next((item for item in found.checks if item.name == action.part), None)
    if check is None:
        if action.if_exists:
            return
        raise unknown("constraint", action.part or "", action.name.at)
    if action.verb == "validate-constraint":
        check.validated = True
    else:
        found.checks.remove(check)
        leave(check)

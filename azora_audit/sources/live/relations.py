"""Tables, columns, types, sequences and views of a live server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from azora_audit.catalog.tables import (
    Column,
    Default,
    Domain,
    Enum,
    EnumValue,
    Inheritance,
    Sequence,
    Table,
    View,
    ViewRead,
)
from azora_audit.sources.live.keys import closing
from azora_audit.sources.live.nodes import default_kind
from azora_audit.sources.live.reader import TypeFact

if TYPE_CHECKING:
    from azora_audit.sources.live.reader import Reader

TABLE_KINDS = {"r": "ordinary", "p": "partitioned", "f": "foreign"}
TYPE_KINDS = {"e": "enum", "c": "composite", "r": "range", "m": "range"}
KEY_NAME = re.compile(r'(?:"(?:[^"]|"")+"|[\w$]+)(?:\.(?:"(?:[^"]|"")+"|[\w$]+))?')
"""A column or function in a partition key."""
NO_MODIFIER = -1
SCALE_MASK, SCALE_SIGN = 0x7FF, 0x400
"""numeric's scale: eleven bits, signed (numeric.c)."""
NO_PRECISION = 0xFFFF
"""An interval without a precision (timestamp.h: INTERVAL_FULL_PRECISION)."""


def read_relations(reader: Reader) -> None:
    """Read tables and views, then who is a partition of or inherits from whom."""
    facts, rows = reader.facts, list(reader.rows("relations"))
    parents: dict[int, list[tuple[int, int]]] = {}
    for child, parent, position in reader.rows("inheritance"):
        parents.setdefault(child, []).append((parent, position))
    for oid, schema, name, kind, *_ in rows:
        view = kind in ("v", "m")
        identifier = reader.add("view" if view else "table", name, ("pg_class", oid, 0), schema=schema)
        (reader.views if view else reader.tables)[oid] = identifier
    for oid, schema, name, kind, persistence, secured, forced, owner, key, bound, options in rows:
        if kind in ("v", "m"):
            add_view(reader, reader.views[oid], (schema, name, kind == "m"), options)
            continue
        strategy, _, columns = (reader.printed(key) or "").partition(" ")
        partition = reader.printed(bound) is not None
        parent = reader.tables.get(parents[oid][0][0]) if partition else None
        facts.rows(Table).append(
            Table(
                id=reader.tables[oid],
                service_id=facts.service_id,
                schema=schema,
                name=name,
                kind=TABLE_KINDS[kind],
                persistence="unlogged" if persistence == "u" else "permanent",
                partition_of_id=parent,
                partition_strategy=strategy.lower() or None,
                partition_key=key_parts(columns[1:-1]) or None,
                partition_bound=bound,
                row_security=secured,
                force_row_security=forced,
                implicit_join=False,
                owner=owner,
            )
        )
        for inherited, position in () if partition else parents.get(oid, ()):
            if inherited in reader.tables:
                row = Inheritance(reader.tables[oid], reader.tables[inherited], position)
                facts.rows(Inheritance).append(row)


def key_parts(key: str) -> str:
    """Return the columns and expressions of a partition key without their collations and operator classes."""
    parts = []
    while key:
        name = KEY_NAME.match(key)
        end = name.end() if name else 0
        if key[end : end + 1] == "(":
            end += closing(key[end + 1 :]) + 2
        parts.append(key[:end])
        _, _, key = key[end:].partition(", ")
    return ", ".join(parts)


def add_view(
    reader: Reader, identifier: int, named: tuple[str, str, bool], options: list[str] | None
) -> None:
    """Add the row of a view; `named` is its schema, its name and whether it is materialized."""
    schema, name, materialized = named
    chosen = dict(option.split("=", 1) for option in options or ())
    reader.facts.rows(View).append(
        View(
            id=identifier,
            service_id=reader.facts.service_id,
            schema=schema,
            name=name,
            materialized=materialized,
            definition="",
            security_invoker=chosen.get("security_invoker") in ("true", "on"),
            security_barrier=chosen.get("security_barrier") in ("true", "on"),
            check_option=chosen.get("check_option"),
        )
    )


def read_view_reads(reader: Reader) -> None:
    """Read which tables a view mentions."""
    for view, table in reader.rows("view_reads"):
        if view in reader.views and table in reader.tables:
            reader.facts.rows(ViewRead).append(ViewRead(reader.views[view], reader.tables[table]))


def read_types(reader: Reader) -> None:
    """Read enums with their labels, and domains."""
    facts = reader.facts
    for (
        oid,
        schema,
        name,
        letter,
        base,
        core,
        core_name,
        core_kind,
        array,
        modifier,
        strict,
        default,
        owned,
    ) in reader.rows("types"):
        kind = "enum" if letter == "e" else "domain"
        identifier = None if owned else reader.add(kind, name, ("pg_type", oid, 0), schema=schema)
        reader.types[oid] = TypeFact(kind, identifier, core, core_name, core_kind, array, modifier, strict)
        if identifier is None:
            continue
        if kind == "enum":
            facts.rows(Enum).append(Enum(identifier, facts.service_id, schema, name))
        else:
            row = Domain(identifier, facts.service_id, schema, name, base, not strict, default)
            facts.rows(Domain).append(row)
    positions: dict[int, int] = {}
    for oid, label in reader.rows("enum_values"):
        identifier = reader.types[oid].id
        if identifier is not None:
            positions[oid] = positions.get(oid, 0) + 1
            facts.rows(EnumValue).append(EnumValue(identifier, positions[oid], label))


def read_sequences(reader: Reader) -> set[tuple[int, int]]:
    """Read sequences; return the columns (table, number) that own one."""
    owners: set[tuple[int, int]] = set()
    for oid, schema, name, kind, start, step, minimum, maximum, cycle, table, number in reader.rows(
        "sequences"
    ):
        owner = reader.columns.get((table, number))
        if owner is not None:
            owners.add((table, number))
        reader.facts.rows(Sequence).append(
            Sequence(
                id=reader.add("sequence", name, ("pg_class", oid, 0), schema=schema),
                service_id=reader.facts.service_id,
                schema=schema,
                name=name,
                type=kind,
                start=start,
                increment=step,
                minimum=minimum,
                maximum=maximum,
                cycle=cycle,
                owned_by_column_id=owner,
            )
        )
    return owners


def read_columns(reader: Reader) -> None:
    """Read the columns of tables and their defaults; sequences too, for they tell serial columns."""
    rows = []
    for row in reader.rows("columns"):
        table, number, name, *_ = row
        reader.column_names[table, number] = name  # an extension's, too: foreign keys may refer to them
        if table in reader.tables:
            rows.append(row)
            identifier = reader.facts.entity("column", name, reader.tables[table])
            reader.columns[table, number] = reader.entities["pg_class", table, number] = identifier
    owners = read_sequences(reader)
    position, previous = 0, 0
    for row in rows:
        position = position + 1 if row[0] == previous else 1
        previous = row[0]
        add_column(reader, row, position, (row[0], row[1]) in owners)


def add_column(reader: Reader, row: tuple[Any, ...], position: int, owner: bool) -> None:
    """Add the rows of one column; `owner` says that it owns a sequence."""
    table, number, name, written, core, core_name, core_kind, array, modifier, strict, *rest = row
    identity, generated, collation, expression, tree = rest
    reader.printed(expression)
    declared = reader.types.get(core)
    kind, nullable = TYPE_KINDS.get(core_kind, "base"), not strict
    if core_kind == "d":
        kind = "domain"
        core_name, array, modifier, nullable = resolve_domain(reader, core, array, modifier, nullable)
    length, precision, scale = dimensions(core_name, modifier)
    identifier = reader.columns[table, number]
    found = default_kind(tree) if expression is not None and not generated else None
    function = function_name(found.function, expression) if found is not None else None
    sequence = function == "nextval"
    reader.facts.rows(Column).append(
        Column(
            id=identifier,
            table_id=reader.tables[table],
            name=name,
            position=position,
            type=written,
            base_type=core_name,
            type_written=written,
            type_kind=kind,
            type_id=declared.id if declared is not None else None,
            length=length,
            precision=precision,
            scale=scale,
            array=array,
            nullable=nullable,
            identity={"a": "always", "d": "by default"}.get(identity),
            generated={"s": "stored", "v": "virtual"}.get(generated),
            generation_expression=expression if generated else None,
            serial=owner and sequence,
            collation=collation,
        )
    )
    if found is not None:
        reader.facts.rows(Default).append(
            Default(identifier, expression, "sequence" if sequence else found.kind, function)
        )


def resolve_domain(
    reader: Reader, core: int, array: bool, modifier: int, nullable: bool
) -> tuple[str, bool, int, bool]:
    """Follow domains to the base type: its name, whether it is an array, its modifier, whether it takes null."""
    name = ""
    while (domain := reader.types.get(core)) is not None and domain.kind == "domain":
        nullable = nullable and (array or not domain.not_null)  # an array of not-null things may be null
        array = array or domain.array
        core, name, modifier = domain.core, domain.core_name, domain.modifier
    return name, array, modifier, nullable


def function_name(function: int | str | None, expression: str) -> str | None:
    """Return the lower-case name, without schema, of the function that a default calls."""
    if not isinstance(function, int):
        return function
    called = re.match(r'[(]*((?:"(?:[^"]|"")*"|[\w$]+)\.)?("(?:[^"]|"")*"|[\w$]+)\(', expression)
    return called[2].strip('"').replace('""', '"').lower() if called else None


def dimensions(base_type: str, modifier: int) -> tuple[int | None, int | None, int | None]:
    """Unpack a type modifier into length, precision and scale (see format_type.c and each type's typmodout)."""
    length = precision = scale = None
    if modifier == NO_MODIFIER:
        pass
    elif base_type in ("character", "character varying"):
        length = modifier - 4
    elif base_type in ("bit", "bit varying"):
        length = modifier
    elif base_type == "numeric":
        precision = (modifier - 4) >> 16 & 0xFFFF
        scale = ((modifier - 4) & SCALE_MASK ^ SCALE_SIGN) - SCALE_SIGN
    elif base_type == "interval":
        precision = None if modifier & NO_PRECISION == NO_PRECISION else modifier & NO_PRECISION
    elif base_type.startswith(("time ", "timestamp ")):
        precision = modifier
    return length, precision, scale

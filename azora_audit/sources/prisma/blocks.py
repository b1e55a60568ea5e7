"""Top-level blocks: their names and attributes, enums, and the tables and views of models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.tables import Enum, EnumValue, Model, Table, View
from azora_audit.sources.prisma.attributes import Binder, block_map
from azora_audit.sources.prisma.comments import allow, describe
from azora_audit.sources.prisma.model import EnumInfo, ModelInfo, name_place
from azora_audit.sources.prisma.names import cut
from azora_audit.sources.prisma.native_types import SCALARS

if TYPE_CHECKING:
    from azora_audit.sources.prisma.model import Schema
    from azora_audit.sources.prisma.syntax import Block, BlockAttribute, Fault

_RESERVED_WORDS = """
    PrismaClient async await break case catch class const continue debugger default delete do else enum
    export extends false finally for function if implements import in instanceof interface let new null
    package private protected public return super switch this throw true try typeof using var void while
    with yield
"""
_RESERVED = frozenset(_RESERVED_WORDS.split())
"""Words of JavaScript that the client could not use as a type's name."""

_MODEL_ATTRIBUTES = frozenset({"map", "schema", "ignore", "id", "unique", "index", "fulltext"})
_ENUM_ATTRIBUTES = frozenset({"map", "schema"})
_REPEATED = frozenset({"unique", "index", "fulltext"})


def check_identifier(schema: Schema, path: str, line: int, column: int, name: str) -> None:
    """Note a name that Prisma does not allow."""
    if name[0].isdigit() or "-" in name:
        why = "begins with a digit" if name[0].isdigit() else "has a hyphen"
        schema.problem(
            path, line, column, f"the name `{name}` {why}", "Names have letters, digits and underscores."
        )


def check_name(schema: Schema, block: Block, taken: dict[str, Block]) -> None:
    """Note a block whose name is taken, reserved or malformed; `taken` has the blocks so far by name."""
    place = name_place(block)
    check_identifier(schema, block.path, block.line, block.column, block.name)
    other = taken.setdefault(block.name, block)
    if other is not block:
        article = "an" if other.kind == "enum" else "a"
        message = f"the name `{block.name}` is already that of {article} {other.kind}"
        schema.at(
            place, message, f"The other one is at {other.path}:{other.line}; rename or remove one of them."
        )
    if block.name in SCALARS or (block.name in _RESERVED and block.kind != "type"):
        schema.at(
            place, f"the name `{block.name}` is reserved", "Choose another and keep this one with `@@map`."
        )


def _block_attributes(schema: Schema, block: Block, known: frozenset[str]) -> dict[str, list[BlockAttribute]]:
    """Return the attributes of a block by name, without those that cannot stand."""
    found: dict[str, list[BlockAttribute]] = {}
    for item in block.attributes:
        name = item.attribute.name
        if name not in known:
            schema.problem(block.path, item.line, item.column, f"unknown attribute `@@{name}`")
        elif name in found and name not in _REPEATED:
            schema.problem(
                block.path, item.line, item.column, f"the attribute `@@{name}` can stand only once"
            )
        else:
            found.setdefault(name, []).append(item)
    for name in ("ignore",):
        for item in found.get(name, ()):
            faults: list[Fault] = []
            Binder(item.attribute, f"@{name}", faults)
            schema.faults(faults, block.path, item.line, item.column)
    return found


def _mapped(schema: Schema, block: Block, found: dict[str, list[BlockAttribute]]) -> str | None:
    for item in found.get("map", ()):
        faults: list[Fault] = []
        name = block_map(item.attribute, faults)
        schema.faults(faults, block.path, item.line, item.column)
        return name
    return None


def _namespace(schema: Schema, block: Block, found: dict[str, list[BlockAttribute]]) -> str:
    """Return the PostgreSQL schema of a block."""
    schemas = schema.config.schemas
    for item in found.get("schema", ()):
        faults: list[Fault] = []
        binder = Binder(item.attribute, "@schema", faults)
        name = binder.text("map")
        if name is None and not faults:
            binder.fault('expected a name: `@@schema("...")`')
        schema.faults(faults, block.path, item.line, item.column)
        if name is not None and name not in schemas:
            message = f"the schema `{name}` is not in the datasource"
            schema.problem(block.path, item.line, item.column, message, f'Add `schemas = ["{name}"]` to it.')
        return name or "public"
    if schemas:
        message = (
            f"expected `@@schema(...)`: the datasource has schemas, the {block.kind} `{block.name}` has none"
        )
        schema.at(name_place(block), message, f'Add `@@schema("{schemas[0]}")`.')
    return "public"


def add_enum(schema: Schema, block: Block) -> None:
    """Append an enum and its values, and keep it under its name."""
    found = _block_attributes(schema, block, _ENUM_ATTRIBUTES)
    name = cut(_mapped(schema, block, found) or block.name)
    owner = _namespace(schema, block, found)
    facts = schema.facts
    identifier = facts.entity("enum", name, schema=owner, origin=("prisma", name_place(block)))
    facts.rows(Enum).append(Enum(identifier, facts.service_id, owner, name))
    members: dict[str, str] = {}
    for line in block.values:
        check_identifier(schema, block.path, line.line, line.column, line.name)
        if line.name in members:
            message = f"the value `{line.name}` is already defined in the enum `{block.name}`"
            schema.problem(block.path, line.line, line.column, message, "Remove one of them.")
            continue
        members[line.name] = line.name
        faults: list[Fault] = []
        for number, attribute in enumerate(line.attributes):
            if attribute.name == "map" and number == 0:
                members[line.name] = block_map(attribute, faults) or line.name
            else:
                message = (
                    f"`@{attribute.name}` cannot stand here"
                    if attribute.name != "map"
                    else "`@map` stands twice"
                )
                schema.problem(block.path, line.line, line.tail_column + attribute.start, message)
        schema.faults(faults, block.path, line.line, line.tail_column)
    for position, value in enumerate(members.values(), 1):
        facts.rows(EnumValue).append(EnumValue(identifier, position, value))
    if not members:
        schema.at(name_place(block), f"expected at least one value in the enum `{block.name}`")
    inside = [comment for line in block.values for comment in line.comments]
    described = [*block.description, *(comment for item in block.attributes for comment in item.comments)]
    describe(facts, identifier, described, block.path, schema.problems)
    allow(facts, identifier, [*inside, *block.comments], block.path, schema.problems)
    schema.enums.setdefault(block.name, EnumInfo(block, name, owner, identifier, members))


def register(schema: Schema, block: Block) -> None:
    """Append the table or view of a block, and keep the model under its name."""
    found = _block_attributes(schema, block, _MODEL_ATTRIBUTES)
    for item in found.get("fulltext", ()):
        schema.problem(
            block.path, item.line, item.column, "`@@fulltext` is not for PostgreSQL", "Use a GIN index."
        )
    table = _mapped(schema, block, found) or block.name
    owner = _namespace(schema, block, found)
    model = ModelInfo(block, table, owner, found)
    if block.name in schema.models:
        return
    schema.models[block.name] = model
    facts = schema.facts
    name = cut(table)
    kind = "view" if model.view else "table"
    model.id = facts.entity(kind, name, schema=owner, origin=("prisma", name_place(block)))
    if model.view:
        view = View(model.id, facts.service_id, owner, name, False, "", False, False, None)
        facts.rows(View).append(view)
    else:
        facts.rows(Table).append(
            Table(
                model.id,
                facts.service_id,
                owner,
                name,
                "ordinary",
                "permanent",
                None,
                None,
                None,
                None,
                row_security=False,
                force_row_security=False,
                implicit_join=False,
                owner=None,
            )
        )
    facts.rows(Model).append(Model(model.id, block.name, model.ignored))
    if block.description:
        describe(facts, model.id, block.description, block.path, schema.problems)
    if block.comments:
        allow(facts, model.id, block.comments, block.path, schema.problems)


def check_tables(schema: Schema) -> list[ModelInfo]:
    """Note enums that share a type, and models that share a table; return the latter but the first of each."""
    types: dict[tuple[str, str], EnumInfo] = {}
    for enum in schema.enums.values():
        twin = types.setdefault((enum.schema, enum.name), enum)
        if twin is not enum:
            message = f"the type `{enum.name}` is already that of the enum `{twin.block.name}`"
            schema.at(name_place(enum.block), message, 'Name the type: `@@map("...")`.')
    tables: dict[tuple[str, str], ModelInfo] = {}
    clashing = []
    for model in schema.models.values():
        other = tables.setdefault((model.schema, model.table), model)
        if other is not model:
            message = f"the table `{model.table}` is already that of the {other.block.kind} `{other.name}`"
            schema.at(name_place(model.block), message, 'Name the table: `@@map("...")`.')
            clashing.append(model)
    return clashing

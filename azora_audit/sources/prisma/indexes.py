"""`@id`, `@unique`, `@@id`, `@@unique`, `@@index` -> primary keys and indexes (Prisma makes no UNIQUE constraints)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from azora_audit.catalog.identifiers import quote_literal
from azora_audit.catalog.tables import Index, IndexColumn, IndexPredicateColumn, KeyColumn, PrimaryKey
from azora_audit.sources.prisma.attributes import Binder
from azora_audit.sources.prisma.comments import describe
from azora_audit.sources.prisma.model import IndexSpec, attribute_place
from azora_audit.sources.prisma.names import cut, index_name, primary_key_name, unique_name
from azora_audit.sources.prisma.operators import check_index, operator_class
from azora_audit.sources.prisma.syntax import Array, Call, Fault, Mapping, Name, Number, Text

if TYPE_CHECKING:
    from azora_audit.sources.prisma.attributes import KeySpec
    from azora_audit.sources.prisma.model import ColumnInfo, ModelInfo, Schema
    from azora_audit.sources.prisma.syntax import BlockAttribute, Value

_METHODS = {
    "BTree": "btree",
    "Hash": "hash",
    "Gist": "gist",
    "Gin": "gin",
    "SpGist": "spgist",
    "Brin": "brin",
}
_SORT = {"Asc": "asc", "Desc": "desc"}
_CLIENT_NAME = re.compile(r"\w*\Z", re.ASCII)
_NOT_NULL = r'(?i)\s*\(*\s*(?:"(?:[^"]|"")+"|[A-Za-z_]\w*)\s+is\s+not\s+null\s*\)*\s*\Z'
_SQL_WORD = r"""'(?:[^']|'')*'|"((?:[^"]|"")+)"|([^\W\d]\w*)"""


class _Fields(list["ColumnInfo"]):
    """The columns of an index, with the order and operator class of each."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: list[str] = []
        self.operator_classes: list[Value | None] = []


def _resolve(model: ModelInfo, binder: Binder) -> _Fields | None:
    """Return the fields of a block attribute, or None if they are not all columns of the model."""
    value = binder.values.get("fields")
    if value is None:
        binder.fault(f"expected fields: `@@{binder.attribute.name}([...])`")
        return None
    found = _Fields()
    faults = len(binder.faults)
    items = value.items if isinstance(value, Array) else (value,)
    for item in items:
        name = item.text if isinstance(item, Name) else item.name if isinstance(item, Call) else None
        column = model.columns.get(name) if name is not None else None
        if name is None:
            binder.fault("expected the name of a field", item)
        elif column is None:
            relation = any(field.line.name == name for field in model.relations)
            what = "is a relation" if relation else f"is not in the {model.block.kind} `{model.name}`"
            binder.fault(f"the field `{name}` {what}", item, "Name scalar fields of the model.")
        elif column in found:
            binder.fault(f"the field `{name}` stands twice", item)
        else:
            found.append(column)
            _read_arguments(item, binder, found)
    if not items:
        binder.fault("expected at least one field")
    return found if len(binder.faults) == faults else None


def _read_arguments(item: Value, binder: Binder, found: _Fields) -> None:
    """Read `(sort: Desc, ops: raw("..."))` behind a field."""
    order, operators = "", None
    for argument in item.arguments if isinstance(item, Call) else ():
        value = argument.value
        if argument.name == "sort":
            if isinstance(value, Name) and value.text in _SORT:
                order = order or _SORT[value.text]
            else:
                binder.fault("expected Asc or Desc for `sort`", value)
        elif argument.name == "ops":
            operators = operators or value
        elif argument.name == "length":
            binder.fault("the argument `length` is not for PostgreSQL", value)
    found.orders.append(order)
    found.operator_classes.append(operators)


def _names(columns: _Fields) -> list[str]:
    return [column.name for column in columns]


def read_block_key(schema: Schema, model: ModelInfo, item: BlockAttribute) -> IndexSpec | None:
    """Read `@@id`, `@@unique` or `@@index`; None when it cannot stand."""
    attribute, path = item.attribute, model.block.path
    kind = attribute.name
    faults: list[Fault] = []
    binder = Binder(attribute, f"@{kind}", faults)
    fields = _resolve(model, binder)
    for name in ("length", "clustered", "sort", "ops"):
        if name in binder.values:
            binder.fault(f"the argument `{name}` has no meaning here", binder.values[name])
    mapped, client_name = binder.name("map"), binder.text("name")
    method = binder.constant("type", _METHODS) or "btree"
    if kind == "index":
        if mapped is not None and client_name is not None:
            binder.fault("`map` and `name` cannot stand together", binder.values["name"], "Use `map`.")
        mapped = mapped or client_name
    elif client_name is not None and not _CLIENT_NAME.match(client_name):
        binder.fault("expected letters, digits and underscores for `name`", binder.values["name"])
    place = attribute_place(path, item.line, item.column, attribute)
    spec = None
    if fields is not None:
        default = {"id": lambda table, _columns: primary_key_name(table), "unique": unique_name}.get(
            kind, index_name
        )
        spec = IndexSpec(
            tuple(fields),
            tuple(fields.orders),
            tuple(fields.operator_classes),
            mapped or default(model.table, _names(fields)),
            binder.values.get("where"),
            method,
            place,
        )
        faults.extend(check_index(spec, kind, attribute.start))
        _check_client_name(model, spec, kind, client_name, binder)
    schema.faults(faults, path, item.line, item.column)
    return spec


def _check_client_name(
    model: ModelInfo, spec: IndexSpec, kind: str, client_name: str | None, binder: Binder
) -> None:
    """Note a name that the client would give to a key and to a field."""
    if kind == "index":
        return
    joined = "_".join(column.line.name for column in spec.columns)
    names = {joined} if len(spec.columns) > 1 else set()
    if client_name is not None:
        names.add(client_name)
    taken = {
        *model.columns,
        *(field.line.name for field in model.relations if field.line.name == client_name),
    }
    for name in sorted(names & taken):
        binder.fault(f"the key's name `{name}` is also the name of a field", None, 'Give it a `name: "..."`.')


def read_field_key(
    schema: Schema, model: ModelInfo, column: ColumnInfo, spec: KeySpec, *, identity: bool
) -> IndexSpec:
    """Read `@id` or `@unique` on a field."""
    line = column.line
    default = primary_key_name(model.table) if identity else unique_name(model.table, [column.name])
    place = attribute_place(model.block.path, line.line, line.tail_column, spec.attribute)
    order = "desc" if spec.descending else ""
    found = IndexSpec((column,), (order,), (None,), spec.map or default, spec.where, "btree", place)
    if not identity:
        faults = check_index(found, "unique", spec.attribute.start)
        schema.faults(faults, model.block.path, line.line, line.tail_column)
    return found


def add_primary_key(schema: Schema, model: ModelInfo, spec: IndexSpec) -> int:
    """Append a primary key and its index; return the key's entity."""
    facts = schema.facts
    identifier = facts.entity("primary-key", spec.name, model.id, model.schema, ("prisma", spec.place))
    facts.rows(PrimaryKey).append(
        PrimaryKey(identifier, model.id, spec.name, deferrable=False, initially_deferred=False)
    )
    for position, column in enumerate(spec.columns, 1):
        facts.rows(KeyColumn).append(KeyColumn(identifier, position, column.id))
    add_index(schema, model, spec, unique=True, constraint_id=identifier)
    return identifier


def add_index(
    schema: Schema, model: ModelInfo, spec: IndexSpec, *, unique: bool, constraint_id: int | None = None
) -> int:
    """Append an index and return its entity."""
    facts = schema.facts
    predicate, only_not_null, read = _predicate(schema, model, spec)
    name = cut(spec.name)
    identifier = facts.entity("index", name, model.id, model.schema, ("prisma", spec.place))
    facts.rows(Index).append(
        Index(
            identifier,
            model.id,
            name,
            spec.method,
            unique,
            nulls_not_distinct=False,
            constraint_id=constraint_id,
            predicate=predicate,
            predicate_only_not_null=only_not_null,
            valid=True,
            concurrently=False,
        )
    )
    rows = schema.index_columns
    for position, column in enumerate(spec.columns, 1):
        descending = spec.orders[position - 1] == "desc"
        operators = operator_class(spec.operator_classes[position - 1], spec.method)
        rows.append(
            IndexColumn(identifier, position, column.id, None, False, descending, descending, operators, None)
        )
    for column in read:
        facts.rows(IndexPredicateColumn).append(IndexPredicateColumn(identifier, column.id))
    return identifier


def _predicate(
    schema: Schema, model: ModelInfo, spec: IndexSpec
) -> tuple[str | None, bool, list[ColumnInfo]]:
    """Return the WHERE clause of a partial index, whether it is only NOT NULL tests, and the columns it reads."""
    where = spec.where
    if where is None:
        return None, False, []
    if isinstance(where, Call) and where.name == "raw" and where.arguments:
        text = where.arguments[0].value
        if isinstance(text, Text) and text.value:
            names = {quoted.replace('""', '"') or word for quoted, word in re.findall(_SQL_WORD, text.value)}
            read = [column for column in model.columns.values() if column.name in names]
            tests = re.split(r"\s+and\s+", text.value, flags=re.IGNORECASE)
            return text.value, all(re.match(_NOT_NULL, test) for test in tests), read
    if isinstance(where, Mapping) and where.entries:
        return _mapped_predicate(schema, model, spec, where)
    schema.at(spec.place, 'expected `raw("...")` or `{ field: value }` for `where`')
    return None, False, []


def _mapped_predicate(
    schema: Schema, model: ModelInfo, spec: IndexSpec, where: Mapping
) -> tuple[str | None, bool, list[ColumnInfo]]:
    tests, read, only_not_null = [], [], True
    for name, value in where.entries:
        column = model.columns.get(name)
        test = None if column is None else _test(column, value)
        if column is None or test is None:
            schema.at(
                spec.place,
                f"`where` cannot be understood at `{name}`",
                "Name a field and a value of its type.",
            )
            return None, False, []
        tests.append(test)
        read.append(column)
        only_not_null = only_not_null and test.endswith(" IS NOT NULL")
    return " AND ".join(tests), only_not_null, read


def _test(column: ColumnInfo, value: Value) -> str | None:
    """Return one comparison as Prisma writes it, or None when it is none."""
    negated = isinstance(value, Mapping)
    if isinstance(value, Mapping):
        if len(value.entries) != 1 or value.entries[0][0] != "not":
            return None
        value = value.entries[0][1]
    escaped = column.name.replace('"', '""')
    if isinstance(value, Name) and value.text == "null":
        return f'"{escaped}" IS {"NOT " if negated else ""}NULL'
    operator = "!=" if negated else "="
    if isinstance(value, Name) and value.text in {"true", "false"} and column.scalar == "Boolean":
        return f'"{escaped}" {operator} {value.text}'
    if isinstance(value, Number) and column.scalar in {"Int", "BigInt", "Float", "Decimal"}:
        return f'"{escaped}" {operator} {json.loads(value.text)}'
    if isinstance(value, Text) and column.scalar in {"String", "DateTime"}:
        return f'"{escaped}" {operator} {quote_literal(value.value)}'
    return None


def documented(schema: Schema, model: ModelInfo, identifier: int, item: BlockAttribute) -> None:
    """Append what the comments beside a block attribute say of its index."""
    if item.comments:
        describe(schema.facts, identifier, item.comments, model.block.path, schema.problems)

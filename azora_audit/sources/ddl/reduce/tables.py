"""CREATE TABLE, CREATE TABLE AS and CREATE INDEX out of parse trees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.sources.ddl.actions import (
    ColumnDefinition,
    CreateIndex,
    CreateTable,
    CreateTableAs,
    DefaultTo,
    Like,
    Name,
    NotNull,
    Selected,
)
from azora_audit.sources.ddl.reduce.constraints import (
    EXPRESSION_TAIL,
    column_constraints,
    elements_of,
    reduce_constraint,
)
from azora_audit.sources.ddl.reduce.labels import index_label
from azora_audit.sources.ddl.reduce.nodes import (
    column_names,
    condition,
    leftmost,
    listed_name,
    range_name,
    strings,
    type_name,
)
from azora_audit.sources.ddl.scan import IDENTIFIER, SPACE, end_of_element, inside_brackets, skip_blanks

if TYPE_CHECKING:
    from azora_audit.sources.ddl.actions import Constraint, TypeName
    from azora_audit.sources.ddl.parse import Node
    from azora_audit.sources.ddl.reduce.nodes import Text

PERSISTENCE = {"p": "permanent", "u": "unlogged", "t": "temporary"}
"""Persistence by libpg_query's letter."""

_LIKE_OPTIONS = (
    "comments",
    "compression",
    "constraints",
    "defaults",
    "generated",
    "identity",
    "indexes",
    "statistics",
    "storage",
)
"""CREATE_TABLE_LIKE_... in the order of their bits (parsenodes.h)."""

_STRATEGIES = {
    "PARTITION_STRATEGY_RANGE": "range",
    "PARTITION_STRATEGY_LIST": "list",
    "PARTITION_STRATEGY_HASH": "hash",
}

_INDEX_NAME = re.compile(
    rb"\bINDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(" + IDENTIFIER + rb")", re.IGNORECASE
)
_WHERE = re.compile(rb"\bWHERE\b" + SPACE, re.IGNORECASE)


def column_definition(node: Node, text: Text, limit: int | None = None) -> ColumnDefinition:
    """Read a column of CREATE TABLE or ADD COLUMN; `limit` is where the next element begins, if that is known.

    Most columns of a schema differ in their names only, so that what follows the name is remembered by its text.
    """
    start = node["location"]
    data, base, name = text.data, text.base, node["colname"]
    written = node.get("typeName")
    if written is None:
        end = end_of_name(text, start)
        constraints = column_constraints(node.get("constraints"), None, text)
        return ColumnDefinition(name, start + base, end + base, None, None, constraints, start + base)
    type_at = written.get("location", 0)
    end = start + len(data[start:type_at].rstrip())
    if end - start != len(name):
        end = end_of_name(text, start)
    rest = data[type_at:limit] if limit is not None else b""
    known = _RESTS.get(rest)
    if known is not None:
        type_, collation_name, constraints = known
        return ColumnDefinition(
            name, start + base, end + base, type_, collation_name, constraints, type_at + base
        )
    collation = node.get("collClause")
    constraints = column_constraints(
        node.get("constraints"), collation.get("location", 0) if collation else None, text
    )
    type_ = type_name(written, text)
    collation_name = strings(collation["collname"])[-1] if collation else None
    if rest and len(_RESTS) < _MOST_RESTS and all(type(item) in _WITHOUT_PLACE for item in constraints):
        _RESTS[rest] = (type_, collation_name, constraints)
    return ColumnDefinition(
        name, start + base, end + base, type_, collation_name, constraints, type_at + base
    )


_WITHOUT_PLACE = (NotNull, DefaultTo)
_MOST_RESTS = 20_000
_RESTS: dict[bytes, tuple[TypeName, str | None, tuple[Constraint, ...]]] = {}
"""What follows the names of columns, by its text: what it means to the grammar never changes."""

_NAME = re.compile(IDENTIFIER)


def end_of_name(text: Text, at: int) -> int:
    """Return where the identifier at an offset of the piece ends."""
    match = _NAME.match(text.data, at)
    return match.end() if match else at


def _like(node: Node, text: Text) -> Like:
    bits = node.get("options", 0)
    return Like(
        range_name(node["relation"], text),
        frozenset(option for index, option in enumerate(_LIKE_OPTIONS) if bits & (1 << index)),
    )


def table_elements(nodes: list[Node], text: Text) -> tuple[ColumnDefinition | Constraint | Like, ...]:
    """Read columns, constraints and LIKE of a table in their order."""
    elements: list[ColumnDefinition | Constraint | Like] = []
    limit: int | None = None
    for wrapper in reversed(nodes):
        ((kind, node),) = wrapper.items()
        if kind == "ColumnDef":
            elements.append(column_definition(node, text, limit))
        elif kind == "Constraint":
            constraint = reduce_constraint(node, text)
            if constraint is not None:
                elements.append(constraint)
        elif kind == "TableLikeClause":
            elements.append(_like(node, text))
        limit = node.get("location")
    elements.reverse()
    return tuple(elements)


def partition_bound(node: Node, text: Text) -> str:
    """Return the bound of a partition: FOR VALUES ... with the values as written, or DEFAULT."""
    if node.get("is_default"):
        return "DEFAULT"
    at = node.get("location", 0)
    if node["strategy"] == "h":
        return f"FOR VALUES WITH (modulus {node.get('modulus', 0)}, remainder {node.get('remainder', 0)})"
    opening = text.data.index(b"(", at)
    values = text.slice(*inside_brackets(text.data, opening))
    if node["strategy"] == "l":
        return f"FOR VALUES IN ({values})"
    second = text.data.index(b"(", _after_group(text, opening))
    return f"FOR VALUES FROM ({values}) TO ({text.slice(*inside_brackets(text.data, second))})"


def _after_group(text: Text, opening: int) -> int:
    _start, end = inside_brackets(text.data, opening)
    return skip_blanks(text.data, end) + 1


def create_table(node: Node, text: Text, kind: str = "ordinary") -> CreateTable:
    """Read CREATE TABLE, PARTITION OF and typed tables included."""
    relation = node["relation"]
    parents = tuple([range_name(parent["RangeVar"], text) for parent in node.get("inhRelations", ())])
    bound = node.get("partbound")
    partitioning = node.get("partspec")
    strategy = key = None
    columns: tuple[str, ...] = ()
    if partitioning:
        kind = "partitioned"
        strategy = _STRATEGIES.get(partitioning["strategy"])
        elements = [part["PartitionElem"] for part in partitioning["partParams"]]
        key = _partition_key(elements, text.data.index(b"(", partitioning.get("location", 0)), text)
        columns = tuple(name for element in elements for name in _partition_columns(element))
    of_type = node.get("ofTypename")
    return CreateTable(
        range_name(relation, text),
        kind,
        PERSISTENCE[relation.get("relpersistence", "p")],
        table_elements(node["tableElts"], text) if "tableElts" in node else (),
        () if bound else parents,
        parents[0] if bound else None,
        partition_bound(bound, text) if bound else None,
        strategy,
        key,
        columns,
        listed_name(of_type["names"], of_type.get("location", 0) + text.base) if of_type else None,
        node.get("if_not_exists", False),
    )


def _partition_key(elements: list[Node], opening: int, text: Text) -> str:
    """Return columns and expressions of a partition key, comma separated."""
    parts = []
    at = opening + 1
    for element in elements:
        start = skip_blanks(text.data, at)
        end = end_of_element(text.data, start)
        written = EXPRESSION_TAIL.sub(b"", text.data[start:end]).decode()
        parts.append(quote_identifier(element["name"]) if "name" in element else written)
        at = skip_blanks(text.data, end) + 1
    return ", ".join(parts)


def _partition_columns(node: Node) -> tuple[str, ...]:
    return (node["name"],) if "name" in node else column_names(node["expr"])


def create_index(node: Node, text: Text, start: int) -> CreateIndex:
    """Read CREATE INDEX, whose statement begins at `start`."""
    relation = node["relation"]
    table = range_name(relation, text)
    name = node.get("idxname")
    at, end = table.at, table.end
    if name is not None:
        match = _INDEX_NAME.search(text.data, start)
        if match:
            at, end = match.start(1) + text.base, match.end(1) + text.base
    opening = text.data.index(b"(", table.end - text.base)
    elements = elements_of(node["indexParams"], opening, text)
    predicate = None
    if "whereClause" in node:
        words = list(_WHERE.finditer(text.data, opening, leftmost(node["whereClause"])))
        where = words[-1].end() if words else leftmost(node["whereClause"])
        predicate = condition(node["whereClause"], text.slice(where, end_of_element(text.data, where)))
    including = elements_of(node["indexIncludingParams"], 0, text) if "indexIncludingParams" in node else ()
    return CreateIndex(
        name,
        at,
        end,
        table,
        node.get("accessMethod") or "btree",
        node.get("unique", False),
        node.get("nulls_not_distinct", False),
        elements,
        including,
        predicate,
        node.get("concurrent", False),
        not relation.get("inh", False),
        node.get("if_not_exists", False),
    )


def _target_columns(node: Node, text: Text) -> tuple[tuple[str, Selected], ...] | None:
    """Return the columns of a query as far as their names can be told without resolving it."""
    query = node.get("SelectStmt")
    if query is None or query.get("op", "SETOP_NONE") != "SETOP_NONE" or "targetList" not in query:
        return None
    tables = _tables_of(query)
    using = _joins_columns(query)
    columns: list[tuple[str, Selected]] = []
    for wrapper in query["targetList"]:
        target = wrapper["ResTarget"]
        value = target["val"]
        source: Selected = None
        name = target.get("name")
        if "ColumnRef" in value:
            fields = value["ColumnRef"]["fields"]
            if "A_Star" in fields[-1]:
                wanted = tables if len(fields) == 1 else {strings(fields[-2:-1])[0]: None}
                starred = [tables.get(alias) for alias in wanted]
                if None in starred or (using and len(fields) == 1):
                    return None
                columns += [("*", (*found, "*")) for found in starred if found is not None]
                continue
            name = name or strings(fields)[-1]
            source = _column_named(fields, tables)
        elif "TypeCast" in value:
            source = type_name(value["TypeCast"]["typeName"], text)
            inner = value["TypeCast"]["arg"].get("ColumnRef")
            cast = _column_named(inner["fields"], tables) if inner is not None else None
            if cast is not None:
                source = (*cast, source)
        columns.append((name or index_label(value) or "?column?", source))
    return tuple(columns)


def _column_named(
    fields: list[Node], tables: dict[str, tuple[str | None, str]]
) -> tuple[str | None, str, str] | None:
    """Return schema, table and column of a reference to a column, where that can be told."""
    parts = strings(fields) if all("String" in field for field in fields) else ()
    found = tables.get(parts[-2]) if len(parts) > 1 else _only(tables)
    return (*found, parts[-1]) if found and parts else None


def _only(tables: dict[str, tuple[str | None, str]]) -> tuple[str | None, str] | None:
    return next(iter(tables.values())) if len(tables) == 1 else None


def _tables_of(query: Node) -> dict[str, tuple[str | None, str]]:
    tables: dict[str, tuple[str | None, str]] = {}
    stack = list(query.get("fromClause", ()))
    while stack:
        item = stack.pop(0)
        if "RangeVar" in item:
            relation = item["RangeVar"]
            alias = relation.get("alias", {}).get("aliasname", relation["relname"])
            tables[alias] = (relation.get("schemaname"), relation["relname"])
        elif "JoinExpr" in item:
            stack[:0] = [item["JoinExpr"]["larg"], item["JoinExpr"]["rarg"]]
        else:
            tables[f"?{len(tables)}"] = (None, "")
    return tables


def _joins_columns(query: Node) -> bool:
    """Say whether a join merges columns (USING, NATURAL), so that `*` has fewer of them."""
    stack = list(query.get("fromClause", ()))
    while stack:
        join = stack.pop().get("JoinExpr")
        if join is not None:
            if "usingClause" in join or join.get("isNatural"):
                return True
            stack += [join["larg"], join["rarg"]]
    return False


def create_table_as(node: Node, text: Text) -> CreateTableAs:
    """Read CREATE TABLE AS."""
    into = node["into"]
    return _made_by_query(into, node["query"], node.get("if_not_exists", False), text)


def select_into(node: Node, text: Text) -> CreateTableAs:
    """Read SELECT INTO."""
    return _made_by_query(node["intoClause"], {"SelectStmt": node}, False, text)


def _made_by_query(into: Node, query: Node, if_not_exists: bool, text: Text) -> CreateTableAs:
    name: Name = range_name(into["rel"], text)
    persistence = PERSISTENCE[into["rel"].get("relpersistence", "p")]
    given = strings(into.get("colNames"))
    return CreateTableAs(name, persistence, _target_columns(query, text), given, if_not_exists)

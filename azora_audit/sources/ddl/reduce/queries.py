"""Which relations and functions a query names."""

from __future__ import annotations

from typing import Any

from azora_audit.sources.ddl.reduce.nodes import strings


def tables_read(query: Any) -> tuple[tuple[str | None, str], ...]:
    """Return schema and name of the relations that a query reads, without the names of its own WITH queries."""
    found: dict[tuple[str | None, str], None] = {}
    stack: list[tuple[Any, frozenset[str]]] = [(query, frozenset())]
    while stack:
        node, hidden = stack.pop()
        if isinstance(node, list):
            stack.extend((item, hidden) for item in reversed(node))
            continue
        if not isinstance(node, dict):
            continue
        clause = node.get("withClause")
        if clause:
            names = frozenset(item["CommonTableExpr"]["ctename"] for item in clause.get("ctes", ()))
            hidden = hidden | names
        relation = node.get("RangeVar")
        if relation is not None:
            schema, name = relation.get("schemaname"), relation["relname"]
            if schema is not None or name not in hidden:
                found[schema, name] = None
            continue
        stack.extend((value, hidden) for value in reversed(list(node.values())))
    return tuple(found)


def functions_called(node: Any) -> tuple[tuple[str | None, str], ...]:
    """Return schema and name of the functions that a statement calls."""
    found: dict[tuple[str | None, str], None] = {}
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, list):
            stack.extend(current)
        elif isinstance(current, dict):
            call = current.get("FuncCall")
            if call is not None:
                parts = strings(call["funcname"])
                found[parts[-2] if len(parts) > 1 else None, parts[-1]] = None
            stack.extend(current.values())
    return tuple(found)


def columns_read(
    query: Any,
) -> tuple[tuple[tuple[str, str | None, str], ...], tuple[tuple[str | None, str], ...]]:
    """Return what a query calls its relations, and the columns that it names.

    A name that stands for two different relations in different parts of the query is left out: what a column behind
    it belongs to would take PostgreSQL's own analysis.
    """
    aliases: dict[str, tuple[str | None, str] | None] = {}
    columns: dict[tuple[str | None, str], None] = {}
    own: set[str] = set()
    stack = [query]
    while stack:
        current = stack.pop()
        if isinstance(current, list):
            stack.extend(current)
            continue
        if not isinstance(current, dict):
            continue
        relation = current.get("RangeVar")
        if relation is not None:
            name = (relation.get("schemaname"), relation["relname"])
            alias = _alias(relation)
            aliases[alias] = name if aliases.get(alias, name) == name else None
        if "CommonTableExpr" in current:
            own.add(current["CommonTableExpr"]["ctename"])
        reference = current.get("ColumnRef")
        if reference is not None:
            parts = [field["String"]["sval"] if "String" in field else "*" for field in reference["fields"]]
            if parts != ["*"]:
                columns[parts[-2] if len(parts) > 1 else None, parts[-1]] = None
        if _selects_all(current):
            columns.update(dict.fromkeys((_alias(relation), "*") for relation in _relations(current)))
        for name in current.get("usingClause") or ():
            columns["", name["String"]["sval"]] = None
        stack.extend(current.values())
    known = [
        (alias, *name)
        for alias, name in aliases.items()
        if name is not None and not (name[0] is None and name[1] in own)
    ]
    return tuple(known), tuple(columns)


def _alias(relation: dict[str, Any]) -> str:
    return str(relation.get("alias", {}).get("aliasname", relation["relname"]))


def _selects_all(node: dict[str, Any]) -> bool:
    """Say whether a node is a query with a bare `*`."""
    targets = node.get("targetList") or ()
    values = [target.get("ResTarget", {}).get("val", {}) for target in targets]
    return any("A_Star" in value["ColumnRef"]["fields"][0] for value in values if "ColumnRef" in value)


def _relations(query: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the relations between which a query joins, those in subqueries left out."""
    found = []
    stack = list(query.get("fromClause") or ())
    while stack:
        item = stack.pop()
        if "RangeVar" in item:
            found.append(item["RangeVar"])
        elif "JoinExpr" in item:
            stack += [item["JoinExpr"]["larg"], item["JoinExpr"]["rarg"]]
    return found

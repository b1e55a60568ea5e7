"""Constraints of columns and tables out of parse trees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from azora_audit.sources.ddl.actions import (
    CheckThat,
    DefaultTo,
    Exclude,
    Expression,
    Generated,
    Identity,
    IndexElement,
    Key,
    NotNull,
    Reference,
)
from azora_audit.sources.ddl.reduce.labels import index_label
from azora_audit.sources.ddl.reduce.nodes import (
    column_names,
    condition,
    default,
    expression,
    range_name,
    strings,
)
from azora_audit.sources.ddl.reduce.sequences import sequence_options
from azora_audit.sources.ddl.scan import IDENTIFIER, SPACE, end_of_element, inside_brackets, skip_blanks

if TYPE_CHECKING:
    from collections.abc import Callable

    from azora_audit.sources.ddl.actions import Constraint
    from azora_audit.sources.ddl.parse import Node
    from azora_audit.sources.ddl.reduce.nodes import Text

ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
"""Referential actions by libpg_query's letter."""

_HEAD = re.compile(
    rb"(?:CONSTRAINT" + SPACE + rb"(?P<name>" + IDENTIFIER + rb")" + SPACE + rb")?"
    rb"(?P<word>PRIMARY\s+KEY|FOREIGN\s+KEY|UNIQUE|CHECK|EXCLUDE|REFERENCES|DEFAULT|GENERATED|NOT\s+NULL|NULL)?",
    re.IGNORECASE,
)
_SIMPLE_DEFAULT = re.compile(
    rb"DEFAULT\s+((?:[\w.]+(?:\(\))?|'[^'\\]*')(?:::[\w.]+(?: varying| precision)?(?:\(\d+\))?(?:\[\])?)?)\s*[,)]",
    re.IGNORECASE,
)
_PLAIN_TARGET = re.compile(rb"[\w.\"]+(?:\s*\([\w,\" ]+\))?([\w\s]*)(?=[,);])")
_ACTION_CLAUSE = re.compile(rb"\bON\s+(DELETE|UPDATE)\b", re.IGNORECASE)


def head(text: Text, at: int) -> tuple[int, int, int]:
    """Return the region that names a constraint (its name, or else its key words) and where its head ends."""
    match = _HEAD.match(text.data, at)
    if match is None:
        return at, at, at
    start, end = match.span("name") if match["name"] else match.span("word")
    return (at, at, at) if start < 0 else (start, end, match.end())


def reduce_check(node: Node, text: Text) -> CheckThat:
    """Read a CHECK constraint; its expression is what stands inside its brackets."""
    start, end, after = head(text, node.get("location", 0))
    opening = skip_blanks(text.data, after)
    first, last = inside_brackets(text.data, opening)
    return CheckThat(
        node.get("conname"),
        start + text.base,
        end + text.base,
        expression(node["raw_expr"], text.slice(first, last)),
        not node.get("skip_validation", False),
        node.get("is_enforced", False),
        node.get("is_no_inherit", False),
    )


def reduce_key(node: Node, text: Text, *, primary: bool) -> Key:
    """Read a PRIMARY KEY or UNIQUE constraint."""
    start, end, _after = head(text, node.get("location", 0))
    return Key(
        primary,
        node.get("conname"),
        start + text.base,
        end + text.base,
        strings(node.get("keys")),
        strings(node.get("including")),
        node.get("nulls_not_distinct", False),
        node.get("deferrable", False),
        node.get("initdeferred", False),
        node.get("indexname"),
        node.get("without_overlaps", False),
    )


def _actions_spelt(text: Text, target: int) -> set[bytes]:
    """Return DELETE and UPDATE as far as a foreign key has a clause for them after its target."""
    plain = _PLAIN_TARGET.match(text.data, target)
    clause = plain[1] if plain else text.data[target : end_of_element(text.data, target)]
    return {word.upper() for word in _ACTION_CLAUSE.findall(clause)} if clause else set()


def reduce_reference(node: Node, text: Text) -> Reference:
    """Read a foreign key; whether NO ACTION was spelt out is only in the source."""
    start, end, _after = head(text, node.get("location", 0))
    on_delete, on_update = node.get("fk_del_action", "a"), node.get("fk_upd_action", "a")
    delete_declared, update_declared = on_delete != "a", on_update != "a"
    if not (delete_declared and update_declared):
        spelt = _actions_spelt(text, node["pktable"].get("location", 0))
        delete_declared = delete_declared or b"DELETE" in spelt
        update_declared = update_declared or b"UPDATE" in spelt
    return Reference(
        node.get("conname"),
        start + text.base,
        end + text.base,
        strings(node.get("fk_attrs")),
        range_name(node["pktable"], text),
        strings(node.get("pk_attrs")),
        ACTIONS[on_delete],
        ACTIONS[on_update],
        delete_declared,
        update_declared,
        strings(node.get("fk_del_set_cols")),
        node.get("fk_matchtype") == "f",
        node.get("deferrable", False),
        node.get("initdeferred", False),
        not node.get("skip_validation", False),
        node.get("is_enforced", False),
    )


def index_element(node: Node, written: str) -> IndexElement:
    """Read a key or INCLUDE column of an index; `written` is its text, used when it is an expression.

    A column in brackets, with COLLATE or without, is a column to PostgreSQL too (ComputeIndexAttrs, indexcmds.c).
    """
    descending = node.get("ordering") == "SORTBY_DESC"
    nulls = node.get("nulls_ordering", "SORTBY_NULLS_DEFAULT")
    collation = strings(node.get("collation"))
    operator_class = strings(node.get("opclass"))
    calculated = None
    column = node.get("name")
    if "expr" in node:
        inner = node["expr"]
        if "CollateClause" in inner and "ColumnRef" in inner["CollateClause"]["arg"]:
            collation = collation or strings(inner["CollateClause"]["collname"])
            inner = inner["CollateClause"]["arg"]
        if "ColumnRef" in inner:
            column = column_names(inner)[-1]
        else:
            label = node.get("indexcolname") or index_label(inner)
            calculated = expression(inner, written)._replace(label=label)
    return IndexElement(
        column,
        calculated,
        descending,
        nulls == "SORTBY_NULLS_FIRST" or (nulls == "SORTBY_NULLS_DEFAULT" and descending),
        operator_class[-1] if operator_class else None,
        collation[-1] if collation else None,
    )


EXPRESSION_TAIL = re.compile(
    rb"\s+(?:COLLATE\s+" + IDENTIFIER + rb"(?:\." + IDENTIFIER + rb")?)?"
    rb"(?:\s*(?!(?:ASC|DESC|NULLS|WITH)\b)" + IDENTIFIER + rb"(?:\." + IDENTIFIER + rb")?)?"
    rb"(?:\s*\([^()]*\))?(?:\s*(?:ASC|DESC)\b)?(?:\s*NULLS\s+(?:FIRST|LAST))?\Z",
    re.IGNORECASE,
)


def elements_of(nodes: list[Node], opening: int, text: Text) -> tuple[IndexElement, ...]:
    """Read the elements of an index whose list begins with the bracket at `opening`."""
    if all("expr" not in node["IndexElem"] for node in nodes):
        return tuple([index_element(node["IndexElem"], "") for node in nodes])
    elements = []
    at = opening + 1
    for node in nodes:
        start = skip_blanks(text.data, at)
        end = end_of_element(text.data, start)
        written = expression_of_element(text.data[start:end])
        elements.append(index_element(node["IndexElem"], written))
        at = skip_blanks(text.data, end) + 1
    return tuple(elements)


def expression_of_element(written: bytes) -> str:
    """Return the expression of an index element without its brackets, operator class and direction."""
    if written.startswith(b"("):
        start, end = inside_brackets(written, 0)
        if _is_single_group(written, end):
            return written[start:end].decode()
    return EXPRESSION_TAIL.sub(b"", written).decode()


def _is_single_group(written: bytes, end: int) -> bool:
    closing = skip_blanks(written, end)
    rest = written[closing + 1 :]
    return not rest.strip() or EXPRESSION_TAIL.match(b" " + rest.lstrip()) is not None


def reduce_exclusion(node: Node, text: Text) -> Exclude:
    """Read an EXCLUDE constraint."""
    start, end, after = head(text, node.get("location", 0))
    opening = text.data.index(b"(", after)
    first, last = inside_brackets(text.data, opening)
    elements = []
    at = first
    for pair in node.get("exclusions", ()):
        finish = end_of_element(text.data, at)
        written = re.sub(
            rb"\s+WITH\s+(?:OPERATOR\s*\([^)]*\)|\S+)\s*\Z", b"", text.data[at:finish], flags=re.IGNORECASE
        )
        elements.append(index_element(pair["List"]["items"][0]["IndexElem"], expression_of_element(written)))
        at = skip_blanks(text.data, skip_blanks(text.data, finish) + 1)
    predicate = None
    if "where_clause" in node:
        predicate = condition(node["where_clause"], _where_in_brackets(text, last))
    return Exclude(
        node.get("conname"),
        start + text.base,
        end + text.base,
        node.get("access_method") or "gist",
        tuple(elements),
        text.slice(first, last),
        predicate,
        tuple(
            [IndexElement(name, None, False, False, None, None) for name in strings(node.get("including"))]
        ),
        node.get("deferrable", False),
        node.get("initdeferred", False),
    )


_WHERE = re.compile(rb"\bWHERE\b" + SPACE, re.IGNORECASE)


def _where_in_brackets(text: Text, after: int) -> str:
    where = _WHERE.search(text.data, after)
    if where is None:
        return ""
    first, last = inside_brackets(text.data, where.end())
    return text.slice(first, last)


def _default(node: Node, text: Text, limit: int | None) -> Expression:
    at = node.get("location", 0)
    simple = _SIMPLE_DEFAULT.match(text.data, at) if limit is None else None
    if simple:
        return default(node["raw_expr"], simple[1].decode(), text)
    _start, _end, after = head(text, at)
    first = skip_blanks(text.data, after)
    last = end_of_element(text.data, first, limit)
    return default(node["raw_expr"], text.slice(first, last), text)


def reduce_generated(node: Node, text: Text) -> Generated:
    """Read GENERATED ALWAYS AS (expression); without STORED it is virtual, from PostgreSQL 18 on."""
    opening = text.data.index(b"(", head(text, node.get("location", 0))[2])
    first, last = inside_brackets(text.data, opening)
    return Generated(
        expression(node["raw_expr"], text.slice(first, last)), node.get("generated_kind", "s") == "s"
    )


def reduce_constraint(node: Node, text: Text, limit: int | None = None) -> Constraint | None:
    """Read one constraint; None for attributes of the constraint before it.

    `limit` is where the next constraint of the same column begins, which ends a DEFAULT.
    """
    kind = node["contype"]
    if kind == "CONSTR_NOTNULL" or kind == "CONSTR_NULL":  # noqa: PLR1714 -- the most frequent kinds, tested fastest
        keys = node.get("keys")
        column = keys[0]["String"]["sval"] if keys else None
        return NotNull(
            kind == "CONSTR_NOTNULL", node.get("conname"), column, node.get("is_no_inherit", False)
        )
    if kind == "CONSTR_DEFAULT":
        return DefaultTo(_default(node, text, limit))
    if kind == "CONSTR_PRIMARY" or kind == "CONSTR_UNIQUE":  # noqa: PLR1714 -- as above
        return reduce_key(node, text, primary=kind == "CONSTR_PRIMARY")
    reader = _OTHERS.get(kind)
    return reader(node, text) if reader is not None else None


def _identity(node: Node, text: Text) -> Identity:
    return Identity(node.get("generated_when") == "a", sequence_options(node.get("options"), text))


_OTHERS: dict[str, Callable[[Node, Text], Constraint]] = {
    "CONSTR_FOREIGN": reduce_reference,
    "CONSTR_CHECK": reduce_check,
    "CONSTR_IDENTITY": _identity,
    "CONSTR_GENERATED": reduce_generated,
    "CONSTR_EXCLUSION": reduce_exclusion,
}
"""Readers of the rarer kinds; what is in none of them is an attribute such as DEFERRABLE."""

_ATTRIBUTES: dict[str, dict[str, bool]] = {
    "CONSTR_ATTR_DEFERRABLE": {"deferrable": True},
    "CONSTR_ATTR_NOT_DEFERRABLE": {"deferrable": False},
    "CONSTR_ATTR_DEFERRED": {"deferrable": True, "deferred": True},
    "CONSTR_ATTR_IMMEDIATE": {"deferred": False},
    "CONSTR_ATTR_ENFORCED": {"enforced": True},
    "CONSTR_ATTR_NOT_ENFORCED": {"enforced": False, "validated": False},
}


def column_constraints(
    nodes: list[Node] | None, collation_at: int | None, text: Text
) -> tuple[Constraint, ...]:
    """Read the constraints of one column, with DEFERRABLE and the like put where they belong."""
    if not nodes:
        return ()
    result: list[Constraint] = []
    count = len(nodes)
    for index, wrapper in enumerate(nodes):
        node = wrapper["Constraint"]
        limit = nodes[index + 1]["Constraint"].get("location") if index + 1 < count else None
        if collation_at is not None and collation_at > node.get("location", 0):
            limit = min(limit, collation_at) if limit else collation_at
        constraint = reduce_constraint(node, text, limit)
        if constraint is not None:
            result.append(constraint)
            continue
        changes: dict[str, Any] = _ATTRIBUTES.get(node["contype"], {})
        last = result[-1] if result else None
        if isinstance(last, (Key, Reference, CheckThat)):
            result[-1] = last._replace(
                **{name: value for name, value in changes.items() if name in last._fields}
            )
    return tuple(result)

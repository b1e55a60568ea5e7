"""Names inside the texts of expressions: PostgreSQL stores trees, so a renamed column changes in all of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.sources.ddl.replay.naming import LONGEST, clip
from azora_audit.sources.ddl.replay.state import Check, Exclusion

if TYPE_CHECKING:
    from azora_audit.sources.ddl.actions import Expression
    from azora_audit.sources.ddl.replay.state import Column, Index, Table

_TOKEN = re.compile(
    r"""[eE]'(?:[^'\\]|''|\\.)*' | '(?:[^']|'')*' | (?P<quoted>"(?:[^"]|"")*") | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$
    | (?P<name>[A-Za-z_\u0080-\uffff][\w$]*)""",
    re.VERBOSE | re.DOTALL,
)
_CALL = re.compile(r"\s*\(")


def rename_in(text: str, old: str, new: str) -> str:
    """Return a text with one column's name changed; strings and names of functions stay."""

    def replace(match: re.Match[str]) -> str:
        name = match["name"]
        if name is not None and clip(name.lower(), LONGEST) == old and not _CALL.match(text, match.end()):
            return quote_identifier(new)
        if match["quoted"] is not None and clip(match["quoted"][1:-1].replace('""', '"'), LONGEST) == old:
            return quote_identifier(new)
        return match[0]

    return _TOKEN.sub(replace, text)


def _renamed(expression: Expression, old: str, new: str) -> Expression:
    columns = tuple([new if name == old else name for name in expression.columns])
    return expression._replace(text=rename_in(expression.text, old, new), columns=columns)


def rename_in_expressions(table: Table, column: Column, old: str) -> None:
    """Change a renamed column's name in every expression of its table."""
    new = column.name
    for constraint in table.constraints.values():
        if isinstance(constraint, Check) and column in constraint.columns:
            constraint.expression = rename_in(constraint.expression, old, new)
        elif isinstance(constraint, Exclusion):
            constraint.definition = rename_in(constraint.definition, old, new)
    for index in table.indexes:
        _rename_in_index(index, column, old)
    for other in table.columns.values():
        if other.generated is not None and old in other.generated[0].columns:
            other.generated = (_renamed(other.generated[0], old, new), other.generated[1])
    for policy in table.policies.values():
        if column in policy.columns:
            policy.using = policy.using and _renamed(policy.using, old, new)
            policy.check = policy.check and _renamed(policy.check, old, new)
    for trigger in table.triggers.values():
        trigger.condition = trigger.condition and rename_in(trigger.condition, old, new)
    table.partition_key = table.partition_key and rename_in(table.partition_key, old, new)


def _rename_in_index(index: Index, column: Column, old: str) -> None:
    for key in index.keys:
        if key.expression is not None and column in key.reads:
            key.expression = rename_in(key.expression, old, column.name)
    if index.predicate is not None and column in index.predicate_columns:
        index.predicate = rename_in(index.predicate, old, column.name)

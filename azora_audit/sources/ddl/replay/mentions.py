"""What a cascading DROP leaves in doubt: expressions that name what is gone, which PostgreSQL alone resolves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from azora_audit.sources.ddl.replay.state import Check, Exclusion, Function, Sequence, Table, UserType, View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.sources.ddl.replay.session import Session
    from azora_audit.sources.ddl.replay.state import Thing

_NAMED: dict[type[Thing], str] = {
    Function: r'(?<![\w"]){}"?\s*\(',
    UserType: r'(?:::\s*|\bcast\s*\([^()]*\bas\s+)(?:[\w"]+\.)?"?{}(?!\w)',
    Sequence: r"""\b(?:next|curr|set)val\s*\(\s*'(?:[^']*\.)?"?{}["']""",
}
"""How an expression names a thing."""
_QUERIED: dict[type[Thing], str] = dict.fromkeys(
    (Table, View), r"\b(?:from|join)\s+(?:only\s+)?(?:[\w\"]+\.)?\"?{}(?!\w)"
)
"""How a policy's subquery names a table; which views read it is known."""


def remark_users(session: Session, gone: list[Thing], at: int | None) -> None:
    """Remark that something may have gone along with what a DROP ... CASCADE dropped, if an expression says so."""
    expressions, policies = (_pattern(gone, words) for words in (_NAMED, _QUERIED))
    for user, text, is_policy in _expressions(session):
        if (expressions and expressions.search(text)) or (is_policy and policies and policies.search(text)):
            session.remark(
                "unsupported-statement",
                f"{user} may depend on what this drops, and is still in the catalog.",
                at,
            )
            return


def _pattern(gone: list[Thing], words: dict[type[Thing], str]) -> re.Pattern[str] | None:
    found = [
        words[type(thing)].replace("{}", re.escape(thing.name)) for thing in gone if type(thing) in words
    ]
    return re.compile("|".join(found), re.IGNORECASE | re.DOTALL) if found else None


def _expressions(session: Session) -> Iterator[tuple[str, str, bool]]:
    """Return whose each expression is, its text, and whether it is a policy's."""
    for schema in session.schemas.values():
        for found in schema.types.values():
            for text in (found.default, *(check.expression for check in found.checks)):
                yield f'domain "{found.name}"', text or "", False
        for relation in schema.relations.values():
            if isinstance(relation, Table):
                for text, is_policy in _of_table(relation):
                    yield f'something of table "{relation.name}"', text, is_policy
            elif isinstance(relation, View):
                yield f'view "{relation.name}"', relation.definition, False


def _of_table(table: Table) -> Iterator[tuple[str, bool]]:
    for policy in table.policies.values():
        yield from ((condition.text, True) for condition in (policy.using, policy.check) if condition)
    for column in table.columns.values():
        made = column.generated[0] if column.generated else None
        yield from ((expression.text, False) for expression in (column.default, made) if expression)
    for constraint in table.constraints.values():
        if isinstance(constraint, Check):
            yield constraint.expression, False
        elif isinstance(constraint, Exclusion):
            yield constraint.definition, False
    for index in table.indexes:
        yield from (
            (text or "", False) for text in (index.predicate, *(key.expression for key in index.keys))
        )
    yield from ((trigger.condition or "", False) for trigger in table.triggers.values())

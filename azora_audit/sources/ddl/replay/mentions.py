"""What a cascading DROP leaves in doubt: expressions that name what is gone, which PostgreSQL alone resolves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from azora_audit.sources.ddl.actions import Expression
from azora_audit.sources.ddl.replay.state import Check, Exclusion, Function, Sequence, Table, UserType, View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.sources.ddl.replay.session import Session
    from azora_audit.sources.ddl.replay.state import Thing

_NAMED: dict[type[Thing], str] = {
    Function: r'(?<![\w"]){}"?\s*\(',
    UserType: r'(?:::\s*|\bas\s+)(?:[\w"]+\.)?"?{}(?!\w)',
    Sequence: r"""['."]{}['"]""",
    Table: r'\bselect\b.*(?<![\w"]){}(?!\w)|(?<!\w){}(?!\w).*\bselect\b',
    View: r'\bselect\b.*(?<![\w"]){}(?!\w)|(?<!\w){}(?!\w).*\bselect\b',
}
"""How an expression names a thing; a table only in a subquery."""


def remark_users(session: Session, gone: list[Thing], at: int | None) -> None:
    """Remark that something may have gone along with what a DROP ... CASCADE dropped, if an expression says so."""
    patterns = [
        _NAMED[type(thing)].replace("{}", re.escape(thing.name)) for thing in gone if type(thing) in _NAMED
    ]
    if not patterns:
        return
    names = re.compile("|".join(patterns), re.IGNORECASE | re.DOTALL)
    for user, text in _expressions(session):
        if names.search(text):
            session.remark(
                "unsupported-statement",
                f"{user} may depend on what this drops, and is still in the catalog.",
                at,
            )
            return


def _expressions(session: Session) -> Iterator[tuple[str, str]]:
    for schema in session.schemas.values():
        for found in schema.types.values():
            for text in (found.default, *(check.expression for check in found.checks)):
                yield f'domain "{found.name}"', text or ""
        for relation in schema.relations.values():
            if isinstance(relation, Table):
                for text in _of_table(relation):
                    yield f'something of table "{relation.name}"', text
            elif isinstance(relation, View):
                yield f'view "{relation.name}"', relation.definition


def _of_table(table: Table) -> Iterator[str]:
    columns = [
        expression
        for column in table.columns.values()
        for expression in (column.default, *(column.generated or ())[:1])
    ]
    policies = [condition for policy in table.policies.values() for condition in (policy.using, policy.check)]
    yield from (expression.text for expression in (*columns, *policies) if isinstance(expression, Expression))
    for constraint in table.constraints.values():
        if isinstance(constraint, Check):
            yield constraint.expression
        elif isinstance(constraint, Exclusion):
            yield constraint.definition
    for index in table.indexes:
        yield from (text or "" for text in (index.predicate, *(key.expression for key in index.keys)))
    yield from (trigger.condition or "" for trigger in table.triggers.values())

"""Documentation, annotations and allowances in the comments of a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.annotations import ALLOWANCE_HELP, MARK, allowance_in, annotations_in
from azora_audit.catalog.tables import Allowance, Annotation
from azora_audit.catalog.tables import Comment as CommentRow
from azora_audit.sources.prisma.syntax import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.catalog.facts import Facts
    from azora_audit.sources.prisma.syntax import Comment


def describe(
    facts: Facts, entity_id: int | None, comments: Iterable[Comment], path: str, problems: list[Problem]
) -> None:
    """Append what the comments of an entity say.

    Args:
        facts: where to append.
        entity_id: what they document; None for comments that stand beside nothing.
        comments: in the order of the file; `//` comments hold allowances only.
        path: the file.
        problems: where an allowance that cannot be understood goes.
    """
    lines = []
    for comment in comments:
        if MARK in comment.text:
            _allow(facts, entity_id, comment, path, problems)
        elif comment.mark != "//":
            lines.append(comment.text)
    if entity_id is None or not lines:
        return
    text = "\n".join(lines).strip()
    if text:
        facts.rows(CommentRow).append(CommentRow(entity_id, text, "prisma"))
    facts.rows(Annotation).extend(
        [Annotation(entity_id, name, value, "prisma") for name, value in annotations_in(text)]
    )


def allow(
    facts: Facts, entity_id: int | None, comments: Iterable[Comment], path: str, problems: list[Problem]
) -> None:
    """Append only the allowances in comments that document nothing by themselves."""
    for comment in comments:
        if MARK in comment.text:
            _allow(facts, entity_id, comment, path, problems)


def _allow(facts: Facts, entity_id: int | None, comment: Comment, path: str, problems: list[Problem]) -> None:
    """Append the allowance in a comment."""
    found = allowance_in(comment.text)
    if isinstance(found, str):
        problems.append(Problem(path, comment.line, comment.column, f"expected {found}", ALLOWANCE_HELP))
        return
    facts.rows(Allowance).append(Allowance(entity_id, facts.service_id, *found, path, comment.line))

"""Reducing the parse tree of each statement to an action: pure, and one statement at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azora_audit.sources.ddl.actions import Ignored, NotUnderstood
from azora_audit.sources.ddl.reduce.nodes import Text
from azora_audit.sources.ddl.reduce.statements import HANDLERS, IGNORED
from azora_audit.sources.ddl.scan import skip_blanks

if TYPE_CHECKING:
    from azora_audit.sources.ddl.parse import Node


def reduce_statements(data: bytes, base: int, statements: list[Node]) -> list[tuple[int, Any]]:
    """Return the actions of the statements that were parsed from `data`, a piece of a file that begins at `base`.

    Each comes with the byte offset in the file where its statement begins (blanks and comments before it included).
    """
    text = Text(data, base)
    result: list[tuple[int, Any]] = []
    for statement in statements:
        start = statement.get("stmt_location", 0)
        ((kind, node),) = statement["stmt"].items()
        handler = HANDLERS.get(kind)
        if handler is None:
            action: Any = _without_handler(kind, text, start)
        else:
            action = handler(node, text, start)
        if isinstance(action, list):
            result.extend([(start + base, part) for part in action])
        else:
            result.append((start + base, action))
    return result


def _without_handler(kind: str, text: Text, start: int) -> Ignored | NotUnderstood:
    why = IGNORED.get(kind)
    if why is not None:
        return Ignored(why, start + text.base)
    return NotUnderstood(
        "unsupported-statement",
        f"this kind of statement ({kind}) is not understood; what it changes is not in the catalog.",
        skip_blanks(text.data, start) + text.base,
    )

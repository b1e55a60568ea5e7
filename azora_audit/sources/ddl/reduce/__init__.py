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
    whole = Text(data, base)
    result: list[tuple[int, Any]] = []
    for statement in statements:
        start = statement.get("stmt_location", 0)
        length = statement.get("stmt_len", 0)
        ((kind, node),) = statement["stmt"].items()
        handler = HANDLERS.get(kind)
        if handler is None:
            result.append((start + base, without_handler(kind)))
            continue
        end = start + length if length else len(data)
        dashes = data.rfind(b"--", start, end)
        if dashes < 0 and data.find(b"/*", start, end) < 0:
            action = handler(node, whole, start)
        else:
            action = handler(node, _without_comments(whole, start, end, dashes), start)
        if type(action) is list:
            result.extend([part if type(part) is tuple else (start + base, part) for part in action])
        elif action is not None:
            result.append((start + base, action))
    return result


def _without_comments(whole: Text, start: int, end: int, dashes: int) -> Text:
    """Return the text with the comments inside one statement blanked out, so that key words stand side by side."""
    first = skip_blanks(whole.data, start)
    if dashes < first and whole.data.find(b"/*", first, end) < 0:
        return whole
    from azora_audit.sources.ddl.split import blank_comments  # noqa: PLC0415 -- many texts have no such comments

    return Text(blank_comments(whole.data, first, end), whole.base)


def reduce_one(kind: str, node: Node, text: Text, start: int) -> Any:
    """Return the action of one node that is a statement inside another."""
    handler = HANDLERS.get(kind)
    return handler(node, text, start) if handler is not None else without_handler(kind)


def without_handler(kind: str) -> Ignored | NotUnderstood:
    """Return what a statement means that no reader is for: nothing, knowingly, or something not understood."""
    why = IGNORED.get(kind)
    if why is not None:
        return Ignored(why)
    return NotUnderstood(
        "unsupported-statement",
        f"this kind of statement ({kind}) is not understood; what it changes is not in the catalog.",
        None,
    )

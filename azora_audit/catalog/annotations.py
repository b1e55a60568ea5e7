"""Annotations: words with a meaning for tools in comments, such as `@encrypted` or `@references service.Table.column`."""

from __future__ import annotations

import re

_ANNOTATION = re.compile(r"(?<![\w@.])@(?P<name>[A-Za-z][\w-]*)(?:\((?P<inside>[^()]*)\)|:?(?P<rest>[^@]*))")


def annotations_in(text: str) -> list[tuple[str, str]]:
    """Return names, in lower case and without the @, and values of the annotations in a comment.

    A value is what is in the parentheses behind the name, or else the rest of the line up to the next annotation.
    """
    found = []
    for line in text.split("\n"):
        if "@" in line:
            for match in _ANNOTATION.finditer(line):
                value = match["inside"] if match["inside"] is not None else match["rest"]
                found.append((match["name"].lower(), value.strip()))
    return found

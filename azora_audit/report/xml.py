"""XML 1.0 written piece by piece: what it cannot hold is spelt out, and no text of ours begins a runner's command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write (section 2.2)."""

_COMMANDS: Final = re.compile("#(?=#)|:(?=:)")

DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def element(name: str, attributes: Mapping[str, object], text: str = "") -> str:
    """Return a whole element without children; attributes that are None are left out."""
    return (
        f"<{name}{_written(attributes)}>{content(text)}</{name}>"
        if text
        else f"<{name}{_written(attributes)}/>"
    )


def start(name: str, attributes: Mapping[str, object]) -> str:
    """Return the start of an element that has children."""
    return f"<{name}{_written(attributes)}>"


def content(text: str) -> str:
    """Return text for between tags."""
    return _calm(escape(_holdable(text)))


def _calm(written: str) -> str:
    """Write a sign that would begin a command of a CI runner (see `characters.calm`) as a reference."""
    return _COMMANDS.sub(lambda match: f"&#{ord(match[0])};", written)


def _written(attributes: Mapping[str, object]) -> str:
    return "".join(
        f" {name}={_calm(quoteattr(_holdable(str(value))))}"
        for name, value in attributes.items()
        if value is not None
    )


def _holdable(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)

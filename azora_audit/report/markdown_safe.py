"""Strangers' text in Markdown for a host (GitHub, GitLab): shown as it is written, and calling nobody.

Hosts look for mentions, references and emoji in what Markdown has become, so that a backslash does not help against them:
there a space of no width (U+200B) keeps the sign from its word. Code is left alone by all of that.
"""

from __future__ import annotations

import html
import re
from typing import Final

from azora_audit.report.characters import UNICODE, calm, shorten, visible

_CALLS: Final = re.compile(r"(?i)@(?=\w)|[#!%&~$](?=\d)|\bGH-(?=\d)|:(?=[\w+-]+:)")
_MARKUP: Final = re.compile(r"[\\`*_\[\]<>&~$|#!]")
_ADDRESSES: Final = re.compile(r"(?i):(?=//)|(?<=\bwww)\.|(?<=\bmailto):|(?<=\bxmpp):")
_TICKS: Final = re.compile("`+")


def prose(text: str, limit: int = 500) -> str:
    """Return text for within a line, cut at so many columns; it must not begin the line."""
    called = _CALLS.sub("\\g<0>\u200b", shorten(visible(text), limit))
    return _ADDRESSES.sub(r"\\\g<0>", _MARKUP.sub(r"\\\g<0>", called))


def code(text: str, limit: int = 300) -> str:
    """Return text as a code span, cut at so many columns."""
    shown = _uncommented(shorten(visible(text), limit)) or "(no name)"
    ticks = "`" * (_longest_run(shown) + 1)
    pad = " " if shown.strip() and (shown[0] in "` " or shown[-1] in "` ") else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def fence(text: str, language: str) -> str:
    """Return text as a block of code; it ends in a line break."""
    shown = _uncommented("\n".join(calm(visible(line.expandtabs(4))) for line in text.split("\n")))
    ticks = "`" * max(_longest_run(shown) + 1, 3)
    return f"{ticks}{language}\n{shown}\n{ticks}\n"


def tag_text(text: str, limit: int = 300) -> str:
    """Return text for between HTML tags that hosts let stand, such as a summary's."""
    return html.escape(_CALLS.sub("\\g<0>\u200b", shorten(visible(text), limit)))


def _uncommented(text: str) -> str:
    """Spell out what begins a comment: by one the host's robots know their own comments again."""
    return text.replace("<!--", f"<{UNICODE.open_code}U+0021{UNICODE.close_code}--")


def _longest_run(text: str) -> int:
    return max(map(len, _TICKS.findall(text)), default=0)

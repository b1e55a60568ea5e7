"""What a terminal can show: colour or not, how wide, and the styles of a report by role."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple
from azora_audit.report.characters import UNICODE, Glyphs, glyphs_for, visible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

_RESET = "\x1b[0m"
_STYLES = {
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "note": "\x1b[1;36m",
    "good": "\x1b[32m",
    "bad": "\x1b[31m",
    "strong": "\x1b[1m",
    "faint": "\x1b[2m",
    "place": "\x1b[36m",
    "code": "\x1b[32m",
}
DEFAULT_WIDTH = 80
"""Columns when nobody says how wide the output is."""
PROSE_WIDTH = 100
"""Prose is not set wider than this: longer lines are hard to read."""


class Terminal(NamedTuple):
    """What the renderers need to know about the place where their text will be read."""

    width: int = DEFAULT_WIDTH
    color: bool = False
    glyphs: Glyphs = UNICODE

    @property
    def prose(self) -> int:
        """The width of running text in columns."""
        return max(min(self.width, PROSE_WIDTH), 40)

    def seen(self, text: str) -> str:
        """Spell out what cannot be seen in `text`."""
        return visible(text, self.glyphs)

    def paint(self, role: str, text: str) -> str:
        """Wrap visible `text` in the style of `role`, or return it unchanged where there is no colour."""
        return f"{_STYLES[role]}{text}{_RESET}" if self.color and text else text


def color_wanted(environ: Mapping[str, str], *, isatty: bool) -> bool:
    """Decide about colour: NO_COLOR, then FORCE_COLOR, then CI and TERM=dumb, then whether a terminal reads.

    NO_COLOR counts when it is not empty (no-color.org); FORCE_COLOR counts unless it is empty, `0` or `false`.
    """
    if environ.get("NO_COLOR"):
        return False
    forced = environ.get("FORCE_COLOR")
    if forced:
        return forced.lower() not in {"0", "false"}
    if in_ci(environ) or environ.get("TERM") == "dumb":
        return False
    return isatty


def in_ci(environ: Mapping[str, str]) -> bool:
    """Tell whether a CI service runs us: nearly all of them set CI to something that is not false."""
    return environ.get("CI", "").lower() not in {"", "0", "false"}


def width_wanted(environ: Mapping[str, str], stream: TextIO) -> int:
    """Find the width of `stream` in columns: COLUMNS, else the terminal's own, else 80."""
    columns = environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or DEFAULT_WIDTH
    except (OSError, ValueError):  # no descriptor behind the stream, or no terminal behind the descriptor
        return DEFAULT_WIDTH


def terminal_of(stream: TextIO, environ: Mapping[str, str]) -> Terminal:
    """Describe `stream` for the renderers."""
    return Terminal(
        width=width_wanted(environ, stream),
        color=color_wanted(environ, isatty=stream.isatty()),
        glyphs=glyphs_for(stream.encoding),
    )

"""One line on stderr that says how far a long run has come, and that is gone when the run is over."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from azora_audit.report.characters import shorten
from azora_audit.report.terminal import in_ci, terminal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType
    from typing import Self, TextIO

    from azora_audit.report.terminal import Terminal

PATIENCE = 0.5
"""Seconds before anything is drawn: most runs are over by then."""
_PAUSE = 0.1
"""Seconds between two drawings."""
_BAR_WIDTH = 24
_ERASE = "\r\x1b[2K"


def progress_wanted(environ: Mapping[str, str], *, isatty: bool, quiet: bool) -> bool:
    """Decide about the progress line: only for a person who watches a terminal that can erase a line."""
    return isatty and not quiet and not in_ci(environ) and environ.get("TERM", "") not in {"", "dumb"}


def progress_line(label: str, done: int, total: int, terminal: Terminal) -> str:
    """Draw the line: `checking services ████░░░░ 120/1,000`."""
    glyphs = terminal.glyphs
    full = min(done, total) * _BAR_WIDTH // total if total else 0
    bar = glyphs.full * full + glyphs.empty * (_BAR_WIDTH - full)
    return shorten(f"{label} {bar} {done:,}/{total:,}", terminal.width - 1, glyphs)


class Progress:
    """Draws the progress line of a run; a context manager, so that an error erases it as well.

    Where no line is wanted it writes nothing.
    """

    def __init__(
        self,
        stream: TextIO,
        environ: Mapping[str, str],
        *,
        quiet: bool = False,
        label: str = "checking services",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start the clock; the first line appears when the run has lasted `PATIENCE` seconds."""
        self._stream = stream
        self._label = label
        self._clock = clock
        self._wanted = progress_wanted(environ, isatty=stream.isatty(), quiet=quiet)
        self._terminal = terminal_of(stream, environ)
        self._next = clock() + PATIENCE
        self._drawn = False

    def update(self, done: int, total: int) -> None:
        """Tell that `done` of `total` steps are done."""
        if self._wanted and self._clock() >= self._next:
            self._next = self._clock() + _PAUSE
            self._drawn = True
            self._write(_ERASE + progress_line(self._label, done, total, self._terminal))

    def __enter__(self) -> Self:
        """Return the display itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Erase the line, if one was ever drawn."""
        if self._drawn:
            self._write(_ERASE)
        self._wanted = False

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()

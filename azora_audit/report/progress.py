"""One line on stderr that says how far a long run has come, and that is gone when the run is over."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from azora_audit.report.characters import shorten
from azora_audit.report.terminal import in_ci

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


def progress_line(stage: str, done: int, total: int, terminal: Terminal) -> str:
    """Draw the line: `reading ████░░░░ 120/1,000`, or only a count where the total is not known (0)."""
    glyphs = terminal.glyphs
    stage = terminal.seen(stage)
    if total <= 0:
        return shorten(f"{stage} {done:,}", terminal.width - 1, glyphs)
    full = min(done, total) * _BAR_WIDTH // total
    bar = glyphs.full * full + glyphs.empty * (_BAR_WIDTH - full)
    return shorten(f"{stage} {bar} {done:,}/{total:,}", terminal.width - 1, glyphs)


class Progress:
    """Draws the progress line of a run; a context manager, so that an error erases it as well.

    A display that is not enabled writes nothing and costs one comparison a step.
    """

    def __init__(
        self,
        stream: TextIO,
        terminal: Terminal,
        *,
        enabled: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start the clock; the first line appears when the run has lasted `PATIENCE` seconds."""
        self._stream = stream
        self._terminal = terminal
        self._enabled = enabled
        self._clock = clock
        self._next = clock() + PATIENCE
        self._drawn = False
        self._stage, self._done, self._total = "", 0, 0

    def stage(self, name: str, total: int = 0) -> None:
        """Begin a stage of `total` steps; 0 when their number is not known."""
        self._stage, self._done, self._total = name, 0, total
        self._draw()

    def advance(self, steps: int = 1) -> None:
        """Tell that `steps` more steps of the stage are done."""
        self._done += steps
        self._draw()

    def __enter__(self) -> Self:
        """Return the display itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Erase the line, if one was ever drawn."""
        if self._drawn:
            self._write(_ERASE)
        self._enabled = False

    def _draw(self) -> None:
        if not self._enabled or self._clock() < self._next:
            return
        self._next = self._clock() + _PAUSE
        self._drawn = True
        self._write(_ERASE + progress_line(self._stage, self._done, self._total, self._terminal))

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()

"""Looking for rows that show something: Hypothesis draws and shrinks them, the caller judges them in batches.

Hypothesis runs as a library here: no profile of an environment, no database of examples (what is found is kept as SQL,
see `counterexamples.py`), no deadline, no health checks, a seed for every search.
"""

from __future__ import annotations

import hashlib
import itertools
import signal
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from azora_audit.folders import cache_folder
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

    from hypothesis import Phase
    from hypothesis.strategies import SearchStrategy

    from azora_audit.proving.rows import Row

    Judge = Callable[[list[Row]], Sequence[str]]
    """Says of each row what it shows; nothing when it shows nothing."""

ROUND: Final = 100
"""Rows that are drawn before they are judged, in one call of the server, and the time is looked at."""
PATIENCE: Final = 3.0
"""Seconds that shrinking may take beyond the time that there is."""


LEAST: Final = 1e-9
"""Seconds of a budget that is used up: 0 is for one without a limit."""


class Budget:
    """What is left to be spent on drawing, shared among all that is left to be done."""

    def __init__(self, seconds: float, rows: int | None) -> None:
        """Begin.

        Args:
            seconds: for all of it; 0 for no limit but the number of rows.
            rows: for each target; None for as many as there is time for.
        """
        self.rows = rows
        self.seconds = seconds if seconds > 0 else None

    def part(self, parts: int) -> Budget:
        """Return the budget of the first of so many parts that are left, each of which gets the same."""
        return Budget(max(self.seconds / max(parts, 1), LEAST) if self.seconds is not None else 0, self.rows)

    @contextmanager
    def sharing(self, parts: int) -> Iterator[Budget]:
        """Give the first of so many parts that are left, and take back what it has not used itself."""
        part = self.part(parts)
        given = part.seconds
        try:
            yield part
        finally:
            if self.seconds is not None and given is not None and part.seconds is not None:
                self.seconds = max(self.seconds - (given - part.seconds), LEAST)

    @contextmanager
    def spending(self, parts: int) -> Iterator[Budget]:
        """Give the first of so many parts that are left, and take away what is used of it: the others get the rest."""
        part = self.part(parts)
        began = time.monotonic()
        try:
            yield part
        finally:
            if self.seconds is not None:
                self.seconds = max(self.seconds - (time.monotonic() - began), LEAST)


class Found(NamedTuple):
    """What a search came to."""

    rows: list[Row]
    """Those that show something, at most as many as were wanted; the only one shrunk."""
    shows: str
    drawn: int
    """How many different rows were judged."""


class _ShowsError(Exception):
    """A row shows what is looked for: how Hypothesis is told."""


class _Search:
    """One search: what was judged, and what that came to."""

    def __init__(self, judge: Judge, budget: Budget) -> None:
        self.judge = judge
        self.rows = budget.rows
        self.until = None if budget.seconds is None else time.monotonic() + budget.seconds
        self.seen: dict[frozenset[Any], str] = {}
        self.shows = ""
        self.simplest: Row = {}
        self.error: Exception | None = None
        self.interrupted = False

    def late(self) -> bool:
        """Tell whether the time is over."""
        return self.interrupted or (self.until is not None and time.monotonic() >= self.until)

    def spent(self) -> bool:
        """Tell whether no more rows may be judged."""
        if self.late():
            return True
        return self.rows is not None and len(self.seen) >= self.rows

    def judge_all(self, rows: list[Row]) -> list[Row] | None:
        """Judge what was never judged, and return what shows something; None when there is nothing new."""
        left = len(rows) if self.rows is None else self.rows - len(self.seen)
        fresh = [row for key, row in {_key(row): row for row in rows}.items() if key not in self.seen][:left]
        answers = self.judge(fresh) if fresh else ()
        self.seen.update((_key(row), shows) for row, shows in zip(fresh, answers, strict=True))
        return [row for row, shows in zip(fresh, answers, strict=True) if shows] if fresh else None

    def begin_shrinking(self, row: Row) -> None:
        """Look for the simplest row that shows the same; that has rows and time of its own."""
        self.shows, self.simplest = self.seen[_key(row)], row
        self.rows = None if self.rows is None else len(self.seen) + ROUND * ROUND
        self.until = None if self.until is None else max(self.until, time.monotonic() + PATIENCE)

    def attempt(self, row: Row) -> None:
        """Raise when a row shows the same; a row has the same answer each time, as Hypothesis has to have it."""
        key = _key(row)
        if key not in self.seen and self.error is None and not self.spent():
            try:
                self.seen[key] = self.judge([row])[0]
            except Exception as error:  # noqa: BLE001 -- Hypothesis would take it for what is looked for
                self.error = error
        if self.seen.get(key) == self.shows:
            self.simplest = row
            raise _ShowsError


def _key(row: Row) -> frozenset[Any]:
    return frozenset(row.items())


def search(
    strategy: SearchStrategy[Row],
    judge: Judge,
    name: str,
    seed: int,
    budget: Budget,
    *,
    wanted: int = 1,
) -> Found:
    """Draw rows until one shows something, and shrink that one.

    Args:
        strategy: of rows.
        judge: says what rows show.
        name: of what is looked for; with the seed it decides what is drawn.
        seed: of the run.
        budget: how much may be drawn; the caller says what it has used.
        wanted: how many rows to find; with more than one they are not shrunk.

    Raises:
        psycopg.Error: the server is gone.
    """
    from hypothesis import Phase  # noqa: PLC0415 -- only where something is drawn

    run = _Search(judge, budget)
    hits: list[Row] = []
    for round_ in itertools.count():
        if run.spent():
            break
        number = _number(f"{seed}\0{name}\0{round_}")
        drawn: list[Row] = []

        def keep(row: Row, drawn: list[Row] = drawn) -> None:
            drawn.append(row)
            if run.late():
                raise _ShowsError  # ends the round

        with _interruptible(run):
            _round(strategy, keep, number, (Phase.generate,))
        shown = run.judge_all(drawn)
        hits += shown or []
        if hits and wanted == 1:
            # the same seed draws the same rows again, and the first of them that shows something is shrunk
            run.begin_shrinking(hits[0])
            with _interruptible(run):
                _round(strategy, run.attempt, number, (Phase.generate, Phase.shrink))
            hits = [run.simplest]
        if run.error is not None:
            raise run.error
        if shown is None or len(hits) >= wanted or run.spent():
            break
    return Found(hits[:wanted], run.shows, len(run.seen))


@contextmanager
def _interruptible(run: _Search) -> Iterator[None]:
    """Let Ctrl-C wait until Hypothesis is left: in a callback of its own for the garbage collector it would be lost."""
    own = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or own is not signal.default_int_handler:
        yield
        return

    def note(_number: int, _frame: FrameType | None) -> None:
        run.interrupted = True

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, own)
    if run.interrupted:
        raise KeyboardInterrupt


def _round(
    strategy: SearchStrategy[Row], body: Callable[[Row], None], number: int, phases: tuple[Phase, ...]
) -> None:
    from hypothesis import HealthCheck, Verbosity, given, settings  # noqa: PLC0415 -- as above
    from hypothesis import seed as seeded  # noqa: PLC0415

    @seeded(number)
    @settings(
        max_examples=ROUND,
        phases=phases,
        deadline=None,
        database=None,
        derandomize=False,
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def attempt(row: Row) -> None:
        body(row)

    try:
        attempt()
    except _ShowsError:
        return


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "backslashreplace")).digest()[:8])


def settle() -> None:
    """Let Hypothesis keep its tables in the cache's folder, unless it is in use here for something else already."""
    if "hypothesis" not in sys.modules:
        from hypothesis.configuration import set_hypothesis_home_dir  # noqa: PLC0415 -- as above

        set_hypothesis_home_dir(cache_folder() / "hypothesis")

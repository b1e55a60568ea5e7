"""Reading large texts in two processes: another one parses and reduces the later part meanwhile."""

from __future__ import annotations

import sys
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from azora_audit.forked import Forked, can_fork
from azora_audit.sources.ddl.chunks import next_cut, read_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.sources.ddl.chunks import Event

WORTH = 2_000_000
"""Bytes of SQL from which a second process pays."""

_SHARE = 0.3
"""Part of the text that stays here: this process also replays, and unpacks what the other one sends."""


def _read_all(texts: list[bytes], base: int) -> Iterator[tuple[int, bytes]]:
    """Read whole texts, in the other process; offsets in the first one count from `base`.

    Yields the text's number with each of its events, packed, and at last a number that no text has.
    """
    import pickle  # noqa: PLC0415 -- for large texts only

    for number, text in enumerate(texts):
        for event in read_pieces(text, base=0 if number else base):
            yield number, pickle.dumps(event, pickle.HIGHEST_PROTOCOL)
    yield len(texts), b""


class Ahead:
    """The events of several texts, the later ones from another process if they are large enough and one can be forked."""

    def __init__(self, texts: list[bytes]) -> None:
        """Start the other process if it pays; nothing is shared with a process that is itself a worker."""
        self._texts = texts
        self._first = len(texts)
        self._cut = 0
        self._forked: Forked | None = None
        self._arriving: Iterator[tuple[int, bytes]] = iter(())
        self._next: tuple[int, bytes] | None = (-1, b"")
        total = sum(len(text) for text in texts)
        if total >= WORTH and can_fork() and not _is_worker():
            self._start(int(total * _SHARE))

    def _start(self, offset: int) -> None:
        first = 0
        while offset >= len(self._texts[first]):
            offset -= len(self._texts[first])
            first += 1
        text = self._texts[first]
        cut = next_cut(text, offset, len(text))
        if cut is None:
            return
        self._first, self._cut = first, cut
        later = [text[cut:], *self._texts[first + 1 :]]
        self._forked = Forked(partial(_read_all, later, cut), spooled=True)
        self._arriving = iter(self._forked)

    def events(self, index: int) -> Iterator[Event]:
        """Yield the events of one text in order."""
        text = self._texts[index]
        if index < self._first:
            yield from read_pieces(text)
            return
        start = 0
        if index == self._first:
            start = yield from read_pieces(text, stop=self._cut)
            if start != self._cut:
                # the cut lay in a body or string: what the other process made of the rest is worth nothing
                yield from read_pieces(text, start)
                return
        arrived = 0
        for event in self._arrived(index - self._first):
            arrived += 1
            yield event
        if self._next is None:  # the other process ended too early
            yield from islice(read_pieces(text, start), arrived, None)

    def _arrived(self, number: int) -> Iterator[Event]:
        """Yield the events of the text with this number among those of the other process."""
        import pickle  # noqa: PLC0415 -- for large texts only

        while self._next is not None and self._next[0] <= number:
            if self._next[0] == number:
                yield pickle.loads(self._next[1])  # noqa: S301 -- packed by our own fork a moment ago
            self._next = next(self._arriving, None)

    def close(self) -> None:
        """End the other process."""
        if self._forked is not None:
            self._forked.close()


def _is_worker() -> bool:
    """Say whether this process is itself another one's worker: then all processors are busy already."""
    multiprocessing = sys.modules.get("multiprocessing.process")
    return multiprocessing is not None and multiprocessing.parent_process() is not None

"""Reading large texts in two processes: another one parses and reduces the later part meanwhile."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from azora_audit.sources.ddl.chunks import Event, next_cut, read_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future, ProcessPoolExecutor

WORTH = 8_000_000
"""Bytes of SQL from which a second process (some 40 ms to start) pays."""

_SHARE = 0.45
"""Part of the text that stays here: this process also replays, and unpacks what the other one sends."""


def _read_all(texts: list[bytes], base: int) -> list[list[Event]]:
    """Read whole texts, in the other process; offsets in the first one count from `base`."""
    gc.disable()
    return [list(read_pieces(text, base=0 if index else base)) for index, text in enumerate(texts)]


class Ahead:
    """The events of several texts, the later ones from another process if they are large enough."""

    def __init__(self, texts: list[bytes]) -> None:
        """Start the other process if it pays; nothing is shared with a process that is itself a worker."""
        self._texts = texts
        self._pool: ProcessPoolExecutor | None = None
        self._future: Future[list[list[Event]]] | None = None
        self._first = len(texts)
        self._cut = 0
        total = sum(len(text) for text in texts)
        if total >= WORTH and not _is_worker():
            self._start(int(total * _SHARE))

    def _start(self, offset: int) -> None:
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 -- 20 ms, for large texts only
        from multiprocessing import get_context  # noqa: PLC0415 -- as said above
        from threading import active_count  # noqa: PLC0415 -- as said above

        first = 0
        while offset >= len(self._texts[first]):
            offset -= len(self._texts[first])
            first += 1
        text = self._texts[first]
        cut = next_cut(text, offset, len(text))
        if cut is None:
            return
        self._first, self._cut = first, cut
        plain = sys.platform == "linux" and active_count() == 1
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("fork" if plain else "spawn"))
        self._future = self._pool.submit(_read_all, [text[cut:], *self._texts[first + 1 :]], cut)

    def events(self, index: int) -> Iterator[Event]:
        """Yield the events of one text in order."""
        text = self._texts[index]
        if self._future is None or index < self._first:
            yield from read_pieces(text)
            return
        if index == self._first:
            reached = yield from read_pieces(text, stop=self._cut)
            if reached != self._cut:
                # the cut lay in a body or string: what the other process made of the rest is worth nothing
                yield from read_pieces(text, reached)
                return
        yield from self._future.result()[index - self._first]

    def close(self) -> None:
        """End the other process."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)


def _is_worker() -> bool:
    """Say whether this process is itself another one's worker: then all processors are busy already."""
    multiprocessing = sys.modules.get("multiprocessing.process")
    return multiprocessing is not None and multiprocessing.parent_process() is not None

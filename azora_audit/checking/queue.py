"""A queue from which several processes take."""

from __future__ import annotations

import fcntl
import mmap
import tempfile
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

_Item = TypeVar("_Item")


class Queue(Generic[_Item]):
    """Items that a process and its forks take, each item once; only where there is fork.

    Each process begins at another place, so that items that stand beside each other stay together.
    """

    def __init__(self, items: Sequence[_Item], processes: int) -> None:
        """Make the queue before the processes are forked."""
        self._items = items
        self._processes = processes
        self._lock = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the queue
        self._taken = mmap.mmap(-1, max(len(items), 1))

    def __enter__(self) -> Queue[_Item]:
        """Return the queue."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Free what it holds in this process; others may go on."""
        self._lock.close()
        self._taken.close()

    def take(self, number: int) -> Iterator[_Item]:
        """Yield the items for the process with this number: for 0 from the front on, for others backwards."""
        count = len(self._items)
        begin = count * (number + 1) // self._processes - 1
        for step in range(count):
            index = (begin - step) % count if number else step
            if self._is_mine(index):
                yield self._items[index]

    def _is_mine(self, index: int) -> bool:
        fcntl.lockf(self._lock, fcntl.LOCK_EX)  # the lock is the process's and goes with it, however it ends
        try:
            mine = not self._taken[index]
            self._taken[index] = 1
        finally:
            fcntl.lockf(self._lock, fcntl.LOCK_UN)
        return mine

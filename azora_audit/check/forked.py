"""Work that a forked process does while this one does something else."""

from __future__ import annotations

import marshal
import os
import sys
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_LENGTH = 8
"""Bytes before each message in the pipe: the number of bytes that follow."""


def can_fork() -> bool:
    """Tell whether this process can go on in two: it is Linux's, and no other thread may hold a lock meanwhile."""
    return sys.platform == "linux" and threading.active_count() == 1


class Forked:
    """Messages from a forked process, each as soon as it is there.

    A process that fails just ends: whoever misses a message does its work itself, and meets the same fault.
    """

    def __init__(self, messages: Callable[[], Iterable[Any]]) -> None:
        """Begin.

        Args:
            messages: runs in the other process; what it yields must be plain data, which marshal writes three times as
                fast as pickle: no named tuples.
        """
        self._end, writing = os.pipe()
        self._child = os.fork()
        if self._child:
            os.close(writing)
            return
        os.close(self._end)  # or a killed parent would leave a child that waits for itself to read
        try:
            with open(writing, "wb") as pipe:  # noqa: PTH123 -- a descriptor, not a path
                for message in messages():
                    content = marshal.dumps(message)
                    pipe.write(len(content).to_bytes(_LENGTH, "little") + content)
                    pipe.flush()
        finally:
            os._exit(0)

    def __iter__(self) -> Iterator[Any]:
        """Yield the messages that arrive whole."""
        with open(self._end, "rb") as pipe:  # noqa: PTH123 -- a descriptor, not a path
            while True:
                size = int.from_bytes(pipe.read(_LENGTH), "little")
                content = pipe.read(size)
                if not size or len(content) < size:
                    break
                # written by our own fork a moment ago: the one place where marshal's trust is right
                yield marshal.loads(content)  # noqa: S302 -- as said above
        os.waitpid(self._child, 0)

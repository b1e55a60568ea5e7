"""Work that a forked process does while this one does something else."""

from __future__ import annotations

import marshal
import os
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_PIPE_BYTES = 1 << 20
"""What Linux lets any user ask for, instead of 64 KB: facts of 13 services with 51 tables are 300 KB."""

_LENGTH = 8
"""Bytes before each message in the pipe: the number of bytes that follow."""


def can_fork() -> bool:
    """Tell whether this process can go on in two: it is Linux's, and no other thread may hold a lock meanwhile."""
    if sys.platform != "linux":
        return False
    import threading  # noqa: PLC0415 -- nothing else of reading a small schema needs it

    return threading.active_count() == 1


class Forked:
    """Messages from a forked process, each as soon as it is there.

    A process that fails just ends: whoever misses a message does its work itself, and meets the same fault.
    """

    def __init__(self, messages: Callable[[], Iterable[Any]], *, spooled: bool = False) -> None:
        """Begin.

        Args:
            messages: runs in the other process; what it yields must be plain data, which marshal writes three times as
                fast as pickle: no named tuples.
            spooled: the other process is not to wait until its messages are read: they go through a temporary file.
        """
        self._spool = _temporary_file() if spooled else None
        end, writing = os.pipe()
        _widen(writing)
        self._child = os.fork()
        if self._child:
            os.close(writing)
            self._pipe = os.fdopen(end, "rb")
            return
        os.close(end)  # or a killed parent would leave a child that waits for itself to read
        try:
            with os.fdopen(writing, "wb") as pipe:
                for message in messages():
                    self._send(marshal.dumps(message), pipe)
        finally:
            os._exit(0)

    def _send(self, content: bytes, pipe: IO[bytes]) -> None:
        if self._spool is not None:
            self._spool.write(content)
            self._spool.flush()
        pipe.write(len(content).to_bytes(_LENGTH, "little"))
        if self._spool is None:
            pipe.write(content)
        pipe.flush()

    def __iter__(self) -> Iterator[Any]:
        """Yield the messages that arrive whole; then the process has ended."""
        offset = 0
        try:
            while size := int.from_bytes(self._pipe.read(_LENGTH), "little"):
                if self._spool is None:
                    content = self._pipe.read(size)
                else:
                    content = os.pread(self._spool.fileno(), size, offset)
                    offset += size
                if len(content) < size:
                    break
                # written by our own fork a moment ago: the one place where marshal's trust is right
                yield marshal.loads(content)  # noqa: S302 -- as said above
        finally:
            self.close()

    def close(self) -> None:
        """Read no more, and wait for the process to notice."""
        if self._pipe.closed:
            return
        self._pipe.close()
        if self._spool is not None:
            self._spool.close()
        os.waitpid(self._child, 0)


def _widen(pipe: int) -> None:
    """Make room in a pipe for what a small fleet comes to, so that the reading process need not wait for this one."""
    import fcntl  # noqa: PLC0415 -- not there on Windows, where nothing forks

    with suppress(OSError):  # a user may have so much of all pipes only
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _temporary_file() -> IO[bytes]:
    from tempfile import TemporaryFile  # noqa: PLC0415 -- 5 ms, only for what is large

    return TemporaryFile()

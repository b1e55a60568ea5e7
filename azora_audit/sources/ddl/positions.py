"""Byte offsets of a file to lines and columns."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate


class Positions:
    """Lines and columns (in code points) of byte offsets in one UTF-8 text.

    Attributes:
        path: the file's.
        data: the text.
        ascii: whether bytes and code points are the same.
        starts: offsets at which lines begin, None until they are asked for.
    """

    __slots__ = ("ascii", "data", "path", "starts")

    def __init__(self, path: str, data: bytes) -> None:
        """Remember the text; nothing is computed yet."""
        self.path = path
        self.data = data
        self.starts: list[int] | None = None
        self.ascii = data.isascii()

    def _lines(self) -> list[int]:
        lengths = [len(line) + 1 for line in self.data.split(b"\n")]
        starts = self.starts = [0, *accumulate(lengths)]
        starts.pop()
        return starts

    def start_of(self, line: int) -> int:
        """Return the offset at which a line begins; lines after the last begin at the end."""
        starts = self.starts or self._lines()
        return starts[line - 1] if line <= len(starts) else len(self.data)

    def line_text(self, line: int) -> str:
        """Return a line of the text."""
        return self.data[self.start_of(line) : self.start_of(line + 1)].decode("utf-8", "replace")

    def at(self, offset: int) -> tuple[int, int]:
        """Return line and column, from 1, of a byte offset."""
        starts = self.starts or self._lines()
        line = bisect_right(starts, offset)
        start = starts[line - 1]
        if self.ascii:
            return line, offset - start + 1
        return line, len(self.data[start:offset].decode("utf-8", "replace")) + 1

    def width(self, start: int, end: int) -> int:
        """Return the number of code points between two offsets."""
        return len(self.data[start:end].decode("utf-8", "replace"))

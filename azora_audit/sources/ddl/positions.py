"""Byte offsets of a file to lines and columns."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from azora_audit.findings import Place


class Positions:
    """Lines and columns (in code points) of byte offsets in one UTF-8 text; the line table is made at first use."""

    __slots__ = ("_ascii", "_starts", "data", "path")

    def __init__(self, path: str, data: bytes) -> None:
        """Remember the text; nothing is computed yet."""
        self.path = path
        self.data = data
        self._starts: list[int] | None = None
        self._ascii = data.isascii()

    def _lines(self) -> list[int]:
        lengths = [len(line) + 1 for line in self.data.split(b"\n")]
        starts = self._starts = [0, *accumulate(lengths)]
        starts.pop()
        return starts

    def start_of(self, line: int) -> int:
        """Return the offset at which a line begins; lines after the last begin at the end."""
        starts = self._starts or self._lines()
        return starts[line - 1] if line <= len(starts) else len(self.data)

    def line_text(self, line: int) -> str:
        """Return a line of the text."""
        return self.data[self.start_of(line) : self.start_of(line + 1)].decode("utf-8", "replace")

    def at(self, offset: int) -> tuple[int, int]:
        """Return line and column, from 1, of a byte offset."""
        starts = self._starts or self._lines()
        line = bisect_right(starts, offset)
        start = starts[line - 1]
        if self._ascii:
            return line, offset - start + 1
        return line, len(self.data[start:offset].decode("utf-8", "replace")) + 1

    def place(self, start: int, end: int) -> Place:
        """Return the region between two byte offsets, the second one past the last byte."""
        line, column = self.at(start)
        if self._ascii and b"\n" not in self.data[start:end]:
            return Place(self.path, line, column, line, column + end - start)
        end_line, end_column = self.at(end)
        return Place(self.path, line, column, end_line, end_column)

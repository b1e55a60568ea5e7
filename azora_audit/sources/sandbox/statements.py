"""Cuts a service's files into the statements that psql would send, one by one, each with its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple
from azora_audit.sources.ddl import psql
from azora_audit.sources.ddl.actions import NotUnderstood
from azora_audit.sources.ddl.chunks import after_meta
from azora_audit.sources.ddl.positions import Positions
from azora_audit.sources.ddl.read import encode
from azora_audit.sources.ddl.scan import skip_blanks
from azora_audit.sources.ddl.split import blank_comments, end_of_data, is_copy, next_piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from azora_audit.sources.ddl import Include, SqlFile

_HEAD = 400
"""Bytes of a statement that tell what it is."""


class Statement(NamedTuple):
    """One statement and where it stands."""

    positions: Positions
    start: int
    """Offset of its first word."""
    end: int

    @property
    def text(self) -> bytes:
        """The statement, with its semicolon."""
        return self.positions.data[self.start : self.end]

    @property
    def head(self) -> str:
        """Its first words in capitals, one blank between them."""
        text = self.positions.data[self.start : min(self.end, self.start + _HEAD)]
        return " ".join(blank_comments(text, 0, len(text)).decode("utf-8", "replace").upper().split())


class NotRun(NamedTuple):
    """A meta-command of psql that would change what is run, and is not followed: a file that is not there, say."""

    positions: Positions
    start: int
    end: int
    message: str


_ROWS = re.compile(rb"COPY\b[^;]*\b(?:FROM\s+STDIN|TO\s+STDOUT)\b", re.IGNORECASE)


def cut(
    files: Iterable[SqlFile], include: Include | None, opened: tuple[str, ...] = ()
) -> Iterator[Statement | NotRun]:
    r"""Yield the statements of files in order, those of included files in their places.

    Rows of COPY and the COPY that takes them are left out; so are meta-commands, but for the includes and `\q`.
    """
    for file in files:
        yield from _cut_file(file, include, (*opened, file.path))


def _cut_file(
    file: SqlFile, include: Include | None, opened: tuple[str, ...]
) -> Iterator[Statement | NotRun]:
    data = encode(file)
    positions = Positions(file.path, data)
    at = 0
    while (piece := next_piece(data, at)) is not None:
        at = piece.end
        if piece.kind == "meta":
            at = after_meta(data, piece.start, piece.end)
            meaning = psql.understand(data[piece.start : piece.end].decode("utf-8", "replace"), piece.start)
            if isinstance(meaning, psql.Quit):
                return
            if isinstance(meaning, psql.Included):
                place = NotRun(positions, piece.start, piece.end, "")
                yield from _included(place, meaning.target, include, opened)
            elif isinstance(meaning, NotUnderstood):
                yield NotRun(positions, piece.start, piece.end, meaning.detail)
        elif is_copy(data, piece):
            line = data.find(b"\n", at)
            at = end_of_data(data, len(data) if line < 0 else line + 1)
        else:
            start = skip_blanks(data, piece.start)
            if (
                start < piece.end
                and not _ROWS.match(data, start, piece.end)
                and data[start:at].strip() != b";"
            ):
                yield Statement(positions, start, piece.end)


def _included(
    place: NotRun, target: str, include: Include | None, opened: tuple[str, ...]
) -> Iterator[Statement | NotRun]:
    file = include(place.positions.path, target) if include is not None else None
    if file is None:
        yield place._replace(message=f"the included file {target} was not found")
    elif file.path in opened:
        yield place._replace(message=f"{file.path} includes itself ({target})")
    else:
        yield from cut([file], include, opened)

"""Reading all files of a service: cut, parse, reduce, replay, emit."""

from __future__ import annotations

import gc
import re
from typing import TYPE_CHECKING, Any

from azora_audit.catalog.tables import Comment, Source, Unread
from azora_audit.findings import Problem
from azora_audit.sources.ddl.actions import FileSwitch, NotUnderstood
from azora_audit.sources.ddl.ahead import Ahead
from azora_audit.sources.ddl.chunks import Actions, Event, Meta, Refusal, read_pieces
from azora_audit.sources.ddl.emit import KNOWN, emit
from azora_audit.sources.ddl.parse import available
from azora_audit.sources.ddl.positions import Positions
from azora_audit.sources.ddl.replay.handlers import replay
from azora_audit.sources.ddl.replay.session import Session
from azora_audit.sources.ddl.scan import skip_blanks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.catalog.facts import Facts
    from azora_audit.sources.ddl import Include, SqlFile

_NOTED = re.compile(rb"--[^\n]*@[A-Za-z]")
"""A comment that may hold an annotation."""

_STATEMENT_END = re.compile(rb";[ \t]*\r?\n")
"""Where the words that are shown for a statement stop at the latest."""

_SECRET = re.compile(
    r"(\bpassword\s*=\s*|\bpassword\s+[a-z&]*(?='))(?:'(?:[^']|'')*'?|[^\s';]+)|(://[^:/@\s]*:)[^@\s]*",
    re.IGNORECASE,
)
"""A password in a statement about roles or in a connection string: it is not shown."""

_FIRST_WORDS = 80
"""Characters of a statement that are shown for it."""


def read(files: list[SqlFile], facts: Facts, search_path: tuple[str, ...], include: Include | None) -> None:
    """Do what `read_sql` promises; garbage is not collected meanwhile, for the trees are large and without cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        session = Session(search_path)
        reader = _Reader(facts, include)
        texts = [encode(file) for file in files]
        if not available():
            _read_degraded(session, reader, list(zip(files, texts, strict=True)))
            return
        ahead = Ahead(texts)
        try:
            for index, file in enumerate(files):
                replay(session, reader.read_file(file, texts[index], ahead.events(index)))
        finally:
            ahead.close()
        reader.finish(session, KNOWN)
    finally:
        if enabled:
            gc.enable()


def _read_degraded(session: Session, reader: _Reader, files: list[tuple[SqlFile, bytes]]) -> None:
    """Read with sqlglot what it can tell, where libpg_query has no library, and label the sources so."""
    from azora_audit.sources.ddl import degraded  # noqa: PLC0415 -- sqlglot takes 160 ms to load

    for file, data in files:
        replay(session, reader.read_file(file, data, degraded.read_text(data)))
    reader.finish(session, degraded.KNOWN)
    reader.label("degraded")


def encode(file: SqlFile) -> bytes:
    """Return a file's text in UTF-8; a byte order mark and NUL characters become blanks, so that places stay."""
    text = file.text
    if text.startswith("\ufeff"):
        text = " " + text[1:]
    return text.replace("\0", " ").encode("utf-8", "replace")


class _Reader:
    """Turns files into streams of actions, with the files they include in their places."""

    def __init__(self, facts: Facts, include: Include | None) -> None:
        self._facts = facts
        self._include = include
        self._open: list[str] = []
        self._texts: list[Positions] = []

    def label(self, name: str) -> None:
        """Say in the service's sources of SQL which reader read them."""
        sources = self._facts.rows(Source)
        sources[:] = [row._replace(reader=name) if row.reader == "postgresql" else row for row in sources]

    def read_file(self, file: SqlFile, data: bytes, events: Iterator[Event]) -> list[tuple[int, Any]]:
        """Return the actions of a file and of those that it includes."""
        positions = Positions(file.path, data)
        if "\0" in file.text:
            place = file.text.index("\0")
            self._problem(
                positions,
                "syntax-error",
                len(file.text[:place].encode()),
                "the file has a NUL character",
                _NUL_HELP,
            )
        self._texts.append(positions)
        self._open.append(file.path)
        items: list[tuple[int, Any]] = [(0, FileSwitch(positions))]
        self._read_text(positions, events, items)
        self._open.pop()
        return items

    def _read_text(self, positions: Positions, events: Iterator[Event], items: list[tuple[int, Any]]) -> None:
        foreign: dict[str, int] = {}
        for piece in events:
            if isinstance(piece, Actions):
                items += piece.items
            elif isinstance(piece, Refusal):
                self._refused(positions, piece, items, foreign)
            elif not self._meta(positions, piece, items):
                break

    def _refused(
        self, positions: Positions, refusal: Refusal, items: list[tuple[int, Any]], foreign: dict[str, int]
    ) -> None:
        """Say why a statement was not read: a template, another dialect, or a syntax error."""
        from azora_audit.sources.ddl import dialect  # noqa: PLC0415 -- most files have nothing to refuse

        text = positions.data[refusal.start : refusal.end].decode("utf-8", "replace")
        at = skip_blanks(positions.data, refusal.start)
        template = dialect.find_template(text)
        if template is not None:
            detail = f"the statement has {template}, and is SQL only after something else has filled it in."
            items.append((refusal.start, NotUnderstood("template", detail, at)))
            return
        found = dialect.find_dialect(text)
        if found is None:
            place = refusal.start + refusal.failure.offset if refusal.failure.offset else at
            if place >= refusal.end:
                place = max(refusal.end - 1, refusal.start) if refusal.failure.offset else refusal.start
            self._problem(positions, "syntax-error", place, refusal.failure.message, _SYNTAX_HELP)
            return
        name, evidence = found
        foreign[name] = foreign.get(name, 0) + 1
        if foreign[name] == 1:
            detail = (
                f"this is {dialect.NAMES[name]} ({evidence}), not PostgreSQL; no such statement was read."
            )
            items.append((refusal.start, NotUnderstood("other-dialect", detail, at)))

    def _problem(self, positions: Positions, kind: str, at: int, message: str, advice: str) -> None:
        line, column = positions.at(at)
        self._facts.problems.append(
            Problem(kind, self._facts.service, positions.path, line, column, message, advice)
        )

    def _meta(self, positions: Positions, piece: Meta, items: list[tuple[int, Any]]) -> bool:
        """Follow a meta-command of psql; returns whether psql reads on."""
        from azora_audit.sources.ddl import psql  # noqa: PLC0415 -- migrations have none

        meaning = psql.understand(
            positions.data[piece.start : piece.end].decode("utf-8", "replace"), piece.start
        )
        if isinstance(meaning, NotUnderstood):
            items.append((piece.start, meaning))
        elif isinstance(meaning, psql.Included):
            self._included(positions, piece.start, meaning.target, items)
        return not isinstance(meaning, psql.Quit)

    def _included(self, positions: Positions, start: int, target: str, items: list[tuple[int, Any]]) -> None:
        file = self._include(positions.path, target) if self._include is not None else None
        if file is None:
            self._problem(
                positions, "missing-file", start, f"the included file {target} was not found", _MISSING_HELP
            )
        elif file.path in self._open:
            self._problem(
                positions, "include-cycle", start, f"{file.path} includes itself ({target})", _CYCLE_HELP
            )
        else:
            data = encode(file)
            items += self.read_file(file, data, read_pieces(data))
            items.append((start, FileSwitch(positions)))

    def finish(self, session: Session, known: tuple[type, ...]) -> None:
        """Write the facts of the replayed schema."""
        emit(session, self._facts)
        _tell(session, self._facts)
        self.note_comments()
        self._facts.know(known)

    def note_comments(self) -> None:
        """Read annotations and allowances in comments, where there are any."""
        if any("@" in comment.text for comment in self._facts.rows(Comment)):
            from azora_audit.sources.ddl.notes import annotate_comments  # noqa: PLC0415 -- as the condition says

            annotate_comments(self._facts)
        for positions in self._texts:
            if b"azora-audit:" in positions.data or _NOTED.search(positions.data):
                from azora_audit.sources.ddl.notes import note_comments  # noqa: PLC0415 -- as the condition says

                note_comments(positions, self._facts)


_SYNTAX_HELP = "PostgreSQL's own parser refuses this statement; all others of the file were read."
_NUL_HELP = "Remove the character; PostgreSQL cannot store it."
_MISSING_HELP = "Add the file, or correct its name."
_CYCLE_HELP = "Remove one of the includes."


def _tell(session: Session, facts: Facts) -> None:
    """Add a row for everything that was not understood or refused; syntax errors are problems."""
    rows = facts.rows(Unread)
    for remark in session.remarks:
        positions = remark.positions
        start = skip_blanks(positions.data, remark.start)
        line, column = positions.at(start if remark.at is None else remark.at)
        if remark.reason == "syntax-error":
            facts.problems.append(
                Problem(
                    "syntax-error", facts.service, positions.path, line, column, remark.detail, _SYNTAX_HELP
                )
            )
            continue
        shown = _STATEMENT_END.split(positions.data[start : start + 4 * _FIRST_WORDS], maxsplit=1)[0]
        words = " ".join(_SECRET.sub(r"\1\2…", shown.decode("utf-8", "ignore")).split())
        rows.append(
            Unread(1, remark.reason, words[:_FIRST_WORDS], remark.detail, positions.path, line, column)
        )

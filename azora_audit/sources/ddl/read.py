"""Reading all files of a service: parse, reduce, replay and emit."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from azora_audit.catalog.tables import Unread
from azora_audit.sources.ddl.chunks import pieces
from azora_audit.sources.ddl.emit import KNOWN, emit
from azora_audit.sources.ddl.parse import Failure
from azora_audit.sources.ddl.positions import Positions
from azora_audit.sources.ddl.reduce import reduce_statements
from azora_audit.sources.ddl.replay.handlers import replay
from azora_audit.sources.ddl.replay.session import Session
from azora_audit.sources.ddl.scan import skip_blanks

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts
    from azora_audit.sources.ddl import Include, SqlFile


def read(files: list[SqlFile], facts: Facts, search_path: tuple[str, ...], include: Include | None) -> None:
    """Do what `read_sql` promises; garbage is not collected meanwhile, for the trees are large and without cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        session = Session(search_path)
        for file in files:
            _read_file(session, file, include)
        emit(session, facts)
        _tell(session, facts)
        facts.know(KNOWN)
    finally:
        if enabled:
            gc.enable()


_FIRST_WORDS = 80
"""Characters of a statement that are shown for it."""


def _tell(session: Session, facts: Facts) -> None:
    """Add a row for everything that was not understood or refused."""
    rows = facts.rows(Unread)
    for remark in session.remarks:
        data = remark.positions.data
        start = skip_blanks(data, remark.start)
        words = " ".join(data[start : start + 4 * _FIRST_WORDS].decode("utf-8", "ignore").split())
        line, column = remark.positions.at(start if remark.at is None else remark.at)
        rows.append(
            Unread(1, remark.reason, words[:_FIRST_WORDS], remark.detail, remark.positions.path, line, column)
        )


def _read_file(session: Session, file: SqlFile, include: Include | None) -> None:
    del include
    data = file.text.encode()
    positions = Positions(file.path, data)
    items: list[tuple[int, Any]] = []
    for start, text, statements in pieces(data, 0, len(data)):
        if isinstance(statements, Failure):
            continue
        items += reduce_statements(text, start, statements)
    replay(session, positions, items)

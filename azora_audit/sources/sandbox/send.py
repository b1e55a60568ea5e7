"""Sends a statement and lets go of its rows as they come: hostile DDL may return more than fits into our memory."""

from __future__ import annotations

import selectors
from typing import TYPE_CHECKING

import psycopg
from psycopg.pq import ExecStatus

if TYPE_CHECKING:
    from psycopg.pq.abc import PGconn, PGresult


def send(connection: psycopg.Connection, text: bytes) -> None:
    """Run SQL text, which may be several statements, to its end.

    Args:
        connection: an idle connection, or one in a transaction.
        text: what psql would send.

    Raises:
        psycopg.Error: the first error of the server, or the session has ended.
    """
    pgconn = connection.pgconn
    pgconn.send_query(text)
    pgconn.set_single_row_mode()
    error: psycopg.Error | None = None
    with selectors.DefaultSelector() as selector:
        selector.register(pgconn.socket, selectors.EVENT_READ | selectors.EVENT_WRITE)
        while pgconn.flush():
            selector.select()
            pgconn.consume_input()
        selector.modify(pgconn.socket, selectors.EVENT_READ)
        while (result := _next(pgconn, selector)) is not None:
            status = result.status
            if status == ExecStatus.FATAL_ERROR:
                error = error or psycopg.errors.error_from_result(result, encoding=connection.info.encoding)
                continue  # the error reads its fields from the result
            if status == ExecStatus.COPY_IN:
                pgconn.put_copy_end(b"rows are not copied")
            elif status in (ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH):
                pgconn.get_copy_data(0)
            result.clear()
    if error is None and connection.closed:
        error = psycopg.OperationalError("the session has ended")
    if error is not None:
        raise error


def _next(pgconn: PGconn, selector: selectors.BaseSelector) -> PGresult | None:
    """Wait for the next row or result, dropping notifications that came with it."""
    while pgconn.is_busy():
        selector.select()
        try:
            pgconn.consume_input()
        except psycopg.OperationalError:
            break  # the last result says why the session has ended
        while pgconn.notifies() is not None:
            pass
    return pgconn.get_result()

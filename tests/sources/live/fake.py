"""Servers that are not what a user hopes for: they accept a connection, say their piece, and that is all."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from types import TracebackType


class FakeServer:
    """Listens on a local port and plays `speak` to everybody who connects."""

    def __init__(self, speak: Callable[[socket.socket], None]) -> None:
        self._speak = speak
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def url(self, parameters: str = "") -> str:
        return f"postgresql://auditor:s3cret-word@127.0.0.1:{self.port}/shop{parameters}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                self._speak(connection)


def mysql(connection: socket.socket) -> None:
    """The first packet of MySQL's protocol, which the server sends before it is spoken to."""
    greeting = b"\x0a8.0.36\0" + bytes(20) + b"mysql_native_password\0"
    connection.sendall(struct.pack("<I", len(greeting))[:3] + b"\0" + greeting)
    connection.recv(1024)


def without_tls(connection: socket.socket) -> None:
    """Answer every request for encryption with a no."""
    connection.recv(8)
    connection.sendall(b"N")
    connection.recv(1024)


def with_tls(context: ssl.SSLContext, connection: socket.socket) -> None:
    """Agree to encryption, and show a certificate."""
    connection.recv(8)
    connection.sendall(b"S")
    with context.wrap_socket(connection, server_side=True) as encrypted:
        encrypted.recv(1024)


def old(connection: socket.socket) -> None:
    """A PostgreSQL 11 that lets everybody in."""
    header = connection.recv(8)
    if struct.unpack(">II", header)[1] != 0x00030000 and struct.unpack(">II", header)[0] == 8:
        connection.sendall(b"N")
        connection.recv(8)
    connection.recv(4096)
    connection.sendall(_message(b"R", struct.pack(">I", 0)))
    for name, value in (
        ("server_version", "11.22"),
        ("client_encoding", "UTF8"),
        ("server_encoding", "UTF8"),
    ):
        connection.sendall(_message(b"S", name.encode() + b"\0" + value.encode() + b"\0"))
    connection.sendall(_message(b"K", struct.pack(">II", 1, 1)) + _message(b"Z", b"I"))
    connection.recv(4096)


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack(">I", len(body) + 4) + body

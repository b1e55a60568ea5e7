"""Reading and decoding files: the text, or the Problem that says why there is none."""

from __future__ import annotations

import os
import stat
from typing import Final

from azora_audit.findings import Problem

SIZE_LIMIT: Final = 256 * 1024 * 1024
"""Largest file that is read, in bytes."""

_UNICODE_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    # before UTF-16, whose mark is the beginning of this one
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)

_BINARY_MARKS: Final = (
    (
        b"PGDMP",
        "is a pg_dump archive",
        "Turn it into SQL: pg_restore --schema-only --file schema.sql ARCHIVE.",
    ),
    (b"\x1f\x8b", "is compressed by gzip", "Unpack it with gunzip."),
    (b"PK\x03\x04", "is a zip archive", "Unpack it."),
    (b"SQLite format 3\x00", "is a SQLite database", "Write out a PostgreSQL schema as SQL."),
)

_OPEN_FLAGS: Final = (
    os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
)
"""Not blocking: to open a named pipe would wait for a writer, for ever in a repository."""

_NOT_TEXT: Final = "Replace it with a text file in UTF-8, or exclude it in the settings ([fleet] exclude)."


def read_text(
    path: str | os.PathLike[str], shown: str, service: str = "", limit: int = SIZE_LIMIT
) -> str | Problem:
    """Return the text of a file without its byte order mark, line ends as they are, or why it cannot be read.

    Args:
        path: the file.
        shown: how the problem names it: relative to the fleet's root, with forward slashes.
        service: the service it belongs to, empty for the fleet.
        limit: largest size in bytes that is read.
    """
    data = read_bytes(path, shown, service, limit)
    return data if isinstance(data, Problem) else decode(data, shown, service)


def decode(data: bytes, shown: str, service: str = "") -> str | Problem:
    """Return the text of a file's bytes: UTF-8, or UTF-16 and UTF-32 by their byte order mark."""
    for mark, encoding in _UNICODE_MARKS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], encoding, len(mark), shown, service)
    for mark, fact, help_text in _BINARY_MARKS:
        if data.startswith(mark):
            return _problem("binary-file", service, shown, f"{shown} {fact}, not text.", help_text)
    return _decode(data, "utf-8", 0, shown, service)


def empty_file(shown: str, service: str) -> Problem:
    """Say that a file that must hold a schema holds nothing."""
    return _problem(
        "empty-file",
        service,
        shown,
        f"{shown} is empty.",
        "Restore its contents, or delete the file if the service has no such schema.",
    )


def read_bytes(
    path: str | os.PathLike[str], shown: str, service: str = "", limit: int = SIZE_LIMIT
) -> bytes | Problem:
    """Return the bytes of a file, or why it cannot be read; arguments are those of `read_text`."""
    try:
        with open(path, "rb", opener=open_at_once) as file:
            status = os.fstat(file.fileno())
            size = status.st_size
            if not stat.S_ISREG(status.st_mode):
                return not_a_file(shown, service)
            if size > limit:
                return _problem(
                    "file-too-large",
                    service,
                    shown,
                    f"{shown} has {size:,} bytes; more than {limit:,} are not read.",
                    "Leave the rows out (pg_dump --schema-only), or split the file.",
                )
            return file.read()
    except FileNotFoundError:
        return _problem(
            "missing-file",
            service,
            shown,
            f"{shown} does not exist.",
            "Restore it, or correct the path or link that names it.",
        )
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return _problem(
            "unreadable-file",
            service,
            shown,
            f"{shown} cannot be read: {reason}.",
            "Make it readable for the user who runs the audit, or exclude it in the settings ([fleet] exclude).",
        )


def open_at_once(path: str, _flags: int) -> int:
    """Open a file for reading without waiting, whatever it is; for the built-in `open`."""
    return os.open(path, _OPEN_FLAGS)


def not_a_file(shown: str, service: str = "") -> Problem:
    """Say that what should be a file is a named pipe, a socket or a device."""
    return _problem(
        "unreadable-file",
        service,
        shown,
        f"{shown} is a named pipe, a socket or a device, not a file; it was not read.",
        "Put a file in its place, or exclude it in the settings ([fleet] exclude).",
    )


def _decode(data: bytes, encoding: str, skipped: int, shown: str, service: str) -> str | Problem:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        offset = error.start + skipped
        name = encoding.upper()
        line = data.count(b"\n", 0, error.start) + 1 if encoding == "utf-8" else 0
        return _problem(
            "not-utf-8",
            service,
            shown,
            f"{shown} is not {name} text: byte {offset} (0x{data[error.start]:02x}) does not belong there.",
            "Convert it to UTF-8, for example with iconv -f WINDOWS-1252 -t UTF-8.",
            line,
        )
    # libpg_query's text ends at a NUL: what comes after it would be passed over silently
    if (at := text.find("\0")) >= 0:
        fact = f"{shown} is binary, not text: it holds a NUL character at character {at + 1}."
        return _problem("binary-file", service, shown, fact, _NOT_TEXT, text.count("\n", 0, at) + 1)
    return text


def _problem(kind: str, service: str, path: str, message: str, help_text: str, line: int = 0) -> Problem:
    return Problem(kind, service, path, line, 0, message, help_text)

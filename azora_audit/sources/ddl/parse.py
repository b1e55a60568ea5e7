"""The only door to libpg_query, PostgreSQL's own parser as a C library (the one that postgast ships).

The library is opened by ctypes without importing postgast's Python package, which would load protobuf (70 ms).
Trees are PostgreSQL's raw parse trees as JSON objects; locations in them are byte offsets in the text parsed.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any, TypeAlias

from azora_audit.records import NamedTuple

Node: TypeAlias = dict[str, Any]
"""A node of a parse tree."""

_SAFE_BYTES = 40_000
"""Texts up to this size cannot exhaust a stack of 8 MB, however deeply they nest."""

_STACK_PER_BYTE = 160
"""Stack that the deepest possible nesting needs per byte of SQL (measured: 115)."""

LARGEST_STATEMENT = 3_000_000
"""Bytes; beyond this a statement is not parsed, because its nesting could exhaust any stack."""

_ORJSON_WORTH = 300_000
"""Bytes of JSON from which loading orjson (25 ms) costs less than decoding with the standard library."""

_NEAR = ' at or near "'
"""What PostgreSQL writes before the token that it quotes, which reaches to the end of an open string."""

_PREFIXES = frozenset({"e'", "b'", "x'", "n'", "u&"})
"""How texts begin that do not begin with their quote."""

_PASSWORD = b"password "
"""Followed by a literal in statements about roles."""

_QUOTED = 60
"""Characters of the source that a message quotes at most."""

_FILE_NAMES = {"linux": "libpg_query.so", "darwin": "libpg_query.dylib", "win32": "pg_query.dll"}


class Failure(NamedTuple):
    """What libpg_query says about a text that it does not accept."""

    message: str
    offset: int
    """0-based offset in bytes."""


class _Error(ctypes.Structure):
    _fields_ = (
        ("message", ctypes.c_char_p),
        ("function", ctypes.c_char_p),
        ("file", ctypes.c_char_p),
        ("line", ctypes.c_int),
        ("position", ctypes.c_int),
        ("context", ctypes.c_char_p),
    )


class _ParseResult(ctypes.Structure):
    _fields_ = (
        ("tree", ctypes.c_char_p),
        ("standard_error", ctypes.c_char_p),
        ("error", ctypes.POINTER(_Error)),
    )


class _BodyResult(ctypes.Structure):
    _fields_ = (("functions", ctypes.c_char_p), ("error", ctypes.POINTER(_Error)))


def _open() -> ctypes.CDLL | None:
    """Open postgast's copy of the library; None where the platform has none."""
    from importlib.machinery import PathFinder  # noqa: PLC0415 -- only when SQL is read
    from pathlib import Path  # noqa: PLC0415

    package = PathFinder.find_spec("postgast")
    if package is None or not package.submodule_search_locations:
        return None
    file = Path(next(iter(package.submodule_search_locations)), _FILE_NAMES.get(sys.platform, ""))
    try:
        library = ctypes.CDLL(str(file))
    except OSError:
        return None
    library.pg_query_parse.argtypes = [ctypes.c_char_p]
    library.pg_query_parse.restype = _ParseResult
    library.pg_query_free_parse_result.argtypes = [_ParseResult]
    library.pg_query_free_parse_result.restype = None
    library.pg_query_parse_plpgsql.argtypes = [ctypes.c_char_p]
    library.pg_query_parse_plpgsql.restype = _BodyResult
    library.pg_query_free_plpgsql_parse_result.argtypes = [_BodyResult]
    library.pg_query_free_plpgsql_parse_result.restype = None
    return library


class _Library:
    """The opened library, once a process."""

    handle: ctypes.CDLL | None = None
    tried = False
    decoded = 0
    """Bytes of JSON decoded so far."""


def _library() -> ctypes.CDLL | None:
    if not _Library.tried:
        _Library.handle = _open()
        _Library.tried = True
    return _Library.handle


def available() -> bool:
    """Say whether libpg_query can be used on this machine."""
    return _library() is not None


def _decode(text: bytes) -> Any:
    _Library.decoded += len(text)
    if _Library.decoded < _ORJSON_WORTH and "orjson" not in sys.modules:
        import json  # noqa: PLC0415 -- one of the two is loaded, whichever is cheaper

        return json.loads(text)
    import orjson  # noqa: PLC0415

    return orjson.loads(text)


def _without_literals(message: str, text: bytes) -> str:
    """Shorten what a message quotes of the text, and leave it out where it may be a password."""
    head, near, token = message.partition(_NEAR)
    if not near:
        return message
    if token[:1] in "'$" or token[:2].lower() in _PREFIXES or _PASSWORD in text.lower():
        return head
    words = " ".join(token.removesuffix('"').split())
    return f'{head}{_NEAR}{words[:_QUOTED]}{"…" if len(words) > _QUOTED else ""}"'


def _failure(error: Any, text: bytes) -> Failure:
    message = _without_literals(error.contents.message.decode("utf-8", "replace"), text)
    characters = max(error.contents.position - 1, 0)
    if text.isascii():
        return Failure(message, min(characters, len(text)))
    before = text.decode("utf-8", "replace")[:characters]
    return Failure(message, len(before.encode()))


def _parse_here(text: bytes) -> list[Node] | Failure:
    library = _library()
    if library is None:
        raise RuntimeError("libpg_query is not available")
    result = library.pg_query_parse(text)
    try:
        if result.error:
            return _failure(result.error, text)
        try:
            statements: list[Node] = _decode(result.tree).get("stmts", [])
        except (RecursionError, ValueError):
            return Failure("the statement is nested too deeply to be read", 0)
        return statements
    finally:
        library.pg_query_free_parse_result(result)


def parse(text: bytes) -> list[Node] | Failure:
    """Parse SQL text (UTF-8, without NUL) and return its statements, or the first failure.

    Each statement is `{"stmt": {kind: node}, "stmt_location": byte, "stmt_len": bytes}`; a missing location is 0 and
    a missing length means up to the end. A statement's location includes leading blanks and comments.
    """
    if len(text) <= _SAFE_BYTES:
        return _parse_here(text)
    if len(text) > LARGEST_STATEMENT:
        return Failure(f"the text of {len(text)} bytes is too large to be parsed in one piece", 0)
    import threading  # noqa: PLC0415 -- large statements are rare

    results: list[list[Node] | Failure] = []
    before = threading.stack_size(max(len(text) * _STACK_PER_BYTE, 1 << 23) & ~0xFFFF)
    try:
        thread = threading.Thread(target=lambda: results.append(_parse_here(text)))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    return results[0]


def parse_body(statement: bytes) -> list[Node] | Failure:
    """Parse the PL/pgSQL body of a CREATE FUNCTION or DO statement and return its functions."""
    library = _library()
    if library is None:
        raise RuntimeError("libpg_query is not available")
    if len(statement) > LARGEST_STATEMENT:
        return Failure(f"the body of {len(statement)} bytes is too large to be parsed", 0)
    result = library.pg_query_parse_plpgsql(statement)
    try:
        if result.error:
            return _failure(result.error, statement)
        try:
            functions: list[Node] = _decode(result.functions)
        except (RecursionError, ValueError):
            return Failure("the body is nested too deeply to be read", 0)
        return functions
    finally:
        library.pg_query_free_plpgsql_parse_result(result)

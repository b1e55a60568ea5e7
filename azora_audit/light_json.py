"""JSON by whichever library is cheaper: importing orjson takes as long as reading or writing a megabyte without it.

What is read and written is the same for both, so that no outcome depends on which of them it was: where the standard
library is more lenient, or fails, orjson decides and words the error. Only integers of more than 64 bits differ, and
nothing here reads them.
"""

from __future__ import annotations

import json
import sys
from math import isinf
from typing import Any, NoReturn

_WORTH = 3_000_000
"""Bytes read, and twice those written, from which importing orjson pays: 40 million instructions, and its files to open."""

_SURROGATES = ("\\ud", "\\uD")
"""How escapes of surrogates begin: orjson takes them in pairs only."""


class _Work:
    done = 0


def loads(text: str | bytes) -> Any:
    """Return what a JSON text says.

    Raises:
        json.JSONDecodeError: it is no JSON, or not UTF-8.
    """
    if not _orjson_pays(len(text)):
        try:
            return by_standard_library(text)
        except (ValueError, RecursionError):
            pass  # orjson says what it makes of it
    import orjson  # noqa: PLC0415 -- see above

    return orjson.loads(text)


def dumps(value: object) -> bytes:
    """Return data as JSON in one line; what JSON does not know is taken as a list.

    Raises:
        TypeError: it is no list either, or a text that cannot be written in UTF-8.
    """
    if not _orjson_pays(0):
        try:
            written = by_standard_encoder(value)
        except (ValueError, TypeError, RecursionError):
            pass  # as above
        else:
            _Work.done += 2 * len(written)
            return written
    import orjson  # noqa: PLC0415 -- see above

    return orjson.dumps(value, default=tuple, option=orjson.OPT_NON_STR_KEYS)


def by_standard_library(text: str | bytes) -> Any:
    """Return what a JSON text says where that is beyond doubt.

    Raises:
        ValueError: it is not; RecursionError: it is nested deeply.
    """
    decoded = text if isinstance(text, str) else text.decode()
    if not decoded.isascii():
        decoded.encode()
    if any(mark in decoded for mark in _SURROGATES):
        raise ValueError("surrogates")
    return _DECODER.decode(decoded)


def by_standard_encoder(value: object) -> bytes:
    """Return data as JSON where that is beyond doubt.

    Raises:
        ValueError, TypeError: it is not; RecursionError: it is nested deeply.
    """
    return _ENCODER.encode(value).encode()


def _orjson_pays(size: int) -> bool:
    _Work.done += size
    return _Work.done > _WORTH or "orjson" in sys.modules


def _finite(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise ValueError(text)
    return number


def _refuse(constant: str) -> NoReturn:
    """Refuse NaN and Infinity, which are no JSON."""
    raise ValueError(constant)


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse)
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=tuple)

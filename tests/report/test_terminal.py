from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import termios

import pytest

from azora_audit.report.characters import ASCII, UNICODE
from azora_audit.report.terminal import Terminal, color_wanted, terminal_of, width_wanted


@pytest.mark.parametrize(
    ("environ", "isatty", "wanted"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"FORCE_COLOR": "false"}, True, False),
        ({"FORCE_COLOR": ""}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": "dumb", "FORCE_COLOR": "3"}, True, True),
        ({"CI": "true"}, True, False),
        ({"CI": "false"}, True, True),
        ({"CI": "true", "FORCE_COLOR": "1"}, False, True),
    ],
)
def test_color(environ: dict[str, str], isatty: bool, wanted: bool) -> None:
    assert color_wanted(environ, isatty=isatty) is wanted


def test_a_terminal_tells_its_own_width() -> None:
    main, side = pty.openpty()
    with os.fdopen(main), os.fdopen(side, "w", encoding="utf-8") as stream:
        _resize(side, rows=30, columns=123)
        assert width_wanted({}, stream) == 123
        assert width_wanted({"COLUMNS": "66"}, stream) == 66
        assert width_wanted({"COLUMNS": "wide"}, stream) == 123
        assert terminal_of(stream, {}) == Terminal(123, color=True, glyphs=UNICODE)
        _resize(side, rows=0, columns=0)
        assert width_wanted({}, stream) == 80


def _resize(descriptor: int, *, rows: int, columns: int) -> None:
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def test_a_stream_that_is_no_terminal_is_80_columns_of_plain_text() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    assert terminal_of(stream, {}) == Terminal(80, color=False, glyphs=ASCII)

from __future__ import annotations

import io

import pytest

from azora_audit.report.characters import ASCII
from azora_audit.report.progress import Progress, progress_line, progress_wanted
from azora_audit.report.terminal import Terminal

PERSON = {"TERM": "xterm-256color"}


class Screen(io.StringIO):
    """A terminal that keeps what is written to it."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True

    def shown(self) -> str:
        """What a person sees at the end: the text after the last erasure."""
        return self.getvalue().rpartition("\r\x1b[2K")[2]


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("environ", "isatty", "quiet", "wanted"),
    [
        (PERSON, True, False, True),
        (PERSON, False, False, False),
        (PERSON, True, True, False),
        (PERSON | {"CI": "true"}, True, False, False),
        ({"TERM": "dumb"}, True, False, False),
        ({}, True, False, False),
    ],
)
def test_only_a_person_at_a_terminal_sees_progress(
    environ: dict[str, str], isatty: bool, quiet: bool, wanted: bool
) -> None:
    assert progress_wanted(environ, isatty=isatty, quiet=quiet) is wanted


def test_a_short_run_shows_nothing() -> None:
    screen, clock = Screen(), Clock()
    with Progress(screen, PERSON, clock=clock) as progress:
        clock.now += 0.49
        progress.update(1, 2)
    assert screen.getvalue() == ""


def test_a_long_run_shows_one_line_and_erases_it() -> None:
    screen, clock = Screen(), Clock()
    with Progress(screen, PERSON, clock=clock) as progress:
        clock.now += 0.5
        progress.update(250, 1000)
        assert screen.shown() == f"checking services {'█' * 6}{'░' * 18} 250/1,000"
        clock.now += 0.05
        progress.update(300, 1000)
        assert "250/1,000" in screen.shown()
        clock.now += 0.05
        progress.update(500, 1000)
        assert "500/1,000" in screen.shown()
    assert screen.shown() == ""
    assert "\n" not in screen.getvalue()


def test_an_error_erases_the_line_too() -> None:
    screen, clock = Screen(), Clock()
    progress = Progress(screen, PERSON, clock=clock)

    def interrupted() -> None:
        with progress:
            clock.now += 1
            progress.update(1, 2)
            assert "1/2" in screen.shown()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert screen.shown() == ""
    clock.now += 1
    progress.update(2, 2)
    assert screen.shown() == ""


def test_quiet_runs_write_nothing() -> None:
    screen, clock = Screen(), Clock()
    with Progress(screen, PERSON, quiet=True, clock=clock) as progress:
        clock.now += 10
        progress.update(1, 2)
    assert screen.getvalue() == ""


@pytest.mark.parametrize(
    ("done", "total", "line"),
    [
        (0, 0, "at it ------------------------ 0/0"),
        (1, 3, "at it ########---------------- 1/3"),
        (3, 3, "at it ######################## 3/3"),
        (9, 3, "at it ######################## 9/3"),
    ],
)
def test_the_line(done: int, total: int, line: str) -> None:
    assert progress_line("at it", done, total, Terminal(glyphs=ASCII)) == line


def test_the_line_never_wraps() -> None:
    assert progress_line("checking", 1, 2, Terminal(20, glyphs=ASCII)) == "checking #######..."

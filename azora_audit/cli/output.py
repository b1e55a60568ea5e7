"""Where commands write to: the terminal, files, and the exit code."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING, NoReturn, TextIO

from azora_audit.errors import AzoraAuditError, RulebookError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from azora_audit.report.terminal import Terminal

EXIT_NOT_JUDGED = 2

_AT_ONCE = 1_000
"""Lines of a report that are written together."""


def terminal_here(stream: TextIO | None = None) -> Terminal:
    """Return what the terminal behind a stream can show, standard output by default."""
    from azora_audit.report.terminal import terminal_of

    return terminal_of(stream or sys.stdout, os.environ)


def source_lines(root: Path) -> Callable[[str], list[str] | None]:
    """Return what gives the reports the lines of a file; None for a file that is gone by now."""
    from azora_audit.sources.files import read_text

    def lines(path: str) -> list[str] | None:
        text = read_text(root / path, path)
        return text.split("\n") if isinstance(text, str) else None

    return lines


def write(parts: Iterable[bytes], output: Path | None) -> None:
    """Write a report to standard output, or to a file that is replaced only when the report is complete."""
    if output is None:
        try:
            lines = iter(parts)
            # together, because with PYTHONUNBUFFERED, as images of containers set it, each is written for itself
            while block := b"".join(islice(lines, _AT_ONCE)):
                sys.stdout.buffer.write(block)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            # `| head` has seen enough; the descriptor is replaced so that Python's own flush at exit stays silent
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            fail(AzoraAuditError(f"The report cannot be written to standard output: {error.strerror}."))
        return
    target = output.resolve()  # of a link, so that it stays one
    if target.exists() and not target.is_file():
        # a device or a pipe takes what is written, and a file must not take its place
        append(parts, target)
        return
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            file.writelines(parts)
        partial.replace(target)
    except OSError as error:
        fail(AzoraAuditError(f"The report cannot be written: {error.strerror}.", path=str(output)))
    finally:
        with suppress(OSError):  # it is gone when all went well, and was never there in a folder that is none
            partial.unlink()


def append(parts: Iterable[bytes], output: Path) -> None:
    """Add a report to the end of a file."""
    try:
        with output.open("ab") as file:
            file.writelines(parts)
    except OSError as error:
        fail(AzoraAuditError(f"The report cannot be added: {error.strerror}.", path=str(output)))


@contextmanager
def shown_errors() -> Iterator[None]:
    """Show errors that are raised on purpose as text, and leave with the exit code for what was not judged."""
    try:
        yield
    except AzoraAuditError as error:
        fail(error)


def tell(text: str, *, err: bool = False) -> None:
    """Print lines that hold what strangers wrote, none of which may command the CI runner that reads them."""
    import click

    from azora_audit.report.characters import calm

    click.echo("\n".join(map(calm, text.splitlines())), err=err)


def fail(error: AzoraAuditError) -> NoReturn:
    """Show an error and leave."""
    for problem in error.problems if isinstance(error, RulebookError) else [error]:
        told = f"error: {problem}\n  help: {problem.help}" if problem.help else f"error: {problem}"
        tell(told, err=True)
    sys.exit(EXIT_NOT_JUDGED)


def leave(code: int) -> NoReturn:
    """Exit at once: taking down a large heap object by object takes longer than writing a report of it."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)

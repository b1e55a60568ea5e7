"""The options that say how and where a report is written, the same for every command that has one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from azora_audit.cli.output import shown_errors, source_lines, terminal_here, write
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from azora_audit.findings import Report
    from azora_audit.proof import ProofReport
    from azora_audit.report.rule_pages import RulePages


class Outputs(NamedTuple):
    """The format of standard output, None for nothing, and the files to write with the format of each."""

    shown: str | None
    files: tuple[tuple[str, Path], ...]

    def among(self, formats: frozenset[str]) -> bool:
        """Say whether a report of one of these formats is wanted."""
        return self.shown in formats or any(name in formats for name, _ in self.files)


def report_options(formats: Iterable[str]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that gives a command `--format`, `--output` and `--repository`; the first is its `form`."""
    form = click.option(
        "--format", "form", type=click.Choice(list(formats)), help="Format of the report; text by default."
    )
    output = click.option(
        "--output",
        multiple=True,
        metavar="[FORMAT=]FILE",
        help="Write the report to a file; with FORMAT= another one beside it. Repeatable.",
    )
    repository = click.option(
        "--repository",
        type=click.Path(path_type=Path, file_okay=False, exists=True),
        help="Root of the repository, which paths in reports for CI start from; found by .git by default.",
    )
    return lambda command: form(output(repository(command)))


def outputs_of(form: str | None, output: Iterable[str], formats: Iterable[str]) -> Outputs:
    """Return where to write what.

    Raises:
        click.UsageError: two files for the same report, two reports for the same file, or an unknown format.
    """
    known = tuple(formats)
    files: list[tuple[str, Path]] = []
    plain = False
    for text in output:
        name, sign, path = text.partition("=")
        if not sign or not name.isalpha():
            if plain:
                raise click.UsageError("--output: only one file is of the format that --format names.")
            plain = True
            files.append((form or "text", Path(text)))
        elif name not in known:
            help_ = f"there are {', '.join(known)}; a file of this name is ./{text}"
            raise click.UsageError(f"--output: {name} is no format: {help_}.")
        elif not path:
            raise click.UsageError(f"--output: {text} names no file.")
        else:
            files.append((name, Path(path)))
    targets = [target for _, target in files]
    for target in targets:
        if targets.count(target) > 1:
            raise click.UsageError(f"--output: {target} is named for two reports.")
    return Outputs(None if plain else form or "text", tuple(files))


def write_reports(
    report: Report | ProofReport,
    outputs: Outputs,
    *,
    root: Path,
    repository: Path | None,
    rules: RulePages,
    fail_on: str,
    limit: int | None = None,
    group_by: str = "rule",
    quiet: bool = False,
) -> None:
    """Write a report everywhere it is wanted, the files first: who reads the terminal may leave it early.

    `root` is the folder that its paths are relative to.
    """
    from azora_audit.report.characters import glyphs_for
    from azora_audit.report.formats import View, render
    from azora_audit.report.terminal import Terminal

    view = View(
        fail_on,
        source_lines(root),
        Terminal(glyphs=glyphs_for("utf-8")),
        rules=rules,
        folder=_below(repository, root),
        group_by=group_by,
        limit=limit,
        quiet=quiet,
    )
    with shown_errors():
        for name, path in outputs.files:
            write(render(name, report, view), path)
        if outputs.shown is not None:
            here = view._replace(terminal=terminal_here(), encoding=sys.stdout.encoding)
            write(render(outputs.shown, report, here), None)


def _below(repository: Path | None, root: Path) -> str:
    """Return a folder's path from the root of its repository; from itself where it is in none.

    Raises:
        click.UsageError: the folder is not in the repository that is named.
    """
    folder = root.resolve()
    if repository is None:
        around = (each for each in (folder, *folder.parents) if (each / ".git").exists())
        repository = next(around, folder)
    try:
        below = folder.relative_to(repository.resolve())
    except ValueError:
        raise click.UsageError(f"--repository: {folder} is not in {repository}.") from None
    return "" if below == Path() else below.as_posix()

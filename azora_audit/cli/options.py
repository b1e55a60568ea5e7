"""The options that several commands have: which severity fails, how and where a report is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from azora_audit.cli.output import shown_errors
from azora_audit.cli.reports import Outputs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from azora_audit.findings import Report

SEVERITIES = click.Choice(["note", "warning", "error", "never"])


def report_options(formats: Iterable[str]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that gives a command the options that `outputs_of` takes; `--format` is its `form`."""
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
    former = click.option(
        "--former",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="RUN",
        help="JSON report of a former run, for the HTML report to show what has changed.",
    )
    new_only = click.option(
        "--new-only", is_flag=True, help="Leave out of the reports what is accepted or allowed."
    )
    return lambda command: form(output(repository(former(new_only(command)))))


def _former_report(path: Path | None) -> Report | None:
    """Read the former run if there is one; what is wrong with it ends the command before it does anything."""
    if path is None:
        return None
    from azora_audit import api
    from azora_audit.report.proof_outcome import as_report

    with shown_errors():
        return as_report(api.load_report(path).report)


def outputs_of(
    form: str | None,
    output: Iterable[str],
    formats: Iterable[str],
    *,
    repository: Path | None = None,
    former: Path | None = None,
    new_only: bool = False,
) -> Outputs:
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
    return Outputs(
        None if plain else form or "text", tuple(files), repository, _former_report(former), new_only
    )

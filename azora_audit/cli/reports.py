"""Reports, written everywhere they are wanted."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from azora_audit.cli.output import append, shown_errors, source_lines, terminal_here, write
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from azora_audit.findings import Report
    from azora_audit.proof import ProofReport
    from azora_audit.report.formats import View
    from azora_audit.report.rule_pages import RulePages


class Outputs(NamedTuple):
    """Where to write what.

    `shown` is the format of standard output, None for nothing; `files` are the files to write with the format of each;
    `repository` is the folder that paths in reports for CI start from, None where it is to be found; `former` is
    the report of a former run to compare with; `new_only` leaves accepted and allowed findings out.
    """

    shown: str | None
    files: tuple[tuple[str, Path], ...]
    repository: Path | None = None
    former: Report | None = None
    new_only: bool = False

    def among(self, formats: frozenset[str]) -> bool:
        """Say whether a report of one of these formats is wanted."""
        return self.shown in formats or any(name in formats for name, _ in self.files)


TEXT = Outputs("text", ())
"""What is written where nobody says what to write."""


def write_reports(
    report: Report | ProofReport,
    outputs: Outputs,
    *,
    root: Path,
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
        folder=_way_to(root, outputs.repository),
        group_by=group_by,
        limit=limit,
        quiet=quiet,
        former=outputs.former,
        written=_now,
    )
    if outputs.new_only:
        report = _new_of(report)
    with shown_errors():
        for name, path in outputs.files:
            write(render(name, report, view), path)
        if outputs.shown == _SUMMARIZED and os.environ.get(_SUMMARY):
            _summarize(report, view, Path(os.environ[_SUMMARY]))
        if outputs.shown is not None:
            here = view._replace(terminal=terminal_here(), encoding=sys.stdout.encoding)
            write(render(outputs.shown, report, here), None)


def _now() -> str:
    """Return the time in words, that of SOURCE_DATE_EPOCH where it is set, so that a report can be made again."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    seconds = int(epoch) if epoch.isdecimal() else time.time()
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(seconds))


_SUMMARIZED = "github"
_SUMMARY = "GITHUB_STEP_SUMMARY"
"""Names the file that becomes the summary of a GitHub job."""

_SUMMARY_ROOM = 1_000_000
"""Bytes of that file; GitHub drops one of more than 1 MiB."""

_LEAST_ROOM = 20_000


def _summarize(report: Report | ProofReport, view: View, summary: Path) -> None:
    """Add the report in Markdown to the summary of a GitHub job, as far as there is room left."""
    from azora_audit.report.formats import render

    room = _SUMMARY_ROOM - (summary.stat().st_size if summary.exists() else 0)
    if room < _LEAST_ROOM:
        print("azora-audit: the job's summary is full, so nothing is added to it", file=sys.stderr)  # noqa: T201
        return
    append(render("markdown", report, view._replace(room=room)), summary)


def _new_of(report: Report | ProofReport) -> Report | ProofReport:
    """Return a report without the findings that are accepted or allowed; a proof has none."""
    from azora_audit.findings import Report

    if not isinstance(report, Report):
        return report
    return report._replace(findings=tuple(finding for finding in report.findings if finding.status == "new"))


def _way_to(root: Path, repository: Path | None) -> Callable[[], str]:
    """Return what gives a folder's path from the root of its repository; from itself where it is in none.

    Raises:
        click.UsageError: the folder is not in the repository that is named.
    """
    if repository is None:
        return lambda: _below(root.resolve(), _repository_of(root.resolve()))
    try:
        way = _below(root.resolve(), repository.resolve())
    except ValueError:
        import click

        raise click.UsageError(f"--repository: {root} is not in {repository}.") from None
    return lambda: way


def _repository_of(folder: Path) -> Path:
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)


def _below(folder: Path, repository: Path) -> str:
    below = folder.relative_to(repository)
    return "" if below == Path() else below.as_posix()

"""`azora-audit baseline`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from azora_audit.cli.output import EXIT_NOT_JUDGED, shown_errors, tell, terminal_here

if TYPE_CHECKING:
    from azora_audit.api import Baselined


@click.command()
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option(
    "--prune", is_flag=True, help="Accept nothing; drop the entries that no longer match a finding."
)
@click.option("--reason", default="", help="Why the findings are accepted, for every report.")
@click.option("--until", metavar="YYYY-MM-DD", help="The last day on which they are accepted.")
@click.option(
    "--db", "databases", multiple=True, metavar="[SERVICE=]URL", help="Running databases, as for check."
)
@click.option("--live", is_flag=True, help="Read the databases that the settings name.")
@click.option("--settings", "settings_file", type=click.Path(path_type=Path), help="Settings file to use.")
@click.option("--profile", help="Profile of rules, as for check.")
@click.option(
    "--select", multiple=True, metavar="RULE", help="Accept findings of these rules or categories only."
)
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave out these rules or categories.")
@click.option("--quiet", "-q", is_flag=True, help="No progress.")
def baseline(
    path: Path,
    prune: bool,
    reason: str,
    until: str | None,
    databases: tuple[str, ...],
    live: bool,
    settings_file: Path | None,
    profile: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    quiet: bool,
) -> None:
    """Accept the findings of today in the schemas at PATH: from now on only new ones fail a run.

    Every report shows what is accepted. A finding is new again when its object changes. What could not be read or
    understood cannot be accepted: it makes the exit code 2 here as it does in `check`.
    """
    from azora_audit import api
    from azora_audit.report.progress import Progress

    with shown_errors(), Progress(sys.stderr, os.environ, quiet=quiet) as progress:
        done = api.baseline(
            path,
            settings_file=settings_file,
            prune=prune,
            reason=reason,
            until=until,
            databases=databases,
            live=live,
            profile=profile,
            select=select,
            ignore=ignore,
            progress=progress.update,
        )
    for line in _told(done, prune=prune):
        tell(line)
    if done.problems:
        _show_problems(done)
        sys.exit(EXIT_NOT_JUDGED)


def _told(done: Baselined, *, prune: bool) -> list[str]:
    told = [f"wrote {done.path}: {_findings(done.accepted)} accepted"]
    if done.added:
        told[0] += f", {done.added:,} of them from now on"
    if done.dropped:
        told.append(f"let go: {_findings(done.dropped)} that {'is' if done.dropped == 1 else 'are'} no more")
    if done.unmatched:
        told.append(
            f"{done.unmatched:,} of the entries match nothing any more; `azora-audit baseline --prune` drops them"
        )
    if not prune:
        told.append("next: commit the file, and run `azora-audit check` in CI")
    return told


def _findings(count: int) -> str:
    return f"{count:,} finding{'s' * (count != 1)}"


def _show_problems(done: Baselined) -> None:
    from azora_audit.report.text import render_problems

    for line in render_problems(done.problems, terminal=terminal_here(sys.stderr)):
        tell(line, err=True)
    count = len(done.problems)
    click.echo(f"{count:,} problem{'s' * (count != 1)} cannot be accepted: mend the files.", err=True)

"""`azora-audit fix`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from azora_audit.cli.output import EXIT_NOT_JUDGED, shown_errors, tell, terminal_here, write


@click.command()
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option("--write", "written", is_flag=True, help="Change the files, instead of printing a patch.")
@click.option("--rule", "rules", multiple=True, metavar="RULE", help="Mend only findings of this rule.")
@click.option(
    "--unsafe", multiple=True, metavar="RULE", help="Mend findings of this rule although its fix is unsafe."
)
@click.option(
    "--untried", is_flag=True, help="Do not run new migrations on a throw-away PostgreSQL beforehand."
)
@click.option("--postgres-bin", type=click.Path(path_type=Path), help="Folder of the PostgreSQL to start.")
@click.option("--settings", "settings_file", type=click.Path(path_type=Path), help="Settings file to use.")
@click.option("--profile", help="Profile of rules: recommended (default), strict ...")
def fix(
    path: Path,
    written: bool,
    rules: tuple[str, ...],
    unsafe: tuple[str, ...],
    untried: bool,
    postgres_bin: Path | None,
    settings_file: Path | None,
    profile: str | None,
) -> None:
    """Mend what can be mended at PATH: schema.prisma in place, databases by new migrations.

    Prints a patch for `git apply`, and what it mends on standard error. Each change was tried: its finding is gone, no
    other one appears, and its migrations run on a PostgreSQL whose tables hold rows.
    """
    from azora_audit import api
    from azora_audit.report.fix_text import render_fixes, render_patch

    with shown_errors():
        mended = api.fix(
            path,
            settings_file=settings_file,
            profile=profile,
            rules=rules,
            unsafe=unsafe,
            tried=not untried,
            postgres_bin=postgres_bin,
        )
        if written:
            api.write_changes(mended)
    if not written:
        write((line.encode() for line in render_patch(mended.report)), None)
    for line in render_fixes(mended.report, written=written, terminal=terminal_here(sys.stderr)):
        tell(line, err=True)
    if mended.report.problems:
        sys.exit(EXIT_NOT_JUDGED)

"""`azora-audit query`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from azora_audit.cli.output import EXIT_NOT_JUDGED, shown_errors, tell, terminal_here, write

if TYPE_CHECKING:
    from azora_audit import api
    from azora_audit.findings import Problem


@click.command()
@click.argument("sql", required=False)
@click.option(
    "--path",
    type=click.Path(path_type=Path),
    default=".",
    help="Fleet to ask; the current folder by default.",
)
@click.option(
    "--db", "databases", multiple=True, metavar="[SERVICE=]URL", help="Running databases, as for check."
)
@click.option("--live", is_flag=True, help="Read the databases that the settings name.")
@click.option("--tables", is_flag=True, help="List the catalog's tables and columns instead.")
@click.option("--save", type=click.Path(path_type=Path), help="Write the catalog to a SQLite file.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
)
def query(
    sql: str | None,
    path: Path,
    databases: tuple[str, ...],
    live: bool,
    tables: bool,
    save: Path | None,
    form: str,
) -> None:
    """Run one SELECT, in SQLite's dialect, on the catalog of the whole fleet.

    Exits with 2 when something is missing in the catalog because it could not be read or understood.
    """
    from azora_audit import api

    answer: api.Answer | None = None
    problems: tuple[Problem, ...] = ()
    with shown_errors():
        if tables:
            answer = api.catalog_columns()
        elif save is not None:
            problems = api.save_catalog(path, save, databases=databases, live=live)
        elif sql is not None:
            answer = api.query(path, sql, databases=databases, live=live)
            problems = answer.problems
        else:
            raise click.UsageError("Give a SELECT, or --tables, or --save FILE.")
    if answer is not None:
        from azora_audit.report.rows import render_rows

        write(render_rows(answer.columns, answer.rows, form=form, terminal=terminal_here()), None)
    if problems:
        from azora_audit.report.text import render_problems

        for line in render_problems(problems, terminal=terminal_here(sys.stderr)):
            tell(line, err=True)
        sys.exit(EXIT_NOT_JUDGED)

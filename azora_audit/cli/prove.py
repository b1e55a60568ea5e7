"""`azora-audit prove`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from azora_audit.cli.options import SEVERITIES, outputs_of, report_options
from azora_audit.cli.output import EXIT_NOT_JUDGED, leave, shown_errors, tell, terminal_here, write
from azora_audit.cli.reports import write_reports
from azora_audit.report.formats import INVENTORY_FORMATS, PROOF_FORMATS

if TYPE_CHECKING:
    from azora_audit.cli.reports import Outputs


@click.command()
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option(
    "--db",
    "database",
    metavar="URL",
    help="Prove this scratch database; SERVICE=URL compares it with that service's schema.prisma at PATH.",
)
@click.option("--allow-rows", count=True, help="Given twice: --db may name a database that holds rows.")
@click.option("--postgres-bin", type=click.Path(path_type=Path), help="Folder of the PostgreSQL to start.")
@click.option("--settings", "settings_file", type=click.Path(path_type=Path), help="Settings file to use.")
@click.option("--mutation", is_flag=True, help="Try whether dropped and changed constraints are noticed.")
@click.option("--list", "only_list", is_flag=True, help="List what there is to prove, and prove nothing.")
@click.option(
    "--budget",
    type=click.FloatRange(min=0),
    default=0,
    metavar="SECONDS",
    help="Time for drawing rows beyond the fixed candidates, on top of the rest; none by default.",
)
@click.option(
    "--examples",
    type=click.IntRange(min=1),
    metavar="N",
    help="Draw N rows for each obligation; unlike a time, that gives the same again.",
)
@click.option(
    "--counterexamples",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of saved counterexamples; one in the cache's folder by default.",
)
@click.option(
    "--no-counterexamples", is_flag=True, help="Neither try saved counterexamples first nor save any."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of what is chosen and drawn.")
@click.option(
    "--fail-on",
    type=SEVERITIES,
    default="error",
    show_default=True,
    help="error: what is declared and not so; warning: what names promise, too.",
)
@report_options(PROOF_FORMATS)
@click.option(
    "--limit", type=click.IntRange(min=1), default=3, show_default=True, help="Failures shown per service."
)
@click.option("--all", "show_all", is_flag=True, help="Show every failure and problem.")
@click.option("--quiet", "-q", is_flag=True, help="No progress.")
def prove(
    path: Path,
    database: str | None,
    allow_rows: int,
    postgres_bin: Path | None,
    settings_file: Path | None,
    mutation: bool,
    only_list: bool,
    budget: float,
    examples: int | None,
    counterexamples: Path | None,
    no_counterexamples: bool,
    seed: int,
    fail_on: str,
    form: str | None,
    output: tuple[str, ...],
    repository: Path | None,
    former: Path | None,
    new_only: bool,
    limit: int,
    show_all: bool,
    quiet: bool,
) -> None:
    """Prove on a throw-away PostgreSQL that the constraints at PATH do what they declare.

    Rows that have to be accepted and rows that have to be refused are tried on a real server, and a refusal counts
    only when it comes from the constraint that should refuse. Exits as `check` does.
    """
    from azora_audit import api
    from azora_audit.report.outcome import exit_code
    from azora_audit.report.progress import Progress
    from azora_audit.report.proof_outcome import as_report

    outputs = outputs_of(form, output, PROOF_FORMATS, repository=repository, former=former, new_only=new_only)
    if only_list:
        with shown_errors():
            _list_obligations(path, settings_file, postgres_bin, outputs)
        return
    with shown_errors(), Progress(sys.stderr, os.environ, quiet=quiet, label="proving") as progress:
        proven = api.prove(
            path,
            settings_file=settings_file,
            database=database,
            rows_allowed=allow_rows > 1,
            postgres_bin=postgres_bin,
            seed=seed,
            mutation=mutation,
            inventory=outputs.among(INVENTORY_FORMATS),
            budget=budget,
            examples=examples,
            counterexamples=counterexamples or not no_counterexamples,
            announce=lambda service, count: None if quiet else _announce(service, count),
            progress=progress.update,
        )
    write_reports(
        proven.report,
        outputs,
        root=proven.root,
        rules=api.rule_pages,
        fail_on=fail_on,
        limit=None if show_all else limit,
    )
    leave(exit_code(as_report(proven.report), fail_on))


def _announce(service: str, count: int) -> None:
    from azora_audit.report.characters import visible

    tell(f"{visible(service)}: {count:,} obligation{'s' * (count != 1)}", err=True)


def _list_obligations(
    path: Path, settings_file: Path | None, postgres_bin: Path | None, outputs: Outputs
) -> None:
    from azora_audit import api
    from azora_audit.report.proof_text import render_obligations

    found, problems = api.obligations(path, settings_file=settings_file, postgres_bin=postgres_bin)
    lines = [f"{line}\n".encode() for line in render_obligations(found, terminal_here())]
    for _, target in outputs.files:
        write(lines, target)
    if outputs.shown is not None:
        write(lines, None)
    for problem in problems:
        tell(f"error: {problem.service}: {problem.message}", err=True)
    if problems:
        sys.exit(EXIT_NOT_JUDGED)

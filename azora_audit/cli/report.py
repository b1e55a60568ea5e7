"""`azora-audit report`: a saved run again, in another form."""

from __future__ import annotations

from pathlib import Path

import click

from azora_audit.cli.options import SEVERITIES, outputs_of, report_options
from azora_audit.cli.output import leave, shown_errors
from azora_audit.cli.reports import write_reports
from azora_audit.report.formats import FORMATS, NOT_OF_PROOFS


@click.command()
@click.argument("run", type=click.Path(path_type=Path, dir_okay=False))
@report_options(FORMATS)
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    default=".",
    help="Folder that was checked, for excerpts of its files; the current folder by default.",
)
@click.option(
    "--fail-on", type=SEVERITIES, help="Mildest severity that makes the exit code 1; as in the run."
)
@click.option("--group-by", type=click.Choice(["rule", "service"]), default="rule", show_default=True)
@click.option(
    "--limit", type=click.IntRange(min=1), default=3, show_default=True, help="Findings shown per group."
)
@click.option("--all", "show_all", is_flag=True, help="Show every finding and problem.")
@click.option("--quiet", "-q", is_flag=True, help="One line per finding.")
def report(
    run: Path,
    form: str | None,
    output: tuple[str, ...],
    repository: Path | None,
    former: Path | None,
    new_only: bool,
    root: Path,
    fail_on: str | None,
    group_by: str,
    limit: int,
    show_all: bool,
    quiet: bool,
) -> None:
    """Write the report of a run again: RUN is what `check --format json` or `prove --format json` wrote.

    Nothing is read, judged or tried anew. Exits as the run did.
    """
    from azora_audit import api
    from azora_audit.findings import Report
    from azora_audit.report.outcome import exit_code
    from azora_audit.report.proof_outcome import as_report

    outputs = outputs_of(form, output, FORMATS, repository=repository, former=former, new_only=new_only)
    with shown_errors():
        saved = api.load_report(run)
    if not isinstance(saved.report, Report) and outputs.among(NOT_OF_PROOFS):
        raise click.UsageError(f"{run} is a proof, which has no {' or '.join(NOT_OF_PROOFS)}.")
    severity = fail_on or saved.fail_on
    write_reports(
        saved.report,
        outputs,
        root=root,
        rules=lambda: api.rule_pages(api.rule_folders(root)),
        fail_on=severity,
        limit=None if show_all else limit,
        group_by=group_by,
        quiet=quiet,
    )
    leave(exit_code(as_report(saved.report), severity))

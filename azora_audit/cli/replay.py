"""`azora-audit replay`."""

from __future__ import annotations

from pathlib import Path

import click

from azora_audit.cli.options import SEVERITIES, outputs_of, report_options
from azora_audit.cli.output import leave, shown_errors
from azora_audit.cli.reports import write_reports
from azora_audit.report.formats import PROOF_FORMATS


@click.command()
@click.argument("identifiers", nargs=-1, metavar="[ID]...")
@click.option(
    "--path",
    type=click.Path(path_type=Path),
    default=".",
    help="Schema that was proven; the current folder by default.",
)
@click.option("--postgres-bin", type=click.Path(path_type=Path), help="Folder of the PostgreSQL to start.")
@click.option("--settings", "settings_file", type=click.Path(path_type=Path), help="Settings file to use.")
@click.option(
    "--counterexamples",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of saved counterexamples; that in the cache's folder by default.",
)
@click.option(
    "--fail-on",
    type=SEVERITIES,
    default="error",
    show_default=True,
    help="error: what is declared and not so; warning: what names promise, too.",
)
@report_options(PROOF_FORMATS)
def replay(
    identifiers: tuple[str, ...],
    path: Path,
    postgres_bin: Path | None,
    settings_file: Path | None,
    counterexamples: Path | None,
    fail_on: str,
    form: str | None,
    output: tuple[str, ...],
    repository: Path | None,
    former: Path | None,
    new_only: bool,
) -> None:
    """Try the counterexamples that `prove` has saved again, those of each ID or all.

    Each is fixed, and removed then, still fails, or no longer applies to the schema as it is now. Exits with 1 when
    one still fails, and with 2 when something could not be read.
    """
    from azora_audit import api
    from azora_audit.report.outcome import exit_code
    from azora_audit.report.proof_outcome import as_report

    outputs = outputs_of(form, output, PROOF_FORMATS, repository=repository, former=former, new_only=new_only)
    with shown_errors():
        proven = api.replay(
            path,
            identifiers=identifiers,
            settings_file=settings_file,
            postgres_bin=postgres_bin,
            counterexamples=counterexamples or True,
        )
    write_reports(
        proven.report,
        outputs,
        root=proven.root,
        rules=api.rule_pages,
        fail_on=fail_on,
    )
    leave(exit_code(as_report(proven.report), fail_on))

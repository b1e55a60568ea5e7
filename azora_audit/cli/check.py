"""The options of `azora-audit check`."""

from __future__ import annotations

from pathlib import Path

import click

from azora_audit.cli.checking import run_check
from azora_audit.cli.completion import complete_checklist, complete_rule
from azora_audit.cli.options import SEVERITIES, outputs_of, report_options
from azora_audit.report.formats import FORMATS, INVENTORY_FORMATS


@click.command()
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option(
    "--db",
    "databases",
    multiple=True,
    metavar="[SERVICE=]URL",
    help="Read a running database: a URL or what else psql takes. Repeatable.",
)
@click.option("--live", is_flag=True, help="Read the databases that the settings name.")
@click.option("--verify", is_flag=True, help="Run the DDL on a throw-away PostgreSQL and compare.")
@click.option(
    "--postgres-bin", type=click.Path(path_type=Path), help="Folder of the PostgreSQL to verify with."
)
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    metavar="N",
    help="Look at N values of each sensitive column of these databases.",
)
@click.option("--settings", "settings_file", type=click.Path(path_type=Path), help="Settings file to use.")
@click.option("--profile", help="Profile of rules: recommended (default), strict ...")
@click.option(
    "--select",
    multiple=True,
    metavar="RULE",
    shell_complete=complete_rule,
    help="Run only these rules or categories.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="RULE",
    shell_complete=complete_rule,
    help="Leave out these rules or categories.",
)
@click.option(
    "--checklist",
    "checklists",
    multiple=True,
    metavar="NAME",
    shell_complete=complete_checklist,
    help="Count this checklist or framework, such as pci-dss. Repeatable; azora by default.",
)
@click.option("--fail-on", type=SEVERITIES, help="Mildest severity that makes the exit code 1.")
@report_options(FORMATS)
@click.option(
    "--inventory", is_flag=True, help="Let the JSON report have all tables, columns and foreign keys."
)
@click.option("--group-by", type=click.Choice(["rule", "service"]), default="rule", show_default=True)
@click.option(
    "--limit", type=click.IntRange(min=1), default=3, show_default=True, help="Findings shown per group."
)
@click.option("--all", "show_all", is_flag=True, help="Show every finding and problem.")
@click.option("--quiet", "-q", is_flag=True, help="One line per finding, no progress.")
@click.option("--no-baseline", is_flag=True, help="Count what the baseline accepts, too.")
@click.option("--no-cache", is_flag=True, help="Read and judge everything anew.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes to use at most.")
def check(
    path: Path,
    databases: tuple[str, ...],
    live: bool,
    verify: bool,
    postgres_bin: Path | None,
    sample: int | None,
    settings_file: Path | None,
    profile: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    checklists: tuple[str, ...],
    fail_on: str | None,
    form: str | None,
    output: tuple[str, ...],
    inventory: bool,
    repository: Path | None,
    former: Path | None,
    new_only: bool,
    group_by: str,
    limit: int,
    show_all: bool,
    quiet: bool,
    no_baseline: bool,
    no_cache: bool,
    jobs: int | None,
) -> None:
    """Check the fleet, service or schema file at PATH.

    Exits with 0 when there is nothing to report, 1 when there are findings, and 2 when something could not be read,
    understood or judged.
    """
    outputs = outputs_of(form, output, FORMATS, repository=repository, former=former, new_only=new_only)
    run_check(
        path,
        outputs,
        databases=databases,
        live=live,
        verify=verify or postgres_bin is not None,
        postgres_bin=postgres_bin,
        sample=sample or 0,
        settings_file=settings_file,
        profile=profile,
        select=select,
        ignore=ignore,
        checklists=checklists,
        fail_on=fail_on,
        inventory=inventory or outputs.among(INVENTORY_FORMATS),
        group_by=group_by,
        limit=None if show_all else limit,
        quiet=quiet,
        use_cache=not no_cache,
        use_baseline=not no_baseline,
        processes=jobs,
    )

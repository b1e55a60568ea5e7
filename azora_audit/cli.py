"""The command line: click on top of api.py, everything else imported when a command needs it."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

import click

from azora_audit.errors import AzoraAuditError, RulebookError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from azora_audit.api import Checked
    from azora_audit.findings import Problem
    from azora_audit.proof import ProofReport
    from azora_audit.report.terminal import Terminal

EXIT_NOT_JUDGED = 2

_SEVERITIES = click.Choice(["note", "warning", "error", "never"])


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="azora-audit")
def main() -> None:
    """Check fleets of PostgreSQL schemas: schema.prisma, SQL migrations and dumps."""


@main.command()
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
@click.option("--select", multiple=True, metavar="RULE", help="Run only these rules or categories.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave out these rules or categories.")
@click.option("--fail-on", type=_SEVERITIES, help="Mildest severity that makes the exit code 1.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--output", type=click.Path(path_type=Path), help="Write the report to this file.")
@click.option("--group-by", type=click.Choice(["rule", "service"]), default="rule", show_default=True)
@click.option(
    "--limit", type=click.IntRange(min=1), default=3, show_default=True, help="Findings shown per group."
)
@click.option("--all", "show_all", is_flag=True, help="Show every finding and problem.")
@click.option("--quiet", "-q", is_flag=True, help="One line per finding, no progress.")
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
    fail_on: str | None,
    form: str,
    output: Path | None,
    group_by: str,
    limit: int,
    show_all: bool,
    quiet: bool,
    no_cache: bool,
    jobs: int | None,
) -> None:
    """Check the fleet, service or schema file at PATH.

    Exits with 0 when there is nothing to report, 1 when there are findings, and 2 when something could not be read,
    understood or judged.
    """
    from azora_audit import api
    from azora_audit.report.outcome import exit_code
    from azora_audit.report.progress import Progress

    with _shown_errors(), Progress(sys.stderr, os.environ, quiet=quiet) as progress:
        checked = api.check(
            path,
            databases=databases,
            live=live,
            verify=verify or postgres_bin is not None,
            postgres_bin=postgres_bin,
            sample=sample or 0,
            settings_file=settings_file,
            profile=profile,
            select=select,
            ignore=ignore,
            fail_on=fail_on,
            use_cache=not no_cache,
            processes=jobs,
            progress=progress.update,
        )
    if form == "json":
        from azora_audit.report.json_report import render_json

        _write([render_json(checked.report, fail_on=checked.fail_on)], output)
    else:
        _write_text(checked, output, group_by, None if show_all else limit, quiet)
    _leave(exit_code(checked.report, checked.fail_on))


@main.command()
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option(
    "--db", "database", metavar="URL", help="Prove this scratch database instead of the schema at PATH."
)
@click.option("--allow-rows", count=True, help="Given twice: --db may name a database that holds rows.")
@click.option("--postgres-bin", type=click.Path(path_type=Path), help="Folder of the PostgreSQL to start.")
@click.option("--settings", "settings_file", type=click.Path(path_type=Path), help="Settings file to use.")
@click.option("--mutation", is_flag=True, help="Try whether dropped and changed constraints are noticed.")
@click.option("--list", "only_list", is_flag=True, help="List what there is to prove, and prove nothing.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of choices among too many candidates.")
@click.option(
    "--fail-on",
    type=_SEVERITIES,
    default="error",
    show_default=True,
    help="error: what is declared and not so; warning: what names promise, too.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "junit"]), default="text", show_default=True
)
@click.option("--output", type=click.Path(path_type=Path), help="Write the report to this file.")
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
    seed: int,
    fail_on: str,
    form: str,
    output: Path | None,
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

    if only_list:
        with _shown_errors():
            _list_obligations(path, settings_file, postgres_bin, output)
        return
    with _shown_errors(), Progress(sys.stderr, os.environ, quiet=quiet, label="proving") as progress:
        proven = api.prove(
            path,
            settings_file=settings_file,
            database=database,
            rows_allowed=allow_rows > 1,
            postgres_bin=postgres_bin,
            seed=seed,
            mutation=mutation,
            announce=lambda service, count: None if quiet else _announce(service, count),
            progress=progress.update,
        )
    _write_proof(proven.report, form, output, None if show_all else limit, fail_on)
    _leave(exit_code(as_report(proven.report), fail_on))


def _announce(service: str, count: int) -> None:
    click.echo(f"{service}: {count:,} obligation{'s' * (count != 1)}", err=True)


def _list_obligations(
    path: Path, settings_file: Path | None, postgres_bin: Path | None, output: Path | None
) -> None:
    from azora_audit import api
    from azora_audit.report.proof_text import render_obligations

    found, problems = api.obligations(path, settings_file=settings_file, postgres_bin=postgres_bin)
    _write((f"{line}\n".encode() for line in render_obligations(found, _terminal())), output)
    for problem in problems:
        click.echo(f"error: {problem.service}: {problem.message}", err=True)
    if problems:
        sys.exit(EXIT_NOT_JUDGED)


def _write_proof(
    report: ProofReport, form: str, output: Path | None, limit: int | None, fail_on: str
) -> None:
    from azora_audit.report.characters import glyphs_for
    from azora_audit.report.terminal import Terminal

    if form == "json":
        from azora_audit.report.proof_json import render_proof_json

        _write([render_proof_json(report, fail_on=fail_on)], output)
    elif form == "junit":
        from azora_audit.report.proof_junit import render_proof_junit

        _write(render_proof_junit(report), output)
    else:
        from azora_audit.report.proof_text import render_proof_text

        terminal = _terminal() if output is None else Terminal(glyphs=glyphs_for("utf-8"))
        encoding = "utf-8" if output is not None else sys.stdout.encoding
        lines = render_proof_text(report, limit=limit, fail_on=fail_on, terminal=terminal)
        _write((f"{line}\n".encode(encoding, "backslashreplace") for line in lines), output)


@main.command()
@click.argument("rule")
def explain(rule: str) -> None:
    """Explain RULE: why it is, what it flags and what not, how to mend it, when to allow it."""
    from azora_audit import api
    from azora_audit.report.rule_pages import render_rule

    with _shown_errors():
        page, sheet = api.rule_page(rule)
    _write([render_rule(page, sheet, terminal=_terminal()).encode()], None)


@main.command()
def rules() -> None:
    """List all rules by category, with severity, precision and title."""
    from azora_audit import api
    from azora_audit.report.rule_pages import render_rule_list

    with _shown_errors():
        sheets = api.rule_sheets()
    _write([render_rule_list(sheets, terminal=_terminal()).encode()], None)


@main.command()
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
    with _shown_errors():
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

        _write(render_rows(answer.columns, answer.rows, form=form, terminal=_terminal()), None)
    if problems:
        from azora_audit.report.text import render_problems

        for line in render_problems(problems, terminal=_terminal(sys.stderr)):
            click.echo(line, err=True)
        sys.exit(EXIT_NOT_JUDGED)


@main.command()
@click.argument("path", type=click.Path(path_type=Path, file_okay=False, exists=True), default=".")
def init(path: Path) -> None:
    """Write an azora-audit.toml for the fleet at PATH, with the services found there."""
    from azora_audit import api

    with _shown_errors():
        written, services = api.init(path)
    click.echo(f"wrote {written}: {services} service{'s' * (services != 1)} expected from now on")
    click.echo("next: azora-audit check")


def _terminal(stream: TextIO | None = None) -> Terminal:
    from azora_audit.report.terminal import terminal_of

    return terminal_of(stream or sys.stdout, os.environ)


def _write_text(checked: Checked, output: Path | None, group_by: str, limit: int | None, quiet: bool) -> None:
    from azora_audit.report.characters import glyphs_for
    from azora_audit.report.terminal import Terminal
    from azora_audit.report.text import TextOptions, render_text

    terminal = _terminal() if output is None else Terminal(glyphs=glyphs_for("utf-8"))
    options = TextOptions(group_by=group_by, limit=limit, quiet=quiet, fail_on=checked.fail_on)
    lines = render_text(
        checked.report, options=options, source_lines=_source_lines(checked.root), terminal=terminal
    )
    encoding = "utf-8" if output is not None else sys.stdout.encoding
    _write((f"{line}\n".encode(encoding, "backslashreplace") for line in lines), output)


def _source_lines(root: Path) -> Callable[[str], list[str] | None]:
    """Return what gives the reports the lines of a file; None for a file that is gone by now."""
    from azora_audit.sources.files import read_text

    def lines(path: str) -> list[str] | None:
        text = read_text(root / path, path)
        return text.split("\n") if isinstance(text, str) else None

    return lines


def _write(parts: Iterable[bytes], output: Path | None) -> None:
    """Write a report to standard output, or to a file that is replaced only when the report is complete."""
    if output is None:
        try:
            stream = sys.stdout.buffer
            for part in parts:
                stream.write(part)
            stream.flush()
        except BrokenPipeError:
            # `| head` has seen enough; the descriptor is replaced so that Python's own flush at exit stays silent
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    partial = output.with_name(f".{output.name}.partial")
    try:
        with partial.open("wb") as file:
            file.writelines(parts)
        partial.replace(output)
    except OSError as error:
        partial.unlink(missing_ok=True)
        _fail(AzoraAuditError(f"The report cannot be written: {error.strerror}.", path=str(output)))


@contextmanager
def _shown_errors() -> Iterator[None]:
    """Show errors that are raised on purpose as text, and leave with the exit code for what was not judged."""
    try:
        yield
    except AzoraAuditError as error:
        _fail(error)


def _fail(error: AzoraAuditError) -> NoReturn:
    for problem in error.problems if isinstance(error, RulebookError) else [error]:
        click.echo(f"error: {problem}", err=True)
        if problem.help:
            click.echo(f"  help: {problem.help}", err=True)
    sys.exit(EXIT_NOT_JUDGED)


def _leave(code: int) -> NoReturn:
    """Exit at once: taking down a large heap object by object takes longer than writing a report of it."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)

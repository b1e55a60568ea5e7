"""`azora-audit test-rules` and `azora-audit new-rule`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from azora_audit.cli.output import EXIT_NOT_JUDGED, shown_errors, terminal_here

if TYPE_CHECKING:
    from azora_audit.checking.rule_tests import RuleResult
    from azora_audit.report.terminal import Terminal


@click.command(name="test-rules")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--settings", "settings_file", type=click.Path(path_type=Path), help="Settings file to use.")
def test_rules(folder: Path | None, settings_file: Path | None) -> None:
    """Test the rules in FOLDER by the examples on their pages; by default those in the settings' rule_folders.

    Exits with 0 when every example is as it should be, 1 when one is not, and 2 when a rule or an example could not be
    read or run.
    """
    from azora_audit import api

    terminal = terminal_here()
    results = []
    with shown_errors():
        for result in api.try_rules(folder, settings_file=settings_file):
            results.append(result)
            for line in _lines(result, terminal):
                click.echo(line)
    faults = [fault for result in results for fault in result.faults]
    examples = sum(result.examples for result in results)
    failed = sum(bool(result.faults) for result in results)
    click.echo(
        f"{_counted(len(results), 'rule')}, {_counted(examples, 'example')}: {failed or 'none'} failed"
    )
    if not results:
        click.echo("error: there are no rules (category/name.sql)", err=True)
    if not results or any(fault.untested for fault in faults):
        sys.exit(EXIT_NOT_JUDGED)
    sys.exit(1 if faults else 0)


def _lines(result: RuleResult, terminal: Terminal) -> list[str]:
    good = not result.faults
    mark = terminal.glyphs.met if good else terminal.glyphs.not_met
    name = terminal.seen(f"{result.category}/{result.rule}")
    lines = [
        f"{terminal.paint('good' if good else 'error', mark)} {name}: {_counted(result.examples, 'example')}"
    ]
    for fault in result.faults:
        place = terminal.paint("place", terminal.seen(f"{fault.path}:{fault.line}"))
        lines.append(f"  {place}: {terminal.seen(fault.message)}")
        if fault.help:
            lines.append(f"    help: {terminal.seen(fault.help)}")
    return lines


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


@click.command(name="new-rule")
@click.argument("name", metavar="CATEGORY/NAME")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of rules; by default the first of the settings' rule_folders.",
)
@click.option("--settings", "settings_file", type=click.Path(path_type=Path), help="Settings file to use.")
def new_rule(name: str, folder: Path | None, settings_file: Path | None) -> None:
    """Write a rule and its page to begin with, whose examples pass `test-rules` as they are."""
    from azora_audit import api

    with shown_errors():
        sql, page, is_named = api.new_rule(name, folder=folder, settings_file=settings_file)
    click.echo(f"wrote {sql} and {page}")
    if not is_named:
        click.echo(f'add to the settings: rule_folders = ["{sql.parent.parent}"]')
    click.echo(
        f"next: edit both, and run azora-audit test-rules {'' if is_named else sql.parent.parent}".rstrip()
    )

"""`azora-audit rules` and `azora-audit explain`."""

from __future__ import annotations

import click

from azora_audit.cli.completion import complete_checklist, complete_rule
from azora_audit.cli.output import shown_errors, terminal_here, write


@click.command()
@click.argument("rule", shell_complete=complete_rule)
def explain(rule: str) -> None:
    """Explain RULE: why it is, what it flags and what not, how to mend it, when to allow it."""
    from azora_audit import api
    from azora_audit.report.rule_pages import render_rule

    with shown_errors():
        page, sheet = api.rule_page(rule, api.rule_folders())
    write([render_rule(page, sheet, terminal=terminal_here()).encode()], None)


@click.command()
@click.option(
    "--controls",
    metavar="CHECKLIST",
    shell_complete=complete_checklist,
    help="List the controls of a framework, such as pci-dss, with the rules that are evidence for each.",
)
def rules(controls: str | None) -> None:
    """List all rules by category, with severity, precision and title."""
    from azora_audit import api
    from azora_audit.report.rule_pages import render_controls, render_rule_list

    if controls is not None:
        with shown_errors():
            checklist = api.checklist(controls)
        write([render_controls(checklist, terminal=terminal_here()).encode()], None)
        return
    with shown_errors():
        sheets = api.rule_sheets(api.rule_folders())
    write([render_rule_list(sheets, terminal=terminal_here()).encode()], None)

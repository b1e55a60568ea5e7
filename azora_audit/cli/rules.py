"""`azora-audit rules` and `azora-audit explain`."""

from __future__ import annotations

import click

from azora_audit.cli.output import shown_errors, terminal_here, write


@click.command()
@click.argument("rule")
def explain(rule: str) -> None:
    """Explain RULE: why it is, what it flags and what not, how to mend it, when to allow it."""
    from azora_audit import api
    from azora_audit.report.rule_pages import render_rule

    with shown_errors():
        page, sheet = api.rule_page(rule)
    write([render_rule(page, sheet, terminal=terminal_here()).encode()], None)


@click.command()
def rules() -> None:
    """List all rules by category, with severity, precision and title."""
    from azora_audit import api
    from azora_audit.report.rule_pages import render_rule_list

    with shown_errors():
        sheets = api.rule_sheets()
    write([render_rule_list(sheets, terminal=terminal_here()).encode()], None)

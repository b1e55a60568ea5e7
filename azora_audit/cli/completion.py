"""`azora-audit completion`: what a shell needs to complete commands, options, formats and names of rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from azora_audit.cli.output import write

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

PROGRAM = "azora-audit"
VARIABLE = "_AZORA_AUDIT_COMPLETE"
"""What click looks for in the environment: the program's name in capitals."""


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    bash: put `eval "$(azora-audit completion bash)"` into ~/.bashrc; zsh: the same with zsh into ~/.zshrc, after
    compinit; fish: azora-audit completion fish > ~/.config/fish/completions/azora-audit.fish
    """
    from click.shell_completion import get_completion_class

    script = get_completion_class(shell)
    if script is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    text = script(ctx.find_root().command, {}, PROGRAM, VARIABLE).source()
    write([f"{text}\n".encode()], None)


def complete_rule(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the shipped rules and categories that begin so, with their titles."""
    from click.shell_completion import CompletionItem

    from azora_audit import api

    sheets = api.rule_sheets()
    names = {sheet.name: sheet.title for sheet in sheets} | {sheet.category: "" for sheet in sheets}
    return [CompletionItem(name, help=names[name]) for name in sorted(names) if name.startswith(incomplete)]


def complete_checklist(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the shipped checklists that begin so."""
    from click.shell_completion import CompletionItem

    from azora_audit.rulebook.folders import rule_files, shipped_rules

    names = [file.stem for file in rule_files(shipped_rules()) if file.suffix == ".toml"]
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]

"""The commands as click knows them, a module for each, imported when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import cast

import click

_HOMES = {
    "check": "check",
    "baseline": "baseline",
    "prove": "prove",
    "replay": "replay",
    "report": "report",
    "fix": "fix",
    "explain": "rules",
    "rules": "rules",
    "query": "query",
    "test-rules": "own_rules",
    "new-rule": "own_rules",
    "init": "init",
    "completion": "completion",
}
"""The module of each command, in the order in which help lists them."""


class _Commands(click.Group):
    """Commands that are imported when they are asked for: a run needs one of them, and start-up is felt."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        return list(_HOMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- as above
        if cmd_name not in _HOMES:
            return None
        return cast(
            "click.Command",
            getattr(import_module(f"azora_audit.cli.{_HOMES[cmd_name]}"), cmd_name.replace("-", "_")),
        )


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="azora-audit")
def commands() -> None:
    """Check fleets of PostgreSQL schemas: schema.prisma, SQL migrations and dumps."""

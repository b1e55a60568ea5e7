"""`azora-audit init`."""

from __future__ import annotations

from pathlib import Path

import click

from azora_audit.cli.output import shown_errors


@click.command()
@click.argument("path", type=click.Path(path_type=Path, file_okay=False, exists=True), default=".")
def init(path: Path) -> None:
    """Write an azora-audit.toml for the fleet at PATH, with the services found there."""
    from azora_audit import api

    with shown_errors():
        written, services = api.init(path)
    click.echo(f"wrote {written}: {services} service{'s' * (services != 1)} expected from now on")
    click.echo("next: azora-audit check; on an old schema azora-audit baseline accepts what is found today")

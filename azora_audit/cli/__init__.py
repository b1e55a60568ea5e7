"""The command line: click on top of the API; a plain `azora-audit check` starts without click."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_COMPLETION = "_AZORA_AUDIT_COMPLETE"
"""Set by shells that ask click for completions."""


def main() -> None:
    """Run the command that the arguments of this process name."""
    path = plain_path(sys.argv[1:], os.environ, sys.platform)
    if path is None:
        from azora_audit.cli.commands import commands

        commands()
    else:
        from pathlib import Path

        from azora_audit.cli.checking import run_check

        try:
            run_check(Path(path))
        except KeyboardInterrupt:
            print("\nAborted!", file=sys.stderr)  # noqa: T201 -- what click does
            sys.exit(1)


def plain_path(arguments: Sequence[str], environ: Mapping[str, str], platform: str) -> str | None:
    """Return the path of `check` or `check PATH` without options, or None for whatever click has to understand.

    Importing click takes a tenth of a small run. Where there is the least doubt click decides.
    """
    if (
        platform == "win32" or _COMPLETION in environ
    ):  # on Windows click expands patterns and variables in paths
        return None
    match arguments:
        case ["check"]:
            return "."
        case ["check", path] if path and not path.startswith("-"):
            return path
    return None

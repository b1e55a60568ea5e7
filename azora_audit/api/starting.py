"""`init`: the settings file of a fleet that has none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from azora_audit.api.common import DEFAULT_PROFILE
from azora_audit.errors import SettingsError
from azora_audit.settings import FILE_NAME, Settings

if TYPE_CHECKING:
    import os


def init(path: str | os.PathLike[str] = ".") -> tuple[Path, int]:
    """Write an azora-audit.toml that expects the services found at a path; return the file and their number.

    Raises:
        SettingsError: there is one already, or it cannot be written.
        AzoraAuditError: no schema is found at the path.
    """
    from azora_audit.sources.fleet import find_fleet

    root = Path(path)
    target = root / FILE_NAME
    fleet = find_fleet(root, Settings())
    names = "".join(f"  {_toml_string(service.name)},\n" for service in fleet.services)
    text = _INITIAL.format(profile=DEFAULT_PROFILE, names=names)
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise SettingsError("There is a settings file already.", help="Edit it.", path=str(target)) from error
    except OSError as error:
        raise SettingsError(
            f"The settings file cannot be written: {error.strerror}.", path=str(target)
        ) from error
    return target, len(fleet.services)


_INITIAL = """\
# Settings of azora-audit; `azora-audit rules` lists the rules, `azora-audit explain RULE` says why they are.
profile = "{profile}"  # or "strict"
fail_on = "warning"  # mildest severity that fails a run: note, warning or error

[fleet]
# A service that is expected and not found is a finding.
services = [
{names}]
"""


def _toml_string(text: str) -> str:
    """Return the text as a TOML basic string, which escapes as JSON does."""
    return json.dumps(text, ensure_ascii=False)

"""Where the program keeps what it can make anew at any time."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "AZORA_AUDIT_CACHE_DIR"


def cache_folder(
    platform: str | None = None, environ: Mapping[str, str] | None = None, home: Path | None = None
) -> Path:
    """Return the folder of the cache: AZORA_AUDIT_CACHE_DIR, or `azora-audit` in the platform's cache folder.

    Args:
        platform: as `sys.platform`, which it is by default.
        environ: the environment; ours by default.
        home: the user's home; ours by default.
    """
    platform = platform or sys.platform
    environ = os.environ if environ is None else environ
    if named := environ.get(VARIABLE):
        return Path(named)
    if platform == "win32":
        base = Path(environ.get("LOCALAPPDATA") or (home or Path.home()) / "AppData" / "Local")
    elif platform == "darwin":
        base = (home or Path.home()) / "Library" / "Caches"
    else:
        base = Path(environ.get("XDG_CACHE_HOME") or (home or Path.home()) / ".cache")
    return base / "azora-audit"

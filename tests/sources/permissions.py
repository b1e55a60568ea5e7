"""Files that must not be read, for tests that may run as root."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NOBODY = 65_534


@contextmanager
def forbidden(path: Path) -> Iterator[None]:
    """Forbid a file or folder, given relative to the current folder, to everybody; root becomes nobody meanwhile."""
    user = os.geteuid()
    modes = {each: each.stat().st_mode for each in (path, *path.parents)}
    for around in path.parents:
        around.chmod(0o755)
    path.chmod(0)
    if user == 0:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)
        for each, mode in modes.items():
            each.chmod(mode)

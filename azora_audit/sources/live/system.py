"""What the throw-away server does otherwise on other systems.

Run and tested: Linux (x86_64), and on Linux the way that Windows goes (TCP, password, `pg_ctl`). Written by the manuals
and never run: macOS, Windows itself (locks, process flags), Linux on aarch64.
"""

from __future__ import annotations

import sys
from pathlib import Path

from azora_audit.records import NamedTuple

_HERE = Path(__file__)


class System(NamedTuple):
    """The choices for one system."""

    keeper: Path
    """The script that stands between us and the server."""
    socket: bool
    """A Unix socket in a private folder, where whoever reaches it is trusted; else TCP on 127.0.0.1, where any user of the
    machine could knock, with a random password."""
    suffix: str
    """Of programs."""
    shared_memory: Path | None
    """A folder in memory."""
    descriptors: bool
    """Whether a child can inherit the descriptor of a lock."""


UNIX = System(_HERE.with_name("launch.py"), True, "", Path("/dev/shm"), True)  # noqa: S108 -- only random names below it are used
WINDOWS = System(_HERE.with_name("launch_by_pg_ctl.py"), False, ".exe", None, False)
"""psycopg's libpq has Unix sockets there, too, but the wheel's server is not known to."""


def choose(platform: str = sys.platform) -> System:
    """Return the choices for a platform, named as in `sys.platform`."""
    return WINDOWS if platform == "win32" else UNIX

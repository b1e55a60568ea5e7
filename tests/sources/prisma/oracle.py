"""Prisma itself, asked through its WebAssembly builds: one node process for the session.

The builds lie in a folder outside of the repository that AZORA_AUDIT_PRISMA_ORACLE names; `INSTALL` makes one. They are
pinned: the last ones of the majors 4, 5 and 6, which want a url in the datasource, and one of 7, which refuses it.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import NamedTuple

FOLDER = os.environ.get("AZORA_AUDIT_PRISMA_ORACLE", "")
SCRIPT = Path(__file__).parents[2] / "oracles" / "prisma.mjs"

BUILDS = {
    "schema4": "@prisma/prisma-fmt-wasm@4.16.1-1.4bc8b6e1b66cb932731fb1bdbbc550d1e010de81",
    "schema5": "@prisma/prisma-schema-wasm@5.22.0-44.605197351a3c8bdd595af2d2a9bc3025bca48ea2",
    "schema6": "@prisma/prisma-schema-wasm@6.19.0-26.2ba551f319ab1df4bc874a89965d8b3641056773",
    "schema7": "@prisma/prisma-schema-wasm@7.10.0-7.561d7b42579a2459cc8edf3788918b626c640023",
    "engine6": "@prisma/schema-engine-wasm@6.19.0-26.2ba551f319ab1df4bc874a89965d8b3641056773",
    "engine7": "@prisma/schema-engine-wasm@7.10.0-7.561d7b42579a2459cc8edf3788918b626c640023",
}
INSTALL = [
    "npm",
    "install",
    "--no-audit",
    "--no-fund",
    *(f"{alias}@npm:{build}" for alias, build in BUILDS.items()),
]
"""To run in a folder with a package.json (`npm init --yes` makes one)."""

DATASOURCE = 'datasource db {\n  provider = "postgresql"\n}\n'
"""As Prisma 7 wants it."""


class Answer(NamedTuple):
    """What Prisma says of a schema: `errors` is None when it accepts it."""

    errors: str | None
    sql: str | None


class Oracle:
    """A node process that judges schemas, one after the other."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            ["node", str(SCRIPT), FOLDER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def ask(self, files: list[tuple[str, str]], major: int, *, sql: bool = False) -> Answer:
        """Judge a schema with one major version of Prisma, and have its migration written."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"files": files, "major": major, "sql": sql}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the oracle ended"
        answer = json.loads(line)
        assert answer["panic"] is None, answer["panic"]
        return Answer(answer["errors"], answer["sql"])

    def close(self) -> None:
        """End the process and wait for it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()

"""Measures whole processes in pairs, beside the tools that a user would pick instead.

Each pair runs ours and theirs one after the other on the same files; the figure is the median of the ratios, because
both see the same machine at the same moment. Our cold runs have an empty cache each time.

Usage: python -m tests.benchmark [--tools FOLDER] [--runs N] [NAME ...]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.benchmark import make

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FIXTURES = Path(__file__).parents[2] / "fixtures"

_PRISMA_LINT_RULES = {
    "rules": {
        "field-name-camel-case": ["error"],
        "model-name-pascal-case": ["error"],
        "model-name-grammatical-number": ["error", {"style": "singular"}],
        "require-field": ["error", {"require": ["id", "createdAt"]}],
        "require-field-index": ["error", {"forAllRelations": True}],
        "require-field-type": ["error", {"require": [{"ifName": "/At$/", "type": "DateTime"}]}],
    }
}


class Tools(NamedTuple):
    """Commands of the other tools, installed into a folder of their own."""

    prisma_lint: list[str]
    squawk: list[str]
    sqlfluff: list[str]


def install(folder: Path) -> Tools:
    """Install the other tools, unless the folder has them."""
    scripts = folder / "python" / "bin"
    if not (scripts / "squawk").exists():
        venv.create(folder / "python", with_pip=True)
        subprocess.run([scripts / "pip", "install", "--quiet", "squawk-cli", "sqlfluff"], check=True)
    if not (folder / "node_modules" / "prisma-lint").exists():
        (folder / "package.json").write_text('{"private": true}')
        subprocess.run(["npm", "install", "--silent", "prisma-lint"], cwd=folder, check=True)
    settings = folder / "prisma-lint.json"
    settings.write_text(json.dumps(_PRISMA_LINT_RULES))
    lint = folder / "node_modules" / "prisma-lint" / "dist" / "cli.js"
    return Tools(
        ["node", str(lint), "--quiet", "--config", str(settings)],
        [str(scripts / "squawk")],
        [str(scripts / "sqlfluff"), "lint", "--dialect", "postgres", "--disable-progress-bar"],
    )


def run(command: Sequence[str], environ: dict[str, str]) -> float:
    """Run a command to its end and return the seconds that it took.

    Raises:
        RuntimeError: it was killed by a signal or could not be started, so that there is nothing to compare.
    """
    started = time.perf_counter()
    done = subprocess.run(
        command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    seconds = time.perf_counter() - started
    if done.returncode < 0 or b"Traceback" in done.stderr:
        raise RuntimeError(f"{' '.join(command[:3])}: {done.returncode}: {done.stderr.decode()[-2000:]}")
    return seconds


class Bench:
    """Runs pairs and prints their figures."""

    def __init__(self, tools: Tools, runs: int) -> None:
        self.tools = tools
        self.runs = runs
        self.cache = Path(tempfile.mkdtemp())
        self.environ = {
            **{key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
            "AZORA_AUDIT_CACHE_DIR": str(self.cache),
        }

    def ours(self, path: Path, *options: str) -> list[str]:
        script = Path(sys.executable).with_name("azora-audit")
        return [str(script), "check", str(path), *options]

    def cold(self, path: Path) -> float:
        shutil.rmtree(self.cache, ignore_errors=True)
        return run(self.ours(path), self.environ)

    def unchanged(self, path: Path) -> float:
        return run(self.ours(path), self.environ)

    def pair(
        self, name: str, ours: Callable[[], float], theirs: Sequence[str], bar: str, most: int = 99
    ) -> None:
        """Print seconds of ours, of theirs and the median ratio; `bar` says what it has to be.

        At `most` so many runs, for pairs that take long.
        """
        ours()
        measured = [(ours(), run(theirs, self.environ)) for _ in range(min(self.runs, most))]
        own = statistics.median(pair[0] for pair in measured)
        other = statistics.median(pair[1] for pair in measured)
        ratio = statistics.median(mine / their for mine, their in measured)
        print(
            f"{name:<44} ours {own:7.3f} s   theirs {other:7.3f} s   ratio {ratio:5.2f}   ({bar})", flush=True
        )

    def prisma(self, folder: Path) -> None:
        """The 13 services, beside prisma-lint."""
        fleet = folder / "claimed"
        shutil.copytree(FIXTURES / "azora-claimed", fleet)
        schemas = sorted(str(path) for path in fleet.rglob("schema.prisma"))
        lint = [*self.tools.prisma_lint, *schemas]
        self.pair("13 services cold / prisma-lint", partial(self.cold, fleet), lint, "at most 0.50")
        self.pair("13 services unchanged / prisma-lint", partial(self.unchanged, fleet), lint, "at most 0.25")

    def sql(self, folder: Path) -> None:
        """Dumps and a long migration history, beside squawk.

        The dumps are of 250 tables each: squawk's time grows with the square of a file's size (1.4 s for 0.23 MB, 20 s
        for 0.94 MB of the same statements), so one large file would compare with nothing.
        """
        dumps = folder / "dumps"
        for number in range(40):
            service = dumps / f"service-{number}"
            service.mkdir(parents=True)
            (service / "schema.sql").write_text("".join(make.dump(number, 250)))
        history = folder / "history"
        make.migrations(history, 2, 2_000, 8)
        for name, path, pattern in (("dumps", dumps, "schema.sql"), ("migrations", history, "migration.sql")):
            files = [str(file) for file in sorted(path.rglob(pattern))]
            size = sum(Path(file).stat().st_size for file in files) / 1e6
            squawk = [*self.tools.squawk, *files]
            label = f"{size:.0f} MB of {name}"
            self.pair(f"{label} cold / squawk", partial(self.cold, path), squawk, "at most 2.00", 3)
            self.pair(f"{label} unchanged / squawk", partial(self.unchanged, path), squawk, "at most 0.50", 3)

    def sqlfluff(self, folder: Path) -> None:
        """A small dump, beside sqlfluff, which takes minutes for a large one."""
        small = folder / "small" / "schema.sql"
        small.parent.mkdir()
        small.write_text("".join(make.dump(1, 40)))
        self.pair(
            "small dump cold / sqlfluff",
            partial(self.cold, small.parent),
            [*self.tools.sqlfluff, str(small)],
            "-",
        )

    def fleet(self, folder: Path) -> None:
        """1,000 services with 50,000 tables: seconds, memory, and how they grow."""
        for services in (125, 250, 500, 1000):
            root = folder / f"fleet-{services}"
            make.prisma_fleet(root, services, 50)
            cold, unchanged = self.cold(root), self.unchanged(root)
            memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(
                f"{services:>5} services, {services * 50:>6,} tables: cold {cold:6.1f} s, unchanged {unchanged:5.2f} s,"
                f" largest process so far {memory:5.0f} MiB   (1,000 services: at most 60 s, 10 s, 1,536 MiB)",
                flush=True,
            )


def main() -> None:
    """Run the benchmarks that are named, or all."""
    names = ("prisma", "sql", "sqlfluff", "fleet")
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names)}; all by default")
    parser.add_argument(
        "--tools", type=Path, default=Path(tempfile.gettempdir()) / "azora-audit-benchmark-tools"
    )
    parser.add_argument("--runs", type=int, default=9)
    arguments = parser.parse_args()
    arguments.tools.mkdir(parents=True, exist_ok=True)
    bench = Bench(install(arguments.tools), arguments.runs)
    for name in arguments.names or names:
        with tempfile.TemporaryDirectory() as folder:
            getattr(bench, name)(Path(folder))


if __name__ == "__main__":
    main()

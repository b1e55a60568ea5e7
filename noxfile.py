"""The project's tasks; each runs in the environment that nox itself is installed in.

`nox` runs what CI runs. `nox -l` lists the rest.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nox

nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "types", "layers", "generated", "tests"]


def _python(session: nox.Session, *arguments: str) -> None:
    session.run(sys.executable, "-m", *arguments, *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format."""
    session.run(sys.executable, "-m", "ruff", "check")
    session.run(sys.executable, "-m", "ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    session.run(sys.executable, "-m", "mypy")


@nox.session
def layers(session: nox.Session) -> None:
    """Check which part imports which, and which library has which door."""
    session.run(
        sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"
    )


@nox.session
def generated(session: nox.Session) -> None:
    """Check that generated files are what the sources generate now."""
    session.run(sys.executable, "-m", "tests.generate", "--check")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests on all processors."""
    _python(
        session,
        "pytest",
        "-n",
        "auto",
        "--dist",
        "worksteal",
        "-m",
        "not nightly and not prisma_oracle",
        "-q",
    )


@nox.session
def nightly(session: nox.Session) -> None:
    """Run the large sizes of the property tests; needs node for those against Prisma."""
    environ = _prisma(session)
    session.run(sys.executable, "-m", "pytest", "-n", "auto", "-m", "nightly", *session.posargs, env=environ)


@nox.session
def prisma_oracle(session: nox.Session) -> None:
    """Compare with Prisma's own parser and schema engine, from npm; needs node."""
    marked = "prisma_oracle and not nightly"
    session.run(sys.executable, "-m", "pytest", "-m", marked, *session.posargs, env=_prisma(session))


def _prisma(session: nox.Session) -> dict[str, str | None]:
    """Install Prisma's WebAssembly builds into a temporary folder, and return the variables that name it."""
    folder = Path(session.create_tmp())
    script = "from tests.sources.prisma.oracle import INSTALL; print(*INSTALL, sep='\\n')"
    install = str(session.run(sys.executable, "-c", script, silent=True)).split()
    with session.chdir(folder):
        session.run("npm", "init", "--yes", external=True, silent=True)
        session.run(*install, external=True)
    return {"AZORA_AUDIT_PRISMA_ORACLE": str(folder), "PYTHONPATH": str(Path.cwd())}


@nox.session
def versions(session: nox.Session) -> None:
    """Read every version of PostgreSQL that is supported, from npm's packages."""
    folder = Path(session.create_tmp()).absolute()
    script = "from tests.sources.live import versions as v; print(*map(v.package, v.PACKAGES), sep='\\n')"
    packages = str(session.run(sys.executable, "-c", script, silent=True)).split()
    with session.chdir(folder):
        session.run("npm", "init", "--yes", external=True, silent=True)
        session.run("npm", "install", "--ignore-scripts", "--no-audit", *packages, external=True, silent=True)
    script = f"from pathlib import Path; from tests.sources.live import versions as v; v.link(Path({str(folder)!r}))"
    session.run(sys.executable, "-c", script)
    environ = {"AZORA_AUDIT_POSTGRES_VERSIONS": str(folder)}
    names = ("live/test_read.py", "live/test_running.py", "sandbox", "test_versions.py")
    tests = [f"tests/sources/{name}" for name in names]
    session.run(sys.executable, "-m", "pytest", *(session.posargs or tests), env=environ)


@nox.session
def browser(session: nox.Session) -> None:
    """Try the HTML report in a real Chromium, which has to be there, and with axe-core from npm."""
    folder = Path(session.create_tmp()).absolute()
    with session.chdir(folder):
        session.run("npm", "init", "--yes", external=True, silent=True)
        session.run(
            "npm", "install", "--ignore-scripts", "--no-audit", "axe-core@4", external=True, silent=True
        )
    environ = {
        "AZORA_AUDIT_AXE": str(folder / "node_modules" / "axe-core" / "axe.min.js"),
        "AZORA_AUDIT_BROWSER_REQUIRED": "1",
    }
    session.run(
        sys.executable, "-m", "pytest", "-n", "auto", "tests/report/html", *session.posargs, env=environ
    )
    session.run(sys.executable, "-m", "tests.benchmark.page")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure whole processes in pairs beside other tools, which it installs into a temporary folder."""
    _python(session, "tests.benchmark")
    session.run(sys.executable, "-m", "tests.benchmark.databases")
    session.run(sys.executable, "-m", "tests.benchmark.judge")


@nox.session
def generate(session: nox.Session) -> None:
    """Write the generated files anew."""
    session.run(sys.executable, "-m", "tests.generate")

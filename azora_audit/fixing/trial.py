"""Tries a draft: judges the fleet as it would be, and runs the new migrations on a PostgreSQL whose tables hold rows."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azora_audit.checking.run import check_fleet
from azora_audit.errors import first_line
from azora_audit.findings import Problem
from azora_audit.records import NamedTuple
from azora_audit.sources.service import read_service

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from azora_audit.checking.run import Run
    from azora_audit.findings import Report
    from azora_audit.fixing.draft import Draft
    from azora_audit.fixing.migrations import Step
    from azora_audit.sources.found import Fleet, ServiceFiles
    from azora_audit.sources.sandbox import Sandbox


_OF_ROWS = frozenset({"22", "23"})
"""Classes of SQLSTATE that say that a row is not as it has to be: data exceptions, integrity violations."""


def judged(draft: Draft, run: Run) -> Report:
    """Return the report of the fleet with the draft's files."""
    with _copied(draft) as root:
        return check_fleet(draft.fleet._replace(root=root), run._replace(cache=None))


@contextmanager
def _copied(draft: Draft) -> Iterator[Path]:
    """Give a folder with all files that a check of the fleet reads, those of the draft as they would be."""
    fleet = draft.fleet
    with tempfile.TemporaryDirectory(prefix="azora-audit-fix-") as folder:
        root = Path(folder)
        paths = {path for files in fleet.services for path in files.inputs()} | set(fleet.documents)
        paths |= {path for files in fleet.services for path in _included(files, fleet.root)}
        changed = {change.path: change.after for change in draft.changes}
        for path in sorted(paths - changed.keys()):
            source = fleet.root / path
            if source.is_file():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, root / path)
        for path, text in changed.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(text.encode())
        yield root


def _included(files: ServiceFiles, root: Path) -> list[str]:
    r"""Return the files that a service's SQL includes with `\i`, which only reading it tells."""
    for source in files.sql:
        for path in source.files:
            file = root / path
            if file.is_file() and b"\\i" in file.read_bytes():
                return list(read_service(files, root).included)
    return []


class Tried(NamedTuple):
    """What became of new migrations."""

    statement: str = ""
    """The first one that was refused, empty if all ran."""
    message: str = ""
    """What the server said of it."""
    of_rows: bool = False
    """Whether it was refused because of the rows that we made up."""
    empty: tuple[str, ...] = ()
    """Tables that got no row."""
    problems: tuple[Problem, ...] = ()
    """What of the schema did not run: then nothing was tried."""


def run_on_rows(
    sandbox: Sandbox,
    fleet: Fleet,
    files: ServiceFiles,
    steps: list[Step],
    passed: frozenset[str] = frozenset(),
    *,
    populated: bool = True,
) -> Tried:
    """Run a service's schema, give its tables rows, and run new migrations.

    Args:
        sandbox: where it is done.
        fleet: the fleet as it is.
        files: the service, without the new migrations.
        steps: what they run.
        passed: statements that the rows which we make up may refuse.
        populated: give the tables rows.

    Raises:
        ServerError: the server itself has failed.
    """
    import psycopg  # noqa: PLC0415 -- only where there is SQL to try

    from azora_audit.fixing.rows import populate  # noqa: PLC0415 -- as above
    from azora_audit.proving.load import load  # noqa: PLC0415 -- as above

    loaded = load(sandbox, files, fleet.root)
    if loaded.problems:
        sandbox.drop(loaded.database)
        return Tried(problems=loaded.problems)
    sandbox.show_all_rows(wanted=True)
    try:
        with psycopg.connect(loaded.dsn, autocommit=True) as connection:
            empty = tuple(populate(connection)) if populated else ()
            refused = _run(connection, steps, passed)
            return (refused or Tried())._replace(empty=empty)
    except psycopg.Error as error:
        text = f"the new migrations could not be tried: {first_line(error)}"
        return Tried(problems=(Problem("not-run", files.name, files.path, 0, 0, text, ""),))
    finally:
        sandbox.show_all_rows(wanted=False)
        sandbox.drop(loaded.database)


def _run(connection: psycopg.Connection[Any], steps: list[Step], passed: frozenset[str]) -> Tried | None:
    """Run statements as the tools do, a transaction for each file; return the first that was refused."""
    import psycopg  # noqa: PLC0415 -- only where there is SQL to try

    for step in steps:
        if step.transactional:
            connection.execute("BEGIN")
        for statement in step.statements:
            may_fail = statement in passed
            if may_fail and step.transactional:
                connection.execute("SAVEPOINT azora_audit_fix")
            try:
                connection.execute(statement.encode())
            except psycopg.Error as error:
                of_rows = (error.sqlstate or "")[:2] in _OF_ROWS
                if connection.closed or not (of_rows and may_fail):
                    return Tried(statement, first_line(error), of_rows)
                if step.transactional:
                    connection.execute("ROLLBACK TO SAVEPOINT azora_audit_fix")
        if step.transactional:
            connection.execute("COMMIT")
    return None

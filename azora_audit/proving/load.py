"""A service's schema in a database: its SQL as it stands, or the DDL that its schema.prisma means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import Origin, Source, Table, Unread
from azora_audit.definition import PREAMBLE, define
from azora_audit.findings import Problem
from azora_audit.records import NamedTuple
from azora_audit.sources.ddl import SqlFile
from azora_audit.sources.includes import Includer
from azora_audit.sources.service import read_service, sql_files

if TYPE_CHECKING:
    from pathlib import Path

    from azora_audit.sources.found import ServiceFiles
    from azora_audit.sources.sandbox import Applied, Refusal, Sandbox


class Loaded(NamedTuple):
    """A database with a service's schema, and what is not in it."""

    database: str
    dsn: str
    sources: tuple[Source, ...]
    tables: int
    problems: tuple[Problem, ...]
    declared: Facts | None
    """Facts of a service that has only a schema.prisma, whose annotations its database does not keep."""
    prisma: Facts | None
    """Facts of the schema.prisma of a service whose database comes from SQL: the two are to be the same."""


def load(sandbox: Sandbox, files: ServiceFiles, root: Path) -> Loaded:
    """Make a database of a service; what does not run becomes a problem.

    Args:
        sandbox: where the DDL runs.
        files: the service's files; where it has SQL, that is what its database gets.
        root: the fleet's root, which their paths start from.

    Raises:
        ServerError: the server itself has failed.
    """
    if files.sql:
        facts = Facts(files.name, files.path)
        texts, _complete = sql_files(files, root, facts)
        applied = sandbox.apply(texts, search_path=(files.schema,), include=Includer(root, files.path, facts))
        problems = [_problem(refusal, files.name) for refusal in applied.refusals]
    else:
        facts = read_service(files, root)
        applied, problems = _apply_definition(sandbox, facts)
    problems = [*facts.problems, *(_unread(row, files.name) for row in facts.rows(Unread)), *problems]
    sources = tuple(row for row in facts.rows(Source) if row.kind != "project")
    declared = None if files.sql else facts
    prisma = read_prisma_alone(files, root) if files.sql else None
    if prisma is not None:
        problems += [*prisma.problems, *(_unread(row, files.name) for row in prisma.rows(Unread))]
        sources += tuple(row for row in prisma.rows(Source) if row.kind == "prisma")
    tables = len(facts.rows(Table))
    return Loaded(applied.database, applied.dsn, sources, tables, tuple(problems), declared, prisma)


def read_prisma_alone(files: ServiceFiles, root: Path) -> Facts | None:
    """Return the facts of a service's schema.prisma, None if it has none."""
    return read_service(files._replace(sql=()), root) if files.prisma else None


def _apply_definition(sandbox: Sandbox, facts: Facts) -> tuple[Applied, list[Problem]]:
    """Run the DDL that facts mean; a statement that does not run is shown where its object is declared."""
    definition = define(facts)
    scripts = [SqlFile(str(number), f"{text};\n") for number, text in enumerate(PREAMBLE, -len(PREAMBLE))]
    scripts += [
        SqlFile(str(number), f"{statement.sql};\n") for number, statement in enumerate(definition.statements)
    ]
    applied = sandbox.apply(scripts)
    places = {row.entity_id: row for row in facts.rows(Origin)}
    problems = []
    for refusal in applied.refusals:
        number = int(refusal.path)
        place = places.get(definition.statements[number].entity_id) if number >= 0 else None
        problem = _problem(refusal, facts.service)
        where = (place.path, place.line, place.column) if place is not None else ("", 0, 0)
        problems.append(problem._replace(path=where[0], line=where[1], column=where[2]))
    return applied, problems


def _problem(refusal: Refusal, service: str) -> Problem:
    return Problem(
        "not-run", service, refusal.path, refusal.line, refusal.column, refusal.message, refusal.help
    )


def _unread(row: Unread, service: str) -> Problem:
    return Problem("not-understood", service, row.path, row.line, row.column, row.detail, "")

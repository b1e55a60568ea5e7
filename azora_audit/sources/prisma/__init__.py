"""schema.prisma -> facts: what Prisma Migrate would create in PostgreSQL, and what only Prisma knows."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from azora_audit.catalog.tables import (
    Annotation,
    ClientDefault,
    Column,
    Comment,
    Datasource,
    Default,
    Enum,
    EnumValue,
    Field,
    ForeignKey,
    ForeignKeyColumn,
    Generator,
    Index,
    IndexColumn,
    IndexPredicateColumn,
    KeyColumn,
    Model,
    PrimaryKey,
    Relation,
    Sequence,
    Table,
    Unique,
)
from azora_audit.findings import Problem as ReportedProblem
from azora_audit.sources.prisma.build import build
from azora_audit.sources.prisma.comments import allow
from azora_audit.sources.prisma.config import check_generators, read_config
from azora_audit.sources.prisma.model import Schema
from azora_audit.sources.prisma.parser import parse

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts
    from azora_audit.sources.prisma.syntax import Problem

_OWN = (Datasource, Generator)
_KNOWN = (
    Annotation,
    ClientDefault,
    Column,
    Comment,
    Default,
    Enum,
    EnumValue,
    Field,
    ForeignKey,
    ForeignKeyColumn,
    Index,
    IndexColumn,
    IndexPredicateColumn,
    KeyColumn,
    Model,
    PrimaryKey,
    Relation,
    Sequence,
    Table,
    Unique,
)
"""What a schema.prisma says completely. Checks, triggers, policies, grants, domains, exclusions, functions, inheritance,
extensions and further views can only come from SQL beside it."""


def read_prisma(files: list[tuple[str, str]], facts: Facts, prisma_major: int | None = None) -> None:
    """Append the facts of a Prisma schema; faults of the text become problems, never exceptions.

    A schema with problems is read as far as it can be understood, but nothing about its tables is declared as known:
    Prisma itself would refuse all of it.

    Args:
        files: paths relative to the fleet's root, with the decoded texts; several files are one schema.
        facts: where to append; the service is its own.
        prisma_major: major version of Prisma, which decides how join tables are keyed; None means the latest.
    """
    problems: list[Problem] = []
    collecting = gc.isenabled()
    # Nearly all that is made here stays, so looking for garbage in between would only double the time.
    gc.disable()
    try:
        _read(files, facts, prisma_major, problems)
    finally:
        if collecting:
            gc.enable()
    problems.sort(key=lambda problem: problem[:3])
    facts.problems += [
        ReportedProblem("syntax-error", facts.service, path, line, column, message, help_text)
        for path, line, column, message, help_text in dict.fromkeys(problems)
    ]


def _read(
    files: list[tuple[str, str]], facts: Facts, prisma_major: int | None, problems: list[Problem]
) -> None:
    """Append the facts of a schema, and its problems in the order in which they are met."""
    blocks = []
    remaining = []
    for path, text in files:
        document = parse(path, text)
        remaining.append((path, document.loose))
        problems += document.problems
        blocks += document.blocks
    syntax = len(problems)
    for path, loose in remaining:
        allow(facts, None, loose, path, problems)
    config = read_config(blocks, facts, problems, prisma_major)
    check_generators(blocks, problems)
    if config is not None:
        build(Schema(facts, config, problems), blocks)
    facts.know(_OWN)
    if config is not None and not problems:
        facts.know(_KNOWN)
    if syntax:
        # What does not fit together beside a line that could not be read is likely to be because of that line.
        del problems[syntax:]

"""Reading one service: its package, schema.prisma and SQL, joined, and the rest of its repository."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import Datasource, Origin, Source, Unread
from azora_audit.findings import Problem
from azora_audit.sources.files import empty_file, read_text
from azora_audit.sources.found import LOCK_FILE
from azora_audit.sources.includes import Includer
from azora_audit.sources.project import read_package_json, read_project

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from azora_audit.sources.ddl import SqlFile
    from azora_audit.sources.found import ServiceFiles, SqlFiles
    from azora_audit.sources.verification.verify import Verifier

_UP_MARKS: Final = (
    ("dbmate", re.compile(r"^--[ \t]*migrate:up\b", re.MULTILINE)),
    ("goose", re.compile(r"^--[ \t]*\+goose[ \t]+Up\b", re.MULTILINE | re.IGNORECASE)),
)
_PROVIDER: Final = re.compile(r'^\s*provider\s*=\s*"([^"]*)"', re.MULTILINE)


def read_service(
    files: ServiceFiles,
    root: Path,
    fleet_documents: Sequence[str] = (),
    live: Facts | Problem | None = None,
    verifier: Verifier | None = None,
) -> Facts:
    """Return all facts that the files of one service hold; what cannot be read becomes a problem in them.

    Args:
        files: the service's files.
        root: the fleet's root, which their paths start from.
        fleet_documents: documents of the whole fleet, relative to the root.
        live: facts of the service's running database, which are what is judged then, or why there are none.
        verifier: asks a throw-away server whether what the files say is what it makes of them.
    """
    declared = Facts(files.name, files.path)
    facts = live if isinstance(live, Facts) else declared
    if isinstance(live, Problem):
        facts.problems.append(live)
    prisma_major = read_package_json(files, root, facts)
    if files.prisma and files.sql:
        from azora_audit.sources.join import join  # noqa: PLC0415 -- only where there are two sources

        prisma = Facts(files.name, files.path)
        _read_prisma(files, root, prisma, prisma_major)
        _read_sql(files, root, declared, verifier)
        join(declared, prisma)
    elif files.prisma:
        _read_prisma(files, root, declared, prisma_major)
        if verifier is not None:
            verifier.verify_prisma(declared)
    elif files.sql:
        _read_sql(files, root, declared, verifier)
    if facts is not declared and (files.prisma or files.sql):
        from azora_audit.sources.join import join_live  # noqa: PLC0415 -- as above

        join_live(facts, declared)
        facts.verification, facts.differences = declared.verification, declared.differences
    read_project(files, root, fleet_documents, facts)
    schema = (*files.prisma, *(path for source in files.sql for path in source.files))
    # what is wrong with a service as a whole is shown where its schema begins
    facts.rows(Origin).extend(Origin(facts.service_id, "file", path, 1, 1, 1, 1) for path in schema[:1])
    return facts


def _read_prisma(files: ServiceFiles, root: Path, facts: Facts, prisma_major: int | None) -> None:
    from azora_audit.sources.prisma import read_prisma  # noqa: PLC0415 -- not for a service of SQL only

    known = set(facts.known)
    texts, complete = _texts(files.prisma, root, facts)
    read_prisma(texts, facts, prisma_major)
    if not complete:
        # a schema of which a part was not read is not known, however well the rest was understood
        facts.known = known
    dialects = {row.provider for row in facts.rows(Datasource)} - {"postgresql", ""}
    shown = (
        files.prisma[0] if len(files.prisma) == 1 else os.path.commonpath(files.prisma).replace(os.sep, "/")
    )
    dialect = min(dialects, default="postgresql")
    facts.rows(Source).append(Source(facts.service_id, "prisma", shown, len(files.prisma), dialect, "prisma"))


def _read_sql(files: ServiceFiles, root: Path, facts: Facts, verifier: Verifier | None) -> None:
    from azora_audit.sources.ddl import read_sql  # noqa: PLC0415 -- not for a service of Prisma only

    known = set(facts.known)
    sql, complete = sql_files(files, root, facts)
    includer = Includer(root, files.path, facts)
    read_sql(sql, facts, search_path=(files.schema,), include=includer)
    if not (complete and includer.complete):
        # a history of which a part was not read is not known, however well the rest was understood
        facts.known = known
    if verifier is not None:
        verifier.verify_sql(facts, sql if complete else None, (files.schema,), includer.again())


def sql_files(files: ServiceFiles, root: Path, facts: Facts) -> tuple[list[SqlFile], bool]:
    """Return the texts of a service's SQL in the order in which they run, and whether that is all of it.

    Args:
        files: the service's files.
        root: the fleet's root, which their paths start from.
        facts: get a row for each source, and as problems what cannot be read.
    """
    from azora_audit.sources.ddl import SqlFile  # noqa: PLC0415 -- as above

    complete = True
    sql = []
    for source in files.sql:
        dialect = _declared_dialect(source, root, facts)
        if dialect == "postgresql":
            texts, all_read = _texts(source.files, root, facts)
            complete = complete and all_read
            sql += [SqlFile(path, _up(text)) for path, text in texts]
        else:
            complete = False
        count = len(source.files)
        facts.rows(Source).append(Source(1, source.kind, source.path, count, dialect, "postgresql"))
    return sql, complete


def _texts(paths: Sequence[str], root: Path, facts: Facts) -> tuple[list[tuple[str, str]], bool]:
    """Return the texts of the files that can be read, and whether that is all of them.

    Files that hold nothing at all, all of them together, are a problem too.
    """
    texts = []
    for path in paths:
        text = read_text(root / path, path, facts.service)
        if isinstance(text, Problem):
            facts.problems.append(text)
        else:
            texts.append((path, text))
    empty = not any(text.strip() for _, text in texts)
    if empty:
        facts.problems.extend(empty_file(path, facts.service) for path, _ in texts)
    return texts, len(texts) == len(paths) and not empty


def _up(text: str) -> str:
    """Return the part of a migration that goes up, all of it if it has no marks; positions stay."""
    style = marks_of(text)
    if not style:
        return text
    from azora_audit.sources.ddl import up_part  # noqa: PLC0415 -- not for other styles

    return up_part(text, style)


def marks_of(text: str) -> str:
    """Return whose marks tell apart what goes up and down in a migration: `dbmate`, `goose`, or empty for nobody's."""
    return next((style for style, mark in _UP_MARKS if mark.search(text)), "")


def _declared_dialect(source: SqlFiles, root: Path, facts: Facts) -> str:
    """Return the dialect that Prisma's lock file names; another than PostgreSQL's becomes an Unread row."""
    if source.style != "prisma":
        return "postgresql"
    path = f"{source.path}/{LOCK_FILE}"
    text = read_text(root / path, path, facts.service)
    if isinstance(text, Problem):
        if text.kind != "missing-file":
            facts.problems.append(text)
        return "postgresql"
    match = _PROVIDER.search(text)
    if match is None or match[1] in {"postgresql", "postgres", "cockroachdb"}:
        return "postgresql"
    detail = f"The migrations are for {match[1]}; only PostgreSQL is judged, so they are not."
    line = text.count("\n", 0, match.start(1)) + 1
    column = match.start(1) - text.rfind("\n", 0, match.start(1))
    facts.rows(Unread).append(Unread(1, "other-dialect", match[0].strip(), detail, path, line, column))
    return match[1]

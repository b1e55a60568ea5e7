"""New migrations: which statements may share a file, and what the next file of a folder is called.

A statement with CONCURRENTLY is refused in a transaction block, and every tool runs the statements of one file either in a
transaction or as one message, which PostgreSQL takes as a transaction: it stands alone in its file. VALIDATE CONSTRAINT
comes in a later file than NOT VALID, whose lock would else be kept while the table is read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from azora_audit.fixing.prisma_edits import CannotFixError
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from azora_audit.sources.found import SqlFiles

NAME: Final = "azora_audit_fix"
LOCK_TIMEOUT: Final = "5s"
"""How long a statement waits for a lock: who waits for one stops everybody who comes after."""

_CONCURRENTLY: Final = re.compile(
    r"\s*(?:create\s+(?:unique\s+)?|drop\s+|re)index\b.*?\bconcurrently\b", re.IGNORECASE | re.DOTALL
)
_VALIDATE: Final = re.compile(r"\s*alter\s+table\b.*\bvalidate\s+constraint\b", re.IGNORECASE | re.DOTALL)
_NUMBER: Final = re.compile(r"([0-9]+)([^0-9].*)?\Z", re.DOTALL)
_VERSION: Final = re.compile(r"(V)([0-9]+)(?:[._][0-9]+)*__", re.IGNORECASE)
_TIMESTAMP: Final = 14
"""Digits of YYYYMMDDHHMMSS."""


class Step(NamedTuple):
    """Statements that one file may hold."""

    statements: tuple[str, ...]
    """Each ends in a semicolon."""
    transactional: bool


class NewFile(NamedTuple):
    """A file to write; `up` says that it is the one that is run."""

    path: str
    text: str
    up: bool


def steps_of(scripts: Iterable[Sequence[str]]) -> list[Step]:
    """Return the steps in which the statements of scripts can run, those of each script in their order.

    Args:
        scripts: the statements of each fix; statements that two of them share are run once.
    """
    kinds: list[str] = []
    stages: list[list[str]] = []
    seen: set[str] = set()
    for script in scripts:
        at = 0
        for statement in script:
            if statement in seen:
                continue
            seen.add(statement)
            kind = _kind(statement)
            while at < len(kinds) and kinds[at] != kind:
                at += 1
            if at == len(kinds):
                kinds.append(kind)
                stages.append([])
            stages[at].append(statement)
    steps = []
    for kind, statements in zip(kinds, stages, strict=True):
        if kind == "concurrent":
            steps += [Step((statement,), transactional=False) for statement in statements]
        else:
            steps.append(Step(tuple(statements), transactional=True))
    return steps


def _kind(statement: str) -> str:
    if _CONCURRENTLY.match(statement):
        return "concurrent"
    return "validate" if _VALIDATE.match(statement) else "transaction"


def new_files(source: SqlFiles, steps: Sequence[Step], *, marks: str, now: str) -> list[NewFile]:
    """Return the files that add steps to a folder of migrations.

    Args:
        source: the folder and its files in order.
        steps: what is to run.
        marks: `dbmate` or `goose` where the files hold both directions, else empty.
        now: YYYYMMDDHHMMSS.

    Raises:
        CannotFixError: the order of the folder's files gives a new one no place.
    """
    files = []
    for number, step in enumerate(steps, 1):
        name = f"{NAME}_{number}" if len(steps) > 1 else NAME
        files += _files(source, step, number, name, marks, now)
    return files


def _files(source: SqlFiles, step: Step, number: int, name: str, marks: str, now: str) -> list[NewFile]:
    folder, last = source.path, source.files[-1].removeprefix(f"{source.path}/")
    text = _text(step, marks)
    if source.style == "prisma":
        return [NewFile(f"{folder}/{_next(last, number, now)}_{name}/migration.sql", text, up=True)]
    if source.style == "diesel":
        step_folder = f"{folder}/{_next(last, number, now)}_{name}"
        files = [NewFile(f"{step_folder}/up.sql", text, up=True)]
        if not step.transactional:
            files.append(NewFile(f"{step_folder}/metadata.toml", "run_in_transaction = false\n", up=False))
        return files
    if source.style == "flyway":
        versions = [match for match in map(_VERSION.match, _names(source)) if match]
        if not versions:
            raise CannotFixError("the folder has no versioned migration to follow")
        newest = max(versions, key=lambda match: int(match[2]))
        following = str(int(newest[2]) + number).zfill(len(newest[2]))
        return [NewFile(f"{folder}/{newest[1]}{following}__{name}.sql", text, up=True)]
    if source.style in {"golang-migrate", "numbered"}:
        ending = ".up.sql" if source.style == "golang-migrate" else ".sql"
        return [
            NewFile(f"{folder}/{_next(last, number, now)}{_separator(last)}{name}{ending}", text, up=True)
        ]
    raise CannotFixError(
        "a dump is no place for a migration"
        if source.style == "dump"
        else "the names of its files give no order"
    )


def _names(source: SqlFiles) -> list[str]:
    return [file.rpartition("/")[2] for file in source.files]


def _next(last: str, number: int, now: str) -> str:
    """Return the number after the last one, as wide; where that is a point in time, now if it is later."""
    match = _NUMBER.match(last)
    if match is None:
        raise CannotFixError(f"the name {last} gives no number to follow")
    digits = match[1]
    if len(digits) == _TIMESTAMP and now > digits:
        return str(int(now) + number - 1)
    return str(int(digits) + number).zfill(len(digits))


def _separator(last: str) -> str:
    match = re.match(r"[0-9]+([^0-9A-Za-z]+)", last)
    return match[1] if match else "_"


def _text(step: Step, marks: str) -> str:
    lines = [
        f"-- Written by azora-audit fix{'' if step.transactional else '; it cannot run in a transaction'}."
    ]
    if step.transactional:
        lines += [f"set lock_timeout = '{LOCK_TIMEOUT}';", *step.statements, "reset lock_timeout;"]
    else:
        lines = [*lines, *step.statements]
    if marks == "dbmate":
        suffix = "" if step.transactional else " transaction:false"
        lines = [f"-- migrate:up{suffix}", *lines, "", "-- migrate:down"]
    elif marks == "goose":
        option = [] if step.transactional else ["-- +goose NO TRANSACTION"]
        lines = [*option, "-- +goose Up", *(_begun(line) for line in lines), "", "-- +goose Down"]
    return "\n".join(lines) + "\n"


def _begun(statement: str) -> str:
    """Mark a statement that holds semicolons, at which goose would cut it."""
    if ";" not in statement.rstrip(";"):
        return statement
    return f"-- +goose StatementBegin\n{statement}\n-- +goose StatementEnd"

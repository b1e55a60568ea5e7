"""Verifies what was read of a service: its DDL runs on a throw-away PostgreSQL, whose catalog decides."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Final, Self

import psycopg

from azora_audit.catalog.tables import Comment, ForeignKey, ForeignKeyColumn, Table, Unread
from azora_audit.catalog.tables import Extension as ExtensionRow
from azora_audit.catalog.tables import View as ViewRow
from azora_audit.errors import ServerError
from azora_audit.findings import LIMIT_EXCEEDED, SERVER_ERROR, Problem, Verification
from azora_audit.sources.ddl import SqlFile
from azora_audit.sources.live.read import KNOWN, read_database
from azora_audit.sources.sandbox import ROLE, Sandbox
from azora_audit.sources.verification.compare import disagreements
from azora_audit.sources.verification.differences import Places, difference_of
from azora_audit.sources.verification.overrule import overrule

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from azora_audit.catalog.facts import Facts
    from azora_audit.sources.ddl import Include
    from azora_audit.sources.sandbox import Applied, Refusal

    Define = Callable[[Facts], Sequence[tuple[int, str]]]
    """Facts -> statements that make them, each with the id of the entity that it makes."""

_PROBLEMS: Final = {
    "refused": "refused-statement",
    "follows": "refused-statement",
    "not-permitted": "not-permitted",
    "limit": LIMIT_EXCEEDED,
}
"""Kind of the problem that a refusal is; the others are no fault of the schema."""
_LEFT: Final = 16
"""Databases that are left behind at most, 8 MB each when they are empty."""
_LARGE: Final = 32 << 20
"""Bytes of a database that is not left behind."""
_TELLABLE: Final = frozenset({"refused", "follows", "not-run"})
"""Kinds of refusals that reading can have foreseen."""
_SERVER_HELP: Final = "What was read of the service was judged; other services are verified all the same."
_SYNTAX_ERROR: Final = "42601"
_UNKNOWN_TO_PRISMA: Final = frozenset({Comment, ExtensionRow, ViewRow})


class Verifier:
    """Asks one throw-away server about any number of services; it is started when it is first asked."""

    def __init__(self, postgres_bin: str | os.PathLike[str] | None, define: Define) -> None:
        """Choose the PostgreSQL.

        Args:
            postgres_bin: folder with the server's programs; else the wheel's, else the system's.
            define: writes the facts of a schema.prisma as DDL.

        Raises:
            ServerError: there is no PostgreSQL 15 or later.
        """
        self._sandbox = Sandbox(postgres_bin)
        self._define = define
        self._running = False
        self._left: list[str] = []
        number = self._sandbox.version
        self._server = f"PostgreSQL {number // 10000}.{number % 10000}"

    def __enter__(self) -> Self:
        """Begin; nothing runs yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server if it was started."""
        if self._running:
            self._sandbox.__exit__(kind, error, trace)

    def verify_sql(
        self,
        facts: Facts,
        files: Sequence[SqlFile] | None,
        search_path: tuple[str, ...],
        include: Include,
    ) -> None:
        """Run a service's SQL, and put the server's facts in the place of those that were read otherwise.

        What was not understood is known from then on, if the server understood it; what the server refuses becomes a
        problem. Where anything did not run, the facts stay as they were read.

        Args:
            facts: what was read of the files; `verification` and `differences` are filled in.
            files: the files as they were read; None if not all of them could be.
            search_path: the schemas of unqualified names.
            include: finds the files that psql would include.

        Raises:
            ServerError: the server cannot be started or asked.
        """
        if files is None:
            self._note(facts, "not-verified", "not all of its files could be read")
            return
        sandbox = self._start()
        try:
            applied = sandbox.apply(files, search_path=search_path, include=include)
            told, new = _partition(applied.refusals, facts)
            facts.problems += _problems(new, facts.service)
            incomplete = new or any(refusal.kind == "not-run" for refusal in told)
            server = None if incomplete else self._read(applied, facts)
            self._leave(applied)
        except (psycopg.Error, ServerError) as error:
            self._fail(facts, error)
            return
        if server is None:
            self._note(facts, "not-verified", _reason(applied, new))
            return
        if self._compare(facts, server, frozenset()):
            overrule(facts, server)
        _settle(facts, told)
        facts.know(KNOWN)

    def verify_prisma(self, facts: Facts) -> None:
        """Run the DDL that a schema.prisma means, and note where the server's facts are not those that were read.

        Raises:
            ServerError: the server cannot be started or asked.
        """
        if facts.problems or "tables" not in facts.known:
            self._note(facts, "not-verified", "its schema.prisma was not read in full")
            return
        statements = self._define(facts)
        text = "".join(f"{statement};\n" for _, statement in statements)
        sandbox = self._start()
        try:
            applied = sandbox.apply([SqlFile("", text)])
            server = None if applied.refusals else self._read(applied, facts)
            self._leave(applied)
        except (psycopg.Error, ServerError) as error:
            self._fail(facts, error)
            return
        if server is None:
            placed = _at_entities(applied.refusals, facts, statements)
            facts.problems += _problems(placed, facts.service)
            self._note(facts, "not-verified", _reason(applied, placed))
            return
        skip: frozenset[type] = _UNKNOWN_TO_PRISMA
        if any(row.emulated for row in facts.rows(ForeignKey)):
            skip |= {ForeignKey, ForeignKeyColumn}
        self._compare(facts, server, skip)

    def _start(self) -> Sandbox:
        if not self._running:
            self._sandbox.__enter__()
            self._running = True
        return self._sandbox

    def _leave(self, applied: Applied) -> None:
        """Leave a database behind; they are dropped when there are many, for that takes as long as making them.

        A large one is dropped at once: the guard of the disk would end what comes after it.
        """
        self._left.append(applied.database)
        if len(self._left) > _LEFT or self._sandbox.size(applied.database) > _LARGE:
            for database in self._left:
                self._sandbox.drop(database)
            self._left.clear()

    def _fail(self, facts: Facts, error: Exception) -> None:
        """Note that the server could not be asked about this service; what it is asked about others is as it was."""
        message = " ".join(str(error).split())
        facts.problems.append(Problem(SERVER_ERROR, facts.service, facts.path, 0, 0, message, _SERVER_HELP))
        self._note(facts, "not-verified", "the throw-away server could not be asked")

    def _note(self, facts: Facts, verdict: str, reason: str = "") -> None:
        facts.verification = Verification(facts.service, self._server, verdict, reason)

    def _read(self, applied: Applied, facts: Facts) -> Facts:
        with psycopg.connect(applied.dsn, autocommit=True) as connection:
            server = read_database(connection, facts.service, path=facts.path)
        # Who runs the migrations owns what they make; the sandbox's role is nobody's owner.
        tables = server.rows(Table)
        tables[:] = [row._replace(owner=None) if row.owner == ROLE else row for row in tables]
        return server

    def _compare(self, facts: Facts, server: Facts, skip: frozenset[type]) -> bool:
        """Note the differences; say whether there are any."""
        found = disagreements(facts, server, skip)
        if found:
            places = Places(facts)
            facts.differences += [difference_of(each, facts.service, places) for each in found]
        self._note(facts, "differs" if found else "agrees")
        return bool(found)


def _partition(refusals: Sequence[Refusal], facts: Facts) -> tuple[list[Refusal], list[Refusal]]:
    """Return the refusals of statements of which reading the text has told that they change nothing, and the others."""
    lines = {(row.path, row.line) for row in facts.rows(Unread)}
    lines |= {(problem.path, problem.line) for problem in facts.problems}
    foreign = {row.path for row in facts.rows(Unread) if row.reason == "other-dialect"}
    told: list[Refusal] = []
    new: list[Refusal] = []
    for refusal in refusals:
        known = (refusal.sqlstate == _SYNTAX_ERROR and refusal.path in foreign) or any(
            (refusal.path, line) in lines for line in range(refusal.first_line, refusal.last_line + 1)
        )
        (told if known and refusal.kind in _TELLABLE else new).append(refusal)
    return told, new


def _problems(refusals: Sequence[Refusal], service: str) -> list[Problem]:
    """Return the problems that refusals are; what fails because something is not at hand is no fault of the schema."""
    lacking = any(refusal.kind == "not-at-hand" for refusal in refusals)
    return [
        Problem(
            _PROBLEMS[refusal.kind],
            service,
            refusal.path,
            refusal.line,
            refusal.column,
            f"{refusal.message} ({refusal.sqlstate})" if refusal.sqlstate else refusal.message,
            refusal.help,
        )
        for refusal in refusals
        if refusal.kind in _PROBLEMS and not (lacking and refusal.kind == "follows")
    ]


def _reason(applied: Applied, refusals: Sequence[Refusal]) -> str:
    """Say in a clause why the server's catalog is not what the text describes."""
    if applied.lacking:
        names = ", ".join(applied.lacking)
        return f"extension{'s' if len(applied.lacking) > 1 else ''} {names} not at hand"
    for refusal in refusals:
        if refusal.kind == "not-at-hand":
            return f"not at hand: {refusal.message}"
    if not refusals:
        return "psql decides when it runs what some meta-commands do"
    count = f"{len(refusals):,} statement{'s' if len(refusals) > 1 else ''}"
    return f"{count} of its DDL did not run"


def _settle(facts: Facts, told: Sequence[Refusal]) -> None:
    """Take back what reading did not understand and the server did."""
    still = {(each.path, line) for each in told for line in range(each.first_line, each.last_line + 1)}
    foreign = {each.path for each in told if each.sqlstate == _SYNTAX_ERROR}
    unread = facts.rows(Unread)
    unread[:] = [
        row
        for row in unread
        if (row.path, row.line) in still or (row.reason == "other-dialect" and row.path in foreign)
    ]
    facts.problems[:] = [
        problem
        for problem in facts.problems
        if problem.kind != "syntax-error" or (problem.path, problem.line) in still
    ]


def _at_entities(
    refusals: Sequence[Refusal], facts: Facts, statements: Sequence[tuple[int, str]]
) -> list[Refusal]:
    """Place refusals of statements that were made for entities where the entities are."""
    ends = list(accumulate(text.count("\n") + 1 for _, text in statements))
    places = Places(facts)
    placed = []
    for refusal in refusals:
        entity, _ = statements[bisect_left(ends, refusal.first_line)]
        first = next(iter(places.of(facts.entity_of(entity).address)), None)
        path, line, column = (first.path, first.line, first.column) if first else ("", 0, 0)
        placed.append(refusal._replace(path=path, line=line, column=column))
    return placed

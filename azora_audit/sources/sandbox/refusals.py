"""What it means that a statement did not run: PostgreSQL's error codes in the words of a report.

Error codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple
from azora_audit.sources.sandbox.trusted import SEALED

if TYPE_CHECKING:
    import psycopg

    from azora_audit.sources.sandbox.statements import NotRun, Statement


class Refusal(NamedTuple):
    """A statement that did not run, or did otherwise than said."""

    path: str
    line: int
    column: int
    kind: str
    """refused, not-permitted, not-at-hand, limit, not-run or follows (see the package); of a note: note."""
    sqlstate: str
    """PostgreSQL's error code, empty where the server was not asked."""
    message: str
    help: str
    first_line: int
    last_line: int
    """The lines of the whole statement."""


_LACKING = re.compile(
    r'extension "(?P<extension>[^"]+)" is not available'
    r'|could not open extension control file ".*/(?P<file>[^"/]+)\.control"'
    r'|(?:language|collation|access method|tablespace|foreign-data wrapper) "[^"]+" (?:for encoding "\w+" )?does not exist'
    r"|could not access file"
    r"|unrecognized configuration parameter"
    r"|not supported (?:by|in) this build|unsupported XML feature|compression method \S+ not supported"
    r"|stand-in"
)
_UNTRUSTED = re.compile(r'permission denied to create extension "(?P<name>[^"]+)"')
_UNDEFINED = frozenset({"42704", "42883", "42P01", "42703", "3F000", "42P17", "42830", "2BP01"})
"""Undefined object, function, table, column, schema; no key for a foreign key; what is missing was not made."""
_SPACE = re.compile(
    r"File too large|No space left on device|temporary file size exceeds|cannot enlarge|invalid memory"
)

HELP = {
    "refused": "PostgreSQL itself refuses this statement; correct it, or the order of the files.",
    "not-permitted": "DDL runs as a role that owns its database and nothing else; a schema needs no more.",
    "not-at-hand": "Not judged: `--postgres-bin` names a PostgreSQL that has it.",
    "not-run": "Write what it does as SQL.",
    "limit": "A schema needs neither minutes nor gigabytes; leave loops and test data out of its DDL.",
    "follows": "It needs what an earlier statement, which did not run, should have made.",
}


def explain(statement: Statement, error: psycopg.Error, after: bool) -> Refusal:
    """Return the refusal that an error of the server means.

    Args:
        statement: the statement.
        error: what the server said.
        after: whether an earlier statement did not run.
    """
    message = error.diag.message_primary or " ".join(str(error).split())
    state = error.sqlstate or ""
    at = statement.start
    if error.diag.statement_position:
        before = statement.text.decode("utf-8", "replace")[: int(error.diag.statement_position) - 1]
        at += len(before.encode())
    kind = _kind(state, message, after)
    if kind == "not-permitted":
        message = f"the sandbox gives no right to this: {message}"
    elif kind == "limit" and state == "57014":
        message = "the statement takes too long and was stopped"
    elif kind == "limit":
        message = f"the statement takes too much memory or disk: {message}"
    return refusal(statement, kind, message, state, at)


def _kind(state: str, message: str, after: bool) -> str:
    if state == "42501":
        extension = _UNTRUSTED.fullmatch(message)
        return "not-permitted" if extension is None or extension["name"] in SEALED else "not-at-hand"
    if state.startswith(("53", "57")) or _SPACE.search(message):
        return "limit"
    if _LACKING.search(message):
        return "not-at-hand"
    return "follows" if after and state in _UNDEFINED else "refused"


def lacking_extension(message: str) -> str | None:
    """Return the name of the extension that a message misses, or that takes a superuser here."""
    if untrusted := _UNTRUSTED.search(message):
        return untrusted["name"]
    match = _LACKING.search(message)
    return (match["extension"] or match["file"]) if match else None


def refusal(
    statement: Statement | NotRun, kind: str, message: str, state: str = "", at: int | None = None
) -> Refusal:
    """Return a refusal at the statement's place, or at the offset `at` of its file."""
    positions = statement.positions
    line, column = positions.at(statement.start if at is None else at)
    first, _ = positions.at(statement.start)
    last, _ = positions.at(max(statement.start, statement.end - 1))
    return Refusal(positions.path, line, column, kind, state, message, HELP.get(kind, ""), first, last)

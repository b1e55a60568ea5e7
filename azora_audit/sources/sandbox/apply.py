"""Runs statements one by one, mends what only a superuser's server would have, and notes what did not run."""

from __future__ import annotations

import contextlib
import re
import time
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus

from azora_audit.sources.sandbox.limits import ROLE
from azora_audit.sources.sandbox.refusals import explain, refusal
from azora_audit.sources.sandbox.send import send
from azora_audit.sources.sandbox.statements import NotRun, Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from azora_audit.sources.sandbox.limits import Limits
    from azora_audit.sources.sandbox.refusals import Refusal

_NO_ROLE = re.compile(r'role "((?:[^"]|"")+)" does not exist')
_NO_SCHEMA_RIGHT = re.compile(r"permission denied for schema (.+)")
_CONTROL = re.compile(
    r"(?:BEGIN|START TRANSACTION|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|PREPARE TRANSACTION)\b"
)
_OF_SERVER = re.compile(
    r"(?P<verb>CREATE|ALTER|DROP) (?P<kind>DATABASE|ROLE|USER(?! MAPPING)|GROUP|TABLESPACE)\b"
    r"|(?P<member>GRANT|REVOKE) "
)
_ON = re.compile(rb"\sON\s", re.IGNORECASE)
"""In GRANT and REVOKE of privileges, not of memberships."""
_ENCODING = re.compile(r"SET (?:SESSION |LOCAL )?(?:CLIENT_ENCODING|NAMES)\b")
_NEW_ROLE = re.compile(
    rb"""CREATE\s+(?:ROLE|USER|GROUP)\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:"((?:[^"]|"")+)"|([A-Za-z_\x80-\xff][\w$\x80-\xff]*))""",
    re.IGNORECASE,
)
_DO = re.compile(r"DO\b")
_SAVEPOINT = b"azora_audit_sandbox"
_NO_TRANSACTION = "25P01"
"""Of LOCK, SAVEPOINT and the like: many tools run each file in a transaction, and what they do passes with it."""
_PATIENCE = 100
"""Roles that one statement may name."""


class Application:
    """The application of one service's statements to one database."""

    def __init__(
        self,
        connection: psycopg.Connection,
        limits: Limits,
        make_role: Callable[[str], None],
        reason: Callable[[int], str | None],
    ) -> None:
        """Prepare.

        Args:
            connection: of the sandbox's role, in autocommit mode.
            limits: how long all statements may take.
            make_role: makes a role without rights, if there is none of that name.
            reason: says why the guard ended a session.
        """
        self.refusals: list[Refusal] = []
        self.notes: list[Refusal] = []
        self._connection = connection
        self._pid = connection.info.backend_pid
        self._end = time.monotonic() + limits.service
        self._limits = limits
        self._make_role = make_role
        self._reason = reason
        self._roles: set[str] = set()
        self._opened: set[str] = set()

    def run(self, statements: Iterable[Statement | NotRun]) -> None:
        """Run all statements, or stop where a limit ends the session."""
        last: Statement | None = None
        for statement in statements:
            if isinstance(statement, NotRun):
                self.refusals.append(refusal(statement, "not-run", statement.message))
                continue
            if last is not None and statement.positions is not last.positions:
                self._commit(last)
            if time.monotonic() > self._end:
                text = f"all statements together take more than {self._limits.service:g} seconds"
                self.refusals.append(
                    refusal(statement, "limit", f"{text}; this and all later ones were not run")
                )
                return
            self._run_one(statement)
            if self._connection.closed:
                return
            last = statement
        if last is not None:
            self._commit(last)

    def _commit(self, last: Statement) -> None:
        """Commit what a file left open; it is read so, too."""
        error = self._attempt(b"COMMIT", "COMMIT") if self._in_transaction else None
        if error is not None:
            self.refusals.append(explain(last, error, bool(self.refusals)))

    @property
    def _in_transaction(self) -> bool:
        return self._connection.info.transaction_status != TransactionStatus.IDLE

    def _run_one(self, statement: Statement) -> None:
        head = statement.head
        of_server = _OF_SERVER.match(head)
        if of_server and not (of_server["member"] and _ON.search(statement.text)):
            self._note(statement, of_server)
            return
        if _ENCODING.match(head):
            return  # the text is sent in UTF-8, whatever the file was written in
        if _DO.match(head):
            # A block that makes roles asks first whether they are there.
            for name in _NEW_ROLE.findall(statement.text):
                self._have_role(_name(name))
        error = self._attempt(statement.text, head)
        tries = 0
        while error is not None and tries < _PATIENCE and self._mend(error):
            tries += 1
            error = self._attempt(statement.text, head)
        if error is None:
            return
        if error.sqlstate == _NO_TRANSACTION:
            text = "not run: it means something in a transaction only, and none is open"
            self.notes.append(refusal(statement, "note", text))
        elif self._connection.closed:
            why = self._reason(self._pid) or "the server ended the session"
            text = f"{why}; the statement was stopped, and no later one was run"
            self.refusals.append(refusal(statement, "limit", text, error.sqlstate or ""))
        else:
            self.refusals.append(explain(statement, error, bool(self.refusals)))

    def _note(self, statement: Statement, match: re.Match[str]) -> None:
        """Pass over what concerns the server; roles are made, without rights."""
        made = _NEW_ROLE.match(statement.text) if match["verb"] == "CREATE" else None
        if made is not None:
            self._have_role(_name(made.groups(b"")))
            text = "the role was made without any attribute or password: roles belong to the server"
        else:
            text = "not run: databases, roles, memberships and tablespaces belong to the server, not to the schema"
        self.notes.append(refusal(statement, "note", text))

    def _have_role(self, name: str) -> None:
        if name not in self._roles:
            self._roles.add(name)
            self._make_role(name)

    def _attempt(self, text: bytes, head: str) -> psycopg.Error | None:
        """Run a statement so that an open transaction survives its failure; return the error."""
        inside = self._in_transaction and not _CONTROL.match(head)
        try:
            if inside:
                send(self._connection, b"SAVEPOINT " + _SAVEPOINT)
            send(self._connection, text)
            if inside and self._in_transaction:
                send(self._connection, b"RELEASE " + _SAVEPOINT)
        except psycopg.Error as error:
            if inside:
                # It fails only where the session has ended, which `closed` tells.
                with contextlib.suppress(psycopg.OperationalError):
                    send(self._connection, b"ROLLBACK TO " + _SAVEPOINT + b"; RELEASE " + _SAVEPOINT)
            return error
        return None

    def _mend(self, error: psycopg.Error) -> bool:
        """Make a role that a statement misses, or let roles own something in a schema; say whether."""
        message = error.diag.message_primary or ""
        missing = _NO_ROLE.fullmatch(message)
        if missing is not None and missing[1] not in self._roles:
            self._have_role(missing[1].replace('""', '"'))
            # A session remembers that a role is not there until it locks a relation that it has not locked yet.
            return self._attempt(b"SELECT FROM pg_catalog.pg_amproc LIMIT 0", "SELECT") is None
        denied = _NO_SCHEMA_RIGHT.fullmatch(message)
        if denied is None or denied[1] in self._opened:
            return False
        self._opened.add(denied[1])
        return self._attempt(self._opening(denied[1]), "GRANT") is None

    def _opening(self, schema: str) -> bytes:
        """Return what lets every role own something in a schema: privileges on schemas are no facts of the catalog."""
        row = self._connection.execute("SELECT current_user").fetchone()
        assert row is not None  # noqa: S101 -- a SELECT without FROM has one row
        statement = sql.SQL("RESET ROLE; GRANT USAGE, CREATE ON SCHEMA {} TO PUBLIC").format(
            sql.Identifier(schema)
        )
        if row[0] != ROLE:
            statement += sql.SQL("; SET ROLE {}").format(sql.Identifier(row[0]))
        return statement.as_bytes(self._connection)


def _name(groups: tuple[bytes | None, ...]) -> str:
    """Return a role's name as PostgreSQL stores it, from the quoted and the plain way to write it."""
    quoted, plain = groups[:2]
    if quoted:
        return quoted.replace(b'""', b'"').decode("utf-8", "replace")
    return (plain or b"").decode("utf-8", "replace").lower()

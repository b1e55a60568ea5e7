"""Says in our words why a database could not be read, and what to do; libpq's and the server's own words stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    import psycopg

    from azora_audit.sources.live.target import Target


_CHANGED = "Run again when nobody changes the schema."


class Failure(NamedTuple):
    """Why a database was not read."""

    kind: str
    """unreachable-database, refused-connection, unsupported-server, interrupted-reading or forbidden-catalog."""
    message: str
    help: str
    passing: bool = False
    """Another try may be better."""


_UNREACHABLE = "Check host and port, that the server runs, and that a firewall lets this machine through."
_CONNECTING: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("invalid response to SSL negotiation", "expected authentication request from server, but received"),
        "unsupported-server",
        "What answers there does not speak PostgreSQL's protocol; MySQL listens on 3306, PostgreSQL on 5432.",
    ),
    (
        (
            "password authentication failed",
            "no password supplied",
            "SASL authentication failed",
            "Peer authentication",
        ),
        "refused-connection",
        "Correct user and password; PGPASSWORD and ~/.pgpass are read as psql does.",
    ),
    (
        (
            "no pg_hba.conf entry",
            "pg_hba.conf rejects",
            "permission denied for database",
            "not permitted to log in",
        ),
        "refused-connection",
        "Let the role connect: LOGIN, GRANT CONNECT, an entry in pg_hba.conf (if it is for TLS, with sslmode=require).",
    ),
    (
        (
            "does not support SSL",
            "certificate",
            "SSL error",
            "SSL connection has been closed",
        ),
        "refused-connection",
        "Set sslmode, sslrootcert, sslcert and sslkey as the server asks, in the URL or in PGSSLMODE ...",
    ),
    (
        ("does not exist", "no such database"),
        "refused-connection",
        "Correct the name of the database or role.",
    ),
    (
        (
            "too many clients",
            "remaining connection slots",
            "too many connections",
            "no more connections allowed",
        ),
        "unreachable-database",
        "Run again when a connection is free, or raise the role's or server's limit.",
    ),
    (
        (
            "starting up",
            "shutting down",
            "in recovery mode",
            "not yet accepting",
            "not accepting",
            "not currently accepting",
        ),
        "unreachable-database",
        "Run again when the server accepts connections; a standby needs hot_standby = on.",
    ),
)
"""Words of libpq and of the server (in English), the kind of failure that they tell, and what to do."""


def connecting(error: psycopg.Error, target: Target) -> Failure:
    """Explain why there is no connection."""
    text = target.hidden(_words(error).removeprefix("connection failed: "))
    for words, kind, advice in _CONNECTING:
        if any(word in text for word in words):
            return Failure(kind, f"Database {target.label} cannot be read: {text}", advice)
    return Failure("unreachable-database", f"Database {target.label} cannot be reached: {text}", _UNREACHABLE)


_READING: dict[str, tuple[str, str]] = {
    "57014": (
        "interrupted-reading",
        "The statement timeout ended it; run again when the server is less busy.",
    ),
    "55P03": (
        "interrupted-reading",
        "Somebody changes the schema and holds a lock; run again when that is done.",
    ),
    "40001": (
        "interrupted-reading",
        "The standby had to go on with recovery; run again, or raise max_standby_streaming_delay there.",
    ),
    "42501": (
        "forbidden-catalog",
        "The role may not read a part of the system catalog; that takes no superuser, but SELECT on it.",
    ),
    "25P03": (
        "interrupted-reading",
        "The server ends idle transactions; raise idle_in_transaction_session_timeout.",
    ),
}
"""SQLSTATE -> kind and advice."""


def reading(error: psycopg.Error, target: Target) -> Failure:
    """Explain why a reading that had begun did not end."""
    text = target.hidden(_words(error))
    state = error.sqlstate or ""
    if state in _READING:
        kind, advice = _READING[state]
    elif not state or state.startswith(("08", "57P")):
        kind, advice = "interrupted-reading", "The connection was lost; run again."
    elif state in CHANGED:
        kind, advice = "interrupted-reading", _CHANGED
    else:
        kind, advice = "unsupported-server", "The catalog is not that of PostgreSQL 12 or later."
    message = f"Database {target.label} was not read to the end: {text}"
    return Failure(kind, message, advice, passing=state in PASSING)


def changed(target: Target) -> Failure:
    """Explain that the schema did not stand still."""
    message = f"Database {target.label} was not read to the end: objects were dropped while they were read."
    return Failure("interrupted-reading", message, _CHANGED, passing=True)


CHANGED = frozenset({"XX000", "42P01", "42704", "42883", "3F000"})
"""SQLSTATEs of an object that was dropped while it was looked at: `cache lookup failed` and the like."""

PASSING = CHANGED | {"40001"}
"""SQLSTATEs after which a second try is worth it."""


def _words(error: psycopg.Error) -> str:
    """Return a driver's or server's message on one line."""
    return " ".join(str(error).split())

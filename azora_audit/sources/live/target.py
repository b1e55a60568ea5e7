"""A database to read: whatever libpq accepts, and a name for it that holds no secret.

psycopg is not imported here, so that a run can be told which databases to read before it knows that it must.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from azora_audit.errors import ServerError

if TYPE_CHECKING:
    from types import ModuleType

_SCHEME: Final = re.compile(r"postgres(?:ql)?://", re.IGNORECASE)
_OTHER_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_SERVICE_NAME: Final = re.compile(r"[\w./-]+")
_SECRETS: Final = ("password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key")
"""Connection parameters of libpq that are secret."""
_BLOT: Final = "*****"
_SHORTEST: Final = 4
"""Shorter secrets are not looked for in messages: every other word would have to go."""
_ENCODE: Final = (
    "Percent-encode the characters @ : / ? # of user name, password and parameters (@ is %40, / is %2F), or give the"
    " password by PGPASSWORD or a password file."
)
_QUOTE: Final = (
    "Write a URL, or KEY=VALUE pairs with values that have blanks in single quotes, as psql takes them."
)


class Target:
    """A database by its connection string, which only the connection sees.

    `label` is what messages and reports call it: database, host and port, as far as the string says them.
    """

    __slots__ = ("_conninfo", "_secrets", "label", "name")

    def __init__(self, text: str) -> None:
        """Take a URL, KEY=VALUE pairs, or a database's name.

        Raises:
            ServerError: libpq would not understand it, or would take a part of a password for something else. The
                message quotes nothing of the text, which may hold a password anywhere.
        """
        self._conninfo = _conninfo(text)
        values = _parsed(self._conninfo)
        public = {value for key, value in values.items() if key not in _SECRETS}
        self._secrets = _forms({values.get(key, "") for key in _SECRETS} - public, text)
        self.name: str = values.get("dbname") or values.get("service") or _default_name(values)
        self.label = _label(values, self.name)

    def __repr__(self) -> str:
        """Say which database it is and nothing else, for tracebacks, logs and cache keys."""
        return f"<database {self.label}>"

    def hidden(self, text: str) -> str:
        """Return a text, libpq's own messages say, without the secrets, however they are written."""
        for secret in self._secrets:
            text = text.replace(secret, _BLOT)
        return text

    def conninfo(self) -> str:
        """Return the connection string, secrets and all, for libpq only."""
        return self._conninfo


def named_target(text: str) -> tuple[str, Target]:
    """Return the service and the target of `URL` or `SERVICE=URL`; without a service, the database's name.

    What libpq knows as a parameter is one: `service=prod` is an entry of the service file, not a service of that name
    -- unless a URL follows.

    Raises:
        ServerError: as `Target`.
    """
    name, equals, rest = text.partition("=")
    name = name.strip()
    if not equals or _OTHER_SCHEME.match(text) or (name in _parameters() and not _SCHEME.match(rest)):
        target = Target(text)
        return target.name, target
    if not _SERVICE_NAME.fullmatch(name) or ("=" not in rest and not _SCHEME.match(rest)):
        # nothing of it is shown: a word that is no parameter may be a part of a password
        raise ServerError(
            "A database is neither a URL nor KEY=VALUE pairs of libpq, nor one of them behind SERVICE=.",
            help="Write postgresql://..., SERVICE=postgresql://..., or pairs as psql takes them.",
        )
    return name, Target(rest)


def _conninfo(text: str) -> str:
    """Return a connection string: a word without `=` is a database's name, as in psql."""
    text = text.strip()
    if _SCHEME.match(text):
        authority, at, rest = text.partition("://")[2].partition("@")
        if "@" in rest or (at and "/" in authority):
            raise ServerError("A database's URL can be read in more than one way.", help=_ENCODE)
        return text
    if _OTHER_SCHEME.match(text):
        raise ServerError(
            "A database's URL does not begin with postgresql://.", help="Only PostgreSQL is read."
        )
    if "=" in text or not text:
        return text
    return "dbname='{}'".format(text.replace("\\", "\\\\").replace("'", "\\'"))


def _parsed(conninfo: str) -> dict[str, str]:
    """Return the parameters of a connection string by name, without libpq's own message, which quotes the text."""
    psycopg = need_psycopg()
    try:
        values = psycopg.conninfo.conninfo_to_dict(conninfo)
    except psycopg.Error:
        values = None
    if values is None:
        is_url = _SCHEME.match(conninfo)
        raise ServerError(
            "libpq does not understand the connection string of a database.",
            help=_ENCODE if is_url else _QUOTE,
        )
    return {key: str(value) for key, value in values.items() if value is not None}


def _parameters() -> set[str]:
    psycopg = need_psycopg()
    return {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}


def need_psycopg() -> ModuleType:
    """Return psycopg, or raise ServerError that says how to get it."""
    try:
        import psycopg  # noqa: PLC0415 -- 0.1 s, and an extra
    except ImportError as error:
        raise ServerError(
            "Reading a database needs psycopg, which is not installed.",
            help="Install the extra: pip install 'azora-audit[live]'.",
        ) from error
    return psycopg


def _default_name(values: dict[str, str]) -> str:
    """Return the database that libpq takes when nothing names one: PGDATABASE, or the user's name."""
    psycopg = need_psycopg()
    defaults = {
        option.keyword.decode(): (option.val or b"").decode() for option in psycopg.pq.Conninfo.get_defaults()
    }
    return defaults["dbname"] or defaults["service"] or values.get("user") or defaults["user"] or "postgres"


def _label(values: dict[str, str], name: str) -> str:
    host = values.get("host") or values.get("hostaddr")
    if not host:
        return name
    port = values.get("port")
    return f"{name} on {host}{f':{port}' if port and not host.startswith('/') else ''}"


def _forms(secrets: set[str], text: str) -> list[str]:
    """Return every spelling of the secrets that a message could have, the longest first."""
    forms = set(secrets)
    forms |= {quote(secret, safe="") for secret in secrets} | {quote(secret) for secret in secrets}
    forms |= {secret.replace("\\", "\\\\").replace("'", "\\'") for secret in secrets}
    written = re.search(r"://[^:/@]*:([^@]*)@", text)
    if written and unquote(written[1]) in secrets:
        forms.add(written[1])
    return sorted((form for form in forms if len(form) >= _SHORTEST), key=len, reverse=True)

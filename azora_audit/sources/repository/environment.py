"""Example environment files: which variables they set, and what their values look like; values are not kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from azora_audit.catalog.tables import EnvironmentFile, EnvironmentVariable, Unread
from azora_audit.findings import Place

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts

_ASSIGNMENT: Final = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][\w.-]*)[ \t]*=[ \t]*
    (?: "(?P<double>(?:[^"\\]|\\.)*)"[ \t]*(?:\#[^\n]*)?$ | '(?P<single>[^']*)'[ \t]*(?:\#[^\n]*)?$
      | `(?P<back>[^`]*)`[ \t]*(?:\#[^\n]*)?$ | (?P<plain>[^\n]*)$ )""",
    re.MULTILINE | re.VERBOSE,
)
_NO_ASSIGNMENT: Final = re.compile(r"^[ \t]*(?:#[^\n]*|[^\w\n]*)$", re.MULTILINE)
_URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)
_BROKEN_PASSWORD: Final = re.compile(r"[^:@/?#\s]*:(?![0-9]+(?:[/?]|\Z))(\S*)@")
_PASSWORD_PARAMETER: Final = re.compile(r"[?&](?:password|sslpassword)=([^&#\s]*)", re.IGNORECASE)
_POOLING: Final = re.compile(r"[?&](?:connection_limit|pgbouncer|pool_timeout)=", re.IGNORECASE)

_SECRET_WORDS: Final = frozenset(
    {
        "PASSWORD", "PASSWD", "PASSPHRASE", "PASS", "PWD", "SECRET", "SECRETS", "TOKEN", "KEY", "KEYS", "APIKEY",
        "CREDENTIAL", "CREDENTIALS", "SALT", "PEPPER",
    }
)  # fmt: skip
_PUBLIC_WORDS: Final = frozenset({"PUBLIC", "PUBLISHABLE", "VITE", "SITE"})

_PLACEHOLDER_WORDS: Final = re.compile(
    r"password|passwd|change|replace|placeholder|example|insert|dummy|sample|secret|your|todo|fixme|fill|here"
    r"|redacted|generate|x{3,}|\*{3,}|\.{3}|…",
    re.IGNORECASE,
)
_PLACEHOLDER_SHAPES: Final = re.compile(
    r"<[^>]*>|\$\{[^}]*\}|\$[A-Z_][A-Z0-9_]*|\{\{?[^}]*\}\}?|\[[^\]]*\]|%[^%]*%|__\w+__|[A-Z_]+"
)
_COMMON_PASSWORDS: Final = frozenset(
    {
        "pass", "pw", "pwd", "postgres", "postgresql", "user", "username", "admin", "root", "test", "testing", "dev",
        "development", "local", "localhost", "prisma", "app", "none", "null", "undefined", "0", "1234", "12345", "123456",
    }
)  # fmt: skip


def read_environment(text: str, path: str, facts: Facts) -> None:
    """Add the facts of an example environment file; a line that sets no variable becomes an Unread row.

    Args:
        text: its text, read as dotenv reads it: the last of several values of one variable holds.
        path: relative to the fleet's root.
        facts: the service's facts.
    """
    name = path.rpartition("/")[2].lstrip(".")
    file = facts.entity("environment-file", name, origin=("file", Place(path, 1, 1, 1, 1)))
    facts.rows(EnvironmentFile).append(EnvironmentFile(file, facts.service_id, path))
    text = text.replace("\r\n", "\n")
    found: dict[str, tuple[str, Place]] = {}
    offset, line = 0, 1
    while offset < len(text):
        match = _ASSIGNMENT.match(text, offset)
        if match is not None:
            column = match.start("name") - offset + 1
            place = Place(path, line, column, line, column + len(match["name"]))
            found[match["name"]] = (_value(match), place)
        elif not (match := _NO_ASSIGNMENT.match(text, offset)):
            facts.rows(Unread).append(_unread(facts, path, line))
        end = match.end() if match else text.find("\n", offset)
        end = len(text) if end < 0 else end
        line += text.count("\n", offset, end) + 1
        offset = end + 1
    for variable, (value, place) in found.items():
        identifier = facts.entity("environment-variable", variable, origin=("file", place))
        facts.rows(EnvironmentVariable).append(_variable(identifier, facts.service_id, variable, value))


def _value(match: re.Match[str]) -> str:
    for quote in ("double", "single", "back"):
        if match[quote] is not None:
            return match[quote]
    return re.sub(r"(?:^|\s+)#.*", "", match["plain"]).strip()


def _variable(identifier: int, service_id: int, name: str, value: str) -> EnvironmentVariable:
    url = _URL.match(value)
    password = None if url is None else _password(url[2])
    return EnvironmentVariable(
        identifier,
        service_id,
        name,
        scheme=url[1].lower() if url else None,
        has_password=bool(password),
        placeholder=_is_placeholder(value if url is None else password or "")
        or (url is not None and _is_user(url[2], password)),
        secret_name=_is_secret(name),
        pooled=url is not None and _POOLING.search(value) is not None,
    )


def _password(address: str) -> str | None:
    """Return the password of what follows `scheme://`, also where its special characters are not escaped."""
    parameter = _PASSWORD_PARAMETER.search(address)
    if parameter is not None:
        return parameter[1]
    authority = re.split("[/?#]", address, maxsplit=1)[0]
    user, at, _host = authority.rpartition("@")
    if at:
        return user.partition(":")[2]
    broken = _BROKEN_PASSWORD.match(address)
    return broken[1] if broken else None


def _is_user(address: str, password: str | None) -> bool:
    """Whether the password is the user's name again: what databases on a developer's machine have."""
    return bool(password) and address.startswith(f"{password}:{password}@")


def _is_placeholder(value: str) -> bool:
    return (
        not value
        or value.lower() in _COMMON_PASSWORDS
        or len(set(value)) == 1
        or _PLACEHOLDER_SHAPES.fullmatch(value) is not None
        or _PLACEHOLDER_WORDS.search(value) is not None
    )


def _is_secret(name: str) -> bool:
    """Whether the name ends like a secret's: `TOKEN_LIFETIME` and `AWS_ACCESS_KEY_ID` do not."""
    words = [word for word in re.split(r"[^A-Z]+", name.upper()) if word]
    while words and words[-1] in {"BASE", "VALUE", "OLD", "NEW", "CURRENT", "PREVIOUS"}:
        words.pop()
    return bool(words) and words[-1] in _SECRET_WORDS and _PUBLIC_WORDS.isdisjoint(words)


def _unread(facts: Facts, path: str, line: int) -> Unread:
    # the line itself is not shown: it may hold what the file should not
    detail = "The line sets no variable and is no comment; what it is for was not understood."
    return Unread(facts.service_id, "unsupported-statement", "", detail, path, line, 1)

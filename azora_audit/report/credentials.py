"""Keeps credentials out of source excerpts: whole files withheld, literal secrets blotted out.

Patterns are tried on a line only when a cheap look finds one of their words, so that an ordinary schema pays
nothing for them, not even the import of `re`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re

BLOT = "*****"
"""What is shown in place of a secret; its length says nothing about the secret's."""

_WORDS = (
    "://",
    "pass",
    "pwd",
    "secret",
    "token",
    "apikey",
    "_key",
    "accesskey",
    "privatekey",
    "crypt",
    "hmac",
)
_TOKEN_STARTS = ("sk_", "rk_", "ghp_", "gho_", "ghs_", "github_pat_", "xox", "AKIA", "eyJ", "-----BEGIN")
_SETTING_NAMES = "password|passwd|pwd|secret|token|api_?key|access_?key|private_?key"
_QUOTED = r"""(?:[eE]|[uU]&)?'(?P<single>(?:[^']|''){1,2000})|"(?P<double>[^"]{1,2000})|\$\w*\$(?P<dollar>[^$]{1,2000})"""
_PATTERNS = (
    # user information of a URL; the last @ ends it, for passwords that should have been escaped
    r"""://[^\s"'`/@:]{0,200}:(?P<url>[^\s"'`]{1,2000})@""",
    r"""[?&](?:\w{0,40}password|api_?key|\w{0,40}token|\w{0,40}secret)=(?P<query>[^\s"'`&]{1,2000})""",
    # PASSWORD '...' of roles and user mappings, IDENTIFIED BY '...' of other dialects
    rf"""(?i:\b(?:password|passwd|identified\s{{1,9}}by)\s{{0,9}}[=:]?\s{{0,9}})(?:{_QUOTED})""",
    # PASSWORD without quotes, a mistake that PostgreSQL refuses and a report would show
    r"""(?i:\b(?:role|user)\s.{0,200}?\bpassword\s{1,9})(?!(?i:null)\b)(?P<bare>[^\s'"$;,()]{1,2000})""",
    # the key of pgcrypto's functions, their second argument
    rf"""(?i:\b(?:pgp_sym_\w{{1,20}}|hmac|encrypt|decrypt)\s{{0,9}}\([^',]{{0,200}},\s{{0,9}})(?:{_QUOTED})""",
    # name = value and name: value of connection strings, JSON, YAML and shell
    rf"""(?i:\b\w{{0,40}}(?:{_SETTING_NAMES})["']?\s{{0,9}}[=:]\s{{0,9}})["']?(?P<value>[^\s"',;)]{{1,2000}})""",
    r"""(?P<token>\b(?:[sr]k_(?:live|test)_|gh[pos]_|github_pat_|xox[abprs]-|AKIA|eyJ[\w-]{10,200}\.)[\w.-]{8,2000})""",
    r"""-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?P<pem>.{1,2000})""",
)
_CONTINUED = r"(?i:\b(?:password|identified\s{1,9}by)\s{0,9}[=:]?\s{0,9})$"
_LITERAL = rf"\s{{0,200}}(?:{_QUOTED})"

_compiled: list[re.Pattern[str]] = []


def withheld(path: str) -> bool:
    """Tell whether `path` is an environment file, whose text is never shown."""
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    return name.startswith(".env") or name.endswith(".env") or ".env." in name


def secret_spans(line: str, before: str = "") -> list[tuple[int, int]]:
    """Find the literal secrets of `line`: half-open ranges of code points, in order, not overlapping.

    `before` is the line above, which may end in the PASSWORD whose literal stands on this one.
    """
    lowered = line.lower()
    continued = (
        before[-300:].rstrip().lower().endswith(("password", "password =", "password=", "identified by"))
    )
    if not (
        continued
        or "identified" in lowered
        or any(word in lowered for word in _WORDS)
        or any(start in line for start in _TOKEN_STARTS)
    ):
        return []
    patterns = _patterns()
    found = [match.span(match.lastgroup or 0) for pattern in patterns[2:] for match in pattern.finditer(line)]
    if continued and patterns[0].search(before[-300:]):
        literal = patterns[1].match(line)
        if literal:
            found.append(literal.span(literal.lastgroup or 0))
    return _merged(sorted(found))


def blotted(line: str, spans: list[tuple[int, int]], offsets: tuple[int, int]) -> tuple[str, int, int]:
    """Replace the spans of `line` by the blot and move the two offsets along with the text they point at."""
    start, end = offsets
    for left, right in reversed(spans):
        line = line[:left] + BLOT + line[right:]
        start = _moved(start, left, right, left)
        end = _moved(end, left, right, left + len(BLOT))
    return line, start, end


def _moved(offset: int, left: int, right: int, inside: int) -> int:
    if offset <= left:
        return offset
    return inside if offset < right else offset + len(BLOT) - (right - left)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for left, right in spans:
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(right, merged[-1][1]))
        else:
            merged.append((left, right))
    return merged


def _patterns() -> list[re.Pattern[str]]:
    if not _compiled:
        import re  # noqa: PLC0415 -- compiled for the first suspicious line, not at start-up

        _compiled.extend(re.compile(pattern) for pattern in (_CONTINUED, _LITERAL, *_PATTERNS))
    return _compiled

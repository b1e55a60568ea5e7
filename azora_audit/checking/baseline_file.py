"""The baseline's file: a line of JSON for each entry, in order, so that versions of it can be compared and merged.

The first line names the version. The order of the others means nothing to the reader, and a line that is there twice counts
once: git's `merge=union` gives a file that holds what both branches accepted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

import orjson

from azora_audit.catalog.annotations import is_date
from azora_audit.checking.baseline import Entry
from azora_audit.errors import BaselineError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

VERSION: Final = 1

_HEADER: Final = "azora-audit-baseline"
_TEXTS: Final = ("service", "entity", "kind", "rule", "fingerprint", "object")
_CONFLICT: Final = re.compile(rb"(<{7}|\|{7}|>{7})( |$)|={7}$")
_ANEW: Final = "Take the file of one branch as it was, or write it anew with `azora-audit baseline`."


def read_baseline(path: Path) -> list[Entry]:
    """Return the entries of a file.

    Raises:
        BaselineError: it cannot be read, has marks of an unfinished merge, is damaged, or is of a version that this
            program does not know.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BaselineError(
            f"The baseline cannot be read: {reason}.",
            help="Correct its path (`baseline` in the settings) or permissions, or write it with `azora-audit baseline`.",
            path=str(path),
        ) from error
    lines = [line.rstrip(b"\r") for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n")]
    for number, line in enumerate(lines, 1):
        if _CONFLICT.match(line):
            raise BaselineError(
                "The baseline has marks of a merge that is not finished.",
                help="Remove the lines of marks and keep the entries of both sides, whose order means nothing.",
                path=str(path),
                line=number,
            )
    _check_version(path, lines[0])
    entries: dict[tuple[str, str], Entry] = {}
    for number, line in enumerate(lines[1:], 2):
        if line.strip() and not line.startswith(b'{"azora-audit-baseline"'):
            entry = _entry(path, number, line)
            key = (entry.fingerprint, entry.object_hash)
            if key not in entries or entry.findings > entries[key].findings:
                entries[key] = entry
    return list(entries.values())


def dump_baseline(entries: Iterable[Entry]) -> bytes:
    """Return the content of a file with these entries."""
    lines = [orjson.dumps({_HEADER: VERSION})]
    for entry in sorted(entries, key=_order):
        data: dict[str, object] = dict(zip(_TEXTS, entry, strict=False))
        if entry.findings != 1:
            data["findings"] = entry.findings
        if entry.reason:
            data["reason"] = entry.reason
        if entry.until is not None:
            data["until"] = entry.until
        lines.append(orjson.dumps(data))
    return b"\n".join(lines) + b"\n"


def _order(entry: Entry) -> tuple[str, ...]:
    """Order entries by the object that they are about, so that what is accepted of one stands together."""
    return entry.service, entry.entity, entry.rule, entry.kind, entry.fingerprint, entry.object_hash


def _check_version(path: Path, line: bytes) -> None:
    try:
        version = orjson.loads(line)[_HEADER]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        _refuse(path, 1, f'it does not begin with {{"{_HEADER}":{VERSION}}}')
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        _refuse(path, 1, "its version is no number")
    if version > VERSION:
        raise BaselineError(
            f"The baseline has version {version}; this program reads version {VERSION}.",
            help="Use the azora-audit that wrote it, or a newer one.",
            path=str(path),
            line=1,
        )


def _entry(path: Path, number: int, line: bytes) -> Entry:
    try:
        data: Any = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        _refuse(path, number, f"it is not JSON: {error.msg}")
    if not isinstance(data, dict):
        _refuse(path, number, "it is no object")
    for key in _TEXTS:
        if not isinstance(data.get(key), str):
            _refuse(path, number, f"it has no text `{key}`")
    unknown = data.keys() - {*_TEXTS, "findings", "reason", "until"}
    if unknown:
        _refuse(path, number, f"it has `{min(unknown)}`, which means nothing here")
    count, reason, until = data.get("findings", 1), data.get("reason", ""), data.get("until")
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        _refuse(path, number, "its `findings` is no number of findings")
    if not isinstance(reason, str):
        _refuse(path, number, "its `reason` is no text")
    if until is not None and not is_date(until):
        _refuse(path, number, "its `until` is no date such as 2027-01-31")
    return Entry._make((*(data[key] for key in _TEXTS), count, reason, until, number))


def _refuse(path: Path, line: int, reason: str) -> NoReturn:
    raise BaselineError(
        f"The baseline is damaged: of this line, {reason}.", help=_ANEW, path=str(path), line=line
    )

"""Counterexamples on disk: each a script to paste into psql, with a first line that says what it shows.

A file is written beside its place and renamed, so that no run and no kill leaves half of one. Nothing of a connection is
in it: values are generated, and a counterexample that quotes what looks like a credential of the schema is not kept.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

from azora_audit.findings import Problem
from azora_audit.folders import cache_folder
from azora_audit.proving.script import parsed, script
from azora_audit.proving.statements import texts
from azora_audit.proving.trial import Refusal
from azora_audit.records import NamedTuple
from azora_audit.report.credentials import secret_spans

if TYPE_CHECKING:
    from pathlib import Path

    from azora_audit.proof import Obligation, Promise
    from azora_audit.proving.model import Schema
    from azora_audit.proving.session import Probe
    from azora_audit.proving.shrinking import Smaller
    from azora_audit.proving.trial import Trial

HEADER: Final = "-- azora-audit counterexample "
VERSION: Final = 1
UNREADABLE: Final = "counterexample-unreadable"


class Counterexample(NamedTuple):
    """Statements that show that an obligation is not met, or that a promise of names is not kept."""

    id: str
    """The same for the same obligation in whatever service: from its name and what it says."""
    service: str
    obligation: str
    """The obligation's name in its service; for a promise its table, kind and columns."""
    table: str
    kind: str
    subject: str
    """The constraint or column; for a promise its columns, with commas."""
    expects: str
    """refuse, accept or effect; promise for what only names say."""
    sentence: str
    verdict: str
    """not-enforced, swallowed or over-strict; accepted for a promise."""
    evidence: str
    precision: str
    """Of a promise; else empty."""
    refusal: Refusal | None
    """How the statement in question has to be refused; None when it has to be accepted, or by whatever for a promise."""
    untouched: bool
    state: str
    """SQLSTATE and constraint of the refusal that must not be; empty for what is accepted."""
    constraint: str
    schema: str
    """Digest of the schema that it was found in."""
    probe: Probe


def identify(obligation: str, sentence: str) -> str:
    """Return the stable name of a counterexample."""
    return hashlib.sha256(f"{obligation}\0{sentence}".encode("utf-8", "backslashreplace")).hexdigest()[:12]


def of_duty(obligation: Obligation, trial: Trial, smaller: Smaller, schema: str) -> Counterexample:
    """Return what shows that an obligation is not met."""
    return Counterexample(
        identify(obligation.id, obligation.sentence),
        obligation.service,
        obligation.id,
        obligation.table,
        obligation.kind,
        obligation.subject,
        obligation.expects,
        obligation.sentence,
        smaller.found.verdict,
        smaller.found.evidence,
        "",
        trial.refusal,
        trial.untouched,
        smaller.outcome.state,
        smaller.outcome.constraint,
        schema,
        smaller.probe,
    )


def of_promise(promise: Promise, probe: Probe, schema: str) -> Counterexample:
    """Return what shows that a promise of names is not kept."""
    name = "/".join((promise.table, promise.kind, *promise.columns))
    return Counterexample(
        promise.counterexample,
        promise.service,
        name,
        promise.table,
        promise.kind,
        ",".join(promise.columns),
        "promise",
        promise.sentence,
        "accepted",
        promise.evidence,
        promise.precision,
        None,
        False,
        "",
        "",
        schema,
        probe,
    )


def digest(schema: Schema) -> str:
    """Return a digest of all that the prover knows of a schema: another one when anything in it changes."""
    addresses = {oid: table.address for oid, table in schema.items()}
    parts = []
    for table in schema.values():
        keys = [key._replace(target=0) for key in table.foreign_keys]
        targets = [addresses.get(key.target, "") for key in table.foreign_keys]
        parts.append(repr((table._replace(oid=0, foreign_keys=tuple(keys)), targets)))
    return hashlib.sha256("\n".join(sorted(parts)).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def folder_of(name: str, key: str) -> Path:
    """Return where the counterexamples of a fleet or a database are kept when no folder is named.

    Args:
        name: for people who look into the cache's folder.
        key: tells it from others of the same name; only a hash of it is seen.
    """
    hashed = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return cache_folder() / "counterexamples" / f"{_safe(name)}-{hashed}"


def _safe(name: str) -> str:
    """Return a name that is one of a file everywhere, another one for each name."""
    safe = quote(name or "_", safe=" +,;=@()[]")
    return f"%2E{safe[1:]}" if safe.startswith(".") else safe


class Store:
    """The counterexamples of one fleet or database."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made when something is kept."""
        self.folder = folder
        self.failure = ""
        """Why something could not be kept or removed; empty when all was."""

    def path(self, service: str, identifier: str) -> Path:
        """Return the file of a counterexample."""
        return self.folder / _safe(service) / f"{identifier}.sql"

    def keep(self, found: Counterexample) -> None:
        """Write a counterexample, in the place of an earlier one of the same obligation."""
        lines = (*found.probe.before, found.probe.sql, found.probe.after)
        if any(secret_spans(text) for line in lines for text in texts(line)) or secret_spans(found.evidence):
            self.failure = f"{found.id} quotes what may be a credential"
            return
        path = self.path(found.service, found.id)
        partial = path.with_name(f"{path.name}.{os.urandom(8).hex()}.partial")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(written(found), encoding="utf-8", errors="backslashreplace")
            partial.replace(path)
        except OSError as error:
            self.failure = f"{path.parent}: {error.strerror}"
            self._forget(partial)

    def _forget(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            self.failure = f"{path}: {error.strerror}"

    def remove(self, found: Counterexample) -> None:
        """Remove a counterexample that shows nothing any more; another run may have done so."""
        self._forget(self.path(found.service, found.id))

    def load(self, service: str) -> tuple[list[Counterexample], list[Problem]]:
        """Return the counterexamples of a service, and what of them cannot be read."""
        found, problems = [], []
        for path in sorted((self.folder / _safe(service)).glob("*.sql")):
            try:
                found.append(read(path.read_text(encoding="utf-8"))._replace(service=service))
            except FileNotFoundError:
                continue  # another run has removed it
            except (OSError, ValueError) as error:
                text = f"the saved counterexample cannot be read: {_reason(error)}"
                help_text = "Delete the file: what it showed is found again if it is still so."
                problems.append(Problem(UNREADABLE, service, str(path), 1, 0, text, help_text))
        return found, problems

    def services(self) -> list[str]:
        """Return the services that have counterexamples."""
        if not self.folder.is_dir():
            return []
        return sorted(unquote(path.name) for path in self.folder.iterdir() if any(path.glob("*.sql")))


def _reason(error: Exception) -> str:
    return (error.strerror or "unknown") if isinstance(error, OSError) else str(error)


def written(found: Counterexample) -> str:
    """Return a counterexample as the text of its file."""
    fields: dict[str, Any] = {"version": VERSION}
    fields |= {name: value for name, value in found._asdict().items() if name not in {"probe", "service"}}
    fields["refusal"] = None if found.refusal is None else found.refusal._asdict()
    fields["after"] = found.probe.after
    header = json.dumps(fields)
    title = f"{found.table}: {found.sentence}"
    shown = found.probe._replace(after="") if found.expects == "promise" else found.probe
    return f"{HEADER}{header}\n{script(title, f'{found.verdict}: {found.evidence}', shown)}"


def read(text: str) -> Counterexample:
    """Return the counterexample that the text of a file describes.

    Raises:
        ValueError: it is not what `written` writes.
    """
    header, _, body = text.partition("\n")
    if not header.startswith(HEADER):
        raise ValueError("it does not begin as a counterexample does")
    fields = json.loads(header.removeprefix(HEADER))
    if not isinstance(fields, dict) or fields.pop("version", None) != VERSION:
        raise ValueError("it was written by another version of azora-audit")
    probe = parsed(body)._replace(after=fields.pop("after", ""))
    refusal = fields.pop("refusal", None)
    try:
        if refusal is not None:
            lists = {name: tuple(value) for name, value in refusal.items() if isinstance(value, list)}
            refusal = Refusal(**(refusal | lists))
        return Counterexample(**fields, service="", refusal=refusal, probe=probe)
    except (TypeError, AttributeError):
        raise ValueError("its first line does not say what it has to") from None

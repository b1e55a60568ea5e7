"""The baseline: which findings of a report were accepted, and which of its entries still mean something.

An entry accepts a finding whose fingerprint and object are the same as when it was accepted. What is accepted stays in the
report and does not fail the run; when its object changes, or the entry's date passes, the finding is new again.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from azora_audit.findings import Finding, Report


class Entry(NamedTuple):
    """Findings that were accepted: as many as `findings`, of one rule about one object as it was then.

    `fingerprint` is without the ordinal that tells a rule's findings about one object apart. `reason` is empty, and
    `until` None or an ISO date, where nobody said. `line` is that of the file, 0 for an entry that is in none.
    """

    service: str
    entity: str
    kind: str
    rule: str
    fingerprint: str
    object_hash: str
    findings: int = 1
    reason: str = ""
    until: str | None = None
    line: int = 0


class Run(NamedTuple):
    """What a run could tell about entries: one of a rule that did not run is neither matched nor unmatched.

    `whole` says whether the run was of the whole fleet, so that a service which is not in it is gone. `known_rules` gives
    the names of all rules that exist; it is asked only where an entry names one that did not run.
    """

    today: str
    whole: bool
    known_rules: Callable[[], Collection[str]]


class Applied(NamedTuple):
    """A report with its baseline applied, and what became of the entries.

    `kept` are the entries with as many findings as each has matched, those that could not be judged included; `unmatched`
    those that match less than they accept.
    """

    report: Report
    kept: list[Entry]
    unmatched: list[Entry]


def apply_baseline(report: Report, entries: Iterable[Entry], run: Run) -> Applied:
    """Mark the findings that a baseline accepts, and say of new ones that were accepted before why they no longer are."""
    by_key = {(entry.fingerprint, entry.object_hash): entry for entry in entries}
    once = {fingerprint for fingerprint, _ in by_key}
    used: Counter[Entry] = Counter()
    back: set[str] = set()
    findings = []
    for found in report.findings:
        finding = found
        fingerprint = found.fingerprint.partition(":")[0]
        if found.status == "new" and fingerprint in once:
            entry = by_key.get((fingerprint, found.object_hash))
            if entry is None or _is_expired(entry, run.today):
                back.add(fingerprint)
                finding = found._replace(reason=_why_new(found, entry))
            elif used[entry] < entry.findings:
                used[entry] += 1
                finding = found._replace(status="accepted", reason=entry.reason)
        findings.append(finding)
    kept, unmatched = _sort_out(by_key.values(), used, back, _Judged(report, run))
    return Applied(report._replace(findings=tuple(findings)), kept, unmatched)


def accept(
    report: Report, kept: Iterable[Entry], reason: str = "", until: str | None = None
) -> tuple[list[Entry], int]:
    """Return a baseline that accepts all findings of a report, and how many it did not accept before.

    Args:
        report: with the old baseline applied.
        kept: the entries of the old baseline to keep.
        reason: of the findings that are accepted now.
        until: their date.
    """
    entries = {(entry.fingerprint, entry.object_hash): entry for entry in kept}
    fresh: Counter[Entry] = Counter()
    for finding in report.findings:
        if finding.status == "new":
            described = (finding.service, finding.entity, finding.kind, finding.rule)
            identity = (finding.fingerprint.partition(":")[0], finding.object_hash)
            fresh[Entry(*described, *identity, 1, reason, until)] += 1
    for entry, count in fresh.items():
        key = (entry.fingerprint, entry.object_hash)
        before = entries[key].findings if key in entries else 0
        entries[key] = entry._replace(findings=before + count)
    return list(entries.values()), fresh.total()


def _why_new(finding: Finding, entry: Entry | None) -> str:
    if entry is None:
        return f"accepted before the {finding.kind} was changed"
    return f"accepted until {entry.until}"


def _is_expired(entry: Entry, today: str) -> bool:
    return entry.until is not None and entry.until < today


class _Judged:
    """What a run has judged: an entry of anything else is left alone."""

    def __init__(self, report: Report, run: Run) -> None:
        self._run = run
        self._services = {service.name for service in report.services}
        self._rules = set(report.rules)
        self._unknown = {(row.rule, row.service) for row in report.not_judged}
        self._broken = {problem.service for problem in report.problems}

    def is_judged(self, entry: Entry) -> bool:
        if "" in self._broken or entry.service in self._broken:
            return False  # where something was not read, what is in it was not found
        if entry.service not in self._services and not self._run.whole:
            return False
        if entry.rule not in self._rules:
            return entry.rule not in self._run.known_rules()
        return (entry.rule, entry.service) not in self._unknown


def _sort_out(
    entries: Iterable[Entry], used: Counter[Entry], back: Collection[str], judged: _Judged
) -> tuple[list[Entry], list[Entry]]:
    kept, unmatched = [], []
    for entry in entries:
        if used[entry] == entry.findings:
            kept.append(entry)
        elif entry.fingerprint in back and not used[entry]:
            continue  # its finding is new, and says so itself
        elif not judged.is_judged(entry):
            kept.append(entry)
        else:
            unmatched.append(entry)
            if used[entry]:
                kept.append(entry._replace(findings=used[entry]))
    return kept, unmatched

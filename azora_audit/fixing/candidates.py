"""What could be mended: findings with a fix, each with the edit of schema.prisma and the statements that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.fixes import Left
from azora_audit.records import NamedTuple
from azora_audit.sources.ddl import SqlFile
from azora_audit.sources.sandbox.statements import Statement, cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from azora_audit.findings import Finding, Fix, Place
    from azora_audit.sources.found import ServiceFiles


class Candidate(NamedTuple):
    """A finding and how it could be mended."""

    number: int
    """Its place among all."""
    finding: Finding
    fix: Fix
    prisma: Place | None
    """Where schema.prisma is edited; None if it is not."""
    statements: tuple[str, ...]
    """What a new migration runs; empty if there is none."""


def candidates(
    findings: Iterable[Finding],
    services: dict[str, ServiceFiles],
    wanted: Callable[[Finding, Fix], str | None],
) -> tuple[list[Candidate], list[Left]]:
    """Return the findings that can be mended in files, and those that have a fix and cannot.

    Args:
        findings: of a report.
        services: the fleet's services by name.
        wanted: says why a fix is not to be made: empty if it is, None if nobody asked for it.
    """
    found: list[Candidate] = []
    left: list[Left] = []
    for finding in findings:
        fix, files = finding.fix, services.get(finding.service)
        if fix is None or files is None or finding.status != "new":
            continue
        reason = wanted(finding, fix)
        if reason is None:
            continue
        if not reason:
            candidate = _candidate(len(found), finding, fix, files)
            if isinstance(candidate, Candidate):
                found.append(candidate)
                continue
            reason = candidate
        left.append(Left(finding, reason))
    return found, left


def by_service(found: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    """Return the candidates that have statements, by service."""
    groups: dict[str, list[Candidate]] = {}
    for candidate in found:
        if candidate.statements:
            groups.setdefault(candidate.finding.service, []).append(candidate)
    return groups


def _candidate(number: int, finding: Finding, fix: Fix, files: ServiceFiles) -> Candidate | str:
    """Return how a finding is mended in a service's files, or why it is not."""
    in_prisma = [place for place in finding.places if place.path in files.prisma]
    place = in_prisma[0] if in_prisma and fix.prisma else None
    statements = _statements(fix.sql) if files.sql and fix.sql else ()
    if place is None and not statements:
        if files.sql or not fix.sql:
            return "its fix has no place in the service's files"
        return "its fix is SQL, and the service has no migrations"
    return Candidate(number, finding, fix, place, statements)


def _statements(text: str) -> tuple[str, ...]:
    pieces = cut([SqlFile("", f"{text.strip()}\n")], None)
    return tuple(piece.text.decode() for piece in pieces if isinstance(piece, Statement))

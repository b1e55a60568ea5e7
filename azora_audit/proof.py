"""What `azora-audit prove` finds out: obligations of a schema and what became of each.

Frozen data that every report renders, as `findings.py` is for `check`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from azora_audit.findings import Problem, ServiceSummary

VERDICTS = (
    "enforced",
    "enforced-by-other",
    "not-enforced",
    "swallowed",
    "over-strict",
    "blocked",
    "unreached",
)
"""What can become of an obligation; see `Proof.verdict`."""

FAILED = frozenset({"not-enforced", "swallowed", "over-strict"})
"""Verdicts that say that the database does not do what is declared."""

OPEN = frozenset({"blocked", "unreached"})
"""Verdicts that say that nothing was found out."""


class Obligation(NamedTuple):
    """One thing that the database has to do, known before anything runs."""

    id: str
    """Stable: `table/kind/subject/what`, with the table's schema."""
    service: str
    table: str
    """With its schema."""
    kind: str
    """row, primary-key, unique, unique-index, not-null, nullable, foreign-key, on-delete, on-update, check, partition,
    exclusion, enum, length, precision, domain, default, generated, identity, updated-at, append-only,
    view, row-security."""
    subject: str
    """The constraint, index, column or policy."""
    expects: str
    """refuse, accept or effect."""
    sentence: str
    """What it has to do, in words."""


class Proof(NamedTuple):
    """What became of an obligation."""

    obligation: Obligation
    verdict: str
    """enforced: as declared, and by the constraint that should;
    enforced-by-other: refused, by something else;
    not-enforced: a row that must be refused was accepted, or an effect did not come;
    swallowed: nothing was refused and nothing was stored (a trigger or rule);
    over-strict: a row that must be accepted was refused;
    blocked: the table never got a valid row;
    unreached: no statement was found that would show it."""
    evidence: str
    """One sentence: what the server said."""
    sql: str
    """For what failed, a script to paste that shows it and changes nothing; else empty."""
    probes: int


class Promise(NamedTuple):
    """What a name promises and its database does not keep: nothing is declared, so it is a guess with a precision."""

    service: str
    table: str
    columns: tuple[str, ...]
    kind: str
    """amount-not-negative, percentage-in-range, end-after-start, currency-code, email-shape, ciphertext-only ..."""
    precision: str
    """How sure it is that this is a fault: medium or high."""
    sentence: str
    evidence: str
    sql: str
    """A script to paste that shows the smallest row found, and changes nothing."""
    fix: str
    """A statement that was tried to refuse that row and to keep good ones; else empty."""


class ServiceProofs(NamedTuple):
    """The proofs of one service."""

    service: str
    tables: int
    proofs: tuple[Proof, ...]
    promises: tuple[Promise, ...]
    complete: bool
    """False when it was interrupted, or its DDL did not run completely."""


class MutationSummary(NamedTuple):
    """How many mutants of a service's schema its obligations noticed."""

    service: str
    mutants: int
    """Those that PostgreSQL took."""
    survived: int
    stillborn: int
    survivors: tuple[str, ...]
    """The changes that nothing noticed, as SQL."""


class ProofReport(NamedTuple):
    """All that a proof found out."""

    services: tuple[ServiceSummary, ...]
    proofs: tuple[ServiceProofs, ...]
    problems: tuple[Problem, ...]
    mutations: tuple[MutationSummary, ...]
    """Empty when no mutants were made."""
    seed: int
    interrupted: bool

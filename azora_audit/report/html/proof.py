"""What the page says of a proof: obligations by service, failures with their scripts, mutants, what stayed open."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from azora_audit.proof import VERDICTS
from azora_audit.records import NamedTuple
from azora_audit.report.proof_erasure import clearing_text, remnant_text
from azora_audit.report.proof_outcome import counts, failed
from azora_audit.report.proof_radius import effect_text, weight

if TYPE_CHECKING:
    from azora_audit.proof import (
        Erasure,
        MutationSummary,
        Promise,
        Proof,
        ProofReport,
        Radius,
        Replayed,
        ServiceProofs,
    )

SHOWN: Final = 200
"""Failures and promises that are shown with their scripts; the rest are findings below."""


class ProofRow(NamedTuple):
    """A service's obligations by verdict."""

    service: ServiceProofs
    verdicts: Counter[str]


class OpenReason(NamedTuple):
    """Obligations that stayed open for one reason: an example and how many they are."""

    reason: str
    example: Proof
    size: int


class Deletion(NamedTuple):
    """What deleting a row of a table did: the sentence, how many rows of other tables went, and whether records did."""

    radius: Radius
    rows: int
    records: tuple[str, ...]
    effects: tuple[tuple[str, str, str], ...]
    """Of each table that was touched: its name, what became of its rows, and by which foreign keys."""


class Way(NamedTuple):
    """How the row of a person can be deleted: the statements before it, and the personal data that stays."""

    erasure: Erasure
    before: tuple[str, ...]
    stays: tuple[str, ...]


class ProofView(NamedTuple):
    """All of a proof that the page shows; `more` is how many failures and promises are not."""

    rows: list[ProofRow]
    verdicts: tuple[str, ...]
    total: int
    enforced: int
    failures: list[Proof]
    promises: list[Promise]
    more: int
    open: list[OpenReason]
    mutations: tuple[MutationSummary, ...]
    mutants: int
    noticed: int
    deletions: list[Deletion]
    """The worst first."""
    ways: list[Way]
    replayed: tuple[Replayed, ...]
    seed: int
    interrupted: bool


def proof_view(report: ProofReport) -> ProofView:
    """Return what the page shows of a proof."""
    rows = [ProofRow(service, counts(service)) for service in report.proofs]
    totals: Counter[str] = Counter()
    for row in rows:
        totals += row.verdicts
    failures = [proof for service in report.proofs for proof in failed(service)]
    promises = [promise for service in report.proofs for promise in service.promises]
    radii = [radius for service in report.proofs for radius in service.radii]
    mutants = sum(row.mutants for row in report.mutations)
    return ProofView(
        rows,
        tuple(verdict for verdict in VERDICTS if totals[verdict]),
        sum(totals.values()),
        totals["enforced"] + totals["enforced-by-other"],
        failures[:SHOWN],
        promises[:SHOWN],
        len(failures[SHOWN:]) + len(promises[SHOWN:]),
        _open(report),
        report.mutations,
        mutants,
        mutants - sum(row.survived for row in report.mutations),
        [_deletion(radius) for radius in sorted(radii, key=weight, reverse=True)],
        [_way(erasure) for service in report.proofs for erasure in service.erasures],
        report.replayed,
        report.seed,
        report.interrupted,
    )


def _deletion(radius: Radius) -> Deletion:
    others = [effect for effect in radius.effects if effect.table != radius.table]
    by = {
        effect.table: ", ".join(
            f"{step.constraint}: {step.action}" for step in radius.steps if step.child == effect.table
        )
        for effect in radius.effects
    }
    return Deletion(
        radius,
        sum(effect.removed for effect in others),
        tuple(sorted({effect.record for effect in others if effect.record and effect.removed})),
        tuple((effect.table, effect_text(effect), by[effect.table]) for effect in radius.effects),
    )


def _way(erasure: Erasure) -> Way:
    return Way(
        erasure,
        tuple(clearing_text(row) for row in erasure.path[:-1]),
        tuple(remnant_text(row) for row in erasure.remnants),
    )


def _open(report: ProofReport) -> list[OpenReason]:
    groups: dict[str, list[Proof]] = {}
    for service in report.proofs:
        for proof in service.proofs:
            if proof.verdict in {"unreached", "blocked"}:
                groups.setdefault(proof.evidence, []).append(proof)
    reasons = [OpenReason(reason, group[0], len(group)) for reason, group in groups.items()]
    return sorted(reasons, key=lambda each: -each.size)

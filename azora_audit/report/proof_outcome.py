"""What a proof comes to: counts by verdict, and the same report form that `check` writes."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from azora_audit.findings import Finding, Fix, NotJudged, Report
from azora_audit.proof import FAILED

if TYPE_CHECKING:
    from azora_audit.proof import Promise, Proof, ProofReport, ServiceProofs

FAIL_ON = "error"
"""What the database does not do as declared is an error; what only a name promises is a warning."""


def counts(service: ServiceProofs) -> Counter[str]:
    """Count the obligations of a service by verdict."""
    return Counter(proof.verdict for proof in service.proofs)


def failed(service: ServiceProofs) -> list[Proof]:
    """Return the proofs that show that something is not as declared."""
    return [proof for proof in service.proofs if proof.verdict in FAILED]


def as_report(report: Report | ProofReport) -> Report:
    """Return a proof as the report of a check: what failed is a finding, what stayed open was not judged.

    Tables that never got a row are among the problems already. The report of a check is one already, too.
    """
    if isinstance(report, Report):
        return report
    proofs = [proof for service in report.proofs for proof in service.proofs]
    promises = [promise for service in report.proofs for promise in service.promises]
    return Report(
        services=report.services,
        findings=(
            *(_finding(proof) for proof in proofs if proof.verdict in FAILED),
            *(_guess(promise) for promise in promises),
        ),
        checklist=(),
        not_judged=tuple(
            NotJudged(proof.obligation.id, proof.obligation.service, proof.evidence)
            for proof in proofs
            if proof.verdict == "unreached"
        ),
        problems=report.problems,
        rules_run=len(proofs),
        inventory=report.inventory,
    )


def _finding(proof: Proof) -> Finding:
    """Return a failed obligation as a finding."""
    obligation = proof.obligation
    name = " ".join(part for part in (obligation.kind, obligation.subject) if part)
    found = _shown(
        obligation.service,
        (obligation.id, proof.verdict),
        rule=proof.verdict,
        severity="error",
        precision="very-high",
        kind=obligation.kind,
        entity=f"{obligation.service}.{obligation.table}.{obligation.subject}",
        message=f"{obligation.table}: {name} {obligation.sentence}: {proof.evidence}",
        evidence={
            "obligation": obligation.id,
            "sql": proof.sql,
            "counterexample": proof.counterexample,
        },
    )
    mend = "Write the migration that makes it so, or take it out of schema.prisma."
    return found._replace(places=proof.places, help=mend) if proof.places else found


def _guess(promise: Promise) -> Finding:
    """Return what a name promises and its database does not keep: nothing is declared, so it is a warning."""
    why = "rows that are there already may break it: add it NOT VALID first, and validate it when they are mended"
    found = _shown(
        promise.service,
        (promise.table, promise.kind, *promise.columns),
        rule=promise.kind,
        severity="warning",
        precision=promise.precision,
        kind="column",
        entity=f"{promise.service}.{promise.table}.{promise.columns[-1]}",
        message=f"{promise.table}: {promise.sentence}, but {promise.evidence}",
        evidence={
            "columns": ", ".join(promise.columns),
            "sql": promise.sql,
            "counterexample": promise.counterexample,
        },
    )
    return found._replace(fix=Fix(promise.fix, "", "", "unsafe", why) if promise.fix else None)


def _shown(
    service: str,
    named: tuple[str, ...],
    *,
    rule: str,
    severity: str,
    precision: str,
    kind: str,
    entity: str,
    message: str,
    evidence: dict[str, object],
) -> Finding:
    """Return a finding of something that a script shows; `named` tells it from all others of its service."""
    fingerprint = "\0".join((service, *named)).encode("utf-8", "backslashreplace")
    shown = "Run the script in `evidence.sql` in psql: it shows the statement and changes nothing."
    return Finding(
        rule=rule,
        severity=severity,
        precision=precision,
        service=service,
        kind=kind,
        entity=entity,
        places=(),
        related="",
        related_places=(),
        message=message,
        help=shown if evidence["sql"] else "",
        evidence=evidence,
        fix=None,
        fingerprint=hashlib.sha256(fingerprint).hexdigest()[:32],
        status="new",
        reason="",
    )

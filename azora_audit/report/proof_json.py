"""A proof as JSON: the report form of `check` with `obligations` and `mutations` beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.report.json_report import render_json
from azora_audit.report.proof_outcome import FAIL_ON, as_report

if TYPE_CHECKING:
    from azora_audit.proof import Proof, ProofReport


def render_proof_json(report: ProofReport) -> bytes:
    """Render a proof in the form of `reports/schemas/report-1.schema.json`."""
    extra = {
        "obligations": [_obligation(proof) for service in report.proofs for proof in service.proofs],
        "mutations": [row._asdict() for row in report.mutations],
    }
    return render_json(as_report(report), fail_on=FAIL_ON, extra=extra)


def _obligation(proof: Proof) -> dict[str, object]:
    return proof.obligation._asdict() | {
        "verdict": proof.verdict,
        "evidence": proof.evidence,
        "sql": proof.sql or None,
        "probes": proof.probes,
    }

"""A proof as JSON: the report form of `check` with `obligations`, `promises`, `mutations` and `replayed` beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.report.json_report import placed, render_json
from azora_audit.report.proof_outcome import as_report

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.proof import Erasure, Promise, Proof, ProofReport, Radius, Replayed, Stop


def render_proof_json(report: ProofReport, *, fail_on: str) -> bytes:
    """Render a proof in the form of `reports/schemas/report-1.schema.json`."""
    extra: dict[str, Iterable[object]] = {
        "obligations": [_obligation(proof) for service in report.proofs for proof in service.proofs],
        "promises": [_promise(promise) for service in report.proofs for promise in service.promises],
        "radii": [_radius(radius) for service in report.proofs for radius in service.radii],
        "erasures": [_erasure(erasure) for service in report.proofs for erasure in service.erasures],
        "mutations": [row._asdict() for row in report.mutations],
        "proven": [
            {
                "service": service.service,
                "tables": service.tables,
                "complete": service.complete,
                "drawn": service.drawn,
            }
            for service in report.proofs
        ],
        "replayed": [_replayed(row) for row in report.replayed],
    }
    how = {
        "seed": report.seed,
        "interrupted": report.interrupted,
        "saved": report.saved,
        "unsaved": report.unsaved,
    }
    return render_json(as_report(report), fail_on=fail_on, extra=extra, summed=how)


def _obligation(proof: Proof) -> dict[str, object]:
    return proof.obligation._asdict() | {
        "verdict": proof.verdict,
        "evidence": proof.evidence,
        "sql": proof.sql or None,
        "probes": proof.probes,
        **placed(proof.places),
        "drawn": proof.drawn,
        "counterexample": proof.counterexample or None,
    }


def _radius(radius: Radius) -> dict[str, object]:
    return radius._asdict() | {
        "record": radius.record or None,
        "stops": [_stop(row) for row in radius.stops],
        "effects": [row._asdict() | {"record": row.record or None} for row in radius.effects],
        "steps": [row._asdict() for row in radius.steps],
    }


def _stop(stop: Stop) -> dict[str, object]:
    return stop._asdict() | {
        "state": stop.state or None,
        "constraint": stop.constraint or None,
        "table": stop.table or None,
    }


def _erasure(erasure: Erasure) -> dict[str, object]:
    return erasure._asdict() | {
        "path": [
            row._asdict() | {"record": row.record or None, "constraint": row.constraint or None}
            for row in erasure.path
        ],
        "kept_by": None if erasure.kept_by is None else _stop(erasure.kept_by),
        "remnants": [row._asdict() | {"record": row.record or None} for row in erasure.remnants],
    }


def _replayed(row: Replayed) -> dict[str, object]:
    return row._asdict() | {"precision": row.precision or None}


def _promise(promise: Promise) -> dict[str, object]:
    return promise._asdict() | {"fix": promise.fix or None}

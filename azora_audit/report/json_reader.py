"""Reads saved reports of checks and proofs back; a damaged one is refused with the place of the damage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from azora_audit.errors import ReportError
from azora_audit.findings import (
    ChecklistItem,
    Difference,
    Finding,
    NotJudged,
    Problem,
    Report,
    ServiceSummary,
    Verification,
)
from azora_audit.records import NamedTuple
from azora_audit.report.json_record import WRITE_ANEW, Record
from azora_audit.report.json_report import VERSION
from azora_audit.report.json_shape import read

if TYPE_CHECKING:
    from azora_audit.inventory import ServiceInventory
    from azora_audit.proof import ProofReport

_Read = TypeVar("_Read", bound=tuple[Any, ...])


class SavedRun(NamedTuple):
    """What a run found out, and the severity that failed it."""

    report: Report | ProofReport
    fail_on: str


def load_json(content: bytes, *, path: str | None = None) -> SavedRun:
    """Read a report that `render_json` or `render_proof_json` has written; keys that are not known are passed over.

    `path` names the file in errors. Raises ReportError when `content` is no report, or one of another version.
    """
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise ReportError(
            f"The report is not JSON: {error.msg}.",
            help=WRITE_ANEW,
            path=path,
            line=error.lineno,
            column=error.colno,
        ) from None
    record = Record(value, "", path)
    version = record.number("version")
    if version != VERSION:
        raise ReportError(
            f"The report has version {version}; this program reads version {VERSION}.",
            help="Use the azora-audit that wrote it, or write it anew with this one.",
            path=path,
        )
    report = _proof(record) if "obligations" in record.value else _report(record)
    return SavedRun(report, record.record("summary").text("fail_on"))


def _report(record: Record) -> Report:
    return Report(
        services=_all(ServiceSummary, record, "services"),
        findings=_all(Finding, record, "findings"),
        checklist=_all(ChecklistItem, record, "checklist"),
        not_judged=_all(NotJudged, record, "not_judged"),
        problems=_all(Problem, record, "errors"),
        rules_run=record.record("summary").number("rules_run"),
        verifications=_all_or_none(Verification, record, "verification"),
        differences=_all_or_none(Difference, record, "differences"),
        inventory=_inventory(record),
        rules=record.texts("rules") if "rules" in record.value else (),
    )


def _inventory(record: Record) -> tuple[ServiceInventory, ...]:
    if "inventory" not in record.value:
        return ()
    from azora_audit.inventory import ServiceInventory  # noqa: PLC0415 -- few runs have one

    return _all(ServiceInventory, record, "inventory")


def _proof(record: Record) -> ProofReport:
    """Return a proof: its lists go through all services, and are told apart again."""
    from azora_audit.proof import (  # noqa: PLC0415 -- only for saved proofs
        Erasure,
        MutationSummary,
        Promise,
        Proof,
        ProofReport,
        Radius,
        Replayed,
        ServiceProofs,
    )

    summary = record.record("summary")
    proofs = _all(Proof, record, "obligations")
    promises = _all(Promise, record, "promises")
    radii = _all(Radius, record, "radii")
    erasures = _all(Erasure, record, "erasures")
    return ProofReport(
        services=_all(ServiceSummary, record, "services"),
        proofs=tuple(
            ServiceProofs(
                service=name,
                tables=each.number("tables"),
                proofs=tuple(row for row in proofs if row.obligation.service == name),
                promises=tuple(row for row in promises if row.service == name),
                complete=each.truth("complete"),
                radii=tuple(row for row in radii if row.service == name),
                erasures=tuple(row for row in erasures if row.service == name),
                drawn=each.number("drawn") if "drawn" in each.value else 0,
            )
            for each in record.records("proven")
            for name in [each.text("service")]
        ),
        problems=_all(Problem, record, "errors"),
        mutations=_all(MutationSummary, record, "mutations"),
        seed=summary.number("seed"),
        interrupted=summary.truth("interrupted"),
        inventory=_inventory(record),
        replayed=_all_or_none(Replayed, record, "replayed"),
        saved=summary.text("saved") if "saved" in summary.value else "",
        unsaved=summary.text("unsaved") if "unsaved" in summary.value else "",
    )


def _all(kind: type[_Read], record: Record, key: str) -> tuple[_Read, ...]:
    return tuple(read(kind, each) for each in record.records(key))


def _all_or_none(kind: type[_Read], record: Record, key: str) -> tuple[_Read, ...]:
    return tuple(read(kind, each) for each in record.records_or_none(key))

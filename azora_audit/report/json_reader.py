"""Reads the JSON report back, for the commands that compare runs; a damaged one is refused with the place of the damage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from azora_audit.errors import ReportError
from azora_audit.findings import (
    ChecklistItem,
    Difference,
    Finding,
    Fix,
    NotJudged,
    Place,
    Problem,
    Report,
    ServiceSummary,
    SourceSummary,
    Verification,
)
from azora_audit.records import NamedTuple
from azora_audit.report.json_record import WRITE_ANEW, Record
from azora_audit.report.json_report import VERSION

if TYPE_CHECKING:
    from azora_audit.inventory import ServiceInventory


class SavedRun(NamedTuple):
    """What a run found out, and the severity that failed it."""

    report: Report
    fail_on: str


def load_json(content: bytes, *, path: str | None = None) -> SavedRun:
    """Read a report that `render_json` has written; keys that this program does not know are passed over.

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
    summary = record.record("summary")
    report = Report(
        services=tuple(_service(item) for item in record.records("services")),
        findings=tuple(_finding(item) for item in record.records("findings")),
        checklist=tuple(_checklist_item(item) for item in record.records("checklist")),
        not_judged=tuple(
            NotJudged(item.text("rule"), item.text_or_empty("service"), item.text("reason"))
            for item in record.records("not_judged")
        ),
        problems=tuple(_problem(item) for item in record.records("errors")),
        rules_run=summary.number("rules_run"),
        verifications=tuple(
            Verification(*(item.text_or_empty(key) for key in Verification._fields))
            for item in record.records_or_none("verification")
        ),
        differences=tuple(_difference(item) for item in record.records_or_none("differences")),
        inventory=_inventory(record),
        rules=record.texts("rules") if "rules" in record.value else (),
    )
    return SavedRun(report, summary.text("fail_on"))


def _inventory(record: Record) -> tuple[ServiceInventory, ...]:
    if "inventory" not in record.value:
        return ()
    from azora_audit.report.inventory_json import inventory_of  # noqa: PLC0415 -- few runs have one

    return tuple(inventory_of(item) for item in record.records("inventory"))


def _service(record: Record) -> ServiceSummary:
    sources = (
        SourceSummary(item.text("kind"), item.text("path"), item.number("files"), item.text("reader"))
        for item in record.records("sources")
    )
    return ServiceSummary(record.text("name"), record.text("path"), tuple(sources), record.number("tables"))


def _finding(record: Record) -> Finding:
    fix = record.record_or_none("fix")
    first = () if record.value.get("path") is None else (_place(record),)
    return Finding(
        rule=record.text("rule"),
        severity=record.text("severity"),
        precision=record.text("precision"),
        service=record.text_or_empty("service"),
        kind=record.text("kind"),
        entity=record.text("entity"),
        places=first + tuple(_place(item) for item in record.records("other_places")),
        related=record.text_or_empty("related"),
        related_places=tuple(_place(item) for item in record.records("related_places")),
        message=record.text("message"),
        help=record.text("help"),
        evidence=record.record("evidence").value,
        fix=None if fix is None else Fix(*(fix.text_or_empty(key) for key in Fix._fields)),
        fingerprint=record.text("fingerprint"),
        object_hash=record.text_or_empty("object_hash") if "object_hash" in record.value else "",
        status=record.text("status"),
        reason=record.text_or_empty("reason"),
        controls=record.texts("controls"),
    )


def _difference(record: Record) -> Difference:
    first = () if record.value.get("path") is None else (_place(record),)
    return Difference(
        record.text("service"),
        record.text("kind"),
        record.text("entity"),
        record.text("aspect"),
        None if record.value.get("read") is None else record.text("read"),
        None if record.value.get("server") is None else record.text("server"),
        first + tuple(_place(item) for item in record.records("other_places")),
    )


def _place(record: Record) -> Place:
    return Place(
        record.text("path"),
        record.number("line"),
        record.number("column"),
        record.number("end_line"),
        record.number("end_column"),
    )


def _checklist_item(record: Record) -> ChecklistItem:
    return ChecklistItem(
        checklist=record.text("checklist"),
        checklist_title=record.text("checklist_title"),
        item=record.text("item"),
        title=record.text("title"),
        status=record.text("status"),
        subject=record.text("subject"),
        met=record.number("met"),
        total=record.number("total"),
        not_judged=record.number("not_judged"),
        verdict=record.text("verdict"),
        why=record.text("why"),
        rules=record.texts("rules"),
    )


def _problem(record: Record) -> Problem:
    return Problem(
        kind=record.text("kind"),
        service=record.text_or_empty("service"),
        path=record.text_or_empty("path"),
        line=record.number_or_zero("line"),
        column=record.number_or_zero("column"),
        message=record.text("message"),
        help=record.text("help"),
    )

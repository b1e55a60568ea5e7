"""Reads the JSON report back, for the commands that compare runs; a damaged one is refused with the place of the damage."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, cast

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
from azora_audit.report.json_report import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Record:
    """A JSON object together with its address in the report, such as `findings[3]`."""

    def __init__(self, value: object, address: str, path: str | None) -> None:
        """Refuse what is no object."""
        self.address = address
        self.path = path
        if not isinstance(value, dict):
            self._refuse(address or "the report", "an object")
        self.value = cast("dict[str, object]", value)

    def text(self, key: str) -> str:
        value = self._get(key)
        return value if isinstance(value, str) else self._refuse(self._at(key), "a text")

    def text_or_empty(self, key: str) -> str:
        return "" if self._get(key) is None else self.text(key)

    def number(self, key: str) -> int:
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int):
            self._refuse(self._at(key), "a whole number")
        return value

    def number_or_zero(self, key: str) -> int:
        return 0 if self._get(key) is None else self.number(key)

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._list(key)
        for index, value in enumerate(values):
            if not isinstance(value, str):
                self._refuse(f"{self._at(key)}[{index}]", "a text")
        return cast("tuple[str, ...]", tuple(values))

    def record(self, key: str) -> _Record:
        return _Record(self._get(key), self._at(key), self.path)

    def record_or_none(self, key: str) -> _Record | None:
        return None if self._get(key) is None else self.record(key)

    def records(self, key: str) -> Iterator[_Record]:
        at = self._at(key)
        return (_Record(value, f"{at}[{index}]", self.path) for index, value in enumerate(self._list(key)))

    def records_or_none(self, key: str) -> Iterator[_Record]:
        return self.records(key) if key in self.value else iter(())

    def _list(self, key: str) -> list[object]:
        value = self._get(key)
        return value if isinstance(value, list) else self._refuse(self._at(key), "a list")

    def _get(self, key: str) -> object:
        try:
            return self.value[key]
        except KeyError:
            raise ReportError(f"The report has no `{self._at(key)}`.", help=_HELP, path=self.path) from None

    def _at(self, key: str) -> str:
        return f"{self.address}.{key}" if self.address else key

    def _refuse(self, at: str, wanted: str) -> NoReturn:
        raise ReportError(f"In the report, `{at}` is not {wanted}.", help=_HELP, path=self.path)


class SavedRun(NamedTuple):
    """What a run found out, and the severity that failed it."""

    report: Report
    fail_on: str


_HELP = "Write the report anew with `azora-audit check --format json`."


def load_json(content: bytes, *, path: str | None = None) -> SavedRun:
    """Read a report that `render_json` has written; keys that this program does not know are passed over.

    `path` names the file in errors. Raises ReportError when `content` is no report, or one of another version.
    """
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise ReportError(
            f"The report is not JSON: {error.msg}.",
            help=_HELP,
            path=path,
            line=error.lineno,
            column=error.colno,
        ) from None
    record = _Record(value, "", path)
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
    )
    return SavedRun(report, summary.text("fail_on"))


def _service(record: _Record) -> ServiceSummary:
    sources = (
        SourceSummary(item.text("kind"), item.text("path"), item.number("files"), item.text("reader"))
        for item in record.records("sources")
    )
    return ServiceSummary(record.text("name"), record.text("path"), tuple(sources), record.number("tables"))


def _finding(record: _Record) -> Finding:
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
        status=record.text("status"),
        reason=record.text_or_empty("reason"),
        controls=record.texts("controls"),
    )


def _difference(record: _Record) -> Difference:
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


def _place(record: _Record) -> Place:
    return Place(
        record.text("path"),
        record.number("line"),
        record.number("column"),
        record.number("end_line"),
        record.number("end_column"),
    )


def _checklist_item(record: _Record) -> ChecklistItem:
    return ChecklistItem(
        item=record.text("item"),
        title=record.text("title"),
        subject=record.text("subject"),
        met=record.number("met"),
        total=record.number("total"),
        not_judged=record.number("not_judged"),
        verdict=record.text("verdict"),
        why=record.text("why"),
        rules=record.texts("rules"),
    )


def _problem(record: _Record) -> Problem:
    return Problem(
        kind=record.text("kind"),
        service=record.text_or_empty("service"),
        path=record.text_or_empty("path"),
        line=record.number_or_zero("line"),
        column=record.number_or_zero("column"),
        message=record.text("message"),
        help=record.text("help"),
    )

"""The JSON report: everything a run found out, in the form of `reports/schemas/report-1.schema.json`.

Keys are never renamed within a version, and absent values are null. Each record stands on a line of its own, so
that two reports can be compared line by line and a report of any size is written without a second copy of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from azora_audit.report.outcome import exit_code, tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from azora_audit.findings import Difference, Finding, Fix, Place, Problem, Report, ServiceSummary

VERSION = 1
"""The version of the report's form: it changes only when a reader of the old form would go wrong."""

_PLACE_KEYS = ("path", "line", "column", "end_line", "end_column")
_NO_PLACE = dict.fromkeys(_PLACE_KEYS)


def render_json(
    report: Report,
    *,
    fail_on: str,
    extra: Mapping[str, Iterable[object]] | None = None,
    summed: Mapping[str, object] | None = None,
) -> bytes:
    """Render `report` as UTF-8 JSON that ends in a line break.

    `fail_on` is the severity that fails the run. `extra` has the lists that other commands add, such as
    `obligations`; they stand before the summary and may not repeat a key of the report. `summed` is added to
    the summary.
    """
    lists: dict[str, Iterable[object]] = {
        "services": (_service(service) for service in report.services),
        "findings": (_finding(finding) for finding in report.findings),
        "checklist": (item._asdict() for item in report.checklist),
        "not_judged": (row._asdict() | {"service": row.service or None} for row in report.not_judged),
        "errors": (_error(problem) for problem in report.problems),
        "rules": report.rules,
    }
    if report.verifications:
        lists |= {
            "verification": (row._asdict() | {"reason": row.reason or None} for row in report.verifications),
            "differences": (_difference(difference) for difference in report.differences),
        }
    if report.inventory:
        from azora_audit.report.inventory_json import inventory_record  # noqa: PLC0415 -- few runs take one

        lists["inventory"] = (inventory_record(inventory) for inventory in report.inventory)
    repeated = {"version", "summary", *lists} & (extra or {}).keys()
    if repeated:
        raise ValueError(f"the report has its own {', '.join(sorted(repeated))}")
    pieces = [b'{\n"version": %d' % VERSION]
    for key, records in (lists | dict(extra or {})).items():
        pieces.append(b",\n%s: [" % encoded(key))
        empty = len(pieces)
        for record in records:
            pieces += (b",\n", encoded(record))
        if len(pieces) > empty:
            pieces[empty] = b"\n"
            pieces.append(b"\n")
        pieces.append(b"]")
    pieces += (b',\n"summary": ', encoded(summary(report, fail_on) | dict(summed or {})), b"\n}\n")
    return b"".join(pieces)


def summary(report: Report, fail_on: str) -> dict[str, object]:
    """Count what a reader asks first: how much was looked at, what was found, and what exit code follows."""
    return {
        "services": len(report.services),
        "tables": sum(service.tables for service in report.services),
        "rules_run": report.rules_run,
        "findings": tally(report),
        "not_judged": len(report.not_judged),
        "errors": len(report.problems),
        "fail_on": fail_on,
        "exit_code": exit_code(report, fail_on),
    }


def encoded(value: object) -> bytes:
    """Return compact JSON, UTF-8; what JSON cannot hold is spelt out.

    Two number signs are never written side by side: to a CI runner that reads a job's output they may begin a command.
    """
    try:
        written = orjson.dumps(value)
    except TypeError:
        written = orjson.dumps(_writable(value))
    return written.replace(b"##", b"#\\u0023")


def _writable(value: object) -> object:
    """Spell out what JSON cannot hold: bytes of file names that are no UTF-8, and blobs among the evidence."""
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode("utf-8")
        case dict():
            return {str(_writable(key)): _writable(item) for key, item in value.items()}
        case list() | tuple():
            return [_writable(item) for item in value]
        case bytes():
            return value.hex()
        case _:
            return value


def _service(service: ServiceSummary) -> dict[str, object]:
    return service._asdict() | {"sources": [source._asdict() for source in service.sources]}


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "precision": finding.precision,
        "service": finding.service or None,
        "entity": finding.entity,
        "kind": finding.kind,
        **placed(finding.places),
        "related": finding.related or None,
        "related_places": [_place(place) for place in finding.related_places],
        "message": finding.message,
        "help": finding.help,
        "evidence": finding.evidence,
        "fix": None if finding.fix is None else _fix(finding.fix),
        "controls": finding.controls,
        "fingerprint": finding.fingerprint,
        "object_hash": finding.object_hash or None,
        "status": finding.status,
        "reason": finding.reason or None,
    }


def _difference(difference: Difference) -> dict[str, object]:
    values = difference._asdict() | placed(difference.places)
    del values["places"]
    return values


def placed(places: Sequence[Place]) -> dict[str, object]:
    """Return the keys of places: those of the first, which are null where there is none, and `other_places`."""
    first = _place(places[0]) if places else _NO_PLACE
    return first | {"other_places": [_place(place) for place in places[1:]]}


def _place(place: Place) -> dict[str, object]:
    return dict(zip(_PLACE_KEYS, place, strict=True))


def _fix(fix: Fix) -> dict[str, object]:
    return {key: value or None for key, value in fix._asdict().items()}


def _error(problem: Problem) -> dict[str, object]:
    return {
        "kind": problem.kind,
        "service": problem.service or None,
        "path": problem.path or None,
        "line": problem.line or None,
        "column": problem.column or None,
        "message": problem.message,
        "help": problem.help,
    }

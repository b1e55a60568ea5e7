"""What checking one service gave: all that the fleet's report and fleet-wide rules need; and how JSON keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azora_audit.engine.counts import Count
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

if TYPE_CHECKING:
    from azora_audit.engine.counts import Counts
    from azora_audit.inventory import ServiceInventory


class Share(NamedTuple):
    """What fleet-wide rules see of a service.

    `rows` maps names of tables to rows, with entity ids local to the service; `known` are the facts that its sources know.
    """

    service: str
    path: str
    rows: dict[str, list[tuple[object, ...]]]
    known: list[str]


class Outcome(NamedTuple):
    """The outcome of one service; `counts` maps checklists to counts of their items.

    `included` are files that were read because others name them, with their content's hash (None: it was not there).
    """

    summary: ServiceSummary
    findings: list[Finding]
    not_judged: list[NotJudged]
    problems: list[Problem]
    counts: dict[str, Counts]
    share: Share
    included: list[tuple[str, str | None]]
    verification: Verification | None = None
    differences: tuple[Difference, ...] = ()
    allowance_uses: tuple[str, ...] = ()
    """What became of each allowance of the settings, as in `engine.judge.Judgement`."""
    inventory: ServiceInventory | None = None


def outcome_from(data: list[Any]) -> Outcome:
    """Return an outcome from the lists that JSON made of it."""
    *rest, verification, differences, allowance_uses, inventory = data
    summary, findings, not_judged, problems, counts, share, included = rest
    return Outcome(
        _summary(summary),
        [finding_from(finding) for finding in findings],
        [NotJudged(*entry) for entry in not_judged],
        [Problem(*problem) for problem in problems],
        _counts(counts),
        Share(*share),
        [(path, digest) for path, digest in included],
        None if verification is None else Verification(*verification),
        tuple(_difference(each) for each in differences),
        tuple(allowance_uses),
        None if inventory is None else _inventories([inventory])[0],
    )


class FleetJudgement(NamedTuple):
    """What fleet-wide rules gave; `counts` maps checklists to services, the fleet among them, to counts of items."""

    findings: list[Finding]
    not_judged: list[NotJudged]
    problems: list[Problem]
    counts: dict[str, dict[str, Counts]]
    allowance_uses: list[list[str]]
    """As in `engine.judge.Judgement`, for each service."""


def plain_judgement(judgement: FleetJudgement) -> list[Any]:
    """Return a judgement as lists, tuples and dictionaries, which `judgement_from` takes."""
    findings, not_judged, problems, counts, uses = judgement
    return [
        [plain_finding(finding) for finding in findings],
        [tuple(entry) for entry in not_judged],
        [tuple(problem) for problem in problems],
        {
            checklist: {
                service: {item: tuple(count) for item, count in items.items()}
                for service, items in services.items()
            }
            for checklist, services in counts.items()
        },
        uses,
    ]


def judgement_from(data: list[Any]) -> FleetJudgement:
    """Return a judgement from what `plain_judgement` made of it."""
    findings, not_judged, problems, counts, uses = data
    return FleetJudgement(
        [finding_from(finding) for finding in findings],
        [NotJudged(*entry) for entry in not_judged],
        [Problem(*problem) for problem in problems],
        {checklist: _counts(services) for checklist, services in counts.items()},
        uses,
    )


def _counts(data: dict[str, Any]) -> dict[str, Counts]:
    return {name: {item: Count(*count) for item, count in items.items()} for name, items in data.items()}


def report_from(data: list[Any]) -> Report:
    """Return a report from the lists that JSON made of it."""
    services, findings, checklist, not_judged, problems, rules_run, *asked = data
    verifications, differences, inventory, rules, allowance_uses = asked
    return Report(
        tuple(_summary(service) for service in services),
        tuple(finding_from(finding) for finding in findings),
        tuple(ChecklistItem._make((*item[:-1], tuple(item[-1]))) for item in checklist),
        tuple(NotJudged(*entry) for entry in not_judged),
        tuple(Problem(*problem) for problem in problems),
        rules_run,
        tuple(Verification(*each) for each in verifications),
        tuple(_difference(each) for each in differences),
        _inventories(inventory),
        tuple(rules),
        tuple(allowance_uses),
    )


def _inventories(data: list[Any]) -> tuple[ServiceInventory, ...]:
    if not data:
        return ()
    from azora_audit.inventory import inventory_from  # noqa: PLC0415 -- only for runs that took one

    return tuple(map(inventory_from, data))


_new = tuple.__new__
"""Makes a named tuple of the values that one was taken apart into: a long report has a hundred thousand findings."""

_PLACES = Finding._fields.index("places")
_RELATED_PLACES = Finding._fields.index("related_places")
_FIX = Finding._fields.index("fix")
_CONTROLS = Finding._fields.index("controls")


def _summary(data: list[Any]) -> ServiceSummary:
    name, path, sources, tables = data
    return ServiceSummary(name, path, tuple(SourceSummary(*source) for source in sources), tables)


def _difference(data: list[Any]) -> Difference:
    *values, places = data
    return Difference._make((*values, tuple(Place(*place) for place in places)))


def plain_finding(finding: Finding) -> list[Any]:
    """Return a finding as lists and tuples, which `finding_from` takes."""
    data: list[Any] = [*finding]
    data[_PLACES] = [tuple(place) for place in finding.places]
    data[_RELATED_PLACES] = [tuple(place) for place in finding.related_places]
    data[_FIX] = None if finding.fix is None else tuple(finding.fix)
    return data


def finding_from(data: list[Any]) -> Finding:
    """Return a finding from what JSON or `plain_finding` made of it."""
    data[_PLACES] = tuple([_new(Place, place) for place in data[_PLACES]])
    data[_RELATED_PLACES] = tuple([_new(Place, place) for place in data[_RELATED_PLACES]])
    data[_CONTROLS] = tuple(data[_CONTROLS])
    if data[_FIX] is not None:
        data[_FIX] = _new(Fix, data[_FIX])
    return _new(Finding, data)

"""What the page says without a script: the fleet in figures, checklists item by item, what was not judged, the trend."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from azora_audit.records import NamedTuple
from azora_audit.report.outcome import tally

if TYPE_CHECKING:
    from azora_audit.findings import ChecklistItem, Report, ServiceSummary

OWN_CHECKLIST: Final = "azora"
"""The checklist of the fleet; others are frameworks, of which the page shows compliance."""


class ServiceRow(NamedTuple):
    """A service in figures: its new findings by severity, how many rules were not judged and what was not read."""

    service: ServiceSummary
    error: int
    warning: int
    note: int
    quiet: int
    """Findings that are accepted or allowed."""
    not_judged: int
    problems: int


class Evidence(NamedTuple):
    """A rule of a checklist's item: its new findings, and the number of services for which it was not judged."""

    rule: str
    findings: int
    not_judged: int


class ItemRow(NamedTuple):
    """An item of a checklist with the evidence for its verdict; of the bar's hundred parts, those met and not judged."""

    item: ChecklistItem
    evidence: tuple[Evidence, ...]
    met: float
    not_judged: float


class ChecklistRows(NamedTuple):
    """A checklist: its title, its items in order, and how many of them have each verdict."""

    name: str
    title: str
    items: tuple[ItemRow, ...]
    verdicts: Counter[str]

    @property
    def measured(self) -> int:
        """How many items were judged to be met or not."""
        return self.verdicts["met"] + self.verdicts["not-met"]


class Unjudged(NamedTuple):
    """Rules that were not judged for one reason, and the services for which they were not."""

    reason: str
    rules: tuple[str, ...]
    services: tuple[str, ...]


class Change(NamedTuple):
    """A figure of the former run and of this one; `better` says which way is good: 1 up, -1 down, 0 neither."""

    label: str
    before: int
    now: int
    better: int

    @property
    def verdict(self) -> str:
        """Say whether the change is for the better."""
        if self.now == self.before:
            return "same"
        if not self.better:
            return "changed"
        return "better" if (self.now > self.before) == (self.better > 0) else "worse"


class Trend(NamedTuple):
    """What has changed since a former run; `appeared` and `gone` are numbers of new findings, by fingerprint."""

    changes: tuple[Change, ...]
    appeared: frozenset[str]
    gone: int


def service_rows(report: Report) -> list[ServiceRow]:
    """Return a row for each service, in the report's order."""
    new = Counter((found.service, found.severity) for found in report.findings if found.status == "new")
    quiet = Counter(found.service for found in report.findings if found.status != "new")
    not_judged = Counter(row.service for row in report.not_judged)
    problems = Counter(problem.service for problem in report.problems)
    return [
        ServiceRow(
            service,
            new[service.name, "error"],
            new[service.name, "warning"],
            new[service.name, "note"],
            quiet[service.name],
            not_judged[service.name],
            problems[service.name],
        )
        for service in report.services
    ]


def checklists(report: Report) -> list[ChecklistRows]:
    """Return the checklists that were counted, that of the fleet first."""
    found = Counter(finding.rule for finding in report.findings if finding.status == "new")
    unknown = Counter(row.rule for row in report.not_judged)
    groups: dict[str, list[ChecklistItem]] = {}
    for item in report.checklist:
        groups.setdefault(item.checklist, []).append(item)
    rows = []
    for name, items in sorted(groups.items(), key=lambda group: group[0] != OWN_CHECKLIST):
        row_items = tuple(_item_row(item, found, unknown) for item in items)
        verdicts = Counter(item.verdict for item in items)
        rows.append(ChecklistRows(name, items[0].checklist_title, row_items, verdicts))
    return rows


def _item_row(item: ChecklistItem, found: Counter[str], unknown: Counter[str]) -> ItemRow:
    evidence = tuple(Evidence(rule, found[rule], unknown[rule]) for rule in item.rules)
    total = item.total or 1
    return ItemRow(
        item,
        tuple(sorted(evidence, key=lambda row: (-row.findings, row.rule))),
        round(100 * item.met / total, 2),
        round(100 * item.not_judged / total, 2),
    )


def unjudged(report: Report) -> list[Unjudged]:
    """Group what was not judged by its reason, the most frequent first."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in report.not_judged:
        groups.setdefault(row.reason, []).append((row.rule, row.service))
    return [
        Unjudged(
            reason,
            tuple(sorted({rule for rule, _ in rows})),
            tuple(dict.fromkeys(service for _, service in rows)),
        )
        for reason, rows in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    ]


def trend(report: Report, former: Report) -> Trend:
    """Compare a run with a former one."""
    before, now = tally(former)["new"], tally(report)["new"]
    both = _items(former) & _items(report)
    changes = (
        Change("Services", len(former.services), len(report.services), 0),
        Change("Tables", _tables(former), _tables(report), 0),
        Change("Errors", before["error"], now["error"], -1),
        Change("Warnings", before["warning"], now["warning"], -1),
        Change("Notes", before["note"], now["note"], -1),
        Change("Items met, of those that both counted", _met(former, both), _met(report, both), 1),
        Change("Rules not judged", len(former.not_judged), len(report.not_judged), -1),
        Change("Problems", len(former.problems), len(report.problems), -1),
    )
    old, new = _new(former), _new(report)
    return Trend(changes, frozenset(new - old), len(old - new))


def _tables(report: Report) -> int:
    return sum(service.tables for service in report.services)


def _met(report: Report, among: set[tuple[str, str]]) -> int:
    return sum(item.verdict == "met" and (item.checklist, item.item) in among for item in report.checklist)


def _items(report: Report) -> set[tuple[str, str]]:
    return {(item.checklist, item.item) for item in report.checklist}


def _new(report: Report) -> set[str]:
    return {found.fingerprint for found in report.findings if found.status == "new"}

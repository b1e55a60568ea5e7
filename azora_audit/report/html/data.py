"""What the page's script gets: findings and schemas as arrays of numbers, every text once in a pool.

The order of fields is that in which `report.js` reads them (`decode.js` there names each).
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from azora_audit.findings import PRECISIONS, SEVERITIES
from azora_audit.report.html.diagram import diagrams, targets_of
from azora_audit.report.html.excerpts import passage
from azora_audit.report.html.pool import Pool, seen
from azora_audit.report.html.reasons import reasons
from azora_audit.report.html.types import short_type
from azora_audit.report.outcome import STATUSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from azora_audit.findings import Finding, Place, Report
    from azora_audit.inventory import InventoryColumn, InventoryTable, ServiceInventory
    from azora_audit.report.finding_text import SourceLines
    from azora_audit.report.formats import View
    from azora_audit.report.html.diagram import Diagram
    from azora_audit.report.html.proof import ProofView

PLACES_SHOWN = 3
"""Places of a finding that are shown, its related one among them."""


def places_shown(finding: Finding) -> list[tuple[Place, str]]:
    """Return the places of a finding that are shown, each with the address of the related object if it is that one's."""
    related = [(place, finding.related) for place in finding.related_places[:1]]
    return [*((place, "") for place in finding.places[: PLACES_SHOWN - len(related)]), *related]


def page_data(report: Report, findings: Sequence[Finding], view: View) -> dict[str, object]:
    """Return the data of the page; `findings` are the report's in the order to show them."""
    pool = Pool()
    packed = [_finding(finding, pool, view.source_lines) for finding in findings]
    schemas = [_schema(service, pool) for service in report.inventory]
    rules = reasons((finding.rule for finding in findings), view.rules, pool)
    return {"findings": packed, "schemas": schemas, "rules": rules, "texts": pool.texts}


def measured(proof: ProofView) -> list[tuple[str, str, str]]:
    """Return what deletes did on a real server: service, table with its schema, and what became of the rows."""
    return [
        (
            seen(one.radius.service),
            seen(one.radius.table),
            seen(
                "; ".join(f"{table}: {what}" for table, what, _ in one.effects)
                or "; ".join(f"stopped by {stop.constraint or stop.message}" for stop in one.radius.stops)
            ),
        )
        for one in proof.deletions
    ]


def _finding(finding: Finding, pool: Pool, source_lines: SourceLines) -> list[object]:
    fix = finding.fix
    script = finding.evidence.get("sql")
    places = places_shown(finding)
    unseen = len(finding.places) + len(finding.related_places) - len(places)
    return [
        pool.add(finding.rule),
        SEVERITIES.index(finding.severity),
        PRECISIONS.index(finding.precision),
        STATUSES.index(finding.status),
        *pool.add_all((finding.service, finding.kind, finding.entity, finding.message, finding.help)),
        *pool.add_all((finding.reason, finding.fingerprint, finding.related)),
        pool.add_all(finding.controls),
        [_passage(place, label, pool, source_lines) for place, label in places],
        unseen,
        [] if fix is None else pool.add_all(tuple(text.strip("\n") for text in fix)),
        pool.add(script) if isinstance(script, str) else 0,
    ]


def _passage(place: Place, label: str, pool: Pool, source_lines: SourceLines) -> list[object]:
    shown = passage(place, source_lines)
    marked = shown.lines[shown.marked] if shown.lines else ""
    return [
        *pool.add_all((shown.where, label, shown.note)),
        shown.first,
        pool.add_all(shown.lines),
        shown.marked,
        _utf16(marked, shown.start),
        _utf16(marked, shown.end),
    ]


def _utf16(text: str, offset: int) -> int:
    """Return an offset as JavaScript counts it."""
    return offset + sum(character > "\uffff" for character in text[:offset])


def _schema(service: ServiceInventory, pool: Pool) -> list[object]:
    return [
        pool.add(service.service),
        pool.add_all(service.unknown),
        [
            _table(table, targets, pool)
            for table, targets in zip(service.tables, targets_of(service.tables), strict=True)
        ],
        [_diagram(diagram) for diagram in diagrams(service.tables)],
    ]


def _table(table: InventoryTable, targets: list[int | None], pool: Pool) -> list[object]:
    numbers = {column.name: number for number, column in enumerate(table.columns)}
    return [
        *pool.add_all((table.schema, table.name, table.kind, table.class_, table.row_security)),
        table.partitions,
        pool.add(f"{table.path}:{table.line}" if table.path else ""),
        [_column(column, pool) for column in table.columns],
        [
            [
                pool.add(key.name),
                [numbers.get(name, -1) for name in key.columns],
                -1 if target is None else target,
                *pool.add_all((key.references, key.on_delete, key.on_update, key.indexed)),
                int(key.emulated),
            ]
            for key, target in zip(table.foreign_keys, targets, strict=True)
        ],
    ]


def _column(column: InventoryColumn, pool: Pool) -> list[object]:
    flags = column.nullable + 2 * bool(column.key) + 4 * column.tenant
    return [
        *pool.add_all((column.name, short_type(column.type))),
        flags,
        *pool.add_all((column.default, column.default_kind, ", ".join(column.sensitive), column.protection)),
    ]


def _diagram(diagram: Diagram) -> list[object]:
    point = attrgetter("x", "y", "width")
    return [
        -1 if diagram.focus is None else diagram.focus,
        int(diagram.full),
        diagram.width,
        diagram.height,
        [[box.table, *point(box), box.columns, box.hidden] for box in diagram.boxes],
        [[edge.table, edge.key, *(value for at in edge.points for value in at)] for edge in diagram.edges],
    ]

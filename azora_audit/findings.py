"""What a run produces: findings, what was not judged, and problems met on the way.

Frozen data that every report renders; nothing here reads a file or a catalog.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from azora_audit.inventory import ServiceInventory

SEVERITIES = ("note", "warning", "error")
"""Severities from mildest to gravest."""

PRECISIONS = ("low", "medium", "high", "very-high")
"""How sure a rule is that what it flags is a fault, from least to most."""


RULE_ERROR = "rule-error"
"""Kind of the problem that a rule which stopped leaves."""

INTERNAL_ERROR = "internal-error"
"""Kind of the problem that a fault of ours leaves in reading a service."""

LIMIT_EXCEEDED = "limit-exceeded"
"""Kind of the problem that a statement leaves which took too much time, memory or disk."""

SERVER_ERROR = "server-error"
"""Kind of the problem that a throw-away server leaves which could not be asked about a service."""

FAULTS = frozenset({RULE_ERROR, INTERNAL_ERROR, LIMIT_EXCEEDED, SERVER_ERROR})
"""Kinds of problems that another run of the same input need not have: nothing judged with them is remembered."""


FLEET = "fleet"
"""Name under which the fleet itself stands among the services."""


class Place(NamedTuple):
    """A region of a text file; lines and columns count from 1, columns in Unicode code points.

    `end_column` is the column after the last character, as in SARIF.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


class Fix(NamedTuple):
    """A mend for one finding.

    `sql` is a migration to paste; `prisma` is text for schema.prisma and `prisma_edit` says where it goes:
    `add-to-model`, `add-to-field`, `add-to-relation`, `replace-field`, `remove-attribute` (`prisma` names the one that
    stands on the finding's line) or `` (no Prisma edit). `safety` is `safe` or `unsafe`, `why` its
    reason.
    """

    sql: str
    prisma: str
    prisma_edit: str
    safety: str
    why: str


class Finding(NamedTuple):
    """One fault of one object.

    `entity` is the object's address, such as `billing-service.public.invoices.subscriptionId`, and `kind` what it
    is (`table`, `column`, `foreign-key` ...). `places` has the object's places, the one to show first first (a
    schema.prisma line and a migration line for the same column); it is empty for objects without a text.
    `related` is the address and places of a second object that the message speaks of. `evidence` is the row that
    the rule returned. `status` is `new`, `accepted` (baseline) or `allowed`; `reason` says why it was, or of a
    new one that it was accepted before.
    `controls` names the controls that the rule gives evidence for, such as `PCI DSS 4.0.1 3.5.1`.
    """

    rule: str
    severity: str
    precision: str
    service: str
    kind: str
    entity: str
    places: tuple[Place, ...]
    related: str
    related_places: tuple[Place, ...]
    message: str
    help: str
    evidence: dict[str, object]
    fix: Fix | None
    fingerprint: str
    status: str
    reason: str
    controls: tuple[str, ...] = ()
    object_hash: str = ""
    """Hash of the facts about the object, for a baseline; empty in a run without one."""


class NotJudged(NamedTuple):
    """A rule that could not be judged for a service, and why."""

    rule: str
    service: str
    reason: str


class Problem(NamedTuple):
    """Something that was not read or not understood; any problem makes the exit code 2.

    `kind` is `unreadable-file`, `syntax-error`, `not-understood`, `missing-file`, `rule-error` ...; `service` is empty
    when it concerns the whole fleet. `line` and `column` count from 1 and are 0 when unknown.
    """

    kind: str
    service: str
    path: str
    line: int
    column: int
    message: str
    help: str


class Verification(NamedTuple):
    """Whether PostgreSQL confirms what was read of a service.

    `server` is the version that was asked. `verdict` is `agrees`, `differs` (its facts were judged then) or
    `not-verified`; `reason` says why in the last case.
    """

    service: str
    server: str
    verdict: str
    reason: str


class Difference(NamedTuple):
    """A fact that PostgreSQL's catalog has otherwise than it was read.

    `entity` is the object's address and `kind` what it is; `aspect` is the fact, such as `column type`. `read` and
    `server` are the values, None where the object or fact is not there. `places` are the object's, the nearest
    ancestor's if it has none.
    """

    service: str
    kind: str
    entity: str
    aspect: str
    read: str | None
    server: str | None
    places: tuple[Place, ...]


class ChecklistItem(NamedTuple):
    """One item of a checklist or control of a framework, measured.

    `checklist` is the checklist's name, such as `pci-dss`, and `checklist_title` what people call it. `status` is
    `automated`, `partial` or `manual`: how much of the item a schema can show.
    `met` of `total` subjects (tables, foreign keys ... : `subject` names them in the plural) have no finding of the
    item's rules; `not_judged` of `total` could not be judged by all of them. `verdict` is `met`, `not-met`,
    `not-judged` or `not-checkable`. `why` says why it was not judged or cannot be, and else what its verdict does not show.
    """

    checklist: str
    checklist_title: str
    item: str
    title: str
    status: str
    subject: str
    met: int
    total: int
    not_judged: int
    verdict: str
    why: str
    rules: tuple[str, ...]


class SourceSummary(NamedTuple):
    """One source that was read for a service: `kind` is `prisma`, `migrations`, `dump`, `live` or `project`."""

    kind: str
    path: str
    files: int
    reader: str


class ServiceSummary(NamedTuple):
    """One service of the fleet as far as reports need it."""

    name: str
    path: str
    sources: tuple[SourceSummary, ...]
    tables: int


class Report(NamedTuple):
    """All that a run found out: the one input of every report format."""

    services: tuple[ServiceSummary, ...]
    findings: tuple[Finding, ...]
    checklist: tuple[ChecklistItem, ...]
    not_judged: tuple[NotJudged, ...]
    problems: tuple[Problem, ...]
    rules_run: int
    verifications: tuple[Verification, ...] = ()
    """One for each service if the run was asked to verify."""
    differences: tuple[Difference, ...] = ()
    inventory: tuple[ServiceInventory, ...] = ()
    """One for each service if the run was asked to take it."""
    rules: tuple[str, ...] = ()
    """Names of the rules that ran."""
    allowance_uses: tuple[str, ...] = ()
    """What became of each allowance of the settings: `used`, `unused`, or `` where nothing that it speaks of was judged."""

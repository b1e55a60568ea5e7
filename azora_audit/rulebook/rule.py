"""What a rulebook consists of: rules, checklists and where they came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from azora_audit.rulebook.template import Template

PARAMETER_TYPES = (str, int, float, bool)


class FixTemplate(NamedTuple):
    """How a finding is mended: SQL and Prisma text with placeholders (see `findings.Fix`)."""

    sql: Template
    prisma: Template
    prisma_edit: str
    safety: str
    why: str


class Rule(NamedTuple):
    """One rule of a rulebook.

    `name` and `category` come from the path. `parameters` are the values bound to the SQL (lists as JSON text),
    `columns` what it returns, `reads` the tables that it reads, through views too, `needs` the facts that must be known
    for it to be judged (see catalog.knowledge), and `late` whether it judges what the other rules found (it reads
    `allowance_states`). `scope` is `service` or `fleet`: a fleet rule sees only what services share (see
    check.sharing). `sql_line` is the file's line on which the SQL starts, for error messages. `guarded` rules are the
    user's: their SQL runs under the guard. `controls` are the checklist items that it gives evidence for,
    `checklist/item`.
    """

    name: str
    category: str
    path: str
    title: str
    severity: str
    precision: str
    profiles: tuple[str, ...]
    scope: str
    message: Template
    help: Template
    fix: FixTemplate | None
    parameters: dict[str, object]
    parameter_schemas: dict[str, dict[str, object]]
    aliases: tuple[str, ...]
    contradicts: tuple[str, ...]
    judged_without: tuple[str, ...]
    sql: str
    sql_line: int
    guarded: bool = False
    late: bool = False
    columns: tuple[str, ...] = ()
    needs: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    controls: tuple[str, ...] = ()


class Item(NamedTuple):
    """One item of a checklist or control of a framework.

    `subjects` is SQL that returns the ids of the entities the item speaks of (empty when `rules` is empty), `reads` are
    the tables that it reads, and `subject` names them in the plural. `why` says what it does not show, or why it
    cannot be checked at all.
    """

    name: str
    title: str
    status: str
    """automated, partial or manual."""
    rules: tuple[str, ...]
    subject: str
    subjects: str
    why: str
    reads: frozenset[str] = frozenset()
    when_known: tuple[str, ...] = ()
    """Those of the rules that count where they can be judged, and are not missed where they cannot."""


class Checklist(NamedTuple):
    """A checklist: `name` is its file's stem; a `guarded` one is the user's, as with rules."""

    name: str
    title: str
    path: str
    items: tuple[Item, ...]
    guarded: bool = False


class Rulebook(NamedTuple):
    """All rules by name, in order of path, and all checklists by name."""

    rules: dict[str, Rule]
    checklists: dict[str, Checklist]

"""What `azora-audit prove` finds out: obligations of a schema and what became of each.

Frozen data that every report renders, as `findings.py` is for `check`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from azora_audit.findings import Place, Problem, ServiceSummary
    from azora_audit.inventory import ServiceInventory

VERDICTS = (
    "enforced",
    "enforced-by-other",
    "not-enforced",
    "swallowed",
    "over-strict",
    "blocked",
    "unreached",
)
"""What can become of an obligation; see `Proof.verdict`."""

FAILED = frozenset({"not-enforced", "swallowed", "over-strict"})
"""Verdicts that say that the database does not do what is declared."""

OPEN = frozenset({"blocked", "unreached"})
"""Verdicts that say that nothing was found out."""


class Obligation(NamedTuple):
    """One thing that the database has to do, known before anything runs."""

    id: str
    """Stable: `table/kind/subject/what`, with the table's schema."""
    service: str
    table: str
    """With its schema."""
    kind: str
    """row, primary-key, unique, unique-index, not-null, nullable, foreign-key, on-delete, on-update, check, partition,
    exclusion, enum, length, precision, domain, default, generated, identity, updated-at, append-only,
    view, row-security, radius, declared."""
    subject: str
    """The constraint, index, column or policy."""
    expects: str
    """refuse, accept or effect."""
    sentence: str
    """What it has to do, in words."""


class Proof(NamedTuple):
    """What became of an obligation."""

    obligation: Obligation
    verdict: str
    """enforced: as declared, and by the constraint that should;
    enforced-by-other: refused, by something else;
    not-enforced: a row that must be refused was accepted, or an effect did not come;
    swallowed: nothing was refused and nothing was stored (a trigger or rule);
    over-strict: a row that must be accepted was refused;
    blocked: the table never got a valid row;
    unreached: no statement was found that would show it."""
    evidence: str
    """One sentence: what the server said."""
    sql: str
    """For what failed, a script to paste that shows it and changes nothing; else empty."""
    probes: int
    places: tuple[Place, ...] = ()
    """Where it is declared, for what schema.prisma declares."""
    drawn: int = 0
    """Rows that were drawn for it beyond the fixed candidates."""
    counterexample: str = ""
    """By which `azora-audit replay` knows the script; empty where there is none."""


class Promise(NamedTuple):
    """What a name promises and its database does not keep: nothing is declared, so it is a guess with a precision."""

    service: str
    table: str
    columns: tuple[str, ...]
    kind: str
    """amount-not-negative, percentage-in-range, end-after-start, currency-code, email-shape, ciphertext-only ..."""
    precision: str
    """How sure it is that this is a fault: medium or high."""
    sentence: str
    evidence: str
    sql: str
    """A script to paste that shows the smallest row found, and changes nothing."""
    fix: str
    """A statement that was tried to refuse that row and to keep good ones; else empty."""
    counterexample: str = ""
    """By which `azora-audit replay` knows the script."""


class Replayed(NamedTuple):
    """What became of a saved counterexample."""

    id: str
    service: str
    obligation: str
    """Its name in the service; for a promise its table, kind and columns."""
    table: str
    kind: str
    subject: str
    """The constraint or column; for a promise its columns, with commas."""
    expects: str
    """refuse, accept or effect; promise for what only names say."""
    sentence: str
    verdict: str
    """not-enforced, swallowed or over-strict, as it was found; accepted for a promise."""
    precision: str
    """Of a promise; else empty."""
    outcome: str
    """fixed, still-fails or no-longer-applies."""
    evidence: str
    """What the server says to it now."""
    sql: str


class Stop(NamedTuple):
    """What refused a statement."""

    state: str
    """SQLSTATE."""
    constraint: str
    """The constraint that refused, or empty."""
    table: str
    """The table that it stands on, with its schema; empty where the server names none."""
    message: str
    path: tuple[str, ...] = ()
    """The tables from the deleted row's to that of a foreign key that refuses."""


class Effect(NamedTuple):
    """What one DELETE did to the rows of a table: counts of rows, told apart by what they are and not only by number."""

    table: str
    record: str
    """financial, audit, consent or education for records that must outlive what they speak of; else empty."""
    before: int
    removed: int
    nulled: int
    """Rows that stayed and lost the value of a column."""
    defaulted: int
    """Rows that stayed and got the default of a column."""
    changed: int
    """Rows that stayed and were changed otherwise, as by triggers."""
    added: int
    """Rows that are new, as by triggers."""
    columns: tuple[str, ...]
    """Columns that got NULL or their default."""


class Step(NamedTuple):
    """A foreign key by which rows went, or changed, with the rows that they referred to."""

    constraint: str
    parent: str
    """The table whose rows were deleted."""
    child: str
    action: str
    """cascade, set null or set default."""
    rows: int
    crossing: bool
    """Whether it deletes records because of something that is no record of that kind."""


class Radius(NamedTuple):
    """What deleting one row of a table does to a generated population, as a real server did it."""

    service: str
    table: str
    record: str
    outcome: str
    """removed, stopped, passed-over (no error, and the row is still there), or unknown."""
    verdict: str
    """That of the obligation that the server does what the foreign keys declare."""
    statement: str
    """The DELETE."""
    stops: tuple[Stop, ...]
    """Everything that refuses it, each found with those before it taken away."""
    effects: tuple[Effect, ...]
    """The tables whose rows it touched, its own first; empty when it was stopped."""
    steps: tuple[Step, ...]
    """The path: from the table outwards, in the order of distance."""
    unknown: tuple[str, ...]
    """What could not be tried, and why."""

    @property
    def crossings(self) -> tuple[Step, ...]:
        """The steps into records that must outlive what they speak of."""
        return tuple(step for step in self.steps if step.crossing)


class Clearing(NamedTuple):
    """One statement on the way to deleting a person's row."""

    verb: str
    """delete, set-null, or together: rows of several tables in one statement, because they refer to each other."""
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    """Those that set-null clears."""
    rows: int
    record: str
    """As of an effect, where it takes away, or takes the reference from, such records."""
    constraint: str
    """The foreign key that demands it, as the server said; empty for the person's own row."""
    statement: str
    """As it was carried out on the population."""


class Remnant(NamedTuple):
    """Personal data that is still there when the row of its person is gone."""

    table: str
    record: str
    columns: tuple[str, ...]
    """Those that hold it."""
    rows: int
    """Of the population; 0 where only the name of a column connects them."""
    why: str
    """kept: the rows lost their reference or lead to the person through others; named-only: no foreign key leads to it."""


class Erasure(NamedTuple):
    """What it takes to delete the row of a person, carried out on a generated population and rolled back."""

    service: str
    table: str
    outcome: str
    """at-once, in-steps, not-possible, or unknown."""
    path: tuple[Clearing, ...]
    """The statements in their order, the person's row last; of those that were tried where it is not possible."""
    kept_by: Stop | None
    """What refuses it whatever is done before."""
    remnants: tuple[Remnant, ...]


class ServiceProofs(NamedTuple):
    """The proofs of one service."""

    service: str
    tables: int
    proofs: tuple[Proof, ...]
    promises: tuple[Promise, ...]
    complete: bool
    """False when it was interrupted, or its DDL did not run completely."""
    radii: tuple[Radius, ...] = ()
    """Of each table that others refer to."""
    erasures: tuple[Erasure, ...] = ()
    """Of each table whose rows are people."""
    drawn: int = 0
    """Rows that were drawn for it, of obligations, of promises and on the way to base rows."""


class MutationSummary(NamedTuple):
    """How many mutants of a service's schema its obligations noticed."""

    service: str
    mutants: int
    """Those that PostgreSQL took."""
    survived: int
    stillborn: int
    survivors: tuple[str, ...]
    """The changes that nothing noticed, as SQL."""


class ProofReport(NamedTuple):
    """All that a proof found out."""

    services: tuple[ServiceSummary, ...]
    proofs: tuple[ServiceProofs, ...]
    problems: tuple[Problem, ...]
    mutations: tuple[MutationSummary, ...]
    """Empty when no mutants were made."""
    seed: int
    interrupted: bool
    inventory: tuple[ServiceInventory, ...] = ()
    """As of a check, if it was asked for."""
    replayed: tuple[Replayed, ...] = ()
    """Saved counterexamples that were tried again."""
    saved: str = ""
    """Folder in which counterexamples are kept; empty when none are to be."""
    unsaved: str = ""
    """Why some of them could not be kept; empty when all were."""

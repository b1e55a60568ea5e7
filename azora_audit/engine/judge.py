"""Runs rules on a catalog and turns their rows into findings."""

from __future__ import annotations

import hashlib
import sqlite3
from typing import TYPE_CHECKING

from azora_audit.catalog.knowledge import reason_unknown
from azora_audit.engine.allowances import Allowances
from azora_audit.engine.phrase import Phrasing
from azora_audit.engine.places import Entities
from azora_audit.findings import RULE_ERROR, Finding, NotJudged, Place, Problem
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from azora_audit.catalog.store import Catalog
    from azora_audit.rulebook.rule import Rule


_UNREAD_HELP = (
    "What it does to the schema is not in this report. Check it by hand, and write beside it"
    " `-- azora-audit: allow not-understood -- REASON`."
)

_READ_HERE = ("services", "knowledge", "unread", "allowances")
"""The catalog's tables that must be filled whatever the rules read."""


class Judged(NamedTuple):
    """A finding and the entity it is about, for those who count."""

    entity_id: int
    finding: Finding


class Judgement(NamedTuple):
    """What running rules on one catalog gave.

    `unknown` maps a rule's name to the ids of the services for which it could not be judged; `entities` are those that
    were looked up, for whoever counts on the same catalog.
    """

    judged: list[Judged]
    not_judged: list[NotJudged]
    problems: list[Problem]
    unknown: dict[str, frozenset[int]]
    entities: Entities


def judge(catalog: Catalog, rules: Sequence[Rule], today: str, names: Collection[str] = ()) -> Judgement:
    """Run the rules, those that judge the others' findings last.

    Args:
        catalog: with the services to judge; it is filled as far as the rules read.
        rules: compiled on this catalog's connection.
        today: ISO date, against which allowances expire.
        names: all rules that exist, selected or not, for allowances that name one.
    """
    run = _Judge(catalog, today)
    run.read_unread()
    run.run(rule for rule in rules if not rule.late)
    run.allowances.record(run.judgement.unknown, {*names, *(rule.name for rule in rules)})
    run.run(rule for rule in rules if rule.late)
    return run.judgement


def unread_problems(catalog: Catalog, today: str) -> list[Problem]:
    """Return a problem for everything in a catalog that was not understood and is not allowed to be.

    Args:
        catalog: with the services that were read.
        today: ISO date, against which allowances expire.
    """
    run = _Judge(catalog, today)
    run.read_unread()
    return run.judgement.problems


class _Judge:
    """One run: what is looked up once for all rules."""

    def __init__(self, catalog: Catalog, today: str) -> None:
        self.catalog = catalog
        catalog.fill(_READ_HERE)
        self.entities = Entities(catalog)
        self.allowances = Allowances(catalog, self.entities, today)
        execute = catalog.connection.execute
        self.services = dict(execute("select id, name from services").fetchall())
        self.known: dict[int, set[str]] = {identifier: set() for identifier in self.services}
        for service_id, fact in execute("select service_id, fact from knowledge"):
            self.known[service_id].add(fact)
        self.judgement = Judgement([], [], [], {}, self.entities)

    def read_unread(self) -> None:
        """Make a problem of everything that was not understood and is not allowed to be."""
        rows = self.catalog.connection.execute(
            "select service_id, reason, text, detail, path, line, column from unread"
        )
        for service_id, reason, text, detail, path, line, column in rows:
            if not self.allowances.not_understood(path, line):
                message = f"{detail} ({reason}): {text}"
                self.judgement.problems.append(
                    Problem(
                        "not-understood", self.services[service_id], path, line, column, message, _UNREAD_HELP
                    )
                )

    def run(self, rules: Iterable[Rule]) -> None:
        """Run some rules."""
        for rule in rules:
            unknown = self._unknown(rule)
            self.judgement.unknown[rule.name] = unknown
            if len(unknown) == len(self.services) and self.services:
                continue
            try:
                self._run_rule(rule, unknown)
            except (sqlite3.Error, KeyError, ValueError) as error:
                self.judgement.problems.append(_rule_error(rule, error))

    def _unknown(self, rule: Rule) -> frozenset[int]:
        """Return the services for which the rule's facts are unknown, noting the reason."""
        unknown = []
        for identifier, known in self.known.items():
            missing = rule.needs - known
            if missing:
                unknown.append(identifier)
                reason = reason_unknown(missing)
                self.judgement.not_judged.append(NotJudged(rule.name, self.services[identifier], reason))
        return frozenset(unknown)

    def _run_rule(self, rule: Rule, unknown: frozenset[int]) -> None:
        self.catalog.fill(rule.reads)
        columns, rows = self.catalog.guard.select(rule.sql, rule.parameters, guarded=rule.guarded)
        phrasing = Phrasing(rule)
        seen: dict[int, int] = {}
        for values in rows:
            row = dict(zip(columns, values, strict=True))
            entity_id = row.pop("entity")
            if not isinstance(entity_id, int):
                raise KeyError(f"the rule returned {entity_id!r} as entity")
            subject = self.entities.get(entity_id)
            if subject.service_id in unknown:
                continue
            ordinal = seen[entity_id] = seen.get(entity_id, -1) + 1
            related, related_places = self._related(row.pop("related", None))
            status, reason = self.allowances.status(rule, entity_id)
            # by position, in the order of the fields: names take longer than all the rest
            finding = Finding(
                rule.name,
                rule.severity,
                rule.precision,
                self.services[subject.service_id],
                subject.kind,
                subject.address,
                subject.places,
                related,
                related_places,
                phrasing.message(row),
                phrasing.help(row),
                phrasing.evidence(row),
                phrasing.fix(row),
                fingerprint(rule.name, subject.kind, subject.address, ordinal),
                status,
                reason,
                rule.controls,
            )
            self.judgement.judged.append(Judged(entity_id, finding))

    def _related(self, identifier: object) -> tuple[str, tuple[Place, ...]]:
        if not isinstance(identifier, int):
            return "", ()
        subject = self.entities.get(identifier)
        return subject.address, subject.places


def fingerprint(rule: str, kind: str, address: str, ordinal: int) -> str:
    """Return what identifies a finding from run to run: no line numbers, no wording.

    Args:
        rule: name of the rule.
        kind: of the entity.
        address: of the entity.
        ordinal: 0 for the first row that the rule returned for the entity, then 1 ...
    """
    text = "\0".join((rule, kind, address, str(ordinal)))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _rule_error(rule: Rule, error: Exception) -> Problem:
    return Problem(
        kind=RULE_ERROR,
        service="",
        path=rule.path,
        line=rule.sql_line,
        column=0,
        message=f"rule {rule.name} stopped: {error}",
        help="Nothing was judged by this rule in this run. If the rule is shipped, please report it.",
    )

"""Runs rules on a catalog and turns their rows into findings."""

from __future__ import annotations

import sqlite3
from collections import Counter
from operator import attrgetter
from typing import TYPE_CHECKING

from azora_audit.catalog.knowledge import reason_unknown
from azora_audit.engine.allowances import Allowances
from azora_audit.engine.phrase import Phrasing
from azora_audit.engine.places import Entities
from azora_audit.findings import RULE_ERROR, Finding, NotJudged, Place, Problem
from azora_audit.hashing import blake2b
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from azora_audit.catalog.store import Catalog
    from azora_audit.engine.object_hash import ObjectHashes
    from azora_audit.engine.terms import Terms
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
    were looked up, for whoever counts on the same catalog. `allowance_uses` says by service what became of each allowance
    of the settings: `used`, `unused` or `` (not judged); it is empty where there are none.
    """

    judged: list[Judged]
    not_judged: list[NotJudged]
    problems: list[Problem]
    unknown: dict[str, frozenset[int]]
    entities: Entities
    allowance_uses: dict[str, list[str]]


class Ruling(NamedTuple):
    """What one rule gave; a rule that stopped leaves a problem and what it had found until then."""

    judged: list[Judged]
    problem: Problem | None


def judge(catalog: Catalog, rules: Sequence[Rule], terms: Terms, names: Collection[str] = ()) -> Judgement:
    """Run the rules, those that judge the others' findings last.

    Args:
        catalog: with the services to judge; it is filled as far as the rules read.
        rules: compiled on this catalog's connection.
        terms: on which it is judged.
        names: all rules that exist, selected or not, for allowances that name one.
    """
    judging = Judging(catalog, terms)
    judging.run(rule for rule in rules if not rule.late)
    return judging.finish(rules, names)


def unread_problems(catalog: Catalog, terms: Terms) -> list[Problem]:
    """Return a problem for everything in a catalog that was not understood and is not allowed to be.

    Args:
        catalog: with the services that were read.
        terms: on which it may be allowed.
    """
    return Judging(catalog, terms).read_unread()


class Judging:
    """One judgement in the making: what is looked up once for all rules, and what they gave.

    `rulings` are by the rule's name, in any order; `allowances` know which of them were used.
    """

    def __init__(self, catalog: Catalog, terms: Terms) -> None:
        """Look up services and allowances.

        Args:
            catalog: as for `judge`.
            terms: as for `judge`.
        """
        self.rulings: dict[str, Ruling] = {}
        self._catalog = catalog
        catalog.fill(_READ_HERE)
        self._entities = Entities(catalog)
        self._object_hashes = _object_hashes(catalog) if terms.object_hashes else None
        execute = catalog.connection.execute
        self._services = dict(execute("select id, name from services").fetchall())
        self.allowances = Allowances(catalog, self._entities, terms, self._services)
        self._known: dict[int, set[str]] = {identifier: set() for identifier in self._services}
        for service_id, fact in execute("select service_id, fact from knowledge"):
            self._known[service_id].add(fact)

    def run(self, rules: Iterable[Rule]) -> None:
        """Run some rules."""
        for rule in rules:
            ruling = self.rulings[rule.name] = Ruling([], None)
            unknown = self._missing(rule).keys()
            if len(unknown) == len(self._services) and self._services:
                continue
            try:
                self._run_rule(rule, unknown, ruling.judged)
            except (sqlite3.Error, KeyError, ValueError) as error:
                self.rulings[rule.name] = ruling._replace(problem=_rule_error(rule, error))

    def finish(self, rules: Sequence[Rule], names: Collection[str]) -> Judgement:
        """Run the rules that judge the others' findings, and put together what all gave, in the rules' order.

        Args:
            rules: all rules; those that are not late have run.
            names: as for `judge`.
        """
        problems = self.read_unread()
        in_order = sorted(rules, key=attrgetter("late"))
        missing = {rule.name: self._missing(rule) for rule in in_order}
        judged_so_far = {rule.name: missing[rule.name] for rule in in_order if not rule.late}
        self.allowances.record(judged_so_far, {*names, *missing})
        self.run(rule for rule in in_order if rule.late)
        uses = {self._services[number]: states for number, states in self.allowances.uses(missing).items()}
        judgement = Judgement([], [], problems, {}, self._entities, uses)
        for rule in in_order:
            judged, problem = self.rulings[rule.name]
            judgement.judged.extend(judged)
            if problem is not None:
                problems.append(problem)
            judgement.unknown[rule.name] = frozenset(missing[rule.name])
            judgement.not_judged.extend(
                NotJudged(
                    rule.name, self._services[identifier], reason_unknown(facts, self._known[identifier])
                )
                for identifier, facts in missing[rule.name].items()
            )
        return judgement

    def read_unread(self) -> list[Problem]:
        """Return a problem for everything that was not understood and is not allowed to be."""
        rows = self._catalog.connection.execute(
            "select service_id, reason, text, detail, path, line, column from unread"
        )
        return [
            Problem(
                "not-understood",
                self._services[service_id],
                path,
                line,
                column,
                f"{detail} ({reason}): {text}",
                _UNREAD_HELP,
            )
            for service_id, reason, text, detail, path, line, column in rows
            if not self.allowances.not_understood(service_id, path, line)
        ]

    def _missing(self, rule: Rule) -> dict[int, frozenset[str]]:
        """Return the services that cannot be judged by a rule, with the facts that they do not know."""
        missing = {identifier: rule.needs - known for identifier, known in self._known.items()}
        return {identifier: facts for identifier, facts in missing.items() if facts}

    def _run_rule(self, rule: Rule, unknown: Collection[int], judged: list[Judged]) -> None:
        self._catalog.fill(rule.reads)
        columns, rows = self._catalog.guard.select(rule.sql, rule.parameters, guarded=rule.guarded)
        phrasing = Phrasing(rule)
        first_name = rule.aliases[0] if rule.aliases else rule.name
        seen: Counter[str] = Counter()
        for values in rows:
            row = dict(zip(columns, values, strict=True))
            entity_id = row.pop("entity")
            if not isinstance(entity_id, int):
                raise KeyError(f"the rule returned {entity_id!r} as entity")
            subject = self._entities.get(entity_id)
            if subject.service_id in unknown:
                continue
            identity = fingerprint(first_name, subject.kind, subject.address)
            seen[identity] += 1
            related, related_places = self._related(row.pop("related", None))
            status, reason = self.allowances.status(rule, entity_id, subject)
            # by position, in the order of the fields: names take longer than all the rest
            finding = Finding(
                rule.name,
                rule.severity,
                rule.precision,
                self._services[subject.service_id],
                subject.kind,
                subject.address,
                subject.places,
                related,
                related_places,
                phrasing.message(row),
                phrasing.help(row),
                phrasing.evidence(row),
                phrasing.fix(row),
                identity if seen[identity] == 1 else f"{identity}:{seen[identity]}",
                status,
                reason,
                rule.controls,
                "" if self._object_hashes is None else self._object_hashes.of(rule, entity_id),
            )
            judged.append(Judged(entity_id, finding))

    def _related(self, identifier: object) -> tuple[str, tuple[Place, ...]]:
        if not isinstance(identifier, int):
            return "", ()
        subject = self._entities.get(identifier)
        return subject.address, subject.places


def _object_hashes(catalog: Catalog) -> ObjectHashes:
    from azora_audit.engine.object_hash import ObjectHashes  # noqa: PLC0415 -- only where there is a baseline

    return ObjectHashes(catalog)


def fingerprint(rule: str, kind: str, address: str) -> str:
    """Return what identifies a finding from run to run: no line numbers, no files, no wording.

    A rule's second finding about the same object, or about another of the same address (functions are told apart by their
    arguments, addresses are not), has `:2` behind it, and so on.

    Args:
        rule: the first name that the rule had.
        kind: of the entity.
        address: of the entity.
    """
    text = f"{rule}\0{kind}\0{address}"
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


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

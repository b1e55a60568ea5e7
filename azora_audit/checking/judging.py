"""Judges services in this process: one catalog and one rulebook, used for any number of services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azora_audit.catalog.store import Catalog
from azora_audit.catalog.tables import Source, Table
from azora_audit.checking.outcome import FleetJudgement, Outcome, judgement_from, plain_judgement
from azora_audit.checking.sharing import share_of
from azora_audit.engine.allowances import NOT_UNDERSTOOD
from azora_audit.engine.judge import judge
from azora_audit.engine.measure import measure
from azora_audit.errors import RulebookError
from azora_audit.findings import ServiceSummary, SourceSummary
from azora_audit.forked import Forked, can_fork
from azora_audit.rulebook.load import load_rulebook
from azora_audit.rulebook.select import all_names, rules_named, select_checklists, select_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from azora_audit.catalog.facts import Facts
    from azora_audit.checking.choice import Choice
    from azora_audit.checking.outcome import Share
    from azora_audit.checking.reading import Reading
    from azora_audit.checking.together import StoredMeanwhile
    from azora_audit.engine.counts import Counts
    from azora_audit.engine.judge import Judgement
    from azora_audit.engine.terms import Terms
    from azora_audit.errors import AzoraAuditError
    from azora_audit.findings import Problem
    from azora_audit.inventory import ServiceInventory
    from azora_audit.rulebook.rule import Rule, Rulebook


class Judge:
    """A catalog with the rules of a choice compiled on it.

    Raises:
        RulebookError: rules that do not hold together, or a choice of rules that do not exist.
    """

    def __init__(self, choice: Choice, processes: int = 1, *, inventory: bool = False) -> None:
        """Load the rulebook.

        Args:
            choice: which rules run and how.
            processes: the most that may run rules at once; they are started when there is something to judge.
            inventory: take that of each service, too.
        """
        self.catalog = Catalog()
        self.rulebook = load_rulebook(self.catalog, choice.rule_folders)
        self.rules = select_rules(
            self.rulebook,
            profile=choice.profile,
            select=choice.select,
            ignore=choice.ignore,
            severity=choice.severity,
            parameters=choice.parameters,
        )
        self.checklists = select_checklists(self.rulebook, choice.checklists)
        self.names = all_names(self.rulebook)
        self._terms = _with_names(choice.terms, self.rulebook)
        self._processes = processes
        self._stored: StoredMeanwhile | None = None
        self._fleet_judged: Iterable[list[Any]] = ()
        self._inventory = inventory

    def warm_up(self) -> None:
        """Have SQLite compile the rules while the catalog is empty: for whoever waits for facts anyway."""
        for rule in self.rules:
            self.catalog.guard.select(rule.sql, rule.parameters, guarded=rule.guarded)

    def store_meanwhile(self, facts: Facts) -> None:
        """Have another process store what was read of the first service, while this one derives what follows from it."""
        if self._processes > 1 and self._stored is None and not self.catalog.loaded and can_fork():
            from azora_audit.checking.together import StoredMeanwhile  # noqa: PLC0415 -- for one large service only

            self._stored = StoredMeanwhile(self.catalog, facts, self._of_services())

    def services(
        self,
        readings: Iterable[Reading],
        whole: Callable[[Sequence[Share]], Iterable[Facts]] | None = None,
    ) -> tuple[list[Outcome], list[Problem]]:
        """Judge services together, storing each as soon as it arrives.

        Args:
            readings: of the services.
            whole: gives the fleet's facts when these are the last services, so that `fleet` can begin while they are
                counted.

        Returns:
            One outcome per service, in order, and problems of rules, which concern them all.
        """
        arrived: list[Reading] = []
        rules = self._of_services()
        judgement = self._judge(_facts(readings, arrived), rules, self._processes)
        if whole is not None and can_fork():
            facts = [reading.facts for reading in arrived]
            self._fleet_judged = Forked(lambda: [self._fleet_elsewhere(whole, facts)], spooled=True)
        counts = self._count(judgement, rules)
        inventories = self._take_inventory()
        outcomes = {
            reading.facts.service: _outcome(reading, counts, inventories.get(reading.facts.service))
            for reading in arrived
        }
        for name, uses in judgement.allowance_uses.items():
            outcomes[name] = outcomes[name]._replace(allowance_uses=tuple(uses))
        for judged in judgement.judged:
            outcomes[judged.finding.service].findings.append(judged.finding)
        for entry in judgement.not_judged:
            outcomes[entry.service].not_judged.append(entry)
        of_rules = []
        for problem in judgement.problems:
            if problem.service in outcomes:
                outcomes[problem.service].problems.append(problem)
            else:
                of_rules.append(problem)
        return list(outcomes.values()), of_rules

    def fleet(self, services: Callable[[], Iterable[Facts]]) -> FleetJudgement:
        """Judge what services share by the fleet-wide rules, unless another process has done it."""
        for plain in self._fleet_judged:
            return judgement_from(plain)
        rules = [rule for rule in self.rules if rule.scope == "fleet"]
        judgement = self._judge(services(), rules)
        counts = self._count(judgement, rules)
        return FleetJudgement(
            [judged.finding for judged in judgement.judged],
            judgement.not_judged,
            judgement.problems,
            counts,
            list(judgement.allowance_uses.values()),
        )

    def _fleet_elsewhere(
        self, whole: Callable[[Sequence[Share]], Iterable[Facts]], read: Iterable[Facts]
    ) -> list[Any]:
        return plain_judgement(self.fleet(lambda: whole([share_of(facts) for facts in read])))

    def _of_services(self) -> list[Rule]:
        return [rule for rule in self.rules if rule.scope == "service"]

    def _take_inventory(self) -> dict[str, ServiceInventory]:
        if not self._inventory:
            return {}
        from azora_audit.engine.inventory import take_inventory  # noqa: PLC0415 -- only for reports that show it

        return take_inventory(self.catalog)

    def _judge(self, services: Iterable[Facts], rules: Sequence[Rule], processes: int = 1) -> Judgement:
        if self.catalog.loaded:
            self.catalog.clear()
        together = processes > 1 and can_fork()
        # of several processes each will fill what its rules read
        tables = frozenset() if together else self._tables(rules)
        for facts in services:
            self.catalog.add(facts)
            if self._stored is not None:
                self._stored.take_over(self.catalog)
                self._stored = None
            self.catalog.fill(tables)  # at once: another process may be reading the next one
        if together:
            from azora_audit.checking.together import judge_together  # noqa: PLC0415 -- for one large service only

            return judge_together(self.catalog, rules, self._terms, self.names, processes)
        return judge(self.catalog, rules, self._terms, self.names)

    def _count(self, judgement: Judgement, rules: Sequence[Rule]) -> dict[str, dict[str, Counts]]:
        return {
            checklist.name: measure(self.catalog, checklist, judgement, rules)
            for checklist in self.checklists
        }

    def _tables(self, rules: Sequence[Rule]) -> frozenset[str]:
        """Return the tables that these rules and their items of checklists read."""
        names = {rule.name for rule in rules}
        items = (item for checklist in self.checklists for item in checklist.items)
        counted = (item.reads for item in items if not names.isdisjoint(item.rules))
        return frozenset().union(*(rule.reads for rule in rules), *counted)


def _with_names(terms: Terms, rulebook: Rulebook) -> Terms:
    """Return terms whose allowances name single rules by their names of today.

    Raises:
        RulebookError: they name rules or categories that do not exist.
    """
    problems: list[AzoraAuditError] = []
    allowances = []
    for number, allowance in enumerate(terms.allowances):
        names = [name for name in allowance.rules if name != NOT_UNDERSTOOD]
        rules = rules_named(rulebook, names, ("allow", number, "rule"), problems)
        rules.update(name for name in allowance.rules if name == NOT_UNDERSTOOD)
        allowances.append(allowance._replace(rules=tuple(sorted(rules))))
    if problems:
        raise RulebookError(problems)
    return terms._replace(allowances=tuple(allowances))


def _facts(readings: Iterable[Reading], arrived: list[Reading]) -> Iterator[Facts]:
    for reading in readings:
        arrived.append(reading)
        yield reading.facts


def _outcome(
    reading: Reading, counts: Mapping[str, Mapping[str, Counts]], inventory: ServiceInventory | None
) -> Outcome:
    facts = reading.facts
    sources = tuple(
        SourceSummary(source.kind, source.path, source.files, source.reader) for source in facts.rows(Source)
    )
    return Outcome(
        summary=ServiceSummary(facts.service, facts.path, sources, len(facts.rows(Table))),
        findings=[],
        not_judged=[],
        problems=list(facts.problems),
        counts={checklist: dict(services[facts.service]) for checklist, services in counts.items()},
        share=share_of(facts),
        included=reading.included,
        verification=facts.verification,
        differences=tuple(facts.differences),
        inventory=inventory,
    )

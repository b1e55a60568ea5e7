"""Judges one large catalog in several processes: each runs the next rule that no other has taken.

A service cannot be divided as a fleet can, but its rules do not need each other. Each process fills the tables that its
rules read and phrases what they return; what comes of a rule does not depend on who runs it.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from azora_audit.catalog.derive import DERIVED
from azora_audit.catalog.tables import TABLES
from azora_audit.checking.outcome import finding_from, plain_finding
from azora_audit.checking.queue import Queue
from azora_audit.engine.judge import Judged, Judging, Ruling
from azora_audit.findings import Problem
from azora_audit.forked import Forked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from azora_audit.catalog.facts import Facts
    from azora_audit.catalog.store import Catalog
    from azora_audit.engine.judge import Judgement
    from azora_audit.engine.terms import Terms
    from azora_audit.rulebook.rule import Rule

_MANY = 10
"""What every tenth rule reads is worth storing before it is known who runs which rule."""


class StoredMeanwhile:
    """Tables of one service that another process stores while this one goes on with its facts."""

    def __init__(self, catalog: Catalog, facts: Facts, rules: Sequence[Rule]) -> None:
        """Begin.

        Args:
            catalog: empty; nothing may be stored in it until `take_over`.
            facts: without those that are derived.
            rules: what will be run.
        """
        derived = {name for name, table in TABLES.items() if table in DERIVED}
        self._tables = [table for table in _read_by(rules, len(rules) // _MANY) if table not in derived]
        self._forked = Forked(lambda: [catalog.image(facts, self._tables)], spooled=True)

    def take_over(self, catalog: Catalog) -> None:
        """Let the catalog have what was stored, if the other process came to its end; the facts are added already."""
        for image in self._forked:
            catalog.take_over(image, self._tables)


def judge_together(
    catalog: Catalog, rules: Sequence[Rule], terms: Terms, names: Collection[str], processes: int
) -> Judgement:
    """Do what `engine.judge.judge` does, in so many processes, 2 or more; only where `can_fork` says so."""
    judging = Judging(catalog, terms)
    early = [rule for rule in rules if not rule.late]
    catalog.fill(_read_by(early, len(early) // 2))  # once, before there are several of this catalog
    with Queue(_by_what_they_read(early, catalog), processes) as queue:
        helpers = [
            Forked(partial(_help, judging, queue, number), spooled=True) for number in range(1, processes)
        ]
        judging.run(queue.take(0))
    for helper in helpers:
        for rule, judged, problem, used in helper:
            findings = [Judged(entity_id, finding_from(finding)) for entity_id, finding in judged]
            judging.rulings[rule] = Ruling(findings, None if problem is None else Problem._make(problem))
            judging.allowances.use(used)
    # those of a helper that was killed
    judging.run(rule for rule in early if rule.name not in judging.rulings)
    return judging.finish(rules, names)


def _help(judging: Judging, queue: Queue[Rule], number: int) -> Iterator[tuple[object, ...]]:
    """Run rules in another process, sending what each of them gave."""
    for rule in queue.take(number):
        judging.run([rule])
        judged, problem = judging.rulings[rule.name]
        findings = [(entity_id, plain_finding(finding)) for entity_id, finding in judged]
        yield rule.name, findings, None if problem is None else tuple(problem), judging.allowances.used()


def _read_by(rules: Sequence[Rule], more_than: int) -> list[str]:
    """Return the tables that so many rules read that every process would fill them."""
    readers = Counter(table for rule in rules for table in rule.reads)
    return sorted(table for table, count in readers.items() if count > more_than)


def _by_what_they_read(rules: Sequence[Rule], catalog: Catalog) -> list[Rule]:
    """Put rules that read the same large tables beside each other, so that not every process has to fill them.

    Those that read much come first, to this process: they find the most, and what it finds it need not send.
    """
    tables = sorted(
        frozenset().union(*(rule.reads for rule in rules)), key=lambda table: (-catalog.size(table), table)
    )
    return sorted(rules, key=lambda rule: [table not in rule.reads for table in tables])

"""Deepening: rows beyond the fixed candidates, drawn by Hypothesis in the columns that an obligation is about.

What a row has to be is never predicted here: the server says which conditions hold for it, and then what it does with
it. What is found is judged as `trial.py` judges the candidates.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from azora_audit.proof import FAILED
from azora_audit.proving.checks import refused
from azora_audit.proving.conditions import roots_of
from azora_audit.proving.hunting import Hunt
from azora_audit.proving.reaching import reach_check, reach_domain, reach_key, reach_rows
from azora_audit.proving.session import Probe
from azora_audit.proving.trial import DELIBERATE, Judged, in_function, is_computed, judge
from azora_audit.proving.wishes import find_bad

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from azora_audit.proving.bench import Bench
    from azora_audit.proving.duty import Duty
    from azora_audit.proving.model import Schema
    from azora_audit.proving.promises import Promised
    from azora_audit.proving.rows import Row, Rows
    from azora_audit.proving.search import Budget
    from azora_audit.proving.session import Outcome, Session
    from azora_audit.proving.trial import Finding, Trial

    Target = Callable[[Hunt, Duty, Trial, Finding], Judged]

UNSURE: Final = ("40", "53", "54", "57", "58", "XX")
"""Classes of errors that say nothing about a schema: an index entry that is too long, no more memory."""
MOST: Final = 3
"""Columns that differ from the base row at a time, where an obligation is about all of them."""
KEYS: Final = frozenset({"primary-key", "unique", "unique-index"})
ENFORCED: Final = frozenset({"enforced", "enforced-by-other"})


class Deepening:
    """Draws rows for the tables of one database, within a budget."""

    def __init__(self, budget: Budget, seed: int) -> None:
        """Begin.

        Args:
            budget: for all that is drawn for the database.
            seed: decides, with the names of obligations, what is drawn.
        """
        self.budget = budget
        self.seed = seed
        self.drawn = 0
        """How many rows were drawn and judged so far."""
        self._share = budget

    def reach(self, session: Session, schema: Schema, rows: Rows) -> None:
        """Look for base rows of the tables that have none; at most half of the budget is for that."""
        with self.budget.spending(2) as part:
            self.drawn += reach_rows(session, schema, rows, part, self.seed)

    def begin(self, tables: int) -> None:
        """Begin with one of so many tables that are left: each gets the same part of the budget."""
        self._share = self.budget.part(tables)

    def deepen(self, session: Session, bench: Bench, tried: Sequence[tuple[Duty, Judged]]) -> list[Judged]:
        """Look for more in the obligations of a table; in the current transaction its parents have their rows.

        Args:
            session: where rows are judged.
            bench: of the table.
            tried: its duties, with what is known of them.
        """
        targets = [target_of(duty, judged.found) for duty, judged in tried]
        left = sum(target is not None for target in targets)
        deepened = []
        for (duty, judged), target in zip(tried, targets, strict=True):
            result = judged
            if target is not None:
                with self._spending(left + 1) as part:
                    hunt = Hunt(session, bench, self.seed, part, duty.identify(bench.table))
                    result = target(hunt, duty, judged.trial, judged.found)
                left -= 1
                self.drawn += result.drawn
            deepened.append(result)
        return deepened

    def find_bad(
        self,
        session: Session,
        bench: Bench,
        promised: Promised,
        accepted: Callable[[list[tuple[Row, Row]]], list[bool]],
        left: int,
    ) -> Row | None:
        """Look for values that break a promise of names and are accepted; None when none of those drawn are.

        Args:
            session: where rows are judged.
            bench: of the table.
            promised: the promise.
            accepted: says of rows, each with the values in it that break the promise, whether they are stored so.
            left: how many promises of the table are left, this one included.
        """
        with self._spending(left) as part:
            name = "/".join((bench.table.address, promised.kind, *promised.columns))
            found, drawn = find_bad(Hunt(session, bench, self.seed, part, name), promised, accepted)
        self.drawn += drawn
        return found

    @contextmanager
    def _spending(self, parts: int) -> Iterator[Budget]:
        """Give one of so many equal parts of what the table has left, and take away what is used of it."""
        with self.budget.spending(1), self._share.spending(parts) as part:
            yield part


def target_of(duty: Duty, found: Finding) -> Target | None:
    """Return how to look for more in a duty; None where there is nothing to be drawn."""
    if found.verdict == "unreached":
        return reach_key if duty.kind in KEYS else _REACHING.get((duty.kind, duty.expects))
    if found.verdict in ENFORCED and not (duty.kind == "row" and duty.what):
        return _DEEPENING.get((duty.kind, duty.expects))
    return None


def _accepting(hunt: Hunt, duty: Duty, trial: Trial, found: Finding) -> Judged:
    """Draw the columns of a check: what no check says no to has to be accepted."""
    check = next(check for check in hunt.bench.table.checks if check.name == duty.subject)
    return _accepted(hunt, free(hunt.bench, roots_of(hunt.bench.table, check)), trial, found, None)


def _row(hunt: Hunt, _duty: Duty, trial: Trial, found: Finding) -> Judged:
    """Draw a few columns at a time, of all: what no check says no to has to be accepted."""
    names = [column.name for column in hunt.bench.table.written]
    return _accepted(hunt, free(hunt.bench, names), trial, found, MOST)


def free(bench: Bench, names: Sequence[str]) -> list[str]:
    """Return those of some columns that no foreign key decides about: neither its own, nor one of a row beside it.

    Rows of tables that need each other are inserted together, and a row that refers to itself is its own parent.
    """
    tied = {name for key in bench.table.foreign_keys for name in key.columns}
    for oid in bench.component:
        for key in bench.schema[oid].foreign_keys:
            if key.target == bench.table.oid:
                tied |= set(key.target_columns)
    return [name for name in names if name not in tied]


def _accepted(hunt: Hunt, names: list[str], trial: Trial, found: Finding, most: int | None) -> Judged:
    bench, base = hunt.bench, hunt.bench.row()
    own = {check.name for check in bench.table.checks}
    if bench.table.oid in bench.rows.standing:
        own |= set(bench.table.unique_names)

    def judging(rows: list[Row]) -> list[str]:
        whole = [base | row for row in rows]
        allowed = bench.rows.accepts(bench.table, list(bench.table.checks), whole)
        probes = [Probe(bench.insert(row)) for row, good in zip(whole, allowed, strict=True) if good]
        outcomes = iter(hunt.session.run(probes))
        return [_not_accepted(next(outcomes), own, bench.table.generated) if good else "" for good in allowed]

    hit = hunt.search(names, judging, most=most)
    if not hit.rows:
        return Judged(trial, found, hit.drawn)
    return again(hunt, trial, found, Probe(bench.insert(base | hit.rows[0])), hit.drawn)


def _not_accepted(outcome: Outcome, own: set[str], generated: tuple[str, ...]) -> str:
    """Return how a row that has to be accepted was not, or nothing: what a trigger refuses on purpose is its business.

    A check of the table itself that refuses what it has accepted was asked about another row: a trigger has changed it.
    A key of a table that holds rows may have found one like it.
    """
    if outcome.stage == "done":
        return "" if outcome.affected else "swallowed"
    first = outcome.context.partition("\n")[0]
    within = in_function(outcome)
    if outcome.stage != "statement" or first.endswith(DELIBERATE) or outcome.state.startswith(UNSURE):
        return ""
    if not within and (is_computed(outcome, generated) or outcome.constraint in own):
        return ""
    return "over-strict"


def _refusing(hunt: Hunt, duty: Duty, trial: Trial, found: Finding) -> Judged:
    """Draw the columns of a check: what it alone says no to has to be refused."""
    bench, base = hunt.bench, hunt.bench.row()
    check = next(check for check in bench.table.checks if check.name == duty.subject)
    checks = list(bench.table.checks)
    at = checks.index(check)

    def judging(rows: list[Row]) -> list[str]:
        whole = [base | row for row in rows]
        truths = bench.rows.truths(bench.table, checks, whole)
        alone = [truth is not None and truth[at] is False and truth.count(False) == 1 for truth in truths]
        probes = [refused(bench, check, row) for row, wanted in zip(whole, alone, strict=True) if wanted]
        outcomes = iter(hunt.session.run(probes))
        return [_not_refused(next(outcomes)) if wanted else "" for wanted in alone]

    hit = hunt.search(roots_of(bench.table, check), judging)
    if not hit.rows:
        return Judged(trial, found, hit.drawn)
    return again(hunt, trial, found, refused(bench, check, base | hit.rows[0]), hit.drawn)


def _not_refused(outcome: Outcome) -> str:
    """Return how a row that has to be refused was not, or nothing; a trigger may have mended it."""
    if outcome.stage != "done":
        return ""
    if not outcome.affected:
        return "swallowed"
    return "" if outcome.value == "true" else "not-enforced"


def again(hunt: Hunt, trial: Trial, found: Finding, probe: Probe, drawn: int) -> Judged:
    """Judge a probe of a row that was drawn as the trial judges its own; keep what was known if it shows nothing."""
    tried = trial._replace(probes=(probe,))
    judged = judge(tried, hunt.session.run([probe]))
    if judged.verdict in FAILED:
        return Judged(tried, judged, drawn)
    return Judged(trial, found, drawn)


_REACHING: Final[dict[tuple[str, str], Target]] = {
    ("check", "refuse"): reach_check,
    ("domain", "refuse"): reach_domain,
}
_DEEPENING: Final[dict[tuple[str, str], Target]] = {
    ("check", "accept"): _accepting,
    ("check", "refuse"): _refusing,
    ("row", "accept"): _row,
}

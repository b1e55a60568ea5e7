"""Making a counterexample small: fewest statements, fewest columns, simplest values, with PostgreSQL as the judge.

A smaller script has to show the same: the same verdict by the same error. That is not enough, because a script that
shows "accepted" stays one when the row becomes harmless. So what an obligation is about stays in its rows (`Kept`), no
check changes its mind about a row, and two values that differ stay different.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.proof import FAILED
from azora_audit.proving.loosening import statements_before
from azora_audit.proving.smaller import fewest, same_value, simpler
from azora_audit.proving.statements import inserts, literals, rewritten, texts, unquoted
from azora_audit.proving.trial import judge
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from azora_audit.proving.bench import Bench
    from azora_audit.proving.keeping import Kept
    from azora_audit.proving.rows import Row
    from azora_audit.proving.samples import Value
    from azora_audit.proving.session import Outcome, Probe, Session
    from azora_audit.proving.statements import Insert
    from azora_audit.proving.trial import Finding, Trial

PASSES: Final = 6
"""How often all is gone through again: what could not be left out may be when something else is gone."""
LONGEST: Final = 64
"""Candidates for one value."""
_RAISED: Final = re.compile(r"^PL/pgSQL(?!.*azora_audit_).*", re.MULTILINE)


class Smaller(NamedTuple):
    """A counterexample as small as it gets."""

    probe: Probe
    found: Finding
    outcome: Outcome


def shrink(session: Session, bench: Bench, trial: Trial, probe: Probe, kept: Kept, *, fails: bool) -> Smaller:
    """Make the script of a probe small; outside of a transaction, in which nothing has rows.

    Args:
        session: where scripts are tried.
        bench: of the table in question.
        trial: says what a probe shows.
        probe: what is to be shown, without the rows of the table's parents.
        kept: what has to stay.
        fails: whether it has shown a failure; it stays as it is if it does not again, as when a sequence has gone on.

    Returns:
        the smallest probe found, with the rows of parents that it needs, and what it shows.
    """
    parents = statements_before(bench)
    run = _Shrinking(session, bench, trial, probe, kept, len(parents))
    run.lines = [*parents, *probe.before, probe.sql]
    run.begin()
    if fails and not run.fails:
        return run.result()
    for _ in range(PASSES):
        before = run.lines
        run.leave_out_statements()
        run.leave_out_columns()
        if run.lines == before:
            break
    run.simplify_values()
    return run.result()


class _Shrinking:
    """A script that gets smaller; its last line is the statement in question."""

    def __init__(
        self, session: Session, bench: Bench, trial: Trial, probe: Probe, kept: Kept, parents: int
    ) -> None:
        self.session = session
        self.bench = bench
        self.trial = trial
        self.probe = probe
        self.kept = kept
        needless = [line.startswith(kept.needless) for line in probe.before]
        self.removable = [True] * parents + needless + [False]
        self.lines: list[str] = []
        self.known: dict[frozenset[tuple[str, Value]], Hashable] = {}

    def begin(self) -> None:
        """Find out what the whole script shows."""
        self.wanted = self._shown([self.lines])[0]
        self._learn([self.lines])
        self.truths = self._truths(self.lines)
        self.loose = self._loose(self.lines)

    @property
    def fails(self) -> bool:
        """Whether the whole script shows a failure."""
        return self.wanted[0] in FAILED

    def result(self) -> Smaller:
        """Return the script as it is now, and what it shows."""
        probe = self._probe(self.lines)
        with self.session.connection.transaction(force_rollback=True):
            outcome = self.session.run([probe])[0]
        found = judge(self.trial._replace(probes=(probe,)), [outcome])
        return Smaller(probe, found._replace(probe=probe), outcome)

    def leave_out_statements(self) -> None:
        """Leave out rows of parents, and what else may go."""
        removable = [index for index, can in enumerate(self.removable) if can]
        fixed = [index for index, can in enumerate(self.removable) if not can]

        def test(subsets: list[list[int]]) -> list[bool]:
            return self._stays([[self.lines[n] for n in sorted([*fixed, *some])] for some in subsets])

        left = sorted([*fixed, *fewest(removable, test)])
        self.lines = [self.lines[index] for index in left]
        self.removable = [self.removable[index] for index in left]

    def leave_out_columns(self) -> None:
        """Leave out columns that may be NULL or have defaults, in one INSERT after the other, the last one first."""
        for index in reversed(range(len(self.lines))):
            for number in range(len(inserts(self.lines[index]))):
                insert = inserts(self.lines[index])[number]
                stay = self._staying(insert)
                names = [name for name in insert.columns if name not in stay]

                def test(subsets: list[list[str]], index: int = index, number: int = number) -> list[bool]:
                    return self._stays([self._with_columns(index, number, some) for some in subsets])

                self.lines = self._with_columns(index, number, fewest(names, test))

    def _with_columns(self, index: int, number: int, names: Sequence[str]) -> list[str]:
        """Return the lines with only some columns, and those that stay, in an INSERT."""
        line = self.lines[index]
        insert = inserts(line)[number]
        stay = self._staying(insert) | set(names)
        fewer = insert.without(name for name in insert.columns if name not in stay)
        return [*self.lines[:index], rewritten(line, [fewer]), *self.lines[index + 1 :]]

    def _staying(self, insert: Insert) -> frozenset[str]:
        stay = self.kept.columns.get(insert.table, frozenset())
        if self.kept.valid and insert.table == self.bench.table.sql:
            columns = self.bench.table.columns.values()
            stay |= {
                column.quoted
                for column in columns
                if column.required and not column.default and not column.identity
            }
        return stay

    def simplify_values(self) -> None:
        """Put simpler values in the place of those that stand in INSERTs only, the same one wherever it stands."""
        for value in self._changeable():
            others = {same_value(text) for line in self.lines for text in texts(line) if text != value}
            simple = [text for text in simpler(value) if same_value(text) not in others][:LONGEST]
            candidates = [self._with_value(value, text) for text in simple]
            for lines, fine in zip(candidates, self._stays(candidates), strict=True):
                if fine:
                    self.lines = lines
                    break

    def _changeable(self) -> list[str]:
        """Return the values of INSERTs that nothing else speaks of, and that do not have to stay."""
        fixed = {unquoted(text) for line in (*self.lines, self.probe.after) for text in literals(line)}
        found: dict[str, None] = {}
        for line in self.lines:
            for insert in inserts(line):
                for name, value in zip(insert.columns, insert.values, strict=True):
                    if insert.table == self.bench.table.sql and name in self.kept.values:
                        fixed.add(unquoted(value))
                    elif value != "NULL":
                        found[unquoted(value)] = None
        return [text for text in found if text not in fixed]

    def _with_value(self, old: str, new: str) -> list[str]:
        quoted = "'" + new.replace("'", "''") + "'"

        def changed(insert: Insert) -> Insert:
            values = (
                quoted if value != "NULL" and unquoted(value) == old else value for value in insert.values
            )
            return insert._replace(values=tuple(values))

        return [rewritten(line, map(changed, inserts(line))) for line in self.lines]

    def _probe(self, lines: Sequence[str]) -> Probe:
        return self.probe._replace(before=tuple(lines[:-1]), sql=lines[-1])

    def _stays(self, scripts: list[list[str]]) -> list[bool]:
        """Tell which scripts show the same as the whole one, with the same said of their rows by all checks."""
        shown = [shows == self.wanted for shows in self._shown(scripts)]
        self._learn([lines for lines, same in zip(scripts, shown, strict=True) if same])
        return [
            same and self._truths(lines) == self.truths and self._loose(lines) <= self.loose
            for lines, same in zip(scripts, shown, strict=True)
        ]

    def _shown(self, scripts: list[list[str]]) -> list[tuple[Hashable, ...]]:
        probes = [self._probe(lines) for lines in scripts]
        with self.session.connection.transaction(force_rollback=True):
            outcomes = self.session.run(probes)
        return [
            (judge(self.trial._replace(probes=(probe,)), [outcome]).verdict, *signature(outcome))
            for probe, outcome in zip(probes, outcomes, strict=True)
        ]

    def _learn(self, scripts: list[list[str]]) -> None:
        """Ask which checks are false for the rows that scripts give the table in question."""
        table = self.bench.table
        rows = {
            frozenset(row.items()): row
            for lines in scripts
            for row in self._rows(lines)
            if frozenset(row.items()) not in self.known
        }
        truths = self.bench.rows.truths(table, list(table.checks), list(rows.values()))
        for key, truth in zip(rows, truths, strict=True):
            self.known[key] = None if truth is None else tuple(value is False for value in truth)

    def _truths(self, lines: list[str]) -> Hashable:
        return tuple(self.known[frozenset(row.items())] for row in self._rows(lines))

    def _loose(self, lines: list[str]) -> frozenset[str]:
        """Return the foreign keys by which a row that has to be accepted refers to a row that the script does not make."""
        if not self.kept.valid:
            return frozenset()
        found = [insert for line in lines for insert in inserts(line)]
        loose = set()
        for row in (insert.row() for insert in found if insert.table == self.bench.table.sql):
            for key in self.bench.table.foreign_keys:
                target = self.bench.schema.get(key.target)
                wanted = [row.get(quote_identifier(name)) for name in key.columns]
                if target is None or None in wanted or "NULL" in wanted:
                    continue
                names = [quote_identifier(name) for name in key.target_columns]
                there = [insert.row() for insert in found if insert.table == target.sql]
                if wanted not in [[other.get(name) for name in names] for other in there]:
                    loose.add(key.name)
        return frozenset(loose)

    def _rows(self, lines: list[str]) -> list[Row]:
        """Return the rows that a script gives the table in question; none when no check says something to them."""
        table = self.bench.table
        found = [insert for line in lines for insert in inserts(line) if insert.table == table.sql]
        return [self._row(insert) for insert in found] if table.checks else []

    def _row(self, insert: Insert) -> Row:
        """Return the row that an INSERT makes, as far as it can be known: a default may be another one each time."""
        table = self.bench.table
        given = insert.row()
        row: Row = {}
        for column in table.written:
            raw = self.bench.rows.raw.get((table.oid, column.name), [])
            if column.quoted in given:
                text = given[column.quoted]
                row[column.name] = None if text == "NULL" else unquoted(text)
            elif column.constant_default and raw:
                row[column.name] = raw[0]
            else:
                row[column.name] = None
        return row


def signature(outcome: Outcome) -> tuple[Hashable, ...]:
    """Return what tells one outcome from another: not the values that its message may name."""
    raised = _RAISED.search(outcome.context)
    return (
        outcome.stage,
        outcome.state,
        outcome.constraint,
        outcome.table,
        outcome.column,
        outcome.type,
        outcome.affected > 0,
        outcome.value == "true",
        raised[0] if raised else "",
    )

"""Duties of CHECK constraints, and of the bounds of partitions."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

from azora_audit.proving.conditions import combinations, grouped, roots_of
from azora_audit.proving.duty import Duty, accepting, refusing, tables_of
from azora_audit.proving.loosening import drop_constraint, loose_ends
from azora_audit.proving.session import Probe
from azora_audit.proving.trial import Refusal, Trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.proving.bench import Bench
    from azora_audit.proving.model import Check, Table
    from azora_audit.proving.rows import Row
    from azora_audit.proving.samples import Value

MOST: Final = 200
"""Rows that are tried for one side of one constraint."""
Truth = "list[bool | None] | None"


def check_duties(table: Table) -> Iterator[Duty]:
    """Yield what checks have to refuse and accept."""
    for check in table.checks:
        kind, subject = ("check", check.name) if check.name else ("partition", "bounds")
        expression = check.expression if check.name else "a row outside of all partitions"
        yield Duty(
            kind,
            subject,
            "",
            "refuse",
            f"refuses a row when false: {expression}" if check.name else f"refuses {expression}",
            lambda bench, check=check: _refused(bench, check),  # type: ignore[misc]
        )
        yield Duty(
            kind,
            subject,
            "",
            "accept",
            "accepts every value that it allows" if check.name else "accepts rows inside of them",
            lambda bench, check=check: _accepted(bench, check),  # type: ignore[misc]
        )


class _Judged:
    """Rows near the base row in the columns of one check, and what all checks around say to them."""

    def __init__(self, bench: Bench, check: Check, *, wide: bool, loose: bool) -> None:
        names = roots_of(bench.table, check)
        group = next((found for found in grouped(bench.table) if check in found[1]), (names, [check]))
        base = bench.row()
        options: dict[str, list[Value]] = {
            name: bench.options(name, base, loose=loose) if wide or name in names else [base.get(name)]
            for name in group[0]
        }
        self.names = names
        self.checks = group[1]
        self.at = self.checks.index(check)
        self.rows = combinations(options, bench.rows.seed)
        self.truths = bench.rows.truths(bench.table, self.checks, self.rows)

    def only_false(self) -> list[Row]:
        """Return rows for which this check is false and no other."""
        return [
            row
            for row, truth in zip(self.rows, self.truths, strict=True)
            if truth is not None and truth[self.at] is False and truth.count(False) == 1
        ]

    def false(self) -> list[tuple[Row, list[Check]]]:
        """Return rows for which this check is false, and the others that are false for them."""
        return [
            (row, [check for n, check in enumerate(self.checks) if truth[n] is False and n != self.at])
            for row, truth in zip(self.rows, self.truths, strict=True)
            if truth is not None and truth[self.at] is False
        ]

    def true(self) -> list[Row]:
        """Return rows for which no check is false."""
        return [
            row
            for row, truth in zip(self.rows, self.truths, strict=True)
            if truth is not None and False not in truth
        ]


def _several(rows: list[Row], names: tuple[str, ...], seed: int) -> list[Row]:
    """Return one row for each combination of some columns; a choice of them where they are many."""
    distinct = {tuple(row[name] for name in names): row for row in reversed(rows)}
    found = list(reversed(distinct.values()))
    if len(found) <= MOST:
        return found
    random = Random(seed)  # noqa: S311 -- a reproducible choice, no secret
    return found[: MOST // 2] + random.sample(found[MOST // 2 :], MOST // 2)


def _refused(bench: Bench, check: Check) -> Trial:
    refusal = Refusal(("23514",), (check.name,), tables_of(bench.table))
    if not check.name:
        # 55000: there is a partition for it, on another server that cannot be reached from here
        refusal = Refusal(("23514", "55000"))
    if not roots_of(bench.table, check):
        return Trial((), None, "it reads no column")
    base = bench.row()
    for wide in (False, True):
        # checks are asked before foreign keys are
        judged = _Judged(bench, check, wide=wide, loose=True)
        rows = _several(judged.only_false(), judged.names, bench.rows.seed)
        if rows:
            return refusing(bench.table, refusal, *(refused(bench, check, base | row) for row in rows))
        others = [(row, implied) for row, implied in judged.false() if all(other.name for other in implied)]
        if others:
            # the others say no as well: without them it has to do so alone
            row, implied = min(others, key=lambda pair: len(pair[1]))
            dropped = [drop_constraint(bench.table, other.name) for other in implied]
            probe = refused(bench, check, base | row)._replace(before=tuple(dropped))
            return refusing(bench.table, refusal, probe)
    return Trial((), None, "no values were found for which it is false")


def refused(bench: Bench, check: Check, row: Row) -> Probe:
    """Return a probe of a row for which a check is false; a trigger may mend it, so that what is stored satisfies it."""
    after = ""
    if check.name:
        after = bench.of_new(f"coalesce(bool_and({check.expression}), true)::text")
    return Probe(bench.insert(row), after=after)


def _accepted(bench: Bench, check: Check) -> Trial:
    base = bench.row()
    about = (check.name,) if check.name else None
    if not roots_of(bench.table, check):
        return accepting(bench.table, Probe(bench.insert(base)), about=about)
    judged = _Judged(bench, check, wide=False, loose=False)
    rows = _several(judged.true(), judged.names, bench.rows.seed)
    if not rows:
        return Trial((), None, "no values were found for which it is true")
    probes = [
        Probe(bench.insert(whole), before=tuple(loose_ends(bench, whole)))
        for whole in (base | row for row in rows)
    ]
    return accepting(bench.table, *probes, about=about)._replace(computed=True)

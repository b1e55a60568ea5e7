"""A trial: probes, what the server has to say to them, and the verdict on what it said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from azora_audit.proving.session import Outcome, Probe


class Refusal(NamedTuple):
    """How a statement has to be refused; what is empty is not asked for."""

    states: tuple[str, ...]
    names: tuple[str, ...] = ()
    """Names of the constraint, one of which has to be given."""
    tables: tuple[str, ...] = ()
    column: str = ""
    type: str = ""
    function: str = ""
    """Function in whose body the error has to be raised."""

    def matches(self, outcome: Outcome) -> bool:
        """Tell whether the server refused a statement so."""
        return (
            (not self.states or outcome.state in self.states)
            and (not self.names or outcome.constraint in self.names)
            and (not self.tables or outcome.table in self.tables)
            and (not self.column or outcome.column == self.column)
            and (not self.type or outcome.type == self.type)
            and (not self.function or f"{self.function}(" in outcome.context)
        )


class Trial(NamedTuple):
    """Probes of one obligation."""

    probes: tuple[Probe, ...]
    refusal: Refusal | None
    """None when every probe has to be accepted, and its query afterwards to say `true`."""
    reason: str = ""
    """Why there are no probes."""
    some: bool = False
    """Whether it is enough that one of the probes is refused as it should."""
    known: tuple[str, ...] | None = None
    """Names of all constraints of a partitioned table, one of whose partitions may have others; None for other tables,
    and where nothing else can refuse a probe."""
    about: tuple[str, ...] | None = None
    """Names of the constraint that an accepting probe is about: what something else refuses says nothing of it. None
    where the whole row is in question, or what a statement does."""
    generated: tuple[str, ...] = ()
    """Generated columns of the table: that one may not be NULL is a limit of its own."""
    computed: bool = False
    """Whether rows are to be accepted because a check allows them: an expression of an index, of a generated column or in
    a trigger may fail on such a row all the same, which is a limit of its own."""
    alone: tuple[str, ...] | None = None
    """Names of the foreign key whose action is tried without others that act on the same rows, so that what another one
    refuses may be for want of them. None where all are there."""
    mended: bool = False
    """Whether a trigger writes to the columns that an accepting trial is about, so that what is stored may be its doing."""
    crowded: frozenset[str] = frozenset()
    """Keys in which a row may be equal to one that was there before: what these refuse says nothing."""
    untouched: bool = False
    """Whether a statement that finds no row is as good as one that is refused."""


class Finding(NamedTuple):
    """A verdict, its evidence, and the probe that shows it."""

    verdict: str
    evidence: str
    probe: Probe | None = None


class Judged(NamedTuple):
    """A trial and the verdict on it."""

    trial: Trial
    found: Finding
    drawn: int = 0
    """Rows that were drawn for it beyond the fixed candidates."""


MENDED: Final = "a trigger puts another value in its place"
DELIBERATE: Final = (" RAISE", " ASSERT")
"""How the context of an error ends that a function raises on purpose: a rule that stands in a trigger."""
COMPUTED: Final = ("22", "42")
"""Classes of errors that an expression of a generated column or an index may raise, which is a limit of its own."""
_FUNCTION: Final = re.compile(r"^PL/pgSQL(?!.*azora_audit_)", re.MULTILINE)
"""A line of an error's context that names a function of the schema's."""
ONE_PARTITION: Final = "a constraint of one partition"
GENERATED: Final = "a generated column"
TAKEN: Final = "a row that is there already"
BROKEN: Final = "a function that cannot run"
_WHY: Final = {
    "before": "the statements before it were refused: ",
    "after": "accepted, and what is stored then cannot be read: ",
}


def judge(trial: Trial, outcomes: Sequence[Outcome]) -> Finding:
    """Return the verdict on a trial."""
    if not trial.probes:
        return Finding("unreached", trial.reason)
    pairs = list(zip(trial.probes, outcomes, strict=True))
    if trial.untouched:
        return _judge_untouched(pairs)
    if trial.refusal is None:
        if trial.computed:
            sound = [pair for pair in pairs if not is_computed(pair[1], trial.generated)]
            if not sound:
                return Finding(
                    "unreached", f"what is computed of a row that it allows fails: {said(outcomes[0])}"
                )
            pairs = sound
        return _judge_acceptance(trial, pairs)
    return _judge_refusal(trial, trial.refusal, pairs)


def is_computed(outcome: Outcome, generated: tuple[str, ...]) -> bool:
    """Tell whether what is computed of a row was refused: by an expression, or as the NULL of a generated column."""
    null = outcome.state == "23502" and outcome.column in generated
    computed = outcome.state.startswith(COMPUTED) and not _is_broken(outcome)
    return outcome.stage == "statement" and (null or computed)


def in_function(outcome: Outcome) -> bool:
    """Tell whether an error was raised inside of a function of the schema's."""
    return _FUNCTION.search(outcome.context) is not None


def _is_broken(outcome: Outcome) -> bool:
    """Tell whether a function cannot run as it is written: it names a column that is not there, or the like."""
    return outcome.state.startswith("42") and in_function(outcome)


def _other(trial: Trial, outcome: Outcome) -> str:
    """Return what, other than what an accepting trial is about, has refused its probe; nothing if it was that.

    What a function of the schema's runs into stands against what is declared here; but one that cannot run at all
    has nothing to do with the one constraint that is tried.
    """
    beside = _beside(trial, outcome)
    if beside:
        return f"{beside} refuses it"
    reason = "" if trial.about is None else _of_others(trial, trial.about, outcome)
    if reason:
        return reason
    if trial.alone is not None and outcome.state == "23503" and outcome.constraint not in trial.alone:
        return "another foreign key, without those that would act with it, refuses it"
    return ""


def _of_others(trial: Trial, about: tuple[str, ...], outcome: Outcome) -> str:
    """Return what, beside the constraint that a trial is about, has refused its probe."""
    if trial.mended and outcome.constraint in about:
        return MENDED
    if outcome.constraint and outcome.constraint not in about and not in_function(outcome):
        return "another constraint refuses it"
    if _is_generated(trial, outcome):
        return f"{GENERATED} refuses it"
    return f"{BROKEN} refuses it" if _is_broken(outcome) else ""


def _is_generated(trial: Trial, outcome: Outcome) -> bool:
    """Tell whether a row was refused because a generated column is NULL."""
    return outcome.state == "23502" and outcome.column in trial.generated


def _beside(trial: Trial, outcome: Outcome) -> str:
    """Return what has refused a row beside all that a table declares of a row; nothing if it was something else."""
    if _is_of_partition(trial, outcome):
        return ONE_PARTITION
    equal = outcome.state in {"23505", "23P01"} and outcome.constraint in trial.crowded
    return TAKEN if equal and not in_function(outcome) else ""


def _is_of_partition(trial: Trial, outcome: Outcome) -> bool:
    """Tell whether a row was refused by what only one partition of a table declares."""
    if trial.known is None or in_function(outcome):
        return False
    if outcome.state == "23502":
        # a NULL that the table itself takes: one that it refuses is tried where no others are known
        return True
    return bool(outcome.constraint) and outcome.constraint not in trial.known


def _judge_acceptance(trial: Trial, pairs: list[tuple[Probe, Outcome]]) -> Finding:
    for probe, outcome in pairs:
        if outcome.stage in {"late", "before", "after"}:
            return Finding("unreached", _why(outcome))
        other = _other(trial, outcome) if outcome.stage == "statement" else ""
        if other:
            return Finding("unreached", f"{other}: {said(outcome)}")
        if outcome.stage != "done":
            return Finding("over-strict", f"refused: {said(outcome)}", probe)
        if outcome.affected == 0:
            return Finding("swallowed", "no error, and no row", probe)
        if probe.after and outcome.value != "true":
            untrue = Finding("not-enforced", "accepted, and what has to be true afterwards is not", probe)
            return Finding("unreached", MENDED) if trial.mended else untrue
    return Finding("enforced", "accepted" if len(pairs) == 1 else f"all {len(pairs)} accepted")


def _judge_untouched(pairs: list[tuple[Probe, Outcome]]) -> Finding:
    for probe, outcome in pairs:
        if outcome.stage in ("late", "before"):
            return Finding("unreached", _why(outcome))
        if outcome.stage == "done" and outcome.affected:
            return Finding("not-enforced", f"{outcome.affected} row changed", probe)
    return Finding("enforced", "no row changed")


def _judge_refusal(trial: Trial, refusal: Refusal, pairs: list[tuple[Probe, Outcome]]) -> Finding:
    right: list[Outcome] = []
    other: list[tuple[Probe, Outcome]] = []
    late: Outcome | None = None
    for probe, outcome in pairs:
        if outcome.stage in ("late", "before", "after"):
            late = outcome
        elif outcome.stage == "done":
            if outcome.affected == 0 and not probe.sql.startswith("TRUNCATE"):
                return Finding("swallowed", "no error, and no row", probe)
            if probe.after and outcome.value == "true":
                other.append((probe, outcome._replace(message=MENDED)))
            else:
                return Finding("not-enforced", "accepted", probe)
        elif refusal.matches(outcome):
            right.append(outcome)
        else:
            other.append((probe, outcome))
    # a name says which constraint it was; without one, nothing else may have refused any of the probes
    if right and (trial.some or not other or refusal.names or refusal.column):
        return Finding("enforced", _refused(right, len(pairs)))
    if other and not trial.some:
        return _by_other(trial, *other[0])
    if late is not None:
        return Finding("unreached", _why(late))
    return Finding("unreached", "no value was found that only this refuses")


def _by_other(trial: Trial, probe: Probe, outcome: Outcome) -> Finding:
    beside = _beside(trial, outcome) or (GENERATED if _is_generated(trial, outcome) else "")
    beside = beside or (BROKEN if _is_broken(outcome) else "")
    if beside:
        return Finding("unreached", f"{beside} refuses it: {said(outcome)}")
    return Finding("enforced-by-other", f"refused, but by something else: {said(outcome)}", probe)


def _why(outcome: Outcome) -> str:
    """Return why a probe shows nothing."""
    return outcome.message if outcome.stage == "late" else _WHY[outcome.stage] + said(outcome)


def _refused(right: list[Outcome], tried: int) -> str:
    first = right[0]
    name = f" by {first.constraint}" if first.constraint else ""
    count = "refused" if tried == 1 else f"{len(right)} of {tried} refused"
    return f"{count}{name} ({first.state})"


def said(outcome: Outcome) -> str:
    """Return an error as one line: SQLSTATE, constraint, message."""
    parts = [outcome.state, outcome.constraint, " ".join(outcome.message.split())]
    return " ".join(part for part in parts if part)

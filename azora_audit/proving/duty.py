"""A duty: an obligation of the schema, and how to try it when the table has its base rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.proving.loosening import make_room
from azora_audit.proving.mining import words
from azora_audit.proving.trial import Trial
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from azora_audit.proving.bench import Bench
    from azora_audit.proving.model import Table
    from azora_audit.proving.session import Probe
    from azora_audit.proving.trial import Refusal


class Duty(NamedTuple):
    """An obligation of a table."""

    kind: str
    subject: str
    what: str
    """What tells it from others of the same subject, such as a column; may be empty."""
    expects: str
    """refuse, accept or effect."""
    sentence: str
    trial: Callable[[Bench], Trial]

    def tried(self, bench: Bench) -> Trial:
        """Return its trial, which knows the keys in which new rows may be equal to rows that were there before."""
        trial, crowded = self.trial(bench), bench.rows.crowded
        if make_room(bench):
            crowded -= set(bench.table.unique_names)
        return trial._replace(crowded=crowded) if crowded else trial

    def identify(self, table: Table) -> str:
        """Return its stable name in a service."""
        parts = [table.address, self.kind, self.subject, self.what, self.expects]
        return "/".join(part for part in parts if part)


def accepting(table: Table, *probes: Probe, about: tuple[str, ...] | None = None) -> Trial:
    """Return a trial of rows that a table has to accept; `about`: as the trial's."""
    return Trial(probes, None, known=table.known, about=about, generated=table.generated)


def refusing(table: Table, refusal: Refusal, *probes: Probe) -> Trial:
    """Return a trial of rows that one constraint of a table has to refuse."""
    return Trial(probes, refusal, known=table.known, generated=table.generated)


def mentioned(table: Table, names: Sequence[str]) -> bool:
    """Tell whether the function of a trigger that fires on INSERT names one of some columns, which it may write to."""
    lower = {name.lower() for name in names}
    bodies = [trigger.body for trigger in table.triggers if trigger.on_insert]
    return any(word.lower() in lower for body in bodies for word in words(body))


def tables_of(table: Table) -> tuple[str, ...]:
    """Return the names by which errors call a table."""
    return (table.name, *table.parts)

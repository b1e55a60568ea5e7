"""The work of a proof: how it is wanted, and what is done so far."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from azora_audit.catalog.lexicon import load_lexicon
from azora_audit.proof import ProofReport
from azora_audit.proving.counterexamples import Store
from azora_audit.proving.replaying import remove_fixed, replay
from azora_audit.proving.search import Budget, settle
from azora_audit.proving.session import Session
from azora_audit.records import NamedTuple
from azora_audit.rulebook.folders import shipped_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import psycopg

    from azora_audit.findings import Problem, ServiceSummary
    from azora_audit.proof import MutationSummary, Replayed, ServiceProofs
    from azora_audit.proving.counterexamples import Counterexample
    from azora_audit.proving.deepening import Deepening
    from azora_audit.proving.run import Planned


class Wanted(NamedTuple):
    """How a fleet is proven."""

    seed: int
    mutation: bool
    budget: float
    """Seconds for drawing rows, of all services together; 0 for no limit, or no drawing if there are no examples either."""
    examples: int | None
    """Rows drawn for each obligation; None for as many as there is time for."""
    counterexamples: Path | None
    """Folder of the saved counterexamples, which are tried first and kept; None for none."""
    announce: Callable[[str, int], None]
    """Called with a service's name and the number of its obligations, before the first of them is tried."""
    progress: Callable[[int, int], None]
    """Called with how many obligations of a service are done, and of how many."""


class Work:
    """What is done so far: kept outside of what may be interrupted."""

    def __init__(self, wanted: Wanted) -> None:
        """Begin with nothing done."""
        self.wanted = wanted
        self.services: list[ServiceProofs] = []
        self.summaries: list[ServiceSummary] = []
        self.problems: list[Problem] = []
        self.mutations: list[MutationSummary] = []
        self.interrupted = False
        self.services_left = 1
        self.drawn: dict[str, int] = {}
        draws = wanted.budget > 0 or wanted.examples is not None
        self.budget = Budget(wanted.budget, wanted.examples) if draws else None
        self.store = Store(wanted.counterexamples) if wanted.counterexamples is not None else None
        self.found: list[Counterexample] = []
        """What shows failures, whether or not a script of it was confirmed."""
        self.replayed: list[Replayed] = []
        self.lexicon = load_lexicon(shipped_rules() / "lexicon")

    @contextmanager
    def deepening(self, service: str) -> Iterator[Deepening | None]:
        """Give the part of the budget that the next service has; what it leaves is there for the others."""
        if self.budget is None:
            yield None
            return
        settle()
        from azora_audit.proving.deepening import Deepening  # noqa: PLC0415 -- Hypothesis, only where rows are drawn

        with self.budget.sharing(self.services_left) as part:
            deepening = Deepening(part, self.wanted.seed)
            try:
                yield deepening
            finally:
                self.drawn[service] = deepening.drawn

    def replay(self, connection: psycopg.Connection[Any], planned: Planned, service: str) -> list[Replayed]:
        """Try the saved counterexamples of a service again, and remove those that show nothing any more."""
        if self.store is None:
            return []
        saved, problems = self.store.load(service)
        self.problems += problems
        replayed = replay(Session(connection), planned, service, saved) if saved else []
        remove_fixed(self.store, saved, replayed)
        self.replayed += replayed
        return replayed

    def keep(self, service: ServiceProofs) -> None:
        """Keep what shows the failures of a service that have a script."""
        if self.store is None:
            return
        shown = {proof.counterexample for proof in service.proofs if proof.sql}
        shown |= {promise.counterexample for promise in service.promises}
        for found in self.found:
            if found.service == service.service and found.id in shown:
                self.store.keep(found)

    def report(self) -> ProofReport:
        """Return what was found out so far."""
        store = self.store
        return ProofReport(
            tuple(self.summaries),
            tuple(self.services),
            tuple(self.problems),
            tuple(self.mutations),
            self.wanted.seed,
            self.interrupted,
            replayed=tuple(self.replayed),
            saved=str(store.folder) if store is not None else "",
            unsaved=store.failure if store is not None else "",
        )

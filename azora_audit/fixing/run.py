"""Mends a fleet: drafts all fixes, tries them, and leaves out those that do not mend or do harm, until the rest stands."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from azora_audit.checking.run import check_fleet
from azora_audit.fixes import FixReport, Left
from azora_audit.fixing.candidates import by_service, candidates
from azora_audit.fixing.draft import draft
from azora_audit.fixing.trial import judged, run_on_rows
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from azora_audit.checking.run import Run
    from azora_audit.findings import Finding, Fix, Problem, Report
    from azora_audit.fixing.candidates import Candidate
    from azora_audit.fixing.draft import Draft
    from azora_audit.sources.found import Fleet, ServiceFiles
    from azora_audit.sources.sandbox import Sandbox

STILL_THERE = "the finding would still be there"


class Wanted(NamedTuple):
    """Which fixes are made, and how they are tried."""

    reason: Callable[[Finding, Fix], str | None]
    """Says why a fix is not to be made: empty if it is, None if nobody asked for it."""
    sandbox: Callable[[], Sandbox] | None
    """Makes the server for the migrations; None to try none."""
    now: str
    """YYYYMMDDHHMMSS, which new migrations are called by."""


def fix_fleet(fleet: Fleet, run: Run, wanted: Wanted) -> FixReport:
    """Return the changes that mend a fleet's findings; nothing is written.

    Every change is tried: the findings are gone and no other appears when the fleet is judged with it, and its migrations
    run on the service's schema with rows in it. What fails is left out, with the reason.

    Raises:
        RulebookError: as `check_fleet`.
        ServerError: there is no PostgreSQL to try migrations on, or it fails.
    """
    before = check_fleet(fleet, run)
    services = {files.name: files for files in fleet.services}
    chosen, left = candidates(before.findings, services, wanted.reason)
    mending = _Mending(fleet, run, wanted, before)
    kept = mending.settle(chosen)
    changes = mending.draft(kept).changes if kept else ()
    by_number = {candidate.number: candidate for candidate in chosen}
    left += [Left(by_number[number].finding, reason) for number, reason in mending.refused.items()]
    return FixReport(
        changes,
        tuple(candidate.finding for candidate in kept),
        tuple(left),
        mending.server,
        tuple(sorted(mending.notes)),
        (*before.problems, *mending.problems),
    )


class _Mending:
    """The state of one run: what was refused so far, by the candidates' numbers."""

    def __init__(self, fleet: Fleet, run: Run, wanted: Wanted, before: Report) -> None:
        self.refused: dict[int, str] = {}
        self.problems: list[Problem] = []
        self.server = ""
        self.notes: set[str] = set()
        self._fleet = fleet
        self._run = run
        self._wanted = wanted
        self._before = Counter(finding.fingerprint for finding in before.findings)
        self._known = {(problem.service, problem.message) for problem in before.problems}

    def draft(self, chosen: list[Candidate], fleet: Fleet | None = None) -> Draft:
        """Return the files with these fixes; those that have no place in them are refused."""
        made, refused = draft(fleet or self._fleet, chosen, self._wanted.now)
        self.refused |= refused
        return made

    def settle(self, chosen: list[Candidate]) -> list[Candidate]:
        """Return the candidates that can be made together."""
        while True:
            judged_well = self._judged(chosen)
            kept = self._on_rows(judged_well)
            if len(kept) == len(judged_well):
                return kept
            chosen = kept  # what was left out may be what others stood on

    def _kept(self, chosen: list[Candidate]) -> list[Candidate]:
        return [candidate for candidate in chosen if candidate.number not in self.refused]

    def _judged(self, chosen: list[Candidate]) -> list[Candidate]:
        """Leave out what does not mend, and what brings something new."""
        while chosen:
            made = self.draft(chosen)
            chosen = self._kept(chosen)
            after = judged(made, self._run)
            still = {finding.fingerprint for finding in after.findings if finding.status == "new"}
            for candidate in chosen:
                if candidate.finding.fingerprint in still:
                    self.refused[candidate.number] = STILL_THERE
            if len(self._kept(chosen)) == len(chosen):
                new = list(self._new(after))
                if not new:
                    break
                self._refuse_culprits(chosen, new)
            chosen = self._kept(chosen)
        return chosen

    def _new(self, after: Report) -> Iterator[tuple[str, str, str]]:
        """Yield what is there only after a change: the service, the object, and a sentence."""
        counts = Counter(self._before)
        for finding in after.findings:
            counts[finding.fingerprint] -= 1
            if counts[finding.fingerprint] < 0:
                yield finding.service, finding.entity, f"{finding.rule} would be found at {finding.entity}"
        for problem in after.problems:
            if (problem.service, problem.message) not in self._known:
                yield problem.service, "", problem.message

    def _refuse_culprits(self, chosen: list[Candidate], new: list[tuple[str, str, str]]) -> None:
        """Refuse what brings something new: found by making the fixes of one rule in one service at a time."""
        for service in sorted({entry[0] for entry in new}):
            before = len(self.refused)
            own = [candidate for candidate in chosen if candidate.finding.service == service]
            alone = self._fleet._replace(
                services=tuple(files for files in self._fleet.services if files.name == service)
            )
            for rule in sorted({candidate.finding.rule for candidate in own}):
                group = [candidate for candidate in own if candidate.finding.rule == rule]
                brought = self._brought(group, alone)
                for candidate in group:
                    # a problem names no table: then each has to be made alone
                    alone_too = any(not entry[1] for entry in brought) and len(group) > 1
                    mine = self._brought([candidate], alone) if alone_too else brought
                    table = _table(candidate.finding.entity)
                    near = (
                        mine if alone_too or len(group) == 1 else [e for e in mine if _table(e[1]) == table]
                    )
                    if near:
                        self.refused[candidate.number] = f"{near[0][2]} instead"
            if len(self.refused) == before:  # only together they do: none of them is made
                sentence = next(entry[2] for entry in new if entry[0] == service)
                self.refused |= {candidate.number: f"{sentence} instead" for candidate in own or chosen}

    def _brought(self, group: list[Candidate], alone: Fleet) -> list[tuple[str, str, str]]:
        """Return what is new when only these fixes are made, and only their service is judged."""
        (files,) = alone.services
        return [
            entry
            for entry in self._new(judged(self.draft(group, alone), self._run))
            if entry[0] == files.name
        ]

    def _on_rows(self, chosen: list[Candidate]) -> list[Candidate]:
        """Leave out what PostgreSQL refuses on tables that hold rows."""
        with_sql = by_service(chosen)
        if self._wanted.sandbox is None or not with_sql:
            return chosen
        with self._wanted.sandbox() as sandbox:
            self.server = f"PostgreSQL {sandbox.version // 10000}.{sandbox.version % 10000}"
            for files in self._fleet.services:
                self._service_on_rows(sandbox, files, with_sql.get(files.name, []))
        return self._kept(chosen)

    def _service_on_rows(self, sandbox: Sandbox, files: ServiceFiles, own: list[Candidate]) -> None:
        """Refuse those of a service's candidates that PostgreSQL refuses."""
        service, alone = files.name, self._fleet._replace(services=(files,))
        passed: frozenset[str] = frozenset()
        while own:
            steps = self.draft(own, alone).steps.get(service)
            own = self._kept(own)
            if not steps:
                return
            tried = run_on_rows(sandbox, self._fleet, files, steps, passed)
            for table in tried.empty:
                self.notes.add(f"{service}: no valid row was found for {table}")
            if passed and not tried.statement and not tried.problems:
                tried = run_on_rows(sandbox, self._fleet, files, steps, populated=False)
            owners = [each for each in own if tried.statement in each.statements]
            if tried.problems:
                self.problems += tried.problems
                reason = "its migrations could not be tried: the schema does not run"
                self.refused |= {candidate.number: reason for candidate in own}
            elif not tried.statement:
                return
            elif tried.of_rows and all(candidate.fix.safety == "unsafe" for candidate in owners):
                # which rows a database holds is not known here; that it depends on them is why the fix is unsafe
                passed |= {tried.statement}
                self.notes.add(f"{service}: it depends on the rows that there are: {tried.statement}")
            else:
                reason = f"PostgreSQL refuses it on tables with rows: {tried.message}"
                self.refused |= {candidate.number: reason for candidate in owners}
            own = self._kept(own)


def _table(entity: str) -> str:
    """Return the part of an address that names the table: service, schema and table."""
    return ".".join(entity.split(".")[:3])

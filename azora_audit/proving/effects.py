"""Proving what statements do to other tables than their own, on a population: each DELETE, and what becomes of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.proof import FAILED, Erasure, Obligation, Proof
from azora_audit.proving.erasure import erase
from azora_audit.proving.ground import Ground
from azora_audit.proving.kinds import NOTHING_KNOWN
from azora_audit.proving.population import Population
from azora_audit.proving.radius import describe, measure
from azora_audit.proving.script import script
from azora_audit.proving.trial import Finding
from azora_audit.proving.verdicts import compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from azora_audit.proof import Radius
    from azora_audit.proving.kinds import Kinds
    from azora_audit.proving.model import Schema, Table
    from azora_audit.proving.rows import Rows
    from azora_audit.proving.session import Outcome, Probe, Session

SENTENCE = "deleting a row does to the rows that refer to it what foreign keys declare, and nothing else"


class Effects:
    """What is known of the kinds of tables, and what was found out of their rows."""

    def __init__(self, kinds: Kinds = NOTHING_KNOWN) -> None:
        """Begin with nothing found."""
        self.kinds = kinds
        self.radii: list[Radius] = []
        self.erasures: list[Erasure] = []

    def prove(self, session: Session, schema: Schema, rows: Rows, service: str) -> Iterator[Proof]:
        """Delete a row of each table that others refer to, and yield whether the server does what is declared.

        Raises:
            psycopg.Error: the session or the server has ended.
        """
        obligations = effect_obligations(schema, service)
        people = [table for table in schema.values() if (table.schema, table.name) in self.kinds.people]
        if not obligations and not people:
            return
        found: dict[int, tuple[Finding, int]] = {}
        with session.connection.transaction(force_rollback=True):
            population = Population(session, schema, rows)
            ground = Ground(session, schema, population)
            targets = ground.targets(parents(schema))
            measured = measure(ground, list(targets.values()))
            for oid, target in targets.items():
                finding = compare(ground, target, measured[oid])
                radius = describe(ground, target, measured[oid], self.kinds, service)
                self.radii.append(radius._replace(verdict=finding.verdict))
                found[oid] = finding, measured[oid].probes
            for table in people:
                person = ground.targets([table]).get(table.oid)
                unknown = Erasure(service, table.address, "unknown", (), None, ())
                self.erasures.append(
                    unknown if person is None else erase(ground, person, self.kinds, service)
                )
        for table, obligation in zip(parents(schema), obligations, strict=True):
            reason = population.missing.get(table.oid, "its row is not the only one like it")
            nothing = Finding("unreached", f"it has no row to delete: {reason}"), 0
            finding, probes = found.get(table.oid, nothing)
            yield Proof(
                obligation,
                finding.verdict,
                finding.evidence,
                _script(session, population, obligation, finding),
                probes,
            )


def parents(schema: Schema) -> list[Table]:
    """Return the tables that others, or themselves, refer to."""
    targets = {key.target for table in schema.values() for key in table.foreign_keys}
    return [table for table in schema.values() if table.oid in targets]


def effect_obligations(schema: Schema, service: str) -> list[Obligation]:
    """Return what has to be proven of a whole database, in the order of its tables."""
    return [
        Obligation(
            f"{table.address}/radius/{table.name}/effect",
            service,
            table.address,
            "radius",
            table.name,
            "effect",
            SENTENCE,
        )
        for table in parents(schema)
    ]


def _script(session: Session, population: Population, obligation: Obligation, finding: Finding) -> str:
    """Return a script that shows a failure, with no row in it that it shows without."""
    probe = finding.probe
    if finding.verdict not in FAILED or probe is None:
        return ""

    def tried(statements: list[str]) -> Probe:
        return probe._replace(before=(*statements, *probe.before))

    def shows(statements: list[str]) -> bool:
        with session.connection.transaction(force_rollback=True):
            (outcome,) = session.run([tried(statements)])
        return _same_failure(finding, outcome)

    if not shows(population.statements):
        return ""
    smallest = fewest(population.statements, shows)
    sentence = f"{obligation.table}: {obligation.sentence}"
    return script(sentence, f"{finding.verdict}: {finding.evidence}", tried(smallest))


def _same_failure(finding: Finding, outcome: Outcome) -> bool:
    if finding.verdict == "over-strict":
        said = f"refused: {outcome.state} {outcome.constraint}".strip()
        return outcome.stage == "statement" and finding.evidence.startswith(said)
    if finding.verdict == "swallowed":
        return outcome.stage == "done" and not outcome.affected
    return outcome.stage == "done" and outcome.affected > 0 and outcome.value != "true"


def fewest(statements: list[str], shows: Callable[[list[str]], bool]) -> list[str]:
    """Leave out statements, many at a time and then one by one, without which something still shows."""
    size = len(statements) // 2
    kept = statements
    while size:
        for start in reversed(range(0, len(kept), size)):
            fewer = kept[:start] + kept[start + size :]
            if shows(fewer):
                kept = fewer
        size //= 2
    return kept

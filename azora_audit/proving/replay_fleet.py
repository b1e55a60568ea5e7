"""Trying the saved counterexamples of a fleet again, without proving anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

from azora_audit.errors import AzoraAuditError, ServerError, first_line
from azora_audit.findings import Problem, ServiceSummary, SourceSummary
from azora_audit.proof import Obligation, Proof, ProofReport, ServiceProofs
from azora_audit.proving.load import load
from azora_audit.proving.replaying import (
    FIXED,
    GONE,
    STILL,
    as_replayed,
    promise_of,
    remove_fixed,
    replay,
)
from azora_audit.proving.run import plan
from azora_audit.proving.session import READER, SETTINGS, Session
from azora_audit.sources.sandbox import Sandbox

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from azora_audit.proof import Replayed
    from azora_audit.proving.counterexamples import Counterexample, Store
    from azora_audit.sources.found import Fleet

VERDICTS = {FIXED: "enforced", GONE: "unreached"}
"""What a counterexample that shows nothing any more says of its obligation."""


class _Replay:
    """What was tried again so far."""

    def __init__(self, store: Store, wanted: Iterable[str]) -> None:
        self.store = store
        self.problems: list[Problem] = []
        self.replayed: list[Replayed] = []
        self.services: list[ServiceSummary] = []
        self.interrupted = False
        names = set(wanted)
        self.saved: dict[str, list[Counterexample]] = {}
        for service in store.services():
            found, problems = store.load(service)
            self.problems += problems
            chosen = [row for row in found if not names or row.id in names]
            if chosen:
                self.saved[service] = chosen
        missing = names - {row.id for rows in self.saved.values() for row in rows}
        if missing:
            listed = ", ".join(sorted(missing))
            raise AzoraAuditError(
                f"There is no saved counterexample {listed}.",
                help=f"Those that there are lie in {store.folder}.",
            )

    def run(self, connection: psycopg.Connection[Any], service: str) -> None:
        """Try the counterexamples of a service on its database."""
        connection.execute(SETTINGS)
        saved = self.saved[service]
        replayed = replay(Session(connection), plan(connection), service, saved)
        remove_fixed(self.store, saved, replayed)
        self.replayed += replayed

    def leave(self, service: str, reason: str) -> None:
        """Say why the counterexamples of a service cannot be tried."""
        self.replayed += [as_replayed(row, GONE, reason) for row in self.saved[service]]

    def interrupt(self, reason: str) -> None:
        """Say that not all was tried."""
        text = f"not all counterexamples were tried: {reason}"
        self.problems.append(Problem("interrupted", "", "", 0, 0, text, ""))
        self.interrupted = True

    def report(self) -> ProofReport:
        services = dict.fromkeys(row.service for row in self.replayed)
        return ProofReport(
            services=tuple(self.services),
            proofs=tuple(_proofs(name, self.replayed) for name in services),
            problems=tuple(self.problems),
            mutations=(),
            replayed=tuple(self.replayed),
            saved=str(self.store.folder),
            unsaved=self.store.failure,
            seed=0,
            interrupted=self.interrupted,
        )


def _proofs(service: str, replayed: Iterable[Replayed]) -> ServiceProofs:
    own = [row for row in replayed if row.service == service]
    promises = tuple(promise_of(row) for row in own if row.expects == "promise" and row.outcome == STILL)
    proofs = tuple(_proof(row) for row in own if row.expects != "promise")
    return ServiceProofs(service, len({row.table for row in own}), proofs, promises, complete=True)


def _proof(row: Replayed) -> Proof:
    obligation = Obligation(
        row.obligation, row.service, row.table, row.kind, row.subject, row.expects, row.sentence
    )
    verdict = VERDICTS.get(row.outcome, row.verdict)
    sql = row.sql if row.outcome == STILL else ""
    return Proof(obligation, verdict, row.evidence, sql, 1, counterexample=row.id)


def replay_fleet(
    fleet: Fleet, store: Store, wanted: Iterable[str], postgres_bin: str | os.PathLike[str] | None
) -> ProofReport:
    """Try saved counterexamples on the schemas of a fleet, on a server of our own; those that are fixed are removed.

    Args:
        fleet: the services as they are now.
        store: where the counterexamples are kept.
        wanted: names of some of them; all when empty.
        postgres_bin: as for a proof.

    Raises:
        AzoraAuditError: there is none of a name.
        ServerError: there is no PostgreSQL, or it does not start.
    """
    work = _Replay(store, wanted)
    files = {service.name: service for service in fleet.services}
    for name in work.saved.keys() - files.keys():
        work.leave(name, "there is no such service any more")
    if not work.saved.keys() & files.keys():
        return work.report()
    with Sandbox(postgres_bin) as sandbox:
        sandbox.make_role(READER)
        try:
            for name in [name for name in files if name in work.saved]:
                loaded = load(sandbox, files[name], fleet.root)
                work.problems += loaded.problems
                sources = tuple(
                    SourceSummary(row.kind, row.path, row.files, row.reader) for row in loaded.sources
                )
                work.services.append(ServiceSummary(name, files[name].path, sources, loaded.tables))
                sandbox.show_all_rows(wanted=True)
                with psycopg.connect(loaded.dsn, autocommit=True) as connection:
                    work.run(connection, name)
                sandbox.show_all_rows(wanted=False)
                sandbox.drop(loaded.database)
        except KeyboardInterrupt:
            work.interrupt("it was interrupted")
        except ServerError as error:
            work.interrupt(error.message)
        except psycopg.Error as error:
            work.interrupt(f"the server is gone: {first_line(error)}")
    return work.report()

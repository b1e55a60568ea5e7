"""Proving a fleet: service after service on one throw-away server, or one scratch database that is given."""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from azora_audit.errors import ServerError, first_line
from azora_audit.findings import INTERNAL_ERROR, Problem, ServiceSummary, SourceSummary
from azora_audit.proof import MutationSummary, ServiceProofs
from azora_audit.proving.behaviour import MAKE_READER
from azora_audit.proving.declared import declared_proofs
from azora_audit.proving.effects import Effects
from azora_audit.proving.intent import Intent, meanings_of
from azora_audit.proving.kinds import kinds_of
from azora_audit.proving.load import load, read_prisma_alone
from azora_audit.proving.replaying import with_saved
from azora_audit.proving.run import plan, prove
from azora_audit.proving.session import READER, SETTINGS
from azora_audit.proving.work import Work
from azora_audit.sources.live.connect import connect
from azora_audit.sources.live.failures import connecting
from azora_audit.sources.live.read import read_database
from azora_audit.sources.live.target import named_target
from azora_audit.sources.sandbox import Sandbox

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts
    from azora_audit.proof import Obligation, Proof, ProofReport
    from azora_audit.proving.load import Loaded
    from azora_audit.proving.mutation import Mutation
    from azora_audit.proving.run import Planned
    from azora_audit.proving.work import Wanted
    from azora_audit.sources.found import Fleet, ServiceFiles

NO_ROOM = "Make room, or set TMPDIR to a folder on another disk."
OLDEST = 150000
"""First version whose catalog has all that is asked for (NULLS NOT DISTINCT, ON DELETE SET NULL of some columns)."""


def prove_fleet(fleet: Fleet, wanted: Wanted, postgres_bin: str | os.PathLike[str] | None) -> ProofReport:
    """Prove every service of a fleet on a server of our own, which is gone afterwards.

    An interruption (Ctrl-C) ends it and gives the report of what was done so far, and so does a server that dies.

    Raises:
        ServerError: there is no PostgreSQL, or it does not start.
    """
    work = Work(wanted)
    work.problems += fleet.problems
    with Sandbox(postgres_bin) as sandbox:
        sandbox.make_role(READER)
        try:
            for number, files in enumerate(fleet.services):
                work.services_left = len(fleet.services) - number
                _prove_service(sandbox, files, fleet, work)
        except KeyboardInterrupt:
            _interrupt(work, "it was interrupted")
        except ServerError as error:
            _interrupt(work, error.message, error.help)
        except psycopg.OperationalError as error:
            _interrupt(work, f"the server is gone: {first_line(error)}")
    return work.report()


def list_obligations(
    fleet: Fleet, postgres_bin: str | os.PathLike[str] | None
) -> tuple[list[Obligation], tuple[Problem, ...]]:
    """Return what there is to prove in a fleet, and what could not be read or run.

    Raises:
        ServerError: there is no PostgreSQL, or it does not start.
    """
    found: list[Obligation] = []
    problems = list(fleet.problems)
    with Sandbox(postgres_bin) as sandbox:
        for files in fleet.services:
            loaded = load(sandbox, files, fleet.root)
            problems += loaded.problems
            with psycopg.connect(loaded.dsn, autocommit=True) as connection:
                if loaded.prisma is not None:
                    live, all_ran = read_database(connection, files.name), not loaded.problems
                    compared = declared_proofs(live, loaded.prisma, files.name, complete=all_ran)
                    found += [proof.obligation for proof in compared]
                found += plan(connection).obligations(files.name)
            sandbox.drop(loaded.database)
    return found, tuple(problems)


def _interrupt(work: Work, reason: str, advice: str = "") -> None:
    work.interrupted = True
    text = f"the proof is not complete: {reason}"
    help_text = f"What was done so far is reported. {advice}".strip()
    work.problems.append(Problem("interrupted", "", "", 0, 0, text, help_text))


def _prove_service(sandbox: Sandbox, files: ServiceFiles, fleet: Fleet, work: Work) -> None:
    loaded = load(sandbox, files, fleet.root)
    _need_room(sandbox)
    work.problems += loaded.problems
    sources = tuple(SourceSummary(row.kind, row.path, row.files, row.reader) for row in loaded.sources)
    work.summaries.append(ServiceSummary(files.name, files.path, sources, loaded.tables))
    sandbox.show_all_rows(wanted=True)
    try:
        with psycopg.connect(loaded.dsn, autocommit=True) as connection:
            pid = connection.info.backend_pid
            try:
                _prove_database(
                    connection, files.name, work, loaded.declared, loaded.prisma, complete=not loaded.problems
                )
            except (psycopg.Error, ServerError) as error:
                _need_room(sandbox)
                reason = sandbox.reason(pid) or first_line(error)
                text = f"the proof stopped before all was proven: {reason}"
                work.problems.append(Problem("interrupted", files.name, files.path, 0, 0, text, ""))
            except Exception as error:
                if os.environ.get("AZORA_AUDIT_DEBUG"):
                    raise
                work.problems.append(_internal_error(files, error))
        if work.services and work.services[-1].service == files.name:
            work.services[-1] = _confirmed(sandbox, loaded, work.services[-1])
            work.keep(work.services[-1])
    finally:
        sandbox.show_all_rows(wanted=False)
    sandbox.drop(loaded.database)


def _need_room(sandbox: Sandbox) -> None:
    """Stop where the disk is full: whatever comes next would fail for the same reason."""
    if sandbox.full:
        raise ServerError(f"the disk is full: {sandbox.full}", help=NO_ROOM)


def _confirmed(sandbox: Sandbox, loaded: Loaded, service: ServiceProofs) -> ServiceProofs:
    """Run the script of each failure, as it will be printed, in a fresh copy; one that shows nothing is not printed."""
    if not service.promises and not any(proof.sql for proof in service.proofs):
        return service
    copy = sandbox.copy(loaded.database)
    proofs = []
    with psycopg.connect(sandbox.dsn(copy), autocommit=True) as connection:
        connection.execute(SETTINGS)
        for proof in service.proofs:
            shown = not proof.sql or shows(connection, proof.sql, _refused(proof))
            evidence = proof.evidence if shown else f"{proof.evidence} (a script alone does not show it)"
            proofs.append(proof._replace(sql=proof.sql if shown else "", evidence=evidence))
        promises = tuple(promise for promise in service.promises if shows(connection, promise.sql, ""))
    sandbox.drop(copy)
    return service._replace(proofs=tuple(proofs), promises=promises)


def _refused(proof: Proof) -> str:
    """Return with what SQLSTATE a script has to end: that of the refusal where a proof is over-strict, else with none."""
    return proof.evidence.removeprefix("refused: ")[:5] if proof.verdict == "over-strict" else ""


def shows(connection: psycopg.Connection[Any], script: str, state: str) -> bool:
    """Tell whether a script ends with this SQLSTATE, or without an error when it is empty."""
    try:
        connection.execute(script.replace(f"{MAKE_READER};\n", "").encode())
    except psycopg.Error as error:
        if connection.closed:
            raise
        connection.execute("ROLLBACK")
        return error.sqlstate == state
    return not state


def _internal_error(files: ServiceFiles, error: Exception) -> Problem:
    """Say where we failed; the error's own text may hold a part of the schema, and so a credential."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
    text = f"azora-audit failed to prove the service: {type(error).__name__} in {where}"
    help_text = "This is a fault of azora-audit; please report it. AZORA_AUDIT_DEBUG=1 shows all of it."
    return Problem(INTERNAL_ERROR, files.name, files.path, 0, 0, text, help_text)


def _prove_database(
    connection: psycopg.Connection[Any],
    service: str,
    work: Work,
    declared: Facts | None = None,
    prisma: Facts | None = None,
    *,
    complete: bool = True,
) -> None:
    """Prove one database; what is proven is kept when the session ends."""
    facts = read_database(connection, service)
    intent = Intent(meanings_of(facts, work.lexicon, declared))
    effects = Effects(kinds_of(facts))
    connection.execute(SETTINGS)
    planned = plan(connection)
    compared = declared_proofs(facts, prisma, service, complete=complete) if prisma is not None else []
    total = len(planned.obligations(service)) + len(compared)
    work.wanted.announce(service, total)
    replayed = work.replay(connection, planned, service)
    proofs: list[Proof] = list(compared)
    mutations: list[Mutation] | None = [] if work.wanted.mutation else None
    finished = False
    try:
        with work.deepening(service) as deepening:
            for proof in prove(
                connection,
                planned,
                service,
                seed=work.wanted.seed,
                mutations=mutations,
                intent=intent,
                effects=effects,
                deepening=deepening,
                counterexamples=work.found,
            ):
                proofs.append(proof)
                work.wanted.progress(len(proofs), total)
        finished = True
    finally:
        shown, promises = with_saved(proofs, intent.found, replayed)
        drawn = work.drawn.get(service, 0)
        radii, erasures = tuple(effects.radii), tuple(effects.erasures)
        work.services.append(
            ServiceProofs(service, len(planned.schema), shown, promises, finished, radii, erasures, drawn)
        )
        work.problems += _blocked(planned, service, proofs)
        if mutations is not None:
            work.mutations.append(_summary(service, mutations))


def _blocked(planned: Planned, service: str, proofs: list[Proof]) -> list[Problem]:
    """Return a problem for each table that never got a row: nothing of it is proven."""
    reasons = {proof.obligation.table: proof.evidence for proof in proofs if proof.verdict == "blocked"}
    help_text = "Nothing about the table is proven."
    known = [table.address for table in planned.schema.values() if table.address in reasons]
    return [
        Problem("blocked", service, "", 0, 0, f"table {name}: {reasons[name]}", help_text) for name in known
    ]


def _summary(service: str, mutations: list[Mutation]) -> MutationSummary:
    stillborn = sum(row.killed_by == "stillborn" for row in mutations)
    survivors = tuple(f"{row.mutant.sql};" for row in mutations if not row.killed_by)
    return MutationSummary(service, len(mutations) - stillborn, len(survivors), stillborn, survivors)


def prove_given(url: str, wanted: Wanted, fleet: Fleet | None = None, *, rows_allowed: bool) -> ProofReport:
    """Prove a scratch database on somebody's server, in transactions that are rolled back.

    Args:
        url: `URL` or `SERVICE=URL`, where all that libpq takes is a URL; its password is never shown.
        wanted: how.
        fleet: has the files of the service; what its schema.prisma declares, the database has to have.
        rows_allowed: go on although the database holds rows.

    Raises:
        ServerError: it cannot be reached or read, or holds rows.
    """
    work = Work(wanted)
    name, target = named_target(url)
    try:
        connection = connect(target)
    except psycopg.Error as error:
        failure = connecting(error, target)
        raise ServerError(failure.message, help=failure.help) from None
    with connection:
        version = connection.info.server_version
        if version < OLDEST:
            help_text = "prove needs PostgreSQL 15 or later; without --db it starts one of its own"
            raise ServerError(f"database {target.label} is on PostgreSQL {version // 10000}", help=help_text)
        try:
            if not rows_allowed:
                _refuse_rows(connection)
            _prove_database(connection, name, work, None, _prisma_of(fleet, name, work))
            work.keep(work.services[-1])
        except KeyboardInterrupt:
            _interrupt(work, "it was interrupted")
        except psycopg.Error as error:
            _interrupt(work, target.hidden(first_line(error)))
        source = (SourceSummary("live", target.label, 0, "catalog"),)
        tables = sum(service.tables for service in work.services)
        work.summaries.append(ServiceSummary(name, "", source, tables))
    return work.report()


def _prisma_of(fleet: Fleet | None, name: str, work: Work) -> Facts | None:
    """Return the facts of the schema.prisma of a service of that name, if there is one."""
    files = next((files for files in fleet.services if files.name == name), None) if fleet else None
    if fleet is None or files is None:
        return None
    prisma = read_prisma_alone(files, fleet.root)
    work.problems += prisma.problems if prisma is not None else []
    return prisma


def _refuse_rows(connection: psycopg.Connection[Any]) -> None:
    """Refuse a database in which any table holds a row."""
    tables = connection.execute(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind = 'r' AND c.oid >= 16384 AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'"
        " ORDER BY 1, 2"
    ).fetchall()
    for schema, name in tables:
        query = sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(schema, name))
        if connection.execute(query).fetchone() is not None:
            raise ServerError(
                f"the table {schema}.{name} holds rows: this does not look like a scratch database",
                help="Proving locks tables and fires triggers; --allow-rows, given twice, does it all the same.",
            )

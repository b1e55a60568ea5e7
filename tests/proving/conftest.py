"""A database with a schema, and what the prover makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from azora_audit.catalog.lexicon import load_lexicon
from azora_audit.proving.deepening import Deepening
from azora_audit.proving.intent import Intent, meanings_of
from azora_audit.proving.run import plan, prove
from azora_audit.proving.search import Budget
from azora_audit.proving.session import READER
from azora_audit.sources.live.read import read_database

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    from azora_audit.proof import Promise, Proof

    Deep = Callable[..., tuple[dict[str, Proof], list[Promise]]]

ROOT = Path(__file__).parents[2]


def make_reader(connection: psycopg.Connection[Any]) -> None:
    """Make the role that policies are tried as, which the sandbox has."""
    if not connection.execute("select from pg_roles where rolname = %s", (READER,)).rowcount:
        connection.execute(f"create role {READER}".encode())


@pytest.fixture
def proofs(
    database: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], dict[str, Proof]]:
    """What becomes of the obligations of a schema, by their names; what hangs is given up sooner than else."""
    monkeypatch.setattr("azora_audit.proving.session.PATIENCE", "SET LOCAL statement_timeout = '500ms'")

    def proven(ddl: str) -> dict[str, Proof]:
        make_reader(database)
        database.execute(ddl.encode())
        database.execute("set statement_timeout = '500ms'")
        return {proof.obligation.id: proof for proof in prove(database, plan(database), "shop")}

    return proven


@pytest.fixture
def deep(database: psycopg.Connection[Any]) -> Deep:
    """What becomes of a schema's obligations and promises, with so many rows drawn for each; 0 for none."""

    def proven(ddl: str, examples: int, seed: int = 0) -> tuple[dict[str, Proof], list[Promise]]:
        make_reader(database)
        database.execute("discard temp")
        database.execute(ddl.encode())
        database.execute("set statement_timeout = '10s'")
        intent = Intent(
            meanings_of(read_database(database, "shop"), load_lexicon(ROOT / "rules" / "lexicon"))
        )
        deepening = Deepening(Budget(0, examples), seed) if examples else None
        proofs = prove(database, plan(database), "shop", seed=seed, intent=intent, deepening=deepening)
        return {proof.obligation.id: proof for proof in proofs}, intent.found

    return proven

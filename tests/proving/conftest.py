"""A database with a schema, and what the prover makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from azora_audit.proving.run import plan, prove
from azora_audit.proving.session import READER

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    from azora_audit.proof import Proof


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

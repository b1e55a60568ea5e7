"""Drawn schemas, which PostgreSQL accepted: no obligation is said to fail unless the schema contradicts itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from azora_audit.proof import FAILED
from azora_audit.proving.run import plan, prove
from tests.proving.conftest import make_reader
from tests.sources.drawn import drawn_database

if TYPE_CHECKING:
    from azora_audit.proof import Proof
    from azora_audit.sources.live.server import Server

pytestmark = pytest.mark.postgres

CONTRADICTORY = {"default", "identity", "on-delete", "on-update", "radius"}
"""Kinds that schemas declare against their own NOT NULL, CHECK, identity columns and triggers."""
OTHERS = """
select exists (select from pg_rewrite where rulename <> '_RETURN' and ev_class >= 16384)
    or exists (select from pg_trigger where tgisinternal and tgenabled = 'D')"""
"""Whether rules make statements about one table statements about another, or foreign keys are switched off."""
BROKEN_TRIGGER = 'record "new" has no field'
"""What the drawn trigger function says in a partition that has no such column: no row can be stored there, indeed."""
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]


def wrong(server: Server, seed: int) -> list[Proof]:
    """What a proof says that is not so."""
    with drawn_database(server, seed) as (connection, _):
        make_reader(connection)
        connection.execute("set statement_timeout = '5s'")
        others = connection.execute(OTHERS).fetchone()
        proofs = list(prove(connection, plan(connection), "drawn"))
    failed = [proof for proof in proofs if proof.verdict in FAILED or proof.verdict == "enforced-by-other"]
    assert others is not None
    return [
        proof
        for proof in failed
        if not (
            others[0]
            or (proof.verdict == "over-strict" and proof.obligation.kind in CONTRADICTORY)
            or BROKEN_TRIGGER in proof.evidence
        )
    ]


@settings(max_examples=40, deadline=None, phases=PHASES, derandomize=True)
@given(seed=st.integers(0, 2**64 - 1))
def test_no_wrong_prediction(server: Server, seed: int) -> None:
    assert wrong(server, seed) == []


@pytest.mark.nightly
@settings(max_examples=1000, deadline=None, phases=PHASES)
@given(seed=st.integers(0, 2**64 - 1))
def test_no_wrong_prediction_at_length(server: Server, seed: int) -> None:
    assert wrong(server, seed) == []

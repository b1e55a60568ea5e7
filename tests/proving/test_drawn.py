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
UNFINISHED = """
select conname from pg_constraint join pg_index on indexrelid = conindid where contype = 'x' and not indisvalid"""
"""Exclusions of a partitioned table ONLY: its partitions do not have them."""
WHOLE = {"row", "partition"}
"""Kinds that are about all rows of a table."""
BROKEN_TRIGGER = '42703 record "new" has no field'
"""What the drawn trigger function says in a partition that has no such column: no row can be stored there, indeed."""
NOT_ALLOWED = "42501 permission denied"
"""Foreign keys look and act as the owner of a table, from whom rights to it may have been taken."""
KEEPING = """
select relnamespace::regnamespace::name || '.' || relname from pg_trigger join pg_class c on c.oid = tgrelid
join pg_proc p on p.oid = tgfoid where tgtype & 11 = 11 and not tgisinternal and tgenabled <> 'D'
    and prosrc ~ 'return new'"""
"""Tables with a trigger before each DELETE that returns the new row: there is none, so that the old one stays."""
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]


def wrong(server: Server, seed: int) -> list[Proof]:
    """What a proof says that is not so."""
    with drawn_database(server, seed) as (connection, _):
        make_reader(connection)
        connection.execute("set statement_timeout = '5s'")
        others = connection.execute(OTHERS).fetchone()
        unfinished = {name for (name,) in connection.execute(UNFINISHED)}
        keeping = {name for (name,) in connection.execute(KEEPING)}
        proofs = list(prove(connection, plan(connection), "drawn"))
    assert others is not None
    failed = [proof for proof in proofs if proof.verdict in FAILED or proof.verdict == "enforced-by-other"]
    return [] if others[0] else [proof for proof in failed if not is_so(proof, unfinished, keeping)]


def is_so(proof: Proof, unfinished: set[str], keeping: set[str]) -> bool:
    """Tell whether a schema contradicts itself as a proof says that it does."""
    kind, verdict = proof.obligation.kind, proof.verdict
    if kind in {"radius", "on-delete"} and verdict in {"swallowed", "not-enforced"}:
        return proof.obligation.table in keeping or any(
            f"of {name} should be gone and stayed" in proof.evidence for name in keeping
        )
    return (
        (verdict == "over-strict" and kind in CONTRADICTORY)
        or (verdict == "over-strict" and kind in WHOLE and BROKEN_TRIGGER in proof.evidence)
        or (verdict == "not-enforced" and kind == "exclusion" and proof.obligation.subject in unfinished)
        or (verdict == "enforced-by-other" and kind in CONTRADICTORY and NOT_ALLOWED in proof.evidence)
    )


@settings(max_examples=40, deadline=None, phases=PHASES, derandomize=True)
@given(seed=st.integers(0, 2**64 - 1))
def test_no_wrong_prediction(server: Server, seed: int) -> None:
    assert wrong(server, seed) == []


@pytest.mark.nightly
@settings(max_examples=1000, deadline=None, phases=PHASES)
@given(seed=st.integers(0, 2**64 - 1))
def test_no_wrong_prediction_at_length(server: Server, seed: int) -> None:
    assert wrong(server, seed) == []

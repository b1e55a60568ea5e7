"""Drawn schemas, which PostgreSQL accepted: no obligation is said to fail unless the schema contradicts itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from azora_audit.fixing.rows import populate
from azora_audit.proof import FAILED
from azora_audit.proving.run import plan, prove
from azora_audit.proving.trial import MENDED
from tests.proving.conftest import make_reader
from tests.sources.drawn import drawn_database

if TYPE_CHECKING:
    import psycopg

    from azora_audit.proof import Proof
    from azora_audit.sources.live.server import Server

pytestmark = pytest.mark.postgres

CONTRADICTORY = {"on-delete", "on-update", "radius"}
"""Kinds that schemas declare against their own NOT NULL, CHECK, identity columns and triggers."""
GIVEN = {"default", "identity"}
"""Kinds of values that a schema declares against its own NOT NULL, CHECK and lengths."""
NOT_TAKEN = ("refused: 23502", "refused: 23514", "refused: 22001")
"""not_null_violation, check_violation, string_data_right_truncation."""
OTHERS = """
select exists (select from pg_rewrite where rulename <> '_RETURN' and ev_class >= 16384)
    or exists (select from pg_trigger where tgisinternal and tgenabled = 'D')"""
"""Whether rules make statements about one table statements about another, or foreign keys are switched off."""
UNFINISHED = """
select conname from pg_constraint join pg_index on indexrelid = conindid where contype = 'x' and not indisvalid"""
WHOLE = {"row", "partition"}
"""Kinds that are about all rows of a table."""
BROKEN_TRIGGER = '42703 record "new" has no field'
"""What the drawn trigger function says in a partition that has no such column: no row can be stored there, indeed."""
NOT_ALLOWED = "42501 permission denied"
"""Foreign keys look and act as the owner of a table, from whom rights to it may have been taken."""
BEFORE = """
select relnamespace::regnamespace::name || '.' || relname from pg_trigger join pg_class c on c.oid = tgrelid
join pg_proc p on p.oid = tgfoid where tgtype & %(type)s = %(type)s and not tgisinternal and tgenabled <> 'D'
    and prosrc ~ %(pattern)s"""
"""Tables with a trigger before each change of a row of some type, whose function does something."""
INSERT, DELETE = 7, 11
EQUAL = "23505"
"""unique_violation."""
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]


class Circumstances(NamedTuple):
    """What contradicts the obligations of a schema."""

    unfinished: set[str]
    """Exclusions of a partitioned table ONLY: its partitions do not have them."""
    keeping: set[str]
    """Tables with a trigger that returns the new row before a DELETE: there is none, so that the old one stays."""
    writing: set[str]
    """Tables with a trigger that gives a column another value before an INSERT."""


def circumstances(connection: psycopg.Connection[Any]) -> Circumstances:
    """Ask what there is in a database."""
    unfinished = {name for (name,) in connection.execute(UNFINISHED)}
    keeping = connection.execute(BEFORE, {"type": DELETE, "pattern": "return new"})
    writing = connection.execute(BEFORE, {"type": INSERT, "pattern": r"new\.\w+ :?="})
    return Circumstances(unfinished, {name for (name,) in keeping}, {name for (name,) in writing})


def wrong(server: Server, seed: int, *, rows: bool = False) -> list[Proof]:
    """What a proof says that is not so; beside rows like those that it tries, if wanted."""
    with drawn_database(server, seed) as (connection, _):
        make_reader(connection)
        connection.execute("set statement_timeout = '5s'")
        if rows:
            populate(connection)
        others = connection.execute(OTHERS).fetchone()
        there = circumstances(connection)
        proofs = list(prove(connection, plan(connection), "drawn"))
    assert others is not None
    failed = [proof for proof in proofs if proof.verdict in FAILED or proof.verdict == "enforced-by-other"]
    return [] if others[0] else [proof for proof in failed if not is_so(proof, there)]


def is_so(proof: Proof, there: Circumstances) -> bool:
    """Tell whether a schema contradicts itself as a proof says that it does."""
    kind, table, evidence = proof.obligation.kind, proof.obligation.table, proof.evidence
    if proof.verdict == "over-strict":
        return (
            kind in CONTRADICTORY
            or (kind in GIVEN and evidence.startswith(NOT_TAKEN))
            or (kind in WHOLE and BROKEN_TRIGGER in evidence)
            or (kind == "row" and EQUAL in evidence and table in there.writing)
        )
    if proof.verdict == "enforced-by-other":
        mended = kind == "not-null" and MENDED in evidence and table in there.writing
        return mended or (kind in CONTRADICTORY and NOT_ALLOWED in evidence)
    if kind in {"radius", "on-delete"}:
        stayed = any(f"of {name} should be gone and stayed" in evidence for name in there.keeping)
        return stayed or table in there.keeping
    return (
        kind == "exclusion"
        and proof.verdict == "not-enforced"
        and proof.obligation.subject in there.unfinished
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


@settings(max_examples=40, deadline=None, phases=PHASES, derandomize=True)
@given(seed=st.integers(0, 2**64 - 1))
def test_no_wrong_prediction_beside_rows(server: Server, seed: int) -> None:
    assert wrong(server, seed, rows=True) == []


@pytest.mark.nightly
@settings(max_examples=1000, deadline=None, phases=PHASES)
@given(seed=st.integers(0, 2**64 - 1))
def test_no_wrong_prediction_beside_rows_at_length(server: Server, seed: int) -> None:
    assert wrong(server, seed, rows=True) == []

"""A database and the statements that made it: one set of facts, every object in its place, and no drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from azora_audit.catalog.tables import Drift, Entity, Origin, Source, Table
from azora_audit.sources.join import join_live
from azora_audit.sources.live.read import read_database
from tests.sources.agreement import read_script
from tests.sources.drawn import drawn_database

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts
    from azora_audit.sources.live.server import Server

SEEDS = st.integers(0, 2**64 - 1)
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]


def declared(text: str) -> Facts:
    facts = read_script(text)
    facts.rows(Source).append(Source(1, "dump", "schema.sql", 1, "postgresql", "postgresql"))
    return facts


def agree(server: Server, seed: int) -> None:
    with drawn_database(server, seed) as (connection, statements):
        text = "".join(f"{statement};\n" for statement in statements)
        note(text)
        live = read_database(connection, "drawn")
        own = len(live.rows(Entity))
        tables = len(live.rows(Table))
        join_live(live, declared(text))
    entities = live.rows(Entity)
    assert [(entities[row.entity_id - 1].address, *row[1:]) for row in live.rows(Drift)] == []
    assert "drifts" in live.known
    assert len(live.rows(Table)) == tables
    assert len(entities) == own, "nothing is copied where nothing is missing"
    placed = {row.entity_id for row in live.rows(Origin)}
    # who owns a sequence that was attached by hand is told by the server only
    kinds = {"service", "grant", "sequence"}
    assert [
        entity.address for entity in entities if entity.id not in placed and entity.kind not in kinds
    ] == []


@settings(max_examples=20, phases=PHASES, derandomize=True)
@given(seed=SEEDS)
def test_what_made_a_database_is_no_drift(server: Server, seed: int) -> None:
    agree(server, seed)


@pytest.mark.nightly
@settings(max_examples=2000, phases=PHASES)
@given(seed=SEEDS)
def test_what_made_a_database_is_no_drift_at_full_size(server: Server, seed: int) -> None:
    agree(server, seed)


@settings(max_examples=12, phases=PHASES, derandomize=True)
@given(seed=SEEDS, data=st.data())
def test_what_was_dropped_by_hand_is_missing(server: Server, seed: int, data: st.DataObject) -> None:
    """Drop one table of a drawn schema: it is missing, and nothing is undeclared."""
    with drawn_database(server, seed) as (connection, statements):
        text = "".join(f"{statement};\n" for statement in statements)
        plain = [row for row in declared(text).rows(Table) if row.partition_of_id is None]
        if not plain:
            return
        table = data.draw(st.sampled_from(plain))
        note(text)
        name = ".".join('"{}"'.format(part.replace('"', '""')) for part in (table.schema, table.name))
        connection.execute(f"drop table {name} cascade".encode())
        live = read_database(connection, "drawn")
        join_live(live, declared(text))
    entities = live.rows(Entity)
    missing = {
        entities[row.entity_id - 1].address for row in live.rows(Drift) if row.aspect == "missing-in-database"
    }
    assert f"drawn.{table.schema}.{table.name}" in missing
    assert not [row for row in live.rows(Drift) if row.aspect == "undeclared"]

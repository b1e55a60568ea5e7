"""The theorem of the sources: what is read from DDL is what PostgreSQL's own catalog holds after running it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from azora_audit.catalog.facts import Facts
from azora_audit.sources.live.read import read_database
from tests.sources.agreement import differences, script
from tests.sources.coverage import missing
from tests.sources.drawn import (
    NotRestorableError,
    drawn_database,
    dump,
    fresh_database,
    restored_database,
    run,
    shortest,
)

if TYPE_CHECKING:
    import psycopg

    from azora_audit.sources.live.server import Server

SEEDS = st.integers(0, 2**64 - 1)
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
"""A seed has no simpler seed: `shortest` simplifies instead of Hypothesis.

The short runs draw the same schemas every time, so that a change is judged by what it changed; the nightly one looks
for new ones.
"""
EXAMPLE = (Path(__file__).parent / "example.sql").read_text(encoding="utf-8")


def dump_differences(server: Server, connection: psycopg.Connection) -> list[str]:
    """The same for what pg_dump says of a database, restored."""
    text = dump(server, connection.info.dbname)
    try:
        with restored_database(server, text) as restored:
            return differences(text, read_database(restored, "drawn"))
    except NotRestorableError:
        return []  # such as a default that casts to an enum by a path that a dump does not set


def agree(server: Server, seed: int, dumped: bool = False) -> Facts:
    """Draw a schema and return its facts; fail with the shortest script on which the two sources differ.

    The DDL source reads the script itself or, `dumped`, what pg_dump makes of its result.
    """
    found: list[str] = []
    oracle = Facts("drawn")

    def differ(connection: psycopg.Connection, accepted: list[str]) -> bool:
        nonlocal found, oracle
        if dumped:
            now = dump_differences(server, connection)
        else:
            oracle = read_database(connection, "drawn")
            now = differences(script(accepted), oracle)
        found = now or found
        return bool(now)

    def still_differ(fewer: list[str]) -> bool:
        with fresh_database(server) as connection:
            accepted = run(connection, fewer)
            return accepted == fewer and differ(connection, accepted)

    with drawn_database(server, seed) as (connection, statements):
        if not differ(connection, statements):
            return oracle
    statements = shortest(statements, still_differ)
    still_differ(statements)
    pytest.fail("\n".join(["The sources differ after:", script(statements), *found]))


def test_facts_of_ddl_are_the_facts_of_the_catalog(server: Server) -> None:
    """For every sequence of statements that PostgreSQL accepts, both sources find the same schema.

    The schemas that are drawn have something of everything that the catalog has tables and values for.
    """
    seen: list[Facts] = []

    @settings(max_examples=250, phases=PHASES, derandomize=True)
    @given(seed=SEEDS)
    def hold(seed: int) -> None:
        seen.append(agree(server, seed))

    hold()
    assert missing(seen) == []


@settings(max_examples=50, phases=PHASES, derandomize=True)
@given(seed=SEEDS)
def test_facts_of_a_dump_are_the_facts_of_the_catalog(server: Server, seed: int) -> None:
    """For every schema, the DDL source finds in pg_dump's text what the catalog holds."""
    agree(server, seed, dumped=True)


@pytest.mark.nightly
@pytest.mark.parametrize("dumped", [False, True])
@settings(max_examples=5000, phases=PHASES)
@given(seed=SEEDS)
def test_the_sources_agree_at_length(server: Server, dumped: bool, seed: int) -> None:
    """The same theorems, for as many schemas as a night is long."""
    agree(server, seed, dumped)


@pytest.mark.parametrize("dumped", [False, True])
def test_something_of_every_kind(server: Server, dumped: bool) -> None:
    """The example that the live reader is tested on, read as DDL."""
    with fresh_database(server) as connection:
        connection.execute(EXAMPLE.encode())
        if dumped:
            assert dump_differences(server, connection) == []
        else:
            assert differences(EXAMPLE, read_database(connection, "drawn")) == []

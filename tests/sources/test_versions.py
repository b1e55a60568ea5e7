"""Other versions of PostgreSQL: what is read is what their catalogs hold, but for what the versions themselves changed.

The DDL source reads as the newest version does. Debian's version is the system's, or its package unpacked; others
are those of `nox -s versions`.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from azora_audit.errors import ServerError
from azora_audit.sources.live import binaries
from azora_audit.sources.live.read import read_database
from azora_audit.sources.live.server import Server
from tests.sources.agreement import differences, script
from tests.sources.debian import MissingError, unpacked
from tests.sources.drawn import drawn_database, fresh_database
from tests.sources.live.versions import VERSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEBIAN = 15
"""The version in Debian 12."""

CHANGED = [
    (17, re.compile(r"Grant .* maintain None: found"), "ALL has MAINTAIN"),
    (17, re.compile(r"Column .*: identity is '.*', should be None"), "partitions share the identity"),
]
"""The first version that does as the DDL source says, what differs before, and why."""

IDENTITY_OF_PARTITIONS = """
create table t (a integer generated always as identity) partition by list (a);
create table p partition of t default;
"""


def debians() -> Path:
    """Return the folder of programs of Debian's PostgreSQL, which is the system's or unpacked for the tests."""
    for folder in binaries.system_folders():
        try:
            if binaries.inspect(folder).version // 10000 == DEBIAN:
                return folder
        except ServerError:
            continue
    return unpacked(f"postgresql-{DEBIAN}") / "usr" / "lib" / "postgresql" / str(DEBIAN) / "bin"


@pytest.fixture(scope="module", params=["debian", *VERSIONS], ids=str)
def other(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of another version."""
    try:
        folder = debians() if request.param == "debian" else request.param
    except MissingError as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    with Server(folder) as running:
        yield running


def unexpected(found: list[str], version: int) -> list[str]:
    """Leave out what the versions after this one changed."""
    known = [pattern for since, pattern, _ in CHANGED if version < since]
    return [line for line in found if not any(pattern.match(line) for pattern in known)]


def test_facts_of_ddl_are_the_facts_of_its_catalog(other: Server) -> None:
    @settings(max_examples=60, phases=[Phase.generate], derandomize=True)
    @given(seed=st.integers(0, 2**64 - 1))
    def hold(seed: int) -> None:
        with drawn_database(other, seed) as (connection, statements):
            found = differences(script(statements), read_database(connection, "drawn"))
            assert unexpected(found, connection.info.server_version // 10000) == [], script(statements)

    hold()


@pytest.mark.parametrize(
    ("since", "statements"),
    [
        (17, "create table t (); grant all on t to pg_monitor;"),
        (17, IDENTITY_OF_PARTITIONS),
    ],
)
def test_what_a_version_changed_did_change(other: Server, since: int, statements: str) -> None:
    """What is declared to differ does so, and no longer from the version on that is named."""
    with fresh_database(other) as connection:
        connection.execute(statements.encode())
        found = differences(statements, read_database(connection, "drawn"))
    version = other.version // 10000
    assert bool(found) is (version < since)
    assert unexpected(found, version) == []

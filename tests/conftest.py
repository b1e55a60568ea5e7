"""Fixtures that many tests use: a PostgreSQL server for the session, an empty database for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from hypothesis import settings

from azora_audit.errors import ServerError
from azora_audit.sources.live import binaries, read
from azora_audit.sources.live.server import Server
from tests.sources.live.versions import VERSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile("azora-audit", deadline=None)  # time is the benchmark's business
settings.load_profile("azora-audit")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let golden files be written anew, to be read in the diff before they are committed."""
    parser.addoption(
        "--update", action="store_true", help="write golden files instead of comparing with them"
    )


def pytest_report_header() -> str:
    """Say in the session's header which PostgreSQL is the oracle."""
    try:
        found = binaries.find()
    except ServerError as error:
        return f"server: none ({error})"
    return f"server: {found.label} in {found.postgres.parent}"


@pytest.fixture(scope="session", autouse=True)
def old_servers() -> None:
    """Let `nox -s versions` start servers that are read and no longer started for anybody else."""
    if VERSIONS:
        binaries.OLDEST = read.OLDEST


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A throw-away server, shared by the tests of one process."""
    with Server() as running:
        yield running


@pytest.fixture
def database(server: Server) -> Iterator[psycopg.Connection]:
    """A connection in autocommit mode to a database of this test's own."""
    name = server.create_database()
    with psycopg.connect(server.dsn(name), autocommit=True) as connection:
        yield connection
    server.drop_database(name)

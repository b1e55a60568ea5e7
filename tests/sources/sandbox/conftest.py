"""One sandbox for a test module, with limits that are soon reached; `nox -s versions` has several, one for each version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from azora_audit.sources.live import binaries
from azora_audit.sources.sandbox import Limits, Sandbox
from tests.sources.live.versions import VERSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SERVERS: list[Path | None] = [
    folder for folder in VERSIONS if int(folder.parts[-3].rpartition("-")[2]) * 10000 >= binaries.OLDEST
]


@pytest.fixture(
    scope="module", params=SERVERS or [None], ids=lambda folder: folder.parts[-3] if folder else ""
)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    folder: Path | None = request.param
    limits = Limits(statement=3, service=20, grace=1, file=64 << 20, disk=300 << 20)
    with Sandbox(folder, limits=limits) as running:
        yield running

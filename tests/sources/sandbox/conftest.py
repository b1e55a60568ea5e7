"""One sandbox for a test module, with limits that are soon reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from azora_audit.sources.sandbox import Limits, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    limits = Limits(statement=3, service=20, grace=1, file=64 << 20, disk=300 << 20)
    with Sandbox(limits=limits) as running:
        yield running

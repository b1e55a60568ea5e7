"""Tests that ask Prisma itself are left out, and said to be, where it is not installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sources.prisma.oracle import FOLDER

if TYPE_CHECKING:
    import pytest

MARK = "prisma_oracle"
left_out: list[pytest.Item] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests that need Prisma when nobody says where it is."""
    if FOLDER:
        return
    left_out[:] = [item for item in items if item.get_closest_marker(MARK) is not None]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


def pytest_report_collectionfinish() -> str | list[str]:
    """Say what was left out and how to have it."""
    if not left_out:
        return []
    return (
        f"prisma: {len(left_out)} tests need Prisma itself and are left out; "
        "`nox -s prisma_oracle` installs and runs them (AZORA_AUDIT_PRISMA_ORACLE names its folder)"
    )

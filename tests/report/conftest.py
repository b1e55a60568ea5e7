"""Golden files: what a report looked like when a person last found it good."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"

Golden = Callable[[str, str], None]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare a text with a golden file, or write the file when pytest runs with --update.

    Escape characters are kept as U+241B, so that the files can be read and compared in any tool.
    """

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        kept = text.replace("\x1b", "\u241b")
        if request.config.getoption("--update"):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(kept.encode())
        assert kept == path.read_bytes().decode(), f"differs from {path.name}; look, then run with --update"

    return compare

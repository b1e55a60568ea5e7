"""Runs the live blocks of rule pages on the session's server, whose catalog is then the source that is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.sources.live.staging import staged_facts, statements
from tests.rules.harness import bench

if TYPE_CHECKING:
    import pytest

    from azora_audit.catalog.facts import Facts
    from azora_audit.rulebook.examples import Example

__all__ = ["facts_on_server", "statements"]


def facts_on_server(example: Example, request: pytest.FixtureRequest, more: str = "") -> Facts | None:
    """Return the facts of a database made by an example's live blocks, and by `more` after them; None without any."""
    if not example.live:
        return None
    server = request.getfixturevalue("server")
    return staged_facts(server, f"{example.live}\n{more}", "shop", bench().lexicon)

"""The examples of all shipped rules and the one bench of the test process."""

from __future__ import annotations

from functools import cache

from azora_audit.checking.bench import TERMS, Bench, flagged
from azora_audit.rulebook.examples import Example, examples_of
from azora_audit.rulebook.folders import shipped_rules
from azora_audit.rulebook.page import Page, parse_page

__all__ = ["TERMS", "Bench", "Example", "bench", "examples", "flagged", "pages"]


@cache
def pages() -> dict[str, Page]:
    """Return the page of every rule by the rule's name."""
    found = sorted(shipped_rules().glob("*/*.md"))
    return {path.stem: parse_page(path.read_text("utf-8")) for path in found}


@cache
def examples() -> tuple[Example, ...]:
    """Return the examples of all pages, those under Flagged and Fine."""
    return tuple(example for page in pages().values() for example in examples_of(page))


@cache
def bench() -> Bench:
    """Return the one bench of the test process."""
    return Bench()

"""Why a rule is: its title, and what its page says under Why, as plain paragraphs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.report.html.pool import Pool
    from azora_audit.report.rule_pages import RulePages

_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]*\)")
_WHY = re.compile(r"^## Why[ \t]*\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def reasons(rules: Iterable[str], pages: RulePages, pool: Pool) -> list[list[object]]:
    """Return a row for each of these rules that has a page: its name, its title and its paragraphs."""
    wanted = sorted(set(rules))
    known = pages() if wanted else {}
    rows: list[list[object]] = []
    for name in wanted:
        page = known.get(name)
        if page is not None:
            rows.append([*pool.add_all((name, page.sheet.title)), pool.add_all(paragraphs(page.text))])
    return rows


def paragraphs(page: str) -> tuple[str, ...]:
    """Return the paragraphs of the section Why of a rule's page, Markdown; of links the text stays."""
    found = _WHY.search(page)
    if not found:
        return ()
    blocks = (" ".join(block.split()) for block in found[1].split("\n\n"))
    return tuple(_LINK.sub(r"\1", block).replace("`", "") for block in blocks if block)

"""Checklists and frameworks: which rules give evidence for which item or control."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from azora_audit.errors import AzoraAuditError
from azora_audit.rulebook.header import check_against_schema
from azora_audit.rulebook.rule import Checklist, Item

if TYPE_CHECKING:
    from pathlib import Path


def read_checklist(path: Path, shown: str, text: str, *, validate: bool) -> Checklist:
    """Return the checklist in a file's text; its rules are not looked up yet.

    Raises:
        AzoraAuditError: bad TOML, or a document that the schema refuses.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AzoraAuditError(f"not valid TOML: {error}", path=shown, line=1) from error
    if validate:
        check_against_schema(data, "checklist.schema.json", shown)
    items = tuple(
        Item(
            name=item["name"],
            title=item["title"],
            status=item["status"],
            rules=tuple(sorted({*item.get("rules", ()), *item.get("when_known", ())})),
            subject=item.get("subject", ""),
            subjects=item.get("subjects", "").strip().rstrip(";"),
            why=item.get("why", ""),
            when_known=tuple(item.get("when_known", ())),
        )
        for item in data["items"]
    )
    return Checklist(path.stem, data["title"], shown, items)

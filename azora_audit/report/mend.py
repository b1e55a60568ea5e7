"""What there is to paste for a finding: where it goes, in which language, and the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.findings import Finding, Fix

_EDITS = {
    "add-to-model": "add to the model in schema.prisma",
    "add-to-field": "add to the field in schema.prisma",
    "add-to-relation": "add to the @relation in schema.prisma",
    "remove-attribute": "remove this line from the model in schema.prisma",
    "replace-field": "replace the field in schema.prisma",
}


class Step(NamedTuple):
    """One text to paste: `where` it goes in words, its `language` (`prisma` or `sql`), and the text without line ends."""

    where: str
    language: str
    text: str


def steps(fix: Fix) -> Iterator[Step]:
    """Yield what a fix consists of, its half for schema.prisma first."""
    for where, language, text in (
        (_EDITS.get(fix.prisma_edit, "in schema.prisma"), "prisma", fix.prisma),
        ("in a migration", "sql", fix.sql),
    ):
        if text.strip():
            yield Step(where, language, text.strip("\n"))


def safety(fix: Fix) -> str:
    """Say how safe a fix is, and why: `unsafe: it locks the table`."""
    return f"{fix.safety}: {fix.why}" if fix.why else fix.safety


def note(finding: Finding) -> str:
    """Return what is to be said of a new finding besides, such as that it was accepted before; else nothing."""
    return finding.reason if finding.status == "new" else ""


def script(finding: Finding) -> str:
    """Return the script that shows what a proof found, which changes nothing; empty for other findings."""
    sql = finding.evidence.get("sql")
    return sql.strip("\n") if finding.fix is None and isinstance(sql, str) else ""

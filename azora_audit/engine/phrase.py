"""Phrases what rules return: messages, help, evidence and fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.findings import Fix
from azora_audit.light_json import loads
from azora_audit.rulebook.template import fields_of, filler

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from azora_audit.rulebook.rule import FixTemplate, Rule
    from azora_audit.rulebook.template import Template

Row = dict[str, object]


class Phrasing:
    """How the rows of one rule become text; what is the same for all of them is looked up once.

    `message` and `help` take a row and return a sentence.
    """

    def __init__(self, rule: Rule) -> None:
        """Look it up."""
        self.message = filler(rule.message)
        self.help = filler(rule.help)
        self._fix = None if rule.fix is None else _FixPhrasing(rule.fix)
        self._lists = _list_columns(rule)

    def evidence(self, row: Row) -> Row:
        """Return a row with its JSON lists, those that some template treats as such, as lists."""
        if not self._lists:
            return row
        return {
            name: loads(value) if name in self._lists and isinstance(value, str) else value
            for name, value in row.items()
        }

    def fix(self, row: Row) -> Fix | None:
        """Return the fix, without the Prisma half where the row has no Prisma name for it."""
        return None if self._fix is None else self._fix.fix(row)


class _FixPhrasing:
    def __init__(self, template: FixTemplate) -> None:
        self._template = template
        self._sql = _where_complete(template.sql)
        self._prisma = _where_complete(template.prisma)

    def fix(self, row: Row) -> Fix | None:
        sql, prisma = self._sql(row), self._prisma(row)
        if not sql and not prisma:
            return None
        template = self._template
        return Fix(sql, prisma, template.prisma_edit if prisma else "", template.safety, template.why)


def _where_complete(template: Template) -> Callable[[Mapping[str, object]], str]:
    """Return what fills a template of a fix, or gives an empty text where a value is missing."""
    fields = sorted(fields_of(template))
    fill = filler(template)
    return lambda row: "" if None in [row[field] for field in fields] else fill(row).strip()


def _list_columns(rule: Rule) -> frozenset[str]:
    templates = [rule.message, rule.help]
    if rule.fix is not None:
        templates += [rule.fix.sql, rule.fix.prisma]
    return frozenset(
        part.field
        for template in templates
        for part in template
        if part.field is not None and part.kind in {"list", "identifiers"}
    )

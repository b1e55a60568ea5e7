"""What is to be said of the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.api.common import DEFAULT_CHECKLISTS
from azora_audit.errors import AzoraAuditError, RulebookError

if TYPE_CHECKING:
    from azora_audit.report.rule_pages import RuleSheet
    from azora_audit.rulebook.rule import Rule, Rulebook


def rule_sheets() -> list[RuleSheet]:
    """Return what is to be said of every shipped rule besides its page, in order of category and name."""
    rulebook = _rulebook()
    return [_sheet(rulebook, rule) for rule in rulebook.rules.values()]


def _sheet(rulebook: Rulebook, rule: Rule) -> RuleSheet:
    from azora_audit.report.rule_pages import RuleSheet

    items = [
        (checklist, item)
        for checklist in rulebook.checklists.values()
        for item in checklist.items
        if rule.name in item.rules
    ]
    return RuleSheet(
        name=rule.name,
        category=rule.category,
        severity=rule.severity,
        precision=rule.precision,
        title=rule.title,
        items=tuple(item.title for checklist, item in items if checklist.name in DEFAULT_CHECKLISTS),
        controls=tuple(
            f"{checklist.title} {item.name}"
            for checklist, item in items
            if checklist.name not in DEFAULT_CHECKLISTS
        ),
        fix_safety=rule.fix.safety if rule.fix else "",
    )


def rule_page(name: str) -> tuple[str, RuleSheet]:
    """Return the Markdown page of a rule, by its name or a former one, and its sheet.

    Raises:
        RulebookError: there is no such rule.
    """
    from azora_audit.rulebook.folders import shipped_rules
    from azora_audit.rulebook.load import suggestion
    from azora_audit.rulebook.select import resolve

    rulebook = _rulebook()
    resolved = resolve(rulebook, name)
    if resolved is None:
        problem = AzoraAuditError(
            f"there is no rule {name}{suggestion(name, rulebook.rules)}",
            help="`azora-audit rules` lists them.",
        )
        raise RulebookError([problem])
    rule = rulebook.rules[resolved]
    page = (shipped_rules() / rule.category / f"{rule.name}.md").read_text("utf-8")
    return page, _sheet(rulebook, rule)


def _rulebook() -> Rulebook:
    from azora_audit.catalog.store import Catalog
    from azora_audit.rulebook.load import load_rulebook

    return load_rulebook(Catalog())

"""What is to be said of the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.api.common import DEFAULT_CHECKLISTS
from azora_audit.errors import AzoraAuditError, RulebookError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from azora_audit.report.rule_pages import RulePage, RuleSheet
    from azora_audit.rulebook.rule import Checklist, Rule, Rulebook


def rule_sheets(rule_folders: Sequence[Path] = ()) -> list[RuleSheet]:
    """Return what is to be said of every shipped rule, and those of the user, besides its page.

    They are in order of category and name, the shipped ones first.
    """
    rulebook = rulebook_of(rule_folders)
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


def checklist(name: str) -> Checklist:
    """Return a shipped checklist or framework: its items, their rules, and what they do not show.

    Raises:
        RulebookError: there is no such checklist.
    """
    from azora_audit.rulebook.select import select_checklists

    return select_checklists(rulebook_of(), [name])[0]


def rule_page(name: str, rule_folders: Sequence[Path] = ()) -> tuple[str, RuleSheet]:
    """Return the Markdown page of a shipped rule or one of the user's, by its name or a former one, and its sheet.

    Raises:
        RulebookError: there is no such rule.
    """
    rulebook = rulebook_of(rule_folders)
    (resolved,) = resolved_rules(rulebook, [name])
    rule = rulebook.rules[resolved]
    return _page(rule), _sheet(rulebook, rule)


def resolved_rules(rulebook: Rulebook, names: Iterable[str]) -> frozenset[str]:
    """Return the names of the rules that are called so or were called so.

    Raises:
        RulebookError: names that no rule has or had, all at once.
    """
    from azora_audit.rulebook.load import suggestion
    from azora_audit.rulebook.select import resolve

    found = {name: resolve(rulebook, name) for name in names}
    problems = [
        AzoraAuditError(
            f"there is no rule {name}{suggestion(name, rulebook.rules)}",
            help="`azora-audit rules` lists them.",
        )
        for name, rule in found.items()
        if rule is None
    ]
    if problems:
        raise RulebookError(problems)
    return frozenset(rule for rule in found.values() if rule is not None)


def rule_pages(rule_folders: Sequence[Path] = ()) -> dict[str, RulePage]:
    """Return the sheets and pages of all rules by name, those in the user's folders included.

    Raises:
        RulebookError: rules that do not hold together.
    """
    from azora_audit.report.rule_pages import RulePage

    rulebook = rulebook_of(rule_folders)
    return {name: RulePage(_sheet(rulebook, rule), _page(rule)) for name, rule in rulebook.rules.items()}


def rule_folders(root: str | os.PathLike[str] = ".") -> tuple[Path, ...]:
    """Return the rule folders that the settings of a checked folder name.

    Raises:
        SettingsError: settings that make no sense.
    """
    from pathlib import Path

    from azora_audit.api.common import chosen_settings, rule_folders_of

    folder = Path(root)
    return rule_folders_of(chosen_settings(folder, None, None), folder)


def _page(rule: Rule) -> str:
    """Return the page of a rule, Markdown; nothing for a rule of the user's without one."""
    from pathlib import Path

    from azora_audit.rulebook.folders import shipped_rules

    file = (shipped_rules().parent if not rule.guarded else Path()) / rule.path
    try:
        return file.with_suffix(".md").read_text("utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise RulebookError([AzoraAuditError(f"cannot be read: {error}", path=str(file))]) from None


def rulebook_of(rule_folders: Sequence[Path] = ()) -> Rulebook:
    """Return the shipped rules and those in the user's folders.

    Raises:
        RulebookError: rules that do not hold together.
    """
    from azora_audit.catalog.store import Catalog
    from azora_audit.rulebook.load import load_rulebook

    return load_rulebook(Catalog(), rule_folders)

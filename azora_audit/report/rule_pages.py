"""Rules for a terminal: one rule's page, and the list of all rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from azora_audit.findings import SEVERITIES
from azora_audit.records import NamedTuple
from azora_audit.report.characters import display_width, wrap
from azora_audit.report.finding_text import counted
from azora_audit.report.markdown_text import markdown_lines, styled_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from azora_audit.report.terminal import Terminal
    from azora_audit.rulebook.rule import Checklist

_TITLE_WIDTH = 24
"""A title that has less room than this beside its rule stands under it."""


_STATUSES = ("automated", "partial", "manual")
_LIMIT = {"automated": "limit", "partial": "limit", "manual": "why"}
_LABEL_WIDTH = 6


class RuleSheet(NamedTuple):
    """What is said of a rule besides its page.

    `fix_safety` is `safe`, `unsafe` or empty for a rule without a fix.
    """

    name: str
    category: str
    severity: str
    precision: str
    title: str
    items: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    fix_safety: str = ""


class RulePage(NamedTuple):
    """A rule as reports explain it; `text` is its page, Markdown, and empty for a rule of a user who wrote none."""

    sheet: RuleSheet
    text: str


RulePages = Callable[[], "Mapping[str, RulePage]"]
"""Gives the pages of all rules by name; they are read when it is called."""


def render_rule(page: str, sheet: RuleSheet, *, terminal: Terminal) -> str:
    """Render the page of a rule, Markdown, under a head of its facts; ends in a line break."""
    paint, seen = terminal.paint, terminal.seen
    head = [paint("strong", seen(f"{sheet.category}/{sheet.name}")), *styled_lines(sheet.title, terminal), ""]
    facts = {
        "severity": sheet.severity,
        "precision": sheet.precision,
        "checklist": ", ".join(sheet.items),
        "controls": ", ".join(sheet.controls),
        "fix": sheet.fix_safety or "none",
    }
    width = max(map(len, facts))
    for label, text in facts.items():
        shown = label
        for line in wrap(seen(text), terminal.prose - width - 4):
            styled = _severity(line, line, terminal) if label == "severity" else line
            head.append(f"  {paint('faint', shown.ljust(width))}  {styled}")
            shown = ""
    lines = page.splitlines()
    title = lines[0].lstrip("#").strip() if lines else ""
    if title == sheet.name:  # the head says it already
        page = "\n".join(lines[1:]).lstrip("\n")
    return "\n".join([*head, "", *markdown_lines(page, terminal)]).rstrip("\n") + "\n"


def _severity(severity: str, text: str, terminal: Terminal) -> str:
    return terminal.paint(severity, text) if severity in SEVERITIES else terminal.seen(text)


def render_rule_list(sheets: Iterable[RuleSheet], *, terminal: Terminal) -> str:
    """Render all rules as one table, grouped by category; ends in a line break."""
    by_category: dict[str, list[RuleSheet]] = {}
    for sheet in sorted(sheets):
        by_category.setdefault(sheet.category, []).append(sheet)
    rules = [sheet for group in by_category.values() for sheet in group]
    widths = (
        max([display_width(terminal.seen(sheet.name)) for sheet in rules], default=0),
        max([len(sheet.severity) for sheet in rules], default=0),
        max([len(sheet.precision) for sheet in rules], default=0),
    )
    lines: list[str] = []
    for category, group in by_category.items():
        lines.append(f"{terminal.paint('strong', terminal.seen(category))} ({len(group)})")
        for sheet in group:
            lines += _row(sheet, widths, terminal)
        lines.append("")
    lines.append(f"{counted(len(rules), 'rule')}; `azora-audit explain RULE` shows the page of one.")
    return "\n".join(lines) + "\n"


def render_controls(checklist: Checklist, *, terminal: Terminal) -> str:
    """Render the controls of a framework, each with its rules and what they do not show; ends in a line break."""
    paint, seen = terminal.paint, terminal.seen
    statuses = Counter(item.status for item in checklist.items)
    counts = ", ".join(f"{statuses[status]} {status}" for status in _STATUSES if statuses[status])
    lines = [f"{paint('strong', seen(checklist.title))} ({counts})", ""]
    for item in checklist.items:
        lines += styled_lines(item.title, terminal)
        facts = {"status": item.status, "rules": ", ".join(item.rules), _LIMIT[item.status]: item.why}
        for label, text in facts.items():
            shown = label
            for line in wrap(seen(text), terminal.prose - _LABEL_WIDTH - 4):
                lines.append(f"  {paint('faint', shown.ljust(_LABEL_WIDTH))}  {line}")
                shown = ""
        lines.append("")
    lines.append(f"`azora-audit check --checklist {checklist.name}` counts them for a fleet.")
    return "\n".join(lines) + "\n"


def _row(sheet: RuleSheet, widths: tuple[int, int, int], terminal: Terminal) -> Iterator[str]:
    name = terminal.seen(sheet.name)
    name += " " * (widths[0] - display_width(name))
    severity = _severity(sheet.severity, sheet.severity.ljust(widths[1]), terminal)
    row = f"  {name}  {severity}  {terminal.paint('faint', sheet.precision.ljust(widths[2]))}"
    column = sum(widths) + 8
    if terminal.width - column < _TITLE_WIDTH:
        yield row.rstrip()
        row, column = "", 6
    for line in styled_lines(sheet.title, terminal, column):
        yield f"{row}{'' if row else ' ' * (column - 2)}  {line}"
        row = ""

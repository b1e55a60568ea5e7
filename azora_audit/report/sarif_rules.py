"""The rules of a SARIF report: what each is about, its page, and by what code scanning sorts its results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.findings import PRECISIONS, SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from azora_audit.findings import Finding
    from azora_audit.report.rule_pages import RulePage

SECURITY_CATEGORIES = frozenset({"audit", "row-security", "sensitive-data"})
"""Categories whose rules are about security: code scanning gives their results a severity of their own."""

SECURITY_RULES = frozenset(
    {
        "credential-in-environment-example",
        "literal-datasource-url",
        "public-create-privilege",
        "unencrypted-connections",
        "weak-password-encryption",
    }
)
"""Rules of other categories that are about security, too."""

INDEX_RULES = frozenset({"unindexed-owner-column", "unindexed-tenant-column"})
"""Rules of these categories that are about speed."""

SECURITY_SEVERITIES = {"error": "8.0", "warning": "5.5", "note": "3.0"}
"""Scores as GitHub reads them: from 7.0 high, from 4.0 medium, above 0 low. The gravest mark, from 9.0, is nowhere given:
a schema alone shows no exploit."""

_PROBLEM_SEVERITIES = {"error": "error", "warning": "warning", "note": "recommendation"}
TAGS_LIMIT = 20
"""Code scanning refuses a file that has a rule with more tags."""
_DESCRIPTION_LIMIT = 1024
_NAME_LIMIT = 255


def rule_descriptors(findings: Iterable[Finding], pages: Mapping[str, RulePage]) -> list[dict[str, object]]:
    """Return the reportingDescriptor objects of the rules that have findings, in order of name."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    return [_descriptor(name, by_rule[name], pages.get(name)) for name in sorted(by_rule)]


def _descriptor(name: str, findings: list[Finding], page: RulePage | None) -> dict[str, object]:
    severity = max((finding.severity for finding in findings), key=SEVERITIES.index)
    precision = max((finding.precision for finding in findings), key=PRECISIONS.index)
    category = page.sheet.category if page is not None else ""
    controls = dict.fromkeys(control for finding in findings for control in finding.controls)
    security = name in SECURITY_RULES or (category in SECURITY_CATEGORIES and name not in INDEX_RULES)
    tags = [*filter(None, [category, "security" if security else ""]), *controls]
    properties: dict[str, object] = {
        "precision": precision,
        "problem.severity": _PROBLEM_SEVERITIES[severity],
        "tags": list(dict.fromkeys(tags))[:TAGS_LIMIT],
    }
    if security:
        properties["security-severity"] = SECURITY_SEVERITIES[severity]
    title = page.sheet.title if page is not None else name.replace("-", " ").capitalize()
    summary, help_text, help_markdown = _explanation(findings[0], page, title)
    return {
        "id": name,
        "name": pascal_case(name),
        "shortDescription": {"text": _shortened(title)},
        "fullDescription": {"text": _shortened(summary)},
        "help": {"text": help_text, "markdown": help_markdown},
        "defaultConfiguration": {"level": severity},
        "properties": properties,
    }


def _explanation(finding: Finding, page: RulePage | None, title: str) -> tuple[str, str, str]:
    """Return a summary, and the help as text and as Markdown; none of them is empty, which hosts take for missing."""
    text = page.text.strip() if page is not None else ""
    if not text:
        told = finding.help or title or finding.rule
        return title or finding.rule, told, told
    first, _, rest = text.partition("\n")
    markdown = rest.strip() if first.startswith("# ") else text
    summary = " ".join(markdown.partition("\n\n")[0].split())
    return summary, text, markdown


def _shortened(text: str) -> str:
    return text if len(text) <= _DESCRIPTION_LIMIT else text[: _DESCRIPTION_LIMIT - 1] + "…"


def pascal_case(name: str) -> str:
    """Return a rule's name as SARIF wants a second one: readable, in PascalCase."""
    return "".join(word.capitalize() for word in name.split("-"))[:_NAME_LIMIT]

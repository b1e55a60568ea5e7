"""The report in Markdown, for a comment on a pull request or the summary of a job: what is wrong first, folded by rule.

It keeps within a size, because hosts refuse a longer comment as a whole: what there is no room for is counted and named.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from azora_audit.findings import SEVERITIES
from azora_audit.records import NamedTuple
from azora_audit.report.characters import calm
from azora_audit.report.closing_text import severities_text
from azora_audit.report.finding_text import counted
from azora_audit.report.hosting import Spots
from azora_audit.report.markdown_closing import closing_sections, outcome_line, problems_section
from azora_audit.report.markdown_safe import code, fence, prose, tag_text
from azora_audit.report.mend import note, safety, script, steps
from azora_audit.report.outcome import tally, worst_first

if TYPE_CHECKING:
    from azora_audit.findings import Finding, Report
    from azora_audit.report.formats import View
    from azora_audit.report.rule_pages import RulePage

MARKER = "<!-- azora-audit:comment -->"
"""The first line, by which a robot finds its comment again to replace it."""

_FINDINGS_SHOWN = (20, 3, 1)
"""Findings of a rule that are shown, the first number for which there is room."""
_PASTE_LIMIT = 3000
_NAMES_ROOM = 3000


class _Group(NamedTuple):
    rule: str
    findings: list[Finding]


def render_markdown(report: Report, view: View) -> bytes:
    """Render the report, UTF-8, in at most `view.room` bytes."""
    head = [f"{MARKER}\n", _title(report), outcome_line(report, view.fail_on)]
    spots = Spots(report, view)
    problems = problems_section(report, spots)
    closing = _fitting(closing_sections(report), view.room // 2)
    room = view.room - sum(map(_size, (*head, problems, *closing))) - _NAMES_ROOM
    blocks, left_out = _blocks(report, view, spots, room)
    names = [_left_out_line(left_out)] if left_out else []
    text = "\n".join(part for part in (*head, problems, *blocks, *names, *closing) if part)
    return "".join(f"{calm(line)}\n" for line in text.splitlines()).encode("utf-8", "backslashreplace")


def _title(report: Report) -> str:
    found = severities_text(tally(report)["new"]) or "nothing new"
    return f"### azora-audit: {found}\n"


def _fitting(sections: list[str], room: int) -> list[str]:
    """Return the sections for which there is room, and a line that counts the others."""
    kept: list[str] = []
    for section in sections:
        if _size(section) <= room:
            kept.append(section)
            room -= _size(section)
    missing = len(sections) - len(kept)
    return (
        [*kept, f"No room here for {counted(missing, 'more section')}: the JSON report has all.\n"]
        if missing
        else kept
    )


def _blocks(report: Report, view: View, spots: Spots, room: int) -> tuple[list[str], list[_Group]]:
    """Return the folded blocks of the rules for which there is room, gravest first, and the other rules."""
    grouped: dict[str, list[Finding]] = {}
    for finding in worst_first(report.findings):
        if finding.status == "new":
            grouped.setdefault(finding.rule, []).append(finding)
    blocks: list[str] = []
    left_out: list[_Group] = []
    pages = view.rules() if grouped else {}
    for rule, findings in grouped.items():
        for shown in _FINDINGS_SHOWN:
            block = _block(_Group(rule, findings), pages.get(rule), spots, shown)
            if _size(block) <= room:
                blocks.append(block)
                room -= _size(block)
                break
        else:
            left_out.append(_Group(rule, findings))
    return blocks, left_out


def _block(group: _Group, page: RulePage | None, spots: Spots, limit: int) -> str:
    findings = group.findings
    severity = max((finding.severity for finding in findings), key=SEVERITIES.index)
    services = len({finding.service for finding in findings})
    count = f"{counted(len(findings), 'finding')} in {counted(services, 'service')}"
    shown = findings[:limit]
    lines = [
        f"<details><summary><code>{tag_text(group.rule)}</code>: {severity}, {count}</summary>\n",
        f"**What:** {prose(page.sheet.title)}\n" if page is not None else "",
        *(_item(finding, spots) for finding in shown),
        f"- and {len(findings) - limit:,} more" if len(findings) > limit else "",
        *_mend(shown),
        "\n</details>\n",
    ]
    return "\n".join(filter(None, lines))


def _item(finding: Finding, spots: Spots) -> str:
    spot = spots.of(finding)
    place = spot.place
    where = f"{place.path}:{place.line}:{place.column}" if spot.own else finding.entity
    besides = f" ({prose(note(finding))})" if note(finding) else ""
    return f"- {code(where)} {prose(finding.message)}{besides}"


def _mend(findings: list[Finding]) -> list[str]:
    """Return the advice, where it is the same for all, and the first finding's text to paste."""
    first = findings[0]
    lines: list[str] = []
    if len({finding.help for finding in findings}) == 1 and first.help:
        lines.append(f"\n**Help:** {prose(first.help)}")
    of_first = " of the first" if len({finding.fix for finding in findings}) > 1 else ""
    if first.fix is not None:
        for step in steps(first.fix):
            lines.append(f"\n**Fix{of_first}**, {step.where} ({prose(safety(first.fix))}):\n")
            lines.append(_paste(step.text, step.language))
    shown = script(first)
    if shown:
        lines += ["\n**To see it**, without changing anything:\n", _paste(shown, "sql")]
    return lines


def _paste(text: str, language: str) -> str:
    return (
        fence(text, language)
        if len(text) <= _PASTE_LIMIT
        else "It is too long for here; the JSON report has it."
    )


def _left_out_line(groups: list[_Group]) -> str:
    """Name the rules for which there was no room, as far as there is room for names."""
    counts = Counter({group.rule: len(group.findings) for group in groups})
    told: list[str] = []
    room = _NAMES_ROOM - 200
    for rule, count in counts.items():
        name = f"{code(rule, 80)} {count:,}"
        if _size(name) + 2 > room:
            told.append("others")
            break
        room -= _size(name) + 2
        told.append(name)
    total = sum(counts.values())
    return f"\n**No room here** for {counted(total, 'finding')} of {counted(len(groups), 'rule')}: {', '.join(told)}.\n"


def _size(text: str) -> int:
    return len(text.encode("utf-8", "backslashreplace")) + 1

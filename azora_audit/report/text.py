"""The report for a terminal: findings first, then the checklist, then what was not judged or not read.

The gravest is nearest to the prompt: a reader sees the end of a long output first.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from azora_audit.findings import SEVERITIES
from azora_audit.records import NamedTuple
from azora_audit.report.checklist_text import checklist_section
from azora_audit.report.closing_text import (
    fold,
    more_problems,
    not_judged_section,
    problem_line,
    problems_section,
    severities_text,
    summary_lines,
)
from azora_audit.report.finding_text import Desk, counted, finding_block, finding_line, mend_lines
from azora_audit.report.silenced_text import silenced_sections
from azora_audit.report.verification_text import verification_section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from azora_audit.findings import Finding, Problem, Report
    from azora_audit.report.finding_text import SourceLines
    from azora_audit.report.terminal import Terminal

_NAMES_SHOWN = 3


class TextOptions(NamedTuple):
    """What the reader asked for.

    `group_by` is `rule` or `service`; `limit` is how many findings of a group, and problems of a kind in a service,
    are shown (None: all); `quiet` leaves one line for each of them and the summary; `fail_on` is the severity that
    fails the run; `all_command` is the command line that shows everything.
    """

    group_by: str = "rule"
    limit: int | None = 3
    quiet: bool = False
    fail_on: str = "error"
    all_command: str = "azora-audit check --all"


def render_text(
    report: Report, *, options: TextOptions, source_lines: SourceLines, terminal: Terminal
) -> Iterator[str]:
    """Yield the lines of the report, without line ends, in the order in which they are to be printed."""
    desk = Desk(terminal, _remembering(source_lines))
    groups = _groups(report, options.group_by)
    if options.quiet:
        for _, findings in groups:
            yield from (finding_line(finding, desk) for finding in findings[: options.limit])
            if options.limit is not None and len(findings) > options.limit:
                yield _more(findings[options.limit :], options, desk)[0]
        for folded in fold(report.problems, options.limit):
            yield from (problem_line(problem, desk) for problem in folded.shown)
            if folded.hidden:
                yield f"{terminal.glyphs.ellipsis} {more_problems(folded, options.all_command, desk)}"
    else:
        for name, findings in groups:
            yield from _group(name, findings, options, desk)
        if options.limit is None:
            yield from silenced_sections(report, desk)
        yield from checklist_section(report, desk)
        yield from not_judged_section(report, desk)
        yield from verification_section(report, options.limit, options.all_command, desk)
        yield from problems_section(report.problems, options.limit, options.all_command, desk)
    yield from summary_lines(report, options.fail_on, desk)


def render_problems(problems: Iterable[Problem], *, terminal: Terminal) -> Iterator[str]:
    """Yield a line for each problem, for output that is about something else."""
    desk = Desk(terminal, lambda _: None)
    return (problem_line(problem, desk) for problem in problems)


def _remembering(source_lines: SourceLines) -> SourceLines:
    """Keep the lines of the few files that neighbouring findings share, so that each is asked for once."""
    kept: dict[str, list[str] | None] = {}

    def lines_of(path: str) -> list[str] | None:
        if path not in kept:
            if len(kept) >= 8:  # noqa: PLR2004 -- two places each of a handful of neighbours
                kept.clear()
            kept[path] = source_lines(path)
        return kept[path]

    return lines_of


def _groups(report: Report, group_by: str) -> list[tuple[str, list[Finding]]]:
    """Group the new findings by rule, the mildest rules first, or by service, each one's gravest findings first."""
    grouped: dict[str, list[Finding]] = {}
    by_rule = group_by == "rule"
    for finding in report.findings:
        if finding.status == "new":
            grouped.setdefault(finding.rule if by_rule else finding.service, []).append(finding)
    if by_rule:
        return sorted(grouped.items(), key=lambda group: (_gravity(group[1]), group[0]))
    for findings in grouped.values():
        findings.sort(key=lambda finding: -SEVERITIES.index(finding.severity))
    return sorted(grouped.items())


def _gravity(findings: Iterable[Finding]) -> int:
    return max(SEVERITIES.index(severity) for severity in {finding.severity for finding in findings})


def _group(name: str, findings: list[Finding], options: TextOptions, desk: Desk) -> Iterator[str]:
    by_rule = options.group_by == "rule"
    shown = findings[: options.limit]
    yield from _group_header(name, findings, desk, by_rule=by_rule)
    shared_help = by_rule and len({finding.help for finding in shown}) == 1
    shared_fix = by_rule and len({finding.fix for finding in shown}) == 1
    told: set[tuple[str, str]] = set()
    for finding in shown:
        yield from finding_block(finding, desk, with_rule=not by_rule)
        advice = "" if shared_help or (finding.rule, finding.help) in told else finding.help
        told.add((finding.rule, finding.help))
        yield from mend_lines(advice, None if shared_fix else finding.fix, desk, 4)
        yield ""
    if len(shown) < len(findings):
        yield from _more(findings[len(shown) :], options, desk)
        yield ""
    mend = list(
        mend_lines(shown[0].help if shared_help else "", shown[0].fix if shared_fix else None, desk, 2)
        if shown
        else ()
    )
    if mend:
        yield from mend
        yield ""


def _group_header(name: str, findings: list[Finding], desk: Desk, *, by_rule: bool) -> Iterator[str]:
    paint, seen = desk.terminal.paint, desk.seen(name)
    if by_rule:
        severity = SEVERITIES[_gravity(findings)]
        services = len({finding.service for finding in findings})
        count = f"{counted(len(findings), 'finding')} in {counted(services, 'service')}"
        left, painted = f"{severity} {seen}", f"{paint(severity, severity)} {paint('strong', seen)}"
    else:
        counts = Counter([finding.severity for finding in findings])
        count = severities_text(counts)
        left, painted = seen, paint("strong", seen)
    yield desk.heading(left, painted, count)
    yield ""


def _more(hidden: list[Finding], options: TextOptions, desk: Desk) -> list[str]:
    """Say how many findings are not shown, where they are, and how to see them."""
    glyphs = desk.terminal.glyphs
    names = (
        [finding.service for finding in hidden]
        if options.group_by == "rule"
        else [finding.rule for finding in hidden]
    )
    common = Counter(names).most_common()
    where = ", ".join(f"{desk.seen(name) or 'the fleet'} {count:,}" for name, count in common[:_NAMES_SHOWN])
    others = f", {len(common) - _NAMES_SHOWN:,} others" if len(common) > _NAMES_SHOWN else ""
    text = f"{len(hidden):,} more ({where}{others}): {options.all_command}"
    if options.quiet:
        rule = f" [{desk.seen(hidden[0].rule)}]" if options.group_by == "rule" else ""
        return [f"{glyphs.ellipsis} {text}{rule}"]
    return list(desk.paragraph(glyphs.ellipsis, text, 2, "strong"))

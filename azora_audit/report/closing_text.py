"""The end of the report for a terminal: what was not judged, what was not read, and what it all comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.findings import SEVERITIES, Place
from azora_audit.records import NamedTuple
from azora_audit.report.characters import wrap
from azora_audit.report.finding_text import counted, excerpt_lines, margin_for
from azora_audit.report.outcome import NEVER, exit_code, failing, tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from azora_audit.findings import NotJudged, Problem, Report
    from azora_audit.report.finding_text import Desk

_NAMES_SHOWN = 3


def not_judged_section(report: Report, desk: Desk) -> Iterator[str]:
    """Yield the rules that were not judged, grouped by reason, the most frequent reason first."""
    if not report.not_judged:
        return
    by_reason: dict[str, list[NotJudged]] = {}
    for row in report.not_judged:
        by_reason.setdefault(row.reason, []).append(row)
    rules = len({row.rule for row in report.not_judged})
    title = "Not judged"
    yield desk.heading(title, desk.terminal.paint("strong", title), f"{counted(rules, 'rule')}")
    yield ""
    for reason, rows in sorted(by_reason.items(), key=lambda group: (-len(group[1]), group[0])):
        names = list(dict.fromkeys(row.service for row in rows))
        yield from desk.paragraph("-", f"{reason} ({_services_text(names)}):", 2, "faint")
        for line in wrap(desk.seen(", ".join(sorted({row.rule for row in rows}))), desk.prose - 6):
            yield f"      {desk.terminal.paint('faint', line)}"
    yield ""


def _services_text(names: list[str]) -> str:
    if len(names) > _NAMES_SHOWN:
        return f"{len(names):,} services"
    return ", ".join(name or "the whole fleet" for name in names)


class Folded(NamedTuple):
    """Problems of one kind in one service that are shown, and how many more of them there are."""

    shown: list[Problem]
    hidden: int


def fold(problems: tuple[Problem, ...], limit: int | None) -> list[Folded]:
    """Group problems by service and kind in the order of their first ones, `limit` of each group to be shown."""
    groups: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        groups.setdefault((problem.service, problem.kind), []).append(problem)
    return [Folded(group[:limit], len(group) - len(group[:limit])) for group in groups.values()]


def more_problems(folded: Folded, all_command: str, desk: Desk) -> str:
    """Say how many problems like the last one are not shown, and how to see them."""
    last = folded.shown[-1]
    where = f" in {desk.seen(last.service)}" if last.service else ""
    return f"{folded.hidden:,} more {desk.seen(last.kind)}{where}: {all_command}"


def problems_section(
    problems: tuple[Problem, ...], limit: int | None, all_command: str, desk: Desk
) -> Iterator[str]:
    """Yield what was not read or not understood, each with its place and what to do, many of a kind folded."""
    if not problems:
        return
    paint = desk.terminal.paint
    title = "Not read or not understood"
    yield desk.heading(title, paint("error", title), counted(len(problems), "problem"))
    yield ""
    for folded in fold(problems, limit):
        for problem in folded.shown:
            yield from _problem_block(problem, desk)
        if folded.hidden:
            text = more_problems(folded, all_command, desk)
            yield from desk.paragraph(desk.terminal.glyphs.ellipsis, text, 2, "strong")
            yield ""


def _problem_block(problem: Problem, desk: Desk) -> Iterator[str]:
    yield from desk.paragraph(f"{desk.seen(problem.kind)}:", problem.message, 2, "error")
    yield from _place(problem, desk)
    if problem.help:
        yield from desk.paragraph("help:", " ".join(problem.help.split()), 4, "strong")
    yield ""


def _place(problem: Problem, desk: Desk) -> Iterator[str]:
    where = _where(problem) or problem.service
    if not where:
        return
    glyphs, paint = desk.terminal.glyphs, desk.terminal.paint
    column = max(problem.column, 1)
    place = Place(problem.path, problem.line, column, problem.line, column + 1)
    margin = margin_for([place])
    lines = (
        list(excerpt_lines(place, desk, margin, ("^", "error", ""))) if problem.line and problem.path else []
    )
    arrow = paint("faint", glyphs.corner if lines else glyphs.alone)
    yield f"{' ' * margin}{arrow} {paint('place', desk.seen(where))}"
    yield from lines


def problem_line(problem: Problem, desk: Desk) -> str:
    """Put a problem on one line: `path:line:column: kind: message`."""
    where = _where(problem)
    prefix = f"{desk.seen(where)}: " if where else ""
    kind = desk.terminal.paint("error", desk.seen(problem.kind))
    return f"{prefix}{kind}: {desk.seen(problem.message)}"


def _where(problem: Problem) -> str:
    return ":".join(str(part) for part in (problem.path, problem.line, problem.column) if part)


def severities_text(counts: Mapping[str, int]) -> str:
    """Write counts of severities, the gravest first: `2 errors, 1 warning`."""
    return ", ".join(
        counted(counts[severity], severity) for severity in reversed(SEVERITIES) if counts.get(severity)
    )


def summary_lines(report: Report, fail_on: str, desk: Desk) -> Iterator[str]:
    """Yield what was found in how much, and the exit code with its reason."""
    counts = tally(report)
    silenced = [
        f"{sum(counts[status].values()):,} {how}"
        for status, how in (("accepted", "accepted by the baseline"), ("allowed", "allowed"))
        if any(counts[status].values())
    ]
    tables = sum(service.tables for service in report.services)
    scope = (
        f"{counted(len(report.services), 'service')}, {counted(tables, 'table')}, "
        f"{counted(report.rules_run, 'rule')}"
    )
    found = severities_text(counts["new"]) or "No findings"
    code = exit_code(report, fail_on)
    good = code == 0
    glyphs = desk.terminal.glyphs
    mark = glyphs.met if good else glyphs.not_met
    text = "; ".join([f"{found} in {scope}", *silenced])
    yield from desk.paragraph(mark, f"{text}.", 0, "good" if good else "error")
    yield from desk.paragraph(f"Exit code {code}:", _reason(report, fail_on), 0, "strong")


def _reason(report: Report, fail_on: str) -> str:
    if report.problems:
        return f"{counted(len(report.problems), 'problem')}, so not everything was judged."
    grave = failing(tally(report), fail_on)
    if any(grave.values()):
        return f"{severities_text(grave)} at or above {fail_on}."
    if fail_on == NEVER:
        return "findings do not fail the run."
    return f"nothing new at or above {fail_on}."

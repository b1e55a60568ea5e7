"""The report formats by name, for a check and for a proof; each is imported when it is asked for.

A proof has forms of its own where its scripts and obligations matter; in all others it is shown as the report of a check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.findings import Report
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from azora_audit.proof import ProofReport
    from azora_audit.report.finding_text import SourceLines
    from azora_audit.report.rule_pages import RulePages
    from azora_audit.report.terminal import Terminal


class View(NamedTuple):
    """What a format is given besides the report.

    `fail_on` is the severity that fails the run; `source_lines` gives the lines of files for excerpts; `rules` gives the
    rules' pages; `folder` gives the checked folder's path from the root of its repository, empty for the root itself;
    `room` is how many bytes the Markdown may have. HTML shows what has changed since the `former` report, and says when
    it was `written`. The rest is of the text format: `group_by` is `rule` or `service`, `limit` how many findings of a
    group are shown (None: all), `quiet` leaves a line for each, and `encoding` is that of the terminal.
    """

    fail_on: str
    source_lines: SourceLines
    terminal: Terminal
    rules: RulePages = dict
    folder: Callable[[], str] = str
    encoding: str = "utf-8"
    group_by: str = "rule"
    limit: int | None = 3
    quiet: bool = False
    room: int = 60_000
    former: Report | None = None
    written: Callable[[], str] = str


def render(name: str, report: Report | ProofReport, view: View) -> Iterable[bytes]:
    """Render a report in the format of a name of `FORMATS`; a part may be a line or the whole."""
    if isinstance(report, Report):
        return FORMATS[name](report, view)
    if name in _PROOF_FORMATS:
        return _PROOF_FORMATS[name](report, view)
    from azora_audit.report.proof_outcome import as_report

    return FORMATS[name](as_report(report), view)


def _text(report: Report, view: View) -> Iterable[bytes]:
    from azora_audit.report.text import TextOptions, render_text

    options = TextOptions(view.group_by, view.limit, view.quiet, view.fail_on)
    lines = render_text(report, options=options, source_lines=view.source_lines, terminal=view.terminal)
    return _encoded(lines, view)


def _json(report: Report, view: View) -> Iterable[bytes]:
    from azora_audit.report.json_report import render_json

    return [render_json(report, fail_on=view.fail_on)]


def _csv(report: Report, _view: View) -> Iterable[bytes]:
    from azora_audit.report.inventory_csv import render_csv

    return render_csv(report)


def _sarif(report: Report, view: View) -> Iterable[bytes]:
    from azora_audit.report.sarif import render_sarif

    return [render_sarif(report, view)]


def _junit(report: Report, view: View) -> Iterable[bytes]:
    from azora_audit.report.junit import render_junit

    return render_junit(report, view)


def _gitlab(report: Report, view: View) -> Iterable[bytes]:
    from azora_audit.report.gitlab import render_gitlab

    return render_gitlab(report, view)


def _github(report: Report, view: View) -> Iterable[bytes]:
    from azora_audit.report.github import render_github

    return render_github(report, view)


def _markdown(report: Report, view: View) -> Iterable[bytes]:
    from azora_audit.report.markdown import render_markdown

    return [render_markdown(report, view)]


def _html(report: Report | ProofReport, view: View) -> Iterable[bytes]:
    from azora_audit.report.html import render_html

    return [render_html(report, view)]


def _proof_text(report: ProofReport, view: View) -> Iterable[bytes]:
    from azora_audit.report.proof_text import render_proof_text

    lines = render_proof_text(report, limit=view.limit, fail_on=view.fail_on, terminal=view.terminal)
    return _encoded(lines, view)


def _proof_json(report: ProofReport, view: View) -> Iterable[bytes]:
    from azora_audit.report.proof_json import render_proof_json

    return [render_proof_json(report, fail_on=view.fail_on)]


def _proof_junit(report: ProofReport, _view: View) -> Iterable[bytes]:
    from azora_audit.report.proof_junit import render_proof_junit

    return render_proof_junit(report)


def _encoded(lines: Iterable[str], view: View) -> Iterator[bytes]:
    from azora_audit.report.characters import calm

    glyphs = view.terminal.glyphs
    return (f"{calm(line, glyphs)}\n".encode(view.encoding, "backslashreplace") for line in lines)


FORMATS: Mapping[str, Callable[[Report, View], Iterable[bytes]]] = {
    "text": _text,
    "json": _json,
    "csv": _csv,
    "sarif": _sarif,
    "junit": _junit,
    "gitlab": _gitlab,
    "github": _github,
    "markdown": _markdown,
    "html": _html,
}
"""Every format that a report can be written in."""

INVENTORY_FORMATS = frozenset({"csv", "html"})
"""Those that show the inventory, which a check takes only if it is asked to."""

NOT_OF_PROOFS = frozenset({"csv"})
"""Those for which a proof has nothing."""

_PROOF_FORMATS: Mapping[str, Callable[[ProofReport, View], Iterable[bytes]]] = {
    "text": _proof_text,
    "json": _proof_json,
    "junit": _proof_junit,
    "html": _html,
}

PROOF_FORMATS = tuple(
    name for name in dict.fromkeys([*FORMATS, *_PROOF_FORMATS]) if name not in NOT_OF_PROOFS
)
"""Every format that a proof can be written in."""

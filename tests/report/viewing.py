"""Views of reports for tests: as the command line makes them, with files that are texts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from azora_audit import api
from azora_audit.report.formats import View, render
from azora_audit.report.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from azora_audit.findings import Report
    from azora_audit.proof import ProofReport
    from azora_audit.report.rule_pages import RulePage


@cache
def pages() -> Mapping[str, RulePage]:
    return api.rule_pages()


def view(
    source_lines: Callable[[str], list[str] | None] = lambda _: None,
    *,
    fail_on: str = "warning",
    folder: str = "",
) -> View:
    return View(fail_on, source_lines, Terminal(), rules=pages, folder=lambda: folder)


def rendered(name: str, report: Report | ProofReport, given: View | None = None) -> bytes:
    return b"".join(render(name, report, given or view()))

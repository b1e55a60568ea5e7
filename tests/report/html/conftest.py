"""A real Chromium: where there is none, these tests are skipped, and `nox -s browser` fails."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from azora_audit.report.characters import UNICODE
from azora_audit.report.formats import View
from azora_audit.report.html import render_html
from azora_audit.report.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

    from azora_audit.findings import Report
    from azora_audit.proof import ProofReport

CHROMIUM = os.environ.get("AZORA_AUDIT_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
REQUIRED = "AZORA_AUDIT_BROWSER_REQUIRED"

VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""


class Opened:
    """A page in a tab, with all that it did that no report may do."""

    def __init__(self, tab: Tab, path: Path, *, scripts: bool) -> None:
        self.tab = tab
        self.scripts = scripts
        self.path = path
        self.faults: list[str] = []
        self.asked: list[str] = []
        tab.on("console", lambda message: self.faults.append(f"console {message.type}: {message.text}"))
        tab.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        tab.on("request", lambda request: self.asked.append(request.url))

    def go(self, fragment: str = "") -> None:
        self.tab.goto(f"{self.path.as_uri()}{fragment}")
        if self.scripts:
            self.tab.locator("html[data-ready]").wait_for(state="attached")

    def text(self, selector: str) -> str:
        return self.tab.inner_text(selector)

    def check(self) -> None:
        """Hold the page to what every page is held to."""
        assert self.faults == []
        assert set(self.asked) == {self.path.as_uri()} | {url for url in self.asked if "#" in url}
        if self.scripts:  # without them nothing can be evaluated
            assert self.tab.evaluate("window.violations") == []
            assert self.tab.evaluate("window.pwn") is None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get(REQUIRED):
            pytest.fail("there is no Chromium: apt-get install chromium, or name one in AZORA_AUDIT_CHROMIUM")
        pytest.skip("no Chromium is installed: `nox -s browser` needs one")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- 0.2 s, where there is a browser

    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield running
        running.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Open reports; each is held to what every page is held to at the end."""
    pages: list[Opened] = []

    def open_(
        report: Report | ProofReport,
        fragment: str = "",
        *,
        view: dict[str, Any] | None = None,
        **context: Any,
    ) -> Opened:
        fields = {"source_lines": lambda _path: None} | (view or {})
        path = tmp_path / f"report{len(pages)}.html"
        path.write_bytes(render_html(report, View("warning", terminal=Terminal(glyphs=UNICODE), **fields)))
        tab = browser.new_context(viewport={"width": 1280, "height": 900}, **context).new_page()
        tab.add_init_script(VIOLATIONS)
        page = Opened(tab, path, scripts=context.get("java_script_enabled", True))
        pages.append(page)
        page.go(fragment)
        return page

    yield open_
    for page in pages:
        page.check()
        page.tab.context.close()

"""Takes the README's picture of the HTML report.

Usage: python -m tests.report.html.screenshot
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from azora_audit import api
from azora_audit.report.characters import UNICODE
from azora_audit.report.formats import View
from azora_audit.report.html import render_html
from azora_audit.report.terminal import Terminal
from tests.report.html.conftest import CHROMIUM

ROOT = Path(__file__).parents[3]
CLAIMED = ROOT / "fixtures" / "azora-claimed"
TARGET = ROOT / "reports" / "azora-claimed.png"
PLACE = "#schema?service=azora-lms&table=public.assignments"


def main() -> None:
    """Write the picture."""
    report = api.check(CLAIMED, use_cache=False, inventory=True).report
    view = View(
        "warning", lambda path: (CLAIMED / path).read_text("utf-8").split("\n"), Terminal(glyphs=UNICODE)
    )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder) / "report.html"
        page.write_bytes(render_html(report, view))
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        tab = browser.new_page(viewport={"width": 1240, "height": 800})
        tab.goto(page.as_uri() + PLACE)
        tab.locator("#tables tbody tr").first.wait_for()
        tab.wait_for_timeout(300)
        tab.screenshot(path=TARGET)
        browser.close()


if __name__ == "__main__":
    main()

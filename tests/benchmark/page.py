"""Measures the HTML report of 1,000 services with 20,000 findings in a real Chromium.

Usage: python -m tests.benchmark.page
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from azora_audit.findings import Finding, Fix, NotJudged, Place, Report, ServiceSummary, SourceSummary
from azora_audit.inventory import InventoryColumn, InventoryForeignKey, InventoryTable, ServiceInventory
from azora_audit.report.characters import UNICODE
from azora_audit.report.formats import View
from azora_audit.report.html import render_html
from azora_audit.report.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, CDPSession

SERVICES, TABLES, COLUMNS, FINDINGS, RULES = 1_000, 7, 10, 20, 60
MOST_BYTES, MOST_LOAD, MOST_FILTER = 15_000_000, 2.0, 0.1
NOUNS = (
    "customer",
    "invoice",
    "payment",
    "account",
    "ledger",
    "student",
    "course",
    "ticket",
    "device",
    "loan",
)

FILTERS = (
    ("severity", "error"),
    ("service", "=service-0500"),
    ("rule", "rule-07"),
    ("q", "invoice column3"),
    ("q", "nothing that is there"),
)


def path_of(service: int) -> str:
    """The file of a service."""
    return f"services/service-{service:04}/prisma/schema.prisma"


def findings(service: int) -> Iterator[Finding]:
    """The findings of a service, each with a place, a fix and a text of its own."""
    for number in range(FINDINGS):
        rule = (service * 7 + number * 13) % RULES
        table, column = NOUNS[number % TABLES], f"column{number % COLUMNS}"
        line = 5 + 13 * (number % TABLES) + number % COLUMNS
        yield Finding(
            rule=f"rule-{rule:02}",
            severity=("note", "warning", "error")[(service + number) % 3],
            precision="high",
            service=f"service-{service:04}",
            kind="column",
            entity=f"service-{service:04}.public.{table}s.{column}",
            places=(Place(path_of(service), line, 3, line, 12),),
            related="",
            related_places=(),
            message=f"column {column} of {table}s in service {service} holds what rule {rule} is about",
            help=f"What to do about rule {rule}, in a sentence or two that explain where the value should go instead.",
            evidence={},
            fix=Fix(
                f'alter table public."{table}s" alter column "{column}" set not null;',
                "",
                "",
                "safe",
                "no rewrite",
            ),
            fingerprint=f"{service:04x}{number:04x}".ljust(24, "0"),
            status="new",
            reason="",
            controls=(f"pci-dss/{rule % 12}.{rule % 5}",),
        )


def inventory(service: int) -> ServiceInventory:
    """The tables of a service, each with two foreign keys to those before it."""
    tables = []
    for number in range(TABLES):
        columns = tuple(
            InventoryColumn(
                f"column{place}", "character varying(36)", place > 3, "", "", int(place == 0),
                ("contact",) if place == 5 else (), "", tenant=False,
            )
            for place in range(COLUMNS)
        )  # fmt: skip
        keys = tuple(
            InventoryForeignKey(
                f"key{place}", (f"column{place + 1}",), f"public.{NOUNS[parent]}s", ("column0",), True,
                ("cascade", "restrict")[place], "no action", ("none", "covered")[place], emulated=False,
            )
            for place, parent in enumerate({number // 2, number - 1} if number > 1 else {0} if number else set())
        )  # fmt: skip
        tables.append(
            InventoryTable(
                "public", f"{NOUNS[number]}s", "ordinary", "entity", 0, "none", 0, path_of(service), 4 + 13 * number,
                columns, keys,
            )
        )  # fmt: skip
    return ServiceInventory(f"service-{service:04}", ("policies",), tuple(tables))


def large_report() -> Report:
    """A fleet of 1,000 services."""
    return Report(
        services=tuple(
            ServiceSummary(
                f"service-{number:04}",
                f"services/service-{number:04}",
                (SourceSummary("prisma", path_of(number), 1, "prisma"),),
                TABLES,
            )
            for number in range(SERVICES)
        ),
        findings=tuple(found for number in range(SERVICES) for found in findings(number)),
        checklist=(),
        not_judged=tuple(
            NotJudged(f"rule-{rule}", f"service-{number:04}", "its sources do not tell all policies")
            for number in range(SERVICES)
            for rule in range(20)
        ),
        problems=(),
        rules_run=RULES,
        inventory=tuple(inventory(number) for number in range(SERVICES)),
    )


def source_lines(path: str) -> list[str]:
    """A schema as people write it; every service has its own words."""
    lines = [f"// {path}", "datasource db {", '  provider = "postgresql"', "}"]
    for noun in NOUNS:
        lines += [
            f"model {noun.capitalize()} {{",
            *(f"  column{n} String @db.VarChar(36) // {noun} of {path[9:21]}" for n in range(COLUMNS)),
            "}",
            "",
        ]
    return lines


def measure(browser: Browser, path: Path) -> tuple[float, float]:
    """Return the main thread's seconds until the page is ready, and those of the slowest filter with its layout.

    Processor time, because other work on the machine is none of the page's: the least of three.
    """
    loads, filters = [], []
    for _ in range(3):
        tab = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        metrics = tab.context.new_cdp_session(tab)
        metrics.send("Performance.enable", {"timeDomain": "threadTicks"})
        tab.goto(path.as_uri())
        tab.locator("html[data-ready]").wait_for(state="attached")
        tab.evaluate("document.body.getBoundingClientRect().height")
        loads.append(_seconds(metrics))
        slowest = 0.0
        for name, value in FILTERS:
            before = _seconds(metrics)
            tab.evaluate(_FILTER, [name, value])
            slowest = max(slowest, _seconds(metrics) - before)
            tab.evaluate("document.getElementById('filters').reset()")
            tab.wait_for_timeout(100)
        filters.append(slowest)
        tab.context.close()
    return min(loads), min(filters)


def _seconds(metrics: CDPSession) -> float:
    """Return the main thread's processor time so far, in seconds."""
    found = {each["name"]: each["value"] for each in metrics.send("Performance.getMetrics")["metrics"]}
    return float(found["TaskDuration"])


_FILTER = """
([name, value]) => {
  const field = document.querySelector(`#filters [name=${name}]`);
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  document.body.getBoundingClientRect();
}
"""


def main() -> int:
    """Print the figures; return 1 if one is over what the report may take."""
    executable = os.environ.get("AZORA_AUDIT_CHROMIUM") or shutil.which("chromium")
    report = large_report()
    start = time.process_time()
    content = render_html(report, View("warning", source_lines, Terminal(glyphs=UNICODE)))
    print(f"written in {time.process_time() - start:.1f} s of processor time")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "report.html"
        path.write_bytes(content)
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        load, filtering = measure(browser, path)
        browser.close()
    print(f"{len(content):,} bytes (at most {MOST_BYTES:,})")
    print(f"open in {load:.2f} s of processor time (at most {MOST_LOAD})")
    print(f"slowest filter in {filtering:.3f} s of processor time (at most {MOST_FILTER})")
    return int(len(content) > MOST_BYTES or load > MOST_LOAD or filtering > MOST_FILTER)


if __name__ == "__main__":
    sys.exit(main())

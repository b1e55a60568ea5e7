"""The page in a real Chromium: filters, copying, diagrams, keyboard, paper, hostile names, and what axe finds."""

from __future__ import annotations

import os
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from azora_audit import api
from azora_audit.proof import Effect, ProofReport, Radius, ServiceProofs
from azora_audit.report.html.pool import seen
from tests.report.html.hostile import PAYLOADS, hostile, hostile_proof, lines
from tests.report.sample import sample, sample_inventory, source_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from azora_audit.findings import Report
    from tests.report.html.conftest import Opened

    Open = Callable[..., Opened]

CLAIMED = Path(__file__).parents[3] / "fixtures" / "azora-claimed"
NAMED = tuple({payload.casefold(): payload for payload in PAYLOADS if payload.strip()}.values())
"""Those that can be names, each once: axe wants a text in headers and links, and regions with different ones."""
AXE = os.environ.get("AZORA_AUDIT_AXE", "")


@pytest.fixture(scope="module")
def claimed() -> Report:
    checklists = ("azora", "pci-dss", "gdpr")
    return api.check(CLAIMED, use_cache=False, inventory=True, checklists=checklists).report


def claimed_lines(path: str) -> list[str] | None:
    return (CLAIMED / path).read_text("utf-8").split("\n")


CLAIMED_VIEW = {"source_lines": claimed_lines, "rules": api.rule_pages}


def shown(page: Opened) -> list[str]:
    return page.tab.locator("#list .message").all_inner_texts()


def test_findings_are_filtered_by_each_field_and_all_together(opened: Open, claimed: Report) -> None:
    page = opened(claimed, view=CLAIMED_VIEW)
    tab = page.tab
    assert page.text("#found").startswith(f"{len(claimed.findings)} findings")
    assert len(shown(page)) == 100

    def expected(**wanted: str) -> int:
        return sum(
            all(getattr(found, name) == value for name, value in wanted.items()) for found in claimed.findings
        )

    tab.select_option("#filters [name=severity]", "error")
    assert page.text("#found").startswith(f"{expected(severity='error')} findings of {len(claimed.findings)}")
    tab.select_option("#filters [name=service]", "=billing-service")
    both = expected(severity="error", service="billing-service")
    assert page.text("#found").startswith(f"{both} findings of")
    assert len(shown(page)) == both
    assert "severity=error" in tab.url
    assert "service=%3Dbilling-service" in tab.url
    tab.fill("#filters [name=q]", "INVOICE.public")
    assert page.text("#found") == "No findings match."
    tab.fill("#filters [name=q]", "invoice money")
    assert all("invoice" in text.lower() for text in shown(page))
    assert shown(page)
    tab.click("#filters [type=reset]")
    tab.wait_for_timeout(50)
    assert page.text("#found").startswith(f"{len(claimed.findings)} findings")
    tab.select_option("#filters [name=rule]", "float-money")
    assert page.text("#found").startswith(f"{expected(rule='float-money')} findings of")
    tab.select_option("#filters [name=rule]", "")
    control = next(control for found in claimed.findings for control in found.controls)
    tab.select_option("#filters [name=control]", control)
    wanted = sum(control in found.controls for found in claimed.findings)
    assert page.text("#found").startswith(f"{wanted} finding")


def test_a_state_is_an_address_that_can_be_sent_and_gone_back_to(opened: Open, claimed: Report) -> None:
    page = opened(claimed, "#findings?severity=warning&q=index&page=1", view=CLAIMED_VIEW)
    assert page.tab.input_value("#filters [name=q]") == "index"
    assert page.tab.input_value("#filters [name=severity]") == "warning"
    page.tab.click("a[data-service='kyc-aml-service']")
    assert page.tab.input_value("#filters [name=q]") == ""
    count = sum(found.service == "kyc-aml-service" for found in claimed.findings)
    assert page.text("#found").startswith(f"{count} findings of")
    page.tab.go_back()
    page.tab.wait_for_timeout(100)
    assert page.tab.input_value("#filters [name=q]") == "index"


def test_each_finding_has_an_address_of_its_own(opened: Open, claimed: Report) -> None:
    found = next(each for each in claimed.findings if each.fix and each.fix.sql and each.places)
    page = opened(claimed, f"#finding?id={quote(found.fingerprint)}", view=CLAIMED_VIEW)
    assert shown(page) == [found.message]
    body = page.text("#list .body")
    assert found.help in body
    page.tab.click("#list .reason summary")
    assert page.tab.is_visible("#list .reason p >> nth=0")
    line = claimed_lines(found.places[0].path)[found.places[0].line - 1]  # type: ignore[index]
    assert line.strip() in body
    marked = page.text("#list mark")
    assert marked == line[found.places[0].column - 1 : found.places[0].end_column - 1]


def test_pages_are_turned(opened: Open, claimed: Report) -> None:
    page = opened(claimed, view=CLAIMED_VIEW)
    first = shown(page)
    page.tab.click("#after")
    assert shown(page) != first
    assert page.text("#page") == "2 of 4"
    assert "page=2" in page.tab.url
    assert page.tab.evaluate("document.activeElement.id") == "findings-title"
    page.tab.click("#before")
    assert shown(page) == first
    assert page.tab.is_disabled("#before")


def test_a_fix_is_copied_as_it_is_shown(opened: Open, claimed: Report) -> None:
    found = next(each for each in claimed.findings if each.fix and each.fix.sql)
    page = opened(
        claimed,
        f"#finding?id={found.fingerprint}",
        view=CLAIMED_VIEW,
        permissions=["clipboard-read", "clipboard-write"],
    )
    page.tab.click("#list .copy >> nth=-1")
    page.tab.wait_for_timeout(100)
    assert found.fix
    assert page.tab.evaluate("navigator.clipboard.readText()") == found.fix.sql.strip("\n")
    assert page.text("#list .copy >> nth=-1") == "Copied"
    assert page.tab.text_content("#said") == "Copied."


def test_without_a_clipboard_the_fix_is_selected(opened: Open, claimed: Report) -> None:
    found = next(each for each in claimed.findings if each.fix and each.fix.sql)
    page = opened(claimed, view=CLAIMED_VIEW)
    handler = partial(_Quiet, directory=str(page.path.parent))
    with ThreadingHTTPServer(("0.0.0.0", 0), handler) as served:  # noqa: S104 -- a name that is no secure context
        threading.Thread(target=served.serve_forever, daemon=True).start()
        tab = page.tab.context.new_page()
        # only localhost is taken as secure without TLS; 0.0.0.0 is this machine and is not
        tab.goto(f"http://0.0.0.0:{served.server_port}/{page.path.name}#finding?id={found.fingerprint}")
        assert tab.evaluate("window.isSecureContext") is False
        tab.click("#list .copy >> nth=-1")
        tab.wait_for_timeout(100)
        assert found.fix
        assert tab.evaluate("String(getSelection())").strip() == found.fix.sql.strip()
        assert tab.inner_text("#list .copy >> nth=-1") in {"Copied", "Selected"}
        tab.close()
        served.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name in the standard library
        """Say nothing."""


def test_a_diagram_shows_every_table_column_and_key(opened: Open, claimed: Report) -> None:
    (service,) = [each for each in claimed.inventory if each.service == "azora-education"]
    page = opened(claimed, "#schema?service=azora-education", view=CLAIMED_VIEW)
    tab = page.tab
    assert tab.locator(".box").count() == len(service.tables) == 7
    names = tab.locator(".box .name").all_text_contents()
    assert sorted(names) == sorted(table.name for table in service.tables)
    assert tab.locator(".box .row").count() == sum(len(table.columns) for table in service.tables)
    keys = [key for table in service.tables for key in table.foreign_keys]
    assert tab.locator(".link").count() == len(keys)
    assert tab.locator(".head.cascade").count() - 1 == sum(key.on_delete == "cascade" for key in keys)
    assert tab.locator(".link .edge.bare").count() == sum(key.indexed == "none" for key in keys)
    sensitive = sum(
        bool(column.sensitive and not column.protection)
        for table in service.tables
        for column in table.columns
    )
    assert tab.locator(".box .sign:not(.protected)").count() == sensitive > 0
    assert tab.get_attribute("#canvas svg", "aria-hidden") == "true"
    rows = tab.locator("#tables tbody tr")
    assert rows.count() == len(service.tables)
    assert "studentId → public.Student, on delete cascade" in page.text("#tables")
    assert "◆ password: credential, in clear" in page.text("#tables")


def test_the_blast_radius_is_said_and_shown(opened: Open, claimed: Report) -> None:
    page = opened(claimed, "#schema?service=azora-education", view=CLAIMED_VIEW)
    student = page.tab.locator("#tables tbody tr", has_text="Student").filter(
        has=page.tab.get_by_role("button")
    )
    page.tab.get_by_role("button", name="Blast radius of Student").click()
    assert student.count() >= 1
    words = page.text("#radius")
    assert words.startswith("Deleting a row of Student deletes rows of 1 other table: Enrollment;")
    assert "Progress still refer" in words
    assert page.tab.locator(".box.hit .badge").all_text_contents() in (
        ["deleted", "deleted here"],
        ["deleted here", "deleted"],
    )
    assert "table=public.Student" in page.tab.url
    page.tab.click("#forget")
    assert page.text("#radius") == ""
    page.tab.click(".box[data-table='0']")
    assert page.text("#radius").startswith("Deleting a row of ")


def test_a_proof_adds_what_a_server_did_to_the_blast_radius(opened: Open) -> None:
    effects = (
        Effect("public.Plan", "", 4, 1, 0, 0, 0, 0, ()),
        Effect("public.Subscription", "", 4, 3, 0, 0, 0, 0, ()),
    )
    radius = Radius("billing-service", "public.Plan", "", "removed", "", "delete", (), effects, (), ())
    proofs = ServiceProofs("billing-service", 2, (), (), complete=True, radii=(radius,))
    report = ProofReport(sample().services, (proofs,), (), (), 0, False, sample_inventory())
    page = opened(report, "#schema?service=billing-service&table=public.Plan")
    assert page.text("#radius") == (
        "Deleting a row of Plan deletes rows of 1 other table: Subscription."
        " Measured on generated rows: public.Plan: 1 of 4 gone; public.Subscription: 3 of 4 gone."
    )
    assert "3 of 4 gone" in page.text("#proof")


def many(count: int) -> Report:
    """A service of so many tables: a hub, chains, a table that refers to itself."""
    (_, table), *_ = [each.tables for each in sample_inventory()]
    tables = []
    for number in range(count):
        keys = tuple(
            table.foreign_keys[0]._replace(name=f"k{parent}", references=f"public.t{parent:03}")
            for parent in sorted(
                {0, number // 2, number if number % 10 == 1 else 0}
                - ({number} if number % 10 != 1 else set())
            )
            if number
        )
        tables.append(table._replace(name=f"t{number:03}", foreign_keys=keys))
    service = sample_inventory()[0]._replace(service="many", tables=tuple(tables))
    return sample()._replace(inventory=(service,))


def test_a_middling_schema_has_a_whole_and_neighbourhoods(opened: Open) -> None:
    page = opened(many(51), "#schemas")
    page.tab.locator(".box").first.wait_for()
    assert page.tab.locator(".box").count() == 51
    assert "far" in str(page.tab.get_attribute("#canvas svg", "class"))
    assert page.tab.locator(".box .big >> visible=true").count() == 51
    assert page.tab.locator("#choose [name=focus] option").count() == 52
    page.tab.select_option("#choose [name=focus]", label="t040 and its neighbours")
    names = page.tab.locator(".box .name").all_text_contents()
    assert names == ["t000", "t020", "t040"]
    assert page.tab.locator(".box .type").first.text_content()
    loops = page.tab.locator("#choose [name=focus]")
    loops.select_option(label="t011 and its neighbours")
    assert page.tab.locator(".link[data-child='11'][data-parent='11']").count() == 1


def test_a_large_schema_opens_on_the_table_that_most_refer_to(opened: Open) -> None:
    page = opened(many(61), "#schemas")
    page.tab.locator(".box").first.wait_for()
    chosen = page.tab.evaluate(
        "document.querySelector('#choose [name=focus]').selectedOptions[0].textContent"
    )
    assert chosen == "t000 and its neighbours"
    assert page.tab.locator("#choose [name=focus] option").count() == 61
    assert page.tab.locator("#tables tbody tr").count() == page.tab.locator(".box").count() > 20
    page.tab.select_option("#choose [name=focus]", label="t040 and its neighbours")
    assert page.text("#tables-title") == "Tables in the diagram: 3 of 61"
    assert page.tab.locator("#tables tbody tr").count() == 3


def test_the_keyboard_reaches_everything(opened: Open, claimed: Report) -> None:
    page = opened(claimed, view=CLAIMED_VIEW)
    tab = page.tab
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"
    tab.focus("#list summary >> nth=0")
    tab.keyboard.press("Enter")
    tab.locator("#list details[open] .body").wait_for()  # it is made when the element says that it is open
    tab.locator("#schemas").scroll_into_view_if_needed()
    tab.locator(".box").first.wait_for()
    tab.focus("#canvas")
    before = float(str(tab.get_attribute("#canvas svg", "width")))
    tab.keyboard.press("+")
    assert float(str(tab.get_attribute("#canvas svg", "width"))) > before
    tab.keyboard.press("0")
    assert float(str(tab.get_attribute("#canvas svg", "width"))) == before
    reached = {"seen": 0}
    tab.focus("#choose select >> nth=0")
    for _ in range(12):
        tab.keyboard.press("Tab")
        reached["seen"] += tab.evaluate(
            "document.activeElement.matches('button, select, a, .canvas, .scroll')"
        )
    assert reached["seen"] == 12


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_is_the_systems_until_one_is_chosen(opened: Open, scheme: str) -> None:
    page = opened(sample(), color_scheme=scheme)
    colour = "getComputedStyle(document.body).backgroundColor"
    own = page.tab.evaluate(colour)
    page.tab.select_option("#theme", "dark" if scheme == "light" else "light")
    assert page.tab.evaluate(colour) != own
    other = page.tab.evaluate(colour)
    page.go("#findings")
    page.tab.reload()
    assert page.tab.evaluate(colour) == other, "remembered"
    page.tab.select_option("#theme", "")
    assert page.tab.evaluate(colour) == own


def test_without_scripts_the_page_says_so_and_what_matters(opened: Open, claimed: Report) -> None:
    page = opened(claimed, view=CLAIMED_VIEW, java_script_enabled=False)
    tab = page.tab
    assert tab.is_visible("#off")
    assert tab.is_visible("#worst")
    assert not tab.is_visible("#explorer")
    assert tab.locator("#worst .finding").count() == 200
    tab.click("#worst summary >> nth=0")
    assert tab.is_visible("#worst .finding:first-child .body")
    for words in ("Checklist", "PCI DSS 4.0.1", "Not judged", "virtual-card-service"):
        assert tab.get_by_text(words).count() >= 1


def test_a_report_is_printed_with_what_is_filtered(opened: Open, claimed: Report) -> None:
    page = opened(claimed, "#findings?service=%3Dvirtual-card-service", view=CLAIMED_VIEW)
    count = sum(found.service == "virtual-card-service" for found in claimed.findings)
    pdf = page.tab.pdf()
    assert pdf.startswith(b"%PDF")
    page.tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.tab.emulate_media(media="print")
    assert page.tab.locator("#list details[open] .body").count() == count
    assert not page.tab.is_visible("#filters")
    assert page.tab.is_visible("#canvas svg")
    page.tab.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.tab.locator("#list details[open] .body").count() == 0


OPEN_ALL = "all => { for (const each of all) each.open = true; }"

EACH_SCHEMA = """
() => [...document.querySelector("#choose [name=service]").options].map((option) => {
  const select = document.querySelector("#choose [name=service]");
  select.value = option.value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  document.querySelector("#tables tbody button").click();
  return [document.querySelectorAll(".box").length, document.getElementById("radius").textContent];
})
"""

EACH_FILTER = """
(name) => [...document.querySelector(`#filters [name=${name}]`).options].map((option) => {
  const select = document.querySelector(`#filters [name=${name}]`);
  select.value = option.value;
  select.dispatchEvent(new Event("input", { bubbles: true }));
  const words = document.getElementById("found").textContent;
  select.value = "";
  return words;
})
"""


def test_hostile_names_are_text_everywhere(opened: Open) -> None:
    page = opened(hostile(), view={"source_lines": lines})
    tab = page.tab
    tab.eval_on_selector_all("#list details, #checklist details", OPEN_ALL)
    texts = set(tab.locator("#list .message").all_text_contents())
    assert texts == {seen(payload) for payload in PAYLOADS}
    schemas = tab.evaluate(EACH_SCHEMA)
    assert len(schemas) == len(PAYLOADS)
    for boxes, words in schemas:
        assert boxes == 2
        assert words.startswith("Deleting a row of")
    for name in ("service", "rule", "control", "status", "severity"):
        said = tab.evaluate(EACH_FILTER, name)
        assert len(said) > 1
        assert "No findings match." not in said
    for payload in PAYLOADS[:20]:
        words = quote(payload.encode("utf-8", "surrogatepass"))
        tab.evaluate("words => { location.hash = `#findings?rule=${words}&q=${words}`; }", words)
        tab.evaluate("words => { location.hash = `#schema?service=${words}&table=${words}`; }", words)
        tab.wait_for_timeout(20)
    page.go("#finding?id=%E0%A4%A")
    page.go("#__proto__?constructor=1")


def test_a_hostile_proof_is_text_everywhere(opened: Open) -> None:
    page = opened(hostile_proof())
    page.tab.eval_on_selector_all("#proof details", OPEN_ALL)
    messages = page.tab.locator("#proof .where").all_text_contents()
    assert set(messages) == {seen(payload) for payload in PAYLOADS}


needs_axe = pytest.mark.skipif(not AXE, reason="axe-core is fetched by `nox -s browser`")


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["claimed", "former", "hostile", "proof", "empty", "large"])
def test_axe_finds_nothing(opened: Open, claimed: Report, kind: str, scheme: str) -> None:
    empty = sample()._replace(
        services=(), findings=(), checklist=(), not_judged=(), problems=(), inventory=()
    )
    kinds: dict[str, tuple[Report | ProofReport, dict[str, Any]]] = {
        "claimed": (claimed, CLAIMED_VIEW),
        "former": (sample(), {"source_lines": source_lines, "former": empty}),
        "hostile": (hostile(NAMED), {"source_lines": lines}),
        "proof": (hostile_proof(NAMED), {}),
        "empty": (empty, {}),
        "large": (many(51), {}),
    }
    report, view = kinds[kind]
    page = opened(report, view=view, color_scheme=scheme)
    tab = page.tab
    for number in range(min(tab.locator("#list summary").count(), 6)):
        tab.locator("#list summary").nth(number).click()
    for summary in tab.locator("#checklist summary, #proof summary").all()[:6]:
        summary.click()
    if report.inventory:
        tab.locator("#schemas").scroll_into_view_if_needed()
        tab.locator(".box").first.wait_for()
    if kind == "claimed":
        tab.get_by_role("button", name="Blast radius of").first.click()
    tab.evaluate(Path(AXE).read_text("utf-8"))
    found = tab.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    said = [
        (each["id"], each["impact"], [node["html"][:200] for node in each["nodes"][:3]])
        for each in found["violations"]
    ]
    assert said == []

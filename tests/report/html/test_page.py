"""The page as a file: its markup is ours alone, its policy forbids all else, and without a script it says what matters."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from azora_audit.findings import Report
from azora_audit.report import html
from azora_audit.report.characters import UNICODE
from azora_audit.report.formats import View
from azora_audit.report.html import render_html
from azora_audit.report.html.pool import island, seen
from azora_audit.report.html.reasons import paragraphs
from azora_audit.report.rule_pages import RulePage, RuleSheet
from azora_audit.report.terminal import Terminal
from tests.report.html.hostile import PAYLOADS, hostile, hostile_proof, lines
from tests.report.sample import sample, sample_inventory, source_lines, verified_sample

if TYPE_CHECKING:
    from azora_audit.proof import ProofReport

FOLDER = Path(html.__file__).parent
EMPTY = Report((), (), (), (), (), 0)
VOID = {"meta", "br", "rect", "path", "input", "link"}
SCRIPTS = sorted(FOLDER.glob("*.js"))


def written(report: Report | ProofReport, **fields: Any) -> str:
    view = View("warning", fields.pop("source_lines", source_lines), Terminal(glyphs=UNICODE), **fields)
    return render_html(report, view).decode("utf-8")


class Page(HTMLParser):
    """What a parser finds: elements with attributes, and the text of each kind of element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.comments: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts[self.open[-1]][-1] += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def attributes(self, name: str) -> list[str]:
        return [value or "" for _, found in self.elements for key, value in found.items() if key == name]


KINDS: list[Report | ProofReport] = [
    sample(),
    verified_sample()._replace(inventory=sample_inventory()),
    EMPTY,
    hostile(),
    hostile_proof(),
]


@pytest.mark.parametrize("report", KINDS, ids=["sample", "verified", "empty", "hostile", "proof"])
def test_markup_is_ours_alone(report: Report | ProofReport) -> None:
    templates = "".join(path.read_text("utf-8") for path in (FOLDER / "templates").glob("*.j2"))
    page = Page(written(report, source_lines=lines))
    assert page.open == []
    assert page.comments == []
    assert {tag for tag, _ in page.elements} <= set(re.findall("<([a-z0-9]+)", templates))
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
    assert all(href.startswith("#") for href in page.attributes("href"))
    assert page.attributes("src") == []
    assert [value for value in page.attributes("action") + page.attributes("formaction") if value] == []


@pytest.mark.parametrize("report", KINDS, ids=["sample", "verified", "empty", "hostile", "proof"])
def test_the_policy_allows_this_style_and_this_script_and_nothing_else(report: Report | ProofReport) -> None:
    text = written(report)
    page = Page(text)
    (policy,) = [found["content"] for tag, found in page.elements if found.get("http-equiv")]
    assert policy is not None
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    style, script = page.texts["style"], page.texts["script"]
    assert rules == {
        "default-src": "'none'",
        "script-src": f"'{digest(script[1])}'",
        "style-src": f"'{digest(style[0])}'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    assert (len(style), len(script)) == (1, 2)
    assert text.index("Content-Security-Policy") < text.index("<style")
    assert "\r" not in text


def digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_every_payload_is_shown_as_typed_or_spelt_out(payload: str) -> None:
    page = Page(written(hostile((payload,)), source_lines=lines))
    shown = seen(payload)
    assert page.texts["span"].count(shown) >= 1
    data = json.loads(page.texts["script"][0])
    assert shown in data["texts"]
    assert not re.search("[\u202e\u200b\x00\x0b\x1b\ufffe\ud800\u2028]", written(hostile((payload,))))


def test_an_island_is_no_markup_and_gives_back_what_went_in() -> None:
    texts = [text for text in PAYLOADS if "\ud800" not in text]
    found = island(texts)
    assert not set("<>&") & set(found)
    assert json.loads(found) == texts


def test_the_same_run_is_the_same_page() -> None:
    assert written(hostile(), source_lines=lines) == written(hostile(), source_lines=lines)


def test_without_a_script_the_page_says_what_matters() -> None:
    text = written(sample()._replace(inventory=sample_inventory()), written=lambda: "2026-11-29 12:00 UTC")
    for words in (
        "Scripts do not run here.",
        "virtual_cards.cvv stores the card verification code.",
        "DROP COLUMN cvv",
        "UUID primary keys",
        "6 of 6 tables",
        "schema.prisma cannot know policies",
        "Not everything could be read.",
        "2026-11-29 12:00 UTC",
    ):
        assert words in text
    assert "hunter2" not in text


def test_credentials_are_blotted_out_of_every_line_that_is_shown() -> None:
    near = (
        sample()
        .findings[0]
        ._replace(
            places=(sample().findings[0].places[0]._replace(line=2, end_line=2, column=1, end_column=3),)
        )
    )
    text = written(sample()._replace(findings=(near,)))
    assert "internal:5432" in text, "the line after the place"
    assert "hunter2" not in text


def test_only_the_worst_findings_are_written_out() -> None:
    found = sample().findings[0]
    many = [
        found._replace(fingerprint=str(number), message=f"number {number}", severity="note")
        for number in range(300)
    ]
    grave = found._replace(severity="error", message="the gravest", fingerprint="grave", status="new")
    accepted = grave._replace(message="accepted long ago", status="accepted", fingerprint="old")
    page = written(EMPTY._replace(findings=(accepted, *many, grave)))
    listed = page[page.index('<ol class="list">') : page.index("</ol>", page.index('<ol class="list">'))]
    assert "The 200 gravest of 302 findings" in page
    assert listed.index("the gravest") < listed.index("number 0")
    assert "accepted long ago" not in listed


def test_what_has_changed_since_a_former_run_is_told() -> None:
    former = sample()
    now = former._replace(findings=(*former.findings[1:], former.findings[0]._replace(fingerprint="fresh")))
    text = written(now, former=former)
    assert "1 finding appeared, 1 gone." in text
    data = json.loads(Page(text).texts["script"][0])
    (number,) = data["appeared"]
    assert data["texts"][data["findings"][number][10]] == "fresh"
    assert "Since the former run" not in written(now)


def test_a_small_report_is_small() -> None:
    assert len(written(EMPTY)) < 100_000


def test_attributes_of_templates_are_quoted_and_nothing_is_declared_safe() -> None:
    for path in sorted((FOLDER / "templates").glob("*.j2")):
        text = path.read_text("utf-8")
        assert not re.search(r"=\s*\{\{", text), path
        assert "|safe" not in text.replace(" ", ""), path
        assert "autoescape" not in text, path


FORBIDDEN = (
    *("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "DOMParser"),
    *(
        ".style",
        'setAttribute("on',
        'setTimeout("',
        "createContextualFragment",
        "srcdoc",
        "fetch(",
        "XMLHttp",
    ),
    *("import(", "WebSocket", "sendBeacon", ".cookie"),
)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_the_script_makes_no_markup_and_asks_nobody(path: Path) -> None:
    text = path.read_text("utf-8")
    assert [word for word in FORBIDDEN if word in text] == []


def test_headings_never_skip_a_level() -> None:
    for report in KINDS:
        levels = [int(tag[1]) for tag, _ in Page(written(report)).elements if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_rules_are_explained_by_their_pages() -> None:
    sheet = RuleSheet("float-money", "money", "error", "high", "Money is </script> a float")
    page = RulePage(
        sheet,
        "# float-money\n\nOne.\n\n## Why\n\nFirst\nline, `x` and [y](https://z).\n\nSecond.\n\n## Flagged\nno\n",
    )
    data = json.loads(Page(written(sample(), rules=lambda: {"float-money": page})).texts["script"][0])
    ((rule, title, why),) = data["rules"]
    texts = data["texts"]
    assert (texts[rule], texts[title]) == ("float-money", "Money is </script> a float")
    assert [texts[number] for number in why] == ["First line, x and y.", "Second."]
    assert paragraphs("# a\n") == ()

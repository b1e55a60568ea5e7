"""Markdown by GitHub's own parser: what it becomes, what it may not become, and how large it is."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import cmarkgfm
import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit.report.characters import visible
from azora_audit.report.markdown import MARKER
from azora_audit.report.markdown_safe import code, fence, prose
from tests.report.hostile import NAMES, hostile
from tests.report.sample import BILLING, finding, sample, source_lines, verified_sample
from tests.report.viewing import rendered, view

if TYPE_CHECKING:
    from azora_audit.report.formats import View

GFM = ("table", "strikethrough", "autolink", "tagfilter")
OURS = frozenset(
    "h3 h4 p strong details summary code ul li pre table thead tbody tr th td em".split()  # noqa: SIM905 -- shorter
)


class Page(HTMLParser):
    """Collects the tags of a page, and its text apart from code and within it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.plain: list[str] = []
        self.code: list[str] = []
        self.comments: list[str] = []
        self._depth = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {f"{tag} {name}" for name, _ in attrs}
        self._depth += tag == "code"
        if tag == "code":
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == "code"

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.code[-1] += data
        else:
            self.plain.append(data)


def page(markdown: str) -> Page:
    """Return what a host makes of Markdown, which may only be what we write."""
    html = cmarkgfm.markdown_to_html_with_extensions(
        markdown, options=cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE, extensions=GFM
    )
    found = Page(html)
    assert found.tags <= OURS, found.tags - OURS
    assert found.attributes <= {"pre lang", "code class"}, "no link, no handler, no style"
    text = "".join(found.plain)
    assert not re.search(r"@\w|#\d|\bGH-\d|!\d|:[\w+-]+:", text), "it calls nobody and refers to nothing"
    return found


def comment(report: Any, given: View | None = None) -> str:
    content = rendered("markdown", report, given or view(source_lines))
    assert len(content) <= (given or view()).room
    text = content.decode()
    assert text.startswith(f"{MARKER}\n")
    assert text.count("<!--") == 1
    assert page(text).comments == [MARKER[4:-3]]
    return text


def test_the_sample_as_a_comment() -> None:
    text = comment(sample(), view(source_lines, folder="fleet"))
    assert "### azora-audit: 4 errors, 6 warnings, 1 note" in text
    assert "**Not everything was read or judged**" in text
    assert "#### Not read or not understood (2)" in text
    assert "`fleet/services/payment-service/prisma/schema.prisma:3:44`" in text
    assert "<code>float-money</code>: error, 1 finding in 1 service" in text
    assert f"- `fleet/{BILLING}:24:9` Invoice.amount keeps money" in text
    assert (
        "**Fix**, in a migration (unsafe: rewrites the table under an ACCESS EXCLUSIVE lock):\n\n```sql\nALTER"
        in text
    )
    assert "2 of 5 items met" in text
    assert "Not judged: 4 rules" in text
    assert "Accepted or allowed: 2" in text
    assert "allowed for `billing-service.public.Invoice.amount`: ledger rows are never changed" in text
    assert text.index("Not read") < text.index("<details>") < text.index("Not judged:")
    assert text.count("<details>") == text.count("</details>")


def test_what_passes_says_so_in_a_few_lines() -> None:
    good = sample()._replace(findings=(), problems=(), checklist=(), not_judged=())
    assert comment(good).splitlines() == [
        MARKER,
        "",
        "### azora-audit: nothing new",
        "",
        "**Passes**. 4 services, 6 tables, 72 rules.",
    ]


def test_what_postgresql_confirmed_is_there() -> None:
    text = comment(verified_sample())
    assert "Confirmed by PostgreSQL: 1 of 3 services" in text
    assert "`lending-service` differs in 4 facts" in text


@pytest.mark.parametrize("room", [60_000, 200_000, 1_000_000])
def test_hostile_texts_are_text_whatever_the_room(room: int) -> None:
    comment(hostile(), view()._replace(room=room))


def test_there_is_a_limit_and_what_has_no_room_is_counted() -> None:
    many = tuple(
        finding(
            f"rule-{rule}",
            severity="error" if rule == 900 else "note",
            message="m" * 300,
            fingerprint=str(rule),
        )
        for rule in range(1000)
        for _ in range(30)
    )
    text = comment(sample()._replace(findings=many))
    assert text.index("rule-900") < text.index("rule-0<")
    shown = text.count("<summary><code>rule-")
    assert f"for {30_000 - shown * 30:,} findings of {1000 - shown:,} rules" in text
    assert len(text) > 50_000
    assert text.count("<details>") == text.count("</details>")


texts = (
    st.text(max_size=30) | st.sampled_from(NAMES) | st.text(alphabet="`\\*_[]<>&@#!:|~$ a1\n-", max_size=30)
)


@given(texts)
def test_prose_is_read_as_it_is_written(text: str) -> None:
    shown = page(f"- x {prose(text, 20_000)} x\n")
    assert not shown.code
    read = "".join(shown.plain).replace("\u200b", "").strip()
    assert " ".join(read.split()) == " ".join(f"x {visible(text)} x".split())


@given(texts)
def test_code_is_read_as_it_is_written(text: str) -> None:
    (read,) = page(f"- {code(text, 20_000)} x\n").code
    expected = visible(text).replace("<!--", "<\u2039U+0021\u203a--") or "(no name)"
    assert read == expected


@given(texts)
def test_a_block_of_code_is_read_as_it_is_written(text: str) -> None:
    shown = page(f"before\n\n{fence(text, 'sql')}\nafter\n")
    (read,) = shown.code
    assert "".join(shown.plain).split() == ["before", "after"]
    assert read.count("\n") == text.count("\n") + 1

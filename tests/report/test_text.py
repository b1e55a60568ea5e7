from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit.findings import Fix, Place, Problem, Report
from azora_audit.report.characters import ASCII, display_width
from azora_audit.report.finding_text import finding_block
from azora_audit.report.terminal import Terminal
from azora_audit.report.text import TextOptions, render_text
from tests.report.sample import finding, sample, source_lines, verified_sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.findings import Finding
    from azora_audit.report.finding_text import Desk
    from tests.report.conftest import Golden

HOSTILE = "a\x1b[2J\x1b]0;title\x07b\nc\rd\x9be\u202ef"
STYLE = re.compile(r"\x1b\[[0-9;]*m")


def render(report: Report, terminal: Terminal | None = None, **options: object) -> str:
    lines = render_text(
        report,
        options=TextOptions(**options),  # type: ignore[arg-type]
        source_lines=source_lines,
        terminal=terminal or Terminal(),
    )
    return "".join(f"{line}\n" for line in lines)


def report_of(*findings: object, problems: tuple[Problem, ...] = ()) -> Report:
    return Report((), findings, (), (), problems, 1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "terminal", "options"),
    [
        ("by-rule.txt", Terminal(80), {}),
        ("by-rule-in-colour.txt", Terminal(100, color=True), {}),
        ("by-service-in-ascii.txt", Terminal(80, glyphs=ASCII), {"group_by": "service", "limit": None}),
        ("quiet.txt", Terminal(80), {"quiet": True, "fail_on": "note"}),
        ("narrow.txt", Terminal(50), {"limit": 1}),
    ],
)
def test_the_sample_looks_as_it_did(
    golden: Golden, name: str, terminal: Terminal, options: dict[str, object]
) -> None:
    golden(name, render(sample(), terminal, **options))


def test_colour_adds_styles_and_nothing_else() -> None:
    coloured = render(sample(), Terminal(80, color=True))
    assert STYLE.search(coloured)
    assert STYLE.sub("", coloured) == render(sample(), Terminal(80))


@pytest.mark.parametrize("width", [60, 80, 120, 300])
@pytest.mark.parametrize("group_by", ["rule", "service"])
def test_lines_fit_but_for_paths_and_what_is_to_be_pasted(width: int, group_by: str) -> None:
    fixes = [found.fix for found in sample().findings if found.fix]
    pasted = {line.strip() for fix in fixes for line in f"{fix.sql}\n{fix.prisma}".splitlines()}
    for line in render(sample(), Terminal(width), group_by=group_by).splitlines():
        assert display_width(line) <= width or ".prisma:" in line or ".sql:" in line or line.strip() in pasted


@pytest.mark.parametrize("quiet", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 3, None])
def test_what_is_not_shown_is_counted(quiet: bool, limit: int | None) -> None:
    text = render(sample(), limit=limit, quiet=quiet)
    shown = text.count("is not covered by an index")
    assert shown == min(limit or 4, 4)
    hidden = [int(number) for number in re.findall(r"… (\d+) more", text)]
    new = [found for found in sample().findings if found.status == "new"]
    by_rule = Counter(found.rule for found in new)
    assert sum(hidden) == sum(max(count - (limit or count), 0) for count in by_rule.values())
    assert ("azora-audit check --all" in text) is bool(hidden)


def test_the_gravest_rules_stand_nearest_to_the_end() -> None:
    headings = re.findall(r"^(note|warning|error) [\w-]+ ─", render(sample()), re.MULTILINE)
    assert headings == ["note", "warning", "warning", "error", "error", "error", "error"]


def test_help_and_fix_that_all_findings_share_stand_once() -> None:
    fix = Fix("SELECT 1;", "", "", "safe", "")
    same = [finding("a-rule", help="Do it.", fix=fix, message=f"Number {number}.") for number in range(3)]
    text = render(report_of(*same))
    assert (text.count("Do it."), text.count("SELECT 1;")) == (1, 1)
    other = finding("a-rule", help="Do that.", fix=fix._replace(sql="SELECT 2;"))
    text = render(report_of(*same[:2], other))
    assert (text.count("Do it."), text.count("Do that.")) == (1, 1)
    assert (text.count("SELECT 1;"), text.count("SELECT 2;")) == (2, 1)


def test_accepted_and_allowed_findings_are_counted_and_not_shown() -> None:
    silenced = [finding("a-rule", status="accepted"), finding("a-rule", status="allowed")]
    text = render(report_of(*silenced))
    assert "Something is wrong" not in text
    assert "No findings in 0 services, 0 tables, 1 rule; 1 accepted by the baseline; 1\n  allowed." in text
    assert "Exit code 0: nothing new at or above error." in text


def test_all_shows_accepted_and_allowed_findings_with_their_reasons() -> None:
    silenced = [
        finding("one-rule", status="accepted", message="total is real", reason="before the tool"),
        finding("one-rule", status="accepted", message="sum is real"),
        finding("two-rule", status="allowed", message="id is text", reason="from a partner"),
    ]
    text = render(report_of(*silenced), limit=None)
    assert re.search(r"Accepted by the baseline ─+ 2 findings", text)
    assert re.search(r"Allowed ─+ 1 finding\b", text)
    assert text.index("sum is real") < text.index("(before the tool)") < text.index("total is real")
    assert text.index("(from a partner)") < text.index("id is text")
    assert render(report_of(*silenced), limit=None, quiet=True).count("\n") < 4


def test_a_finding_that_was_accepted_before_says_so() -> None:
    text = render(report_of(finding("a-rule", reason="accepted before the column was changed")))
    assert "note: accepted before the column was changed" in text


@pytest.mark.parametrize(
    ("fail_on", "reason"),
    [
        ("note", "Exit code 1: 1 error, 1 warning at or above note."),
        ("error", "Exit code 1: 1 error at or above error."),
    ],
)
def test_the_reason_of_the_exit_code_is_told(fail_on: str, reason: str) -> None:
    found = report_of(finding("a-rule"), finding("b-rule", severity="error"))
    assert render(found, fail_on=fail_on).splitlines()[-1] == reason


@pytest.mark.parametrize("quiet", [True, False])
def test_many_problems_of_a_kind_are_folded(quiet: bool) -> None:
    problems = [
        Problem("template", "slony", "a.sql", line, 1, f"Fault {line}.", "") for line in range(1, 500)
    ]
    problems.append(Problem("template", "billing", "b.sql", 1, 1, "Another service's.", ""))
    report = report_of(problems=tuple(problems))
    text = render(report, quiet=quiet)
    assert [word in text for word in ("Fault 1.", "Fault 3.", "Fault 4.", "Another service's.")] == [
        True,
        True,
        False,
        True,
    ]
    assert "496 more template in slony: azora-audit check --all" in text
    assert "500 problems" in text
    every = render(report, quiet=quiet, limit=None)
    assert all(f"Fault {line}." in every for line in range(1, 500))
    assert "more template" not in every


def test_problems_are_told_in_quiet_mode_too() -> None:
    problem = Problem("unreadable-file", "", "a/schema.prisma", 0, 0, "It is binary.", "")
    text = render(report_of(problems=(problem,)), quiet=True)
    assert "a/schema.prisma: unreadable-file: It is binary." in text
    assert "Exit code 2: 1 problem, so not everything was judged." in text


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("quiet", [False, True])
@pytest.mark.parametrize("group_by", ["rule", "service"])
def test_nothing_of_a_hostile_schema_acts_on_the_terminal(color: bool, quiet: bool, group_by: str) -> None:
    report = _all_texts_replaced(sample(), HOSTILE)
    text = render(report, Terminal(80, color=color), quiet=quiet, group_by=group_by, limit=None)
    assert STYLE.search(text) is not None or not color
    rest = STYLE.sub("", text) if color else text
    assert all(character.isprintable() or character == "\n" for character in rest)
    assert "U+001B" in rest


def _all_texts_replaced(report: Report, text: str) -> Report:
    """Append `text` to every text of a report that a schema, a path or a rule file may have brought in."""
    closed = {"severity", "precision", "status", "verdict", "safety", "prisma_edit"}

    def replaced(value: object, name: str = "") -> object:
        if isinstance(value, str):
            return value if name in closed else value + text
        if hasattr(value, "_fields"):
            fields = {field: replaced(getattr(value, field), field) for field in value._fields}
            return type(value)(**fields)
        return tuple(map(replaced, value)) if isinstance(value, tuple) else value

    changed = replaced(report)
    assert isinstance(changed, Report)
    return changed


@given(st.lists(st.text(max_size=40), min_size=1, max_size=5), st.integers(1, 200), st.booleans())
def test_any_text_can_be_reported(texts: list[str], width: int, ascii_only: bool) -> None:
    found = [
        finding(
            "a-rule",
            service=text,
            message=text,
            help=text,
            entity=text,
            related=text,
            places=(Place(text, 1, 1, 1, 2),) * 5,
            related_places=(Place(text, 1, 1, 1, 2),),
            fix=Fix(text, text, "add-to-model", "unsafe", text),
        )
        for text in texts
    ]
    problem = Problem(texts[0], texts[0], texts[0], 1, 1, texts[0], texts[0])
    terminal = Terminal(width, glyphs=ASCII) if ascii_only else Terminal(width)
    text = render(report_of(*found, problems=(problem,)), terminal)
    assert text.replace("\n", "").isprintable() or not ascii_only
    assert text.isascii() or not ascii_only


def test_places_beyond_the_third_are_counted() -> None:
    places = tuple(Place("schema.sql", line, 1, line, 2) for line in range(1, 7))
    assert "and 3 more places" in render(report_of(finding("a-rule", places=places)))


def test_each_file_is_asked_for_once_while_its_findings_are_neighbours() -> None:
    asked: list[str] = []

    def lines_of(path: str) -> list[str]:
        asked.append(path)
        return ["CREATE TABLE a ();"]

    found = [finding("a-rule", places=(Place(f"{number // 10}.sql", 1, 1, 1, 7),)) for number in range(100)]
    options = TextOptions(limit=None)
    list(render_text(report_of(*found), options=options, source_lines=lines_of, terminal=Terminal()))
    assert asked == [f"{number}.sql" for number in range(10)]


def test_what_is_not_shown_is_not_phrased(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cost of a report is that of what it shows, not of what was found."""
    few = [found for found in sample().findings if found.status == "new"]
    many = [few[number % len(few)]._replace(service=f"service-{number % 10}") for number in range(1000)]
    phrased: list[Finding] = []

    def block(finding: Finding, desk: Desk, *, with_rule: bool) -> Iterator[str]:
        phrased.append(finding)
        return finding_block(finding, desk, with_rule=with_rule)

    monkeypatch.setattr("azora_audit.report.text.finding_block", block)
    render(report_of(*many), group_by="service", limit=3)
    assert len(phrased) == 10 * 3


def test_rendering_needs_no_slow_imports() -> None:
    code = "import sys, azora_audit.report.text, azora_audit.report.progress; print(*sys.modules)"
    root = Path(__file__).parents[2]
    loaded = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    slow = {"orjson", "json", "jsonschema", "click", "rich", "textwrap", "shutil", "dataclasses", "inspect"}
    assert not slow & set(loaded.stdout.split())


@pytest.mark.parametrize("limit", [1, None])
def test_what_postgresql_said_is_told(golden: Golden, limit: int | None) -> None:
    text = render(verified_sample(), Terminal(80), limit=limit)
    start = text.index("Verified by")
    golden(f"verified-{limit or 'all'}.txt", text[start : text.index("Not read or not understood")])

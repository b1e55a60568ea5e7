from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from azora_audit.report.characters import ASCII, display_width
from azora_audit.report.rule_pages import RuleSheet, render_rule, render_rule_list
from azora_audit.report.terminal import Terminal

if TYPE_CHECKING:
    from tests.report.conftest import Golden

STYLE = re.compile(r"\x1b\[[0-9;]*m")
SHEETS = [
    RuleSheet(
        "unindexed-foreign-key",
        "indexes",
        "warning",
        "very-high",
        "A foreign key is not covered by an index",
        ("indexes",),
        ("SOC 2 A1.1", "ISO 27001 A.8.6"),
        "safe",
    ),
    RuleSheet("redundant-index", "indexes", "note", "high", "An index is a prefix of another"),
    RuleSheet(
        "card-verification-code-stored",
        "encryption",
        "error",
        "very-high",
        "A card verification code is stored, which no standard allows even when it is encrypted",
    ),
]
PAGE = """\
# unindexed-foreign-key

A foreign key has **no index** that starts with its columns, so `DELETE` of a
referenced row reads the whole table (see [the manual](https://www.postgresql.org/docs/current/)).

## Why

PostgreSQL does not index the *referencing* columns on its own: every delete must find
its children.

## Flagged

```sql
CREATE TABLE invoices (
    plan_id uuid REFERENCES plans (id)  -- error: unindexed-foreign-key
);
```

## When to allow

- The parent is never deleted,
  and its key never changes.
- The table is small:
  1. fewer rows
  2. than a page

> Unknown is not
> absent.

| state | meaning |
| --- | --- |
"""


@pytest.mark.parametrize(
    ("file", "terminal"),
    [
        ("rule.txt", Terminal(80)),
        ("rule-in-colour.txt", Terminal(80, color=True)),
        ("rule-narrow-in-ascii.txt", Terminal(40, glyphs=ASCII)),
    ],
)
def test_a_page_looks_as_it_did(golden: Golden, file: str, terminal: Terminal) -> None:
    golden(file, render_rule(PAGE, SHEETS[0], terminal=terminal))


@pytest.mark.parametrize(
    ("file", "terminal"), [("rules.txt", Terminal(100)), ("rules-narrow.txt", Terminal(60, color=True))]
)
def test_the_list_looks_as_it_did(golden: Golden, file: str, terminal: Terminal) -> None:
    golden(file, render_rule_list(SHEETS, terminal=terminal))


def test_an_empty_rulebook_has_a_list_too() -> None:
    assert render_rule_list([], terminal=Terminal()).startswith("0 rules")


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("one `code` two", "one `code` two"),
        ("(`a`, `b`)", "(`a`, `b`)"),
        ("**strong**ly", "strongly"),
        ("a ** b", "a ** b"),
        ("an `open code", "an `open code"),
        ("[a](b) [c] d", "a (b) [c] d"),
        ("[a](open", "[a](open"),
        ("<https://example.org>", "<https://example.org>"),
        ("a [https://example.org](https://example.org) b", "a https://example.org b"),
        ("`__init__` and 2 * 3 * 4", "`__init__` and 2 * 3 * 4"),
        ("10. ten", "10. ten"),
        ("3.5 is no list", "3.5 is no list"),
    ],
)
def test_styles_within_a_line(markdown: str, shown: str) -> None:
    assert render_rule(markdown, SHEETS[1], terminal=Terminal()).splitlines()[-1] == shown


def test_code_is_kept_to_the_letter() -> None:
    code = "CREATE  TABLE a ();\n\n  -- `not` **marked** up\n# no heading"
    text = render_rule(f"~~~sql\n{code}\n~~~\n", SHEETS[1], terminal=Terminal(40))
    assert "\n".join(f"    {line}".rstrip() for line in code.split("\n")) in text


@given(st.text(max_size=300), st.integers(1, 150))
def test_any_page_can_be_shown(page: str, width: int) -> None:
    plain = render_rule(page, SHEETS[0], terminal=Terminal(width))
    assert all(
        character.isprintable() or character in "\n\u00a0" for character in plain if character.isascii()
    )
    assert (
        "`" in page
        or STYLE.sub("", render_rule(page, SHEETS[0], terminal=Terminal(width, color=True))) == plain
    )


@given(st.text("ab `*[]()\n", max_size=200))
def test_no_word_of_running_text_is_lost(page: str) -> None:
    assume("```" not in page)  # what follows a fence names its language
    shown = render_rule(page, SHEETS[1], terminal=Terminal(60))
    body = shown.split("none\n", 1)[1]
    assert re.sub(r"[^ab]", "", body) == re.sub(r"[^ab]", "", page)
    assert all(display_width(line) <= 60 or " " not in line.strip() for line in body.splitlines())

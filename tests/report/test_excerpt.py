from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit.findings import Place
from azora_audit.report.characters import ASCII, UNICODE, Glyphs, display_width, visible
from azora_audit.report.excerpt import Excerpt, excerpt

line_text = st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), min_size=1, max_size=300)


def lay_out(line: str, start: int, end: int, *, room: int = 80, glyphs: Glyphs = UNICODE) -> Excerpt:
    shown = excerpt(Place("schema.prisma", 1, start + 1, 1, end + 1), [line], room, glyphs)
    assert shown is not None
    return shown


def under_mark(shown: Excerpt) -> str:
    """The part of the text that stands above the marked cells."""
    column, marked = 0, ""
    for character in shown.text:
        if shown.lead <= column < shown.lead + shown.size:
            marked += character
        column += display_width(character)
    return marked


@pytest.mark.parametrize(
    ("line", "word", "text", "lead", "size"),
    [
        ("  id String @id", "String", "  id String @id", 5, 6),
        ("\tid\tString", "String", "    id  String", 8, 6),
        ("  請求金額 Float", "Float", "  請求金額 Float", 11, 5),
        ("  請求金額 Float", "金額", "  請求金額 Float", 6, 4),
        ("na\u0308me String", "String", "na\u0308me String", 5, 6),
        ("a\x1b[31m String", "String", "a\u2039U+001B\u203a[31m String", 14, 6),
        ("id text   ", "text", "id text", 3, 4),
    ],
)
def test_marks_stand_under_the_span(line: str, word: str, text: str, lead: int, size: int) -> None:
    start = line.index(word)
    assert lay_out(line, start, start + len(word)) == Excerpt(text, lead, size, 0)


def test_without_unicode_the_marks_still_stand_under_the_span() -> None:
    shown = lay_out("請 Float", 2, 7, glyphs=ASCII)
    assert shown == Excerpt("<U+8ACB> Float", 9, 5, 0)


@pytest.mark.parametrize(
    ("start", "text"),
    [
        (0, "target678901234567890123456789012345…"),
        (50, "…567890123456789target678901234567890…"),
        (94, "…456789012345678901234567890123target"),
    ],
)
def test_long_lines_show_the_part_around_the_span(start: int, text: str) -> None:
    digits = "0123456789" * 10
    line = digits[:start] + "target" + digits[start + 6 :]
    shown = lay_out(line, start, start + 6, room=38)
    assert (shown.text, under_mark(shown)) == (text, "target")


def test_a_span_wider_than_the_room_is_marked_as_far_as_it_is_shown() -> None:
    shown = lay_out("x" * 500, 100, 400, room=40)
    assert shown == Excerpt("…" + "x" * 38 + "…", 1, 38, 0)


def test_a_span_of_several_lines_shows_its_first_and_names_its_last() -> None:
    lines = ["model Plan {", "  id String", "}"]
    assert excerpt(Place("schema.prisma", 1, 7, 3, 2), lines, 80, UNICODE) == Excerpt("model Plan {", 6, 6, 3)


@pytest.mark.parametrize("line", [0, 2, 99])
def test_lines_that_are_not_there_or_blank_are_not_shown(line: int) -> None:
    assert excerpt(Place("schema.prisma", line, 1, line, 2), ["model Plan {", "   "], 80, UNICODE) is None


def test_a_file_without_text_is_not_shown() -> None:
    assert excerpt(Place("schema.prisma", 1, 1, 1, 2), None, 80, UNICODE) is None


def test_columns_beyond_the_line_mark_its_end() -> None:
    assert lay_out("id", 50, 60) == Excerpt("id", 2, 1, 0)


@given(line_text, st.data(), st.integers(20, 120), st.sampled_from([UNICODE, ASCII]))
def test_any_line_fits_with_its_mark_under_the_span(
    line: str, data: st.DataObject, room: int, glyphs: Glyphs
) -> None:
    if not line.rstrip():
        return
    start = data.draw(st.integers(0, len(line.rstrip()) - 1))
    end = data.draw(st.integers(start + 1, len(line.rstrip())))
    shown = lay_out(line, start, end, room=room, glyphs=glyphs)
    assert display_width(shown.text) <= room
    assert visible(shown.text, glyphs if glyphs is ASCII else UNICODE) == shown.text
    assert shown.lead + shown.size <= room + 1
    first = visible(line[start], glyphs)
    if display_width(first) and line[start] != "\t" and not _suspicious(line):
        assert under_mark(shown).startswith(first[: shown.size])


def _suspicious(line: str) -> bool:
    return any(mark in line.lower() for mark in ("://", "=", ":", "'", '"'))

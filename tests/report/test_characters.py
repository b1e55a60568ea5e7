from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit.report.characters import (
    ASCII,
    UNICODE,
    Glyphs,
    display_width,
    glyphs_for,
    shorten,
    visible,
    wrap,
)

any_text = st.text(st.characters(codec=None))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain name", "plain name"),
        ("Rückgabe 請求", "Rückgabe 請求"),
        ("\x1b[31mred", "<U+001B>[31mred"),
        ("a\nb\tc\rd", "a<U+000A>b<U+0009>c<U+000D>d"),
        ("user\u202etxt.exe", "user<U+202E>txt.exe"),
        ("a\u200bb\ufeffc", "a<U+200B>b<U+FEFF>c"),
        ("\x9b31m", "<U+009B>31m"),
        ("\u2028\u2029\u0085", "<U+2028><U+2029><U+0085>"),
        ("file\udcff.sql", "file<U+DCFF>.sql"),
        ("\u3164\ufffe\U0001ffff", "<U+3164><U+FFFE><U+1FFFF>"),
    ],
)
def test_what_cannot_be_seen_is_spelt_out(text: str, seen: str) -> None:
    assert visible(text) == seen.replace("<", "\u2039").replace(">", "\u203a")


def test_without_unicode_every_other_character_is_spelt_out() -> None:
    assert visible("Rück“\x1b", ASCII) == "R<U+00FC>ck<U+201C><U+001B>"


@given(any_text)
def test_nothing_visible_acts_on_a_terminal(text: str) -> None:
    categories = {unicodedata.category(character) for character in visible(text)}
    assert not categories & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert visible(text, ASCII).isascii()
    assert visible(text, ASCII).isprintable()


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("é", 1),
        ("e\u0301", 1),
        ("請求", 4),
        ("ｱ", 1),
        ("\uff21", 2),
        ("한", 2),
        ("\u1112\u1161\u11ab", 2),
    ],
)
def test_width_counts_cells(text: str, width: int) -> None:
    assert display_width(text) == width


@given(any_text.map(visible), st.integers(3, 60))
def test_shortened_text_fits_and_begins_as_before(text: str, width: int) -> None:
    short = shorten(text, width)
    assert display_width(short) <= width
    assert short == text or text.startswith(short.removesuffix("…"))


@given(any_text.map(visible), st.integers(1, 60))
def test_wrapping_keeps_every_word_and_every_line_within_the_width(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert [word for line in lines for word in line.split(" ")] == text.split()
    assert all(display_width(line) <= width or " " not in line for line in lines)


@pytest.mark.parametrize(
    ("encoding", "glyphs"),
    [
        ("utf-8", UNICODE),
        ("UTF-16", UNICODE),
        ("ascii", ASCII),
        ("latin-1", ASCII),
        ("cp437", ASCII),
        (None, ASCII),
    ],
)
def test_drawing_characters_follow_the_encoding(encoding: str | None, glyphs: Glyphs) -> None:
    assert glyphs_for(encoding) is glyphs


def test_an_encoding_that_python_does_not_know_gets_ascii() -> None:
    assert glyphs_for("x-unheard-of") is ASCII


def test_ascii_glyphs_are_ascii() -> None:
    assert "".join(ASCII[1:]).isascii()

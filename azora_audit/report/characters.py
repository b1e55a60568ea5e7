"""Text as a terminal shows it: nothing invisible, nothing that acts, every width known.

Names, paths and source lines come from strangers' schemas. Whatever would move the cursor, change colours, turn
the reading direction or not be seen at all is replaced by its code point, such as U+001B between
brackets.
"""

from __future__ import annotations

from unicodedata import category, combining, east_asian_width

from azora_audit.records import NamedTuple

_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_UNSEEN_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Hangul fillers: letters to Unicode, blanks to the eye."""
_LAST_TWO_OF_PLANE = 0xFFFE
"""Code points that end so are noncharacters."""


class Glyphs(NamedTuple):
    """The drawing characters of a report; `ascii_only` asks for every other character to be spelt out too."""

    ascii_only: bool
    horizontal: str
    vertical: str
    corner: str
    alone: str
    tee: str
    branch: str
    last: str
    ellipsis: str
    bullet: str
    skipped: str
    full: str
    empty: str
    unknown: str
    met: str
    not_met: str
    open_code: str
    close_code: str


UNICODE = Glyphs(
    ascii_only=False,
    horizontal="─",
    vertical="│",
    corner="╭─",
    alone="──",
    tee="├─",
    branch="├─",
    last="╰─",
    ellipsis="…",
    bullet="•",
    skipped="⋮",
    full="█",
    empty="░",
    unknown="·",
    met="✓",
    not_met="✗",
    open_code="\u2039",
    close_code="\u203a",
)
ASCII = Glyphs(
    ascii_only=True,
    horizontal="-",
    vertical="|",
    corner="-->",
    alone="-->",
    tee=":::",
    branch="|-",
    last="`-",
    ellipsis="...",
    bullet="-",
    skipped=":",
    full="#",
    empty="-",
    unknown="?",
    met="ok",
    not_met="no",
    open_code="<",
    close_code=">",
)


def glyphs_for(encoding: str | None) -> Glyphs:
    """Choose the drawing characters that a stream of this encoding can take."""
    try:
        "".join(UNICODE[1:]).encode(encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return ASCII
    return UNICODE


def visible(text: str, glyphs: Glyphs = UNICODE) -> str:
    """Spell out each character of `text` that is not seen as itself, line breaks and tabs included."""
    if text.isascii() and text.isprintable():
        return text
    return "".join([visible_character(character, glyphs) for character in text])


def visible_character(character: str, glyphs: Glyphs = UNICODE) -> str:
    """Return the character, or its code point between brackets when it cannot be shown as it is."""
    if " " <= character <= "~":
        return character
    code = ord(character)
    unseen = (
        glyphs.ascii_only
        or category(character) in _UNSEEN_CATEGORIES
        or character in _UNSEEN_LETTERS
        or code & _LAST_TWO_OF_PLANE == _LAST_TWO_OF_PLANE
    )
    return _spelt_out(character, glyphs) if unseen else character


def calm(line: str, glyphs: Glyphs = UNICODE) -> str:
    """Spell out what would make a line a command to the CI runner that reads a job's output.

    GitHub's runner takes a line that begins with `::`, after blanks, and `##[` anywhere in one; Azure's takes `##vso[`.
    """
    if "::" not in line and "##" not in line:
        return line
    text = line.lstrip()
    if text.startswith("::"):
        line = f"{line[: len(line) - len(text)]}{_spelt_out(':', glyphs)}{text[1:]}"
    for command in ("##[", "##vso["):
        line = line.replace(command, f"#{_spelt_out('#', glyphs)}{command[2:]}")
    return line


def _spelt_out(character: str, glyphs: Glyphs) -> str:
    return f"{glyphs.open_code}U+{ord(character):04X}{glyphs.close_code}"


def display_width(text: str) -> int:
    """Count the terminal columns that visible `text` takes: wide characters two, combining marks none.

    Width by East_Asian_Width of Unicode Standard Annex 11; ambiguous characters are narrow.
    """
    if text.isascii():
        return len(text)
    return sum([_character_width(character) for character in text])


def _character_width(character: str) -> int:
    if character < "\u0300":
        return 1
    if combining(character) or category(character) in {"Mn", "Me"}:
        return 0
    if "\u1160" <= character <= "\u11ff":  # vowels and finals join the syllable before them
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def wrap(text: str, width: int) -> list[str]:
    """Break visible `text` at spaces into lines of at most `width` columns; longer words stay whole.

    A path or a name that was broken in two could not be copied.
    """
    if len(text) <= width and text.isascii():
        return [" ".join(text.split())] if text and not text.isspace() else []
    lines: list[str] = []
    line, used = "", 0
    for word in text.split():
        size = display_width(word)
        if line and used + 1 + size > width:
            lines.append(line)
            line, used = word, size
        elif line:
            line, used = f"{line} {word}", used + 1 + size
        else:
            line, used = word, size
    if line:
        lines.append(line)
    return lines


def shorten(text: str, width: int, glyphs: Glyphs = UNICODE) -> str:
    """Cut visible `text` at its end so that it takes at most `width` columns."""
    if display_width(text) <= width:
        return text
    room = width - len(glyphs.ellipsis)
    kept: list[str] = []
    for character in text:
        room -= _character_width(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept) + glyphs.ellipsis

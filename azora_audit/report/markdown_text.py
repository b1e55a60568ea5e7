"""Markdown for a terminal, of the plain kind that rule pages are written in.

Headings, paragraphs, lists, fenced code and quotes; within a line code, strong text and links. Whatever else stands
in a page is shown as it is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.report.characters import display_width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.report.terminal import Terminal

_FENCES = ("```", "~~~")
_LIST_MARKS = ("- ", "* ", "+ ")


def markdown_lines(page: str, terminal: Terminal) -> Iterator[str]:
    """Yield the lines of a page; paragraphs are gathered from their lines and set anew."""
    paragraph: list[str] = []
    fence = ""
    for raw in page.expandtabs(4).splitlines():
        text = raw.strip()
        if fence:
            if text == fence:
                fence = ""
            else:
                yield f"    {terminal.paint('code', terminal.seen(raw.rstrip()))}".rstrip()
            continue
        starts_block = not text or text.startswith((*_FENCES, "#", *_LIST_MARKS, ">", "|")) or _numbered(text)
        if starts_block:
            yield from _block(paragraph, terminal)
            paragraph = []
        if text.startswith(_FENCES):
            fence = text[:3]
        elif text.startswith("#"):
            yield terminal.paint("strong", terminal.seen(text.lstrip("#").strip()))
        elif not text or text.startswith("|"):
            yield terminal.seen(text)
        else:
            paragraph.append(raw)
    yield from _block(paragraph, terminal)


def _numbered(text: str) -> bool:
    number, dot, _ = text.partition(". ")
    return bool(dot) and number.isdecimal()


def _block(lines: list[str], terminal: Terminal) -> Iterator[str]:
    """Set a paragraph or one item of a list, with the indentation of its first line."""
    if not lines:
        return
    first = lines[0]
    depth = len(first) - len(first.lstrip())
    text = " ".join(line.strip() for line in lines)
    mark = ""
    if text.startswith(_LIST_MARKS):
        mark, text = f"{terminal.glyphs.bullet} ", text[2:]
    elif text.startswith(">"):
        mark, text = f"{terminal.glyphs.vertical} ", " ".join(line.strip().lstrip("> ") for line in lines)
    elif _numbered(text):
        digits, _, text = text.partition(". ")
        mark = f"{digits}. "
    indent = " " * depth
    for line in styled_lines(text, terminal, depth + len(mark)):
        yield f"{indent}{mark}{line}"
        mark = mark if mark.startswith(terminal.glyphs.vertical) else " " * len(mark)


def styled_lines(text: str, terminal: Terminal, taken: int = 0) -> list[str]:
    """Break running text into lines that leave `taken` columns free, with code and strong text in their styles."""
    width = terminal.prose - taken
    lines: list[str] = []
    line, used = "", 0
    for shown, painted in _words(text, terminal):
        size = display_width(shown)
        if line and used + 1 + size > width:
            lines.append(line)
            line, used = painted, size
        else:
            line, used = (f"{line} {painted}", used + 1 + size) if line else (painted, size)
    return [*lines, line] if line else lines


def _words(text: str, terminal: Terminal) -> list[tuple[str, str]]:
    """Split running text into words: each as it is seen, and the same with its styles."""
    words: list[tuple[str, str]] = []
    apart = True
    for role, span in _spans(text):
        quote = "`" if role == "code" and not terminal.color else ""
        for number, word in enumerate(f"{quote}{span}{quote}".split()):
            shown = terminal.seen(word)
            painted = terminal.paint(role, shown) if role else shown
            if apart or number or span[0].isspace():
                words.append((shown, painted))
            else:  # a style that ends or begins within a word
                words[-1] = (words[-1][0] + shown, words[-1][1] + painted)
            apart = False
        apart = span[-1].isspace()
    return words


def _spans(text: str) -> Iterator[tuple[str, str]]:
    """Split a line of Markdown into its styles: `code`, `strong`, or none; links become `text (address)`."""
    while text:
        starts = [(text.find(mark), mark) for mark in ("`", "**", "[") if mark in text]
        at, mark = min(starts, default=(len(text), ""))
        if at:
            yield "", text[:at]
        if not mark:
            return
        rest = text[at + len(mark) :]
        inside, closed, after = rest.partition("](" if mark == "[" else mark)
        address, ended, beyond = after.partition(")") if mark == "[" else ("", closed, after)
        if not closed or not ended or not inside:
            yield "", mark
            text = rest
        elif mark == "[":
            yield "", inside if inside == address else f"{inside} ({address})"
            text = beyond
        else:
            yield "code" if mark == "`" else "strong", inside
            text = beyond

"""The part of a migration that goes up, where one file holds both directions."""

from __future__ import annotations

import re

_DBMATE = re.compile(r"^--[ \t]*migrate:(up|down)\b[^\n]*", re.MULTILINE)
_GOOSE = re.compile(r"^[ \t]*--[ \t]*\+goose[ \t]+(Up|Down)\b[^\n]*", re.MULTILINE | re.IGNORECASE)
_MARKS = {"dbmate": _DBMATE, "goose": _GOOSE}

_NOT_LINE_END = re.compile(r"[^\r\n]")


def up_part(text: str, style: str) -> str:
    """Return a migration with everything but its up part blanked out, so that lines and columns stay.

    Args:
        text: the whole file.
        style: `dbmate` (`-- migrate:up`, `-- migrate:down`) or `goose` (`-- +goose Up`, `-- +goose Down`, in which
            StatementBegin and StatementEnd are comments that need nothing done); any other leaves the text as it is.
    """
    pattern = _MARKS.get(style)
    marks = list(pattern.finditer(text)) if pattern is not None else []
    if not marks:
        return text
    parts = [_blank(text[: marks[0].start()])]
    for place, mark in enumerate(marks):
        end = marks[place + 1].start() if place + 1 < len(marks) else len(text)
        part = text[mark.start() : end]
        parts.append(part if mark[1].lower() == "up" else _blank(part))
    return "".join(parts)


def _blank(text: str) -> str:
    return _NOT_LINE_END.sub(" ", text)

"""Where keys stand in the text of a TOML file, which its parser does not tell."""

from __future__ import annotations

import re
from typing import Final

_KEY_PART: Final = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_KEY: Final = rf"{_KEY_PART}(?:[ \t]*\.[ \t]*{_KEY_PART})*"
_TABLE_LINE: Final = re.compile(rf"[ \t]*(\[{{1,2}})[ \t]*({_KEY})[ \t]*\]")
_KEY_LINE: Final = re.compile(rf"[ \t]*({_KEY})[ \t]*=")


def line_of(text: str, keys: tuple[str, ...]) -> int | None:
    """Find the line of the longest beginning of `keys` that stands in the text as a table or key.

    The number of a table of an array, counted from 0, is a key too.
    """
    best, best_line = 0, None
    table: tuple[str, ...] = ()
    counts: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if match := _TABLE_LINE.match(line):
            table = here = _parts(match[2])
            if match[1] == "[[":
                counts[here] = counts.get(here, -1) + 1
                table = here = (*here, str(counts[here]))
        elif match := _KEY_LINE.match(line):
            here = table + _parts(match[1])
        else:
            continue
        if best < len(here) <= len(keys) and here == keys[: len(here)]:
            best, best_line = len(here), number
    return best_line


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in re.findall(_KEY_PART, dotted))

"""The hash of a line by which GitHub's code scanning knows an alert again: `hash:n`, the n-th line of this hash.

GitHub's upload action computes it for every result from the checkout, and warns of each that says otherwise; uploads by
other ways are taken as they are. The hash is a polynomial in 37 modulo 2**64 over the next hundred UTF-16 code units
from the line's start that are neither space nor tab, line ends being single line feeds; the end of the file counts as
U+FFFF and is followed by zeros.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from operator import mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIZE = 100
_POWERS = [37**power for power in reversed(range(_SIZE))]
_MASK = 2**64 - 1
_END = "\uffff"


def line_hashes(lines: Iterable[str], wanted: Iterable[int]) -> dict[int, str]:
    """Return the hashes of the wanted lines, 1-based, of a file as it is split at its line feeds."""
    text = _units("\n".join(lines)).replace("\r\n", "\n").replace("\r", "\n") + _END
    text = text.replace(" ", "").replace("\t", "")
    asked = set(wanted)
    last = max(asked, default=0)
    seen: Counter[str] = Counter()
    found: dict[int, str] = {}
    for number, (start, _) in enumerate(pairwise(_starts(text)), 1):
        window = text[start : start + _SIZE]
        seen[window] += 1
        if number in asked:
            found[number] = f"{_hash(window):x}:{seen[window]}"
        if number >= last:
            break
    return found


def _starts(text: str) -> Iterable[int]:
    """Yield where lines start, and at last where the text ends."""
    start = 0
    while start >= 0:
        yield start
        after = text.find("\n", start)
        start = after + 1 if after >= 0 else -1
    yield len(text)


def _hash(window: str) -> int:
    total: int = sum(map(mul, map(ord, window), _POWERS))
    return total & _MASK


def _units(text: str) -> str:
    """Return a text whose code points are the UTF-16 code units of another."""
    if text.isascii() or max(text) < "\U00010000":
        return text
    raw = memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H")
    return "".join(map(chr, raw))

"""Phrases of a lexicon: what a row says about them, and where they stand in a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


_PROTECTION: Final = frozenset(
    {
        "encrypted",
        "encryption",
        "cipher",
        "ciphertext",
        "enc",
        "hash",
        "hashed",
        "hmac",
        "digest",
        "masked",
        "redacted",
    }
    | {"tokenized", "tokenised", "obfuscated"}
)
"""Words that say how a value is kept and not what it is: `pan$` is found in `pan_encrypted` and `^pan$` in `hashed_pan`."""


class Conditions(NamedTuple):
    """What a row of columns.csv or tables.csv says about its phrases."""

    meaning: str
    """A meaning; of a row that clears, also a group of meanings or `*`."""
    clears: bool
    types: frozenset[str] | None
    """None for any type."""
    required: frozenset[str]
    """One of these words must be in the table's name, if there are any."""
    forbidden: frozenset[str]
    """None of these words may be in the table's name."""


class Phrase(NamedTuple):
    """One phrase of such a row."""

    words: tuple[str, ...]
    at_start: bool
    """The phrase must be the beginning of the name (`^`)."""
    at_end: bool
    """The phrase must be the end of the name (`$`)."""
    conditions: Conditions


class Match(NamedTuple):
    """A phrase found in a name, from the word `start` to before the word `end`."""

    start: int
    end: int
    phrase: Phrase


class PhraseIndex:
    """Phrases by their first word, taken apart when a name has that word: most never are."""

    def __init__(self) -> None:
        """Start without rows."""
        self._texts: dict[str, list[tuple[str, Conditions]]] = {}
        self._phrases: dict[str, list[Phrase]] = {}

    def add(self, cell: str, conditions: Conditions) -> None:
        """Add a row by its cell; a phrase of several words is also found run together (`cardnumber`)."""
        texts = self._texts
        for text in cell.split(" | "):
            first, blank, _ = text.partition(" ")
            texts.setdefault(first.strip("^$"), []).append((text, conditions))
            if blank:
                joined = text.replace(" ", "")
                texts.setdefault(joined.strip("^$"), []).append((joined, conditions))

    def of(self, word: str) -> Sequence[Phrase]:
        """Return the phrases that begin with this word."""
        if word not in self._texts:
            return ()
        phrases = self._phrases.get(word)
        if phrases is None:
            phrases = [
                Phrase(tuple(text.strip("^$").split()), text[0] == "^", text[-1] == "$", conditions)
                for text, conditions in self._texts[word]
            ]
            self._phrases[word] = phrases
        return phrases

    def matches(self, words: Sequence[str], type_group: str) -> list[Match]:
        """Return where phrases stand in a name, whatever table it is in."""
        words = tuple(words)
        first, last = 0, len(words)
        while last > 1 and words[last - 1] in _PROTECTION:
            last -= 1
        while first < last - 1 and words[first] in _PROTECTION:
            first += 1
        found: list[Match] = []
        for start, word in enumerate(words):
            for phrase in self.of(word):
                end = start + len(phrase.words)
                types = phrase.conditions.types
                if (
                    (types is None or type_group in types)
                    and words[start:end] == phrase.words
                    and not (phrase.at_start and start > first)
                    and not (phrase.at_end and end < last)
                ):
                    found.append(Match(start, end, phrase))
        return found


def contains(longer: Match, shorter: Match) -> bool:
    """Whether the longer match covers the shorter and more."""
    return (
        longer.start <= shorter.start
        and shorter.end <= longer.end
        and longer.end - longer.start > shorter.end - shorter.start
    )

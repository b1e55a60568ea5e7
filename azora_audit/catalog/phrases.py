"""Phrases of a lexicon: what a row says about them, and where they stand in a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


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

    def __init__(self, texts: dict[str, str] | None = None, conditions: Iterable[Conditions] = ()) -> None:
        """Start without rows, or with those of an index that was kept.

        Args:
            texts: by first word, `phrase|number` of every phrase, joined by `|`: the phrase as it is written and its row.
            conditions: what the rows say, by number.
        """
        self.texts = {} if texts is None else texts
        self.conditions = [*conditions]
        self._phrases: dict[str, list[Phrase]] = {}

    def add(self, cell: str, conditions: Conditions) -> None:
        """Add a row by its cell; a phrase of several words is also found run together (`cardnumber`)."""
        number = len(self.conditions)
        self.conditions.append(conditions)
        for text in cell.split(" | "):
            first, blank, _ = text.partition(" ")
            self._add(first, text, number)
            if blank:
                joined = text.replace(" ", "")
                self._add(joined, joined, number)

    def _add(self, first: str, text: str, number: int) -> None:
        first = first.strip("^$")
        before = self.texts.get(first)
        self.texts[first] = f"{text}|{number}" if before is None else f"{before}|{text}|{number}"

    def of(self, word: str) -> Sequence[Phrase]:
        """Return the phrases that begin with this word."""
        if word not in self.texts:
            return ()
        phrases = self._phrases.get(word)
        if phrases is None:
            parts = iter(self.texts[word].split("|"))
            phrases = [self._phrase(text, int(number)) for text, number in zip(parts, parts, strict=True)]
            self._phrases[word] = phrases
        return phrases

    def _phrase(self, text: str, number: int) -> Phrase:
        words = tuple(text.strip("^$").split())
        return Phrase(words, text[0] == "^", text[-1] == "$", self.conditions[number])

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

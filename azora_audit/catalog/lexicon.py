"""What the words of a name mean: the files of `rules/lexicon` and how their phrases match.

The files are described in `lexicon_files.py`, which reads them, and `lexicon_compiled.py` keeps what they say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.catalog.phrases import contains
from azora_audit.catalog.words import words
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from azora_audit.catalog.phrases import Match, PhraseIndex

TYPE_GROUPS: Final = frozenset(
    {
        "text",
        "uuid",
        "integer",
        "number",
        "float",
        "money",
        "boolean",
        "time",
        "date",
        "interval",
        "json",
        "bytes",
    }
    | {"enum", "network", "other", "any"}
)
"""Type groups that the column `types` of a lexicon file may name; `any` and an empty cell stand for all."""

_NONE: Final[frozenset[str]] = frozenset()


class _Known(NamedTuple):
    """Where phrases stand in a column's name, the words of a table's name that matter to them, and the answers by these."""

    matches: list[Match]
    context: frozenset[str]
    answers: dict[frozenset[str], dict[str, str]]


class Lexicon:
    """Phrases for names of columns and of tables, and the groups of meanings.

    A phrase matches where its words follow one another in the name and the column's type and the table's words
    allow it. Of the meanings marked so, those stay that no longer mark contains and that nothing clears. A clearing
    phrase does not act on a mark that contains it: whoever wrote `password hash` knew of `hash`.
    """

    def __init__(
        self,
        columns: PhraseIndex,
        tables: PhraseIndex,
        groups: dict[str, tuple[str, ...]],
    ) -> None:
        """Take what the files say.

        Args:
            columns: phrases for names of columns.
            tables: phrases for names of tables.
            groups: each meaning's groups.
        """
        self.groups = groups
        self.columns = columns
        self.tables = tables
        self._known: dict[tuple[str, str], _Known] = {}
        self._members: dict[str, frozenset[str]] = {}
        for meaning, names in groups.items():
            for name in names:
                self._members[name] = self._members.get(name, _NONE) | {meaning}

    def meanings_in(self, group: str) -> frozenset[str]:
        """Return the meanings of a group, empty for an unknown one."""
        return self._members.get(group, _NONE)

    def column(self, name: str, type_group: str, table_words: frozenset[str] = _NONE) -> dict[str, str]:
        """Return the meanings of a column, with the phrases that say so.

        Answers are remembered by name, type group and those words of the table's that matter to them, because names
        repeat in many tables.

        Args:
            name: as PostgreSQL stores it.
            type_group: one of `TYPE_GROUPS`.
            table_words: words of its table's name.
        """
        known = self._known.get((name, type_group))
        if known is None:
            matches = self.columns.matches(words(name), type_group)
            conditions = [match.phrase.conditions for match in matches]
            context = _NONE.union(*(row.required | row.forbidden for row in conditions))
            known = self._known[name, type_group] = _Known(matches, context, {})
        seen = table_words & known.context
        found = known.answers.get(seen)
        if found is None:
            found = known.answers[seen] = self._resolve(known.matches, seen)
        return found

    def table(self, name: str) -> dict[str, str]:
        """Return the meanings of a table's name, with the phrases that say so."""
        name_words = words(name)
        return self._resolve(self.tables.matches(name_words, "any"), frozenset(name_words))

    def _resolve(self, matches: list[Match], table_words: frozenset[str]) -> dict[str, str]:
        marks: list[Match] = []
        clears: list[Match] = []
        for match in matches:
            conditions = match.phrase.conditions
            if conditions.required and table_words.isdisjoint(conditions.required):
                continue
            if table_words.isdisjoint(conditions.forbidden):
                (clears if conditions.clears else marks).append(match)
        found: dict[str, str] = {}
        for mark in sorted(marks, key=lambda match: match.start - match.end):
            meaning = mark.phrase.conditions.meaning
            if meaning in found or any(contains(other, mark) for other in marks):
                continue
            if not any(self._clears(clear, meaning) and not contains(mark, clear) for clear in clears):
                found[meaning] = " ".join(mark.phrase.words)
        return found

    def _clears(self, clear: Match, meaning: str) -> bool:
        target = clear.phrase.conditions.meaning
        return target in ("*", meaning) or meaning in self._members.get(target, _NONE)


def load_lexicon(folder: Path, *further: Path) -> Lexicon:
    """Return the lexicon of a folder, to which the files of further folders add.

    Raises:
        RulebookError: with every bad row, by file and line.
    """
    from azora_audit.catalog.lexicon_compiled import load_compiled_lexicon  # noqa: PLC0415 -- it imports this module

    compiled = None if further else load_compiled_lexicon(folder)
    if compiled is not None:
        return compiled
    from azora_audit.catalog.lexicon_files import read_lexicon  # noqa: PLC0415 -- only where nothing is compiled

    return read_lexicon(folder, *further)

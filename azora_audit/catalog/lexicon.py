"""What the words of a name mean: the files of `rules/lexicon` and how their phrases match.

columns.csv and tables.csv have the columns `phrases` (separated by ` | `; singular words; `^` and `$` hold a phrase to the
beginning and the end of the name), `meaning`, `effect` (marks, or clears a meaning, a group or `*`), `types` (type groups
of columns; empty for any), `context` (words of the table's name: one of them must be there, none with `!` may) and
`why`. groups.csv says which meanings belong to which groups.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from azora_audit.catalog.phrases import Conditions, PhraseIndex, contains
from azora_audit.catalog.plurals import singular
from azora_audit.catalog.words import words
from azora_audit.errors import AzoraAuditError, RulebookError, SettingsError
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from azora_audit.catalog.phrases import Match

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

_PHRASE_FIELDS: Final = ["phrases", "meaning", "effect", "types", "context", "why"]
_GROUP_FIELDS: Final = ["meaning", "group", "why"]
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
        self._columns = columns
        self._tables = tables
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
            matches = self._columns.matches(words(name), type_group)
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
        return self._resolve(self._tables.matches(name_words, "any"), frozenset(name_words))

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
    """Read columns.csv, tables.csv and groups.csv of a folder; further folders may have any of them and add to it.

    Raises:
        RulebookError: with every bad row, by file and line.
    """
    problems: list[AzoraAuditError] = []
    columns = PhraseIndex()
    tables = PhraseIndex()
    groups: dict[str, tuple[str, ...]] = {}
    for place in (folder, *further):
        optional = place is not folder
        _read_phrases(place / "columns.csv", columns, problems, optional=optional)
        _read_phrases(place / "tables.csv", tables, problems, optional=optional)
        for line, (meaning, group, _) in _rows(
            place / "groups.csv", _GROUP_FIELDS, problems, optional=optional
        ):
            if meaning and group:
                groups[meaning] = (*groups.get(meaning, ()), group)
            else:
                problems.append(_problem(place / "groups.csv", line, "a meaning and a group are needed"))
    if problems:
        raise RulebookError(problems)
    return Lexicon(columns, tables, groups)


def _rows(
    path: Path, fields: list[str], problems: list[AzoraAuditError], *, optional: bool
) -> list[tuple[int, list[str]]]:
    """Return the data rows of a file with their line numbers; note a wrong header or width as a problem."""
    if optional and not path.exists():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            lines = [(reader.line_num, row) for row in reader if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problems.append(_problem(path, None, f"the lexicon file cannot be read: {error}"))
        return []
    if not lines or lines[0][1] != fields:
        problems.append(_problem(path, 1, f"the first line must be {','.join(fields)}"))
        return []
    width = len(fields)
    problems.extend(
        _problem(path, line, f"{len(row)} values where there must be {width}")
        for line, row in lines
        if len(row) != width
    )
    return [(line, row) for line, row in lines[1:] if len(row) == width]


def _conditions(row: list[str]) -> Conditions:
    _, meaning, effect, types, context, _ = row
    if not meaning:
        raise ValueError("a meaning is needed")
    if effect not in ("marks", "clears"):
        raise ValueError(f"'{effect}' is no effect: marks or clears")
    groups = frozenset(types.split())
    if not groups <= TYPE_GROUPS:
        raise ValueError(f"'{min(groups - TYPE_GROUPS)}' is no type group: {', '.join(sorted(TYPE_GROUPS))}")
    required = forbidden = _NONE
    if context:
        surroundings = context.split()
        required = frozenset(word for word in surroundings if word[0] != "!")
        forbidden = frozenset(word[1:] for word in surroundings if word[0] == "!")
    return Conditions(
        meaning, effect == "clears", None if "any" in groups or not groups else groups, required, forbidden
    )


def _read_phrases(path: Path, index: PhraseIndex, problems: list[AzoraAuditError], *, optional: bool) -> None:
    rows = _rows(path, _PHRASE_FIELDS, problems, optional=optional)
    for line, row in rows:
        try:
            index.add(row[0], _conditions(row))
        except ValueError as error:
            problems.append(_problem(path, line, str(error)))
    bad = (
        {word for word in _words_of(" | ".join([row[0] for _, row in rows])) if not _is_word(word)}
        if rows
        else ()
    )
    for word in sorted(bad):
        line = next(line for line, row in rows if word in _words_of(row[0]))
        advice = "one blank between words, ' | ' between phrases, no plurals, digits apart from letters"
        problems.append(_problem(path, line, f"'{word}' is no word of a phrase: {advice}"))


def _words_of(cell: str) -> set[str]:
    return set(cell.replace("^", "").replace("$", "").replace(" | ", " ").split(" "))


def _is_word(word: str) -> bool:
    return (word.isalpha() or word.isdecimal()) and word == singular(word.lower())


def _problem(path: Path, line: int | None, message: str) -> SettingsError:
    return SettingsError(
        message, help="Mend the row; see the other rows of the file.", path=str(path), line=line
    )

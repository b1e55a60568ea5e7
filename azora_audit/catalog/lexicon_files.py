"""Reads the files of a lexicon, and checks every row.

columns.csv and tables.csv have the columns `phrases` (separated by ` | `; singular words; `^` and `$` hold a phrase to the
beginning and the end of the name), `meaning`, `effect` (marks, or clears a meaning, a group or `*`), `types` (type groups
of columns; empty for any), `context` (words of the table's name: one of them must be there, none with `!` may) and
`why`. groups.csv says which meanings belong to which groups.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from azora_audit.catalog.lexicon import TYPE_GROUPS, Lexicon
from azora_audit.catalog.phrases import Conditions, PhraseIndex
from azora_audit.catalog.plurals import singular
from azora_audit.errors import AzoraAuditError, RulebookError, SettingsError

if TYPE_CHECKING:
    from pathlib import Path

_PHRASE_FIELDS: Final = ["phrases", "meaning", "effect", "types", "context", "why"]
_GROUP_FIELDS: Final = ["meaning", "group", "why"]
_NONE: Final[frozenset[str]] = frozenset()


def read_lexicon(folder: Path, *further: Path) -> Lexicon:
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

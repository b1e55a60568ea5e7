"""The shipped lexicon, read and checked beforehand: `rules/lexicon/compiled.json`, generated from the files beside it.

Reading the files takes a tenth of the time in which a small fleet is read. What is kept carries a hash of the files; when
that does not match (somebody edits a row in a checkout), they are read themselves.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from azora_audit.catalog.lexicon import Lexicon
from azora_audit.catalog.phrases import Conditions, PhraseIndex
from azora_audit.hashing import blake2b
from azora_audit.light_json import dumps, loads

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE: Final = "compiled.json"


def dump_lexicon(lexicon: Lexicon, folder: Path) -> bytes:
    """Return the text of a folder's compiled lexicon."""
    parts = [
        dumps(_made_from(folder)),
        _plain(lexicon.columns),
        _plain(lexicon.tables),
        dumps(lexicon.groups),
    ]
    return b"[" + b",\n".join(parts) + b"]\n"


def load_compiled_lexicon(folder: Path) -> Lexicon | None:
    """Return the compiled lexicon of a folder, or None when there is none or it was made from other files."""
    try:
        made_from, columns, tables, groups = loads((folder / FILE).read_bytes())
        if made_from != _made_from(folder):
            return None
    except (OSError, ValueError, TypeError):
        return None
    return Lexicon(
        _index(columns), _index(tables), {meaning: tuple(names) for meaning, names in groups.items()}
    )


def _made_from(folder: Path) -> str:
    """Return a hash of the files and of the code that decides what is kept of them."""
    here = Path(__file__)
    files = [folder / name for name in ("columns.csv", "tables.csv", "groups.csv")]
    code = [
        here,
        here.with_name("lexicon_files.py"),
        here.with_name("phrases.py"),
        here.with_name("plurals.py"),
    ]
    whole = blake2b(digest_size=16)
    for file in (*files, *code):
        content = file.read_bytes()
        whole.update(f"{file.name}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


def _plain(index: PhraseIndex) -> bytes:
    """Return an index as JSON, a row or a word on each line."""
    rows = [
        (row.meaning, row.clears, _joined(row.types or ()), _joined(row.required), _joined(row.forbidden))
        for row in index.conditions
    ]
    return b"[%b,\n%b]" % (
        dumps(rows).replace(b"],[", b"],\n["),
        dumps(index.texts).replace(b'","', b'",\n"'),
    )


def _joined(words: Iterable[str]) -> str:
    return " ".join(sorted(words))


def _index(plain: list[Any]) -> PhraseIndex:
    rows, texts = plain
    return PhraseIndex(texts, [_conditions(*row) for row in rows])


def _conditions(meaning: str, clears: bool, types: str, required: str, forbidden: str) -> Conditions:
    required_words = frozenset(required.split()) if required else _NONE
    forbidden_words = frozenset(forbidden.split()) if forbidden else _NONE
    return Conditions(
        meaning, clears, frozenset(types.split()) if types else None, required_words, forbidden_words
    )


_NONE: Final[frozenset[str]] = frozenset()

"""Documentation: which tables the Markdown files of a service and of the fleet name."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from azora_audit.catalog.tables import Document, Documented, Model, Table
from azora_audit.findings import Place, Problem
from azora_audit.sources.files import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from azora_audit.catalog.facts import Facts

_LONGEST_NAME: Final = 4
"""Words of a name that stand apart in a text, as in `course module progress record`."""
_WORD: Final = re.compile(r"[^\W_]+(?:_+[^\W_]+)*")


def read_documents(
    root: Path, documents: Iterable[str], fleet_documents: Sequence[str], facts: Facts
) -> None:
    """Add the facts of a service's documents, and which of them and of the fleet's name which table.

    A name counts in any spelling (`OrderItem`, `order_items`, `order-item`, `order items`), in singular or plural.

    Args:
        root: the fleet's root.
        documents: the service's Markdown files, relative to the root.
        fleet_documents: those of the fleet.
        facts: the service's facts, its tables and models complete.
    """
    own = list(documents)
    for path in own:
        name = path.removeprefix(f"{facts.path}/")
        identifier = facts.entity("document", name, origin=("file", Place(path, 1, 1, 1, 1)))
        facts.rows(Document).append(Document(identifier, facts.service_id, path))
    spellings = {table.id: set(_spellings(table.name)) for table in facts.rows(Table)}
    for model in facts.rows(Model):
        if model.table_id in spellings:
            spellings[model.table_id].update(_spellings(model.name))
    complete = True
    for path in [*own, *(path for path in fleet_documents if path not in own)]:
        names = _names(root, path, facts)
        if names is None:
            complete = False
            continue
        facts.rows(Documented).extend(
            Documented(table, path) for table, words in spellings.items() if not words.isdisjoint(names)
        )
    if complete:
        facts.know([Document, Documented])


def _names(root: Path, path: str, facts: Facts) -> frozenset[str] | None:
    """Return what a document names, or None if it cannot be read (a problem of the service)."""
    file = root / path
    try:
        state = file.stat()
    except OSError:
        state = None
    # many services look at the fleet's documents: a text is taken apart again only when it has changed
    stamp = (0, 0) if state is None else (state.st_mtime_ns, state.st_size)
    found = _names_at(os.fspath(file), path, *stamp)
    if isinstance(found, Problem):
        facts.problems.append(found._replace(service=facts.service))
        return None
    return found


@lru_cache(maxsize=512)
def _names_at(file: str, shown: str, _changed: int, _size: int) -> frozenset[str] | Problem:
    data = read_bytes(file, shown)
    if isinstance(data, Problem):
        return data
    # names of tables are all that is looked for: one wrong byte elsewhere changes nothing
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    return frozenset(names_in(data.decode(encoding, "replace")))


def names_in(text: str) -> Iterator[str]:
    """Yield every word, and every few words that stand together, in lower case without what joins them."""
    words = [word.replace("_", "") for word in _WORD.findall(text.lower())]
    for length in range(1, _LONGEST_NAME + 1):
        for index in range(len(words) - length + 1):
            yield "".join(words[index : index + length])


def _spellings(name: str) -> Iterator[str]:
    """Yield a name as `names_in` yields it, in singular and plural, as far as endings tell."""
    word = "".join(_WORD.findall(name.lower())).replace("_", "")
    yield word
    yield f"{word}s"
    yield f"{word}es"
    if word.endswith("y"):
        yield f"{word[:-1]}ies"
    if word.endswith("ies"):
        yield f"{word[:-3]}y"
    if word.endswith("es"):
        yield word[:-2]
    if word.endswith("s"):
        yield word[:-1]

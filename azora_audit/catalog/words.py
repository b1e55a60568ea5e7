"""A name becomes words: `learnersEmails`, `learners_emails` and `LEARNERS_EMAILS` are all `learner email`."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from azora_audit.catalog.plurals import singular

_ASCII_WORD = re.compile(r"[A-Z]{2,}s(?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_CLASS_WORD = re.compile(r"U{2,}s(?!l|s)|U+(?![ls])|U?[ls]+|d+")
_MIXED_CASE = re.compile(r"[oO]Auth|[gG]it(?:Hub|Lab)|[pP]ay(?:Pal|Fast)|[lL]inkedIn|[wW]hatsApp|[yY]ouTube")
_JOINED = {("e", "mail"): "email", ("o", "auth"): "oauth"}


@lru_cache(maxsize=65_536)
def words(name: str) -> tuple[str, ...]:
    """Split a table's or column's name into lower-case singular words.

    Words end at separators, at changes of case (`userId`, `IPAddress`) and between letters and digits (`cvv2`);
    acronyms stay whole, with their plural s (`userIDs`). Names of any script are safe: letters without case make
    one word.

    Args:
        name: as PostgreSQL stores it.

    Returns:
        The words in order; empty for a name without letters and digits.
    """
    parts = _split_ascii(name) if name.isascii() else _split_any(name)
    found = [singular(part.lower()) for part in parts]
    for index in range(len(found) - 1, 0, -1):
        joined = _JOINED.get((found[index - 1], found[index]))
        if joined is not None:
            found[index - 1 : index + 1] = [joined]
    return tuple(found)


def _split_ascii(name: str) -> list[str]:
    if not name.islower():
        name = _MIXED_CASE.sub(lambda match: match.group().capitalize(), name)
    return _ASCII_WORD.findall(name)


def _split_any(name: str) -> list[str]:
    """Split by character classes, because `re` has no classes for upper and lower case beyond ASCII."""
    name = unicodedata.normalize("NFC", name)
    classes = "".join(map(_character_class, name))
    return [name[match.start() : match.end()] for match in _CLASS_WORD.finditer(classes)]


def _character_class(character: str) -> str:
    if character == "s":
        return "s"
    if character.isupper() and character != character.lower():  # mathematical capitals have no small letter
        return "U"
    if character.isalpha() or unicodedata.category(character).startswith("M"):
        return "l"
    return "d" if character.isdecimal() else " "

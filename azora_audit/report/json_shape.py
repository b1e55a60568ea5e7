"""Reads named tuples from the objects of a saved report, by the annotations of their fields.

A field's key is its name, without the underscore of a name that would be a key word. Where the JSON report says null for
an empty text or 0 (it says so for values that are absent) the field is in `absent`; a field with a default may be missing.
"""

from __future__ import annotations

from functools import cache, partial
from operator import methodcaller
from types import UnionType
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args, get_origin, get_type_hints

from azora_audit import findings

if TYPE_CHECKING:
    from collections.abc import Callable

    from azora_audit.report.json_record import Record

_Read = TypeVar("_Read", bound=tuple[Any, ...])

ABSENT: dict[str, frozenset[str]] = {
    "Finding": frozenset({"service", "related", "reason", "object_hash"}),
    "Fix": frozenset({"sql", "prisma", "prisma_edit", "safety", "why"}),
    "NotJudged": frozenset({"service"}),
    "Problem": frozenset({"service", "path", "line", "column"}),
    "Verification": frozenset({"service", "server", "verdict", "reason"}),
    "InventoryTable": frozenset({"class_", "path", "line"}),
    "InventoryColumn": frozenset({"default", "default_kind", "key", "protection"}),
    "Proof": frozenset({"sql", "counterexample"}),
    "Promise": frozenset({"fix"}),
    "Replayed": frozenset({"precision"}),
    "Stop": frozenset({"state", "constraint", "table"}),
    "Effect": frozenset({"record"}),
    "Radius": frozenset({"record"}),
    "Clearing": frozenset({"record", "constraint"}),
    "Remnant": frozenset({"record"}),
}
"""By the name of the class: fields that are null in JSON when they are empty."""


def read(kind: type[_Read], record: Record) -> _Read:
    """Return the named tuple that an object describes.

    Raises:
        ReportError: a key is missing, or its value is not of the field's type.
    """
    return cast("_Read", cast("Any", kind)(*[reader(record) for reader in _readers(kind)]))


@cache
def _readers(kind: type[tuple[Any, ...]]) -> list[Callable[[Record], object]]:
    """Return what reads each field of a class."""
    named = cast("Any", kind)
    hints = get_type_hints(kind, localns=vars(findings))
    absent = ABSENT.get(kind.__name__, frozenset())
    readers = []
    for field in named._fields:
        key = field.rstrip("_")
        own = _OWN.get((kind.__name__, field))
        reader = own or _reader(hints[field], key, absent=field in absent)
        if own is None and field in named._field_defaults:
            reader = partial(_or_default, reader, key, named._field_defaults[field])
        readers.append(reader)
    return readers


def _or_default(reader: Callable[[Record], object], key: str, default: object, record: Record) -> object:
    return reader(record) if key in record.value else default


_PLAIN = {str: ("text", "text_or_empty"), int: ("number", "number_or_zero"), bool: ("truth", "truth")}
"""The methods of Record for a type, and for one whose empty value is null."""


def _reader(hint: Any, key: str, *, absent: bool = False) -> Callable[[Record], object]:
    if hint in _PLAIN:
        return methodcaller(_PLAIN[hint][absent], key)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is dict:
        return lambda record: record.record(key).value
    if origin is UnionType:
        inner = _reader(arguments[0], key)
        return lambda record: None if record.is_null(key) else inner(record)
    if origin is tuple and arguments[0] is str:
        return methodcaller("texts", key)
    if origin is tuple:
        return lambda record: tuple(read(arguments[0], each) for each in record.records(key))
    return lambda record: read(hint, record.record(key))


def _places(record: Record) -> object:
    """Return the places of a record that has the first one in its own keys."""
    first = () if record.value.get("path") is None else (read(findings.Place, record),)
    return (*first, *(read(findings.Place, each) for each in record.records("other_places")))


def _obligation(record: Record) -> object:
    """Return the obligation whose keys stand among those of its proof."""
    from azora_audit.proof import Obligation  # noqa: PLC0415 -- only for saved proofs

    return read(Obligation, record)


_OWN: dict[tuple[str, str], Callable[[Record], object]] = {
    ("Finding", "places"): _places,
    ("Difference", "places"): _places,
    ("Proof", "places"): _places,
    ("Proof", "obligation"): _obligation,
}
"""Fields that the JSON report has in another form."""

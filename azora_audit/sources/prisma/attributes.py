"""The attributes of one field or block, bound to their arguments: all that needs no look at the rest of the schema."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple
from azora_audit.sources.prisma.lines import read_tail
from azora_audit.sources.prisma.names import LIMIT
from azora_audit.sources.prisma.syntax import Array, Attribute, Call, Fault, Mapping, Name, Number, Text

if TYPE_CHECKING:
    from azora_audit.sources.prisma.syntax import Value

ACTIONS = {
    "Cascade": "cascade",
    "Restrict": "restrict",
    "NoAction": "no action",
    "SetNull": "set null",
    "SetDefault": "set default",
}
_ARGUMENTS: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "map": ("name", ("name",)),
    "ignore": (None, ()),
    "id": (None, ("map", "length", "sort", "clustered")),
    "unique": (None, ("map", "length", "sort", "clustered", "where")),
    "default": ("value", ("value", "map")),
    "updatedAt": (None, ()),
    "relation": ("name", ("name", "fields", "references", "onDelete", "onUpdate", "map")),
    "@id": ("fields", ("fields", "name", "map", "length", "sort", "clustered")),
    "@unique": ("fields", ("fields", "name", "map", "length", "sort", "clustered", "where")),
    "@index": ("fields", ("fields", "name", "map", "type", "length", "sort", "clustered", "ops", "where")),
    "@fulltext": ("fields", ("fields", "name", "map")),
    "@map": ("name", ("name",)),
    "@schema": ("map", ("map",)),
    "@ignore": (None, ()),
}
"""Attribute -> the argument that may go unnamed, and all arguments; block attributes begin with a further `@`."""


class RelationSpec(NamedTuple):
    """`@relation(...)`: fields and references are None where they are not given."""

    name: str | None
    fields: tuple[str, ...] | None
    references: tuple[str, ...] | None
    on_delete: str | None
    on_update: str | None
    map: str | None
    attribute: Attribute


class KeySpec(NamedTuple):
    """`@id` or `@unique` on a field."""

    map: str | None
    descending: bool
    attribute: Attribute
    where: Value | None


class NativeSpec(NamedTuple):
    """`@db.Name(arguments)`: `scope` is what should be the datasource's name."""

    scope: str
    name: str
    arguments: tuple[str, ...]
    start: int


class FieldSpec(NamedTuple):
    """The attributes of a field; offsets count from the start of its tail."""

    map: str | None
    identity: KeySpec | None
    unique: KeySpec | None
    relation: RelationSpec | None
    default: Value | None
    updated_at: bool
    ignored: bool
    native: NativeSpec | None
    used: tuple[Attribute, ...]
    faults: tuple[Fault, ...]


class Binder:
    """The arguments of one attribute, taken by name, with the faults met on the way."""

    def __init__(self, attribute: Attribute, key: str, faults: list[Fault]) -> None:
        """Sort the arguments into names; `key` is the attribute's name in the table of arguments."""
        self.attribute = attribute
        self.faults = faults
        self.values: dict[str, Value] = {}
        default, known = _ARGUMENTS[key]
        for argument in attribute.arguments:
            name = argument.name or default
            if name is None or (argument.name is not None and name not in known):
                shown = f"`{argument.name}`" if argument.name else "without a name"
                allowed = f"Its arguments are {', '.join(known)}." if known else "It has no arguments."
                faults.append(Fault(argument.start, f"unknown argument {shown} of `@{key}`", allowed))
            elif name in self.values:
                hint = (
                    "Put a list of fields in brackets: `[a, b]`."
                    if argument.name is None
                    else "Remove one of them."
                )
                faults.append(
                    Fault(argument.start, f"the argument `{name}` of `@{key}` is given twice", hint)
                )
            else:
                self.values[name] = argument.value

    def fault(self, message: str, value: Value | None = None, help_text: str = "") -> None:
        """Note a fault at a value, or at the attribute."""
        start = self.attribute.start if value is None else value.start
        self.faults.append(Fault(start, message, help_text))

    def text(self, name: str, *, empty: bool = False) -> str | None:
        """Return a string argument, or None."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, Text):
            self.fault(f"expected a string for the argument `{name}`", value)
            return None
        if not value.value and not empty:
            self.fault(f"expected a string that is not empty for the argument `{name}`", value)
            return None
        return value.value

    def name(self, name: str) -> str | None:
        """Return a string argument that names a constraint: at most 63 bytes."""
        text = self.text(name)
        if text is not None and len(text.encode()) > LIMIT:
            self.fault(
                f"expected a name of at most {LIMIT} bytes", self.values[name], "PostgreSQL would cut it."
            )
        return text

    def constant(self, name: str, allowed: dict[str, str]) -> str | None:
        """Return a constant argument, translated, or None."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, Name) or value.text not in allowed:
            self.fault(f"expected one of {', '.join(allowed)} for the argument `{name}`", value)
            return None
        return allowed[value.text]

    def fields(self, name: str) -> tuple[str, ...] | None:
        """Return a list of plain field names, or None where the argument is not given."""
        value = self.values.get(name)
        if value is None:
            return None
        names: list[str] = []
        for item in value.items if isinstance(value, Array) else (value,):
            if not isinstance(item, Name):
                self.fault(f"expected the name of a field in `{name}`", item)
            elif item.text in names:
                self.fault(f"the field `{item.text}` stands twice in `{name}`", item)
            else:
                names.append(item.text)
        return tuple(names)

    def refuse(self, name: str, why: str) -> None:
        """Note an argument that PostgreSQL has no use for."""
        if name in self.values:
            self.fault(why, self.values[name])


_SORT = {"Asc": "asc", "Desc": "desc"}


def _key(attribute: Attribute, faults: list[Fault]) -> KeySpec:
    binder = Binder(attribute, attribute.name, faults)
    binder.refuse("length", "the argument `length` is not for PostgreSQL")
    binder.refuse("clustered", "the argument `clustered` is not for PostgreSQL")
    sort = binder.constant("sort", _SORT)
    if attribute.name == "id":
        binder.refuse("sort", "a primary key has no sort order in PostgreSQL")
    return KeySpec(binder.name("map"), sort == "desc", attribute, binder.values.get("where"))


def _relation(attribute: Attribute, faults: list[Fault]) -> RelationSpec:
    binder = Binder(attribute, "relation", faults)
    return RelationSpec(
        binder.text("name"),
        binder.fields("fields"),
        binder.fields("references"),
        binder.constant("onDelete", ACTIONS),
        binder.constant("onUpdate", ACTIONS),
        binder.name("map"),
        attribute,
    )


def _shown(value: Value) -> str:
    """Return an argument of a native type as it is written."""
    if isinstance(value, (Number, Name)):
        return value.text
    if isinstance(value, Text):
        return f'"{value.value}"'
    return f"{value.name}()" if isinstance(value, Call) else "{}" if isinstance(value, Mapping) else "[]"


def _native(attribute: Attribute) -> NativeSpec:
    scope, _dot, name = attribute.name.partition(".")
    arguments = tuple(_shown(argument.value) for argument in attribute.arguments)
    return NativeSpec(scope, name, arguments, attribute.start)


@lru_cache(maxsize=1 << 15)
def field_spec(tail: str) -> FieldSpec:
    """Bind the attributes of a field, given the text behind its type."""
    faults: list[Fault] = []
    by_name: dict[str, Attribute] = {}
    native = None
    for attribute in read_tail(tail).attributes:
        if "." in attribute.name:
            key = "@db"
            native = native or _native(attribute)
        elif attribute.name in _ARGUMENTS:
            key = attribute.name
        else:
            faults.append(Fault(attribute.start, f"unknown attribute `@{attribute.name}`", ""))
            continue
        if key in by_name:
            faults.append(
                Fault(attribute.start, f"the attribute `@{attribute.name}` can stand only once", "")
            )
        else:
            by_name[key] = attribute
    mapped = default = None
    if "map" in by_name:
        mapped = _map(by_name["map"], "map", faults)
    if "default" in by_name:
        default = _default(by_name["default"], faults)
    for name in ("ignore", "updatedAt"):
        if name in by_name:
            Binder(by_name[name], name, faults)
    return FieldSpec(
        mapped,
        _key(by_name["id"], faults) if "id" in by_name else None,
        _key(by_name["unique"], faults) if "unique" in by_name else None,
        _relation(by_name["relation"], faults) if "relation" in by_name else None,
        default,
        "updatedAt" in by_name,
        "ignore" in by_name,
        native,
        tuple(by_name.values()),
        tuple(faults),
    )


def _map(attribute: Attribute, key: str, faults: list[Fault]) -> str | None:
    binder = Binder(attribute, key, faults)
    if not attribute.arguments:
        binder.fault(f'expected a name: `@{key}("...")`')
    # An empty name is accepted and means the field's own.
    return binder.text("name", empty=True) or None


def _default(attribute: Attribute, faults: list[Fault]) -> Value | None:
    binder = Binder(attribute, "default", faults)
    if "map" in binder.values:
        binder.refuse("map", "a default has no name in PostgreSQL")
    if "value" not in binder.values:
        binder.fault("expected a value: `@default(...)`")
    return binder.values.get("value")


def block_map(attribute: Attribute, faults: list[Fault]) -> str | None:
    """Return the name in `@@map("name")`, or `@map` of an enum's value."""
    return _map(attribute, "map", faults)

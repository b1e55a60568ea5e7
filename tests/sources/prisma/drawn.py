"""Schemas drawn by Hypothesis: nearly all of them valid, with every part of the language that PostgreSQL can have."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

LONG = ["nameName" * 4, "tableTable" * 6]
NAMES = st.sampled_from(
    [*"ABCabc", "User", "userId", "user_id", "order", "Select", "Zürich", "x1", "a_b", *LONG]
)
STORED = st.sampled_from(["users", "Order Items", "a.b", "größe", "select", "t" * 61, "ü" * 31, "UPPER"])

NATIVE = {
    "String": "Text VarChar(36) VarChar Char(2) Char Uuid Inet Bit(3) Bit VarBit VarBit(5) Xml Citext",
    "Boolean": "Boolean",
    "Int": "Integer SmallInt Oid",
    "BigInt": "BigInt",
    "Float": "Real DoublePrecision",
    "Decimal": "Decimal(10,2) Decimal Money Decimal(5,0)",
    "DateTime": "Timestamp(6) Timestamp Timestamptz(3) Timestamptz Date Time(0) Time Timetz(6) Timetz",
    "Json": "Json JsonB",
    "Bytes": "ByteA",
}
TYPES = {scalar: ["", *(f"@db.{name}" for name in names.split())] for scalar, names in NATIVE.items()}
OLD = {"uuid(7)", "cuid(2)", "nanoid()", "nanoid(9)", "ulid()"}
"""Generators that came with Prisma 5 and 6."""

GENERATED = ["uuid()", "uuid(7)", "cuid()", "cuid(2)", "nanoid()", "nanoid(9)", "ulid()", "dbgenerated()"]
TEXTS = ['""', '"it\'s"', '"\\u00e9\\n"', '"/* // { }"', '"@@id([a])"', 'dbgenerated("gen_random_uuid()")']
DEFAULTS = {
    "String": [*GENERATED, *TEXTS],
    "Boolean": ["true", "false"],
    "Int": ["0", "-12", "autoincrement()", 'dbgenerated("1 + 1")'],
    "BigInt": ["9007199254740993", "autoincrement()"],
    "Float": ["1", "-1.50", "0.1"],
    "Decimal": ["1.25", '"100"', "-3"],
    "DateTime": ["now()", '"2020-01-31T10:20:30.5+02:00"', 'dbgenerated("now()")'],
    "Json": ['"{\\"a\\": [1, null]}"', '"[]"'],
    "Bytes": ['"aGVsbG8="', '""'],
}
INDEXABLE = ["String", "Int", "BigInt", "Boolean", "DateTime", "Decimal", "Float", "Bytes"]
ACTIONS = ["Cascade", "Restrict", "NoAction", "SetNull", "SetDefault"]


@dataclass
class Column:
    name: str
    type: str
    native: str
    arity: str = ""


@dataclass
class Model:
    name: str
    lines: list[str] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    key: list[Column] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    indexed: set[tuple[str, ...]] = field(default_factory=set)


def quoted(text: str) -> str:
    """A string literal of the language."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class Drawer:
    """Draws one schema."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any], major: int) -> None:
        self.draw = draw
        self.major = major
        self.names: set[str] = set()
        self.enums: dict[str, list[str]] = {}
        self.models: list[Model] = []
        self.old = major < 6
        """Before names beyond ASCII, and many a generator; schemas were a preview."""
        self.schemas = "" if self.old else self.one(["", "", "", "app"])
        self.emulated = self.rarely()
        self.preview = self.rarely() and major == 7

    def one(self, values: list[T]) -> T:
        value: T = self.draw(st.sampled_from(values))
        return value

    def rarely(self) -> bool:
        number: int = self.draw(st.integers(0, 5))
        return number == 5

    def value(self, values: list[str]) -> str:
        """A default that this version knows."""
        return self.one([value for value in values if not self.old or value not in OLD])

    def often(self) -> bool:
        return not self.rarely()

    def many(self, least: int, most: int) -> range:
        return range(self.draw(st.integers(least, most)))

    def fresh(self, taken: set[str]) -> str:
        """A name that is not taken: by counting on, if need be."""
        name: str = self.draw(NAMES)
        if self.old:
            name = name.replace("ü", "ue")
        number = 0
        while f"{name}{number or ''}" in taken:
            number += 1
        name = f"{name}{number or ''}"
        taken.add(name)
        return name

    def schema(self) -> list[tuple[str, str]]:
        """Files of a schema; the first has datasource and generator."""
        head = self.head()
        blocks = [self.enum() for _ in self.many(0, 2)]
        for _ in self.many(1, 4):
            self.model()
        for _ in self.many(0, 4):
            self.relation()
        blocks += [self.block(model) for model in self.models]
        order = self.draw(st.permutations(blocks))
        cut = self.draw(st.integers(0, len(order)))
        text = self.comment("") + head + "\n".join(order[:cut])
        if self.rarely():
            text = text.replace("\n", "\r\n")
        return [("schema/a.prisma", text), ("schema/b.prisma", "\n".join(order[cut:]))]

    def head(self) -> str:
        url = "" if self.major == 7 else '  url = env("DATABASE_URL")\n'
        schemas = f'  schemas = ["public", "{self.schemas}"]\n' if self.schemas else ""
        mode = '  relationMode = "prisma"\n' if self.emulated else ""
        preview = '  previewFeatures = ["partialIndexes"]\n' if self.preview else ""
        return (
            f'generator client {{\n  provider = "prisma-client-js"\n{preview}}}\n'
            f'datasource db {{\n  provider = "postgresql"\n{url}{schemas}{mode}}}\n'
        )

    def owner(self) -> list[str]:
        return [f'@@schema("{self.one(["public", self.schemas])}")'] if self.schemas else []

    def comment(self, indent: str) -> str:
        return self.one(
            ["", "", "", f"{indent}// note\n", f"{indent}/// @encrypted\n", f"{indent}/// text\n\n"]
        )

    def mapped(self, at: str, taken: set[str]) -> str:
        name = self.draw(STORED)
        if not self.rarely() or name in taken:
            return ""
        taken.add(name)
        return f"{at}map({quoted(name)})"

    def enum(self) -> str:
        name = self.fresh(self.names)
        values = self.draw(
            st.lists(st.sampled_from(["A", "B", "C_d", "e1"]), min_size=1, max_size=3, unique=True)
        )
        self.enums[name] = values
        lines = [
            f"  {value} {self.one(['', '', f'@map({quoted(value.lower() + chr(32))})'])}" for value in values
        ]
        blocks = [self.mapped("@@", self.names), *self.owner()]
        return "".join(
            f"{line}\n" for line in [f"enum {name} {{", *lines, *(f"  {block}" for block in blocks), "}"]
        )

    def model(self) -> None:
        model = Model(self.fresh(self.names))
        self.models.append(model)
        self.identity(model)
        for _ in self.many(0, 5):
            self.scalar(model)
        for _ in self.many(0, 2):
            self.index(model)
        model.blocks += [self.mapped("@@", self.names), *self.owner()]

    def add(self, model: Model, type_: str, native: str, arity: str, attributes: list[str]) -> Column:
        column = Column(self.fresh(model.taken), type_, native, arity)
        attributes = [part for part in [native, *attributes, self.mapped("@", model.taken)] if part]
        text = f"{column.name} {type_}{arity} {' '.join(self.draw(st.permutations(attributes)))}".rstrip()
        model.lines.append(f"{self.comment('  ')}  {text}{self.one(['', '', '', ' // end', ' /// doc'])}")
        model.columns.append(column)
        return column

    def identity(self, model: Model) -> None:
        """A key of one of the forms that people use."""
        native = {"String": ["", "@db.Uuid", "@db.VarChar(36)"], "Int": [""], "BigInt": [""]}
        name = self.one([", map: " + quoted("key_" + model.name[:40]), "", "", ""])
        if self.rarely():
            for _ in self.many(1, 3):
                type_ = self.one(["String", "Int", "BigInt"])
                model.key.append(self.add(model, type_, self.one(native[type_]), "", []))
            model.blocks.append(f"@@id([{', '.join(column.name for column in model.key)}]{name})")
            return
        type_ = self.one(["String", "String", "Int", "BigInt"])
        default = self.one([f"@default({self.value(DEFAULTS[type_][:4])})", ""])
        attribute = "@unique" if self.rarely() else "@id" + (f"({name[2:]})" if name else "")
        kind = "" if type_ == "String" and "dbgenerated" in default else self.one(native[type_])
        model.key.append(self.add(model, type_, kind, "", [attribute, default]))

    def scalar(self, model: Model) -> None:
        if self.enums and self.rarely():
            name = self.one(sorted(self.enums))
            arity = self.one(["", "?", "[]"])
            value = self.one(self.enums[name])
            default = f"@default({f'[{value}]' if arity == '[]' else value})"
            self.add(model, name, "", arity, [self.one([default, ""])])
            return
        if self.rarely():
            text = self.one(
                ["tsvector", "point", "int4range", "interval", "varchar(7)", "xid8", "timestamptz", "int[]"]
            )
            arity = "?" if text.endswith("]") else self.one(["", "?", "[]"])
            self.add(model, f'Unsupported("{text}")', "", arity, [])
            return
        type_ = self.one(sorted(TYPES))
        arity = self.one(["", "", "?", "[]"])
        native = self.one(TYPES[type_])
        attributes = []
        plain = native in {"", "@db.Text", "@db.VarChar"} or type_ != "String"
        if self.rarely() and arity != "[]":
            attributes.append(f"@default({self.value(DEFAULTS[type_] if plain else GENERATED)})")
        elif self.rarely() and arity == "[]" and plain:
            literals = [value for value in DEFAULTS[type_] if not value.endswith(")")]
            attributes.append(
                f"@default([{', '.join(self.draw(st.lists(st.sampled_from(literals), max_size=2)))}])"
            )
        if type_ == "DateTime" and arity == "" and self.rarely():
            attributes.append("@updatedAt")
        if type_ in INDEXABLE and "Xml" not in native and arity != "[]" and self.rarely():
            attributes.append(self.one(["@unique", "@unique(sort: Desc)"]))
        if self.rarely():
            attributes.append("@ignore")
        self.add(model, type_, native, arity, attributes)

    def index(self, model: Model) -> None:
        plain = [
            column for column in model.columns if column.type in INDEXABLE and "Xml" not in column.native
        ]
        plain = [column for column in plain if column.arity != "[]"]
        lists = [column for column in model.columns if column.arity == "[]" and column.type in INDEXABLE]
        json = [column for column in model.columns if column.type == "Json" and column.native != "@db.Json"]
        if lists and self.rarely():
            model.blocks.append(
                f"@@index([{self.one(lists).name}{self.one(['', '(ops: ArrayOps)'])}], type: Gin)"
            )
        elif json and self.rarely():
            column = self.one(json)
            operators = (
                "" if column.arity == "[]" else self.one(["", "(ops: JsonbOps)", "(ops: JsonbPathOps)"])
            )
            model.blocks.append(f"@@index([{column.name}{operators}], type: Gin)")
        elif plain:
            self.plain_index(model, plain)

    def plain_index(self, model: Model, columns: list[Column]) -> None:
        chosen = self.draw(
            st.lists(st.sampled_from(columns), min_size=1, max_size=3, unique_by=lambda c: c.name)
        )
        kind = self.one(["unique", "index", "index"])
        method = (
            self.one(["", "", ", type: Hash", ", type: Brin", ", type: BTree"]) if kind == "index" else ""
        )
        sorts = [""] if "Hash" in method or "Brin" in method else ["", "", "(sort: Desc)", "(sort: Asc)"]
        if "Hash" in method:
            chosen = [column for column in chosen[:1] if not re.search("Bit|Money", column.native)]
        if "Brin" in method:
            chosen = [
                column for column in chosen if column.type != "Boolean" and "Citext" not in column.native
            ]
            chosen = [column for column in chosen if column.native != "@db.Money"]
        key = tuple(column.name for column in chosen)
        if not chosen or key in model.indexed or (len(key) == 1 and chosen[0] in model.key):
            return
        model.indexed.add(key)
        names = ", ".join(f"{column.name}{self.one(sorts)}" for column in chosen)
        name = f', map: "{"_".join(key)[:20]}_{model.name[:20]}"' if self.rarely() else ""
        where = f", where: {self.where(chosen)}" if self.preview and not method else ""
        model.blocks.append(f"@@{kind}({self.one(['', 'fields: '])}[{names}]{name}{method}{where})")

    def where(self, columns: list[Column]) -> str:
        name = columns[0].name
        return self.one([f"{{ {name}: null }}", f"{{ {name}: {{ not: null }} }}", 'raw("1 = 1")'])

    def relation(self) -> None:
        """A relation between two models, its fields at both sides."""
        one, two = self.one(self.models), self.one(self.models)
        form = self.one(["many", "many", "many", "one", "join"])
        if form == "join" and len(one.key) + len(two.key) > 2:
            return
        name = self.fresh(self.names) if one is two or self.often() else ""
        left, right = self.fresh(one.taken), self.fresh(two.taken)
        label = quoted(name) if name else ""
        if form == "join":
            shown = f"@relation({label})" if name else ""
            one.lines.append(f"  {left} {two.name}[] {shown}")
            two.lines.append(f"  {right} {one.name}[] {shown}")
            return
        optional = "" if self.often() else "?"
        fields = [
            self.add(one, column.type, column.native, self.one(["?", "?", ""]) if optional else "", [])
            for column in two.key
        ]
        names = ", ".join(column.name for column in fields)
        if form == "one":
            one.blocks.append(f"@@unique([{names}])")
        elif self.often():
            one.blocks.append(f"@@index([{names}])")
        one.indexed.add(tuple(column.name for column in fields))
        arguments = [label] if label else []
        arguments.append(f"fields: [{names}]")
        arguments.append(f"references: [{', '.join(column.name for column in two.key)}]")
        for key in ("onDelete", "onUpdate"):
            if self.emulated and self.often():
                # Anything else that makes a cycle is refused.
                arguments.append(f"{key}: Restrict")
            elif self.rarely():
                arguments.append(f"{key}: {self.one(ACTIONS)}")
        if self.rarely():
            arguments.append(f'map: "fk_{left[:40]}"')
        back = f"@relation({label})" if label else ""
        one.lines.append(f"  {left} {two.name}{optional} @relation({', '.join(arguments)})")
        two.lines.append(f"  {right} {one.name}{'?' if form == 'one' else '[]'} {back}")

    def block(self, model: Model) -> str:
        blocks = [f"{self.comment('  ')}  {block}" for block in model.blocks if block]
        opening = f"{self.comment('')}model {model.name} {{{self.one(['', ' // open', ''])}"
        return "".join(f"{line}\n" for line in [opening, *model.lines, *blocks, "}"])


@st.composite
def schemas(draw: Callable[[st.SearchStrategy[Any]], Any], major: int) -> list[tuple[str, str]]:
    """A schema of one or two files for this major version of Prisma."""
    return Drawer(draw, major).schema()

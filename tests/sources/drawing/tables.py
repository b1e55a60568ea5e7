"""Draws CREATE TABLE and the parts of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sources.drawing.state import Relation, quote
from tests.sources.drawing.words import ACTIONS, KEY_TYPES, TABLES, Words

if TYPE_CHECKING:
    from collections.abc import Sequence

RANGES = {"int4range": "int4range", "daterange": "daterange", "tstzrange": "tstzrange"}
KEY_OPTIONS = ["", "", "", " deferrable", " initially deferred"]
NAMED_NOT_NULL = 18
COLLATED = ("text", "varchar(20)", "char(3)", "text[]")


class Tables(Words):
    """Draws CREATE TABLE's columns and constraints."""

    def column(self, name: str) -> str:
        """Draw the definition of a column."""
        name = quote(name)
        serial = self.one(["serial", "bigserial", "smallserial", "serial4", "serial8"])
        type_ = self.one([*KEY_TYPES, self.type(), self.type(), serial])
        if type_ == serial:
            return f"{name} {type_} {self.maybe('unique')}{self.rarely(' not null')}"
        parts = [name, type_]
        if type_ in ("text", "bytea"):
            parts.append(self.rarely(self.one(["storage external", "compression pglz"])))
        if type_ in COLLATED:
            parts.append(self.one(["", 'collate "C"', 'collate pg_catalog."default"', 'collate "POSIX"']))
        extra = self.random.randint(0, 6)
        if extra == 1:
            parts.append(f"default {self.default(type_)}" if " " not in type_ or "timestamp" in type_ else "")
        elif extra == 2 and type_ in ("integer", "bigint", "smallint"):
            parts.append(self.identity())
        elif extra in (3, 4):
            parts.append(self.generated(type_))
        parts += [self.column_constraint(name, type_) for _ in range(self.random.randint(0, 2))]
        return " ".join(part for part in parts if part)

    def identity(self) -> str:
        """Draw GENERATED AS IDENTITY."""
        how = self.one(["always", "by default"])
        options = ["", "(start with 5 increment 2)", "(increment by -1)", "(minvalue 3 maxvalue 30 cycle)"]
        options += ["(sequence name named_seq start 7)", "(cache 5 no cycle)"]
        return f"generated {how} as identity {self.one(options)}".strip()

    def generated(self, type_: str) -> str:
        """Draw GENERATED AS (expression), without columns or with those that happen to be there."""
        constant = {
            "integer": ["1 + 1", "length('x')", "a + 1", "coalesce(b, 1)"],
            "text": ["'x' || 'y'", "a"],
        }
        if type_ not in constant:
            return ""
        kinds = [" stored", *self.since(18, " virtual", " virtual", "")]
        return f"generated always as ({self.one(constant[type_])}){self.one(kinds)}"

    def column_constraint(self, name: str, type_: str) -> str:
        """Draw a column constraint."""
        bare = self.one(
            [
                *[
                    "not null",
                    "not null",
                    "unique",
                    "check",
                    "references",
                    "references",
                    "primary key",
                    "null",
                ],
                *["unique nulls not distinct", "unique deferrable", "unique with (fillfactor = 80)"],
                *self.since(18, "not null no inherit"),
            ]
        )
        if bare == "null":
            return "null"
        if bare == "check":
            bare = f"check ({self.condition(name, type_)}){self.rarely(' no inherit')}{self.unenforced()}"
        elif bare == "references":
            bare = self.reference(1) + self.unenforced()
        label = self.constraint_name()
        # before PostgreSQL 18 that name is forgotten, and another constraint may have it
        return bare if bare == "not null" and self.version < NAMED_NOT_NULL else label + str(bare)

    def unenforced(self) -> str:
        """Draw NOT ENFORCED, which came with PostgreSQL 18."""
        return self.rarely(self.one(["", *self.since(18, " not enforced", " not enforced", " enforced")]))

    def condition(self, name: str, type_: str) -> str:
        """Draw a condition on a column."""
        by_type = {
            "integer": [
                "{} > 0",
                "{} between 1 and 5",
                "{} in (1, 2)",
                "{} <> 3 or {} is null",
                "{} % 2 = 1",
            ],
            "text": ["{} <> ''", "{} in ('a', 'b')", "length({}) > 1", "{} ~ '^x'", "{} like 'y%'"],
            "varchar(20)": ["{} in ('a', 'b')", "upper({}) = {}", "{}::text = any (array['a', 'b'])"],
            "boolean": ["{}", "{} is true", "not {}"],
        }
        anything = [
            "{} is not null",
            "{} is not null and {} is not null",
            "{} is not distinct from {}",
            "true",
        ]
        anything += [
            "case when {} is null then false else true end",
            "num_nonnulls({}) = 1",
            "(({} is null))",
        ]
        return str(self.one(by_type.get(type_, anything))).replace("{}", name)

    def reference(self, width: int) -> str:
        """Draw REFERENCES and what follows, to a key of that many columns."""
        targets = [(table, key) for table in self.state.tables for key in table.keys if len(key) == width]
        if not targets:
            return f"references {self.new(TABLES)}"
        table, key = self.one(targets)
        written = self.one(["", f" ({', '.join(quote(column) for column in key)})"])
        parts = [f"references {self.named(table)}{written}", self.one(["", "match full", "match simple"])]
        actions = [f"on delete {self.one(ACTIONS)}", f"on update {self.one(ACTIONS)}"]
        self.random.shuffle(actions)
        parts += [self.maybe(action) for action in actions]
        parts.append(
            self.one(
                [
                    "",
                    "",
                    "deferrable",
                    "deferrable initially deferred",
                    "not deferrable",
                    "initially deferred",
                ]
            )
        )
        return " ".join(part for part in parts if part)

    def foreign_key(self, chosen: list[str], types: dict[str, str]) -> str:
        """Draw FOREIGN KEY to a key whose columns have the types of the chosen ones, if there is one."""
        fitting = [
            (table, key)
            for table in self.state.tables
            for key in table.keys
            if all(any(types.get(column) == table.columns.get(target) for column in types) for target in key)
        ]
        if not fitting or self.random.randint(0, 3) == 0:
            return f"foreign key ({', '.join(chosen)}) {self.reference(len(chosen))}"
        table, key = self.one(fitting)
        columns = [
            self.one([column for column, type_ in types.items() if type_ == table.columns[target]])
            for target in key
        ]
        actions = [f"on delete {self.one(ACTIONS)}", f"on update {self.one(ACTIONS)}", ""]
        actions += [f"on delete set null ({columns[0]})", f"on delete set default ({', '.join(columns)})"]
        targets = ", ".join(quote(name) for name in key)
        action = f"{self.one(actions)} {self.one(['', 'match full', 'deferrable'])}".strip()
        if "match" in action and "on" in action:
            action = self.one(actions)
        return (
            f"foreign key ({', '.join(columns)}) references {self.named(table)} ({targets}) {action}".strip()
        )

    def table_constraint(self, columns: Sequence[str], types: dict[str, str], altering: bool = False) -> str:
        """Draw a table constraint on some of the columns (quoted names)."""
        chosen = self.some(list(columns), 1, 3)
        listed = ", ".join(chosen)
        kinds = ["unique", "primary key", "check", "foreign key", "foreign key", "exclude"]
        kinds += self.since(18, "not null", "overlaps")
        kind = self.one(kinds)
        text = f"primary key ({listed}){self.including(columns)}{self.one(KEY_OPTIONS)}"
        if kind == "check":
            text = (
                f"check ({self.condition(chosen[0], types.get(chosen[0], ''))}){self.rarely(' no inherit')}"
            )
            text += self.unenforced()
        elif kind == "foreign key":
            text = self.foreign_key(chosen, types) + self.unenforced()
        elif kind == "exclude":
            text = self.exclusion(columns, types)
        elif kind == "unique":
            options = self.one(["", " deferrable", " initially deferred", " not deferrable"])
            distinct = self.one(["", "nulls not distinct ", "nulls distinct "])
            text = f"unique {distinct}({listed}){self.including(columns)}{options}"
        elif kind == "not null":
            text = f"not null {chosen[0]}{self.rarely(' no inherit')}"
        elif kind == "overlaps":
            text = self.without_overlaps(columns, types)
        text += self.maybe(" not valid") if altering and kind in ("check", "foreign key", "not null") else ""
        return self.constraint_name() + text

    def without_overlaps(self, columns: Sequence[str], types: dict[str, str]) -> str:
        """Draw a key WITHOUT OVERLAPS, or a reference to one by PERIOD (PostgreSQL 18)."""
        period = self.one([name for name, type_ in types.items() if type_ in RANGES] or list(columns))
        other = self.one([name for name in columns if name != period] or [period])
        targets = [
            (table, key)
            for table in self.state.tables
            for key in table.keys
            if len(key) > 1 and table.columns.get(key[-1]) in RANGES
        ]
        if targets and self.random.randint(0, 1):
            table, key = self.one(targets)
            target = f" ({quote(key[0])}, period {quote(key[-1])})"
            return (
                f"foreign key ({other}, period {period}) references {self.named(table)}{self.maybe(target)}"
            )
        return f"{self.one(['primary key', 'unique'])} ({other}, {period} without overlaps)"

    def exclusion(self, columns: Sequence[str], types: dict[str, str]) -> str:
        """Draw EXCLUDE."""
        ranges = [name for name in columns if types.get(name) in RANGES]
        chosen = self.one(ranges or list(columns))
        elements = [f"{chosen} with =", f"({chosen} is null) with =", f"lower({chosen}::text) with ="]
        elements.append(f"{chosen} with =, coalesce({chosen}, {chosen}) with =")
        method = self.one(["using btree ", "using btree ", "using gist ", ""])
        if types.get(chosen) in RANGES:
            method, elements = (
                self.one(["using gist ", ""]),
                [f"{chosen} with &&", f"{chosen} with operator(pg_catalog.=)"],
            )
        where = self.maybe(f" where ({chosen} is not null)")
        options = self.one(["", "", " deferrable", " deferrable initially deferred"])
        return f"exclude {method}({self.one(elements)}){self.including(columns)}{where}{options}"

    def including(self, columns: Sequence[str]) -> str:
        """Draw INCLUDE, or nothing."""
        return (
            f" include ({', '.join(self.some(list(columns), 1, 2))})"
            if self.random.randint(0, 4) == 4
            else ""
        )

    @staticmethod
    def one_primary_key(items: list[str]) -> str:
        """Join the items of a table, turning every primary key but the first into NOT NULL or leaving it out."""
        kept: list[str] = []
        for item in items:
            second = any("primary key" in earlier for earlier in kept)
            if second and "primary key (" in item:
                continue
            first, found, rest = item.partition("primary key")
            kept.append(
                first
                + ("not null" if second else found) * bool(found)
                + rest.replace("primary key", "not null")
            )
        return ", ".join(kept)

    @staticmethod
    def first_word(definition: str) -> str:
        """Return the name, quoted or not, that a definition begins with."""
        return (
            definition[: definition.index('"', 1) + 1]
            if definition.startswith('"')
            else definition.split(" ", maxsplit=1)[0]
        )

    def bound(self, parent: Relation) -> str:
        """Draw the bound of a partition."""
        forms = {
            "l": [
                "in (1)",
                "in ('2')",
                "in (3, 4)",
                "in ('a', 'b')",
                "in (null)",
                "in (true)",
                "in (null, 5)",
            ],
            "r": ["from (1) to (10)", "from ('10') to ('20')", "from ('2020-01-01') to ('2021-01-01')"],
            "h": [f"with (modulus 3, remainder {remainder})" for remainder in range(3)],
        }
        if parent.parent == "r":
            forms["r"] += ["from (minvalue) to (maxvalue)", "from (20) to (maxvalue)", "from (-5) to (1)"]
            forms["r"] += ["from (1, minvalue) to (10, 'x')", "from ('a', 1) to ('b', maxvalue)"]
        return str(self.one([*(f"for values {form}" for form in forms[parent.parent or "l"]), "default"]))

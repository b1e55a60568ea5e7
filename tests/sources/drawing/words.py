"""Names, types and defaults to draw from, and how to draw them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sources.drawing.state import Relation, quote

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from tests.sources.drawing.state import State

NAMES = ["a", "b", "user_id", "created_at", "Mixed", "two words", "größe", "order", "x" * 70, "status"]
TABLES = ["users", "posts", "Orders", "select", "long_" + "y" * 66, "events", "a", "notes", "parts", "more"]
SCHEMAS = ["public", "app", "Other"]
ROLES = ["audit_reader", "audit_writer", "public"]
EXPRESSIONS = {
    "integer": ["1", "-1", "2 + 3", "null", "length('x')"],
    "bigint": ["7", "nextval('free')", "null::bigint"],
    "numeric(10,2)": ["0", "1.5", "null"],
    "text": ["'x'", "'it''s'", "upper('a')", "current_user", "null", "''", "'a'||'b'", "E'a\\nb'"],
    "varchar(20)": ["'x'", "null", "'y'::text", "concat('a', 'b')"],
    "char(3)": ["'abc'"],
    "uuid": ["gen_random_uuid()", "'00000000-0000-0000-0000-000000000000'"],
    "boolean": ["true", "false", "not true"],
    "timestamptz": [
        "now()",
        "CURRENT_TIMESTAMP",
        "current_timestamp(3)",
        "clock_timestamp()",
        "'2020-01-01'",
    ],
    "timestamp(3)": ["now()", "CURRENT_TIMESTAMP", "localtimestamp", "now() + interval '1 day'"],
    "date": ["CURRENT_DATE", "now()", "'2020-01-01'"],
    "jsonb": ["'{}'", "'[]'::jsonb", "jsonb_build_object()"],
    "text[]": ["'{}'", "array[]::text[]", "array['a','b']"],
    "int4range": ["'[1,2)'"],
    "interval": ["'1 day'", "interval '2' hour"],
    "bit(3)": ["B'101'"],
}
"""Types and defaults for them."""
KEY_TYPES = ["integer", "bigint", "uuid", "text", "varchar(20)"]
HALF = 0.5
ACTIONS = ["no action", "restrict", "cascade", "set null", "set default"]


class Words:
    """Draws words for one state."""

    def __init__(self, random: Random, state: State) -> None:
        """Take what to draw with and what there is."""
        self.random = random
        self.state = state

    def one(self, choices: Sequence[Any]) -> Any:
        """Draw one of the choices."""
        return self.random.choice(choices)

    def some(self, choices: Sequence[Any], least: int = 1, most: int = 3) -> list[Any]:
        """Draw different ones of the choices."""
        return self.random.sample(choices, min(len(choices), self.random.randint(least, most)))

    def maybe(self, text: str) -> str:
        """Draw the text or nothing."""
        return text if self.random.random() < HALF else ""

    def new(self, pool: Sequence[str]) -> str:
        """Draw a new object's name, one that is free if there is one, sometimes with a schema."""
        taken = {relation.name for relation in self.state.relations}
        name = quote(self.one([name for name in pool if name[:63] not in taken] or pool))
        return f"{quote(self.one(self.state.schemas))}.{name}" if self.random.randint(0, 3) == 3 else name

    def table(self, kinds: str = "rp") -> Relation:
        """Draw an existing relation."""
        found: Relation = self.one(self.state.of_kind(kinds))
        return found

    def named(self, relation: Relation) -> str:
        """Write an existing relation's name, with its schema unless that is surely in the search path."""
        qualified = f"{quote(relation.schema)}.{quote(relation.name)}"
        return self.one([quote(relation.name), qualified]) if relation.schema == "public" else qualified

    def column_of(self, relation: Relation) -> str:
        """Draw a column's name."""
        return quote(self.one(list(relation.columns) or ["missing"]))

    def free_column(self, relation: Relation) -> str:
        """Draw a name that no column has."""
        return str(self.one([name for name in NAMES if name[:63] not in relation.columns] or NAMES))

    def columns_of(self, relation: Relation, most: int = 3) -> list[str]:
        """Draw different columns' names."""
        return [quote(name) for name in self.some(list(relation.columns) or ["missing"], 1, most)]

    def type(self) -> str:
        """Draw a type's name, users' own among them."""
        own = [f"{quote(schema)}.{quote(name)}" for schema, name, _ in self.state.enums + self.state.domains]
        return str(
            self.one(
                [
                    *EXPRESSIONS,
                    *own,
                    *[name + "[]" for name in own[:2]],
                    "app.citext",
                    "double precision",
                    "time(2)",
                ]
            )
        )

    def default(self, type_: str) -> str:
        """Draw a default for a type."""
        return str(self.one(EXPRESSIONS.get(type_, ["null"])))

    def constraint_name(self) -> str:
        """Draw CONSTRAINT and a name, or nothing."""
        return (
            f"constraint {quote(self.one([*NAMES, 'ck', 'uq', 'fk']))} "
            if self.random.randint(0, 3) == 3
            else ""
        )

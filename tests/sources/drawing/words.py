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
    "integer": ["1", "-1", "2 + 3", "null", "length('x')", "cast(1 as integer)", "(1)", "+1", "1::int"],
    "bigint": ["7", "nextval('free')", "null::bigint", "nextval('public.free'::regclass)", "-9000000000"],
    "smallint": ["1", "'2'"],
    "numeric(10,2)": ["0", "1.5", "null", "round(1.25, 1)"],
    "text": ["'x'", "'it''s'", "upper('a')", "current_user", "null", "''", "'a'||'b'", "E'a\\nb'", "$$y$$"],
    "varchar(20)": ["'x'", "null", "'y'::text", "concat('a', 'b')", "'z'::varchar(3)"],
    "char(3)": ["'abc'", "null"],
    "uuid": ["gen_random_uuid()", "'00000000-0000-0000-0000-000000000000'", "pg_catalog.gen_random_uuid()"],
    "boolean": ["true", "false", "not true", "1 > 2", "'t'::boolean"],
    "timestamptz": [
        "now()",
        "CURRENT_TIMESTAMP",
        "current_timestamp(3)",
        "clock_timestamp()",
        "'2020-01-01'",
        "pg_catalog.now()",
        "timezone('utc', now())",
    ],
    "timestamp(3)": [
        "now()",
        "CURRENT_TIMESTAMP",
        "localtimestamp",
        "now() + interval '1 day'",
        "(now() at time zone 'utc')",
        "timestamp '2020-01-01'",
    ],
    "date": ["CURRENT_DATE", "now()", "'2020-01-01'", "now()::date", "date '2020-01-01'"],
    "jsonb": ["'{}'", "'[]'::jsonb", "jsonb_build_object()", "'{}'::json"],
    "text[]": ["'{}'", "array[]::text[]", "array['a','b']"],
    "integer[]": ["array[1, 2]", "'{1}'", "null"],
    "int4range": ["'[1,2)'", "int4range(1, 2)", "'empty'"],
    "interval": ["'1 day'", "interval '2' hour", "make_interval(days => 1)"],
    "bit(3)": ["B'101'"],
    "bytea": ["'\\x00'", "E'\\\\000'", "decode('00', 'hex')"],
    "inet": ["'::1'", "inet_client_addr()"],
    "json": ["'{}'", "row_to_json(row(1))"],
}
"""Types and defaults for them."""
MORE_TYPES = [
    *["real", "double precision", "float(10)", "float(30)", "float", "numeric", "numeric(5)", "decimal(4,1)"],
    *["numeric(3,-1)", "money", "cidr", "macaddr", "xml", "tsvector", "point", "bit", "bit varying(5)"],
    *["varbit", "char", '"char"', "name", "oid", "timetz", "time(2)", "time without time zone", "timestamp"],
    *["timestamp with time zone", "timestamp(0) without time zone", "timestamptz(6)", "interval(3)"],
    *["interval year to month", "interval day to second(2)", "int[]", "text[][]", "integer array", "varchar"],
    *["integer array[3]", "character varying", "character(5)", "national character varying(3)", "nchar(2)"],
    *["int4multirange", "daterange", "tstzrange", "regclass", "pg_lsn", "uuid[]", "numeric(10,2)[]"],
    *["varchar(5)[]", "pg_catalog.int4", "pg_catalog.varchar(7)", "int2", "int8", "float4", "bool", "bpchar"],
    *["timestamptz(3)[]", "_int4", "xid8", "box", "circle", "tsquery", "jsonpath", "txid_snapshot", "time"],
]
"""Types without defaults."""
KEY_TYPES = ["integer", "bigint", "uuid", "text", "varchar(20)"]
HALF = 0.5
ACTIONS = ["no action", "restrict", "cascade", "set null", "set default"]


class Words:
    """Draws words for one state."""

    def __init__(self, random: Random, state: State, version: int) -> None:
        """Take what to draw with, what there is, and the server's major version."""
        self.random = random
        self.state = state
        self.version = version

    def one(self, choices: Sequence[Any]) -> Any:
        """Draw one of the choices."""
        return self.random.choice(choices)

    def some(self, choices: Sequence[Any], least: int = 1, most: int = 3) -> list[Any]:
        """Draw different ones of the choices."""
        return self.random.sample(choices, min(len(choices), self.random.randint(least, most)))

    def maybe(self, text: str) -> str:
        """Draw the text or nothing."""
        return text if self.random.random() < HALF else ""

    def rarely(self, text: str) -> str:
        """Draw the text once in six times, or nothing."""
        return text if self.random.randint(0, 5) == 5 else ""

    def since(self, version: int, *choices: str) -> list[str]:
        """Return the choices if the server is of that version or later."""
        return list(choices) if self.version >= version else []

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

    def own_types(self) -> list[str]:
        """Name the users' types."""
        found = self.state.enums + self.state.domains + self.state.composites
        return [f"{quote(schema)}.{quote(name)}" for schema, name, _ in found]

    def type(self) -> str:
        """Draw a type's name, users' own among them."""
        own = self.own_types()
        pool = self.one([list(EXPRESSIONS), MORE_TYPES, own or MORE_TYPES, [*own, "app.citext"]])
        name = str(self.one(pool))
        return name + self.rarely("[]") if name in own else name

    def default(self, type_: str) -> str:
        """Draw a default for a type."""
        enums = {f"{quote(schema)}.{quote(name)}": labels for schema, name, labels in self.state.enums}
        if labels := enums.get(type_):
            label = self.one(labels).replace("'", "''")
            return str(self.one([f"'{label}'", f"'{label}'::{type_}"]))
        return str(self.one(EXPRESSIONS.get(type_, ["null"])))

    def constraint_name(self) -> str:
        """Draw CONSTRAINT and a name, or nothing."""
        return (
            f"constraint {quote(self.one([*NAMES, 'ck', 'uq', 'fk']))} "
            if self.random.randint(0, 3) == 3
            else ""
        )

    def role(self) -> str:
        """Draw a role that can own things."""
        return str(self.one(["audit_reader", "audit_writer", "current_user", "session_user"]))

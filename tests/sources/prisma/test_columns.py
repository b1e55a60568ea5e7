"""Types, defaults, sequences and what the client makes, as Prisma Migrate writes them."""

from __future__ import annotations

import pytest

from azora_audit.catalog.tables import ClientDefault, Column, Enum, EnumValue, Field, Sequence
from tests.sources.prisma.cases import field
from tests.sources.prisma.reading import column, default, read

TYPES = {
    "String": ("text", "text", None, None, None),
    "String @db.VarChar": ("character varying", "character varying", None, None, None),
    "String @db.VarChar(36)": ("character varying(36)", "character varying", 36, None, None),
    "String @db.Char": ("character(1)", "character", 1, None, None),
    "String @db.Char(2)": ("character(2)", "character", 2, None, None),
    "String @db.Bit": ("bit(1)", "bit", 1, None, None),
    "String @db.VarBit(5)": ("bit varying(5)", "bit varying", 5, None, None),
    "String @db.Uuid": ("uuid", "uuid", None, None, None),
    "String @db.Citext": ("public.citext", "public.citext", None, None, None),
    "Int": ("integer", "integer", None, None, None),
    "Int @db.SmallInt": ("smallint", "smallint", None, None, None),
    "Int @db.Oid": ("oid", "oid", None, None, None),
    "BigInt": ("bigint", "bigint", None, None, None),
    "Float": ("double precision", "double precision", None, None, None),
    "Float @db.Real": ("real", "real", None, None, None),
    "Decimal": ("numeric(65,30)", "numeric", None, 65, 30),
    "Decimal @db.Decimal": ("numeric", "numeric", None, None, None),
    "Decimal @db.Decimal(10, 2)": ("numeric(10,2)", "numeric", None, 10, 2),
    "Decimal @db.Money": ("money", "money", None, None, None),
    "DateTime": ("timestamp(3) without time zone", "timestamp without time zone", None, 3, None),
    "DateTime @db.Timestamptz(0)": ("timestamp(0) with time zone", "timestamp with time zone", None, 0, None),
    "DateTime @db.Timestamp": (
        "timestamp without time zone",
        "timestamp without time zone",
        None,
        None,
        None,
    ),
    "DateTime @db.Timetz(6)": ("time(6) with time zone", "time with time zone", None, 6, None),
    "DateTime @db.Date": ("date", "date", None, None, None),
    "Json": ("jsonb", "jsonb", None, None, None),
    "Json @db.Json": ("json", "json", None, None, None),
    "Bytes": ("bytea", "bytea", None, None, None),
    "Boolean": ("boolean", "boolean", None, None, None),
    'Unsupported("varchar(7)")': ("character varying(7)", "character varying", 7, None, None),
    'Unsupported("timestamptz (2)")': (
        "timestamp(2) with time zone",
        "timestamp with time zone",
        None,
        2,
        None,
    ),
    'Unsupported("vector(3)")': ("public.vector(3)", "public.vector", None, None, None),
    'Unsupported("app.\\"My Type\\"")': ('app."My Type"', 'app."My Type"', None, None, None),
}


@pytest.mark.parametrize("written", TYPES)
def test_types(written: str) -> None:
    row = column(read(field(f"x {written}")), "x")
    assert (row.type, row.base_type, row.length, row.precision, row.scale) == TYPES[written]
    assert (row.nullable, row.array) == (False, False)


def test_lists_and_optional_fields_are_nullable() -> None:
    facts = read(field('x String[] @db.VarChar(3)\n  y Int?\n  z Unsupported("int[]")'))
    assert (column(facts, "x").type, column(facts, "x").array, column(facts, "x").nullable) == (
        "character varying(3)[]",
        True,
        True,
    )
    assert column(facts, "y").nullable
    assert (column(facts, "z").type, column(facts, "z").array) == ("integer[]", True)


def test_what_the_source_says_is_kept() -> None:
    facts = read(field('user String? @map("user_id") @db.Uuid\n  t Unsupported("tsvector")?'))
    assert column(facts, "user_id").type_written == "String @db.Uuid"
    assert column(facts, "t").type_written == 'Unsupported("tsvector")'
    assert [(row.name, row.native_type) for row in facts.rows(Field)] == [
        ("id", None),
        ("user", "Uuid"),
        ("t", None),
    ]


def test_kinds_of_types() -> None:
    facts = read(field('r Unsupported("int4range")\n  v Unsupported("vector")\n  t Unsupported("tsvector")'))
    assert [row.type_kind for row in facts.rows(Column)] == ["base", "range", "unknown", "base"]


DEFAULTS = {
    "DateTime @default(now())": ("CURRENT_TIMESTAMP", "function", "current_timestamp"),
    'String @default("it\'s")': ("'it''s'", "constant", None),
    "Int @default(-5)": ("-5", "constant", None),
    "Int @default(007)": ("7", "constant", None),
    'Decimal @default("1e3")': ("1000", "constant", None),
    "Boolean @default(true)": ("true", "constant", None),
    'DateTime @default("2020-01-31T10:20:30.5+02:00")': (
        "'2020-01-31 10:20:30.500 +02:00'",
        "constant",
        None,
    ),
    'Bytes @default("aGk=")': ("'\\x6869'", "constant", None),
    'Json @default("{\\"a\\": 1}")': ("'{\"a\": 1}'", "constant", None),
    'String[] @default(["a", "b"])': ("ARRAY['a', 'b']::TEXT[]", "expression", None),
    "Decimal[] @db.Decimal(4,1) @default([])": ("ARRAY[]::DECIMAL(4,1)[]", "expression", None),
    'String @default(dbgenerated("gen_random_uuid()"))': ("gen_random_uuid()", "function", "gen_random_uuid"),
    'String @default(dbgenerated("public.uuid_generate_v4()"))': (
        "public.uuid_generate_v4()",
        "function",
        "uuid_generate_v4",
    ),
    "String @default(dbgenerated(\"lpad('x', 3)\"))": ("lpad('x', 3)", "function", "lpad"),
    'String @default(dbgenerated("(now())::text"))': ("(now())::text", "function", "now"),
    "Int @default(dbgenerated(\"nextval('s'::regclass)\"))": (
        "nextval('s'::regclass)",
        "sequence",
        "nextval",
    ),
    'Int @default(dbgenerated("(1)::smallint"))': ("(1)::smallint", "constant", None),
    'Int @default(dbgenerated("NULL"))': None,
    "String @default(dbgenerated(\"'{}'::character varying(3)\"))": (
        "'{}'::character varying(3)",
        "constant",
        None,
    ),
    'DateTime @default(dbgenerated("(CURRENT_TIMESTAMP(3))"))': (
        "(CURRENT_TIMESTAMP(3))",
        "function",
        "current_timestamp",
    ),
    'String @db.VarChar(3) @default(dbgenerated("NULL"))': ("NULL", "null", None),
    "Int @default(dbgenerated(\"length('a' || 'b')\"))": ("length('a' || 'b')", "function", "length"),
    'Int @default(dbgenerated("1 + 1"))': ("1 + 1", "expression", None),
    "String @default(dbgenerated())": None,
    "String @default(uuid())": None,
    "Int": None,
}


@pytest.mark.parametrize("written", DEFAULTS)
def test_defaults(written: str) -> None:
    assert default(read(field(f"x {written}")), "x") == DEFAULTS[written]


@pytest.mark.parametrize(
    ("written", "generators"),
    [
        ("String @default(uuid(7))", ["uuid"]),
        ("String @default(cuid(2))", ["cuid"]),
        ("String @default(nanoid(9))", ["nanoid"]),
        ("String @default(ulid())", ["ulid"]),
        ("DateTime @updatedAt", ["updated-at"]),
        ("DateTime @default(now()) @updatedAt", ["updated-at"]),
        ("DateTime @default(now())", []),
        ('String @default(dbgenerated("gen_random_uuid()"))', []),
    ],
)
def test_what_the_client_makes(written: str, generators: list[str]) -> None:
    assert [row.generator for row in read(field(f"x {written}")).rows(ClientDefault)] == generators


@pytest.mark.parametrize(
    ("written", "type_", "maximum"),
    [
        ("Int", "integer", 2**31 - 1),
        ("BigInt", "bigint", 2**63 - 1),
        ("Int @db.SmallInt", "smallint", 2**15 - 1),
        ("Int?", "integer", 2**31 - 1),
    ],
)
def test_autoincrement(written: str, type_: str, maximum: int) -> None:
    facts = read(field(f"x {written} @default(autoincrement())"))
    row = column(facts, "x")
    assert (row.type, row.serial, row.nullable) == (type_, True, False)
    assert default(facts, "x") == ("nextval('public.\"A_x_seq\"'::regclass)", "sequence", "nextval")
    (sequence,) = facts.rows(Sequence)
    assert (sequence.name, sequence.type, sequence.maximum) == ("A_x_seq", type_, maximum)
    assert sequence.owned_by_column_id == row.id


def test_an_autoincrement_that_is_no_serial_has_no_default() -> None:
    facts = read(field("x Int @db.Oid @default(autoincrement())"))
    assert (default(facts, "x"), column(facts, "x").serial, facts.rows(Sequence)) == (None, False, [])


def test_enums() -> None:
    facts = read(
        'enum Mood {\n  sad @map("s")\n  ok\n  @@map("moods")\n}\n'
        + field("m Mood @default(sad)\n  l Mood[] @default([ok, sad])")
    )
    (enum,) = facts.rows(Enum)
    assert (enum.schema, enum.name) == ("public", "moods")
    assert [(row.position, row.value) for row in facts.rows(EnumValue)] == [(1, "s"), (2, "ok")]
    row = column(facts, "m")
    assert (row.type, row.type_kind, row.type_id) == ("public.moods", "enum", enum.id)
    assert column(facts, "l").type == "public.moods[]"
    assert default(facts, "m") == ("'s'", "constant", None)
    assert default(facts, "l") == ("ARRAY['ok', 's']::\"moods\"[]", "expression", None)


def test_names_that_postgresql_must_quote_or_cut() -> None:
    long = "ü" * 40
    facts = read(
        f'enum Role {{\n  A\n}}\nmodel A {{\n  id Int @id\n  r Role @map("{long}")\n  @@map("{long}")\n}}\n'
    )
    row = column(facts, "ü" * 31)
    assert row.type == 'public."Role"'
    assert [entity.name for entity in facts.rows(type(facts.entity_of(1))) if entity.kind == "table"] == [
        "ü" * 31
    ]

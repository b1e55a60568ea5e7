"""Primary keys and indexes: names, columns, methods, operator classes, predicates."""

from __future__ import annotations

import pytest

from azora_audit.catalog.tables import Column, Index, IndexPredicateColumn, KeyColumn, PrimaryKey, Unique
from azora_audit.sources.prisma import names
from tests.sources.prisma.cases import field
from tests.sources.prisma.reading import column, index, problems, read

MODEL = """\
model Order {
  a    Int     @map("col a")
  b    Int?
  s    String
  j    Json
  l    String[]
  ip   String  @db.Inet
  ok   Boolean
  when DateTime?
  %s
}
"""


def indexed(text: str) -> tuple[Index, list[str]]:
    """The one index of the model with this block attribute, and its columns."""
    facts = read(MODEL % f"@@ignore\n  {text}")
    (row,) = facts.rows(Index)
    return row, index(facts, row.name)[1]


@pytest.mark.parametrize(
    ("text", "name", "columns", "method", "unique"),
    [
        ("@@index([a, b])", "Order_col a_b_idx", ["col a", "b"], "btree", False),
        ("@@index(b)", "Order_b_idx", ["b"], "btree", False),
        ("@@index(fields: [b(sort: Desc), s(sort: Asc)])", "Order_b_s_idx", ["b desc", "s"], "btree", False),
        ('@@index([b], map: "i")', "i", ["b"], "btree", False),
        ('@@index([b], name: "legacy")', "legacy", ["b"], "btree", False),
        ("@@index([b], type: Hash)", "Order_b_idx", ["b"], "hash", False),
        ("@@index([j], type: Gin)", "Order_j_idx", ["j"], "gin", False),
        ("@@index([j(ops: JsonbOps)], type: Gin)", "Order_j_idx", ["j"], "gin", False),
        ("@@index([j(ops: JsonbPathOps)], type: Gin)", "Order_j_idx", ["j (jsonb_path_ops)"], "gin", False),
        ("@@index([l], type: Gin)", "Order_l_idx", ["l"], "gin", False),
        (
            '@@index([s(ops: raw("gin_trgm_ops"))], type: Gin)',
            "Order_s_idx",
            ["s (gin_trgm_ops)"],
            "gin",
            False,
        ),
        ("@@index([ip(ops: InetOps)], type: Gist)", "Order_ip_idx", ["ip (inet_ops)"], "gist", False),
        ("@@index([s(ops: TextOps)], type: SpGist)", "Order_s_idx", ["s"], "spgist", False),
        ("@@index([when(ops: TimestampMinMaxOps)], type: Brin)", "Order_when_idx", ["when"], "brin", False),
        (
            "@@index([when(ops: TimestampBloomOps)], type: Brin)",
            "Order_when_idx",
            ["when (timestamp_bloom_ops)"],
            "brin",
            False,
        ),
        (
            '@@index([s(ops: raw("text_pattern_ops"))])',
            "Order_s_idx",
            ["s (text_pattern_ops)"],
            "btree",
            False,
        ),
        ('@@index([s(ops: raw("text_ops"))])', "Order_s_idx", ["s"], "btree", False),
        ("@@unique([a, s])", "Order_col a_s_key", ["col a", "s"], "btree", True),
        ('@@unique([a, s(sort: Desc)], name: "client", map: "db")', "db", ["col a", "s desc"], "btree", True),
    ],
)
def test_block_attributes(text: str, name: str, columns: list[str], method: str, unique: bool) -> None:
    row, parts = indexed(text)
    assert (row.name, parts, row.method, row.unique_) == (name, columns, method, unique)
    assert (row.constraint_id, row.valid, row.predicate) == (None, True, None)


@pytest.mark.parametrize(
    ("where", "predicate", "only_not_null", "reads"),
    [
        ('raw("b is not null")', "b is not null", True, ["b"]),
        (
            'raw("\\"col a\\" IS NOT NULL AND (b IS NOT NULL)")',
            '"col a" IS NOT NULL AND (b IS NOT NULL)',
            True,
            ["col a", "b"],
        ),
        ("raw(\"s <> 'b'\")", "s <> 'b'", False, ["s"]),
        ("{ b: null }", '"b" IS NULL', False, ["b"]),
        ("{ b: { not: null } }", '"b" IS NOT NULL', True, ["b"]),
        ('{ ok: true, s: "it\'s" }', "\"ok\" = true AND \"s\" = 'it''s'", False, ["s", "ok"]),
        ("{ a: { not: -5 } }", '"col a" != -5', False, ["col a"]),
    ],
)
def test_partial_indexes(where: str, predicate: str, only_not_null: bool, reads: list[str]) -> None:
    facts = read(MODEL % f"@@ignore\n  @@index([b], where: {where})")
    (row,) = facts.rows(Index)
    assert (row.predicate, row.predicate_only_not_null) == (predicate, only_not_null)
    names_by_id = {found.id: found.name for found in facts.rows(Column)}
    assert {names_by_id[read_.column_id] for read_ in facts.rows(IndexPredicateColumn)} == set(reads)


@pytest.mark.parametrize(
    "where", ["{}", "{ nope: 1 }", "{ b: { gt: 5 } }", '{ ok: "x" }', '"b = 1"', "raw()", 'raw("")']
)
def test_predicates_that_mean_nothing(where: str) -> None:
    assert len(problems(MODEL % f"@@ignore\n  @@index([b], where: {where})")) == 1


def test_a_unique_field_is_an_index_and_no_constraint() -> None:
    facts = read(field('x Int @unique\n  y Int? @unique(map: "y", sort: Desc)'))
    assert facts.rows(Unique) == []
    assert (index(facts, "A_x_key")[0].unique_, index(facts, "A_x_key")[1]) == (True, ["x"])
    assert index(facts, "y")[1] == ["y desc"]


KEYS = """\
model A {
  id Int @id(map: "k")
  @@map("as")
}
model B {
  x Int @map("X")
  y Int
  @@id([y, x], name: "yx")
}
"""


def test_primary_keys() -> None:
    facts = read(KEYS)
    first, second = facts.rows(PrimaryKey)
    assert (first.name, second.name) == ("k", "B_pkey")
    parts = [row for row in facts.rows(KeyColumn) if row.key_id == second.id]
    assert [(row.position, row.column_id) for row in parts] == [
        (1, column(facts, "y").id),
        (2, column(facts, "X").id),
    ]
    row, columns = index(facts, "B_pkey")
    assert (row.unique_, row.constraint_id, columns) == (True, second.id, ["y", "X"])


def test_a_key_of_an_ignored_model_makes_its_columns_not_null() -> None:
    facts = read("model A {\n  id Int? @id\n  @@ignore\n}\n")
    assert not column(facts, "id").nullable


def test_an_ignored_model_needs_no_key() -> None:
    assert problems("model A {\n  id Int\n  @@ignore\n}\n") == []


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (names.primary_key_name("t" * 58), "t" * 58 + "_pkey"),
        (names.primary_key_name("t" * 59), "t" * 58 + "_pkey"),
        (names.unique_name("t", ["a", "b"]), "t_a_b_key"),
        (names.index_name("t" * 70, ["a"]), "t" * 59 + "_idx"),
        (names.index_name("t" * 56, ["abc"]), "t" * 56 + "_ab_idx"),
        (names.index_name("ü" * 30, ["x"]), "ü" * 29 + "_idx"),
        (names.foreign_key_name("t", ["a" * 70]), "t_" + "a" * 56 + "_fkey"),
        (names.sequence_name("t", "c"), "t_c_seq"),
        (names.sequence_name("t" * 60, "c" * 10), "t" * 48 + "_" + "c" * 10 + "_seq"),
        (names.sequence_name("t" * 60, "c" * 60), "t" * 29 + "_" + "c" * 29 + "_seq"),
    ],
)
def test_names_are_cut_as_prisma_and_postgresql_cut_them(found: str, wanted: str) -> None:
    assert found == wanted
    assert len(found.encode()) <= names.LIMIT

"""Blocks, places, comments and line ends."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import Entity
from azora_audit.sources.prisma import lines, read_prisma
from azora_audit.sources.prisma.parser import parse
from tests.sources.prisma.reading import place, problems, read

SCHEMA = """\
/// A user.
model User { // here
  id    Int    @id @default(autoincrement())
  email String @unique(map: "mail")
  posts Post[]

  @@index([email, id(sort: Desc)])
}

model Post {
  a Int
  b Int
  author User @relation(fields: [a], references: [id])
  @@id([a, b])
}

enum Role {
  ADMIN
}
"""


def test_places() -> None:
    facts = read(SCHEMA)
    assert place(facts, "table", "User") == (2, 7, 2, 11)
    assert place(facts, "column", "email") == (4, 3, 4, 8)
    assert place(facts, "index", "mail") == (4, 16, 4, 36)
    assert place(facts, "primary-key", "User_pkey") == (3, 16, 3, 19)
    assert place(facts, "sequence", "User_id_seq") == (3, 20, 3, 45)
    assert place(facts, "index", "User_email_id_idx") == (7, 3, 7, 35)
    assert place(facts, "primary-key", "Post_pkey") == (14, 3, 14, 15)
    assert place(facts, "foreign-key", "Post_a_fkey") == (13, 15, 13, 55)
    assert place(facts, "enum", "Role") == (17, 6, 17, 10)


def test_columns_count_code_points() -> None:
    facts = read('model A {\n  id Int @id // größe 😀\n  größe Int @default(1) @map("😀") @unique\n}\n')
    assert place(facts, "column", "😀") == (3, 3, 3, 8)
    assert place(facts, "index", "A_😀_key") == (3, 35, 3, 42)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_every_line_end(end: str) -> None:
    other = Facts("shop")
    head = 'datasource db {\n  provider = "postgresql"\n}\n'
    read_prisma([("schema.prisma", (SCHEMA + head).replace("\n", end))], other)
    facts = Facts("shop")
    read_prisma([("schema.prisma", "\ufeff" + SCHEMA + head)], facts)
    assert facts.problems == other.problems == []
    assert place(facts, "index", "mail") == place(other, "index", "mail")
    assert facts.rows(Entity) == other.rows(Entity)


def test_a_file_may_end_without_a_line_end() -> None:
    assert problems("model A {\n  id Int @id\n}") == []


BLANKS = """\
modelA {
\tid\u00a0Int@id
 b Int []
  c Unsupported( "x" ) ?
  d Int @ unique ( )
  @@ index ( [ id , d ] )
} enum E {
  A @ map ( "a" )
} /* end */ // of it
"""


def test_blanks_where_prisma_allows_them() -> None:
    assert problems(BLANKS) == []
    (problem,) = problems(BLANKS.replace("[]", "[ ]"))
    assert (problem.line, problem.column) == (3, 8)


BLOCK_COMMENTS = """\
/* a
 model X {
 */ model A { /* b */
  /* c
  d */ id Int @id /* e
 f */
  b String @default("/*") // */
}
"""


def test_block_comments() -> None:
    facts = read(BLOCK_COMMENTS)
    assert place(facts, "table", "A") == (3, 11, 3, 12)
    assert place(facts, "column", "id") == (5, 8, 5, 10)
    assert place(facts, "column", "b") == (7, 3, 7, 4)


COMMENTED = """\
// far

/// near
// too
model A {
  /// one

  /// two
  id Int @id /// end
  // index
  @@index([id]) // more
  // last
}
"""


def test_comments_go_to_what_they_document() -> None:
    (block,) = parse("a", COMMENTED).blocks
    assert [comment.text for comment in block.description] == ["near", "too"]
    assert [comment.text for comment in block.fields[0].comments] == ["two", "end"]
    assert [comment.text for comment in block.attributes[0].comments] == ["index", "more"]
    assert [(comment.text, comment.line, comment.column) for comment in block.comments] == [
        ("one", 6, 3),
        ("last", 12, 3),
    ]


def test_strings_hold_what_json_strings_hold() -> None:
    tail = lines.read_tail('@map("a\\u00e9\\"\\\\\\/\\n\\ud83d\\ude00")')
    (argument,) = tail.attributes[0].arguments
    assert getattr(argument.value, "value", None) == 'aé"\\/\n😀'
    for wrong in ("\\x", "\\u12", "\\ud83d", "\\ude00"):
        assert lines.read_tail(f'@map("{wrong}")').faults[0].message == "unknown escape sequence in a string"


@given(
    st.lists(
        st.sampled_from(
            ["@id", "@map", "(", ")", '"a b"', "x", "5", "-5", "x()", ".", " ", "[", "]", ",", "//", "@db.A"]
        )
    )
)
@example(["@map", " ", "(", '"a b"', ")"])
def test_simple_attributes_are_a_short_cut_only(parts: list[str]) -> None:
    text = "".join(parts)
    lines.read_tail.cache_clear()
    short = lines.read_tail(text)
    lines.read_tail.cache_clear()
    pattern = lines.SIMPLE
    lines.SIMPLE = re.compile(r"(?!)")
    try:
        assert lines.read_tail(text) == short
    finally:
        lines.SIMPLE = pattern
        lines.read_tail.cache_clear()


@given(st.text(st.sampled_from('model A{}\n\r @@id(Int?["]),:/*=!\\.é-5\x0b\u2028'), max_size=80))
def test_no_text_raises(text: str) -> None:
    facts = Facts("shop")
    read_prisma([("schema.prisma", text)], facts)
    for problem in facts.problems:
        assert problem.line >= 1
        assert problem.column >= 1

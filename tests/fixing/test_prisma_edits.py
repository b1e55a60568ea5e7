"""Edits of schema.prisma: the one line changes, and everything else stays as it was written."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit.findings import Fix
from azora_audit.fixing.prisma_edits import CannotFixError, PrismaFile
from azora_audit.sources.prisma.parser import parse

SCHEMA = """\
// head
model User {
\tid    String @id // the key
\tname  String @db.VarChar(20)    /// shown "@twice" // here
\tposts Post[]
}

model Post {
  id       Int    @id
  author   User   @relation(fields: [authorId], references: [id])  // who
  authorId String @map("a//b")

  @@unique([authorId, id])
  // the table
  @@map("posts")
}
"""


def fix(text: str, edit: str) -> Fix:
    return Fix("", text, edit, "safe", "")


def edited(line: int, text: str, edit: str, schema: str = SCHEMA) -> list[str]:
    file = PrismaFile("schema.prisma", schema)
    file.apply(line, fix(text, edit))
    return [row for row in difflib.ndiff(schema.splitlines(), file.text.splitlines()) if row[0] in "+-"]


def test_an_attribute_of_a_block_stands_after_the_fields_with_a_line_between() -> None:
    assert edited(2, "@@index([name])", "add-to-model") == ["+ ", "+ \t@@index([name])"]


def test_attributes_of_names_stay_last() -> None:
    schema = SCHEMA.replace("  // the table\n", "")
    file = PrismaFile("schema.prisma", schema)
    file.apply(8, fix("@@index([authorId])", "add-to-model"))
    assert file.text.endswith('  @@unique([authorId, id])\n  @@index([authorId])\n  @@map("posts")\n}\n')


def test_a_field_stands_after_the_fields() -> None:
    assert edited(2, "at DateTime", "add-to-model") == ["+ \tat DateTime"]


def test_what_is_there_is_not_added_again() -> None:
    assert edited(8, "@@unique([authorId,id])", "add-to-model") == []
    file = PrismaFile("schema.prisma", SCHEMA)
    for line in (8, 10):
        file.apply(line, fix("@@index([authorId])", "add-to-model"))
    assert file.text.count("@@index") == 1


def test_an_attribute_of_a_field_stands_before_its_comment() -> None:
    assert edited(3, "@db.Uuid", "add-to-field") == [
        "- \tid    String @id // the key",
        "+ \tid    String @id @db.Uuid // the key",
    ]
    assert edited(4, "@unique", "add-to-field")[1] == (
        '+ \tname  String @db.VarChar(20) @unique    /// shown "@twice" // here'
    )
    assert edited(11, "@db.Uuid", "add-to-field")[1] == '+   authorId String @map("a//b") @db.Uuid'


def test_an_argument_is_added_to_the_relation_alone() -> None:
    assert edited(10, "onDelete: Restrict", "add-to-relation")[1] == (
        "+   author   User   @relation(fields: [authorId], references: [id], onDelete: Restrict)  // who"
    )


def test_an_attribute_is_removed_with_its_line() -> None:
    assert edited(13, "@@unique", "remove-attribute") == ["-   @@unique([authorId, id])"]
    with pytest.raises(CannotFixError, match="says why it is there"):
        edited(15, "@@map", "remove-attribute")
    with pytest.raises(CannotFixError, match="no attribute"):
        edited(11, "@@index", "remove-attribute")


def test_a_field_is_replaced_and_its_comment_kept() -> None:
    assert edited(3, "id String @id @db.Uuid", "replace-field")[1] == "+ \tid String @id @db.Uuid // the key"


@pytest.mark.parametrize(
    ("line", "edit", "said"),
    [
        (1, "add-to-model", "about no model"),
        (7, "add-to-model", "about no model"),
        (2, "add-to-field", "not about one field"),
        (11, "add-to-relation", "no @relation"),
    ],
)
def test_an_edit_without_a_place_is_refused(line: int, edit: str, said: str) -> None:
    with pytest.raises(CannotFixError, match=said):
        edited(line, "x", edit)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_are_kept(end: str) -> None:
    schema = SCHEMA.replace("\n", end)
    file = PrismaFile("schema.prisma", schema)
    file.apply(2, fix("@@index([name])", "add-to-model"))
    file.apply(3, fix("@db.Uuid", "add-to-field"))
    assert file.text.replace(end, "\n").count("\n") == SCHEMA.count("\n") + 2
    assert file.text.count("\n") == file.text.count(end) * end.count("\n")


@given(st.data())
def test_edits_change_what_they_are_about_and_nothing_else(data: st.DataObject) -> None:
    """Whatever the order: places are those of the text as it was given."""
    edits = data.draw(
        st.permutations(
            [
                (2, "@@index([name])", "add-to-model"),
                (3, "@db.Uuid", "add-to-field"),
                (4, "@unique", "add-to-field"),
                (8, "@@index([authorId])", "add-to-model"),
                (10, "onDelete: Restrict", "add-to-relation"),
                (11, "authorId Int", "replace-field"),
            ]
        )
    )
    chosen = edits[: data.draw(st.integers(0, len(edits)))]
    file = PrismaFile("schema.prisma", SCHEMA)
    for line, text, edit in chosen:
        file.apply(line, fix(text, edit))
    before, after = SCHEMA.splitlines(), file.text.splitlines()
    touched = {line for line, _, edit in chosen if edit != "add-to-model"}
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    changed = {
        number + 1
        for tag, start, end, *_ in matcher.get_opcodes()
        if tag in {"replace", "delete"}
        for number in range(start, end)
    }
    assert changed <= touched
    assert not parse("schema.prisma", file.text).problems
    assert all(text in file.text for _, text, _ in chosen)

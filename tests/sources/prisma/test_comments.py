"""Documentation, annotations, allowances, and the facts of datasource and generators."""

from __future__ import annotations

import pytest

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import Allowance, Annotation, Comment, Datasource, Extension, Generator
from azora_audit.sources.prisma import read_prisma
from tests.sources.prisma.cases import field
from tests.sources.prisma.reading import problems, read

DOCUMENTED = """\
/// A card.
///   @append-only
// not this
model Card {
  id Int @id /// @pii @encrypted(AES-256) @deprecated: use `key`
  /// one
  /// two, to me@example.com
  pan String
  // @nothing
  x Int
  u U? @relation(fields: [x], references: [id]) /// @owner
  /// @fast lookups
  @@index([pan])
}
/// @inverse
model U {
  id Int @id
  /// @back
  cards Card[]
}
/// @lookup
enum E {
  /// @value
  A
}
"""


def test_documentation() -> None:
    facts = read(DOCUMENTED)
    texts = {facts.entity_of(row.entity_id).address: (row.text, row.source) for row in facts.rows(Comment)}
    assert texts["shop.public.Card"] == ("A card.\n@append-only", "prisma")
    assert texts["shop.public.Card.pan"] == ("one\ntwo, to me@example.com", "prisma")
    assert "shop.public.Card.x" not in texts


def test_annotations() -> None:
    facts = read(DOCUMENTED)
    assert [
        (facts.entity_of(row.entity_id).address, row.name, row.value) for row in facts.rows(Annotation)
    ] == [
        ("shop.public.Card", "append-only", ""),
        ("shop.public.U", "inverse", ""),
        ("shop.public.E", "lookup", ""),
        ("shop.public.Card.id", "pii", ""),
        ("shop.public.Card.id", "encrypted", "AES-256"),
        ("shop.public.Card.id", "deprecated", "use `key`"),
        ("shop.public.Card.Card_pan_idx", "fast", "lookups"),
        ("shop.public.Card.Card_x_fkey", "owner", ""),
    ]


ALLOWED = """\
// azora-audit: allow a -- at the file

/// azora-audit: allow b -- at the model (until 2027-01-31)
model A { // azora-audit: allow c -- at its name
  id Int @id // azora-audit: allow d -- at the field
  // azora-audit: allow e -- at the key
  b B @relation(fields: [id], references: [id])
  /// azora-audit: allow f -- at the index
  @@index([id])
  // azora-audit: allow g -- at the end
}
model B {
  id Int @id
  a A? // azora-audit: allow h -- at the other side
}
enum E {
  X // azora-audit: allow i -- at a value
}
/// azora-audit: allow j -- at the datasource
datasource db {
  provider = "postgresql" // azora-audit: allow k -- at a property
}
"""


def test_allowances() -> None:
    facts = Facts("shop")
    read_prisma([("s.prisma", ALLOWED)], facts)
    assert facts.problems == []
    found = {
        row.rule: (facts.entity_of(row.entity_id).address if row.entity_id is not None else None, row.line)
        for row in facts.rows(Allowance)
    }
    assert found == {
        "a": (None, 1),
        "b": ("shop.public.A", 3),
        "c": ("shop.public.A", 4),
        "d": ("shop.public.A.id", 5),
        "e": ("shop.public.A.A_id_fkey", 6),
        "f": ("shop.public.A.A_id_idx", 8),
        "g": ("shop.public.A", 10),
        "h": ("shop.public.B", 14),
        "i": ("shop.public.E", 17),
        "j": ("shop.db", 19),
        "k": ("shop.db", 21),
    }
    (until,) = [row for row in facts.rows(Allowance) if row.rule == "b"]
    assert (until.reason, until.until, until.path) == ("at the model", "2027-01-31", "s.prisma")
    assert facts.rows(Comment) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("allow missing-updated-at", "expected an allowance with a rule and a reason"),
        ("allow -- because", "expected an allowance with a rule and a reason"),
        ("permit x -- because", "expected an allowance with a rule and a reason"),
        ("allow x -- because (until 2027-02-30)", "expected a date of the calendar after `until`"),
    ],
)
def test_allowances_that_cannot_be_understood(text: str, message: str) -> None:
    (problem,) = problems(field(f"b Int // azora-audit: {text}"))
    assert (problem.line, problem.column, problem.message) == (3, 9, message)


def test_datasource_and_generators() -> None:
    head = (
        'generator client {\n  provider = "prisma-client-js"\n  previewFeatures = ["postgresqlExtensions"]\n}\n'
        'generator docs {\n  provider = env("P")\n}\n'
        'datasource db {\n  provider = "postgres"\n  url = env("DATABASE_URL")\n  directUrl = env("DIRECT_URL")\n'
        '  extensions = [citext, uuidOssp(map: "uuid-ossp", schema: "ext", version: "1.1")]\n}\n'
    )
    facts = read("", head)
    (source,) = facts.rows(Datasource)
    assert source[2:] == ("db", "postgresql", "DATABASE_URL", False, "DIRECT_URL", "foreignKeys")
    assert [(row.name, row.provider) for row in facts.rows(Generator)] == [
        ("client", "prisma-client-js"),
        ("docs", ""),
    ]
    assert [(row.name, row.schema, row.version) for row in facts.rows(Extension)] == [
        ("citext", None, None),
        ("uuid-ossp", "ext", "1.1"),
    ]


def test_a_url_that_is_written_out_is_no_fact() -> None:
    facts = read(
        "", 'datasource db {\n  provider = "postgresql"\n  url = "postgresql://me:hunter2@host/db"\n}\n'
    )
    (source,) = facts.rows(Datasource)
    assert (source.url_variable, source.url_literal) == (None, True)
    assert "hunter2" not in repr(vars(facts))


def test_a_schema_of_many_files() -> None:
    facts = Facts("shop")
    read_prisma(
        [
            (
                "p/schema/b.prisma",
                "model B {\n  id Int @id\n  e E\n  a A @relation(fields: [id], references: [id])\n}\n",
            ),
            ("p/schema/a.prisma", "model A {\n  id Int @id\n  b B?\n}\nenum E {\n  X\n}\n"),
            ("p/schema/c.prisma", "model A {\n  id Int @id\n}\n"),
        ],
        facts,
    )
    (problem,) = facts.problems
    assert (problem.path, problem.line) == ("p/schema/c.prisma", 1)
    assert problem.help == "The other one is at p/schema/a.prisma:1; rename or remove one of them."

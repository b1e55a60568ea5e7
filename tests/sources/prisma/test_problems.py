"""What azora-audit says of schemas that Prisma refuses, and how it goes on behind a fault."""

from __future__ import annotations

import pytest

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import Column, Datasource, Model, Table, Unread
from azora_audit.sources.prisma import read_prisma
from tests.sources.prisma.cases import LENIENT, REFUSED, STRICTER, field, relation
from tests.sources.prisma.reading import HEAD, problems, read


@pytest.mark.parametrize(("schema", "line", "column", "message"), REFUSED)
def test_the_first_problem(schema: str, line: int, column: int, message: str) -> None:
    first = problems(schema)[0]
    assert (first.path, first.line, first.column, first.message) == ("schema.prisma", line, column, message)
    assert (first.kind, first.service) == ("syntax-error", "shop")


@pytest.mark.parametrize("schema", STRICTER)
def test_text_that_prisma_throws_away_is_a_problem(schema: str) -> None:
    assert [problem.message for problem in problems(schema)] == ["expected a new line after `{`"]


@pytest.mark.parametrize("schema", LENIENT)
def test_what_differs_between_versions_is_no_problem(schema: str) -> None:
    assert problems(schema) == []


def test_help_says_what_to_write() -> None:
    (problem,) = problems(field("b string"))
    assert problem.help == "Did you mean `String`?"
    (problem,) = problems(relation("U"))
    assert problem.help == "The field `u` holds the foreign key to `U`."
    (problem,) = problems(field('b Unsupported("VarChar(3)")'))
    assert problem.help == "Write `String @db.VarChar`."


def test_the_rest_of_the_file_is_read_but_nothing_is_known() -> None:
    facts = Facts("shop")
    text = (
        "model A {\n  id Int @id\n  b Int @default(\n}\nmodel B {\n  id Int @id\nmodel C {\n  id Int @id\n}\n"
    )
    read_prisma([("schema.prisma", text), HEAD], facts)
    assert [row.name for row in facts.rows(Model)] == ["A", "B", "C"]
    assert [row.name for row in facts.rows(Column)] == ["id", "b", "id", "id"]
    assert [(problem.line, problem.message) for problem in facts.problems] == [
        (3, "expected a value"),
        (5, "expected `}`: the model `B` is not closed"),
    ]
    assert facts.known == {"datasources", "generators"}


def test_syntax_errors_hide_what_may_follow_from_them() -> None:
    assert [
        problem.message
        for problem in problems("enum E {\n  A B\n}\nmodel M {\n  id Int @id\n  e E @default(A)\n}\n")
    ] == ["expected an attribute, a comment or the end of the line"]


def test_a_schema_without_problems_is_known() -> None:
    facts = read("model A {\n  id Int @id\n}\n")
    assert {"tables", "columns", "indexes", "foreign_keys", "uniques", "sequences", "enums"} <= facts.known
    assert not {"checks", "triggers", "policies", "grants", "views", "extensions", "domains"} & facts.known


@pytest.mark.parametrize("provider", ["mysql", "sqlite", "mongodb", "cockroachdb", "sqlserver"])
def test_another_provider_is_unread_but_not_unseen(provider: str) -> None:
    facts = Facts("shop")
    head = f'datasource db {{\n  provider = "{provider}"\n  url = env("URL")\n}}\n'
    read_prisma([("schema.prisma", head + "model A {\n  id Int @id @db.Whatever\n}\n")], facts)
    assert facts.problems == []
    (unread,) = facts.rows(Unread)
    assert (unread.reason, unread.path, unread.line) == ("other-dialect", "schema.prisma", 1)
    assert provider in unread.detail
    assert [row.provider for row in facts.rows(Datasource)] == [provider]
    assert facts.rows(Table) == []
    assert facts.known == {"datasources", "generators"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('url = env("URL")', "expected `provider` in the datasource `db`"),
        ('provider = "oracle"', "expected a provider that Prisma knows, found `oracle`"),
        ('provider = env("P")', "expected a string for `provider`"),
        ('provider = "postgresql"\n  url = env(URL)', 'expected `env("NAME")` for `url`'),
        ('provider = "postgresql"\n  url = 5', 'expected a string or `env("NAME")` for `url`'),
        ('provider = "postgresql"\n  nope = "x"', "unknown property `nope` of a datasource"),
        ('provider = "postgresql"\n  url =', "expected a value after `url =`"),
        ('provider = "postgresql"\n  bad line', "expected `key = value`"),
        ('provider = "postgresql"\n  provider = "postgresql"', "`provider` is already defined in `db`"),
        (
            'provider = "postgresql"\n  relationMode = "x"',
            'expected "foreignKeys" or "prisma" for `relationMode`, found "x"',
        ),
        ('provider = "postgresql"\n  schemas = []', "expected different strings in a list for `schemas`"),
        (
            'provider = "postgresql"\n  url = env("A")\n  shadowDatabaseUrl = env("A")',
            "`shadowDatabaseUrl` is the database itself",
        ),
    ],
)
def test_problems_of_a_datasource(body: str, message: str) -> None:
    assert [problem.message for problem in problems("", f"datasource db {{\n  {body}\n}}\n")] == [message]


def test_the_url_is_in_no_message() -> None:
    head = 'datasource db {\n  provider = "postgresql"\n  url = "postgresql://me:hunter2@host/db" x\n}\n'
    (problem,) = problems("", head)
    assert "hunter2" not in "".join(map(str, problem))


def test_a_deep_schema_ends() -> None:
    (problem,) = problems(field(f"b Int @default({'[' * 5000}1{']' * 5000})"))
    assert problem.message == "expected a value that is not nested so deeply"
    (problem,) = problems(field(f"b Int @default({'f(' * 5000}1{')' * 5000})"))
    assert problem.message == "expected a value that is not nested so deeply"

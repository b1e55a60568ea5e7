"""Allowances where people write them: beside schema.prisma and SQL, in COMMENT ON, and in a running database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from azora_audit import api

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg

    from azora_audit.api import Checked
    from azora_audit.sources.live.server import Server

TABLE = "create table notes (id int, at date);\ncreate table posts (id uuid primary key);\n"
COMMENT = "comment on table {} is 'Notes.\nazora-audit: allow {} -- scratch{}';\n"
ALL = [
    COMMENT.format("notes", "missing-primary-key", ""),
    COMMENT.format("posts", "missing-primary-key", ""),
    COMMENT.format("posts", "float-money", " (until 2020-01-31)").replace("table posts", "column posts.id"),
    COMMENT.format("notes", "misssing-primary-key", "").replace("table notes", "column notes.at"),
]
EXPECTED = {
    ("missing-primary-key", "allowed", "shop.public.notes"),
    ("unused-allowance", "new", "shop.public.posts.missing-primary-key"),
    ("expired-allowance", "new", "shop.public.posts.id.float-money"),
    ("allowance-of-unknown-rule", "new", "shop.public.notes.at.misssing-primary-key"),
}
RULES = ["missing-primary-key", "float-money", "housekeeping"]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    return tmp_path / "shop"


def found(checked: Checked) -> set[tuple[str, str, str]]:
    assert not checked.report.problems, checked.report.problems
    return {(each.rule, each.status, each.entity) for each in checked.report.findings}


def check(folder: Path, *databases: str) -> Checked:
    return api.check(folder, databases=databases, select=RULES, use_cache=False)


def test_in_schema_prisma(shop: Path) -> None:
    (shop / "schema.prisma").write_text("""\
/// Loaded as a whole. A note of it:
/// azora-audit: allow short-integer-key -- counted by hand
model Note {
  id Int @id @default(autoincrement())
}

model Post {
  id Int @id @default(autoincrement()) // azora-audit: allow short-integer-key -- counted by hand
  at DateTime /// azora-audit: allow float-money -- exact (until 2020-01-31)
}

/// azora-audit: allow short-integer-key -- none here
model User {
  id String @id @db.Uuid
}
""")
    checked = api.check(shop, select=["short-integer-key", "float-money", "housekeeping"], use_cache=False)
    assert {(rule, status) for rule, status, _ in found(checked)} == {
        ("short-integer-key", "allowed"),
        ("expired-allowance", "new"),
        ("unused-allowance", "new"),
    }
    assert [each.places[0].line for each in checked.report.findings if each.status == "new"] == [9, 12]


def test_in_comment_on_of_a_file(shop: Path) -> None:
    (shop / "schema.sql").write_text(TABLE + "".join(ALL))
    checked = check(shop)
    assert found(checked) == EXPECTED
    places = {each.rule: each.places[0].line for each in checked.report.findings if each.status == "new"}
    assert places == {"unused-allowance": 5, "expired-allowance": 7, "allowance-of-unknown-rule": 9}


def test_a_later_comment_replaces_an_allowance(shop: Path) -> None:
    (shop / "schema.sql").write_text(TABLE + ALL[0] + "comment on table notes is 'Notes.';\n")
    assert found(check(shop)) == {("missing-primary-key", "new", "shop.public.notes")}


@pytest.mark.parametrize(
    "said", ["allow missing-primary-key", "allow -- x", "allow x -- y (until 2026-02-30)"]
)
def test_a_comment_on_that_allows_nothing_is_a_problem(shop: Path, said: str) -> None:
    (shop / "schema.sql").write_text(f"{TABLE}comment on table notes is 'azora-audit: {said}';\n")
    (problem,) = check(shop).report.problems
    assert (problem.kind, problem.path, problem.line) == ("syntax-error", "schema.sql", 3)
    assert "azora-audit: allow RULE -- REASON" in problem.help


@pytest.mark.postgres
def test_in_a_running_database(tmp_path: Path, server: Server, database: psycopg.Connection) -> None:
    database.execute((TABLE + "".join(ALL)).encode())
    checked = check(tmp_path, f"shop={server.dsn(database.info.dbname)}")
    assert found(checked) == EXPECTED
    assert not any(each.places for each in checked.report.findings)
    database.execute("comment on table posts is 'azora-audit: allow missing-primary-key'")
    (problem,) = check(tmp_path, f"shop={server.dsn(database.info.dbname)}").report.problems
    assert "in the comment on shop.public.posts" in problem.message


@pytest.mark.postgres
@pytest.mark.parametrize("told", ["", ALL[0], ALL[0] + ALL[1]])
def test_a_database_and_its_files_allow_once(
    shop: Path, server: Server, database: psycopg.Connection, told: str
) -> None:
    """What the file says is the file's; what only the database says counts too."""
    (shop / "schema.sql").write_text(TABLE + told)
    database.execute((TABLE + ALL[0] + ALL[1]).encode())
    checked = api.check(
        shop.parent, databases=[f"shop={server.dsn(database.info.dbname)}"], select=RULES, use_cache=False
    )
    assert found(checked) == {
        each for each in EXPECTED if each[2].endswith(("notes", "posts.missing-primary-key"))
    }
    (unused,) = (each for each in checked.report.findings if each.rule == "unused-allowance")
    assert unused.places[0].path == "shop/schema.sql"

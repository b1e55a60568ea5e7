"""What schema.prisma declares and the database lacks is a failed obligation, at the line that declares it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from azora_audit import api
from azora_audit.report.proof_outcome import as_report

if TYPE_CHECKING:
    from pathlib import Path

    from azora_audit.proof import Proof, ProofReport
    from azora_audit.sources.live.server import Server

pytestmark = pytest.mark.postgres

PRISMA = """datasource db {
  provider = "postgresql"
}

enum State {
  OPEN
  CLOSED
}

model User {
  id    Int     @id
  email String  @unique @db.VarChar(100)
  name  String
  posts Post[]
}

model Post {
  id     Int    @id
  state  State  @default(OPEN)
  title  String @default("none")
  userId Int
  user   User   @relation(fields: [userId], references: [id], onDelete: Cascade)

  @@index([title])
}
"""
GOOD = """
create type "State" as enum ('OPEN', 'CLOSED');
create table "User" (id integer primary key, email varchar(100) not null, name text not null);
create unique index "User_email_key" on "User" (email);
create table "Post" (id integer primary key, state "State" not null default 'OPEN', title text not null default 'none',
    "userId" integer not null,
    constraint "Post_userId_fkey" foreign key ("userId") references "User" (id) on delete cascade on update cascade);
create index "Post_title_idx" on "Post" (title);
"""


def service(folder: Path, sql: str, prisma: str = PRISMA) -> Path:
    migration = folder / "prisma" / "migrations" / "20250101000000_init" / "migration.sql"
    migration.parent.mkdir(parents=True)
    migration.write_text(sql)
    (folder / "prisma" / "schema.prisma").write_text(prisma)
    return folder


def declared(report: ProofReport) -> dict[str, Proof]:
    proofs = [proof for service in report.proofs for proof in service.proofs]
    return {proof.obligation.id: proof for proof in proofs if proof.obligation.kind == "declared"}


def test_what_is_there_is_said_once_for_each_model(tmp_path: Path) -> None:
    report = api.prove(service(tmp_path, GOOD)).report
    assert report.problems == ()
    assert {name: proof.verdict for name, proof in declared(report).items()} == {
        "public.User/declared/User/effect": "enforced",
        "public.Post/declared/Post/effect": "enforced",
    }


DIFFERENT = [
    (
        "on delete cascade",
        "on delete restrict",
        "public.Post/declared/foreign-key/Post.Post_userId_fkey/on-delete/effect",
        "declared: cascade at prisma/schema.prisma:22; the database has restrict",
    ),
    (
        "name text not null",
        "name text",
        "public.User/declared/column/User.name/nullable/effect",
        "declared: not null at prisma/schema.prisma:13; the database has nullable",
    ),
    (
        "email varchar(100)",
        "email varchar(50)",
        "public.User/declared/column/User.email/type/effect",
        "declared: character varying(100) at prisma/schema.prisma:12; the database has character varying(50)",
    ),
    (
        "default 'none'",
        "default 'nothing'",
        "public.Post/declared/column/Post.title/default/effect",
        "declared: 'none' at prisma/schema.prisma:20; the database has 'nothing'::text",
    ),
    (
        'create unique index "User_email_key" on "User" (email);',
        "",
        "public.User/declared/index/User.User_email_key/effect",
        "declared: UNIQUE btree (email) at prisma/schema.prisma:12; the database has nothing of it",
    ),
    (
        "('OPEN', 'CLOSED')",
        "('OPEN')",
        "public.State/declared/enum/State/values/effect",
        "declared: OPEN, CLOSED at prisma/schema.prisma:5; the database has OPEN",
    ),
]


@pytest.mark.parametrize(
    ("there", "instead", "name", "evidence"), DIFFERENT, ids=[row[2] for row in DIFFERENT]
)
def test_what_is_otherwise_is_not_enforced(
    tmp_path: Path, there: str, instead: str, name: str, evidence: str
) -> None:
    assert there in GOOD
    report = api.prove(service(tmp_path, GOOD.replace(there, instead))).report
    failed = {key: row for key, row in declared(report).items() if row.verdict != "enforced"}
    assert {key: (row.verdict, row.evidence) for key, row in failed.items()} == {
        name: ("not-enforced", evidence)
    }
    (finding,) = [row for row in as_report(report).findings if row.kind == "declared"]
    assert (finding.severity, finding.rule) == ("error", "not-enforced")
    assert [place.path for place in finding.places] == ["prisma/schema.prisma"]
    assert "schema.prisma" in finding.help


def test_what_only_the_database_has_and_what_makes_queries_fast_is_no_obligation(tmp_path: Path) -> None:
    sql = GOOD.replace(
        'create index "Post_title_idx" on "Post" (title);', "create table extra (id integer primary key);"
    )
    report = api.prove(service(tmp_path, sql)).report
    assert {proof.verdict for proof in declared(report).values()} == {"enforced"}


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    model = "model Gone {\n  id Int @id\n}\n"
    found = declared(api.prove(service(tmp_path, GOOD, PRISMA + model)).report)
    gone = found["public.Gone/declared/table/Gone/effect"]
    assert gone.verdict == "not-enforced"
    assert gone.evidence == "declared: model Gone at prisma/schema.prisma:26; the database has nothing of it"


def test_nothing_is_said_to_be_missing_where_statements_did_not_run(tmp_path: Path) -> None:
    report = api.prove(service(tmp_path, GOOD.replace("name text not null", "name nothing"))).report
    verdicts = {proof.verdict for proof in declared(report).values()}
    assert report.problems[0].kind == "not-run"
    assert "not-enforced" not in verdicts
    assert "unreached" in verdicts


def test_a_schema_that_is_not_understood_is_not_compared(tmp_path: Path) -> None:
    report = api.prove(
        service(tmp_path, GOOD, PRISMA + "model Broken {\n  id Int @id\n  what is this\n")
    ).report
    assert {proof.verdict for proof in declared(report).values()} <= {"unreached"}
    assert any(problem.path == "prisma/schema.prisma" for problem in report.problems)


def test_the_list_has_them(tmp_path: Path) -> None:
    folder = service(tmp_path, GOOD)
    listed, _ = api.obligations(folder)
    assert listed == [proof.obligation for proof in api.prove(folder).report.proofs[0].proofs]


def test_a_given_database_is_compared_with_the_files_of_its_service(tmp_path: Path, server: Server) -> None:
    service(tmp_path / "shop", GOOD)
    name = server.create_database()
    with psycopg.connect(server.dsn(name), autocommit=True) as connection:
        connection.execute(GOOD.replace("name text not null", "name text").encode())
    report = api.prove(tmp_path, database=f"shop={server.dsn(name)}").report
    failed = [proof.obligation.id for proof in declared(report).values() if proof.verdict != "enforced"]
    assert failed == ["public.User/declared/column/User.name/nullable/effect"]
    assert declared(api.prove(tmp_path, database=server.dsn(name)).report) == {}
    server.drop_database(name)

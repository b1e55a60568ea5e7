"""Repository facts: package.json, example environment files, documents; places, and what is no problem and what is."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import (
    Dependency,
    Document,
    Documented,
    EnvironmentFile,
    EnvironmentVariable,
    Model,
    Origin,
    Package,
    Script,
    Source,
    Table,
    Unread,
)
from azora_audit.sources.found import ServiceFiles
from azora_audit.sources.project import read_package_json, read_project
from azora_audit.sources.repository.environment import read_environment
from azora_audit.sources.repository.package import key_places, lowest_major, prisma_major, read_package

if TYPE_CHECKING:
    from pathlib import Path

    from azora_audit.findings import Problem

PACKAGE = """{
  "name": "@azora/billing",
  "scripts": { "db:push": "prisma db push",
    "db:studio": "prisma studio" },
  "files": ["dependencies", {"scripts": {"no": "no"}}],
  "dependencies": {"@prisma/client": "^5.7.1", "s\\u00e9": "latest"},
  "devDependencies": {
    "prisma": "workspace:~5.7"
  }
}
"""


def package_facts(text: str) -> Facts:
    facts = Facts("billing", "services/billing")
    read_package(text, "services/billing/package.json", facts)
    return facts


def spans(facts: Facts, text: str) -> dict[str, str]:
    """Return the text at the place of each entity, by its name."""
    lines = text.split("\n")
    return {
        facts.entity_of(row.entity_id).name: lines[row.line - 1][row.column - 1 : row.end_column - 1]
        for row in facts.rows(Origin)
    }


def test_package_json_becomes_facts() -> None:
    facts = package_facts(PACKAGE)
    assert [row.name for row in facts.rows(Package)] == ["@azora/billing"]
    assert [(row.name, row.list, row.version, row.major) for row in facts.rows(Dependency)] == [
        ("@prisma/client", "dependencies", "^5.7.1", 5),
        ("sé", "dependencies", "latest", None),
        ("prisma", "devDependencies", "workspace:~5.7", 5),
    ]
    assert {row.name: row.command for row in facts.rows(Script)} == {
        "db:push": "prisma db push",
        "db:studio": "prisma studio",
    }
    assert facts.known == {"packages", "dependencies", "scripts"}
    assert prisma_major(facts) == 5
    assert facts.entity_of(facts.rows(Script)[0].id).address == "billing.package.json.db:push"


def test_facts_of_package_json_have_the_places_of_their_keys() -> None:
    facts = package_facts(PACKAGE)
    assert spans(facts, PACKAGE) == {
        "package.json": '"name"',
        "db:push": '"db:push"',
        "db:studio": '"db:studio"',
        "@prisma/client": '"@prisma/client"',
        "sé": '"s\\u00e9"',
        "prisma": '"prisma"',
    }


KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | KEYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4), st.sampled_from([None, 0, 2]), st.booleans())
def test_every_key_of_two_levels_is_found_where_it_stands(
    data: dict[str, object], indent: int | None, ascii_only: bool
) -> None:
    """The places are those of exactly the keys that a JSON parser sees in the object and the objects in it."""
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    places = key_places(text, "package.json")
    inner = {(key, name) for key, value in data.items() if isinstance(value, dict) for name in value}
    assert set(places) == {(key,) for key in data} | inner
    lines = text.split("\n")
    for keys, place in places.items():
        assert json.loads(lines[place.line - 1][place.column - 1 : place.end_column - 1]) == keys[-1]


@pytest.mark.parametrize(
    ("version", "major"),
    [
        ("5.7.1", 5), ("^5.7.1", 5), ("~5", 5), ("5.x", 5), ("5", 5), ("v6.1.0", 6), ("=6", 6), ("6.0.0-alpha.1", 6),
        (">=5 <6", 5), (">= 5.1.0 < 7", 5), (">4.9", 4), (">4", 5), (">4.x", 5), ("4 - 5", 4), ("^4 || ^5", 4),
        ("^10.2", 10), ("workspace:^5.7", 5), ("npm:@prisma/client@5.1.0", 5), ("~> 5.1", 5), ("0.1.0", 0),
        ("5.7.1 - 6", 5), (" ^5 ", 5),
        ("latest", None), ("*", None), ("x", None), ("", None), ("<6", None), ("workspace:*", None), ("^5 || *", None),
        ("github:prisma/prisma", None), ("git+https://example.org/a.git#5.0.0", None), ("file:../5", None),
        ("catalog:", None), ("5.7.1.2", None), ("5 latest", None), ("next-5", None),
    ],
)  # fmt: skip
def test_the_lowest_major_version_of_a_range(version: str, major: int | None) -> None:
    assert lowest_major(version) == major


def test_prisma_s_version_may_come_from_its_client() -> None:
    assert prisma_major(package_facts('{"dependencies": {"@prisma/client": "6.1.0"}}')) == 6
    assert prisma_major(package_facts("{}")) is None


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [
        ('{\n  "name": "a",\n}', "syntax-error", 2),
        ("", "syntax-error", 1),
        ("[]", "not-understood", 1),
        ("[" * 100_000, "syntax-error", 1),
        ('{\n"scripts": []}', "not-understood", 2),
        ('{\n"dependencies": {\n"prisma": 5}}', "not-understood", 3),
    ],
)
def test_a_package_json_that_cannot_be_used_is_a_problem(text: str, kind: str, line: int) -> None:
    facts = package_facts(text)
    (problem,) = facts.problems
    assert (problem.kind, problem.service, problem.path) == (kind, "billing", "services/billing/package.json")
    assert problem.line == line
    assert (kind == "syntax-error") <= (not facts.known), "what was not read is unknown"


def environment(text: str) -> dict[str, EnvironmentVariable]:
    facts = Facts("billing", "")
    read_environment(text, ".env.example", facts)
    assert facts.rows(Unread) == []
    return {row.name: row for row in facts.rows(EnvironmentVariable)}


def test_an_environment_file_becomes_facts() -> None:
    text = (
        '# Database\n\nDATABASE_URL="postgresql://app:hunter2@db:5432/billing?pgbouncer=true" # here\r\n'
        "export DIRECT_URL='postgres://app@db/billing'\n  JWT_SECRET =\nPORT=3000 # the port\n"
        'PEM="-----BEGIN\nKEY-----"\nLAST=`a`'
    )
    facts = Facts("billing", "services/billing")
    read_environment(text, "services/billing/.env.example", facts)
    assert [row.path for row in facts.rows(EnvironmentFile)] == ["services/billing/.env.example"]
    rows = {row.name: row for row in facts.rows(EnvironmentVariable)}
    assert list(rows) == ["DATABASE_URL", "DIRECT_URL", "JWT_SECRET", "PORT", "PEM", "LAST"]
    url = rows["DATABASE_URL"]
    assert (url.scheme, url.has_password, url.placeholder, url.pooled, url.secret_name) == (
        "postgresql", True, False, True, False,
    )  # fmt: skip
    direct = rows["DIRECT_URL"]
    assert (direct.scheme, direct.has_password, direct.placeholder, direct.pooled) == (
        "postgres",
        False,
        True,
        False,
    )
    secret = rows["JWT_SECRET"]
    assert (secret.scheme, secret.placeholder, secret.secret_name) == (None, True, True)
    assert (rows["PORT"].placeholder, rows["PORT"].secret_name) == (False, False)
    found = spans(facts, text)
    assert [found[name] for name in rows] == list(rows)
    assert "hunter2" not in repr(
        [facts.rows(table) for table in (EnvironmentVariable, EnvironmentFile, Unread)]
    )


@pytest.mark.parametrize(
    ("value", "has_password", "placeholder"),
    [
        ("postgresql://reports:reports@localhost/reports", True, True),
        ("postgresql://reports:reports2@localhost/reports", True, False),
        ("postgresql://user:password@localhost:5432/db", True, True),
        ("postgresql://johndoe:randompassword@localhost:5432/mydb", True, True),
        ("postgresql://postgres:postgres@localhost/db", True, True),
        ("postgresql://USER:PASSWORD@HOST/db", True, True),
        ("postgresql://app:<password>@db/x", True, True),
        ("postgresql://app:${DB_PASSWORD}@db/x", True, True),
        ("postgresql://app:$DB_PASSWORD@db/x", True, True),
        ("postgresql://app:changeme@db/x", True, True),
        ("postgresql://app:xxxx@db/x", True, True),
        ("postgresql://app:@db/x", False, True),
        ("postgresql://db:5432/x", False, True),
        ("postgresql://db:5432/x?contact=a@b", False, True),
        ("postgresql:///x?host=/tmp", False, True),
        ("postgresql://app:Tr0ub4dor@db/x", True, False),
        ("postgresql://app:$2b$10$abc@db/x", True, False),
        ("postgresql://app:p/w?d#9@db/x", True, False),
        ("postgresql://app:a@b:c@db/x", True, False),
        ("postgresql://db/x?user=app&password=Tr0ub4dor", True, False),
        ("redis://:Tr0ub4dor@cache:6379", True, False),
    ],
)
def test_the_password_of_a_url(value: str, has_password: bool, placeholder: bool) -> None:
    row = environment(f'A="{value}"')["A"]
    assert (row.has_password, row.placeholder) == (has_password, placeholder)


@pytest.mark.parametrize(
    ("value", "placeholder"),
    [
        ("", True), ("<your key>", True), ("changeme", True), ("change-me", True), ("your_api_key", True),
        ("${SECRET}", True), ("...", True), ("sk_test_xxx", True), ("0000", True), ("replace with 32 bytes", True),
        ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", False), ("3f8e0c1a9b", False), ("AKIAIOSFODNN7", False), ("3000", False),
    ],
)  # fmt: skip
def test_values_that_plainly_stand_for_others(value: str, placeholder: bool) -> None:
    assert environment(f"JWT_SECRET={value}")["JWT_SECRET"].placeholder is placeholder


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("DB_PASSWORD", True), ("JWT_SECRET", True), ("API_KEY", True), ("ACCESS_TOKEN", True), ("SECRET_KEY_BASE", True),
        ("ENCRYPTION_KEY_1", True), ("jwtSecret", False), ("stripe_api_key", True),
        ("PASSWORD_MIN_LENGTH", False), ("TOKEN_LIFETIME", False), ("STRIPE_PUBLIC_KEY", False), ("KEYCLOAK_URL", False),
        ("AWS_ACCESS_KEY_ID", False), ("MONKEY", False), ("SECRET_NAME", False), ("DATABASE_URL", False),
    ],
)  # fmt: skip
def test_names_of_secrets(name: str, secret: bool) -> None:
    assert environment(f"{name}=a")[name].secret_name is secret


def test_the_last_value_of_a_variable_holds() -> None:
    assert environment("A=1\nA=redis://x")["A"].scheme == "redis"


def test_a_line_that_sets_nothing_is_unread_and_not_shown() -> None:
    facts = Facts("billing", "")
    read_environment("A=1\n\n=====\nhunter2 is the password\nB=2\n", ".env.example", facts)
    (row,) = facts.rows(Unread)
    assert (row.path, row.line, row.text) == (".env.example", 4, "")
    assert "hunter2" not in repr(row)
    assert [variable.name for variable in facts.rows(EnvironmentVariable)] == ["A", "B"]


@given(st.text())
def test_any_text_is_read_as_an_environment_file(text: str) -> None:
    """No text raises, and every place lies in the text and holds the name of its variable."""
    facts = Facts("billing", "")
    read_environment(text, ".env", facts)
    found = spans(facts, text.replace("\r\n", "\n"))
    for row in facts.rows(EnvironmentVariable):
        assert found[row.name] == row.name


TABLES = ("OrderItem", "order_items", "Category", "categories", "ledger", "box", "CourseModuleProgressRecord")


def documented(tmp_path: Path, text: str | bytes, *, tables: tuple[str, ...] = TABLES) -> set[str]:
    facts = with_tables(tables)
    path = tmp_path / "README.md"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    read_project(files(documents=("README.md",)), tmp_path, (), facts)
    assert facts.problems == []
    assert {row.path for row in facts.rows(Documented)} <= {"README.md"}
    names = {table.id: table.name for table in facts.rows(Table)}
    return {names[row.table_id] for row in facts.rows(Documented)}


def with_tables(tables: tuple[str, ...]) -> Facts:
    facts = Facts("billing", "")
    for name in tables:
        identifier = facts.entity("table", name, schema="public")
        table = Table(
            identifier, 1, "public", name, "ordinary", "permanent", None, None, None, None,
            row_security=False, force_row_security=False, implicit_join=False, owner=None,
        )  # fmt: skip
        facts.rows(Table).append(table)
    return facts


def files(
    package: str | None = None,
    environment: tuple[str, ...] = (),
    documents: tuple[str, ...] = (),
    *,
    repository: bool = True,
) -> ServiceFiles:
    return ServiceFiles("billing", "", repository, (), (), package, environment, documents, "public")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("## OrderItem", {"OrderItem", "order_items"}),
        ("`orderItems`", {"OrderItem", "order_items"}),
        ("| order-items |", {"OrderItem", "order_items"}),
        ("An order item is", {"OrderItem", "order_items"}),
        ("the table ORDER_ITEM.", {"OrderItem", "order_items"}),
        ("**Categories**", {"Category", "categories"}),
        ("one category each", {"Category", "categories"}),
        ("boxes", {"box"}),
        ("a course module progress record", {"CourseModuleProgressRecord"}),
        ("ledgers", {"ledger"}),
        ("subledger ledgering boxed reorder items OrderItemized", set()),
        ("order\nx items", set()),
        (b"caf\xe9 ledger", {"ledger"}),
        ("ledger".encode("utf-16"), {"ledger"}),
        (b"", set()),
    ],
)
def test_a_document_names_a_table_as_a_word_in_any_spelling(
    tmp_path: Path, text: str | bytes, names: set[str]
) -> None:
    assert documented(tmp_path, text) == names


def test_a_model_s_name_documents_its_table(tmp_path: Path) -> None:
    facts = with_tables(("tbl_ord",))
    facts.rows(Model).append(Model(facts.rows(Table)[0].id, "PurchaseOrder", ignored=False))
    (tmp_path / "README.md").write_text("Purchase orders ...")
    read_project(files(documents=("README.md",)), tmp_path, (), facts)
    assert len(facts.rows(Documented)) == 1


def test_documents_of_the_fleet_document_tables_of_the_service(tmp_path: Path) -> None:
    facts = with_tables(("ledger",))
    (tmp_path / "README.md").write_text("# Service")
    (tmp_path / "FLEET.md").write_text("The ledger")
    read_project(files(documents=("README.md",)), tmp_path, ("README.md", "FLEET.md"), facts)
    assert [row.path for row in facts.rows(Document)] == ["README.md"]
    assert [row.path for row in facts.rows(Documented)] == ["FLEET.md"]
    assert facts.known == {"documents", "documented", "environment_files", "environment_variables"}


def test_a_document_that_changes_is_read_again(tmp_path: Path) -> None:
    assert documented(tmp_path, "ledger") == {"ledger"}
    os.utime(tmp_path / "README.md", ns=(1, 1))
    assert documented(tmp_path, "nothing of that") == set()


def read(tmp_path: Path, which: ServiceFiles) -> tuple[Facts, list[Problem]]:
    facts = with_tables(("ledger",))
    read_package_json(which, tmp_path, facts)
    read_project(which, tmp_path, (), facts)
    return facts, facts.problems


def test_a_service_without_repository_files_is_known_to_have_none(tmp_path: Path) -> None:
    facts, problems = read(tmp_path, files())
    assert problems == []
    assert facts.known == {
        "packages", "dependencies", "scripts", "environment_files", "environment_variables", "documents", "documented",
    }  # fmt: skip
    assert [(row.kind, row.files, row.reader) for row in facts.rows(Source)] == [("project", 0, "json")]


def test_of_a_single_file_nothing_is_known(tmp_path: Path) -> None:
    facts, problems = read(tmp_path, files(repository=False))
    assert (facts.known, facts.rows(Source), problems) == (set(), [], [])


def test_files_that_cannot_be_read_leave_their_facts_unknown(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_bytes(b'{"name": "\xff"}')
    (tmp_path / ".env.example").write_bytes(b"A=\0")
    facts, problems = read(tmp_path, files("package.json", (".env.example",), ("absent.md",)))
    assert [(problem.kind, problem.service, problem.path) for problem in problems] == [
        ("not-utf-8", "billing", "package.json"),
        ("binary-file", "billing", ".env.example"),
        ("missing-file", "billing", "absent.md"),
    ]
    assert facts.known == set()

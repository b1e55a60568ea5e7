"""Reading one service: what is read, what becomes a problem, and that nothing is known of what was not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from azora_audit.catalog.tables import Column, Datasource, Difference, Documented, Source, Table, Unread
from azora_audit.settings import load_settings
from azora_audit.sources.fleet import find_fleet
from azora_audit.sources.service import read_service

if TYPE_CHECKING:
    from pathlib import Path

    from azora_audit.catalog.facts import Facts

SCHEMA = b'datasource db {\n  provider = "postgresql"\n}\nmodel Plan {\n  id Int @id\n  users User[]\n}\n'
USER = b"model User {\n  id Int @id\n  plans Plan[]\n}\n"
SQL = b'CREATE TABLE "Plan" (id integer NOT NULL PRIMARY KEY);\n'

BAD = {
    "binary": b"CREATE TABLE a ();\0",
    "not UTF-8": b"-- caf\xe9\nCREATE TABLE a ();",
    "archive": b"PGDMP\x01",
}


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()


def service(root: Path, **files: bytes) -> Facts:
    """Write files (`__` for a slash, `_` before an ending for its dot) and read the one service in them."""
    for name, data in files.items():
        path = root / name.replace("__", "/").replace("_prisma", ".prisma").replace("_sql", ".sql")
        path = path.with_name(
            path.name.replace("_json", ".json").replace("_md", ".md").replace("_toml", ".toml")
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    fleet = find_fleet(root, load_settings(root))
    (found,) = fleet.services
    assert fleet.problems == ()
    return read_service(found, fleet.root, fleet.documents)


def tables(facts: Facts) -> list[str]:
    return sorted(row.name for row in facts.rows(Table))


def problems(facts: Facts) -> list[tuple[str, str]]:
    assert all(problem.service == facts.service for problem in facts.problems)
    return [(problem.kind, problem.path) for problem in facts.problems]


def sources(facts: Facts) -> list[tuple[str, str, int, str, str]]:
    return [(row.kind, row.path, row.files, row.dialect, row.reader) for row in facts.rows(Source)]


def test_a_service_with_everything(tmp_path: Path) -> None:
    facts = service(
        tmp_path,
        a__prisma__schema_prisma=SCHEMA.replace(b"  users User[]\n", b""),
        a__prisma__migrations__1_a__migration_sql=SQL,
        a__prisma__migrations__migration_lock_toml=b'provider = "postgresql"\n',
        a__package_json=b'{"dependencies": {"prisma": "5.7.1"}}',
        a__README_md=b"The plan.",
        FLEET_md=b"Plans.",
    )
    assert problems(facts) == []
    assert tables(facts) == ["Plan"]
    assert facts.rows(Difference) == []
    assert sources(facts) == [
        ("migrations", "a/prisma/migrations", 1, "postgresql", "postgresql"),
        ("prisma", "a/prisma/schema.prisma", 1, "postgresql", "prisma"),
        ("project", "a", 2, "", "json"),
    ]
    assert [row.path for row in facts.rows(Documented)] == ["a/README.md", "FLEET.md"]
    assert {"tables", "triggers", "client_defaults", "packages", "documents"} <= facts.known


@pytest.mark.parametrize(("version", "key"), [(b"5.7.1", "primary_keys"), (b"6.1.0", "uniques")])
def test_the_version_of_prisma_in_package_json_decides_about_join_tables(
    tmp_path: Path, version: bytes, key: str
) -> None:
    facts = service(
        tmp_path,
        prisma__schema_prisma=SCHEMA + USER,
        package_json=b'{"devDependencies": {"prisma": "%s"}}' % version,
    )
    addresses = {entity for entity in facts_of_kind(facts, "primary-key") if "_PlanToUser" in entity}
    assert bool(addresses) == (key == "uniques")


def facts_of_kind(facts: Facts, kind: str) -> set[str]:
    from azora_audit.catalog.tables import Entity  # noqa: PLC0415 -- for this helper only

    return {row.address for row in facts.rows(Entity) if row.kind == kind}


def test_several_prisma_files_are_one_schema(tmp_path: Path) -> None:
    facts = service(tmp_path, a__prisma__schema__schema_prisma=SCHEMA, a__prisma__schema__user_prisma=USER)
    assert tables(facts) == ["Plan", "User", "_PlanToUser"]
    assert sources(facts)[0] == ("prisma", "a/prisma/schema", 2, "postgresql", "prisma")


def test_migrations_run_in_order(tmp_path: Path) -> None:
    facts = service(
        tmp_path,
        a__migrations__2_b_sql=b"ALTER TABLE plans ADD COLUMN price numeric;",
        a__migrations__1_a_sql=b"CREATE TABLE plans (id int);",
        a__migrations__10_c_sql=b"ALTER TABLE plans RENAME COLUMN price TO amount;",
    )
    assert (problems(facts), facts.rows(Unread)) == ([], [])
    assert [row.name for row in facts.rows(Column)] == ["id", "amount"]


@pytest.mark.parametrize(
    "text",
    [
        b"-- migrate:up\nCREATE TABLE plans (id int);\n-- migrate:down\nDROP TABLE plans;\n",
        b"-- +goose Up\nCREATE TABLE plans (id int);\n-- +goose Down\nDROP TABLE plans;\n",
        b"\xef\xbb\xbf-- migrate:up\r\nCREATE TABLE plans (id int);\r\n-- migrate:down\r\nDROP TABLE plans;\r\n",
    ],
)
def test_only_the_part_that_goes_up_is_read(tmp_path: Path, text: bytes) -> None:
    facts = service(tmp_path, a__migrations__1_a_sql=text)
    assert (problems(facts), facts.rows(Unread)) == ([], [])
    assert tables(facts) == ["plans"]


@pytest.mark.parametrize("data", BAD.values(), ids=list(BAD))
def test_a_migration_that_cannot_be_read_leaves_the_schema_unknown(tmp_path: Path, data: bytes) -> None:
    facts = service(
        tmp_path,
        a__migrations__1_a_sql=b"CREATE TABLE plans (id int);",
        a__migrations__2_b_sql=data,
        a__package_json=b"{}",
    )
    assert [path for _, path in problems(facts)] == ["a/migrations/2_b.sql"]
    assert tables(facts) == ["plans"], "the rest is read"
    assert "tables" not in facts.known
    assert "packages" in facts.known


@pytest.mark.parametrize("data", BAD.values(), ids=list(BAD))
def test_a_prisma_file_that_cannot_be_read_leaves_the_schema_unknown(tmp_path: Path, data: bytes) -> None:
    facts = service(
        tmp_path,
        a__prisma__schema__schema_prisma=SCHEMA.replace(b"  users User[]\n", b""),
        a__prisma__schema__user_prisma=data,
    )
    assert [path for _, path in problems(facts)] == ["a/prisma/schema/user.prisma"]
    assert tables(facts) == ["Plan"]
    assert "tables" not in facts.known


def test_a_bad_schema_prisma_leaves_the_migrations_judged(tmp_path: Path) -> None:
    facts = service(tmp_path, a__prisma__schema_prisma=b"\0", a__prisma__migrations__1_a__migration_sql=SQL)
    assert problems(facts) == [("binary-file", "a/prisma/schema.prisma")]
    assert (tables(facts), facts.rows(Difference)) == (["Plan"], [])
    assert "tables" in facts.known
    assert "models" not in facts.known


def test_a_bad_migration_leaves_no_differences(tmp_path: Path) -> None:
    facts = service(
        tmp_path,
        a__prisma__schema_prisma=SCHEMA + USER,
        a__prisma__migrations__1_a__migration_sql=SQL,
        a__prisma__migrations__2_b__migration_sql=b"\0",
    )
    assert problems(facts) == [("binary-file", "a/prisma/migrations/2_b/migration.sql")]
    assert facts.rows(Difference) == []


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("name", ["a__schema_prisma", "a__schema_sql", "a__migrations__1_a_sql"])
def test_an_empty_schema_is_a_problem(tmp_path: Path, name: str, data: bytes) -> None:
    facts = service(tmp_path, **{name: data})
    ((kind, _path),) = problems(facts)
    assert kind == "empty-file"
    assert "tables" not in facts.known


def test_one_empty_migration_among_others_is_none(tmp_path: Path) -> None:
    facts = service(tmp_path, a__migrations__1_a_sql=SQL, a__migrations__2_b_sql=b"")
    assert problems(facts) == []
    assert tables(facts) == ["Plan"]


def test_a_text_in_utf_16_is_read(tmp_path: Path) -> None:
    facts = service(tmp_path, a__schema_sql=SQL.decode().encode("utf-16"))
    assert (problems(facts), tables(facts)) == ([], ["Plan"])


def test_migrations_for_another_database_are_named_and_not_read(tmp_path: Path) -> None:
    facts = service(
        tmp_path,
        a__migrations__1_a__migration_sql=b"CREATE TABLE a (id DATETIME);",
        a__migrations__migration_lock_toml=b'# Do not edit\nprovider = "sqlite"\n',
    )
    (unread,) = facts.rows(Unread)
    assert (unread.reason, unread.path, unread.line, unread.column) == (
        "other-dialect",
        "a/migrations/migration_lock.toml",
        2,
        13,
    )
    assert "for sqlite" in unread.detail
    assert sources(facts)[0] == ("migrations", "a/migrations", 1, "sqlite", "postgresql")
    assert tables(facts) == []
    assert "tables" not in facts.known


def test_a_schema_prisma_for_another_database_is_named(tmp_path: Path) -> None:
    facts = service(tmp_path, a__schema_prisma=SCHEMA.replace(b"postgresql", b"mysql"))
    assert [row.reason for row in facts.rows(Unread)] == ["other-dialect"]
    assert [row.provider for row in facts.rows(Datasource)] == ["mysql"]
    assert sources(facts)[0] == ("prisma", "a/schema.prisma", 1, "mysql", "prisma")


@pytest.mark.parametrize("words", ["parts/tables.sql", "'parts/tables.sql'", "../a/parts/tables.sql"])
def test_an_included_file_is_read_and_remembered(tmp_path: Path, words: str) -> None:
    facts = service(tmp_path, a__schema_sql=f"\\ir {words}\n".encode(), a__parts__tables_sql=SQL)
    assert (problems(facts), facts.rows(Unread), tables(facts)) == ([], [], ["Plan"])
    assert facts.included == ["a/parts/tables.sql"]


def test_an_included_file_may_count_from_the_root(tmp_path: Path) -> None:
    facts = service(tmp_path, a__db__schema_sql=b"\\i a/parts/tables.sql\n", a__parts__tables_sql=SQL)
    assert tables(facts) == ["Plan"]
    assert facts.included[-1] == "a/parts/tables.sql"


@pytest.mark.parametrize("words", ["gone.sql", "../../../../../../etc/hostname", "/etc/hostname"])
def test_an_included_file_that_is_missing_or_outside_is_a_problem(tmp_path: Path, words: str) -> None:
    facts = service(tmp_path, a__schema_sql=f"\\i {words}\n".encode() + SQL)
    ((kind, path),) = problems(facts)
    assert (kind, path) == ("missing-file", "a/schema.sql")
    assert tables(facts) == ["Plan"]
    assert "tables" not in facts.known
    assert not any("etc/hostname" in path for path in facts.included if path.startswith(("/", "..")))


def test_a_link_to_the_outside_is_not_included(tmp_path: Path) -> None:
    (tmp_path / "secret.sql").write_bytes(SQL)
    root = tmp_path / "fleet"
    root.mkdir()
    (root / "parts.sql").symlink_to(tmp_path / "secret.sql")
    facts = service(root, a__schema_sql=b"\\i parts.sql\nCREATE TABLE b ();\n")
    assert (problems(facts), tables(facts)) == ([("missing-file", "a/schema.sql")], ["b"])


def test_an_included_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    facts = service(tmp_path, a__schema_sql=b"\\ir parts.txt\n" + SQL, **{"a__parts.txt": b"\0"})
    assert problems(facts) == [("binary-file", "a/parts.txt")]
    assert "tables" not in facts.known


def test_files_that_include_themselves_end(tmp_path: Path) -> None:
    facts = service(tmp_path, a__schema_sql=b"\\ir schema.sql\n" + SQL)
    assert tables(facts) == ["Plan"]
    assert problems(facts) == [("include-cycle", "a/schema.sql")]


def test_a_syntax_error_leaves_the_other_statements_judged(tmp_path: Path) -> None:
    facts = service(tmp_path, a__schema_sql=SQL + b"CREATE NONSENSE;\n")
    (problem,) = facts.problems
    assert (problem.kind, problem.path, problem.line) == ("syntax-error", "a/schema.sql", 2)
    assert tables(facts) == ["Plan"]
    assert "tables" in facts.known


def test_a_schema_of_the_settings_holds_unqualified_names(tmp_path: Path) -> None:
    (tmp_path / "azora-audit.toml").write_text('[services.a]\nschema = "app"\n')
    facts = service(tmp_path, a__schema_sql=SQL)
    assert [row.schema for row in facts.rows(Table)] == ["app"]


def test_names_that_are_missing_files_by_the_time_they_are_read(tmp_path: Path) -> None:
    service(tmp_path, a__schema_sql=SQL)
    fleet = find_fleet(tmp_path, load_settings(tmp_path))
    (tmp_path / "a" / "schema.sql").unlink()
    facts = read_service(fleet.services[0], fleet.root)
    assert problems(facts) == [("missing-file", "a/schema.sql")]

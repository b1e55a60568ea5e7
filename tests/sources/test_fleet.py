"""Finding services: layouts of projects, names, what is passed over, and what is reported as a problem."""

from __future__ import annotations

import os
import time
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit.errors import SourceError
from azora_audit.globs import Globs
from azora_audit.settings import Settings, load_settings
from azora_audit.sources.fleet import find_fleet
from tests.sources.permissions import forbidden

if TYPE_CHECKING:
    from azora_audit.sources.found import Fleet, ServiceFiles

PRISMA = 'datasource db {\n  provider = "postgresql"\n}\n'


def make(root: Path, *paths: str, **texts: str) -> Path:
    """Write files: paths get a text by their kind, keywords are for a file at the root (`_` for its dot)."""
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            "{}" if path.endswith(".json") else PRISMA if path.endswith(".prisma") else "-- empty\n"
        )
    for name, text in texts.items():
        (root / name.replace("_", ".").replace("azora.audit", "azora-audit")).write_text(text)
    return root


def find(root: Path) -> Fleet:
    return find_fleet(root, load_settings(root))


def one(root: Path) -> ServiceFiles:
    fleet = find(root)
    assert fleet.problems == ()
    (service,) = fleet.services
    return service


def names(fleet: Fleet) -> list[tuple[str, str]]:
    return [(service.name, service.path) for service in fleet.services]


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()


def test_a_fleet_of_services_with_prisma_and_its_migrations(tmp_path: Path) -> None:
    for service in ("billing", "lending"):
        base = f"services/{service}"
        make(
            tmp_path,
            f"{base}/prisma/schema.prisma",
            f"{base}/prisma/migrations/20240101_init/migration.sql",
            f"{base}/prisma/migrations/20230101_older/migration.sql",
            f"{base}/package.json",
            f"{base}/.env.example",
            f"{base}/README.md",
            f"{base}/docs/deep/model.md",
            f"{base}/CHANGELOG.md",
        )
    make(tmp_path, "README.md", "docs/fleet.md", "package.json")
    fleet = find(tmp_path)
    assert names(fleet) == [("billing", "services/billing"), ("lending", "services/lending")]
    billing = fleet.services[0]
    assert billing.prisma == ("services/billing/prisma/schema.prisma",)
    (sql,) = billing.sql
    assert (sql.kind, sql.style, sql.path) == ("migrations", "prisma", "services/billing/prisma/migrations")
    assert [file.split("/")[-2] for file in sql.files] == ["20230101_older", "20240101_init"]
    assert billing.package == "services/billing/package.json"
    assert billing.environment == ("services/billing/.env.example",)
    assert billing.documents == ("services/billing/README.md", "services/billing/docs/deep/model.md")
    assert fleet.documents == ("README.md", "docs/fleet.md")
    assert fleet.problems == ()


def test_a_service_folder_itself(tmp_path: Path) -> None:
    service = one(make(tmp_path / "billing-service", "prisma/schema.prisma", ".env.sample"))
    assert (service.name, service.path, service.repository) == ("billing-service", "", True)
    assert service.environment == (".env.sample",)


def test_a_service_at_the_root_has_the_name_of_its_package(tmp_path: Path) -> None:
    root = make(tmp_path / "checkout", "schema.prisma", package_json='{"name": "@azora/billing"}')
    assert one(root).name == "billing"


@pytest.mark.parametrize("package", ["{", "[]", '{"name": 3}', '{"name": ""}', '{"name": "@azora/"}'])
def test_a_package_without_a_usable_name_leaves_the_folder_s(tmp_path: Path, package: str) -> None:
    assert one(make(tmp_path / "checkout", "schema.prisma", package_json=package)).name == "checkout"


def test_an_inner_folder_is_named_by_the_service_around_it(tmp_path: Path) -> None:
    make(tmp_path, "billing/prisma/schema.prisma")
    service = one(tmp_path / "billing" / "prisma")
    assert (service.name, service.repository) == ("billing", False)


@pytest.mark.parametrize("file", ["prisma/schema.prisma", "db/other.sql"])
def test_a_single_file(tmp_path: Path, file: str) -> None:
    make(tmp_path / "billing", file, "package.json", "README.md")
    fleet = find_fleet(tmp_path / "billing" / file, Settings())
    (service,) = fleet.services
    assert (service.name, service.repository, service.package) == ("billing", False, None)
    assert service.prisma + tuple(file for sql in service.sql for file in sql.files) == (file.split("/")[1],)
    assert (fleet.documents, fleet.expected) == ((), ())


def test_a_single_file_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is no schema"):
        find_fleet(make(tmp_path, "README.md") / "README.md", Settings())


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="absent cannot be read: No such file"):
        find_fleet(tmp_path / "absent", Settings())


def test_a_path_that_is_neither_file_nor_folder(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError, match="neither a file nor a folder"):
        find_fleet(tmp_path / "pipe", Settings())


def test_a_folder_without_schemas_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No schema found") as caught:
        find(make(tmp_path, "src/main.ts", "package.json"))
    assert "schema.prisma" in caught.value.help


def test_a_folder_with_other_sql_says_how_to_name_it(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        find(make(tmp_path, "queries/a.sql", "queries/b.sql"))
    assert caught.value.help.startswith("There is queries/a.sql and 1 more: say what it is in the settings")


@pytest.mark.parametrize(
    ("layout", "path"),
    [
        ("services/billing/prisma/schema.prisma", "services/billing"),
        ("services/billing/schema.prisma", "services/billing"),
        ("services/billing/src/db/schema.prisma", "services/billing"),
        ("services/billing/src/main/resources/db/migration/V1__a.sql", "services/billing"),
        ("services/billing/db/migrations/001_a.sql", "services/billing"),
        ("services/billing/supabase/migrations/20240101_a.sql", "services/billing"),
        ("services/billing/drizzle/0000_a.sql", "services/billing"),
        ("services/billing/migrations/default/1_a/up.sql", "services/billing"),
        ("services/billing/db/structure.sql", "services/billing"),
        ("packages/database/prisma/schema.prisma", "packages/database"),
        ("apps/db/schema.prisma", "apps/db"),
        ("billing/prisma/schema.prisma", "billing"),
        ("migrations/billing/001_a.sql", "migrations/billing"),
        ("prisma/schema.prisma", ""),
        ("db/migrations/001_a.sql", ""),
        ("migrations/001_a.sql", ""),
        ("schema.sql", ""),
        ("001_a.sql", ""),
    ],
)
def test_the_folder_that_a_schema_belongs_to(tmp_path: Path, layout: str, path: str) -> None:
    service = one(make(tmp_path / "fleet", layout))
    assert service.path == path
    assert service.name == (path.rpartition("/")[2] or "fleet")
    assert service.prisma + tuple(file for sql in service.sql for file in sql.files) == (layout,)


def test_schemas_deep_inside_a_package_belong_to_the_package(tmp_path: Path) -> None:
    make(tmp_path, "services/billing/go.mod", "services/billing/internal/store/migrations/000001_a.up.sql")
    make(tmp_path, "services/lending/prisma/schema.prisma")
    assert names(find(tmp_path)) == [("billing", "services/billing"), ("lending", "services/lending")]


def test_a_package_with_one_prisma_schema_and_one_history_is_one_service(tmp_path: Path) -> None:
    make(tmp_path, "app/package.json", "app/prisma/schema.prisma", "app/server/store/migrations/001_a.sql")
    service = one(tmp_path)
    assert (service.path, len(service.prisma), len(service.sql)) == ("app", 1, 1)


def test_a_package_of_several_services_is_not_one(tmp_path: Path) -> None:
    make(tmp_path, "backend/package.json", "backend/a/prisma/schema.prisma", "backend/b/prisma/schema.prisma")
    assert names(find(tmp_path)) == [("a", "backend/a"), ("b", "backend/b")]


def test_the_only_schema_of_a_repository_belongs_to_its_package(tmp_path: Path) -> None:
    make(tmp_path / "shop", "server/store/schema.prisma", "package.json")
    assert (one(tmp_path / "shop").path, one(tmp_path / "shop").name) == ("", "shop")
    make(tmp_path / "fleet", "services/billing/prisma/schema.prisma", "package.json")
    assert one(tmp_path / "fleet").path == "services/billing"


def test_a_folder_of_prisma_files_is_one_schema(tmp_path: Path) -> None:
    make(tmp_path, "a/prisma/schema/schema.prisma")
    for name in ("user.prisma", "deep/order.prisma"):
        make(tmp_path, f"a/prisma/schema/{name}")
        (tmp_path / "a/prisma/schema" / name).write_text("model A {\n}\n")
    assert [file.rpartition("/")[2] for file in one(tmp_path).prisma] == [
        "order.prisma",
        "schema.prisma",
        "user.prisma",
    ]


def test_files_with_datasources_of_their_own_are_schemas_of_their_own(tmp_path: Path) -> None:
    make(
        tmp_path, "a/prisma/schema.prisma", "a/prisma/reports.prisma", "a/prisma/migrations/1_a/migration.sql"
    )
    fleet = find(tmp_path)
    assert [(each.name, each.prisma, len(each.sql)) for each in fleet.services] == [
        ("a", ("a/prisma/schema.prisma",), 1),
        ("a-reports", ("a/prisma/reports.prisma",), 0),
    ]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("package.json", '{"prisma": {"schema": "./db/one.prisma"}}'),
        ("prisma.config.ts", 'export default defineConfig({\n  schema: "db/one.prisma",\n});\n'),
        ("prisma.config.ts", 'export default {\n  schema: path.join("db", "one.prisma"),\n};\n'),
    ],
)
def test_prisma_s_own_settings_choose_the_schema(tmp_path: Path, file: str, text: str) -> None:
    make(tmp_path, "a/db/one.prisma", "a/db/two.prisma")
    (tmp_path / "a" / file).write_text(text)
    assert one(tmp_path).prisma == ("a/db/one.prisma",)


def test_prisma_s_own_settings_may_name_a_folder(tmp_path: Path) -> None:
    make(tmp_path, "a/db/one.prisma", "a/db/two.prisma", "a/other.prisma")
    (tmp_path / "a" / "package.json").write_text('{"prisma": {"schema": "db"}}')
    assert one(tmp_path).prisma == ("a/db/one.prisma", "a/db/two.prisma")


def test_the_copy_in_a_generated_client_is_no_schema(tmp_path: Path) -> None:
    make(tmp_path, "a/prisma/schema.prisma", "a/client/schema.prisma", "a/client/index-browser.js")
    make(tmp_path, "a/src/generated/schema.prisma", "a/node_modules/.prisma/client/schema.prisma")
    assert one(tmp_path).prisma == ("a/prisma/schema.prisma",)


@pytest.mark.parametrize(
    "folder",
    [
        "node_modules",
        ".git",
        ".venv",
        "dist",
        "build",
        "vendor",
        "target",
        ".cache",
        "tests",
        "fixtures",
        "seeds",
        "examples",
    ],
)
def test_folders_that_are_passed_over(tmp_path: Path, folder: str) -> None:
    make(tmp_path, "a/prisma/schema.prisma", f"a/{folder}/schema.sql", f"{folder}/b/prisma/schema.prisma")
    service = one(tmp_path)
    assert (service.path, service.sql) == ("a", ())


def test_a_folder_of_fixtures_can_be_run_on(tmp_path: Path) -> None:
    make(tmp_path, "fixtures/azora/services/a/schema.prisma", "fixtures/azora/services/a/tests/schema.sql")
    assert names(find(tmp_path / "fixtures" / "azora")) == [("a", "services/a")]
    with pytest.raises(SourceError) as caught:
        find(tmp_path)
    assert (
        caught.value.help
        == "Folders of tests and examples are passed over (fixtures): run on one to read it."
    )


def test_settings_include_folders_that_are_passed_over_otherwise(tmp_path: Path) -> None:
    make(
        tmp_path,
        "fixtures/a/schema.prisma",
        "fixtures/a/tests/schema.sql",
        "services/b/schema.prisma",
        "schema.prisma",
    )
    make(tmp_path, azora_audit_toml='[fleet]\ninclude = ["fixtures/**"]')
    assert names(find(tmp_path)) == [("a", "fixtures/a")]


def test_settings_exclude_folders_and_files(tmp_path: Path) -> None:
    make(
        tmp_path,
        "services/a/schema.prisma",
        "services/b/schema.prisma",
        "services/b/db/schema.sql",
        "old/schema.sql",
    )
    make(tmp_path, azora_audit_toml='[fleet]\nexclude = ["**/a", "old", "services/*/db/*.sql"]')
    service = one(tmp_path)
    assert (service.path, service.sql) == ("services/b", ())


def test_globs_count_from_the_settings_file(tmp_path: Path) -> None:
    make(tmp_path, "services/a/schema.prisma", "services/b/schema.prisma")
    make(tmp_path, azora_audit_toml='[fleet]\nexclude = ["services/a"]\nservices = ["a", "b", "c"]')
    fleet = find(tmp_path / "services")
    assert names(fleet) == [("b", "b")]
    assert fleet.expected == (), "a part of the fleet lacks nothing"


def test_two_services_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    make(tmp_path, "eu/shop/api/schema.prisma", "us/shop/api/schema.prisma", "us/web/schema.prisma")
    assert [service.name for service in find(tmp_path).services] == ["eu/shop/api", "us/shop/api", "web"]


def test_a_name_given_in_the_settings_stays(tmp_path: Path) -> None:
    make(tmp_path, "eu/api/schema.prisma", "us/api/schema.prisma", "web/schema.prisma")
    make(tmp_path, azora_audit_toml="[services.api]\npath = 'us/api'\n")
    assert names(find(tmp_path)) == [("api", "us/api"), ("eu/api", "eu/api"), ("web", "web")]


def test_two_further_schemas_never_share_a_name(tmp_path: Path) -> None:
    make(tmp_path, "a/prisma/schema.prisma", "a/prisma/x.prisma", "a/db/x.prisma")
    found = [service.name for service in find(tmp_path).services]
    assert len(set(found)) == 3


def order(tmp_path: Path, *files: str, folder: str = "migrations") -> list[str]:
    (sql,) = one(make(tmp_path, *(f"{folder}/{file}" for file in files))).sql
    return [file.removeprefix(f"{folder}/") for file in sql.files]


def test_numbered_files_run_in_order_of_their_numbers(tmp_path: Path) -> None:
    found = order(
        tmp_path, "10_c.sql", "2_b.sql", "001_a.sql", "2_b.down.sql", "2_b_rollback.sql", "seed.sql"
    )
    assert found == ["001_a.sql", "2_b.sql", "10_c.sql"]


def test_flyway_runs_versions_then_repeatable_scripts(tmp_path: Path) -> None:
    found = order(
        tmp_path, "V1.10__d.sql", "V1.2__c.sql", "V1__a.sql", "V1_1__b.sql", "U1__a.sql", "R__b.sql", "R__a.sql",
        "afterMigrate.sql", folder="src/main/resources/db/migration",
    )  # fmt: skip
    assert found == [
        "V1__a.sql", "V1_1__b.sql", "V1.2__c.sql", "V1.10__d.sql", "R__a.sql", "R__b.sql", "afterMigrate.sql",
    ]  # fmt: skip


def test_flyway_begins_a_new_database_with_its_newest_baseline(tmp_path: Path) -> None:
    assert order(tmp_path, "V1__a.sql", "B2__b.sql", "V2__b.sql", "V3__c.sql", "B1__a.sql", "R__r.sql") == [
        "B2__b.sql",
        "V3__c.sql",
        "R__r.sql",
    ]


def test_golang_migrate_runs_up_files(tmp_path: Path) -> None:
    found = order(tmp_path, "000010_b.up.sql", "000010_b.down.sql", "2_a.up.sql", "2_a.down.sql")
    assert found == ["2_a.up.sql", "000010_b.up.sql"]


def test_diesel_runs_up_in_each_folder(tmp_path: Path) -> None:
    found = order(tmp_path, "2024_b/up.sql", "2024_b/down.sql", "2023_a/up.sql")
    assert found == ["2023_a/up.sql", "2024_b/up.sql"]


def test_files_without_numbers_run_by_name(tmp_path: Path) -> None:
    assert order(tmp_path, "step10.sql", "step2.sql", "seeds.sql") == ["step2.sql", "step10.sql"]


@pytest.mark.parametrize("neighbour", ["001_a.sql", "V1__a.sql", "001_a.up.sql"])
def test_a_migration_without_a_place_is_a_problem(tmp_path: Path, neighbour: str) -> None:
    fleet = find(make(tmp_path, f"a/migrations/{neighbour}", "a/migrations/hotfix.sql"))
    (problem,) = fleet.problems
    assert (problem.kind, problem.service, problem.path) == ("not-understood", "a", "a/migrations/hotfix.sql")
    assert "gives it no place in the order" in problem.message
    assert fleet.services[0].sql[0].files == (f"a/migrations/{neighbour}",)


@pytest.mark.parametrize(
    ("first", "second", "tool"),
    [
        ("V1__a.sql", "V1__b.sql", "Flyway"),
        ("V1.0__a.sql", "V1__b.sql", "Flyway"),
        ("001_a.up.sql", "1_b.up.sql", "golang-migrate"),
    ],
)
def test_a_version_that_two_migrations_have_is_a_problem(
    tmp_path: Path, first: str, second: str, tool: str
) -> None:
    make(
        tmp_path,
        f"db/migrations/{first}",
        f"db/migrations/{second}",
        f"db/migrations/{first.replace('1', '2', 1)}",
    )
    (problem,) = find(tmp_path).problems
    assert (problem.kind, problem.path) == ("repeated-version", f"db/migrations/{second}")
    assert f"the version of {first}: {tool}" in problem.message


def test_repeatable_scripts_and_plain_numbers_may_repeat(tmp_path: Path) -> None:
    make(tmp_path, "a/db/migration/V1__a.sql", "a/db/migration/R__a.sql", "a/db/migration/R__b.sql")
    make(tmp_path, "b/migrations/001_a.sql", "b/migrations/001_b.sql")
    assert find(tmp_path).problems == ()


def test_a_migration_that_lost_its_script_is_a_problem(tmp_path: Path) -> None:
    make(tmp_path, "a/prisma/migrations/1_a/migration.sql", "a/prisma/migrations/2_b/README.md")
    (problem,) = find(tmp_path).problems
    assert (problem.kind, problem.path) == ("missing-file", "a/prisma/migrations/2_b/migration.sql")


def test_sql_that_is_no_schema_is_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "a/schema.prisma", "a/queries/001_report.sql", "a/src/find_user.sql", "a/prisma/seed.sql")
    assert one(tmp_path).sql == ()


def test_migrations_are_read_rather_than_a_dump(tmp_path: Path) -> None:
    (sql,) = one(make(tmp_path, "db/migrations/001_a.sql", "db/schema.sql")).sql
    assert sql.kind == "migrations"


def test_folders_for_other_databases_give_way(tmp_path: Path) -> None:
    (sql,) = one(make(tmp_path, "a/migrations/mysql/1_a.up.sql", "a/migrations/postgres/1_a.up.sql")).sql
    assert sql.path == "a/migrations/postgres"


@pytest.mark.parametrize(
    ("files", "read", "unread"),
    [
        (("a/sql/001_b.sql", "a/db/migrations/001_a.sql"), "a/db/migrations/001_a.sql", "a/sql"),
        (("a/db/dump.sql", "a/db/schema.sql"), "a/db/dump.sql", "a/db/schema.sql"),
    ],
)
def test_a_second_source_is_a_problem(tmp_path: Path, files: tuple[str, ...], read: str, unread: str) -> None:
    fleet = find(make(tmp_path, *files))
    (service,) = fleet.services
    assert service.sql[0].files == (read,)
    (problem,) = fleet.problems
    assert (problem.kind, problem.service, problem.path) == ("ambiguous-source", "a", unread)


def test_settings_name_the_files_of_a_service(tmp_path: Path) -> None:
    make(
        tmp_path,
        "odd/core/base.sql",
        "odd/core/tests/x.prisma",
        "odd/core/later/b.sql",
        "odd/core/later/a.sql",
    )
    make(
        tmp_path,
        azora_audit_toml="[services.ledger]\npath = 'odd/core'\nprisma = 'tests/x.prisma'\ndump = 'base.sql'\n"
        "migrations = ['later/b.sql', 'later/a.sql']\nschema = 'app'\n",
    )
    service = one(tmp_path)
    assert (service.name, service.path, service.schema) == ("ledger", "odd/core", "app")
    assert service.prisma == ("odd/core/tests/x.prisma",)
    assert [(sql.kind, sql.files) for sql in service.sql] == [
        ("dump", ("odd/core/base.sql",)),
        ("migrations", ("odd/core/later/b.sql",)),
        ("migrations", ("odd/core/later/a.sql",)),
    ]


def test_settings_name_a_folder_of_migrations(tmp_path: Path) -> None:
    make(
        tmp_path,
        "a/odd/b.sql",
        "a/odd/c.sql",
        "a/prisma/schema.prisma",
        "a/prisma/migrations/1_a/migration.sql",
    )
    make(tmp_path, azora_audit_toml="[services.a]\nmigrations = 'odd'\n")
    service = one(tmp_path)
    assert service.prisma == ("a/prisma/schema.prisma",)
    assert service.sql[0].files == ("a/odd/b.sql", "a/odd/c.sql")


def test_settings_turn_a_source_off(tmp_path: Path) -> None:
    make(tmp_path, "a/prisma/schema.prisma", "a/prisma/migrations/1_a/migration.sql")
    make(tmp_path, azora_audit_toml="[services.a]\nmigrations = []\n")
    assert one(tmp_path).sql == ()


@pytest.mark.parametrize(
    ("text", "line", "fact"),
    [
        ("[services.b]\npath = 'gone'\n", 2, "gone does not exist"),
        ("[services.b]\npath = 'empty'\n", 2, "empty has no schema that is found by itself"),
        ("[services.a]\nprisma = 'gone.prisma'\n", 2, "a/gone.prisma does not exist"),
        ("[services.a]\n\nmigrations = ['gone']\n", 3, "a/gone does not exist"),
        ("[services.a]\ndump = 'gone.sql'\n", 2, "a/gone.sql does not exist"),
    ],
)
def test_settings_that_name_what_is_not_there(tmp_path: Path, text: str, line: int, fact: str) -> None:
    make(tmp_path, "a/schema.prisma", "a/schema.sql", "empty/README.md", azora_audit_toml=text)
    fleet = find(tmp_path)
    (problem,) = fleet.problems
    assert (problem.kind, problem.path, problem.line) == (
        "missing-file",
        str(tmp_path / "azora-audit.toml"),
        line,
    )
    assert fact in problem.message
    assert names(fleet) == [("a", "a")], "the rest is still read"


def test_settings_of_a_service_that_is_not_there(tmp_path: Path) -> None:
    make(tmp_path, "services/billing/schema.prisma")
    make(
        tmp_path,
        azora_audit_toml="[services.biling]\nmigrations = []\n[services.gateway]\nexpected = false\n",
    )
    (problem,) = find(tmp_path).problems
    assert (problem.kind, problem.service, problem.line) == ("unknown-service", "biling", 1)
    assert problem.help.startswith("Did you mean `billing`?")
    assert find(tmp_path / "services").problems == (), "it may be in another part of the fleet"


def expected(root: Path) -> dict[str, tuple[bool, str, int]]:
    fleet = find(root)
    assert fleet.problems == ()
    found = {service.name for service in fleet.services}
    return {each.name: (each.name in found, each.path, each.line) for each in fleet.expected}


def test_settings_say_which_services_are_expected(tmp_path: Path) -> None:
    make(tmp_path, "services/a/schema.prisma", "services.json")
    make(tmp_path, azora_audit_toml='[fleet]\nservices = [\n  "a",\n  "b",\n]\n')
    assert expected(tmp_path) == {"a": (True, "azora-audit.toml", 3), "b": (False, "azora-audit.toml", 4)}


@pytest.mark.parametrize(
    "text",
    [
        '["a",\n"b"]',
        '[{"name": "a"},\n{"name": "b"}]',
        '{"services": ["a",\n"b"]}',
        '{"services": {"a": {},\n"b": {}}}',
    ],
)
def test_services_json_says_which_services_are_expected(tmp_path: Path, text: str) -> None:
    make(tmp_path, "services/a/schema.prisma", services_json=text)
    assert expected(tmp_path) == {"a": (True, "services.json", 1), "b": (False, "services.json", 2)}


def test_a_service_may_be_expected_by_its_folder(tmp_path: Path) -> None:
    make(tmp_path, "eu/api/schema.prisma", "us/api/schema.prisma", services_json='["us/api"]')
    assert expected(tmp_path) == {"us/api": (True, "services.json", 1)}
    make(tmp_path, azora_audit_toml="[services.ledger]\npath = 'us/api'\n")
    assert expected(tmp_path) == {"ledger": (True, "services.json", 1)}


def test_settings_take_a_service_without_a_database_from_the_list(tmp_path: Path) -> None:
    make(tmp_path, "services/a/schema.prisma", services_json='["a", "gateway"]')
    make(tmp_path, azora_audit_toml="[services.gateway]\nexpected = false\n")
    assert list(expected(tmp_path)) == ["a"]


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [
        ("[1]", "not-understood", 0),
        ("3", "not-understood", 0),
        ("[\n,]", "syntax-error", 2),
        ("\0", "binary-file", 1),
    ],
)
def test_a_services_json_that_cannot_be_used(tmp_path: Path, text: str, kind: str, line: int) -> None:
    fleet = find(make(tmp_path, "services/a/schema.prisma", services_json=text))
    (problem,) = fleet.problems
    assert (problem.kind, problem.path, problem.line) == (kind, "services.json", line)
    assert len(fleet.services) == 1


WORKSPACES = {
    "pnpm-workspace.yaml": 'packages:\n  # ours\n  - services/a\n  - "services/gone"\n  - services/b\n  - packages/*\n',
    "package.json": '{"workspaces": ["services/*",\n"./services/a",\n"services/gone",\n"services/b"]}',
}


@pytest.mark.parametrize(("file", "line"), [("pnpm-workspace.yaml", 4), ("package.json", 3)])
def test_a_workspace_expects_the_folders_that_it_names(tmp_path: Path, file: str, line: int) -> None:
    """A package without a schema (b) is not expected to have one: only a folder that is gone is missing."""
    make(tmp_path, "services/a/schema.prisma", "services/b/package.json")
    (tmp_path / file).write_text(WORKSPACES[file])
    found = expected(tmp_path)
    assert found["gone"] == (False, file, line)
    assert {name: each[0] for name, each in found.items()} == {"a": True, "gone": False}


def test_links_to_folders_of_the_fleet_add_nothing(tmp_path: Path) -> None:
    make(tmp_path, "services/a/schema.prisma")
    (tmp_path / "services" / "a" / "loop").symlink_to(tmp_path / "services")
    (tmp_path / "services" / "self").symlink_to(tmp_path)
    (tmp_path / "alias").symlink_to("services/a")
    assert one(tmp_path).path == "services/a"


def test_links_to_folders_and_files_elsewhere_are_followed_once(tmp_path: Path) -> None:
    make(tmp_path / "elsewhere", "shared.prisma", "prisma/schema.prisma")
    (tmp_path / "elsewhere" / "back").symlink_to(tmp_path / "elsewhere")
    make(tmp_path / "fleet", "b/README.md")
    (tmp_path / "fleet" / "a").symlink_to(tmp_path / "elsewhere" / "prisma")
    (tmp_path / "fleet" / "again").symlink_to(tmp_path / "elsewhere" / "prisma")
    (tmp_path / "fleet" / "b" / "schema.prisma").symlink_to(tmp_path / "elsewhere" / "shared.prisma")
    fleet = find(tmp_path / "fleet")
    assert fleet.problems == ()
    assert [service.name for service in fleet.services] in (["a", "b"], ["again", "b"])


def test_links_that_cannot_be_followed_are_problems(tmp_path: Path) -> None:
    root = make(tmp_path / "fleet", "services/a/schema.prisma")
    (root / "services" / "gone").symlink_to("nowhere")
    (root / "services" / "x.sql").symlink_to("nowhere.sql")
    (root / "services" / "self").symlink_to("self")
    (root / "services" / "up").symlink_to(tmp_path)
    (root / "services" / "log.txt").symlink_to("nowhere.txt")
    fleet = find(root)
    assert {(problem.kind, problem.path) for problem in fleet.problems} == {
        ("unreadable-link", "services/gone"),
        ("unreadable-link", "services/x.sql"),
        ("unreadable-link", "services/self"),
        ("unreadable-link", "services/up"),
    }
    assert names(fleet) == [("a", "services/a")]


def test_names_that_are_not_text_are_problems(tmp_path: Path) -> None:
    make(tmp_path, "services/a/schema.prisma", "services/b/schema.prisma")
    (tmp_path / "services" / "b").rename(os.fsdecode(os.fsencode(tmp_path / "services") + b"/b\xff"))
    fleet = find(tmp_path)
    (problem,) = fleet.problems
    assert (problem.kind, problem.path) == ("unreadable-file", "services/b\ufffd")
    assert names(fleet) == [("a", "services/a")]


def test_names_beyond_ascii_are_read(tmp_path: Path) -> None:
    assert one(make(tmp_path, "services/contabilité/schema.prisma")).name == "contabilité"


def test_a_folder_that_must_not_be_entered_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "services/a/schema.prisma", "services/b/schema.prisma")
    monkeypatch.chdir(tmp_path)
    with forbidden(Path("services/b")):
        fleet = find_fleet(Path(), Settings())
    (problem,) = fleet.problems
    assert (problem.kind, problem.path) == ("unreadable-file", "services/b")
    assert problem.message == "The folder services/b cannot be read: Permission denied."
    assert names(fleet) == [("a", "services/a")]


def test_a_root_that_must_not_be_entered_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "services/schema.prisma")
    monkeypatch.chdir(tmp_path)
    with forbidden(Path("services")), pytest.raises(SourceError, match="cannot be read: Permission denied"):
        find_fleet(Path("services"), Settings())


GLOBS = st.lists(st.sampled_from(["a", "b", "*", "?", "a*", "**"]), min_size=1, max_size=4).map("/".join)
PATHS = st.lists(st.sampled_from(["a", "b", "ab", "c"]), min_size=1, max_size=4).map("/".join)


@given(GLOBS, PATHS)
def test_a_glob_matches_what_python_s_own_matches(glob: str, path: str) -> None:
    """A glob matches exactly the paths that pathlib finds by it, and all that is below them."""
    parts = path.split("/")
    ways = ["/".join(parts[:depth]) for depth in range(len(parts) + 1)]
    assert Globs([glob]).match(path) == any(_found(glob, way) for way in ways)


def _found(glob: str, path: str) -> bool:
    # pathlib of these Python versions matches from the right and without `**`: every length of it is tried
    if "**" not in glob:
        return path.count("/") == glob.count("/") and path != "" and PurePosixPath(path).match(glob)
    before, _, after = glob.partition("**")
    return any(
        _found(f"{before}{'/'.join(['*'] * length)}{after}".strip("/").replace("//", "/"), path)
        if length or (before + after).strip("/")
        else True
        for length in range(5)
    )


@given(GLOBS, PATHS)
def test_a_glob_leads_to_what_it_matches(glob: str, path: str) -> None:
    """Every folder around a match is on the way to it."""
    globs = Globs([glob])
    parts = path.split("/")
    if globs.match(path):
        assert all(globs.lead_to("/".join(parts[:depth])) for depth in range(1, len(parts)))


def test_a_thousand_services_are_found_quickly(tmp_path: Path) -> None:
    for number in range(1_000):
        base = f"services/service-{number}"
        make(
            tmp_path,
            f"{base}/prisma/schema.prisma",
            f"{base}/prisma/migrations/1_a/migration.sql",
            f"{base}/prisma/migrations/2_b/migration.sql",
            f"{base}/package.json",
            f"{base}/.env.example",
            f"{base}/README.md",
            f"{base}/src/index.ts",
        )
    times = []
    for _ in range(3):
        start = time.process_time()
        fleet = find_fleet(tmp_path, Settings())
        times.append(time.process_time() - start)
    assert len(fleet.services) == 1_000
    assert min(times) < 0.6, "0.2 s where it was measured"

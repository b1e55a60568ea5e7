"""The command line as its users meet it: real processes, exit codes, errors without tracebacks."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from inspect import signature
from pathlib import Path
from unittest import mock

import orjson
import pytest

from azora_audit.cli import plain_path
from azora_audit.cli.check import check
from azora_audit.cli.checking import run_check

FIXTURES = Path(__file__).parents[1] / "fixtures"
SCRIPT = str(Path(sys.executable).with_name("azora-audit"))
GOOD = """\
create table countries (code character(2) primary key, name text not null);
"""


@pytest.fixture(autouse=True)
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZORA_AUDIT_CACHE_DIR", str(tmp_path / "cache"))
    for name in ("CI", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


def azora_audit(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command and hold it to what every run must hold to."""
    command = [SCRIPT, *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    assert "\x1b" not in done.stdout, "no colour where nobody watches"
    return done


def service(root: Path, name: str, **files: str) -> Path:
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        (folder / file.replace("_", ".")).write_text(text)
    return folder


def test_the_claimed_fleet_fails_with_a_report() -> None:
    done = azora_audit("check", FIXTURES / "azora-claimed")
    assert done.returncode == 1, done.stderr
    assert "services/virtual-card-service/prisma/schema.prisma" in done.stdout
    assert "card-verification-code-stored" in done.stdout
    assert "Azora quality checklist" in done.stdout
    assert done.stderr == ""


def test_the_good_fleet_passes_the_strict_profile() -> None:
    done = azora_audit("check", FIXTURES / "azora")
    assert done.returncode == 0, done.stdout


def test_the_current_folder_is_the_default(tmp_path: Path) -> None:
    service(tmp_path, "reference", schema_sql=GOOD)
    done = azora_audit("check", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "1 table" in done.stdout


def test_json_is_written_to_a_file_and_replaces_it_only_when_whole(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("old")
    done = azora_audit("check", FIXTURES / "azora-claimed", "--format", "json", "--output", target)
    assert (done.returncode, done.stdout) == (1, "")
    report = orjson.loads(target.read_bytes())
    assert report["version"] == 1
    assert len(report["services"]) == 13
    assert [path.name for path in tmp_path.iterdir() if path.name != "cache"] == ["report.json"]


def test_a_report_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    target = tmp_path / "missing" / "report.json"
    done = azora_audit("check", FIXTURES / "azora-claimed", "--format", "json", "--output", target)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert str(target) in done.stderr


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = f"{SCRIPT} check {FIXTURES / 'azora-claimed'} --all | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("schema.sql", b"create table a (id int;\n", "schema.sql:1:"),
        ("schema.sql", b"\x00\x01\x02", "binary"),
        ("schema.sql", b"create table caf\xe9 (id int);", "UTF-8"),
        ("schema.sql", b"", "empty"),
        ("schema.prisma", b"model A {\n  id Int @id\n", "schema.prisma:"),
        ("schema.prisma", b"model A {\n  id Int @id\n}\n\nmodel A {\n  id Int @id\n}\n", "schema.prisma:5"),
        ("schema.sql", b"\\i missing.sql\n", "missing.sql"),
        ("schema.sql", b"\\i schema.sql\n", "schema.sql"),
        (
            "schema.sql",
            b"do $$ begin execute 'create table ' || current_user || '(a int)'; end $$;",
            "dynamic",
        ),
        ("schema.sql", b"create table {{ name }} (id int);", "template"),
        ("schema.sql", b"CREATE TABLE `a` (`id` INT AUTO_INCREMENT) ENGINE=InnoDB;", "MySQL"),
        ("schema.sql", b"CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, at DATETIME);", "SQLite"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_rest_is_checked(
    tmp_path: Path, file: str, content: bytes, said: str
) -> None:
    service(tmp_path, "sound", schema_sql="create table orders (id serial, total real);\n")
    (service(tmp_path, "broken") / file).write_bytes(content)
    done = azora_audit("check", tmp_path)
    assert done.returncode == 2
    assert said in done.stdout
    assert "float-money" in done.stdout, "the sound service is reported all the same"


def test_an_unreadable_file_is_told(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        (service(tmp_path, "broken") / "schema.sql").symlink_to("missing.sql")
    else:
        (service(tmp_path, "broken", schema_sql=GOOD) / "schema.sql").chmod(0)
    done = azora_audit("check", tmp_path)
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("profil = 'strict'", "Did you mean `profile`?"),
        ("profile = 'stirct'", "did you mean strict"),
        ("profile = ", "not valid TOML"),
        ("select = ['float-mony']", "did you mean float-money"),
        ("rule_folders = ['nowhere']", "is not a folder of rules"),
        ("[rules.too-many-indexes]\nmost = 'x'", "'x' is not of type 'integer'"),
    ],
)
def test_settings_that_make_no_sense_are_errors(tmp_path: Path, settings: str, said: str) -> None:
    service(tmp_path, "reference", schema_sql=GOOD)
    (tmp_path / "azora-audit.toml").write_text(settings)
    done = azora_audit("check", tmp_path)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_rule_that_does_not_compile_is_an_error_with_its_line(tmp_path: Path) -> None:
    service(tmp_path, "reference", schema_sql=GOOD)
    rule = tmp_path / "own" / "names" / "bad-name.sql"
    rule.parent.mkdir(parents=True)
    header = (
        'title = "Bad name"\nseverity = "note"\nprecision = "low"\nmessage = "{t} is bad"\nhelp = "Mend it."'
    )
    rule.write_text(f"/*\n{header}\n*/\nselect id as entity, name as t from tabels\n")
    (tmp_path / "azora-audit.toml").write_text("rule_folders = ['own']\n")
    done = azora_audit("check", tmp_path)
    assert done.returncode == 2
    assert "bad-name.sql:8" in done.stderr
    assert "no such table: tabels" in done.stderr


def test_a_rule_of_the_users_own_runs(tmp_path: Path) -> None:
    service(tmp_path, "reference", schema_sql=GOOD)
    rule = tmp_path / "own" / "names" / "plural-table.sql"
    rule.parent.mkdir(parents=True)
    header = 'title = "Plural table"\nseverity = "error"\nprecision = "low"\nmessage = "{t} is plural"\nhelp = "Mend it."'
    rule.write_text(f"/*\n{header}\n*/\nselect id as entity, name as t from tables where name like '%s'\n")
    (tmp_path / "azora-audit.toml").write_text("rule_folders = ['own']\n")
    done = azora_audit("check", tmp_path)
    assert done.returncode == 1
    assert "countries is plural" in done.stdout


@pytest.mark.parametrize("path", ["nowhere", "empty"])
def test_a_path_without_schemas_is_an_error(tmp_path: Path, path: str) -> None:
    (tmp_path / "empty").mkdir()
    done = azora_audit("check", tmp_path / path)
    assert done.returncode == 2
    assert path in done.stderr


def test_a_loop_of_links_is_survived(tmp_path: Path) -> None:
    folder = service(tmp_path, "reference", schema_sql=GOOD)
    (folder / "again").symlink_to(tmp_path)
    done = azora_audit("check", tmp_path)
    assert "1 table" in done.stdout


def test_no_password_is_ever_shown(tmp_path: Path) -> None:
    secret = "hunter2-very-secret"  # noqa: S105 -- what must not be shown
    url = f"postgresql://app:{secret}@db/app"
    schema = (
        f'datasource db {{\n  provider = "postgresql"\n  url = "{url}"\n}}\nmodel A {{\n  id Int @id\n}}\n'
    )
    service(tmp_path, "leaky", schema_prisma=schema, _env_example=f'DATABASE_URL="{url}"\n')
    for options in ([], ["--all"], ["--format", "json"]):
        done = azora_audit("check", tmp_path, *options)
        assert secret not in done.stdout + done.stderr


def test_explain_shows_the_page_and_names_are_suggested() -> None:
    done = azora_audit("explain", "unindexed-foreign-key")
    assert done.returncode == 0
    assert "indexes/unindexed-foreign-key" in done.stdout
    assert "Flagged" in done.stdout
    done = azora_audit("explain", "unindexed-foreign-kye")
    assert done.returncode == 2
    assert "did you mean unindexed-foreign-key" in done.stderr


def test_rules_lists_them_all() -> None:
    done = azora_audit("rules")
    assert done.returncode == 0
    assert "unindexed-foreign-key" in done.stdout


def test_query_answers_and_refuses_to_write() -> None:
    fleet = FIXTURES / "azora"
    done = azora_audit("query", "select count(*) as tables from tables", "--path", fleet, "--format", "json")
    assert orjson.loads(done.stdout) == [{"tables": 51}]
    done = azora_audit("query", "select name from services where name like 'b%'", "--path", fleet)
    assert done.stdout == "name\nbilling-service\n(1 row)\n"
    done = azora_audit("query", "delete from tables", "--path", fleet)
    assert done.returncode == 2
    assert "not authorized" in done.stderr
    done = azora_audit("query", "select nothing", "--path", fleet)
    assert done.returncode == 2
    assert "--tables" in done.stderr


def test_query_says_what_is_not_in_the_catalog(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text("create table a (id int primary key);\ncreate tabel b (id int);\n")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "schema.prisma").write_text("model A {\n  id Int @id\n")
    done = azora_audit(
        "query", "select name from tables order by name", "--path", tmp_path, "--format", "json"
    )
    assert {"name": "a"} in orjson.loads(done.stdout)
    assert done.returncode == 2
    assert "schema.sql:2:" in done.stderr
    assert "other/schema.prisma:" in done.stderr
    done = azora_audit("query", "--save", tmp_path / "catalog.db", "--path", tmp_path)
    assert done.returncode == 2
    assert "schema.sql:2:" in done.stderr
    assert (tmp_path / "catalog.db").exists()
    (tmp_path / "schema.sql").write_text(
        "create table a (id int primary key);\n"
        "-- azora-audit: allow not-understood -- makes partitions only\n"
        "do $$ begin execute 'create table ' || current_user; end $$;\n"
    )
    (tmp_path / "other" / "schema.prisma").unlink()
    done = azora_audit("query", "select name from tables", "--path", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_query_saves_the_catalog_and_lists_its_tables(tmp_path: Path) -> None:
    target = tmp_path / "catalog.db"
    assert azora_audit("query", "--save", target, "--path", FIXTURES / "azora").returncode == 0
    with closing(sqlite3.connect(target)) as saved:
        assert saved.execute("select count(*) from own_tables").fetchone() == (51,)
    done = azora_audit("query", "--tables", "--format", "csv")
    assert "table,columns," in done.stdout
    assert azora_audit("query").returncode == 2


def test_init_writes_settings_that_check_takes(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "azora" / "services", tmp_path / "services")
    done = azora_audit("init", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "13 services" in done.stdout
    shutil.rmtree(tmp_path / "services" / "azora-lms")
    done = azora_audit("check", tmp_path)
    assert "azora-lms" in done.stdout
    done = azora_audit("init", tmp_path)
    assert done.returncode == 2
    assert "already" in done.stderr


def test_a_plain_check_imports_nothing_heavy() -> None:
    code = (
        "import atexit, os, sys, azora_audit.cli\n"
        "left = os._exit\n"
        "def leave(code):\n"
        "    print('HEAVY', *[name for name in ("
        "'click', 'sqlglot', 'jsonschema', 'psycopg', 'sqlalchemy', 'hypothesis', 'postgast', 'orjson', 'hashlib')"
        " if name in sys.modules], flush=True)\n"
        "    left(code)\n"
        "os._exit = leave\n"
        f"sys.argv = ['azora-audit', 'check', {str(FIXTURES / 'azora')!r}]\n"
        "azora_audit.cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("\nHEAVY\n"), done.stdout[-100:]


@pytest.mark.parametrize("arguments", [[], ["fleet"], ["a/b c"], ["schema.prisma"]])
def test_a_plain_check_is_what_click_would_make_of_it(arguments: list[str]) -> None:
    context = check.make_context("check", list(arguments))
    by_click: dict[str, object] = {}
    with (
        context,
        mock.patch(
            "azora_audit.cli.check.run_check",
            side_effect=lambda *args, **named: by_click.update(
                signature(run_check).bind(*args, **named).arguments
            ),
        ),
    ):
        check.invoke(context)
    path = plain_path(["check", *arguments], {}, "linux")
    assert path is not None
    plain = signature(run_check).bind(Path(path))
    plain.apply_defaults()
    assert by_click == plain.arguments


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--help"],
        ["--version"],
        ["prove"],
        ["check", ""],
        ["check", "-"],
        ["check", "--"],
        ["check", "--all"],
        ["check", "-q"],
        ["check", "a", "b"],
        ["chec"],
    ],
)
def test_click_decides_where_there_is_doubt(arguments: list[str]) -> None:
    assert plain_path(arguments, {}, "linux") is None


def test_click_completes_and_expands() -> None:
    assert plain_path(["check"], {"_AZORA_AUDIT_COMPLETE": "bash_complete"}, "linux") is None
    assert plain_path(["check", "*.prisma"], {}, "win32") is None


def test_a_plain_check_that_is_interrupted_ends_as_click_would() -> None:
    code = (
        "import sys, azora_audit.cli, azora_audit.api.checking as checking\n"
        "def check(*_, **__): raise KeyboardInterrupt\n"
        "checking.check = check\n"
        "sys.argv = ['azora-audit', *sys.argv[1:]]\n"
        "azora_audit.cli.main()"
    )
    ends = []
    for options in ([], ["--all"]):
        command = [sys.executable, "-c", code, "check", str(FIXTURES / "azora"), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        ends.append((done.returncode, done.stdout, done.stderr))
    assert ends[0] == ends[1] == (1, "", "\nAborted!\n")


def test_what_strangers_wrote_commands_no_runner(tmp_path: Path) -> None:
    folder = service(
        tmp_path, "::error::pwned", schema_sql='create table "::add-mask::t" (x int);\ncreate tabel u ();\n'
    )
    done = azora_audit("query", "select name from tables", "--path", folder)
    assert "\u2039U+003A\u203a:add-mask::t" in done.stdout
    outputs = [
        done,
        azora_audit("check", tmp_path, "--quiet"),
        azora_audit("check", tmp_path / "::error::none"),
    ]
    for told in outputs:
        lines = (told.stdout + told.stderr).splitlines()
        assert lines
        assert not [line for line in lines if line.lstrip().startswith("::")]

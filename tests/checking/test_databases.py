"""Checking running databases: alone, beside the files of their service, and when they cannot be read."""

from __future__ import annotations

import functools
import shutil
import socket
import ssl
import subprocess
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import psycopg
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from azora_audit import api, folders
from azora_audit.checking import shards
from azora_audit.errors import AzoraAuditError, ServerError, SettingsError
from azora_audit.report.json_report import render_json
from azora_audit.report.outcome import exit_code
from azora_audit.report.terminal import Terminal
from azora_audit.report.text import TextOptions, render_text
from azora_audit.sources.live import connect
from azora_audit.sources.live.reader import Reader
from azora_audit.sources.live.server import Server
from azora_audit.sources.live.target import Target, named_target
from tests.sources.live import fake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from azora_audit.api import Checked
    from azora_audit.findings import Finding, Problem


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(folders.VARIABLE, str(tmp_path / "cache"))
    for name in ("PGDATABASE", "PGHOST", "PGSERVICE", "PGPASSWORD", "PGUSER"):
        monkeypatch.delenv(name, raising=False)


def check(path: Path, *databases: str, **options: Any) -> Checked:
    return api.check(path, databases=databases, processes=1, **options)


def found(checked: Checked, rule: str) -> list[Finding]:
    return [finding for finding in checked.report.findings if finding.rule == rule]


def only_problem(checked: Checked) -> Problem:
    (problem,) = checked.report.problems
    assert exit_code(checked.report, "never") == 2
    assert problem.help
    return problem


def dsn(database: psycopg.Connection, server: Server) -> str:
    return server.dsn(database.info.dbname)


def test_a_database_alone_is_a_service_of_its_name(
    tmp_path: Path, server: Server, database: psycopg.Connection
) -> None:
    database.execute("create table notes (id int)")
    checked = check(tmp_path, dsn(database, server))
    (service,) = checked.report.services
    assert (service.name, service.tables) == (database.info.dbname, 1)
    assert [source.kind for source in service.sources] == ["live"]
    assert {finding.entity for finding in found(checked, "missing-primary-key")} == {
        f"{service.name}.public.notes"
    }
    assert not checked.report.problems


def test_the_database_of_a_service_is_what_is_judged(
    tmp_path: Path, server: Server, database: psycopg.Connection
) -> None:
    """Each object counts once, findings show files, allowances beside the schema hold, and drift is found."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "schema.sql").write_text(
        "create table notes (id int); -- azora-audit: allow missing-primary-key -- scratch\n"
        "create table posts (id uuid primary key);\n"
    )
    database.execute("create table notes (id int); create table posts (id uuid primary key, extra text)")
    checked = check(tmp_path, f"shop={dsn(database, server)}")
    (service,) = checked.report.services
    assert (service.name, service.tables) == ("shop", 2)
    assert [source.kind for source in service.sources] == ["live", "dump", "project"]
    (allowed,) = found(checked, "missing-primary-key")
    assert (allowed.status, allowed.places[0].path, allowed.places[0].line) == (
        "allowed",
        "shop/schema.sql",
        1,
    )
    (drift,) = found(checked, "undeclared-in-repository")
    assert drift.entity == "shop.public.posts.extra"
    assert drift.places[0].line == 2


def test_what_files_say_of_each_other_stays(
    tmp_path: Path, server: Server, database: psycopg.Connection
) -> None:
    """schema.prisma against migrations is one question, the database against both another."""
    sql = 'create table "Note" (id uuid not null, constraint "Note_pkey" primary key (id));\n'
    folder = tmp_path / "shop" / "prisma"
    (folder / "migrations" / "1_init").mkdir(parents=True)
    (folder / "migrations" / "1_init" / "migration.sql").write_text(sql)
    (folder / "schema.prisma").write_text(
        'datasource db {\n  provider = "postgresql"\n}\nmodel Note {\n  id String @id @db.Uuid\n  text String?\n}\n'
    )
    database.execute(sql.encode())
    running = check(tmp_path, f"shop={dsn(database, server)}").report.findings
    alone = api.check(tmp_path, use_cache=False).report.findings
    rules = {
        "missing-in-migrations",
        "missing-in-database",
        "different-in-database",
        "undeclared-in-repository",
    }
    found = [(each.rule, each.entity, each.places) for each in running if each.rule in rules]
    assert found == [(each.rule, each.entity, each.places) for each in alone if each.rule in rules]
    assert [each[:2] for each in found] == [("missing-in-migrations", "shop.public.Note.text")]


def test_one_failure_does_not_stop_the_others(
    tmp_path: Path, server: Server, database: psycopg.Connection
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "schema.sql").write_text("create table declared (id int);\n")
    database.execute("create table live (id int)")
    checked = check(
        tmp_path,
        f"shop={server.dsn('nowhere')}",
        f"other={dsn(database, server)}",
        "host=/nonexistent dbname=third",
    )
    assert {finding.entity for finding in found(checked, "missing-primary-key")} == {
        "shop.public.declared",
        "other.public.live",
    }
    assert {problem.service for problem in checked.report.problems} == {"shop", "third"}
    assert exit_code(checked.report, "never") == 2


@pytest.mark.parametrize("shard", [1, 10_000_000], ids=["in processes", "ahead"])
def test_processes_do_not_change_the_report(
    tmp_path: Path, server: Server, database: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, shard: int
) -> None:
    database.execute("create table live (id int)")
    named = [f"{name}={dsn(database, server)}" for name in ("one", "two", "three")]
    alone = check(tmp_path, *named, use_cache=False)
    monkeypatch.setattr(shards, "SHARD_BYTES", shard)
    monkeypatch.setattr(shards, "PROCESS_BYTES", 0 if shard == 1 else shard)
    together = api.check(tmp_path, databases=named, processes=2, use_cache=False)
    assert together.report == alone.report
    assert [service.name for service in together.report.services] == ["one", "three", "two"]


def test_a_running_database_is_read_every_time(
    tmp_path: Path, server: Server, database: psycopg.Connection
) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "schema.sql").write_text("create table declared (id uuid primary key);\n")
    for count in range(3):
        database.execute(f"create table t{count} (id int)".encode())
        checked = check(tmp_path, dsn(database, server))
        assert len(found(checked, "missing-primary-key")) == count + 1


def test_settings_name_the_variable_of_a_database(
    tmp_path: Path, server: Server, database: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.execute("create table live (id int)")
    (tmp_path / "azora-audit.toml").write_text(
        '[services.shop]\ndatabase_variable = "SHOP_URL"\n[services.stock]\ndatabase_variable = "STOCK_URL"\n'
    )
    monkeypatch.setenv("SHOP_URL", dsn(database, server))
    monkeypatch.delenv("STOCK_URL", raising=False)
    checked = check(tmp_path, live=True)
    assert [service.name for service in checked.report.services] == ["shop"]
    problem = only_problem(checked)
    assert (problem.kind, problem.service, problem.line) == ("missing-database", "stock", 4)
    assert "STOCK_URL" in problem.message
    with pytest.raises(AzoraAuditError, match="No schema found"):
        check(tmp_path)


def test_a_running_database_can_be_asked(
    tmp_path: Path, server: Server, database: psycopg.Connection
) -> None:
    database.execute("create table live (id int)")
    answer = api.query(tmp_path, "select name from tables", databases=[dsn(database, server)])
    assert (answer.rows, answer.problems) == ([("live",)], ())
    answer = api.query(tmp_path, "select name from tables", databases=[server.dsn("nowhere")])
    assert (answer.rows, [problem.service for problem in answer.problems]) == ([], ["nowhere"])


def test_without_the_extra_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ServerError, match="needs psycopg") as caught:
        check(tmp_path, "postgresql://h/db")
    assert "azora-audit[live]" in caught.value.help


def test_settings_hold_no_url(tmp_path: Path) -> None:
    (tmp_path / "azora-audit.toml").write_text(
        '[services.shop]\ndatabase_variable = "postgresql://a:s3cret-word@h/db"\n'
    )
    with pytest.raises(SettingsError, match="no name of an environment variable") as caught:
        check(tmp_path)
    assert "s3cret" not in str(caught.value) + caught.value.help
    assert caught.value.line == 2


def test_live_without_a_name_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="name no database"):
        check(tmp_path, live=True)


def test_two_databases_of_one_name_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="Two databases are called shop"):
        check(tmp_path, "host=a dbname=shop", "host=b dbname=shop")


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("postgresql://u:p@h:5433/billing", "billing", "billing on h:5433"),
        ("postgres://h/billing?sslmode=require", "billing", "billing on h"),
        ("payments=postgresql://u@h/billing", "payments", "billing on h"),
        ("payments=host=h dbname=billing", "payments", "billing on h"),
        ("host=h dbname=billing password='a b'", "billing", "billing on h"),
        ("service=prod", "prod", "prod"),
        ("service=postgresql://h/billing", "service", "billing on h"),
        ("billing", "billing", "billing"),
        ("payments=dbname=billing", "payments", "billing"),
        ("postgresql:///billing?host=/run/pg", "billing", "billing on /run/pg"),
        ("", "fallback", "fallback"),
    ],
)
def test_what_libpq_accepts_is_a_database(
    text: str, name: str, label: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGDATABASE", "fallback")
    found_name, target = named_target(text)
    assert (found_name, target.label) == (name, label)


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://u:pa/s3cret-word@h/db",
        "postgresql://u:p@s3cret-word@h/db",
        "postgresql://u:s3cret-word%zz@h/db",
        "host=h password=my s3cret-word",
        "host=h password='s3cret-word",
        "mysql://u:s3cret-word@h/db",
        "mysql://u:s3cret-word@h/db?ssl=true",
        "pasword=s3cret-word",
        "pasword=s3cret-word host=h",
        "u:s3cret-word@h/db?x=postgresql://h/db",
        "shop=",
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_without_a_word_of_it(text: str) -> None:
    with pytest.raises(ServerError) as caught:
        named_target(text)
    assert caught.value.help
    shown = "".join(traceback.format_exception(caught.value)) + str(caught.value) + caught.value.help
    assert "s3cret" not in shown.replace(text, "")
    assert "s3cret" not in str(caught.value) + caught.value.help


def shown_everywhere(checked: Checked) -> str:
    """Return all that a run shows, in every format."""
    lines = render_text(
        checked.report,
        options=TextOptions(limit=None),
        source_lines=lambda _: None,
        terminal=Terminal(width=200),
    )
    return "\n".join([*lines, render_json(checked.report, fail_on="note").decode(), repr(checked)])


PASSWORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("@:/?#[]%&=' \\\""),
    min_size=1,
    max_size=12,
).map(lambda text: f"Zq{text}xY")


FORMS = ["encoded", "raw", "query", "pairs", "unquoted", "named", "mistyped", "foreign"]


@settings(max_examples=150)
@given(word=PASSWORDS, form=st.sampled_from(FORMS))
@example(word="Zq@xY", form="raw")
@example(word="Zq/xY", form="raw")
@example(word="Zq:xY", form="raw")
@example(word="Zq'xY", form="pairs")
def test_a_password_never_appears(word: str, form: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """However it is written, right or wrong, and whatever becomes of the connection."""
    from urllib.parse import quote  # noqa: PLC0415

    encoded = quote(word, safe="")
    quoted = word.replace("\\", "\\\\").replace("'", "\\'")
    text = {
        "encoded": f"postgresql://me:{encoded}@/db?host=/nonexistent",
        "raw": f"postgresql://me:{word}@h.invalid:1/db?host=/nonexistent",
        "query": f"postgresql:///db?host=/nonexistent&password={encoded}",
        "pairs": f"host=/nonexistent dbname=db password='{quoted}'",
        "unquoted": f"host=/nonexistent dbname=db password={word}",
        "mistyped": f"pass={word} host=/nonexistent dbname=db",
        "foreign": f"mysql://me:{word}@h.invalid/db?ssl=true",
        "named": f"shop=postgresql://me:{encoded}@/db?host=/nonexistent",
    }[form]
    try:
        checked = check(tmp_path_factory.mktemp("empty"), text, use_cache=False)
    except ServerError as error:
        shown = str(error) + error.help + "".join(traceback.format_exception(error)[-1:])
    else:
        assert checked.report.problems
        shown = shown_everywhere(checked)
    pieces = [piece for piece in {word, encoded, quoted} if len(piece) >= 4]
    assert not [piece for piece in pieces if piece in shown or orjson.dumps(piece).decode()[1:-1] in shown]


def test_a_target_shows_no_password() -> None:
    target = Target("postgresql://me:s3cret-word@h/db")
    assert "s3cret" not in f"{target!r} {target} {target.label}"
    assert target.hidden("FATAL: s3cret-word is wrong") == "FATAL: ***** is wrong"


@pytest.mark.parametrize(
    ("speak", "parameters", "kind", "words"),
    [
        (fake.mysql, "", "unsupported-server", "invalid response to SSL negotiation"),
        (fake.mysql, "?sslmode=disable", "unsupported-server", "expected authentication request"),
        (fake.without_tls, "?sslmode=require", "refused-connection", "does not support SSL"),
        (fake.old, "?sslmode=disable", "unsupported-server", "PostgreSQL 11"),
        (
            lambda connection: connection.close(),
            "?sslmode=disable",
            "unreachable-database",
            "closed the connection",
        ),
    ],
    ids=["mysql", "mysql without tls", "no tls", "old", "closed at once"],
)
def test_what_is_no_postgresql_to_read(
    tmp_path: Path, speak: Callable[[Any], None], parameters: str, kind: str, words: str
) -> None:
    with fake.FakeServer(speak) as server:
        checked = check(tmp_path, server.url(parameters))
    problem = only_problem(checked)
    assert (problem.kind, problem.service) == (kind, "shop")
    assert words in problem.message
    assert "s3cret" not in shown_everywhere(checked)


def test_a_server_that_is_down(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    problem = only_problem(check(tmp_path, f"postgresql://127.0.0.1:{port}/shop"))
    assert problem.kind == "unreachable-database"
    assert "Connection refused" in problem.message


def test_a_database_that_is_not_there(tmp_path: Path, server: Server) -> None:
    problem = only_problem(check(tmp_path, server.dsn("nowhere")))
    assert (problem.kind, problem.service) == ("refused-connection", "nowhere")
    assert 'database "nowhere" does not exist' in problem.message


def test_a_wrong_password(tmp_path: Path) -> None:
    with Server() as server:
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            connection.execute("create role auditor login password 'right'")
            row = connection.execute("show hba_file").fetchone()
            assert row is not None
            hba = Path(row[0])
            hba.write_text(f"local all auditor scram-sha-256\n{hba.read_text()}")
            connection.execute("select pg_reload_conf()")
        url = server.dsn().replace("postgres@", "auditor:s3cret-word@")
        checked = check(tmp_path, url)
        problem = only_problem(checked)
        assert problem.kind == "refused-connection"
        assert "password authentication failed" in problem.message
        assert "s3cret" not in shown_everywhere(checked)
        assert not check(tmp_path, url.replace("s3cret-word", "right")).report.problems


@pytest.mark.parametrize(
    ("before", "rule", "kind", "words"),
    [
        ("create role auditor", "trust", "refused-connection", "not permitted to log in"),
        ("create role auditor login", "reject", "refused-connection", "pg_hba.conf rejects connection"),
        (
            "create role auditor login; revoke connect on database postgres from public",
            "trust",
            "refused-connection",
            "permission denied for database",
        ),
        (
            "create role auditor login connection limit 0",
            "trust",
            "unreachable-database",
            "too many connections for role",
        ),
        (
            "create role auditor login; alter database postgres allow_connections false",
            "trust",
            "unreachable-database",
            "not currently accepting connections",
        ),
    ],
)
def test_a_role_that_may_not_connect(tmp_path: Path, before: str, rule: str, kind: str, words: str) -> None:
    with Server() as server:
        with psycopg.connect(server.dsn("template1"), autocommit=True) as connection:
            for statement in before.split("; "):
                connection.execute(statement.encode())
            row = connection.execute("show hba_file").fetchone()
            assert row is not None
            hba = Path(row[0])
            hba.write_text(f"local all auditor {rule}\n{hba.read_text()}")
            connection.execute("select pg_reload_conf()")
        problem = only_problem(check(tmp_path, server.dsn(role="auditor")))
    assert problem.kind == kind
    assert words in problem.message


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl to make a certificate with")
@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ("sslmode=verify-full&sslrootcert={folder}/other.pem", "certificate verify failed"),
        ("sslmode=verify-full", "certificate"),
    ],
)
def test_a_certificate_that_is_not_trusted(tmp_path: Path, parameters: str, words: str) -> None:
    for name in ("own", "other"):
        make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
        files = ["-keyout", str(tmp_path / f"{name}.key"), "-out", str(tmp_path / f"{name}.pem")]
        subprocess.run([*make, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "own.pem", tmp_path / "own.key")
    (tmp_path / "fleet").mkdir()
    with fake.FakeServer(functools.partial(fake.with_tls, context)) as server:
        checked = check(tmp_path / "fleet", server.url("?" + parameters.format(folder=tmp_path)))
    problem = only_problem(checked)
    assert problem.kind == "refused-connection"
    assert words in problem.message
    assert "s3cret" not in shown_everywhere(checked)


def as_stranger(database: psycopg.Connection, server: Server) -> str:
    """Return the URL of a role that nobody has granted anything."""
    database.execute(
        "do $$ begin create role stranger login; exception when duplicate_object or unique_violation then end $$"
    )
    return dsn(database, server).replace("postgres@", "stranger@")


def test_no_permission_on_a_schema_is_no_hindrance(
    tmp_path: Path, server: Server, database: psycopg.Connection
) -> None:
    """The catalog says everything to everybody."""
    database.execute(
        "create schema secret; create table secret.notes (id int); revoke all on schema secret from public"
    )
    checked = check(tmp_path, as_stranger(database, server))
    assert not checked.report.problems
    assert {finding.entity.partition(".")[2] for finding in found(checked, "missing-primary-key")} == {
        "secret.notes"
    }


def test_a_catalog_that_is_kept_secret(tmp_path: Path, server: Server, database: psycopg.Connection) -> None:
    url = as_stranger(database, server)
    database.execute("revoke select on pg_catalog.pg_policy from public")
    problem = only_problem(check(tmp_path, url))
    assert problem.kind == "forbidden-catalog"
    assert "permission denied for table pg_policy" in problem.message


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], object]], None]:
    """Have something done, once, right before one of the reader's queries."""

    def arrange(query: str, act: Callable[[], object], times: int = 1) -> None:
        original, left = Reader.rows, [times]

        def rows(self: Reader, name: str) -> Iterable[tuple[Any, ...]]:
            if name == query and left[0]:
                left[0] -= 1
                act()
            return original(self, name)

        monkeypatch.setattr(Reader, "rows", rows)

    return arrange


def test_a_connection_that_is_lost_half_way(
    tmp_path: Path, server: Server, database: psycopg.Connection, meanwhile: Callable[..., None]
) -> None:
    end = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'azora-audit'"
    meanwhile("policies", lambda: database.execute(end))
    problem = only_problem(check(tmp_path, dsn(database, server)))
    assert problem.kind == "interrupted-reading"
    assert "terminating connection" in problem.message


def test_a_reading_that_takes_too_long(tmp_path: Path, server: Server, database: psycopg.Connection) -> None:
    database.execute("create table t (id int, check (id > 0))")
    with psycopg.connect(dsn(database, server)) as other:
        other.execute("lock table t in access exclusive mode")
        problem = only_problem(check(tmp_path, dsn(database, server)))
    assert problem.kind == "interrupted-reading"
    assert "lock timeout" in problem.message


def test_a_sequence_that_somebody_holds(tmp_path: Path, server: Server, database: psycopg.Connection) -> None:
    """Its rule is not judged, for a reason that is not that no database was read; the others are."""
    database.execute("create sequence s; create table t (id int)")
    with psycopg.connect(dsn(database, server)) as other:
        other.execute("drop sequence s")
        checked = check(tmp_path, dsn(database, server))
    assert not checked.report.problems
    (entry,) = [entry for entry in checked.report.not_judged if entry.rule == "sequence-near-exhaustion"]
    assert entry.reason == (
        "somebody held a lock on a sequence when its use was read; run again when that is done"
    )
    assert found(checked, "missing-primary-key")


def test_files_alone_do_not_tell_the_use_of_sequences(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text("create sequence s;", encoding="utf-8")
    (entry,) = [
        entry
        for entry in api.check(tmp_path, processes=1).report.not_judged
        if entry.rule == "sequence-near-exhaustion"
    ]
    assert entry.reason == "only a running database tells (`check --db URL`)"


DROPPED = """
create table t (id int primary key, at date default now(), double int generated always as (id * 2) stored, check (id > 0));
create index i on t (abs(id)) where id > 5;
create policy own on t using (id > 1);
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger w before update on t for each row when (old.id <> new.id) execute function f();
create view v as select id from t;
create table p (id int) partition by range (id);
create table p1 partition of p for values from (1) to (2);
create table e (id int, exclude using btree (id with =));
create domain d as int default 1 check (value > 0);
create table kept (id int);
"""
DROP = "drop table t, p, e cascade; drop function f; drop domain d"


@pytest.mark.parametrize(
    "query",
    [
        "relations",
        "inheritance",
        "types",
        "columns",
        "constraints",
        "indexes",
        "index_columns",
        "functions",
        "triggers",
        "policies",
        "grants",
        "comments",
    ],
)
def test_what_is_dropped_during_the_reading_does_not_end_it(
    tmp_path: Path, server: Server, database: psycopg.Connection, meanwhile: Callable[..., None], query: str
) -> None:
    """The snapshot still has the object and PostgreSQL cannot print it any more: the reading begins anew."""
    database.execute(DROPPED)
    meanwhile(query, lambda: database.execute(DROP))
    checked = check(tmp_path, dsn(database, server))
    assert not checked.report.problems
    assert "kept" in {finding.entity.rpartition(".")[2] for finding in found(checked, "missing-primary-key")}


def test_a_schema_that_never_stands_still(
    tmp_path: Path, server: Server, database: psycopg.Connection, meanwhile: Callable[..., None]
) -> None:
    def change() -> None:
        database.execute("drop table if exists t; create table t (id int, check (id > 0))")

    change()
    meanwhile("constraints", change, connect.TRIES)
    problem = only_problem(check(tmp_path, dsn(database, server)))
    assert problem.kind == "interrupted-reading"

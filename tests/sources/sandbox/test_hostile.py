"""Hostile DDL: each attempt ends in a clear message with its place, and does no harm."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import time
from pathlib import Path

import psycopg
import pytest

from azora_audit.sources.ddl import SqlFile
from azora_audit.sources.sandbox import Limits, Sandbox
from tests.sources.sandbox.applying import applied, ask, kinds, tables

FORBIDDEN = {
    "copy-from-program": ("create table t (a text);\ncopy t from program 'id'", "external program"),
    "copy-to-file": ("create table t (a text);\ncopy t to '/tmp/stolen'", "COPY to a file"),
    "copy-from-file": ("create table t (a text);\ncopy t from '/etc/passwd'", "COPY from a file"),
    "language-c": ("\ncreate function f() returns int language c as 'libc', 'abs'", "language c"),
    "language-internal": ("\ncreate function f() returns int language internal as 'x'", "language internal"),
    "pg-read-file": ("\nselect pg_read_file('/etc/passwd')", "pg_read_file"),
    "pg-ls-dir": ("\nselect pg_ls_dir('/')", "pg_ls_dir"),
    "lo-import": ("\nselect lo_import('/etc/passwd')", "lo_import"),
    "lo-export": ("\nselect lo_export(1, '/tmp/stolen')", "lo_export"),
    "dblink": ("\ncreate extension dblink", 'create extension "dblink"'),
    "postgres-fdw": ("\ncreate extension postgres_fdw", 'create extension "postgres_fdw"'),
    "file-fdw": ("\ncreate extension file_fdw", 'create extension "file_fdw"'),
    "subscription": (
        "\ncreate subscription s connection 'host=example.org' publication p",
        "create subscription",
    ),
    "alter-system": ("\nalter system set fsync = on", 'set parameter "fsync"'),
    "become-superuser": ("\nset role azora_audit_superuser", "set role"),
    "session-authorization": (
        "\nset session authorization azora_audit_superuser",
        "set session authorization",
    ),
    "superuser-in-a-block": ("\ndo $$ begin execute 'create role evil superuser'; end $$", "create"),
    "alter-itself": ("\ndo $$ begin alter role azora_audit superuser; end $$", "alter"),
    "setting": ("\nset temp_file_limit = -1", "temp_file_limit"),
    "log": ("\nset log_min_messages = debug5", "log_min_messages"),
    "server-log": (
        "\nselect pg_terminate_backend(pid) from pg_stat_activity where usename <> current_user",
        "terminate",
    ),
}


@pytest.mark.parametrize("attempt", FORBIDDEN, ids=str)
def test_what_takes_a_right_is_not_permitted(sandbox: Sandbox, attempt: str) -> None:
    text, words = FORBIDDEN[attempt]
    with applied(sandbox, text + ";\ncreate table after ();") as result:
        assert kinds(result) == [("not-permitted", 2, "42501")]
        assert words in result.refusals[0].message
        assert "after" in tables(result)


def test_a_role_is_made_without_what_it_asks_for(sandbox: Sandbox) -> None:
    text = (
        "create role evil superuser password 'hunter2';\nset role evil;\nselect pg_read_file('/etc/passwd');"
    )
    with applied(sandbox, text) as result:
        assert kinds(result) == [("not-permitted", 3, "42501")]
        assert [(note.line, note.kind) for note in result.notes] == [(1, "note")]
        assert "hunter2" not in repr(result)
        assert ask(result, "select rolsuper, rolcanlogin from pg_roles where rolname = 'evil'") == [
            (False, False)
        ]


def test_postgres_is_a_role_without_rights(sandbox: Sandbox) -> None:
    text = "set role postgres;\ncreate table t ();\nselect pg_read_file('/etc/passwd');"
    with applied(sandbox, text) as result:
        assert kinds(result) == [("not-permitted", 3, "42501")]
        assert ask(result, "select tableowner from pg_tables where tablename = 't'") == [("postgres",)]


def test_no_meta_command_is_run(sandbox: Sandbox, tmp_path: Path) -> None:
    target = tmp_path / "there"
    commands = (
        f"\\! touch {target}",
        f"\\o {target}",
        f"\\copy pg_class to '{target}'",
        f"\\set a `touch {target}`",
    )
    text = "\n".join((*commands, "create table t ();"))
    with applied(sandbox, text) as result:
        assert result.complete
        assert tables(result) == ["t"]
    assert not target.exists()


LOOPS = {
    "block": "do $$ begin loop end loop; end $$",
    "recursion": "with recursive r as (select 1 as a union all select a + 1 from r) select count(*) from r",
    "sleep": "set statement_timeout = 0; select pg_sleep(1000)",
}


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_an_endless_statement_is_stopped_and_the_rest_runs(sandbox: Sandbox, loop: str) -> None:
    with applied(sandbox, f"\n{loop};\ncreate table after ();") as result:
        ((kind, line, state),) = kinds(result)
        assert (kind, line) == ("limit", 2)
        assert state == "57014" or (loop == LOOPS["recursion"] and state == "53400")  # whichever comes first
        assert "too" in result.refusals[0].message
        assert tables(result) == ["after"]


def test_a_session_that_ignores_being_cancelled_is_ended(sandbox: Sandbox) -> None:
    text = """set statement_timeout = 0;
        do $$ begin loop begin perform pg_sleep(100); exception when query_canceled then null; end; end loop; end $$;
        create table after ();"""
    with applied(sandbox, text) as result:
        assert kinds(result) == [("limit", 2, "57P01")]
        assert "went on after 3 seconds" in result.refusals[0].message
        assert tables(result) == []


def test_all_statements_together_have_a_limit() -> None:
    limits = Limits(statement=5, service=1)
    with Sandbox(limits=limits) as sandbox:
        started = time.monotonic()
        with applied(sandbox, "select pg_sleep(0.3);\n" * 1000) as result:
            assert [kind for kind, _, _ in kinds(result)] == ["limit"]
            assert "all later ones were not run" in result.refusals[0].message
        assert time.monotonic() - started < 5


FLOODS = {
    "series": "create table t (a text); insert into t select repeat('x', 200) from generate_series(1, 50000000)",
    "sort": "select count(*) from (select md5(g::text) as a from generate_series(1, 9000000) as g order by 1) as s",
    "one-table": "create table t (a text); do $$ begin insert into t values (repeat(md5('a'), 50));"
    " loop insert into t select a || random() from t; end loop; end $$",
    "many-tables": "do $$ begin for i in 1 .. 1000 loop execute format('create table t%s (a text)', i); execute"
    " format('insert into t%s select repeat(md5(g::text), 40) from generate_series(1, 20000) as g', i); end loop; end $$",
    "large-objects": "do $$ begin for i in 1 .. 100000 loop"
    " perform lo_from_bytea(0, decode(repeat(md5(i::text), 9999), 'hex')); end loop; end $$",
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_a_flood_of_rows_does_not_fill_the_disk(sandbox: Sandbox, flood: str) -> None:
    before = shutil.disk_usage(sandbox.server.folder).free
    with applied(sandbox, f"set statement_timeout = 0;\n{flood};") as result:
        assert [(refusal.kind, refusal.line) for refusal in result.refusals] == [("limit", 2)]
        assert before - shutil.disk_usage(sandbox.server.folder).free < 700 << 20
    with applied(sandbox, "create table next ();") as following:
        assert following.complete


def test_rows_that_are_returned_do_not_fill_our_memory(sandbox: Sandbox) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = "select repeat(md5(g::text), 300) from generate_series(1, 15000) as g;\n"
    notes = "do $$ begin for i in 1 .. 9999 loop notify a; end loop; end $$;"
    with applied(sandbox, f"listen a; {rows}{notes}") as result:
        assert {refusal.kind for refusal in result.refusals} <= {"limit"}  # on a machine that is busy
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000


def test_after_a_crash_of_the_server_the_guard_is_there_again(sandbox: Sandbox) -> None:
    with applied(sandbox, "") as result, psycopg.connect(result.dsn) as connection:
        os.kill(connection.info.backend_pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")
    with applied(sandbox, "set statement_timeout = 0;\nselect pg_sleep(1000);\ncreate table t ();") as result:
        assert kinds(result) == [("limit", 2, "57014")]
        assert tables(result) == ["t"]


HOARDS = {
    "array": "select array_agg(repeat('x', 100000000)) from generate_series(1, 100)",
    "string": "select length(string_agg(repeat('x', 1000000000), '')) from generate_series(1, 3)",
    "settings": "set work_mem = '2000GB'; select count(distinct a) from (select md5(g::text) as a"
    " from generate_series(1, 20000000) as g) as s",
}


@pytest.mark.parametrize("hoard", HOARDS.values(), ids=HOARDS)
def test_memory_is_bounded(sandbox: Sandbox, hoard: str) -> None:
    with applied(sandbox, f"{hoard};\ncreate table after ();") as result:
        assert [refusal.kind for refusal in result.refusals] == ["limit"]
        assert tables(result) == ["after"]


def test_a_service_cannot_change_the_next_ones_session(sandbox: Sandbox) -> None:
    text = "do $$ begin execute 'alter role azora_audit set search_path = elsewhere'; end $$;"
    with applied(sandbox, text) as result:
        assert result.complete
    with applied(sandbox, "create table t ();") as following:
        assert tables(following) == ["t"]


def test_a_connection_of_the_caller_is_guarded_too(sandbox: Sandbox) -> None:
    with applied(sandbox, "create table t ();") as result, psycopg.connect(result.dsn) as connection:
        connection.execute("set statement_timeout = 0")
        with pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute("select pg_sleep(1000)")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has other users")
def test_for_root_the_server_is_truly_nobodys(sandbox: Sandbox) -> None:
    """Whoever broke out of SQL would find that files are not root's to him."""
    status = Path(
        f"/proc/{sandbox.server.folder.joinpath('data', 'postmaster.pid').read_text('utf-8').split()[0]}/status"
    )
    users = status.read_text(encoding="utf-8").partition("Uid:")[2].split()[:4]
    assert "0" not in users


def test_nothing_listens_on_a_port(sandbox: Sandbox) -> None:
    result = sandbox.apply([SqlFile("1.sql", "")])
    assert ask(result, "show listen_addresses") == [("",)]

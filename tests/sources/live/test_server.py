"""The throw-away server: it starts anywhere, answers alike everywhere, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from azora_audit.errors import ServerError
from azora_audit.sources.live import binaries, template, workdir
from azora_audit.sources.live.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

INSTALLED = [
    folder
    for folder in [*binaries.wheel_folders(), *binaries.system_folders()]
    if (folder / "postgres").exists() and binaries.inspect(folder)
]
HOLDER = """
import sys, time
from azora_audit.sources.live.server import Server
with Server() as server:
    print(server.folder, server._instance.keeper.pid, flush=True)
    time.sleep(float(sys.argv[1]))
"""


def ask(server: Server, query: str, database: str = "postgres") -> object:
    with psycopg.connect(server.dsn(database), autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def folder_of(server: Server) -> Path:
    return Path(str(ask(server, "show data_directory"))).parent


def postmaster(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])


def alive(process: int) -> bool:
    """Whether it runs; a zombie, which its new parent has not reaped yet, does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def eventually(condition: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AZORA_AUDIT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def holder() -> Iterator[tuple[subprocess.Popen[str], Path, int]]:
    """A process that holds a server: itself, its work directory, its keeper."""
    with subprocess.Popen([sys.executable, "-c", HOLDER, "60"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        folder, keeper = process.stdout.readline().split()
        yield process, Path(folder), int(keeper)
        process.kill()


@pytest.mark.parametrize("folder", INSTALLED, ids=str)
def test_every_installed_postgresql_starts_and_knows_its_version(folder: Path) -> None:
    with Server(folder) as server:
        assert ask(server, "select current_setting('server_version_num')::int") == server.version
        place, process = folder_of(server), postmaster(folder_of(server))
        assert place.stat().st_mode & 0o777 == 0o700
    assert not place.exists()
    assert not alive(process)


def test_databases_are_apart_and_copies_are_equal(server: Server) -> None:
    first = server.create_database()
    with psycopg.connect(server.dsn(first), autocommit=True) as connection:
        connection.execute("create table only_here ()")
    second, copy = server.create_database(), server.create_database(template=first)
    try:
        there = "select to_regclass('only_here')::text"
        assert [ask(server, there, name) for name in (first, second, copy)] == [
            "only_here",
            None,
            "only_here",
        ]
    finally:
        for name in (first, second, copy):
            server.drop_database(name)
    # other tests keep databases of theirs on the same server
    left = f"select count(*) from pg_database where datname in ('{first}', '{second}', '{copy}')"
    assert ask(server, left) == 0


def test_dropping_a_database_ends_its_sessions(server: Server) -> None:
    name = server.create_database()
    connection = psycopg.connect(server.dsn(name))
    server.drop_database(name)
    with pytest.raises(psycopg.OperationalError):
        connection.execute("select 1")
    connection.close()


def test_dropping_what_is_not_there_is_an_error(server: Server) -> None:
    with pytest.raises(ServerError, match="does not exist"):
        server.drop_database("nothing")


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "LC_ALL": "de_DE.UTF-8",
        "LANG": "xx",
        "PGDATA": "/nowhere",
        "PGPORT": "1",
        "TZ": "Asia/Tokyo",
    }.items():
        monkeypatch.setenv(name, value)
    with Server() as server:
        query = "select lower('ÀÉ') || ' ' || ('é' ~ '\\w') || ' ' || current_setting('timezone')"
        assert ask(server, query) == "àé true UTC"


def test_extensions_that_need_other_libraries_have_stand_ins(database: psycopg.Connection) -> None:
    database.execute('create extension "uuid-ossp"; create extension pgcrypto')
    row = database.execute(
        """
        select uuid_generate_v3(uuid_ns_dns(), 'www.widgets.com')::text,
               uuid_extract_version(uuid_generate_v1()), uuid_extract_version(uuid_generate_v4()),
               abs(extract(epoch from uuid_extract_timestamp(uuid_generate_v1mc()) - clock_timestamp())) < 5,
               encode(digest('a', 'sha256'), 'hex') = encode(sha256('a'), 'hex'), length(gen_random_bytes(20))
        """
    ).fetchone()
    assert row == ("3d813cbb-47fb-32ba-91df-831e1593ac29", 1, 4, True, True, 20)
    with pytest.raises(psycopg.errors.FeatureNotSupported, match="OpenSSL"):
        database.execute("select crypt('a', 'b')")


def test_several_run_at_once() -> None:
    with Server() as first, Server() as second:
        assert folder_of(first) != folder_of(second)


def test_it_outlives_the_thread_that_started_it() -> None:
    server = Server()
    thread = threading.Thread(target=server.__enter__)
    thread.start()
    thread.join()
    time.sleep(0.2)
    try:
        assert ask(server, "select 1") == 1
    finally:
        server.__exit__(None, None, None)


def test_it_stops_although_a_fork_holds_the_pipe() -> None:
    program = HOLDER.replace(
        "time.sleep(float(sys.argv[1]))", "import os\n    if os.fork() == 0: time.sleep(30); os._exit(0)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().split()[0])
        try:
            assert process.wait(10) == 0
            assert not folder.exists()
        finally:
            os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_owner_leaves_neither_server_nor_files(
    holder: tuple[subprocess.Popen[str], Path, int], number: signal.Signals
) -> None:
    process, folder, keeper = holder
    server = postmaster(folder)
    process.send_signal(number)
    process.wait()
    assert eventually(lambda: not alive(server) and not alive(keeper))
    assert eventually(lambda: not folder.exists())


def test_a_killed_keeper_leaves_no_server_and_the_next_start_sweeps(
    holder: tuple[subprocess.Popen[str], Path, int],
) -> None:
    process, folder, keeper = holder
    server = postmaster(folder)
    os.kill(keeper, signal.SIGKILL)
    assert eventually(lambda: not alive(server))
    process.kill()
    process.wait()
    assert folder.exists()
    assert eventually(lambda: workdir.is_stale(folder, 0))
    workdir.sweep(folder.parent)
    assert not folder.exists()


def test_sweeping_spares_the_living_and_the_newborn(tmp_path: Path) -> None:
    stale, old, newborn, other = (
        tmp_path / f"{workdir.PREFIX}{name}" for name in ("stale", "old", "newborn", "other")
    )
    for folder in (stale, old, newborn, other):
        folder.mkdir()
    (stale / "lock").touch()
    os.utime(old, (0, 0))
    descriptor = os.open(other / "lock", os.O_CREAT | os.O_RDWR)
    assert workdir.try_lock(descriptor)
    workdir.sweep(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([newborn, other])
    os.close(descriptor)
    workdir.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [newborn]


def test_a_long_temporary_folder_is_avoided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket's path may have 107 bytes, so a deep TMPDIR cannot hold one."""
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    monkeypatch.setattr(workdir, "SHARED_MEMORY", tmp_path / "absent")
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with Server() as server:
        assert not folder_of(server).is_relative_to(deep)


def test_little_shared_memory_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workdir, "SHARED_MEMORY", tmp_path)
    monkeypatch.setattr(workdir, "ROOM", 1 << 60)
    assert workdir.base_folder() != tmp_path
    monkeypatch.setattr(workdir, "ROOM", 1)
    assert workdir.base_folder() == tmp_path


def test_two_first_starts_at_once_share_a_cache(empty_cache: Path) -> None:
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", HOLDER, "0"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    assert [(process.communicate()[1], process.returncode) for process in starts] == [("", 0)] * 2
    assert [file.suffix for file in (empty_cache / "postgres").iterdir()] == [".pack"]
    with Server() as server:
        assert ask(server, "select 1") == 1


def test_a_truncated_template_is_made_anew(empty_cache: Path) -> None:
    with Server():
        (pack,) = (empty_cache / "postgres").iterdir()
    whole = pack.stat().st_size
    os.truncate(pack, whole // 2)
    with Server() as server:
        assert ask(server, "select 1") == 1
    assert pack.stat().st_size == whole


def test_a_template_that_does_not_start_is_made_anew(empty_cache: Path, tmp_path: Path) -> None:
    pack = template.template_file(binaries.find(), "postgres")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "PG_VERSION").write_text("6.5", encoding="utf-8")
    template.pack(tmp_path / "bad", pack)
    assert pack.is_relative_to(empty_cache)
    with Server() as server:
        assert ask(server, "select 1") == 1
    assert pack.stat().st_size > 1_000_000


def test_a_cache_that_cannot_be_written_costs_time_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("AZORA_AUDIT_CACHE_DIR", str(tmp_path / "file"))
    with Server() as server:
        assert ask(server, "select 1") == 1


@pytest.mark.parametrize("as_root", ["auto", "nobody"])
def test_it_never_runs_as_root(as_root: str, empty_cache: Path) -> None:
    """Root runs it as `nobody`, truly or in a namespace whose files stay root's; others as themselves."""
    for _ in range(2):  # by initdb, then from the template
        with Server(as_root=as_root) as server:
            owner = folder_of(server).stat().st_uid
            seen = ask(server, "select (pg_stat_file('postmaster.pid')).size > 0")
            status = Path(f"/proc/{postmaster(folder_of(server))}/status").read_text(encoding="utf-8")
            mapping = (
                Path(f"/proc/{postmaster(folder_of(server))}/uid_map").read_text(encoding="ascii").split()
            )
        user = int(status.partition("Uid:")[2].split()[0])
        assert seen
        assert user == owner
        assert user != 0 or mapping == ["65534", "0", "1"]
        assert user in ({0, 65534} if as_root == "auto" else {65534}) or os.geteuid() != 0
    assert empty_cache.exists()


def test_a_server_that_does_not_start_says_why_and_leaves_nothing() -> None:
    before = set(workdir.base_folder().glob(f"{workdir.PREFIX}*"))
    with (
        pytest.raises(ServerError, match='unrecognized configuration parameter "no_such_setting"'),
        Server(settings={"no_such_setting": "1"}),
    ):
        pass
    after = set(workdir.base_folder().glob(f"{workdir.PREFIX}*"))
    assert not {folder for folder in after - before if workdir.is_stale(folder, 0)}


def test_a_folder_without_postgresql_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="no program `postgres`"):
        Server(tmp_path)


def fake(folder: Path, answer: str) -> Path:
    folder.mkdir()
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\n{answer}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder / "postgres"


def test_an_old_or_broken_postgresql_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match=r"too old \(postgres \(PostgreSQL\) 14\.9\)"):
        Server(fake(tmp_path / "old", "echo 'postgres (PostgreSQL) 14.9'"))
    with pytest.raises(ServerError, match="does not run"):
        Server(fake(tmp_path / "broken", "exit 1"))


def test_an_initdb_that_fails_is_quoted(tmp_path: Path, empty_cache: Path) -> None:
    folder = fake(
        tmp_path / "fails", "echo 'postgres (PostgreSQL) 17beta1'; echo 'no more inodes' >&2"
    ).parent
    (folder / "initdb").write_text("#!/bin/sh\necho 'no more inodes'\nexit 1\n", encoding="utf-8")
    with pytest.raises(ServerError, match=r"initdb failed .*\nno more inodes"), Server(folder):
        pass
    assert not empty_cache.exists()


def test_the_wheel_comes_before_the_system_and_none_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = fake(tmp_path / "old", "echo 'postgres (PostgreSQL) 14.9'").parent
    newer = fake(tmp_path / "newer", "echo 'postgres (PostgreSQL) 19rc1'").parent
    new = fake(tmp_path / "new", "echo 'postgres (PostgreSQL) 18.2 (Debian 18.2-1)'").parent
    monkeypatch.setattr(binaries, "system_folders", lambda: [old, new, newer])
    monkeypatch.setattr(binaries, "wheel_folders", lambda: [new])
    assert binaries.find().version == 180002
    monkeypatch.setattr(binaries, "wheel_folders", list)
    assert binaries.find().version == 190000
    monkeypatch.setattr(binaries, "system_folders", lambda: [old])
    with pytest.raises(ServerError, match=r"no PostgreSQL 15 or later to run; .*14\.9"):
        binaries.find()

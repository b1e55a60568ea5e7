"""Whole fleets on the sandbox: the fixtures, what does not run, what is interrupted, and a database that is given."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import jsonschema
import psycopg
import pytest

from azora_audit import api
from azora_audit.errors import ServerError
from azora_audit.proof import FAILED
from tests.proving.conftest import make_reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.proving.duty import Duty
    from azora_audit.proving.model import Table
    from azora_audit.sources.live.server import Server

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
SCHEMA = json.loads((ROOT / "reports" / "schemas" / "report-1.schema.json").read_bytes())
SCRIPT = str(Path(sys.executable).with_name("azora-audit"))
OPEN_SESSIONS = "public.session_validations/row-security/session_validations"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [SCRIPT, "prove", "--no-counterexamples", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_fleet_done_well_keeps_every_obligation() -> None:
    announced: dict[str, int] = {}
    report = api.prove(FIXTURES / "azora", announce=announced.__setitem__).report
    proofs = [proof for service in report.proofs for proof in service.proofs]
    assert report.problems == ()
    assert [proof for proof in proofs if proof.verdict != "enforced"] == []
    assert [promise for service in report.proofs for promise in service.promises] == []
    assert announced == {service.service: len(service.proofs) for service in report.proofs}
    assert len({(proof.obligation.service, proof.obligation.id) for proof in proofs}) == len(proofs)


def test_the_fleet_in_a_hurry_shows_rows_of_others_and_keeps_few_promises() -> None:
    report = api.prove(FIXTURES / "azora-claimed").report
    proofs = [proof for service in report.proofs for proof in service.proofs]
    assert report.problems == ()
    failed = {proof.obligation.id: proof for proof in proofs if proof.verdict in FAILED}
    assert set(failed) == {
        f"{OPEN_SESSIONS}/read/effect",
        f"{OPEN_SESSIONS}/write/refuse",
        f"{OPEN_SESSIONS}/change/effect",
        f"{OPEN_SESSIONS}/unset/effect",
        "public.Invoice/declared/column/Invoice.poReference/effect",  # a migration that nobody wrote
    }
    promises = [promise for service in report.proofs for promise in service.promises]
    assert len(promises) >= 75
    assert all("INSERT" in promise.sql for promise in promises)
    assert {promise.kind for promise in promises if not promise.fix} == {"listed-status"}
    shown = [proof.sql for proof in failed.values() if proof.obligation.kind != "declared"]
    assert all(sql.startswith("-- ") and sql.endswith("ROLLBACK;\n") for sql in shown)


@pytest.mark.parametrize("service", ["virtual-card-service", "security-service"])
def test_no_mutant_of_a_schema_goes_unnoticed(service: str) -> None:
    """A few services here; the nightly run has all."""
    (row,) = api.prove(FIXTURES / "azora" / "services" / service, mutation=True).report.mutations
    assert row.mutants > 100
    assert row.survivors == ()


@pytest.mark.nightly
def test_no_mutant_of_any_schema_goes_unnoticed() -> None:
    rows = api.prove(FIXTURES / "azora", mutation=True).report.mutations
    assert [row.survivors for row in rows if row.survived] == []


def test_what_does_not_run_is_a_problem_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text(
        "create table t (id int primary key);\ncreate table u (id nothing);\n"
    )
    report = api.prove(tmp_path / "schema.sql").report
    (problem,) = report.problems
    assert (problem.kind, problem.path, problem.line) == ("not-run", "schema.sql", 2)
    assert Counter(proof.verdict for proof in report.proofs[0].proofs).keys() == {"enforced"}


def test_a_statement_of_a_prisma_schema_is_shown_where_its_object_is(tmp_path: Path) -> None:
    (tmp_path / "schema.prisma").write_text(
        'datasource db {\n  provider = "postgresql"\n}\n\nmodel User {\n  id Int @id\n'
        '  mark Unsupported("nothing")?\n}\n'
    )
    report = api.prove(tmp_path / "schema.prisma").report
    first = report.problems[0]
    assert (first.kind, first.path, first.line) == ("not-run", "schema.prisma", 5)


def test_hostile_ddl_is_held_by_the_sandbox(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text(
        "create function evil() returns trigger language plpgsql as $$ begin"
        " execute 'copy (select 1) to program ''touch /tmp/azora-audit-evil'''; return new; end $$;\n"
        "create table t (id int primary key);\n"
        "create trigger e before insert on t for each row execute function evil();\n"
    )
    report = api.prove(tmp_path / "schema.sql").report
    assert [problem.kind for problem in report.problems] == ["blocked"]
    assert "42501" in report.problems[0].message
    assert not Path("/tmp/azora-audit-evil").exists()  # noqa: S108 -- where the schema would have put it


def test_reports_and_exit_codes(tmp_path: Path) -> None:
    folder = FIXTURES / "azora-claimed" / "services" / "security-service"
    text = run(str(folder))
    assert text.returncode == 1
    assert "not-enforced" in text.stdout
    assert "ROLLBACK;" in text.stdout
    assert "obligations" in text.stderr
    saved = run(str(folder), "--quiet", "--format", "json")
    assert (saved.returncode, saved.stderr) == (1, "")
    report = json.loads(saved.stdout)
    jsonschema.validate(report, SCHEMA)
    assert report["summary"]["exit_code"] == 1
    assert {row["verdict"] for row in report["obligations"]} == {"enforced", "not-enforced"}
    failed = [row for row in report["findings"] if row["severity"] == "error"]
    assert len(failed) == sum(row["verdict"] == "not-enforced" for row in report["obligations"])
    assert len(report["findings"]) == len(failed) + len(report["promises"])
    target = tmp_path / "junit.xml"
    assert run(str(folder), "-q", "--format", "junit", "--output", str(target)).returncode == 1
    suite = ET.parse(target).getroot().find("testsuite")  # noqa: S314 -- our own file
    assert suite is not None
    assert int(suite.attrib["tests"]) == len(report["obligations"])
    assert int(suite.attrib["failures"]) == len(failed)
    hurried = str(FIXTURES / "azora-claimed" / "services" / "payment-gateway")
    assert [run(hurried, "-q", "--fail-on", level).returncode for level in ("error", "warning")] == [0, 1]
    again = run(str(folder), "-q", "--format", "json")
    assert again.stdout == saved.stdout  # the same seed, the same report


def test_a_saved_proof_is_written_again_in_every_form(tmp_path: Path) -> None:
    folder = str(FIXTURES / "azora-claimed" / "services" / "security-service")
    saved = tmp_path / "run.json"
    formats = ("junit", "sarif", "gitlab", "github", "markdown")
    outputs = [f"--output={name}={tmp_path / name}" for name in formats]
    first = run(folder, "-q", *outputs, f"--output=json={saved}")
    command = [SCRIPT, "report", str(saved), "--root", folder]
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.stdout == first.stdout
    assert again.returncode == first.returncode == 1
    for name in formats:
        written = subprocess.run([*command, "--format", name], capture_output=True, check=False)
        assert written.stdout == (tmp_path / name).read_bytes(), name
    sarif = json.loads((tmp_path / "sarif").read_bytes())["runs"][0]
    assert {result["ruleId"] for result in sarif["results"]} >= {"not-enforced"}
    none = subprocess.run([*command, "--format", "csv"], capture_output=True, text=True, check=False)
    assert none.returncode == 2
    assert "is a proof, which has no csv" in none.stderr.replace("\n", " ")


def test_the_blast_radius_is_drawn_and_written() -> None:
    folder = str(FIXTURES / "azora-claimed" / "services" / "virtual-card-service")
    text = run(folder, "-q").stdout
    tree = """
  virtual-card-service: one row of public.VirtualCard
    public.VirtualCard     1 of 2 gone
    ╰─ public.Transaction  3 of 4 gone  cascade (Transaction_cardId_fkey)  financial records

  crossing: virtual-card-service: deleting a row of public.VirtualCard deletes
    financial records: 3 rows of public.Transaction by Transaction_cardId_fkey
"""
    assert tree in text
    report = json.loads(run(folder, "-q", "--format", "json").stdout)
    jsonschema.validate(report, SCHEMA)
    (radius,) = report["radii"]
    assert (radius["outcome"], radius["verdict"], radius["stops"]) == ("removed", "enforced", [])
    assert [(effect["table"], effect["removed"]) for effect in radius["effects"]] == [
        ("public.VirtualCard", 1),
        ("public.Transaction", 3),
    ]
    assert [(step["child"], step["crossing"]) for step in radius["steps"]] == [("public.Transaction", True)]


def test_the_way_to_erase_people_is_told_and_written() -> None:
    folder = str(FIXTURES / "azora" / "services" / "azora-education")
    text = run(folder, "-q").stdout
    assert "azora-education: a row of public.students cannot be deleted" in text
    assert "kept by: achievements is append-only: DELETE refused (23001)" in text
    report = json.loads(run(folder, "-q", "--format", "json").stdout)
    jsonschema.validate(report, SCHEMA)
    (erasure,) = report["erasures"]
    assert (erasure["outcome"], erasure["kept_by"]["state"]) == ("not-possible", "23001")
    assert [row["verb"] for row in erasure["path"]].count("delete") == len(erasure["path"])


def test_records_cannot_be_deleted_in_the_fleet_done_well() -> None:
    """What keeps them is measured: no DELETE of a parent crosses into records, and all is as declared."""
    report = api.prove(FIXTURES / "azora").report
    radii = [radius for service in report.proofs for radius in service.radii]
    assert len(radii) >= 25
    assert {(radius.verdict, radius.unknown) for radius in radii} == {("enforced", ())}
    assert [radius.table for radius in radii if radius.crossings] == []
    assert all(radius.stops for radius in radii if radius.record)


def test_the_list_is_what_is_proven() -> None:
    folder = FIXTURES / "azora" / "services" / "virtual-card-service"
    listed, problems = api.obligations(folder)
    report = api.prove(folder).report
    assert problems == ()
    assert listed == [proof.obligation for proof in report.proofs[0].proofs]
    lines = run(str(folder), "--list").stdout.splitlines()
    assert len(lines) == len(listed)
    assert lines[0].split()[0] == "1"


def servers() -> set[str]:
    """Process ids of running postgres servers."""
    found = subprocess.run(["ps", "-ewwo", "pid=,args="], capture_output=True, text=True, check=True).stdout
    return {line.split()[0] for line in found.splitlines() if "/postgres -D" in line}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interruption_leaves_no_server(number: signal.Signals, tmp_path: Path) -> None:
    """Ctrl-C gives the report of what was done so far, too."""
    target = tmp_path / "report.json"
    command = [SCRIPT, "prove", "--no-counterexamples", str(FIXTURES / "azora")]
    process = subprocess.Popen(
        [*command, "--format", "json", "--output", str(target)], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    process.stderr.readline()  # the first service has begun
    children = descendants(process.pid)
    assert children & servers()
    os.kill(process.pid, number)
    code = process.wait(60)
    process.stderr.close()
    if number == signal.SIGINT:
        assert code == 2
        report = json.loads(target.read_bytes())
        assert [error["kind"] for error in report["errors"]][-1] == "interrupted"
    deadline = time.monotonic() + 20
    while children & servers() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not children & servers()


def test_a_server_that_dies_gives_a_report() -> None:
    before = servers() & descendants(os.getpid())

    def own() -> set[str]:
        return (servers() & descendants(os.getpid())) - before

    def kill(service: str, count: int) -> None:
        assert (service, count > 0) == ("azora-assessment", True)
        assert own()
        for pid in own():
            os.kill(int(pid), signal.SIGKILL)

    report = api.prove(FIXTURES / "azora", announce=kill).report
    assert report.interrupted
    assert report.problems[-1].kind == "interrupted"
    assert [service.complete for service in report.proofs] == [False]
    assert own() == set()


def test_a_fault_of_ours_in_one_service_does_not_hide_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "schema.sql").write_text(f"create table {name} (id int primary key);")

    def fail(table: Table) -> Iterator[Duty]:
        if table.name == "one":
            raise RuntimeError("on purpose")
        return iter(())

    monkeypatch.setattr("azora_audit.proving.run.check_duties", fail)
    report = api.prove(tmp_path).report
    assert [(problem.kind, problem.service) for problem in report.problems] == [("internal-error", "one")]
    assert [service.service for service in report.proofs] == ["two"]


def descendants(pid: int) -> set[str]:
    found = subprocess.run(["ps", "-ewwo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = dict(line.split() for line in found.splitlines())
    family = {str(pid)}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return family


def test_a_given_database_is_proven_and_left_as_it_was(server: Server) -> None:
    name = server.create_database()
    with psycopg.connect(server.dsn(name), autocommit=True) as connection:
        make_reader(connection)
        connection.execute("create table t (id int primary key, a int check (a > 0))")
    report = api.prove(database=server.dsn(name)).report
    assert {proof.verdict for proof in report.proofs[0].proofs} == {"enforced"}
    with psycopg.connect(server.dsn(name), autocommit=True) as connection:
        assert connection.execute("select from t").rowcount == 0
        connection.execute("insert into t values (77, 77)")
    with pytest.raises(ServerError, match="holds rows"):
        api.prove(database=server.dsn(name))
    told_once = run("--db", server.dsn(name), "--allow-rows")
    assert (told_once.returncode, "holds rows" in told_once.stderr) == (2, True)
    told_twice = run("--db", server.dsn(name), "--allow-rows", "--allow-rows")
    assert told_twice.returncode == 0, told_twice.stdout
    server.drop_database(name)


def test_a_database_that_is_not_there_shows_no_password() -> None:
    with pytest.raises(ServerError) as caught:
        api.prove(database="postgresql://somebody:hush-hush@127.0.0.1:1/none")
    assert "hush-hush" not in f"{caught.value} {caught.value.help}"

"""What failed is kept, tried again first, and let go of when it is fixed; nothing breaks the store."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit import api
from azora_audit.errors import AzoraAuditError
from azora_audit.proof import FAILED, Obligation, Proof, ProofReport
from azora_audit.proving.counterexamples import (
    HEADER,
    UNREADABLE,
    Counterexample,
    Store,
    folder_of,
    identify,
    read,
    written,
)
from azora_audit.proving.replaying import STILL, as_replayed, with_saved
from azora_audit.proving.session import Probe
from azora_audit.proving.trial import Refusal

SCHEMA = json.loads((Path(__file__).parents[2] / "reports" / "schemas" / "report-1.schema.json").read_bytes())
SCRIPT = str(Path(sys.executable).with_name("azora-audit"))
FAULTY = (
    "create table t (id int primary key, a int not null default 0 check (a > 0), total_amount numeric(9, 2));"
)
IDENTIFIER = "public.t/default/a/effect"
LOSES = (
    "create table t (id int primary key, note text);"
    "create function f() returns trigger language plpgsql as $$ begin if length(new.note) > 17 then return null;"
    " end if; return new; end $$; create trigger f before insert on t for each row execute function f();"
)


def sample(**changes: Any) -> Counterexample:
    fields: dict[str, Any] = {
        "id": "0123456789ab",
        "service": "shop",
        "obligation": "public.t/check/c/refuse",
        "table": "public.t",
        "kind": "check",
        "subject": "c",
        "expects": "refuse",
        "sentence": "refuses a row when false: (a > 0)",
        "verdict": "not-enforced",
        "evidence": "accepted",
        "precision": "",
        "refusal": Refusal(("23514",), ("c",), ("t",)),
        "untouched": False,
        "state": "",
        "constraint": "",
        "schema": "0" * 16,
        "probe": Probe(
            "INSERT INTO public.t (a) VALUES ('-1')",
            ("INSERT INTO public.p (id) VALUES ('1')",),
            "SELECT true",
        ),
    }
    return Counterexample(**(fields | changes))


TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
NAMES = st.lists(TEXTS, max_size=2).map(tuple)


@given(
    st.builds(
        sample,
        sentence=TEXTS,
        evidence=TEXTS,
        subject=TEXTS,
        refusal=st.none() | st.builds(Refusal, NAMES, NAMES, NAMES, TEXTS, TEXTS, TEXTS),
        untouched=st.booleans(),
        expects=st.sampled_from(["refuse", "promise"]),
    )
)
def test_a_file_is_read_as_it_was_written(found: Counterexample) -> None:
    assert read(written(found)) == found._replace(service="")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "select 1;",
        HEADER,
        f"{HEADER}[]\nBEGIN;\n",
        f'{HEADER}{{"version": 2}}\nBEGIN;\n',
        written(sample()).replace('"kind"', '"kinds"'),
        written(sample()).replace('"names"', '"other"'),
        written(sample())[:-20],
        written(sample())[:200],
    ],
)
def test_what_is_no_counterexample_is_a_problem(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read(text)
    path = Store(tmp_path).path("shop", "0123456789ab")
    path.parent.mkdir()
    path.write_text(text)
    found, problems = Store(tmp_path).load("shop")
    assert found == []
    assert [(problem.kind, problem.path) for problem in problems] == [(UNREADABLE, str(path))]


@pytest.mark.parametrize("service", ["shop", "a/b", "..", ".", "", "é x", "a" * 60, "%2E", "con"])
def test_a_service_may_have_any_name(tmp_path: Path, service: str) -> None:
    store = Store(tmp_path / "store")
    store.keep(sample(service=service))
    assert store.failure == ""
    assert store.services() == [service or "_"]
    assert store.load(service) == ([sample(service=service)], [])
    assert [path.parent.parent for path in tmp_path.rglob("*.sql")] == [tmp_path / "store"]
    store.remove(sample(service=service))
    assert store.load(service) == ([], [])


def test_one_name_for_one_obligation() -> None:
    assert identify("public.t/check/c/refuse", "x") == identify("public.t/check/c/refuse", "x")
    assert identify("public.t/check/c/refuse", "x") != identify("public.t/check/c/refuse", "y")
    assert folder_of("shop", "/a/shop") != folder_of("shop", "/b/shop")


@pytest.mark.parametrize(
    "value", ["postgres://me:hush-hush@host/db", "sk_live_0123456789abcdef", "password=hush-hush"]
)
def test_a_credential_is_not_kept(tmp_path: Path, value: str) -> None:
    store = Store(tmp_path)
    store.keep(sample(probe=Probe(f"INSERT INTO t (a) VALUES ('{value}')")))
    assert list(tmp_path.rglob("*.sql")) == []
    assert "credential" in store.failure
    assert value not in store.failure


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file")
    store.keep(sample())
    assert str(tmp_path / "file") in store.failure
    assert store.services() == []


def write_and_remove(folder: str, seconds: float) -> None:
    store = Store(Path(folder))
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        store.keep(sample(evidence="x" * 20_000))
        store.remove(sample())
    os._exit(0 if not store.failure else 1)


def test_runs_at_the_same_time_and_kills_break_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=write_and_remove, args=(str(tmp_path), 8.0)) for _ in range(3)]
    for worker in workers:
        worker.start()
    store = Store(tmp_path)
    seen, problems = 0, []
    deadline = time.monotonic() + 60
    while (
        (seen < 50 or workers[0].is_alive())
        and time.monotonic() < deadline
        and any(w.is_alive() for w in workers)
    ):
        found, new = store.load("shop")
        seen += len(found)
        problems += new
        if seen >= 50 and workers[0].pid is not None and workers[0].is_alive():
            os.kill(workers[0].pid, signal.SIGKILL)
    for worker in workers:
        worker.join()
    assert problems == []
    assert seen >= 50
    assert [worker.exitcode for worker in workers[1:]] == [0, 0]
    assert store.load("shop")[1] == []


def saved_in(folder: Path) -> dict[str, Path]:
    return {read(path.read_text()).obligation: path for path in folder.rglob("*.sql")}


def outcomes(report: ProofReport) -> dict[str, str]:
    return {row.obligation: row.outcome for row in report.replayed}


@pytest.mark.postgres
def test_from_failure_to_fix(tmp_path: Path) -> None:
    schema, store = tmp_path / "schema.sql", tmp_path / "store"
    schema.write_text(FAULTY)
    first = api.prove(schema, counterexamples=store).report
    saved = saved_in(store)
    promise = "public.t/amount-not-negative/total_amount"
    assert saved.keys() == {IDENTIFIER, promise}
    assert {proof.counterexample for proof in first.proofs[0].proofs if proof.sql} == {saved[IDENTIFIER].stem}
    assert first.replayed == ()

    again = api.prove(schema, counterexamples=store).report
    assert again.proofs == first.proofs
    assert set(outcomes(again).values()) == {"still-fails"}

    replayed = api.replay(schema, counterexamples=store).report
    assert outcomes(replayed) == {IDENTIFIER: "still-fails", promise: "still-fails"}
    assert [proof.verdict for proof in replayed.proofs[0].proofs] == ["over-strict"]
    assert len(replayed.proofs[0].promises) == 1

    mended_text = FAULTY.replace("default 0", "default 1")
    schema.write_text(mended_text.replace("numeric(9, 2)", "numeric(9, 2) check (total_amount >= 0)"))
    mended = api.replay(schema, counterexamples=store).report
    # the default's own sentence has changed with it, so that it is another obligation
    assert outcomes(mended) == {IDENTIFIER: "no-longer-applies", promise: "fixed"}
    assert saved_in(store).keys() == {IDENTIFIER}

    schema.write_text(FAULTY.replace("a > 0", "a >= 0"))
    fixed = api.prove(schema, counterexamples=store).report
    assert outcomes(fixed) == {IDENTIFIER: "fixed"}
    assert saved_in(store).keys() == {promise}


@pytest.mark.postgres
def test_what_only_drawing_found_is_tried_first_afterwards(tmp_path: Path) -> None:
    schema, store = tmp_path / "schema.sql", tmp_path / "store"
    schema.write_text(LOSES)
    name = "public.t/row/t/accept"
    api.prove(schema, counterexamples=store)
    assert saved_in(store) == {}
    found = api.prove(schema, counterexamples=store, examples=500).report
    assert saved_in(store).keys() == {name}
    later = api.prove(schema, counterexamples=store).report
    for report in (found, later):
        failed = [proof for proof in report.proofs[0].proofs if proof.verdict in FAILED]
        assert [(proof.obligation.id, proof.verdict) for proof in failed] == [(name, "swallowed")]
        assert "INSERT" in failed[0].sql
    schema.write_text(LOSES.replace("17", "3000"))
    assert outcomes(api.prove(schema, counterexamples=store).report) == {name: "fixed"}
    assert saved_in(store) == {}


@pytest.mark.parametrize(
    ("expects", "verdict", "shown"),
    [
        ("accept", "enforced", "over-strict"),
        ("accept", "unreached", "unreached"),
        ("refuse", "unreached", "over-strict"),
    ],
)
def test_what_cannot_be_told_today_is_not_told_by_an_old_script(
    expects: str, verdict: str, shown: str
) -> None:
    row = sample(expects=expects, verdict="over-strict")
    obligation = Obligation(row.obligation, "shop", row.table, row.kind, row.subject, expects, row.sentence)
    row = row._replace(id=identify(obligation.id, obligation.sentence))
    proof = Proof(obligation, verdict, "", "", 1)
    merged, _ = with_saved([proof], [], [as_replayed(row, STILL, "refused")])
    assert [one.verdict for one in merged] == [shown]


@pytest.mark.postgres
def test_what_no_longer_applies_says_why(tmp_path: Path) -> None:
    schema, store = tmp_path / "schema.sql", tmp_path / "store"
    schema.write_text("create table u (id int primary key, total_amount int);")
    api.prove(schema, counterexamples=store)
    assert len(saved_in(store)) == 1
    schema.write_text("create table u (id int primary key, total_amount int, more int not null);")
    report = api.replay(schema, counterexamples=store).report
    assert set(outcomes(report).values()) == {"no-longer-applies"}
    assert "23502" in report.replayed[0].evidence
    assert len(saved_in(store)) == 1
    schema.write_text("create table other (id int primary key);")
    gone = api.replay(schema, counterexamples=store).report
    assert set(outcomes(gone).values()) == {"no-longer-applies"}


@pytest.mark.postgres
def test_the_name_does_not_depend_on_the_service_or_its_other_tables(tmp_path: Path) -> None:
    for name, more in (("one", ""), ("two", "create table aaa (id int primary key);")):
        (tmp_path / "fleet" / name).mkdir(parents=True)
        (tmp_path / "fleet" / name / "schema.sql").write_text(more + FAULTY)
    store = tmp_path / "store"
    api.prove(tmp_path / "fleet", counterexamples=store)
    names = {
        path.parent.name: {other.name for other in path.parent.iterdir()} for path in store.rglob("*.sql")
    }
    assert names.keys() == {"one", "two"}
    assert names["one"] == names["two"]
    assert len(names["one"]) == 2


@pytest.mark.postgres
def test_exit_codes_and_reports(tmp_path: Path) -> None:
    schema, store = tmp_path / "schema.sql", tmp_path / "store"
    schema.write_text(FAULTY)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [SCRIPT, *arguments, "--counterexamples", str(store)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert run("replay").returncode == 0  # there is nothing that could fail
    proven = run("prove", "-q")
    assert proven.returncode == 1
    name = saved_in(store)[IDENTIFIER].stem
    assert f"azora-audit replay {name}" in proven.stdout
    replayed = run("replay", name)
    assert replayed.returncode == 1, replayed.stderr
    assert "still fails" in replayed.stdout
    assert "total_amount" not in replayed.stdout
    saved = run("replay", "--format", "json")
    report = json.loads(saved.stdout)
    jsonschema.validate(report, SCHEMA)
    assert {row["outcome"] for row in report["replayed"]} == {"still-fails"}
    assert report["summary"]["exit_code"] == saved.returncode == 1
    unknown = run("replay", "nothing")
    assert (unknown.returncode, "no saved counterexample nothing" in unknown.stderr) == (2, True)
    junit = run("replay", "--format", "junit")
    assert '<failure type="over-strict"' in junit.stdout
    saved_in(store)[IDENTIFIER].write_text("nothing")
    broken = run("replay")
    assert broken.returncode == 2
    assert UNREADABLE in broken.stdout
    schema.write_text("create table t (id int primary key, a int not null check (a > 0));")
    next(store.rglob(f"{name}.sql")).unlink()
    assert run("replay").returncode == 0
    assert run("prove", "-q", "--format", "json").returncode == 0


@pytest.mark.postgres
def test_the_folder_in_the_cache_and_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZORA_AUDIT_CACHE_DIR", str(tmp_path / "cache"))
    schema = tmp_path / "schema.sql"
    schema.write_text(FAULTY)
    report = api.prove(schema).report
    assert (report.saved, list((tmp_path / "cache").rglob("*.sql"))) == ("", [])
    report = api.prove(schema, counterexamples=True).report
    assert Path(report.saved).is_relative_to(tmp_path / "cache" / "counterexamples")
    assert len(outcomes(api.replay(schema).report)) == 2
    with pytest.raises(AzoraAuditError, match="no saved counterexample x"):
        api.replay(schema, identifiers=["x"])

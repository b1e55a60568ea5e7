"""What only drawing finds: planted faults that the fixed candidates miss, and what they do not reach."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from decimal import Context, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit import api
from azora_audit.proof import FAILED
from azora_audit.proving.drawing import scaled
from azora_audit.proving.search import Budget, search
from azora_audit.proving.wishes import with_check_digit
from tests.proving.test_promises import GOOD, NEAR_MISSES
from tests.proving.test_verdicts import HELD

if TYPE_CHECKING:
    from collections.abc import Callable

    from azora_audit.proof import Promise, Proof
    from azora_audit.proving.rows import Row
    from azora_audit.proving.samples import Value

    Deep = Callable[..., tuple[dict[str, Proof], list[Promise]]]

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).parents[2]
TRIGGER = "create function f() returns trigger language plpgsql as $$ begin {} return new; end $$;"
FIRES = "create trigger f before insert on t for each row execute function f()"


PLANTED = {
    "a trigger that loses rows": (
        "create table t (id int primary key, note text);"
        + TRIGGER.format("if length(new.note) > 17 then return null; end if;")
        + FIRES,
        "public.t/row/t/accept",
        "swallowed",
    ),
    "a journal that is narrower than what it keeps": (
        "create table journal (note varchar(12)); create table t (id int primary key, note text);"
        + TRIGGER.format("insert into journal values (new.note);")
        + FIRES,
        "public.t/row/t/accept",
        "over-strict",
    ),
    "a journal whose check is stricter": (
        "create table journal (amount int check (amount not between 1200 and 1000000));"
        "create table t (id int primary key, amount int check (amount > 0));"
        + TRIGGER.format("insert into journal values (new.amount);")
        + FIRES,
        "public.t/check/t_amount_check/accept",
        "over-strict",
    ),
    "a trigger that loses what a check has to refuse": (
        "create table t (id int primary key, amount int check (amount > 0));"
        + TRIGGER.format("if new.amount < -1000 and new.amount > -2000000 then return null; end if;")
        + FIRES,
        "public.t/check/t_amount_check/refuse",
        "swallowed",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_fault_that_the_candidates_miss(deep: Deep, database: psycopg.Connection[Any], name: str) -> None:
    ddl, identifier, verdict = PLANTED[name]
    plain, _ = deep(ddl, 0)
    assert {proof.verdict for proof in plain.values()} == {"enforced"}
    found, _ = deep("", 400)
    proof = found[identifier]
    assert proof.verdict == verdict, proof
    assert proof.drawn > 0
    assert plain[identifier].drawn == 0
    try:
        database.execute(proof.sql.replace("ROLLBACK;", "COMMIT;").encode())
    except psycopg.Error:
        assert verdict == "over-strict"
        database.execute("rollback")
    assert database.execute("select from t").rowcount == 0


def test_what_a_trigger_refuses_on_purpose_is_no_fault(deep: Deep) -> None:
    found, _ = deep(
        "create table t (id int primary key, amount int check (amount > 0));"
        + TRIGGER.format(
            "if new.amount > 1234 then raise exception 'too much' using errcode = '23514'; end if;"
        )
        + FIRES,
        500,
    )
    assert {proof.verdict for proof in found.values() if proof.drawn} == {"enforced"}


def test_what_a_trigger_mends_is_kept_out(deep: Deep) -> None:
    """-1 becomes 0, so that no row breaks the check."""
    found, _ = deep(
        "create table t (id int primary key, amount int check (amount >= 0));"
        + TRIGGER.format("new.amount := greatest(new.amount, 0);")
        + FIRES,
        300,
    )
    assert [proof for proof in found.values() if proof.verdict in FAILED] == []
    assert found["public.t/check/t_amount_check/refuse"].verdict == "enforced-by-other"


UNREACHED = {
    "a check": (
        "create table t (id int primary key, a int not null check ((a * 7 + 3) % 53 <> 11))",
        "public.t/check/t_a_check/refuse",
        "unreached",
    ),
    "a table": (
        (
            "create table t (id int primary key, a int not null check ((a * 7 + 3) % 53 = 11));"
            "create table u (id int primary key, t int not null references t)"
        ),
        "public.u/foreign-key/u_t_fkey/refuse",
        "blocked",
    ),
    "a domain": (
        (
            "create domain code as text check (value ~ '^[0-9]{4}$' and value::int % 31 = 7);"
            "create table t (id code primary key, other code not null unique)"
        ),
        "public.t/unique/t_other_key/refuse",
        "blocked",
    ),
    "what a trigger lets pass": (
        "create table t (id int primary key, a int not null, b int);"
        + TRIGGER.format("if new.a < 4242 then raise exception 'no'; end if;")
        + FIRES,
        "public.t/nullable/b/accept",
        "blocked",
    ),
    "a key's predicate": (
        (
            "create table t (id int primary key, a int not null, s text not null);"
            "create unique index i on t (s) where (a * 7 + 3) % 53 = 11"
        ),
        "public.t/unique-index/i/refuse",
        "unreached",
    ),
}


@pytest.mark.parametrize("name", UNREACHED)
def test_what_the_candidates_do_not_reach(deep: Deep, name: str) -> None:
    ddl, identifier, verdict = UNREACHED[name]
    assert deep(ddl, 0)[0][identifier].verdict == verdict
    assert deep("", 500)[0][identifier].verdict == "enforced"


def test_a_null_of_json_is_no_null(deep: Deep) -> None:
    found, _ = deep(
        "create table t (id int primary key, a jsonb not null default '{}' check (jsonb_typeof(a) = 'object'))",
        300,
    )
    assert {proof.verdict for proof in found.values()} == {"enforced"}


def test_what_cannot_be_reached_says_how_much_was_drawn(deep: Deep) -> None:
    found, _ = deep("create table t (id int primary key, a int not null check (a > 5 and a < 3))", 200)
    evidence = {proof.evidence for proof in found.values()}
    assert len(evidence) == 1
    assert "rows of other values were drawn" in evidence.pop()


BROKEN = {
    "total_amount": "total_amount numeric(19, 4) check (total_amount > -0.5)",
    "tax_percent": "tax_percent numeric(7, 2) check (tax_percent >= 0 and tax_percent < 100.5)",
    "email": "email text check (email like '%@%' and email not like '%@%@%' and email <> '')",
    "currency": "currency char(3) check (currency = upper(currency) and octet_length(currency::text) = 3"
    " and currency <> 'Z1')",
    "status": "status text not null check (status ~ '^[a-z]+$')",
    "tax_number_encrypted": "tax_number_encrypted text check (length(tax_number_encrypted) >= 20)",
    "valid_to": "valid_from date, valid_to date check (valid_to > valid_from - 5)",
}


@pytest.mark.parametrize("column", BROKEN)
def test_a_promise_that_is_broken_by_other_values(deep: Deep, column: str) -> None:
    ddl = f"create table t (id int primary key, {BROKEN[column]})"
    _, plain = deep(ddl, 0)
    assert plain == []
    _, (promise,) = deep("", 400)
    assert promise.columns[-1] == column
    assert bool(promise.fix) is (column != "status")


@pytest.mark.parametrize("ddl", [GOOD, NEAR_MISSES], ids=["good", "near misses"])
def test_silent_on_what_keeps_its_promises(deep: Deep, ddl: str) -> None:
    found, promises = deep(ddl, 100)
    assert promises == []
    assert [proof for proof in found.values() if proof.verdict in FAILED] == []


@pytest.mark.parametrize("name", list(HELD)[::4])
def test_what_holds_is_enforced_however_much_is_drawn(deep: Deep, name: str) -> None:
    """Some here; the nightly run has all, with more rows."""
    held(deep, name, 30)


@pytest.mark.nightly
@pytest.mark.parametrize("name", HELD)
def test_what_holds_is_enforced_at_length(deep: Deep, name: str) -> None:
    held(deep, name, 1000)


TIED = {
    "tables that need each other",
    "a foreign key that is asked before or after another one has taken its row away",
    "trees whose rows differ in the columns that refer",
}
"""Schemas whose every column belongs to a foreign key: nothing is left to draw."""


def held(deep: Deep, name: str, examples: int) -> None:
    found, _ = deep(HELD[name], examples)
    assert [proof for proof in found.values() if proof.verdict != "enforced"] == []
    assert any(proof.drawn for proof in found.values()) == (name not in TIED)


def test_a_seed_gives_the_same_again(deep: Deep) -> None:
    ddl, identifier, _ = PLANTED["a journal whose check is stricter"]
    first, _ = deep(ddl, 400)
    again, _ = deep("", 400)
    other, _ = deep("", 400, seed=1)
    assert first == again
    assert first != other
    assert other[identifier].verdict == "over-strict"


def test_a_budget_of_time_is_kept(tmp_path: Path) -> None:
    tables = "".join(f"create table t{n} (id int primary key, a int check (a > 0));" for n in range(6))
    for service in ("one", "two"):
        (tmp_path / service).mkdir()
        (tmp_path / service / "schema.sql").write_text(tables)
    began = time.monotonic()
    api.prove(tmp_path)
    plain = time.monotonic() - began
    began = time.monotonic()
    report = api.prove(tmp_path, budget=3).report
    deeper = time.monotonic() - began
    assert (
        deeper < 2 * plain + 6 * 3
    )  # what a budget adds is no multiple of itself, however slow the machine is
    drawn = [service.drawn for service in report.proofs]
    assert min(drawn) > 0
    tables_drawn = {
        proof.obligation.table for service in report.proofs for proof in service.proofs if proof.drawn
    }
    assert len(tables_drawn) == 6


def test_hypothesis_is_imported_where_rows_are_drawn_only(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text(
        "create table t (id int primary key, a text check (a ~ '^[a-z]+$'));"
    )
    code = (
        "import sys; from azora_audit import api; api.prove('schema.sql', examples={});"
        "print('hypothesis' in sys.modules)"
    )
    for examples, imported in (("None", "False"), ("20", "True")):
        command = [sys.executable, "-c", code.format(examples)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == imported
    assert [path.name for path in tmp_path.iterdir()] == ["schema.sql"]  # no .hypothesis beside it


def test_an_interruption_is_not_lost() -> None:
    """Hypothesis runs Python in the garbage collector, where an exception goes nowhere."""

    def judge(rows: list[Row]) -> list[str]:
        signal.raise_signal(signal.SIGINT)
        return [""] * len(rows)

    before = signal.getsignal(signal.SIGINT)
    rows: st.SearchStrategy[Row] = st.fixed_dictionaries({"a": st.uuids().map(str)})
    with pytest.raises(KeyboardInterrupt):
        search(rows, judge, "x", 0, Budget(0, 10_000))

    def draw(text: str) -> str:
        signal.raise_signal(signal.SIGINT)
        return text

    rows = st.fixed_dictionaries({"a": st.uuids().map(str).map(draw)})
    with pytest.raises(KeyboardInterrupt):
        search(rows, lambda some: [""] * len(some), "x", 0, Budget(0, 10_000))
    assert signal.getsignal(signal.SIGINT) is before


def test_an_error_of_the_judge_is_its_own() -> None:
    def judge(_rows: list[Row]) -> list[str]:
        raise psycopg.OperationalError("gone")

    with pytest.raises(psycopg.OperationalError, match="gone"):
        search(st.fixed_dictionaries({"a": st.none()}), judge, "x", 0, Budget(0, 10))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("limit", [1, 2, 9, 50])
def test_what_is_found_is_shrunk(limit: int, seed: int) -> None:
    numbers: st.SearchStrategy[Value] = st.integers(0, 10_000).map(str)
    texts: st.SearchStrategy[Value] = st.text(max_size=5)

    def judge(some: list[Row]) -> list[str]:
        return ["x" if int(row["a"] or 0) >= limit else "" for row in some]

    found = search(st.fixed_dictionaries({"a": numbers, "b": texts}), judge, "n", seed, Budget(0, 500))
    assert found.rows == [{"a": str(limit), "b": ""}]


@given(st.integers(-(10**20), 10**20), st.integers(-5, 12))
def test_scaled_numbers(units: int, scale: int) -> None:
    assert (
        Context(prec=60).compare(
            Decimal(scaled(units, scale)), Decimal(units).scaleb(-scale, Context(prec=60))
        )
        == 0
    )
    assert not scaled(units, scale).endswith(".")


def test_check_digits() -> None:
    """The example of ISO/IEC 7812-1, and card numbers that are in every payment processor's manual."""
    for number in ("4111111111111111", "5555555555554444", "378282246310005", "79927398713"):
        assert with_check_digit([int(digit) for digit in number[:-1]]) == number

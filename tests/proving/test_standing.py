"""Rows that the DDL inserts, or that a database holds: they are neither in the way of what is tried, nor judged with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from azora_audit.proof import FAILED
from azora_audit.proving.counterexamples import Counterexample, identify
from azora_audit.proving.replaying import GONE, STILL, replay
from azora_audit.proving.run import plan
from azora_audit.proving.script import parsed
from azora_audit.proving.session import SETTINGS, Probe, Session

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    from azora_audit.proof import Promise, Proof

    Proofs = Callable[[str], dict[str, Proof]]
    Deep = Callable[..., tuple[dict[str, Proof], list[Promise]]]

pytestmark = pytest.mark.postgres

CHANGES = (
    "create function change() returns trigger language plpgsql as $$ begin {} return new; end $$;"
    "create trigger c before insert on t for each row execute function change()"
)
"""A trigger that does something to each new row."""
VERDICTS: list[tuple[str, str, str, str]] = [
    (
        "a length beside a shorter name",
        "create table t (name varchar(8) primary key, value text); insert into t values ('version', '1')",
        "public.t/length/name/accept",
        "enforced",
    ),
    (
        "a length that a trigger cuts",
        (
            "create table t (name varchar(8) primary key, value text); insert into t values ('version', '1');"
            + CHANGES.format("new.name := left(new.name, 7);")
        ),
        "public.t/length/name/accept",
        "not-enforced",
    ),
    (
        "a precision beside a smaller number",
        "create table t (n numeric(4, 2)); insert into t values (1)",
        "public.t/precision/n/accept",
        "enforced",
    ),
    (
        "a default beside another value",
        "create table t (id text primary key, n int default 17); insert into t values ('there', 1)",
        "public.t/default/n/effect",
        "enforced",
    ),
    (
        "a default that a trigger replaces by the value that is there",
        (
            "create table t (id text primary key, n int default 17); insert into t values ('there', 1);"
            + CHANGES.format("new.n := 1;")
        ),
        "public.t/default/n/effect",
        "not-enforced",
    ),
    (
        "a check that holds for new rows, which a trigger mends",
        (
            "create table t (id text primary key, n int); insert into t values ('there', -5);"
            "alter table t add check (n > 0) not valid;" + CHANGES.format("new.n := greatest(new.n, 1);")
        ),
        "public.t/check/t_n_check/refuse",
        "enforced-by-other",
    ),
    (
        "a check that holds for new rows",
        (
            "create table t (id text primary key, n int); insert into t values ('there', -5);"
            "alter table t add check (n > 0) not valid"
        ),
        "public.t/check/t_n_check/refuse",
        "enforced",
    ),
    (
        "a view that shows a row already, and not the new one",
        (
            "create table t (id text primary key, n int); insert into t values ('there', 5);"
            "create view v as select id, n from t where n > 0 with check option;"
            "create function hide() returns trigger language plpgsql as"
            " $$ begin update t set n = -1 where id = new.id; return null; end $$;"
            "create trigger h after insert on t for each row execute function hide()"
        ),
        "public.t/view/v/refuse",
        "not-enforced",
    ),
    (
        "a view without a key that shows a row already",
        (
            "create table t (id text primary key, n int); insert into t values ('there', 5);"
            "create view v as select n from t where n > 0 with check option;"
            "alter table t alter id set default gen_random_uuid()::text"
        ),
        "public.t/view/v/refuse",
        "enforced",
    ),
    (
        "a cascade that leaves other rows of a table without a key",
        (
            "create table p (id text primary key); create table t (p text references p on delete cascade);"
            "insert into p values ('there'); insert into t values ('there')"
        ),
        "public.t/on-delete/t_p_fkey/effect",
        "enforced",
    ),
    (
        "a cascade that a trigger stops in a table without a key",
        (
            "create table p (id text primary key); create table t (p text references p on delete cascade);"
            "insert into p values ('there'); insert into t values ('there');"
            "create function keep() returns trigger language plpgsql as $$ begin return null; end $$;"
            "create trigger k before delete on t for each row execute function keep()"
        ),
        "public.t/on-delete/t_p_fkey/effect",
        "not-enforced",
    ),
]


def shows(connection: psycopg.Connection[Any], script: str) -> bool:
    """Tell whether a script shows a failure where the rows are there: no error, and not true afterwards."""
    probe = parsed(script)
    outcome = Session(connection).run([probe])[0]
    return outcome.stage == "done" and bool(probe.after) and outcome.value != "true"


@pytest.mark.parametrize(
    ("ddl", "identifier", "verdict"), [row[1:] for row in VERDICTS], ids=[row[0] for row in VERDICTS]
)
def test_what_is_tried_beside_rows_has_its_verdict(
    proofs: Proofs, database: psycopg.Connection[Any], ddl: str, identifier: str, verdict: str
) -> None:
    proof = proofs(ddl)[identifier]
    assert proof.verdict == verdict, proof
    assert bool(proof.sql) is (verdict in FAILED)
    if proof.sql:
        assert shows(database, proof.sql)


def test_a_row_that_is_there_breaks_no_promise(deep: Deep) -> None:
    held = "create table t (id text primary key, amount numeric(9, 2)); insert into t values ('there', -1);"
    mended = CHANGES.format("new.amount := abs(new.amount);")
    _, promises = deep(held + mended, 0)
    assert promises == []
    _, promises = deep("drop table t cascade; drop function change;" + held, 0)
    assert [promise.kind for promise in promises] == ["amount-not-negative"]
    assert promises[0].fix == ""  # it would refuse the row that is there


@pytest.mark.parametrize(
    ("rows", "outcome"), [("", STILL), ("insert into t values ('there', 1)", GONE)], ids=["none", "one"]
)
def test_a_saved_counterexample_that_looks_at_all_rows_says_nothing_beside_others(
    database: psycopg.Connection[Any], rows: str, outcome: str
) -> None:
    ddl = "create table t (id text primary key, n int default 17);" + CHANGES.format("new.n := 18;") + ";"
    database.execute((ddl + rows).encode())
    database.execute(SETTINGS)
    name, sentence = "public.t/default/n/effect", "gives 17 when there is no value"
    probe = Probe(
        "INSERT INTO public.t (id) VALUES ('a')", after="SELECT bool_and(n = 17)::text FROM public.t"
    )
    saved = Counterexample(
        id=identify(name, sentence),
        service="shop",
        obligation=name,
        table="public.t",
        kind="default",
        subject="n",
        expects="effect",
        sentence=sentence,
        verdict="not-enforced",
        evidence="accepted, and what has to be true afterwards is not",
        precision="",
        refusal=None,
        untouched=False,
        state="",
        constraint="",
        schema="",
        probe=probe,
    )
    (found,) = replay(Session(database), plan(database), "shop", [saved])
    assert found.outcome == outcome

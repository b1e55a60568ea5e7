"""What deleting a row does: schemas of which it is known, and drawn graphs of foreign keys, to ask PostgreSQL about."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from azora_audit.proof import FAILED
from azora_audit.proving.effects import Effects, fewest
from azora_audit.proving.introspect import read_schema
from azora_audit.proving.kinds import Kinds
from azora_audit.proving.rows import Rows
from azora_audit.proving.session import Session
from tests.sources.drawn import fresh_database, run

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    from azora_audit.proof import Proof, Radius
    from azora_audit.sources.live.server import Server

pytestmark = pytest.mark.postgres

KINDS = Kinds({("public", "invoices"): "financial", ("public", "lines"): "financial"}, frozenset(), {}, ())


def proven(connection: psycopg.Connection[Any]) -> tuple[dict[str, Radius], dict[str, Proof]]:
    """What deleting a row of each table does, and what that says of what is declared, by the tables' names."""
    connection.execute("set statement_timeout = '5s'")
    effects, schema, session = Effects(KINDS), read_schema(connection), Session(connection)
    proofs = list(effects.prove(session, schema, Rows(schema, session, 0), "shop"))
    return (
        {radius.table.partition(".")[2]: radius for radius in effects.radii},
        {row.obligation.subject: row for row in proofs},
    )


@pytest.fixture
def radii(database: psycopg.Connection[Any]) -> Callable[[str], tuple[dict[str, Radius], dict[str, Proof]]]:
    def measured(ddl: str) -> tuple[dict[str, Radius], dict[str, Proof]]:
        database.execute(ddl.encode())
        return proven(database)

    return measured


def counts(radius: Radius) -> dict[str, tuple[int, int, int]]:
    """Removed, nulled and defaulted rows by table."""
    return {row.table.partition(".")[2]: (row.removed, row.nulled, row.defaulted) for row in radius.effects}


SHOP = """
create table customers (id int primary key);
create table accounts (id int primary key, customer int not null references customers on delete cascade);
create table invoices (id int primary key, account int not null references accounts on delete cascade);
create table lines (invoice int references invoices on delete cascade, line int, primary key (invoice, line));
create table notes (id int primary key, customer int references customers on delete set null);
create table cards (id int primary key, account int default 99 references accounts on delete set default)
"""


def test_rows_are_counted_table_by_table_along_the_path(radii: Callable[[str], Any]) -> None:
    found, proofs = radii(SHOP)
    assert {proof.verdict for proof in proofs.values()} == {"enforced"}
    customer = found["customers"]
    assert (customer.outcome, customer.stops, customer.unknown) == ("removed", (), ())
    assert counts(customer) == {
        "customers": (1, 0, 0),
        "accounts": (3, 0, 0),
        "notes": (0, 3, 0),
        "cards": (0, 0, 3),
        "invoices": (3, 0, 0),
        "lines": (3, 0, 0),
    }
    assert [(step.parent, step.child, step.action, step.rows, step.crossing) for step in customer.steps] == [
        ("public.customers", "public.accounts", "cascade", 3, False),
        ("public.customers", "public.notes", "set null", 3, False),
        ("public.accounts", "public.cards", "set default", 3, False),
        ("public.accounts", "public.invoices", "cascade", 3, True),
        ("public.invoices", "public.lines", "cascade", 3, False),  # within the records
    ]
    assert [step.child for step in customer.crossings] == ["public.invoices"]
    assert found["invoices"].crossings == ()  # begins among records
    others = {effect.table: effect.before - effect.removed for effect in customer.effects}
    assert all(left >= 1 for left in others.values())  # rows of somebody else are there, and stay


def test_what_stops_it_is_named_all_of_it_with_the_way_to_it(radii: Callable[[str], Any]) -> None:
    found, proofs = radii("""
        create table users (id int primary key);
        create table teams (id int primary key, owner int not null references users on delete cascade);
        create table games (id int primary key, team int not null references teams on delete restrict);
        create table logs (id int primary key, actor int not null references users deferrable initially deferred)
    """)
    users = found["users"]
    assert (users.outcome, users.effects, proofs["users"].verdict) == ("stopped", (), "enforced")
    assert {(stop.constraint, stop.table, stop.path) for stop in users.stops} == {
        ("games_team_fkey", "public.games", ("public.users", "public.teams", "public.games")),
        ("logs_actor_fkey", "public.logs", ("public.users", "public.logs")),
    }
    assert {stop.state for stop in users.stops} <= {"23503", "23001"}


@pytest.mark.parametrize(
    ("ddl", "parent", "expected"),
    [
        (
            (
                "create table a (id int primary key);"
                "create table b (a int references a on delete set null, twice int generated always as (a * 2) stored)"
            ),
            "a",
            {"a": (1, 0, 0), "b": (0, 3, 0)},
        ),
        (
            "create table t (id int primary key, boss int references t on delete cascade, check (boss <> id))",
            "t",
            {"t": (5, 0, 0)},  # three report to one, one to one of these, and the row itself
        ),
        (
            (
                "create table a (id int primary key, b int); create table b (id int primary key,"
                " a int not null references a on delete cascade);"
                "alter table a add foreign key (b) references b on delete set null"
            ),
            "a",
            {"a": (1, 3, 0), "b": (3, 0, 0)},
        ),
        (
            (
                "create table p (a int, b text, primary key (a, b)); create table c (id int primary key, a int, b text,"
                " foreign key (a, b) references p on delete set null (b))"
            ),
            "p",
            {"p": (1, 0, 0), "c": (0, 3, 0)},
        ),
        (
            (
                "create table p (id int primary key); create table c (id int, p int not null references p"
                " on delete cascade, primary key (id, p)) partition by hash (p); create table c0 partition of c"
                " for values with (modulus 2, remainder 0); create table c1 partition of c"
                " for values with (modulus 2, remainder 1)"
            ),
            "p",
            {"p": (1, 0, 0), "c": (3, 0, 0)},
        ),
        (
            (
                "create table l (id int primary key); create table r (id int primary key); create table x"
                " (l int references l on delete cascade, r int references r on delete cascade, primary key (l, r))"
            ),
            "l",
            {"l": (1, 0, 0), "x": (2, 0, 0)},  # there are two rows on the other side
        ),
        (
            (
                "create table u (id int primary key, tenant int not null unique); create table m (id int primary key,"
                " tenant int unique references u (tenant) on delete set null on update cascade); create table k"
                " (id int primary key, tenant int references m (tenant) on update cascade)"
            ),
            "u",
            {"u": (1, 0, 0), "m": (0, 1, 0), "k": (0, 3, 0)},
        ),
        (
            (
                "create table p (id int primary key, top int); create table t (id int primary key references p"
                " on delete cascade, top int references t on delete set null);"
                "alter table p add foreign key (top) references t on delete set null"
            ),
            "p",
            {"p": (1, 3, 0), "t": (1, 2, 0)},
        ),
    ],
    ids=[
        "generated",
        "self",
        "cycle",
        "some columns",
        "partitions",
        "join",
        "NULL handed on",
        "a key that refers",
    ],
)
def test_shapes(radii: Callable[[str], Any], ddl: str, parent: str, expected: dict[str, Any]) -> None:
    found, proofs = radii(ddl)
    assert (proofs[parent].verdict, proofs[parent].evidence[:7]) == ("enforced", "removes")
    assert counts(found[parent]) == expected


NO_DELETE = "create function f() returns trigger language plpgsql as $$ begin return null; end $$;"
WRONG = {
    "a trigger that keeps a row whose parent goes": (
        NO_DELETE + "create table p (id int primary key); create table c (id int primary key, p int not null"
        " references p on delete cascade); create trigger t before delete on c for each row execute function f()",
        ("not-enforced", "3 rows of public.c should be gone and stayed"),
    ),
    "a trigger that takes away rows of others": (
        (
            "create table p (id int primary key); create table c (id int primary key, p int references p"
            " on delete set null); create table o (id int primary key);"
            "create function f() returns trigger language plpgsql as $$ begin delete from o; return old; end $$;"
            "create trigger t before delete on p for each row execute function f()"
        ),
        ("not-enforced", "2 rows of public.o went, though no foreign key declares it"),
    ),
    "a trigger that lets a function take away rows of others": (
        (
            "create table p (id int primary key); create table c (id int primary key, p int references p"
            " on delete set null); create table o (id int primary key);"
            "create function clear() returns boolean language plpgsql as $$ begin delete from o; return true; end $$;"
            "create function f() returns trigger language plpgsql as $$ begin"
            " if clear() then return old; end if; end $$;"
            "create trigger t before delete on p for each row execute function f()"
        ),
        ("not-enforced", "2 rows of public.o went, though no foreign key declares it"),
    ),
    "NULL that a column refuses": (
        (
            "create table p (id int primary key); create table c (id int primary key, p int not null references p"
            " on delete set null)"
        ),
        ("over-strict", "refused: 23502 null value"),
    ),
    "a trigger of a child that refuses": (
        (
            "create function f() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;"
            "create table p (id int primary key); create table c (id int primary key, p int not null references p"
            " on delete cascade); create trigger t before delete on c for each row execute function f()"
        ),
        ("over-strict", "refused: P0001 no"),
    ),
    "a rule that passes the row over": (
        (
            "create table p (id int primary key); create table c (id int primary key, p int references p);"
            "create rule r as on delete to p do instead nothing"
        ),
        ("swallowed", "no error, and the row is still there"),
    ),
    "a trigger that passes the change over": (
        (
            NO_DELETE
            + "create table p (id int primary key); create table c (id int primary key, p int references p"
            " on delete set null); create trigger t before update on c for each row execute function f()"
        ),
        ("not-enforced", "public.c.p should be NULL and is "),
    ),
    "foreign keys switched off": (
        (
            "create table p (id int primary key); create table c (id int primary key, p int references p"
            " on delete restrict); alter table p disable trigger all"
        ),
        ("not-enforced", "accepted, though c_p_fkey of public.c has to refuse it"),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_as_declared_fails_with_a_script_that_shows_it(
    radii: Callable[[str], Any], database: psycopg.Connection[Any], name: str
) -> None:
    ddl, (verdict, evidence) = WRONG[name]
    _, proofs = radii(ddl)
    proof = proofs["p"]
    assert (proof.verdict, proof.evidence[: len(evidence)]) == (verdict, evidence)
    *before, after = proof.sql.split("-- has to be true:\n")
    assert proof.sql.count("INSERT") <= 3, proof.sql
    if before:
        database.execute(before[0].encode())
        row = database.execute(after.partition("ROLLBACK")[0].rstrip(";\n ").encode()).fetchone()
        assert row == ("false",)
        database.execute("rollback")


def test_a_trigger_of_the_table_itself_may_refuse(radii: Callable[[str], Any]) -> None:
    found, proofs = radii(
        "create function f() returns trigger language plpgsql as $$ begin raise exception 'kept'; end $$;"
        "create table p (id int primary key); create table c (id int primary key, p int references p on delete cascade);"
        "create trigger t before delete on p for each row execute function f()"
    )
    assert proofs["p"].verdict == "enforced"
    assert [stop.message for stop in found["p"].stops] == ["kept"]


def test_what_could_not_be_tried_is_said(radii: Callable[[str], Any]) -> None:
    found, proofs = radii(
        "create table p (id int primary key);"
        "create table c (id int primary key check (id <> id), p int references p on delete cascade)"
    )
    assert proofs["p"].verdict == "unreached"
    assert [text.partition(":")[0] for text in found["p"].unknown] == [
        "no row of public.c refers by c_p_fkey"
    ]
    assert counts(found["p"]) == {"p": (1, 0, 0)}  # what was seen is shown all the same


def test_a_delete_that_never_ends_is_given_up(
    radii: Callable[[str], Any], database: psycopg.Connection[Any]
) -> None:
    database.execute(
        "create function nap() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return old; end $$;"
        "create table p (id int primary key); create table c (id int primary key, p int references p on delete cascade);"
        "create table q (id int primary key); create table d (id int primary key, q int references q on delete cascade)"
    )
    started = time.monotonic()
    found, proofs = radii("create trigger t before delete on c for each row execute function nap()")
    assert (proofs["p"].verdict, proofs["p"].evidence) == ("unreached", "57014 it takes too long")
    assert found["p"].outcome == "unknown"
    assert proofs["q"].verdict == "enforced"  # what else is tried is not held up by it
    assert time.monotonic() - started < 30


def test_fewest_keeps_what_is_needed() -> None:
    kept = fewest([str(number) for number in range(50)], lambda some: {"7", "31"} <= set(some))
    assert kept == ["7", "31"]
    assert fewest(["only"], lambda some: "only" in some) == ["only"]


ACTIONS = st.sampled_from(["cascade", "cascade", "set null", "set default", "restrict", "no action"])


@st.composite
def graphs(draw: st.DrawFn) -> list[str]:
    """Tables and the foreign keys among them: chains, fans, cycles, self references, shared columns."""
    number = draw(st.integers(2, 5))
    composite = [draw(st.booleans()) for _ in range(number)]
    statements = [
        f"create table t{n} (tenant int default 1, id int default 1, x int default 1, y int, z int default 2,"
        f" primary key ({'tenant, ' if composite[n] else ''}id))"
        for n in range(number)
    ]
    for _ in range(draw(st.integers(1, 7))):
        child, parent = draw(st.integers(0, number - 1)), draw(st.integers(0, number - 1))
        column = draw(st.sampled_from(["x", "y", "z"]))
        columns = f"tenant, {column}" if composite[parent] else column
        targets = "tenant, id" if composite[parent] else "id"
        later = draw(st.sampled_from(["", "", " deferrable initially deferred"]))
        statements.append(
            f"alter table t{child} add foreign key ({columns}) references t{parent} ({targets})"
            f" on delete {draw(ACTIONS)} on update {draw(ACTIONS)}{later}"
        )
        if draw(st.integers(0, 3)) == 0:
            statements.append(f"alter table t{child} alter {column} set not null")
        if draw(st.integers(0, 5)) == 0:
            statements.append(f"alter table t{child} add unique ({columns})")
    return statements


def wrong(server: Server, statements: list[str]) -> list[tuple[str, str]]:
    """What is said to be otherwise than declared, but for actions that NOT NULL or another key contradicts."""
    with fresh_database(server) as connection:
        run(connection, statements)
        _, proofs = proven(connection)
    return [
        (proof.verdict, proof.evidence)
        for proof in proofs.values()
        if proof.verdict in FAILED and proof.verdict != "over-strict"
    ]


PHASES = [Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink]


CHANGED_AND_GONE = [
    "create table t (tenant int default 1, id int default 1, x int default 1, primary key (tenant, id))",
    "alter table t add foreign key (tenant, x) references t (tenant, id) on delete set default on update set null",
    "alter table t alter x set not null",
]
"""A row that refers to itself: what becomes of its columns becomes nothing when it goes."""

COLUMNS = "tenant int default 1, id int default 1, x int default 1, y int, z int default 2"
DEFAULT_THAT_IS_THERE = [
    f"create table t0 ({COLUMNS}, primary key (id))",
    f"create table t1 ({COLUMNS}, primary key (id))",
    f"create table t3 ({COLUMNS}, primary key (tenant, id))",
    "alter table t3 add foreign key (y) references t1 (id) on delete cascade on update cascade",
    "alter table t3 add unique (y)",
    "alter table t1 add foreign key (tenant, x) references t3 (tenant, id) on delete set default on update cascade",
    "alter table t1 alter x set not null",
    "alter table t1 add unique (tenant, x)",
    "alter table t3 add foreign key (tenant, y) references t3 (tenant, id) on delete set default on update restrict",
    "alter table t3 add unique (tenant, y)",
    "alter table t0 add foreign key (y) references t1 (id) on delete cascade on update cascade",
    "alter table t0 alter y set not null",
    "alter table t0 add unique (y)",
    "alter table t0 add foreign key (x) references t0 (id) on delete set default on update cascade",
    "alter table t0 alter x set not null",
    "alter table t0 add foreign key (tenant, y) references t3 (tenant, id) on delete cascade on update restrict",
    "alter table t0 alter y set not null",
    "alter table t0 add unique (tenant, y)",
]
"""A key that gets its default, which is what it was: nothing refuses a change that is none."""


@settings(max_examples=60, deadline=None, phases=PHASES, derandomize=True)
@example(statements=CHANGED_AND_GONE)
@example(statements=DEFAULT_THAT_IS_THERE)
@given(statements=graphs())
def test_what_is_predicted_is_what_is_measured(server: Server, statements: list[str]) -> None:
    assert wrong(server, statements) == []


@pytest.mark.nightly
@settings(max_examples=2000, deadline=None, phases=PHASES)
@given(statements=graphs())
def test_what_is_predicted_is_what_is_measured_at_length(server: Server, statements: list[str]) -> None:
    assert wrong(server, statements) == []

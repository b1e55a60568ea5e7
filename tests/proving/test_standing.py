"""Rows that the DDL inserts, or that a database holds: they are neither in the way of what is tried, nor judged with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from azora_audit.proof import FAILED
from azora_audit.proving.counterexamples import Counterexample, identify
from azora_audit.proving.effects import Effects
from azora_audit.proving.kinds import Kinds
from azora_audit.proving.replaying import GONE, STILL, replay
from azora_audit.proving.run import plan
from azora_audit.proving.script import parsed
from azora_audit.proving.session import SETTINGS, Probe, Session
from tests.proving.test_erasure import found
from tests.proving.test_radius import counts, proven

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
        "a length that a trigger replaces, which does not name the column",
        (
            "create table t (name varchar(8) primary key, value text); insert into t values ('version', '1');"
            + CHANGES.format('new := jsonb_populate_record(new, \'{"name": "other"}\');')
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
        "a default that a trigger replaces so by the value that is there",
        (
            "create table t (id text primary key, n int default 17); insert into t values ('there', 1);"
            + CHANGES.format("new := jsonb_populate_record(new, '{\"n\": 1}');")
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
        "a column of which a NULL is there, in a key that takes no other",
        "create table t (id int primary key, a int unique nulls not distinct); insert into t values (1, null)",
        "public.t/nullable/a/accept",
        "enforced",
    ),
    (
        "a second NULL where one is there",
        "create table t (id int primary key, a int unique nulls not distinct); insert into t values (1, null)",
        "public.t/unique/t_a_key/a null/refuse",
        "unreached",
    ),
    (
        "a table of one row",
        "create table t (id int primary key check (id = 1), n int default 17); insert into t values (1, 18)",
        "public.t/check/t_id_check/accept",
        "enforced",
    ),
    (
        "a default in a table of one row",
        (
            "create table t (id int primary key check (id = 1), n int default 17); insert into t values (1, 18);"
            + CHANGES.format("new := jsonb_populate_record(new, '{\"n\": 18}');")
        ),
        "public.t/default/n/effect",
        "not-enforced",
    ),
    (
        "a table of one row that others refer to",
        (
            "create table t (id int primary key check (id = 1)); insert into t values (1);"
            "create table u (id int references t); insert into u values (1)"
        ),
        "public.t/row/t/accept",
        "enforced",
    ),
    (
        "a table of one row that may not go",
        (
            "create table t (id int primary key check (id = 1)); insert into t values (1);"
            "create function keep() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;"
            "create trigger k before delete on t for each row execute function keep()"
        ),
        "public.t/row/t/accept",
        "blocked",
    ),
    (
        "a table of many rows without room",
        (
            "create table t (id int primary key check (id between 1 and 150));"
            "insert into t select generate_series(1, 150)"
        ),
        "public.t/row/t/accept",
        "blocked",
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

ROOM: dict[str, str] = {
    "numbers from 1 on, and what refers to them": """
        create table users (id serial primary key, name text not null unique);
        insert into users (name) values ('a'), ('b'), ('c');
        create table notes (id serial primary key, author int not null references users on delete cascade, n int unique);
        insert into notes (author, n) select 1, n from generate_series(1, 20) n
    """,
    "short codes, and the key of a table in another's": """
        create table countries (code char(2) primary key check (code ~ '^[A-Z]{2}$'), name varchar(2) unique);
        insert into countries values ('AA', 'a'), ('BB', 'b'), ('AB', 'c'), ('ZA', '1');
        create table regions (country char(2) references countries, code text, primary key (country, code));
        insert into regions select code, name from countries;
        create table towns (country char(2), region text, id int, primary key (country, region, id),
            foreign key (country, region) references regions on update cascade);
        insert into towns values ('AA', 'a', 1), ('BB', 'b', 1)
    """,
    "values that others share in one column each": """
        create type kind as enum ('one', 'two');
        create table t (kind kind, active boolean, position int,
            primary key (kind, active, position), unique (position, active));
        insert into t select kind::kind, active, 2 * n + (kind = 'one')::int
            from generate_series(0, 3) n, (values ('one'), ('two')) k (kind), (values (true), (false)) a (active)
    """,
    "ranges, rooms and a part of the rows": """
        create extension btree_gist;
        create table bookings (room int, during daterange, exclude using gist (room with =, during with &&),
            owner text, main boolean not null default false);
        create unique index on bookings (owner) where main;
        insert into bookings select n, '[2024-01-01,2024-02-01)', 'a' || n, true from generate_series(1, 3) n;
        create table stays (during int4range, exclude using gist (during with &&));
        insert into stays values ('[1,10)'), ('[20,30)'), ('[40,60)')
    """,
    "texts but for their case, and NULLs that are equal": """
        create table t (id int primary key, name text not null, code text unique nulls not distinct);
        create unique index on t (lower(name));
        insert into t values (1, 'A', 'b'), (2, 'B', 'a')
    """,
    "a tree with a root": """
        create table nodes (id int primary key, parent int references nodes on delete cascade, check (parent <> id));
        insert into nodes values (1, null), (2, 1)
    """,
    "partitions": """
        create table t (id int primary key, name text) partition by range (id);
        create table t1 partition of t for values from (0) to (10);
        create table t2 partition of t for values from (10) to (100);
        insert into t values (1, 'a'), (2, 'b'), (3, 'c'), (50, 'd')
    """,
    "few numbers, and binary values of one length": """
        create domain digest as bytea check (octet_length(value) = 20);
        create table files (id digest primary key, part int not null unique check (part between 1 and 9));
        insert into files select decode(repeat(to_hex(n + 16), 20), 'hex'), n from generate_series(1, 3) n;
        create table copies (file digest references files, n int[] primary key);
        insert into copies select id, array[part, 1] from files
    """,
    "an expression and a predicate of one column": """
        create table t (id int, part text not null);
        create unique index on t (md5(id::text), part) where part <> 'a';
        insert into t values (1, 'a'), (2, 'b'), (3, 'c')
    """,
    "rows that a function looks up by a part of their key": """
        create table users (id int primary key); insert into users values (1), (2), (3);
        create table files (owner int references users, name text, primary key (owner, name));
        create table items (owner int, name text, primary key (owner, name),
            foreign key (owner, name) references files on update cascade);
        insert into files values (1, 'a'), (2, 'b'), (3, 'c'); insert into items select * from files;
        create function take() returns trigger language plpgsql as
            $$ begin update items set owner = new.owner where name = new.name; return null; end $$;
        create trigger t after insert on files for each row execute function take()
    """,
    "a key of a generated column": """
        create table t (id uuid primary key default gen_random_uuid(), name text not null,
            slug text generated always as (lower(name)) stored unique);
        insert into t (name) values ('a'), ('B'), ('abc')
    """,
    "defaults that are there": """
        create table levels (n int primary key default 1, name text not null default 'a' unique,
            day date unique default '2024-01-15');
        insert into levels values (1, 'a', '2024-01-15'), (2, 'b', '2024-02-15'), (3, 'c', '2024-03-15');
        create table users (id int primary key, level int not null default 2 references levels on delete set default)
    """,
}
"""Tables that hold rows, and have room for others."""
LISTED = (
    "create table roles (role text primary key check (role in ('admin', 'user')));"
    "insert into roles values ('admin'), ('user');"
)
LOOKUPS: list[tuple[str, str, dict[str, str]]] = [
    (
        "a list with a check",
        LISTED + "create table users (id int primary key, role text not null references roles)",
        {"public.users/on-update/users_role_fkey/effect": "unreached"},  # there is no third role
    ),
    (
        "a list whose foreign key does not fire",
        LISTED
        + "create table users (id int primary key, role text not null references roles);"
        + "alter table users disable trigger all",
        {
            "public.users/foreign-key/users_role_fkey/refuse": "not-enforced",
            "public.users/on-update/users_role_fkey/effect": "unreached",
        },
    ),
    (
        "the labels of an enum",
        (
            "create type color as enum ('red', 'blue'); create table colors (color color primary key, name text);"
            "insert into colors values ('red'), ('blue');"
            "create table cars (id int primary key, color color references colors on delete set null)"
        ),
        {
            # there is no other color
            "public.cars/enum/color/accept": "unreached",
            "public.cars/foreign-key/cars_color_fkey/refuse": "unreached",
            "public.cars/on-update/cars_color_fkey/effect": "unreached",
        },
    ),
    (
        "a list that a trigger closes, and one that refers to it",
        (
            "create table kinds (id int primary key, name text unique); insert into kinds values (1, 'a'), (7, 'b');"
            "create function close() returns trigger language plpgsql as $$ begin raise exception 'closed'; end $$;"
            "create trigger c before insert on kinds for each row execute function close();"
            "create table things (id int primary key, kind int not null references kinds on update cascade,"
            " name text references kinds (name) on delete cascade);"
            "create table parts (thing int references things, kind int references kinds, primary key (thing, kind));"
            "insert into things values (1, 1), (2, 7); insert into parts values (1, 1), (2, 1), (1, 7)"
        ),
        {},
    ),
    (
        "a list that has room, but none for a value that all take",
        (
            "create table kinds (id serial primary key, name text not null);"
            "insert into kinds (name) values ('a'), ('b'), ('c');"
            "create table accounts (id int primary key, kind int not null references kinds check (kind in (2, 3)));"
            "create table people (id int primary key, kind int not null references kinds)"
        ),
        {
            # there is no third kind of account
            "public.accounts/on-update/accounts_kind_fkey/effect": "unreached",
            "public.people/on-update/people_kind_fkey/effect": "unreached",
        },
    ),
    (
        "a row that is the only one",
        (
            "create table settings (one boolean primary key default true check (one)); insert into settings values (true);"
            "create table uses (id int, one boolean not null references settings, primary key (one, id))"
        ),
        {
            "public.uses/primary-key/uses_pkey/one/accept": "unreached",
            "public.uses/on-update/uses_one_fkey/effect": "unreached",
            "public.settings/row/settings/twice/accept": "unreached",
        },
    ),
    (
        "a list of pairs in which each value is there",
        (
            "create table pairs (a boolean, b boolean, primary key (a, b)); "
            "insert into pairs values (true, true), (false, false);"
            "create table uses (id int primary key, a boolean, b boolean, foreign key (a, b) references pairs)"
        ),
        {"public.uses/on-update/uses_a_b_fkey/effect": "unreached"},
    ),
]
"""Lists in which there is no room, and what is not enforced of them and of what refers to them."""


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
    (tried,) = replay(Session(database), plan(database), "shop", [saved])
    assert tried.outcome == outcome


@pytest.mark.parametrize("ddl", ROOM.values(), ids=ROOM)
def test_rows_are_found_beside_those_that_are_there(proofs: Proofs, ddl: str) -> None:
    assert {name: proof for name, proof in proofs(ddl).items() if proof.verdict != "enforced"} == {}


@pytest.mark.parametrize(("ddl", "verdicts"), [row[1:] for row in LOOKUPS], ids=[row[0] for row in LOOKUPS])
def test_a_list_without_room_and_what_refers_to_it_are_proven(
    proofs: Proofs, ddl: str, verdicts: dict[str, str]
) -> None:
    known = proofs(ddl)
    # nobody deletes what others refer to that is there
    radius = next(name for name in known if "/radius/" in name)
    assert known.pop(radius).verdict == "unreached"
    listed = radius.partition("/")[0]
    closed = "'closed'" in ddl
    own = {name: known.pop(name) for name in list(known) if name.startswith(f"{listed}/")}
    assert {row.verdict for name, row in own.items() if name not in verdicts} == {
        "blocked" if closed else "enforced"
    }
    others = {name: row.verdict for name, row in (known | own).items() if row.verdict != "enforced"}
    assert {name: verdict for name, verdict in others.items() if verdict != "blocked"} == verdicts
    assert ("blocked" in others.values()) is closed


SHOP = """
create table customers (id int primary key, email text);
create table orders (id int primary key, customer int not null references customers on delete cascade);
create table lines (id int primary key, "order" int references orders on delete set null);
create table notes (customer int not null references customers);
insert into customers select n, n || '@example.com' from generate_series(1, {0}) n;
insert into orders select n, n from generate_series(1, {0}) n;
insert into lines select n, n from generate_series(1, {0}) n;
insert into notes select n from generate_series(1, {0}) n;
"""


@pytest.mark.parametrize(("there", "read"), [(0, 0), (7, 7), (500, 0)])
def test_a_delete_does_the_same_beside_rows(database: psycopg.Connection[Any], there: int, read: int) -> None:
    database.execute(SHOP.format(there).encode())
    radii, proofs = proven(database)
    assert counts(radii["orders"]) == {"orders": (1, 0, 0), "lines": (0, 3, 0)}
    assert radii["orders"].effects[0].before == 4 + read  # of a large table the rows are not counted
    assert radii["customers"].outcome == "stopped"
    assert {proof.verdict for proof in proofs.values()} == {"enforced"}


@pytest.mark.parametrize("there", [0, 7, 500])
def test_a_person_is_erased_beside_others(database: psycopg.Connection[Any], there: int) -> None:
    database.execute(SHOP.format(there).encode())
    people = Kinds(
        {}, frozenset({("public", "customers")}), {("public", "customers"): {"email": "email"}}, ()
    )
    (erasure,) = found(database, Effects(people)).values()
    assert [(row.verb, row.tables, row.rows) for row in erasure.path] == [
        ("delete", ("public.notes",), 3),
        ("delete", ("public.customers",), 1),
    ]
    assert erasure.outcome == "in-steps"


COUNTED = """
create table counts (name text primary key, n int); insert into counts values ('users', 0);
insert into counts select n::text, n from generate_series(1, {}) n;
create table users (id int primary key);
create table posts (id int primary key, author int references users on delete cascade);
create function counting() returns trigger language plpgsql as $$ begin {} return null; end $$;
create trigger c after delete on users for each row execute function counting();
"""
TAKES_OFF = "update counts set n = n - 1 where name = 'users';"


@pytest.mark.parametrize(
    ("there", "does", "counted", "verdict"),
    [
        (3, TAKES_OFF, [(0, 1, 0)], "enforced"),
        (3, "insert into counts values ('more');", [(0, 0, 1)], "enforced"),
        (3, "delete from counts where name = 'users';", [(1, 0, 0)], "not-enforced"),
        (500, TAKES_OFF, [], "enforced"),
    ],
)
def test_what_triggers_do_to_rows_that_are_there_is_counted(
    database: psycopg.Connection[Any],
    there: int,
    does: str,
    counted: list[tuple[int, int, int]],
    verdict: str,
) -> None:
    database.execute(COUNTED.format(there, does).encode())
    radii, proofs = proven(database)
    effects = [row for row in radii["users"].effects if row.table == "public.counts"]
    assert [(row.removed, row.changed, row.added) for row in effects] == counted
    assert proofs["users"].verdict == verdict
    assert bool(proofs["users"].sql) is (verdict in FAILED)

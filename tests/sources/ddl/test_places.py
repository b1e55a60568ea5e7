"""Everything has the place of its definition: the name's token, in code points."""

from __future__ import annotations

import pytest

from azora_audit.catalog.tables import Column, Default
from tests.sources.ddl.reading import facts_of, places, unread

TEXT = """create table public.users (
  id uuid primary key,
  "größe" int check ("größe" > 0), mail text not null,
  constraint one_mail unique (mail)
);
create type mood as enum ('a');
alter table only public.users add column owner_id uuid references users (id);
create unique index by_mail on users (mail);
create index on users (owner_id);
alter table users add constraint far foreign key (id) references users;
"""


def test_places_of_everything() -> None:
    found = {name: place[1:] for name, place in places(facts_of(TEXT)).items()}
    assert found == {
        "table public.users": (1, 21, 26),
        "column public.users.id": (2, 3, 5),
        "primary-key public.users.users_pkey": (2, 11, 22),
        "index public.users.users_pkey": (2, 11, 22),
        "column public.users.größe": (3, 3, 10),
        "check public.users.users_größe_check": (3, 15, 20),
        "column public.users.mail": (3, 36, 40),
        "unique public.users.one_mail": (4, 14, 22),
        "index public.users.one_mail": (4, 14, 22),
        "enum public.mood": (6, 13, 17),
        "column public.users.owner_id": (7, 42, 50),
        "foreign-key public.users.users_owner_id_fkey": (7, 56, 66),
        "index public.users.by_mail": (8, 21, 28),
        "index public.users.users_owner_id_idx": (9, 17, 22),
        "foreign-key public.users.far": (10, 34, 37),
    }


@pytest.mark.parametrize("change", [("\n", "\r\n"), ("create table", "\ufeffcreate table")])
def test_line_ends_and_byte_order_mark_move_no_line(change: tuple[str, str]) -> None:
    before, after = (
        places(facts_of(TEXT)),
        places(facts_of(TEXT.replace(*change, 1 if "\ufeff" in change[1] else -1))),
    )
    assert {name: place[1] for name, place in before.items()} == {
        name: place[1] for name, place in after.items()
    }


def test_a_new_type_moves_the_column() -> None:
    facts = facts_of(
        "create table a (b text, c int);",
        "alter table a alter b type int using 1;\nalter table a rename c to d;",
    )
    assert places(facts)["column public.a.b"] == ("2.sql", 1, 28, 31)
    assert places(facts)["column public.a.d"] == ("1.sql", 1, 25, 26)


def test_written_texts_are_kept() -> None:
    facts = facts_of(
        "create table a (b VARCHAR (36) default 'x' , c pg_catalog.int4, d double  precision[] default '{}');"
    )
    assert [row.type_written for row in facts.rows(Column)] == [
        "VARCHAR (36)",
        "pg_catalog.int4",
        "double  precision[]",
    ]
    assert [row.expression for row in facts.rows(Default)] == ["'x'", "'{}'"]


def test_refusals_have_the_place_of_the_name() -> None:
    facts = facts_of(
        "create table a (\n b int references gone,\n c lost\n);\n\n  -- why\n  alter table nowhere add x int;"
    )
    assert unread(facts) == [("unknown-object", 3, 4), ("unknown-object", 2, 19), ("unknown-object", 7, 15)]

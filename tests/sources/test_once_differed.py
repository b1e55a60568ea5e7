"""Scripts on which the DDL source and PostgreSQL's catalog once differed, cut down to what matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from azora_audit.sources.live.read import read_database
from tests.sources.drawn import fresh_database
from tests.sources.test_agreement import differences

if TYPE_CHECKING:
    from azora_audit.sources.live.server import Server

SCRIPTS = {
    "a comment between a policy's parenthesis and its condition": """
        create table users (name text);
        create policy edit on users for select using -- why
        (name is not -- it
        null);
        create policy more on users for insert with check /* it's */ (name is not null);
    """,
    "an expression with comments in an index": """
        create table notes (a bigint, b bigint);
        create index by_both on notes (lower(a::text) desc nulls -- and; "another
        last, coalesce(b, b) nulls /* it's */ first) /* it's; a 'comment' */ where
            b is not null;
    """,
    "an index that includes a column of its key": """
        create table orders (a integer, b integer, unique (b, a) include (a, b));
        alter table orders add unique (a) include (b, a);
    """,
    "two equal constraints of one CREATE TABLE": """
        create table notes (
            s integer,
            constraint one exclude using btree (s with =), constraint two exclude using btree (s with =)
        );
        create table more (s integer unique, constraint again unique (s));
    """,
    "SET SCHEMA to where it is": """
        create table t (id integer);
        create view v as select id from t;
        alter table t set schema public;
        alter view v set schema public;
    """,
    "a column dropped with a type takes its partitioned table": """
        create type mood as enum ('a', 'b');
        create table more (mood mood[]) partition by hash (mood);
        drop type mood cascade;
    """,
    "DEFAULT NULL of a domain is none": """
        create domain positive as integer default 1;
        alter domain positive set default null;
        create table t (one positive default null, many positive[] default null);
    """,
    "a renamed function of a trigger": """
        create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
        create table posts (id integer);
        create trigger t before insert on posts for each row execute function touch();
        alter function touch() rename to renamed;
    """,
    "a view goes with a column, dropped if it exists": """
        create table events (id integer, at date);
        create view v as select id, at from events;
        alter table only events drop column if exists at cascade, drop column if exists at cascade;
    """,
    "a default goes with the sequence that another table owns": """
        create table posts (id bigserial);
        create table orders (b integer);
        alter sequence posts_id_seq owned by orders.b;
        drop table orders cascade;
    """,
    "ALTER TABLE drops first, whatever the order": """
        create table users (id integer default 1);
        alter table users alter id set default 2, alter id drop default;
    """,
    "a partition key of a name that is too long": """
        create table t ({long} integer) partition by list ({long});
    """.format(long="x" * 70),
    "a default copied by LIKE goes with the sequence of the table it came from": """
        create table posts (id bigserial);
        create table copies (like posts including defaults);
        drop table posts cascade;
    """,
    "a column of a view is granted": """
        create table users (id integer, name text);
        create view v as select id, name from users;
        grant select (name) on v to public;
    """,
    "a dump makes the keys of partitions one by one": """
        create table event (id integer not null, at date not null) partition by range (at);
        create table event_2020 (id integer not null, at date not null);
        alter table only event attach partition event_2020 for values from ('2020-01-01') to ('2021-01-01');
        alter table only event add constraint event_pkey primary key (id, at);
        alter table only event_2020 add constraint event_2020_pkey primary key (id, at);
        alter index event_pkey attach partition event_2020_pkey;
    """,
    "NOT NULL has a name since PostgreSQL 18": """
        create table users (id integer not null, name text constraint named not null, code integer not null);
        comment on constraint users_id_not_null on users is 'why';
        alter table users validate constraint users_id_not_null;
        alter table users rename constraint users_id_not_null to renamed;
        alter table users drop constraint named;
        alter table users drop constraint if exists users_code_not_null;
    """,
    "every database has plpgsql": """
        drop extension plpgsql cascade;
        create language plpgsql;
    """,
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_sources_agree_now(server: Server, name: str) -> None:
    with fresh_database(server) as connection:
        connection.execute(SCRIPTS[name].encode())
        assert differences(SCRIPTS[name], read_database(connection, "drawn")) == []

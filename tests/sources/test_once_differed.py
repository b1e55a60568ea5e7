"""Scripts on which the DDL source and PostgreSQL's catalog once differed, cut down to what matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from azora_audit.sources.live.read import read_database
from tests.sources.agreement import differences
from tests.sources.drawn import fresh_database

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
    "DEFAULT NULL of another type is a coercion": """
        create type mood as enum ('a', 'b');
        create domain positive as integer default null::integer;
        create domain small as integer default null::smallint;
        create table t (
            a integer default null::integer, b integer default null::bigint, c integer default (null::bigint)::integer,
            d text default null::varchar, e varchar default null::varchar(3), f varchar(3) default null::varchar,
            g char default null::char, h mood default null::mood, i text default null::mood,
            j interval default null::interval(3), k interval(3) default null::interval,
            l interval(3) default null::interval(3), m numeric(8, 2) default null::numeric(8, 2),
            n integer[] default null::integer[], o bigint[] default null::integer[],
            p integer default null::positive, q positive default null::positive, r "char" default null::"char",
            s varchar(3)[] default null::varchar(3)[], t interval(3) default null::interval(3)::interval(2),
            u timestamptz default null::timestamp, v interval default null::interval(3)::interval
        );
        alter table t alter a set default cast(null as bigint), alter b set default cast(null as integer);
        alter domain small set default null::integer;
    """,
    "NOT NULL that a new table says of an inherited column has a name of its own": """
        create table events (
            id integer not null, at date constraint mine not null, a integer not null
        ) partition by list (id);
        create table event partition of events (id not null, at constraint other not null, a primary key) default;
        create table part partition of events (primary key (id)) for values in (1);
        alter table event validate constraint event_id_not_null, validate constraint other;
        alter table event validate constraint event_a_not_null;
        alter table part validate constraint part_id_not_null, validate constraint mine;
        create table p (id integer not null, b integer not null, c integer not null, d integer not null);
        create table q (id integer not null, b serial, c integer generated always as identity, not null d) inherits (p);
        alter table q validate constraint q_id_not_null, validate constraint q_b_not_null;
        alter table q validate constraint q_c_not_null, validate constraint q_d_not_null;
        create table r () inherits (p);
        alter table r alter id set not null, validate constraint p_id_not_null;
        create table s (like q) inherits (p);
        alter table s validate constraint q_id_not_null;
    """,
    "ENFORCED of a foreign key that is enforced validates nothing": """
        create table users (code integer unique);
        create table rooms (id integer);
        alter table rooms add foreign key (id) references users (code) not valid;
        alter table rooms alter constraint rooms_id_fkey enforced;
        create table more (id integer references users (code) not enforced);
        alter table more alter constraint more_id_fkey enforced;
    """,
    "the sequence of an added column is its table's owner's": """
        alter default privileges grant usage on sequences to public;
        alter default privileges for role audit_writer grant update on sequences to audit_reader;
        create table events (id integer);
        alter table events owner to audit_writer;
        alter table events add column a serial, add column b integer generated always as identity;
        grant usage on sequence events_a_seq, events_b_seq to audit_writer, audit_reader;
    """,
    "LIKE copies comments of indexes and not those of keys": """
        create table users (code integer unique, constraint positive check (code > 0), name text);
        create index on users (name);
        comment on constraint users_code_key on users is 'of the key';
        comment on index users_code_key is 'of its index';
        comment on constraint positive on users is 'of the check';
        comment on index users_name_idx is 'of an index';
        create table more (like users including all);
    """,
    "an inherited NOT NULL leaves its name to one of the table's own": """
        create table rooms (id integer, tags text constraint a not null);
        create table more (size text constraint a not null) inherits (rooms);
        alter table more validate constraint a, validate constraint more_tags_not_null;
        alter table more rename constraint a to b;
    """,
    "a constraint trigger has a constraint in each partition": """
        create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
        create table events (id integer not null) partition by list (id);
        create table part partition of events for values in ('2');
        create constraint trigger t1 after insert on events for each row execute procedure touch();
        create table other partition of events for values in ('3');
        alter table part rename constraint t1 to t2;
        comment on constraint t1 on other is 'why';
    """,
    "a table is made of one of the same name": """
        create schema app;
        create table notes (a integer, b text);
        set search_path = app, public;
        create table notes as select * from notes;
    """,
    "names that are taken": """
        create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
        create type pair as (x integer, y text);
        create table typed of pair;
        create table t (a int constraint c1 check (a > 0), b int constraint c2 check (b > 0), constraint u unique (a));
        create index i1 on t (a); create index i2 on t (b);
        create trigger t1 before insert on t for each row execute function touch();
        create trigger t2 before insert on t for each row execute function touch();
        create policy p1 on t using (true); create policy p2 on t using (true);
        create view v as select a, b from t;
        create materialized view m as select a, b from t;
        create sequence s1; create sequence s2;
        create type e as enum ('a', 'b');
        create domain d as int constraint d1 check (value > 0) constraint d2 check (value < 9);
        create function f(a int) returns int language sql as 'select 1';
        create function g(a int) returns int language sql as 'select 1';
        create schema one; create schema two;
        create table one.t (id int); create table two.t (id int);
        do $$ begin alter type pair rename attribute x to y cascade; exception when others then null; end $$;
        do $$ begin alter type pair rename attribute x to z; exception when others then null; end $$;
        do $$ begin alter table t rename a to b; exception when others then null; end $$;
        do $$ begin alter table t rename constraint c1 to c2; exception when others then null; end $$;
        do $$ begin alter table t rename constraint u to i1; exception when others then null; end $$;
        do $$ begin alter index i1 rename to i2; exception when others then null; end $$;
        do $$ begin alter trigger t1 on t rename to t2; exception when others then null; end $$;
        do $$ begin alter policy p1 on t rename to p2; exception when others then null; end $$;
        do $$ begin alter view v rename to t; exception when others then null; end $$;
        do $$ begin alter view v rename a to b; exception when others then null; end $$;
        do $$ begin alter materialized view m rename a to b; exception when others then null; end $$;
        do $$ begin alter sequence s1 rename to s2; exception when others then null; end $$;
        do $$ begin alter type e rename value 'a' to 'b'; exception when others then null; end $$;
        do $$ begin alter type e rename to d; exception when others then null; end $$;
        do $$ begin alter type e rename to t; exception when others then null; end $$;
        do $$ begin alter table t rename to e; exception when others then null; end $$;
        do $$ begin alter domain d rename constraint d1 to d2; exception when others then null; end $$;
        do $$ begin alter function f rename to g; exception when others then null; end $$;
        do $$ begin alter table one.t set schema two; exception when others then null; end $$;
        do $$ begin alter schema one rename to two; exception when others then null; end $$;
        do $$ begin alter table t rename to v; exception when others then null; end $$;
        do $$ begin alter index u rename to t; exception when others then null; end $$;
        do $$ begin alter type pair add attribute y int cascade; exception when others then null; end $$;
        do $$ begin alter type pair add attribute q int; exception when others then null; end $$;
        do $$ begin alter type pair drop attribute x; exception when others then null; end $$;
        do $$ begin alter type pair alter attribute x type text; exception when others then null; end $$;
        do $$ begin create type e as (a int); exception when others then null; end $$;
        do $$ begin create table e (a int); exception when others then null; end $$;
        do $$ begin create view t as select 1 as a; exception when others then null; end $$;
        do $$ begin create domain t as int; exception when others then null; end $$;
        do $$ begin create index u on t (b); exception when others then null; end $$;
        do $$ begin create sequence i1; exception when others then null; end $$;
        do $$ begin create schema one; exception when others then null; end $$;
        do $$ begin create function f(b int) returns int language sql as ''; exception when others then null; end $$;
        do $$ begin create policy p1 on t using (false); exception when others then null; end $$;
    """,
    "what is refused is not done": """
        create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
        create function pos(a int) returns boolean language sql immutable as 'select a > 0';
        create type mood as enum ('a', 'b'); create domain d as int check (pos(value)); create type pair as (x d, m mood);
        create table p (id int primary key, m mood default 'a', v d, c text collate "C", unique (id, v));
        create table q (
            id int primary key references p, pid int, pv d, foreign key (pid, pv) references p (id, v), check (pos(id)),
            g int generated always as (id + 1) stored
        );
        create index qi on q (pos(id)) where pos(pid);
        create view vw as select id, m from p; create view vv as select id from vw;
        create trigger tr before insert on p for each row execute function touch();
        create table part (id int, k text) partition by list (k); create table part1 partition of part for values in ('a');
        create sequence sq owned by p.id; create table us (id int default nextval('sq'));
        create table par (id int not null, n int check (n > 0)); create table chi (e int) inherits (par);
        create policy pol on p using (pos(id));
        do $$ begin drop table p; exception when others then null; end $$;
        do $$ begin drop function touch(); exception when others then null; end $$;
        do $$ begin drop type mood; exception when others then null; end $$;
        do $$ begin drop domain d; exception when others then null; end $$;
        do $$ begin drop view vw; exception when others then null; end $$;
        do $$ begin drop sequence sq; exception when others then null; end $$;
        do $$ begin drop table par; exception when others then null; end $$;
        do $$ begin drop index p_pkey; exception when others then null; end $$;
        do $$ begin drop schema public; exception when others then null; end $$;
        do $$ begin alter table p drop column id; exception when others then null; end $$;
        do $$ begin alter table p drop column v; exception when others then null; end $$;
        do $$ begin alter table p drop column m; exception when others then null; end $$;
        do $$ begin alter table q drop column id; exception when others then null; end $$;
        do $$ begin alter table p drop constraint p_pkey; exception when others then null; end $$;
        do $$ begin alter table p drop constraint nothing; exception when others then null; end $$;
        do $$ begin alter table q alter g set default 1; exception when others then null; end $$;
        do $$ begin alter table p add column id int; exception when others then null; end $$;
        do $$ begin alter table p add primary key (v); exception when others then null; end $$;
        do $$ begin alter table chi drop column n; exception when others then null; end $$;
        do $$ begin alter table chi alter id drop not null; exception when others then null; end $$;
        do $$ begin alter table chi drop constraint par_n_check; exception when others then null; end $$;
        do $$ begin alter table chi rename n to z; exception when others then null; end $$;
        do $$ begin alter table par rename n to e; exception when others then null; end $$;
        do $$ begin alter table par add column e int; exception when others then null; end $$;
        do $$ begin alter table par add column e text; exception when others then null; end $$;
        do $$ begin alter table chi alter n type bigint; exception when others then null; end $$;
        do $$ begin alter table only par add column z int; exception when others then null; end $$;
        do $$ begin alter table only par drop column n; exception when others then null; end $$;
        do $$ begin alter table part1 drop column k; exception when others then null; end $$;
        do $$ begin alter table part drop column k; exception when others then null; end $$;
        do $$ begin alter table part alter k type varchar; exception when others then null; end $$;
        do $$ begin alter table part1 add column z int; exception when others then null; end $$;
        do $$ begin alter table part add primary key (id); exception when others then null; end $$;
        do $$ begin create unique index on part (id); exception when others then null; end $$;
        do $$ begin alter table part attach partition q for values in ('b'); exception when others then null; end $$;
        do $$ begin alter table part detach partition q; exception when others then null; end $$;
        do $$ begin alter table q no inherit par; exception when others then null; end $$;
        do $$ begin alter table q inherit par; exception when others then null; end $$;
        do $$ begin alter table par inherit chi; exception when others then null; end $$;
        do $$ begin alter table p alter id add generated always as identity; exception when others then null; end $$;
        do $$ begin alter table us alter id add generated always as identity; exception when others then null; end $$;
        do $$ begin alter table p alter id drop identity; exception when others then null; end $$;
        do $$ begin alter table p alter id drop expression; exception when others then null; end $$;
        do $$ begin alter table q alter g drop expression; exception when others then null; end $$;
        do $$ begin alter type mood add value 'a'; exception when others then null; end $$;
        do $$ begin alter type mood add value 'c' before 'z'; exception when others then null; end $$;
        do $$ begin alter domain d drop constraint nothing; exception when others then null; end $$;
        do $$ begin alter domain d add constraint d_check check (value < 5); exception when others then null; end $$;
        do $$ begin alter sequence sq owned by nothing.id; exception when others then null; end $$;
        do $$ begin create or replace view vw as select id from p; exception when others then null; end $$;
        do $$ begin create or replace view vw as select id, m, v from p; exception when others then null; end $$;
        do $$ begin create or replace function pos(int) returns int language sql as '';
        exception when others then null; end $$;
        do $$ begin create trigger tr after insert on p execute function touch(); exception when others then null; end $$;
        do $$ begin create index qi on q (id); exception when others then null; end $$;
        do $$ begin create index on q (nothing); exception when others then null; end $$;
        do $$ begin alter table q add foreign key (pid, pv) references p (v, id); exception when others then null; end $$;
        do $$ begin alter table q add foreign key (nothing) references p; exception when others then null; end $$;
        do $$ begin create table z (a int, primary key (b)); exception when others then null; end $$;
        do $$ begin create table z (a int primary key, b int primary key); exception when others then null; end $$;
        do $$ begin create table z (like nothing); exception when others then null; end $$;
        do $$ begin create table z (a int) inherits (q, p); exception when others then null; end $$;
        do $$ begin create table z (id text) inherits (par); exception when others then null; end $$;
        do $$ begin alter table p enable trigger nothing; exception when others then null; end $$;
        do $$ begin alter policy pol on q using (true); exception when others then null; end $$;
        do $$ begin drop policy pol on q; exception when others then null; end $$;
        do $$ begin drop trigger tr on q; exception when others then null; end $$;
        do $$ begin comment on column p.nothing is 'x'; exception when others then null; end $$;
        do $$ begin grant select on nothing to public; exception when others then null; end $$;
        do $$ begin truncate p; exception when others then null; end $$;
    """,
    "a trigger may be renamed to its name": """
        create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
        create table notes (a integer);
        create trigger t before insert on notes execute function touch();
        alter trigger t on notes rename to t;
    """,
    "an identity and the key that makes its column NOT NULL": """
        create table notes (x integer, y text);
        alter table notes alter x add generated always as identity, add primary key (x, y);
    """,
    "bounds of intervals are printed in full": """
        create table notes (b interval year to month, c interval) partition by list (b);
        create table more partition of notes for values in ('2');
        create table days (c interval) partition by range (c);
        create table day partition of days for values from ('1') to ('24 hours');
    """,
    "OR REPLACE of a constraint trigger or of a partition's is refused": """
        create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
        create table users (id integer) partition by list (id);
        create table part partition of users default;
        create table parts (id integer);
        create constraint trigger t1 after update on parts for each row execute function touch();
        create trigger t2 after update on users for each row execute function touch();
        do $$ begin
          begin create or replace trigger t1 before update on parts execute function touch();
          exception when others then null; end;
          begin create or replace trigger t2 before insert on part execute function touch();
          exception when others then null; end;
        end $$;
        create or replace trigger t2 before insert on users for each row execute function touch();
    """,
    "a name of NOT NULL is no other constraint's": """
        do $$ begin
          create table a (a text constraint b unique constraint c not null, b uuid constraint b not null);
        exception when others then null; end $$;
        do $$ begin
          create table b (a text constraint b not null, constraint b check (a > ''));
        exception when others then null; end $$;
        do $$ begin
          create table c (a text constraint b check (a > ''), b text constraint b not null);
        exception when others then null; end $$;
        create table d (a text constraint b not null);
        do $$ begin
          alter table d add constraint b unique (a);
        exception when others then null; end $$;
        alter table d rename constraint b to c;
        alter table d add constraint b unique (a);
        do $$ begin
          alter table d add constraint c foreign key (a) references d(a);
        exception when others then null; end $$;
        do $$ begin
          alter table d add constraint c check (a > '');
        exception when others then null; end $$;
        do $$ begin
          create table g (a text constraint b not null, b text constraint b not null);
        exception when others then null; end $$;
        create table e (a text constraint f not null); alter table e alter a drop not null;
        alter table e add constraint f check (a > '');
        do $$ begin
          alter table e add constraint f not null a;
        exception when others then null; end $$;
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
    "a key names no column twice": """
        do $$ begin
            create table t (a integer, unique (a, a));
        exception when duplicate_column then null; end $$;
    """,
    "names of exclusions hold the included columns": """
        create table notes (a integer, b integer, exclude using btree (a with =) include (b));
        create table more (a integer, exclude using btree (a with =) include (a));
    """,
    "a column made by a query keeps its collation under a cast": """
        create table notes (a text collate "C", b varchar(20));
        create table copies as select a::text, cast(a as varchar(3)) as short, b::text as plain from notes;
    """,
    "all columns of a query": """
        create table notes (a text, b integer);
        create table copies as table notes;
        create table more as select n.*, c.b as d from notes n join copies c on c.b = n.b;
        create table named (x) as select * from notes;
    """,
    "LIKE a composite type": """
        create type pair as (x integer, y text collate "C");
        create table notes (like pair, z integer);
    """,
    "LIKE merges with what is inherited": """
        create table parent (id integer default 3);
        create table child (like parent including defaults) inherits (parent);
    """,
    "LIKE copies a key WITHOUT OVERLAPS as an exclusion's index": """
        create table rooms (a int4range, b daterange, constraint free unique (a, b without overlaps));
        create table copies (like rooms including indexes);
    """,
    "the first parent with a default gives it": """
        create table one (id integer);
        create table two (id integer default 3);
        create table three (id integer default 3);
        create table child () inherits (one, two, three);
    """,
    "a dollar-quoted default": """
        create table notes (a text default $$y$$, b text default $q$it's$q$);
    """,
    "a partition key has no operator class": """
        create table notes (a text, b text collate "C") partition by range (a text_pattern_ops, b collate "POSIX");
        create table more (a text) partition by hash (lower(a) text_pattern_ops);
    """,
    "a constraint trigger's constraint": """
        create function touch() returns trigger language plpgsql as $$ begin return null; end $$;
        create table users (id integer);
        create table posts (id integer);
        create constraint trigger t after update on posts deferrable for each row execute function touch();
        comment on constraint t on posts is 'why';
        alter table posts rename constraint t to u;
        comment on constraint u on posts is 'why';
        create constraint trigger watches after insert on posts from users for each row execute function touch();
        drop table users;
    """,
    "SET NULL of a column given twice": """
        create table users (a integer, b integer, primary key (a, b));
        create table posts (c integer, foreign key (c, c) references users on delete set null (c, c));
    """,
    "DEFAULT NULL of an interval is none": """
        create table notes (a interval(3) default null, b varchar(3) default null);
        alter table notes add column c interval(3) default null;
    """,
    "ALL PROCEDURES are no functions": """
        create function f() returns integer language sql as 'select 1';
        create procedure p() language sql as '';
        grant execute on all procedures in schema public to pg_monitor;
        grant execute on all functions in schema public to pg_read_all_data;
        grant execute on all routines in schema public to pg_checkpoint;
    """,
    "a search path from the session": """
        create schema app;
        create procedure one() language sql set search_path from current as '';
        set search_path = app, public;
        create procedure two() language sql as '';
        alter procedure two() set search_path from current;
        alter procedure two() reset work_mem;
        set search_path = public;
        create procedure three() language sql set search_path from current as '';
    """,
    "the owner's privileges are its own": """
        create table notes (id serial, a integer);
        grant select on notes to pg_monitor, current_user;
        grant update (a) on notes to pg_monitor, pg_checkpoint;
        grant usage on sequence notes_id_seq to pg_monitor;
        alter table notes owner to pg_monitor;
        grant insert on notes to pg_monitor;
        alter table notes owner to current_user;
    """,
    "a foreign key rests on one of two equal keys": """
        create table users (id integer unique, constraint again unique nulls not distinct (id));
        create table posts (user_id integer references users (id));
        alter table users drop constraint again;
        alter table users drop constraint users_id_key cascade;
    """,
    "a foreign key rests on a unique index": """
        create table users (id integer);
        create unique index by_id on users (id);
        create table posts (user_id integer references users (id));
        drop index by_id cascade;
    """,
    "a domain of a domain has its default": """
        create sequence free;
        create domain one as integer default 3;
        create domain two as one;
        create domain three as integer default nextval('free');
        create table t (id three, a integer default 1);
        drop sequence free cascade;
    """,
    "tables of a type follow it": """
        create schema app;
        create type pair as (x integer, y text);
        create table app.notes of pair (primary key (x));
        create table app.more (x integer, y text);
        alter table app.more of pair;
        alter type pair add attribute z date cascade;
        alter type pair rename attribute y to why cascade;
        alter type pair drop attribute x cascade;
        alter table app.more not of;
        drop type pair cascade;
    """,
    "a column cannot be defined twice": """
        create table events (id integer) partition by list (id);
        do $$ begin
            create table part partition of events (id not null, id default 3) for values in (1);
        exception when duplicate_column then null; end $$;
    """,
    "CREATE SCHEMA with elements is done or not": """
        create schema app;
        do $$ begin
            create schema app create table notes (id integer);
        exception when duplicate_schema then null; end $$;
    """,
    "ONLY of a partitioned table drops a check, which partitions keep": """
        create table events (id integer, constraint positive check (id > 0)) partition by list (id);
        create table part partition of events for values in (1);
        alter table only events drop constraint positive;
    """,
    "the passes of ALTER TABLE": """
        create table notes (id integer not null, a integer not null);
        alter table notes alter id set generated always set start 3, alter id add generated by default as identity;
        alter table notes validate constraint positive, add constraint positive check (a > 0) not valid;
    """,
    "all columns of a WITH query are not those of its tables": """
        create table t (a integer, b integer, c integer);
        create table u (a integer, d integer);
        create view v as with x as (select a from t) select * from x;
        create view w as select * from u;
        create view y as select q.* from (select b from t) q;
        create view z as select (select count(*) from u), t.b from t;
        alter table t drop column c;
        alter table u drop column d cascade;
        alter table t drop column b cascade;
    """,
    "triggers of partitions are disabled with those they are clones of": """
        create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
        create table events (id integer) partition by list (id);
        create table one partition of events for values in (1) partition by list (id);
        create table deep partition of one for values in (1);
        create trigger a after insert on events for each row execute function touch();
        create trigger b after insert on events for each row execute function touch();
        create trigger c after insert on events for each statement execute function touch();
        create trigger d after insert on deep for each row execute function touch();
        alter table only events disable trigger a;
        alter table events disable trigger b;
        alter table one disable trigger user;
        alter table events enable trigger all;
        alter table only one disable trigger all;
        alter table deep disable trigger b;
    """,
    "a dropped type takes along what has it": """
        create type mood as enum ('a', 'b');
        create domain email as mood default null;
        create domain mail as email[];
        create type pair as (m mood, x integer);
        create table p of pair;
        create table q (e email, z integer);
        create function f(m mood) returns integer language sql as 'select 1';
        create function g() returns mood language plpgsql as $$ begin return null; end $$;
        create function h(out m mood[]) language plpgsql as $$ begin m := null; end $$;
        create procedure k(m email) language plpgsql as $$ begin end $$;
        create function t() returns table (a integer, b mood) language plpgsql as $$ begin return; end $$;
        create function stays() returns integer language plpgsql as $$ declare m mood; begin return 1; end $$;
        drop type mood cascade;
    """,
    "a dropped table takes along what has its rows": """
        create table t (a integer);
        create function f() returns setof t language sql as 'select 1';
        create table u (row t, b integer);
        drop table t cascade;
    """,
    "sequences of columns that are added have default privileges": """
        create table t (a integer not null);
        alter default privileges grant usage on sequences to pg_monitor;
        alter table t add b serial, add c integer generated always as identity, alter a add generated always as identity;
    """,
    "a view of a temporary table is temporary": """
        create table t (a integer);
        create temp table passing (a integer);
        create view v as select * from passing;
        create view w as select a from v;
        create view kept as select a from t;
    """,
    "a query selects whole rows": """
        create table a (x integer);
        create table b (a text);
        create temp table passing (x integer);
        create table rows as select a from a;
        create table aliased as select a.a, b.x from b as a, a as b where false;
        create table lost as select passing from passing;
        create table gone (b integer);
        create table went as select gone from gone;
        drop table gone cascade;
    """,
    "a parent is left before a second one": """
        create table a (id integer);
        create table b (code integer);
        create table c () inherits (a, b);
        create table d (id integer);
        alter table c no inherit a;
        alter table c inherit d;
    """,
    "default privileges of a schema add to those of all": """
        alter default privileges in schema public grant execute on functions to pg_monitor;
        alter default privileges revoke execute on functions from pg_monitor, pg_read_all_data;
        alter default privileges grant select, insert on tables to pg_monitor with grant option;
        alter default privileges in schema public grant select, update on tables to pg_monitor;
        alter default privileges in schema public revoke insert on tables from pg_monitor;
        alter default privileges in schema public grant usage on types to pg_monitor;
        alter default privileges in schema public revoke usage on types from pg_monitor;
        create function f(int, int) returns int return $1 + $2;
        create table t (a integer);
        create type mood as enum ();
    """,
    "a table made after NO INHERIT does not inherit NOT NULL": """
        create table a (id integer not null, b integer primary key, c integer constraint c_set not null no inherit);
        alter table only a alter constraint a_id_not_null no inherit, alter constraint a_b_not_null no inherit;
        create table k () inherits (a);
    """,
    "tables made before keep what they inherited as their own": """
        create table a (id integer not null, b integer primary key, c integer constraint c_set not null no inherit);
        create table k () inherits (a);
        create table g (c integer not null) inherits (k);
        alter table a alter constraint a_id_not_null no inherit, alter constraint a_b_not_null no inherit,
            alter constraint c_set inherit;
        alter table a alter constraint a_id_not_null inherit;
        alter table a alter constraint c_set no inherit;
        alter table k alter c drop not null;
        alter table a alter id drop not null;
        alter table k no inherit a;
        alter table k alter id drop not null;
        alter table g drop constraint g_c_not_null;
    """,
    "what depends on an extension goes with it": """
        create extension citext;
        create function touch() returns trigger language plpgsql as $$ begin new.updated_at = now(); return new; end $$;
        create table users (id integer, code integer, name text not null) partition by list (id);
        create table one partition of users default;
        create trigger t1 after insert or update on users for each row execute procedure public.touch();
        create trigger t2 after insert or update on users for each row execute procedure public.touch();
        create trigger t3 after insert or update on users for each row execute procedure public.touch();
        alter trigger t1 on users depends on extension citext;
        alter trigger t2 on users depends on extension citext;
        alter trigger t2 on users rename to t4;
        alter trigger t3 on users depends on extension citext;
        alter trigger t3 on users no depends on extension citext;
        create function f() returns int language sql as 'select 1';
        create procedure g() language sql as 'select 1';
        alter routine f() depends on extension citext;
        create or replace function f() returns int language sql as 'select 2';
        alter procedure g depends on extension citext;
        create function h() returns int language sql as 'select 1';
        alter function h() depends on extension citext;
        drop function h();
        create function h() returns int language sql as 'select 1';
        drop extension citext;
    """,
    "an extension goes with its schema, and with it what depends on it": """
        create schema app;
        create extension citext with schema app;
        create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
        create table users (id uuid primary key, code integer unique, name text not null);
        create trigger t1 after insert or update on users execute procedure touch();
        alter trigger t1 on users depends on extension citext;
        alter function touch depends on extension citext;
        create index i on users (code);
        alter index i depends on extension citext;
        create materialized view m as select 1;
        alter materialized view m depends on extension citext;
        drop schema app cascade;
    """,
    "a partitioned table cannot change to unlogged, and once that changed nothing": """
        create table events (id integer) partition by list (id);
        create table part partition of events default;
        do $$ begin
            alter table events set unlogged;
        exception when feature_not_supported or wrong_object_type then null; end $$;
    """,
    "a table that a constraint trigger watches takes it along, with its clones": """
        create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
        create table watched (id integer);
        create table p (id integer) partition by list (id);
        create table q partition of p default partition by list (id);
        create table r partition of q default;
        create constraint trigger a after insert on p from watched for each row execute function touch();
        drop table watched cascade;
    """,
    "attributes of a type reach the children of its tables": """
        create type pair as (x integer, y text);
        create table notes of pair;
        create table posts () inherits (notes);
        alter type pair add attribute b text cascade, drop attribute x cascade, alter attribute y type varchar(9) cascade;
    """,
    "the columns of a temporary table that a query makes": """
        create table orders (a integer, b integer, user_id uuid, primary key (a, b));
        create temp table notes as select a, user_id, b from public.orders;
        create index on notes ((case when b is null then 1 else 2 end), user_id desc nulls last, (a::text || 'x') desc);
        create temp table counts as select count(*) as n, a + 1 as more from orders group by a;
        alter table counts alter n set not null;
        create unique index on counts (more);
        create temp table star as select * from orders;
        create index on star (a, b);
    """,
    "default privileges follow their schema": """
        create schema app;
        alter default privileges in schema app grant select on tables to pg_monitor;
        alter default privileges grant usage on sequences to pg_monitor;
        create table app.t (id serial);
        alter schema app rename to other;
        create table other.u (id serial);
        create view other.v as select * from other.u;
        create materialized view other.m as select * from other.u;
        drop schema other cascade;
        create schema app;
        create table app.w (id serial);
    """,
    "a dropped schema takes along what uses what was in it": """
        create schema app;
        create table app.users (id serial primary key, code text unique);
        create table posts (user_id integer references app.users, code text references app.users (code) on delete set null);
        create view v as select * from app.users;
        create view w as select user_id from posts;
        create sequence app.s;
        alter table posts add n integer default nextval('app.s'), add m bigint;
        create type app.mood as enum ('a');
        alter table posts add mood app.mood default 'a', add moods app.mood[];
        create function f(app.mood) returns integer language sql as 'select 1';
        create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
        create trigger t before insert on posts for each row execute function app.touch();
        create index on posts (mood);
        create index on posts (m) where mood = 'a';
        create domain email as text;
        drop schema app cascade;
    """,
    "a dropped view takes along what has its rows": """
        create table t (id integer primary key, a text);
        create view v as select id from t;
        create materialized view m as select id from t;
        create function f(v) returns integer language sql as 'select 1';
        create function g() returns setof v language sql as 'select 1';
        create function h(m) returns integer language sql as 'select 1';
        create table u (x v, y integer, z v[]);
        drop view v cascade;
        drop table t cascade;
    """,
    "a partition has no check of its own by the name of its parent's": """
        create table p (a integer, b integer, check (a > 0)) partition by range (a, b);
        create table r (b integer, a integer, check (a > 0), constraint p_a_check check (a > 0));
        create table k (b integer, a integer, constraint p_a_check check (a > 0));
        create table i (b integer, a integer, constraint p_a_check check (a > 0));
        alter table i inherit k;
        alter table p attach partition r for values from (11, 1) to (20, 1);
        alter table p drop constraint p_a_check;
        alter table k drop constraint p_a_check;
    """,
    "a detached partition leaves the clones of its partitions' triggers behind": """
        create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
        create table p (id integer, a text) partition by list (id);
        create table q partition of p default partition by list (id);
        create table r partition of q for values in (1);
        create trigger t after insert or update of a on p for each row when (new.a is not null) execute function touch();
        create trigger u after insert on q for each row execute function touch();
        alter table p detach partition q;
    """,
    "the expression of children changes with their parent's": """
        create table a (x integer, z integer, y integer generated always as (x * 2) stored);
        create table b (w integer) inherits (a);
        create table c (y integer generated always as (x * 3) stored) inherits (b);
        create table d () inherits (c);
        alter table a alter y set expression as (z + 1);
        alter table only b alter y set expression as (w * 5);
        alter table d alter y set expression as (x + w);
        alter table a rename z to zz;
    """,
    "children lose the expression with their parent": """
        create table a (x integer, y integer generated always as (x * 2) stored);
        create table b (w integer) inherits (a);
        create table c (y integer generated always as (x * 3) stored) inherits (b);
        alter table a alter y drop expression;
        alter table b alter y set default 3;
        alter table a drop column x cascade;
    """,
    "what a partition says of a column leaves it its parent's": """
        create table p (x integer, y integer generated always as (x * 2) stored) partition by list (x);
        create table q partition of p (y generated always as (x * 4) stored) default;
        alter table p drop column y;
    """,
    "a range goes with its type of several ranges": """
        create type r as range (subtype = float8, multirange_type_name = many);
        create table t (a r, c many);
        create type public.shell;
        create type things;
        drop type things;
        drop type r cascade;
    """,
    "a partition that repeats its parent's check has it from there": """
        create table p (a integer, b text, constraint ck check (b <> '')) partition by list (a);
        create table q partition of p (a not null, constraint ck check (b <> ''), constraint own unique (b), b default 'z')
            for values in (1);
        create unlogged table r partition of p (b references q (b)) default;
        alter table p drop constraint ck;
        alter table p add constraint own2 unique (a, b);
        alter table q drop constraint own cascade;
        alter table p alter a set not null;
        alter table q alter b drop default;
    """,
    "an enforced check of its own beside a parent's that is not": """
        create table a (x integer, constraint c check (x > 0) not enforced);
        create table b (x integer, constraint c check (x > 0)) inherits (a);
        create table d () inherits (b);
    """,
    "foreign keys of partitions change with their parent's": """
        create table k (id integer primary key);
        create table p (x integer references k not enforced) partition by list (x);
        create table q partition of p default partition by list (x);
        create table r partition of q for values in (1);
        alter table p alter constraint p_x_fkey enforced;
        alter table p alter constraint p_x_fkey deferrable initially deferred;
    """,
    "what a parent leaves behind is the child's own": """
        create table a (x integer not null, y integer constraint y_positive check (y > 0));
        create table o (y integer constraint y_positive check (y > 0));
        create table b () inherits (a, o);
        create table c (x integer not null, y integer, constraint y_positive check (y > 0));
        alter table c inherit a;
        alter table c no inherit a;
        alter table c drop constraint y_positive;
        alter table c alter x drop not null;
        alter table b no inherit a;
        alter table o drop constraint y_positive;
        alter table b alter x drop not null;
        create table d () inherits (a);
        alter table d no inherit a;
        alter table d drop constraint y_positive;
    """,
    "a check of a column that a child keeps stays there": """
        create table a (x integer);
        create table b () inherits (a);
        alter table a add constraint c check (x > 0);
        alter table b drop constraint if exists c_missing;
        alter table only a drop constraint c;
        alter table b drop constraint c;
        alter table a add constraint d check (x > 1);
        alter table a rename constraint d to e;
        alter table a rename x to y;
        create table k (y integer, z integer) inherits (b);
        alter table b add z integer default 4 check (z > 0);
        alter table b drop constraint b_z_check;
        alter table a drop column y;
    """,
    "an extension takes along the indexes with its operator classes": """
        create extension btree_gist;
        create extension btree_gin;
        create extension pg_trgm;
        create type mood as enum ('a');
        create table t (a integer, b daterange, c text, d jsonb, m mood, exclude using gist (a with =, b with &&),
            primary key (a, b without overlaps));
        create index own on t using gist (b);
        create index on t using gin (d);
        create index on t using gin (d, a);
        create index on t using gist (m);
        create index on t using gin (c gin_trgm_ops);
        create index on t using gist (b, c gist_trgm_ops);
        create table p (a text, b text) partition by list (a);
        create table q partition of p default;
        create index on p using gin (b gin_trgm_ops);
        create table u (a integer, b daterange, foreign key (a, period b) references t (a, period b));
        drop extension pg_trgm cascade;
        drop extension btree_gin cascade;
        drop extension btree_gist cascade;
    """,
    "an extension is in no index that does without it": """
        create extension btree_gist;
        create table t (a integer, b daterange, unique (b) include (a));
        create index on t using gist (b) include (a);
        create index on t using gist (b range_ops);
        drop extension btree_gist;
    """,
    "things that need each other are dropped together": """
        create table t (id integer primary key);
        create table u (id integer references t);
        create view v as select * from t;
        create view w as select * from v;
        create materialized view m as select * from u;
        drop materialized view m;
        drop view v, w;
        drop table t, u;
    """,
    "types that need each other are dropped together": """
        create type a as enum ('x');
        create type b as (y a);
        drop type a, b;
        create domain d as integer;
        create domain e as d;
        drop domain d, e;
        create type c as (x integer);
        create table t of c;
        create function f(c) returns integer language sql as 'select 1';
        drop function f(c);
        drop table t;
        drop type c;
    """,
    "a table that is dropped by name goes with its parent": """
        create type m as enum ('a');
        create table t (x m, y integer);
        alter table t drop column x;
        drop type m;
        create domain d as integer;
        create table u (x d);
        alter table u alter x type integer;
        drop domain d;
        create type pair as (x integer);
        create table w (p pair, q pair[]);
        alter table w drop p, drop column q;
        drop type pair;
        create table z (a integer);
        create table zz (q z);
        drop table zz;
        drop table z;
    """,
    "a table whose name is a word of views": """
        create table rooms (id integer, held tstzrange not null);
        create table "select" (like rooms);
        create view v as select held, id from rooms union all select held, id from rooms;
        drop table "select" cascade;
    """,
    "an index built anew has the collation of its column": """
        create table t (x text);
        create index on t (x collate "C");
        alter table t alter x type text collate "C";
        alter table t alter x type text;
        create table u (x text collate "C", y text);
        create index on u (x);
        create unique index on u (y collate "C", x collate "POSIX");
        alter table u alter x type varchar(9), alter y type text collate "C";
        alter table u alter y type text;
    """,
    "partitions keep the names of their foreign keys": """
        create table users (id integer primary key);
        create table events (id integer) partition by list (id);
        create table one partition of events for values in (1);
        alter table events add foreign key (id) references users;
        create table two partition of events for values in (2);
        create table three (id integer, foreign key (id) references users);
        alter table events attach partition three default;
        alter table events add constraint c check (id > 0);
        alter table events rename constraint events_id_fkey to b;
        alter table events rename constraint c to d;
        alter table two rename constraint events_id_fkey to e;
    """,
    "comments between BEGIN and ATOMIC": """
        create table notes (a integer, b integer);
        create index on notes (a desc nulls /* it's */ last) -- and; "another
        include (b);
        create function f(a integer) returns integer begin -- and; "another
        atomic; -- and; "another
        select a; end;
    """,
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_sources_agree_now(server: Server, name: str) -> None:
    with fresh_database(server) as connection:
        connection.execute(SCRIPTS[name].encode())
        assert differences(SCRIPTS[name], read_database(connection, "drawn")) == []

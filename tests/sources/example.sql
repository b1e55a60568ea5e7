-- Something of every kind that the live reader knows, for PostgreSQL 15 and later.
create schema app;
set search_path = app, public;
create extension citext;
do $$ begin
    if not exists (select from pg_roles where rolname = 'reader') then
        create role reader;
        create role writer;
    end if;
end $$;
create type mood as enum ('sad', 'ok');
alter type mood add value 'fine' before 'ok';
create domain email as varchar(200) not null check (value ~ '@');
create domain emails as email[] default '{}';
create table users (
    id uuid primary key default gen_random_uuid(),
    gone int,
    mail email unique,
    mood mood default 'ok',
    moods mood[],
    nick citext,
    amount numeric(10,-2),
    seen timestamptz(3) default now(),
    made timestamp default current_timestamp,
    number serial,
    counter int generated always as identity (start 5),
    twice int generated always as (number * 2) stored,
    code varchar(10) default 'x' collate "C",
    letter char,
    bits bit(3),
    mails emails,
    every interval(2),
    nothing varchar(3) default null,
    label text default upper('a'::text)::varchar || 'b',
    parent uuid references users on delete set null,
    check (number > 0 and amount > 0),
    constraint big check (amount > 1) no inherit
);
alter table users drop column gone;
alter table users add constraint late check (number < 100) not valid;
create table posts (
    tenant int, id bigint, author uuid, room int4range,
    primary key (tenant, id) deferrable,
    foreign key (author) references users on delete cascade on update set null deferrable initially deferred,
    constraint apart exclude using gist (room with &&) where (tenant > 0) deferrable
);
create index posts_author on posts (tenant desc, author) include (id) where author is not null and tenant is not null;
create unique index posts_odd on posts (lower(author::text) text_pattern_ops) where tenant > 3 or room is null;
create index users_code on users (code collate "POSIX", number nulls first) ;
create table event (id int, at date not null, who uuid references users, primary key (id, at)) partition by range (at);
create table event_2020 partition of event for values from ('2020-01-01') to ('2021-01-01');
create table event_rest partition of event default;
create index on only event (who);
create table note (id int, at date, foreign key (id, at) references event match full);
create unlogged table child (extra int) inherits (posts);
create view recent with (security_barrier) as select id from users where number > 1 with check option;
create materialized view one as select 1 as one;
create function f(a int, out b text, variadic c text[]) returns text language plpgsql security definer
    set search_path = app, pg_temp as $$ begin b := 'x'; end $$;
create procedure p(inout a int) language plpgsql as $$ begin end $$;
create function touch() returns trigger language plpgsql as $$ begin new.seen = now(); return new; end $$;
create trigger touched before update of mail, mood on users
    for each row when (old.mail is distinct from new.mail) execute function touch('a b', 'c');
create trigger each_event after insert or delete on event for each row execute function touch();
create trigger whole after truncate on users execute function touch();
alter table users disable trigger whole;
alter table users enable row level security;
alter table users force row level security;
create policy see on users for select to reader, writer using (true);
create policy add on users as restrictive for insert with check (number > 1);
grant select, insert on users to reader with grant option;
grant select (letter, code) on users to public;
revoke all on function touch() from public;
grant execute on function touch() to reader;
grant usage on type mood to reader;
create sequence free as smallint increment -2 cycle;
comment on table users is 'T';
comment on column users.code is 'C';
comment on constraint big on users is 'K';
comment on index posts_odd is 'I';
comment on policy see on users is 'P';
comment on trigger touched on users is 'G';
comment on type mood is 'E';
comment on function touch() is 'F';
create temporary table passing (id int);

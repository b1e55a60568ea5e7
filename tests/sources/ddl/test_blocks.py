"""DO blocks: static statements are run at their place, the rest is said to be not understood."""

from __future__ import annotations

from tests.sources.ddl.reading import facts_of, names, places, unread


def test_static_statements_are_run_at_their_place() -> None:
    facts = facts_of(
        "do $do$\ndeclare x int;\nbegin\n  if not exists (select from pg_type where typname = 'mood') then\n"
        "    create type mood as enum ('a', 'b');\n  end if;\n  for x in 1..2 loop\n"
        "    create table if not exists a (id mood);\n  end loop;\n"
        "  begin alter table a add constraint one unique (id); exception when duplicate_table then null; end;\n"
        "  execute 'create table ' || 'b (id int)';\n  perform 1;\nend $do$;"
    )
    assert names(facts, "table") == ["a", "b"]
    assert names(facts, "unique") == ["one"]
    assert places(facts)["enum public.mood"] == ("1.sql", 5, 17, 21)
    assert places(facts)["column public.a.id"][:3] == ("1.sql", 8, 35)
    assert unread(facts) == []


def test_guards_make_refusals_silent() -> None:
    text = "do $$ begin if true then create type mood as enum ('a'); end if; exception when others then null; end $$;\n"
    assert unread(facts_of(text, text)) == []
    plain = "do $$ begin create type mood as enum ('a'); end $$;"
    assert unread(facts_of(plain, plain)) == [("conflict", 1, 25)]


def test_dynamic_sql_and_branches_are_said() -> None:
    facts = facts_of(
        "create table a (id int);\ndo $$ begin\n  execute format('drop table %I', 'a');\n"
        "  if 1 > 2 then null; else drop table a; end if;\n"
        "  case 1 when 1 then create table b (id int); else null; end case;\nend $$;"
    )
    assert unread(facts) == [("dynamic-sql", 3, 11), ("dynamic-sql", 4, 28), ("dynamic-sql", 5, 22)]
    assert names(facts, "table") == ["a"]


def test_handlers_that_change_the_schema_are_said() -> None:
    facts = facts_of(
        "do $$ begin\n  create table a (id int);\nexception when others then\n  raise notice 'x';\n"
        "  create table b (id int);\nend $$;"
    )
    assert unread(facts) == [("dynamic-sql", 5, 3)]
    assert names(facts, "table") == ["a"]


def test_a_body_that_does_not_parse_is_a_problem() -> None:
    facts = facts_of("do $$ begin exexcute 1; end $$; create table a (id int);")
    assert [problem.kind for problem in facts.problems] == ["syntax-error"]
    assert names(facts, "table") == ["a"]


def test_calling_a_function_that_changes_the_schema_is_said() -> None:
    text = (
        "create function f() returns void language plpgsql as $$ begin create table x (id int); end $$;\n"
        "create function g() returns int language sql as 'select 1';\nselect g();\nselect f();\nselect lower('A');\n"
        "do $$ begin perform f(); end $$;"
    )
    assert unread(facts_of(text)) == [("dynamic-sql", 4, 1), ("dynamic-sql", 6, 21)]


def test_a_body_with_escapes_is_not_read_in_silence() -> None:
    facts = facts_of("do 'begin execute ''create table a (id int)''; end';")
    assert unread(facts) == [("dynamic-sql", 1, 1)]

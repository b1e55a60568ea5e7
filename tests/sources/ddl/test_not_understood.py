"""What is not understood is said, with its place; nothing is passed over in silence."""

from __future__ import annotations

import pytest

from azora_audit.catalog.tables import Column, Sequence, Unread
from azora_audit.sources.ddl import SqlFile
from tests.sources.ddl.reading import facts_of, names, unread

BEFORE = "create table a (id int);\n"
AFTER = "\ncreate table z (id int);"


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("create table {{ name }} (id int);", "template"),
        ("create table ${schema}.b (id int);", "template"),
        ("{% if x %} create table b (id int); {% endif %}", "template"),
        ("create table <%= name %> (id int);", "template"),
        ("create table :name (id int);", "template"),
        ("""insert into b values (:'name', :"other");""", "template"),
        ("create table `b` (id int auto_increment primary key) engine=innodb;", "other-dialect"),
        ("create table b (kind enum('a', 'b'));", "other-dialect"),
        ("create table b (id integer primary key autoincrement);", "other-dialect"),
        ("pragma foreign_keys = on;", "other-dialect"),
        ("create table [dbo].[b] ([id] int identity(1,1));", "other-dialect"),
        ("create table b (name nvarchar(max) null);\nGO\ncreate table c (id int);", "other-dialect"),
        ("create table b (name varchar2(20 char), amount number(10,2));", "other-dialect"),
        ("create table b (at datetime, small tinyint);", "other-dialect"),
        ("import foreign schema x from server y into z;", "unsupported-statement"),
        ("drop server nowhere cascade;", "unsupported-statement"),
        ("drop collation german cascade;", "unsupported-statement"),
        ("reassign owned by a to b;", "unsupported-statement"),
        ("select 'create table b ()' \\gexec", "dynamic-sql"),
        ("\\frobnicate", "unsupported-statement"),
        ("\\if :x", "template"),
        ("do language plpython3u $$ plpy.execute('drop table a') $$;", "dynamic-sql"),
        ("alter table gone add column x int;", "unknown-object"),
        ("create table a (id int);", "conflict"),
        ("create table b as select count(*) from a;", "unsupported-statement"),
        ("create table b as select * from a union select * from a;", "unsupported-statement"),
    ],
)
def test_a_statement_becomes_an_unread_row_and_the_others_are_read(statement: str, reason: str) -> None:
    facts = facts_of(BEFORE + statement + AFTER)
    assert {row[0] for row in unread(facts)} == {reason}
    assert all(line == 2 or "GO" in statement for _reason, line, _column in unread(facts))
    assert facts.problems == []
    assert {"a", "z"} <= set(names(facts, "table"))


@pytest.mark.parametrize(
    ("using", "drop"),
    [
        ("create table t (a int check (f(a)));", "drop function f(int) cascade;"),
        ("create table t (a int default f(1));", "drop function f cascade;"),
        ("create index on a ((f(id)));", "drop schema public cascade;"),
        (
            "create schema o; create table o.t (a int, b int generated always as (f(a)) stored);",
            "drop schema public cascade;",
        ),
        ("create view v as select f(id) from a;", "drop function f cascade;"),
        ("create domain d as int check (f(value));", "drop function f cascade;"),
        ("create table t (a text default 'x'::mood::text);", "drop type mood cascade;"),
        ("create table t (a int default nextval('s') + 1);", "drop sequence s cascade;"),
        (
            "create table t (b int); create policy p on t using (b in (select id from a));",
            "drop table a cascade;",
        ),
    ],
)
def test_what_a_cascade_takes_along_by_an_expression_is_said(using: str, drop: str) -> None:
    before = "create function f(a int) returns boolean language sql as 'select true'; create type mood as enum ('x');\n"
    facts = facts_of(before + "create sequence s; " + BEFORE + using + "\n" + drop)
    lost = "create index" in using  # the table goes with its schema
    assert [row[0] for row in unread(facts)] == ([] if lost else ["unsupported-statement"])
    assert unread(facts_of(before + "create sequence s; " + BEFORE + drop)) == []


def test_a_cascade_that_takes_nothing_along_is_read() -> None:
    facts = facts_of(
        "create table a (f int, s text default 's', check (f in (1)), check (s <> 'a'));\n"
        "create table b (id int); create view v as select f as mood, s as b from a;\n"
        "create policy p on a using (s = 'b');\n"
        "create function f() returns int language sql as 'select 1'; create sequence s; create type mood as enum ();\n"
        "drop function f cascade; drop sequence s cascade; drop type mood cascade; drop table b cascade;"
    )
    assert unread(facts) == []


@pytest.mark.parametrize(
    ("statement", "place", "message"),
    [
        ("create table b (id int,,);", (2, 24), 'syntax error at or near ","'),
        ("create table b (\n  id int\n  name text\n);", (4, 3), 'syntax error at or near "name"'),
        ("create table b (note text default 'x);", (2, 35), "unterminated quoted string"),
        ("create table b (id int;", (2, 23), 'syntax error at or near ";"'),
        ("create tabel b (id int);", (2, 8), 'syntax error at or near "tabel"'),
        (
            "create function f() returns int language sql as $$ select 1;",
            (2, 49),
            "unterminated dollar-quoted string",
        ),
    ],
)
def test_a_syntax_error_isolates_its_statement(statement: str, place: tuple[int, int], message: str) -> None:
    facts = facts_of(BEFORE + statement + AFTER)
    (problem,) = facts.problems
    assert (problem.kind, problem.path) == ("syntax-error", "1.sql")
    assert (problem.line, problem.column) == place
    assert message in problem.message
    assert names(facts, "table") == ["a", "z"]
    assert unread(facts) == []


def test_a_syntax_error_at_the_end_of_the_file_is_in_the_file() -> None:
    (problem,) = facts_of("create table a (id int").problems
    assert (problem.line, problem.column) == (1, 22)


def test_one_row_speaks_for_all_statements_of_another_dialect() -> None:
    text = "create table `a` (id int);\n" * 30 + "create table `b` (id int) engine=innodb;"
    assert unread(facts_of(text)) == [("other-dialect", 1, 1)]


def test_the_dialect_and_its_evidence_are_named() -> None:
    (row,) = facts_of("create table b (id int auto_increment);").rows(Unread)
    assert "MySQL" in row.detail
    assert "AUTO_INCREMENT" in row.detail
    (row,) = facts_of("create table b (at datetime, other datetime);").rows(Unread)
    assert '"datetime" is a type of SQLite, MySQL or SQL Server' in row.detail


def test_what_looks_like_a_template_or_dialect_inside_strings_is_none() -> None:
    facts = facts_of(
        """create table a (b text default '{{ x }} ${y} `z` :w', "AUTO_INCREMENT" int, c int default 1::int);"""
    )
    assert unread(facts) == []
    assert facts.problems == []


def test_psql_files_are_followed() -> None:
    files = {
        "sub/b.sql": "create table b (id int);\n\\ir c.sql\n",
        "sub/c.sql": "create table c (id int primary key references b2);",
    }

    def include(path: str, target: str) -> SqlFile | None:
        name = {"b.sql": "sub/b.sql", "c.sql": "sub/c.sql"}.get(target, target)
        assert path in ("1.sql", "sub/b.sql")
        return SqlFile(name, files[name]) if name in files else None

    text = "create table a (id int);\n\\i b.sql\ncreate table d (id int references c);\n\\i 'gone file.sql'\n"
    facts = facts_of(text, include=include)
    assert names(facts, "table") == ["a", "b", "c", "d"]
    (row,) = facts.rows(Unread)
    assert (row.path, row.line, row.column) == ("sub/c.sql", 1, 47)
    (problem,) = facts.problems
    assert (problem.kind, problem.path, problem.line) == ("missing-file", "1.sql", 4)
    assert "gone file.sql" in problem.message


def test_a_file_that_includes_itself_is_a_problem_and_no_loop() -> None:
    def include(_path: str, target: str) -> SqlFile:
        return SqlFile(target, "create table a (id int);\n\\i b.sql\n" if target == "a.sql" else "\\i a.sql")

    facts = facts_of("\\i a.sql", include=include)
    assert [problem.kind for problem in facts.problems] == ["include-cycle"]
    assert names(facts, "table") == ["a"]


def test_psql_stops_at_quit() -> None:
    assert names(facts_of("create table a (id int);\n\\q\ncreate table b (id int);\n"), "table") == ["a"]


def test_rows_of_copy_are_passed_over() -> None:
    text = (
        "create table a (id int);\ncopy a from stdin;\n'; drop table a;\n\\N\t\\\\x\n\\.\n\\copy a from stdin\n'\n\\.\n"
        "create table b (id int);\ncopy b (id) from stdin with (format csv);\ncreate table no (id int);\n\\.\n"
    )
    facts = facts_of(text)
    assert names(facts, "table") == ["a", "b"]
    assert facts.problems == []
    assert unread(facts) == []


def test_a_nul_character_is_a_problem() -> None:
    facts = facts_of("create table a (id int);\n\0create table b (id int);")
    assert names(facts, "table") == ["a", "b"]
    assert [(problem.line, problem.column) for problem in facts.problems] == [(2, 1)]


def test_a_deeply_nested_statement_spares_the_others() -> None:
    deep = "alter table a add check (id > 0" + "+1" * 60_000 + ");"
    facts = facts_of(f"create table a (id int);\n{deep}\ncreate table b (id int);")
    assert names(facts, "table") == ["a", "b"]
    assert [problem.line for problem in facts.problems] == [2]


def test_a_refused_create_table_leaves_nothing_behind() -> None:
    facts = facts_of("create table a (id serial primary key, b int, b int, c int references a);")
    assert unread(facts) == [("conflict", 1, 47)]
    assert facts.rows(Sequence) == []
    assert facts.rows(Column) == []


def test_a_refused_alter_table_changes_nothing() -> None:
    facts = facts_of("create table a (id int);\nalter table a add column b int, drop column gone;")
    assert [row.name for row in facts.rows(Column)] == ["id"]
    assert unread(facts) == [("unknown-object", 2, 1)]


def test_if_exists_forms_are_silent() -> None:
    facts = facts_of(
        "drop table if exists a; create table a (id int); create table if not exists a (x int);"
        "alter table if exists gone add x int; alter table a add column if not exists id text;"
        "alter table a drop column if exists gone; alter table a drop constraint if exists gone;"
        "drop index if exists gone; drop type if exists gone; drop trigger if exists t on gone;"
    )
    assert unread(facts) == []
    assert [(row.name, row.type) for row in facts.rows(Column)] == [("id", "integer")]


@pytest.mark.parametrize(
    "statement",
    [
        "create user x password 'hunter2' {{ y }};",
        "alter role ${x} encrypted password e'hunter2';",
        "create table b (id int) bad 'postgres://me:hunter2@host/db';",
        "create role x password 'hunter2;",
        "select dblink('postgres://me:hunter2@host/db', :'x');",
        "create subscription s connection 'password=hunter2' publication :p;",
    ],
)
def test_passwords_are_not_shown(statement: str) -> None:
    facts = facts_of(statement)
    shown = [*facts.rows(Unread), *facts.problems]
    assert shown
    assert "hunter2" not in repr(shown)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("create table a (id int);\n/* open\ncreate table b (id int);", (2, 1)),
        ("create table a (id int);\nselect 1 /* open\n;create table b (id int);", (2, 10)),
        ("create table a (id int); /* closed */\n  /* open /* closed */ create table b (id int);", (2, 3)),
        ("create table a (id int);\n" + "/*" * 600 + "*/" * 599, (2, 1)),
    ],
)
def test_a_comment_left_open_is_a_problem_where_it_begins(text: str, place: tuple[int, int]) -> None:
    facts = facts_of(text)
    (problem,) = facts.problems
    assert (problem.line, problem.column) == place
    assert problem.message.startswith("unterminated /* comment")
    assert names(facts, "table") == ["a"]


def test_many_comments_change_nothing() -> None:
    facts = facts_of(
        "create table a (id int);\n" + "/* x /* y */ */ " * 600 + "create table b (id int /* z */);"
    )
    assert names(facts, "table") == ["a", "b"]
    assert facts.problems == []

"""Cutting text into statements as psql does; libpg_query is the judge of what a statement is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit.sources.ddl.parse import Failure, parse
from azora_audit.sources.ddl.split import blank_comments, comments_of, next_piece

STATEMENTS = [
    "select 1",
    "select ';'",
    'select 1 as ";"',
    "select E'it\\'s; not'",
    "select 'it''s; not'",
    "select U&'\\0041;'",
    "select $$ ; ' $$",
    "select $a$ $$ ; $b$ $a$",
    "select 1 -- a; comment '\n+ 2",
    "select /* a; /* nested; */ ' */ 1",
    "create function f() returns int language plpgsql as $f$ begin return 1; end; $f$",
    "create function f() returns int begin atomic select case when true then 1 end; select 2; end",
    "create rule r as on insert to t do (select 1; select 2)",
    "create table t (a text default 'x;', b int check (b > 0))",
    "select a$1$b from t",
    "select 'b'\n';c'",
    "create type end_case as enum ('begin', 'end')",
]


def pieces(text: str) -> list[str]:
    data = text.encode()
    found = []
    at = 0
    while (piece := next_piece(data, at)) is not None:
        found.append(data[piece.start : piece.end].decode())
        at = piece.end
    return found


@given(
    st.lists(
        st.tuples(st.sampled_from(STATEMENTS), st.sampled_from(["\n", " ", "\r\n", " -- c;'\n", "/* ; */"]))
    )
)
def test_cuts_where_the_parser_cuts(drawn: list[tuple[str, str]]) -> None:
    text = "".join(f"{statement};{gap}" for statement, gap in drawn)
    judged = parse(text.encode())
    assert not isinstance(judged, Failure)
    cut = pieces(text)
    assert len(cut) == len(judged)
    assert "".join(cut) in text
    assert all(not isinstance(parse(piece.encode()), Failure) for piece in cut)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_blanking_comments_changes_no_meaning(statement: str) -> None:
    data = statement.encode()
    bare = blank_comments(data, 0, len(data))
    assert len(bare) == len(data)
    assert bare.count(b"\n") == data.count(b"\n")
    assert b"comment" not in bare
    judged = parse(bare)
    assert not isinstance(judged, Failure)
    assert str(judged[0]["stmt"]) == str((parse(data) or [{}])[0]["stmt"])  # type: ignore[index]  # it parses


@pytest.mark.parametrize("opened", ["'abc", '"abc', "$$ abc", "$x$ abc $$", "E'\\'"])
def test_what_is_left_open_ends_at_the_line(opened: str) -> None:
    text = f"select {opened};\nselect 2;\n"
    assert pieces(text) == [f"select {opened};\n", "select 2;"]


def test_comments_in_strings_and_bodies_and_rows_are_none() -> None:
    text = (
        "-- first\nselect '-- no', $$ -- no $$; -- second\n"
        "copy t from stdin;\n1\t-- no '\n\\.\nselect /* -- no */ 1; -- third"
    )
    data = text.encode()
    found = [data[comment.start : comment.end].decode() for comment in comments_of(data)]
    assert found == ["-- first", "-- second", "-- third"]

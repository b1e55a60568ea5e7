"""Migrations of dbmate and goose hold both directions: only the one that goes up is read, at its own lines."""

from __future__ import annotations

import pytest

from azora_audit.sources.ddl import up_part
from tests.sources.ddl.reading import facts_of, names, places

DBMATE = """-- migrate:up transaction:false
create table a (id int);
create table b (id int);

-- migrate:down
drop table a;
drop table b; -- é
"""
GOOSE = """-- +goose NO TRANSACTION
-- +goose Up
create table a (id int);
-- +goose StatementBegin
create function f() returns int language plpgsql as $$ begin return 1; end; $$;
-- +goose StatementEnd
-- +goose Down
drop table a;
-- +goose Up
create table b (id int);
"""


@pytest.mark.parametrize(("text", "style", "line"), [(DBMATE, "dbmate", 3), (GOOSE, "goose", 10)])
def test_only_the_way_up_is_read(text: str, style: str, line: int) -> None:
    up = up_part(text, style)
    assert len(up) == len(text)
    assert [len(row) for row in up.split("\n")] == [len(row) for row in text.split("\n")]
    facts = facts_of(up)
    assert names(facts, "table") == ["a", "b"]
    assert places(facts)["table public.b"][1] == line


def test_other_styles_and_texts_without_marks_stay() -> None:
    assert up_part(DBMATE, "flyway") == DBMATE
    assert up_part("create table a (id int);", "goose") == "create table a (id int);"


def test_a_file_that_only_goes_down_is_blank() -> None:
    assert up_part("-- +goose Down\ndrop table a;\n", "goose").strip() == ""

"""Defaults in SQL are of the kind that PostgreSQL's own catalog says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from azora_audit.catalog.tables import Column, Default
from azora_audit.sources.live.read import read_database
from azora_audit.sources.prisma.sql_defaults import sql_default

if TYPE_CHECKING:
    from typing import Any

EXPRESSIONS = """
now() | (now())::text | now()::date | (1)::smallint | '1'::smallint | 1 + 1 | lpad('x',3) | lpad('x'::text, 3, 'y')
length('a'||'b') | '{}'::character varying(3) | (CURRENT_TIMESTAMP(3)) | current_date | localtimestamp
now() + interval '1 day' | interval '1 day' | 'a' | E'a\\nb' | -1 | - 1.5 | +1 | true | 't'::bool | array[1,2] | array['a']
'{a}'::text[] | gen_random_uuid()::text | replace(gen_random_uuid()::text, '-', '') | timezone('utc', now())
to_jsonb('a'::text) | '{}'::jsonb | jsonb_build_object() | date '2020-01-01' | current_user | CURRENT_TIMESTAMP::date
nextval('s') | nextval('s'::regclass) | nextval('s'::regclass)::text | 1.0 | 1e3 | B'101' | X'1F' | 'a'::text || 'b'
((5)) | (-5) | clock_timestamp() | coalesce(null, 1) | greatest(1, 2) | md5((random())::text) | extract(epoch from now())
substring('abc' from 1 for 2) | position('a' in 'b') | (('now'::text)::date) | 'a'::varchar(3) | 5::bigint | 0.5::float8
row(1, 2)::text | pg_catalog.now() | "now"() | date_trunc('day', now())
'x' collate "C" | $$a$$ | upper('(') | upper(')') || ')'
now()::timestamp with time zone | '2020-01-01'::timestamp(3) without time zone | (lower('a'))::character varying(9)
"""
_TYPES = (
    "text timestamptz int jsonb bool text[] int[] uuid interval date bit(3) numeric float8 bigint varchar(3)"
)
TYPES = _TYPES.split()


def create(connection: psycopg.Connection[Any], name: str, expression: str) -> None:
    """Make a table whose column has the default, of the first type that PostgreSQL takes it for."""
    for type_ in TYPES:
        try:
            connection.execute(f"create table {name} (x {type_} default {expression})".encode())
        except psycopg.Error:
            continue
        return
    raise AssertionError(expression)


@pytest.mark.postgres
def test_kinds_are_those_of_the_server(database: psycopg.Connection[Any]) -> None:
    expressions = [part.strip() for line in EXPRESSIONS.strip().split("\n") for part in line.split(" | ")]
    database.execute("create sequence s")
    for number, expression in enumerate(expressions):
        create(database, f"t{number}", expression)
    facts = read_database(database, "shop")
    tables = {row.id: facts.entity_of(row.table_id).name for row in facts.rows(Column)}
    found = {tables[row.column_id]: (row.kind, row.function) for row in facts.rows(Default)}
    for number, expression in enumerate(expressions):
        ours = sql_default(expression)
        assert (expression, (ours.kind, ours.function)) == (expression, found[f"t{number}"])

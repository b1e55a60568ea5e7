"""Expressions as people write them and as PostgreSQL prints them."""

from __future__ import annotations

import pytest

from azora_audit.catalog.spelling import plain_expression


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("cast(1 as integer)", "1"),
        ("CAST (cast('1' as text) AS numeric(8, 2))", "(('1'::text)::numeric(8,2))"),
        ("cast(lower('A as b') as text)", "lower('A as b'::text)"),
        ("$$it's$$", "'it''s'::text"),
        ("$a$y$$z$a$", "'y$$z'"),
        (r"e'a\'b'", "'a''b'"),
        ("date '2024-01-01'", "'2024-01-01'::date"),
        ("timestamp with time zone '2024-01-01'", "'2024-01-01'::timestamp with time zone"),
        ("Upper( 'x' )", "upper('x'::text)"),
    ],
)
def test_two_spellings_of_one_expression(written: str, printed: str) -> None:
    assert plain_expression(written) == plain_expression(printed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("'a'", "'A'"),
        ("b'101'", "'101'"),
        ("not 'true'", "'true'"),
        ("a at time zone 'utc'", "b at time zone 'utc'"),
        ("$$a$$", "$$b$$"),
        ("cast(a as text)", "cast(b as text)"),
        ("cast(a, b)", "(a, b)"),
    ],
)
def test_two_expressions(one: str, other: str) -> None:
    assert plain_expression(one) != plain_expression(other)

"""Texts made to be slow or to break something take time in proportion to their length, and end."""

from __future__ import annotations

import time

import pytest

from tests.sources.ddl.reading import facts_of

HOSTILE = {
    "semicolons": ";" * 200_000,
    "lines": ";\n" * 100_000,
    "backslashes": "\\\n" * 20_000,
    "dashes": "--\n" * 100_000,
    "quotes": "'" * 50_001,
    "double quotes": '"' * 50_001,
    "open strings": "select 'a\n" * 10_001,
    "dollars": "$a$ " * 20_001,
    "different dollars": "".join(f"$a{number}$ " for number in range(20_000)),
    "copies": "copy a from stdin;\n" * 5_000,
    "brackets": "(" * 100_000,
    "comments": "/*" * 50_000,
    "closed comments": "/* */" * 50_000,
    "atomic": "create function f() begin atomic;\n" * 5_000,
    "braces": "{{" * 50_000,
    "percent": "{%" * 50_000,
    "colons": ":" * 100_000,
    "escapes": "e'\\" * 30_000,
    "blanks": " " * 1_000_000,
    "words": "a " * 200_000,
    "tables": "create table a (id int);" * 5_000,
    "errors": "x;\n" * 20_000,
    "columns": "create table a (" + ",\n".join(f"c{number} int" for number in range(1_500)) + ");",
    "values": "insert into a values " + ",".join(["('x')"] * 100_000) + ";",
    "notes": "-- @a\n" * 20_000 + "create table a (id int);",
    "allowances": "create table a (id int); -- azora-audit: allow x -- y\n" * 2_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_reading_ends_soon(name: str) -> None:
    start = time.process_time()
    facts_of(HOSTILE[name])
    assert time.process_time() - start < 10

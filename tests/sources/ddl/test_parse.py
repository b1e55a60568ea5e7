"""The door to libpg_query: trees, failures with their place, and texts that would break a stack."""

from __future__ import annotations

import subprocess
import sys

import pytest

from azora_audit.sources.ddl import parse as door
from azora_audit.sources.ddl.parse import Failure, parse, parse_body


def test_statements_come_with_their_place() -> None:
    statements = parse(b"select 1; select 'x'")
    assert not isinstance(statements, Failure)
    first, second = statements
    assert (first.get("stmt_location", 0), first["stmt_len"]) == (0, 8)
    assert second["stmt_location"] == 10


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("select 1 from from", 14),
        ("select 'é', x from from", 20),
        ("create table é (a int,,)", 23),
        ("select 'abc", 7),
    ],
)
def test_a_failure_has_its_byte_offset(text: str, offset: int) -> None:
    failure = parse(text.encode())
    assert isinstance(failure, Failure)
    assert failure.offset == offset
    assert "syntax error" in failure.message or "unterminated" in failure.message


@pytest.mark.parametrize("repeated", ["+1", "::int", "||a"])
def test_deep_nesting_is_a_failure_and_no_crash(repeated: str) -> None:
    assert isinstance(parse(b"select a" + repeated.encode() * 20_000), (Failure, list))
    deep = parse(b"select a" + repeated.encode() * 200_000)
    assert isinstance(deep, Failure)
    assert "too deeply" in deep.message or "too large" in deep.message


def test_many_brackets_are_a_failure() -> None:
    assert isinstance(parse(b"select " + b"(" * 100_000 + b"1" + b")" * 100_000), Failure)


def test_a_huge_text_is_refused_and_not_tried() -> None:
    failure = parse(b"select 1" + b" " * door.LARGEST_STATEMENT)
    assert isinstance(failure, Failure)
    assert "too large" in failure.message


def test_bodies_are_read_or_fail() -> None:
    assert isinstance(parse_body(b"do $$ begin perform 1; end $$"), list)
    failure = parse_body(b"do $$ begin exexcute 1; end $$")
    assert isinstance(failure, Failure)
    assert "exexcute" in failure.message


def test_neither_protobuf_nor_postgast_is_imported() -> None:
    program = (
        "import sys\n"
        "from azora_audit.catalog.facts import Facts\n"
        "from azora_audit.sources.ddl import SqlFile, read_sql\n"
        "read_sql([SqlFile('a.sql', 'create table a (id int primary key);')], Facts('s'))\n"
        "heavy = {'postgast', 'google', 'sqlglot', 'dataclasses', 'inspect', 'threading', 'orjson', 'multiprocessing'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"

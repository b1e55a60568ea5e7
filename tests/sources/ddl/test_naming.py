"""Generated names, where a server is not needed to know them."""

from __future__ import annotations

import pytest

from azora_audit.sources.ddl.replay.naming import clip, index_column_names, joined_columns, make_object_name


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("users", None, "pkey"), "users_pkey"),
        (("users", "mail", "key"), "users_mail_key"),
        (("a" * 70, None, "pkey"), "a" * 58 + "_pkey"),
        (("a" * 40, "b" * 40, "fkey"), "a" * 29 + "_" + "b" * 28 + "_fkey"),
        (("short", "b" * 70, "idx"), "short_" + "b" * 53 + "_idx"),
        (("ü" * 40, None, "pkey"), "ü" * 29 + "_pkey"),
    ],
)
def test_names_are_shortened_as_postgresql_does(parts: tuple[str, str | None, str], name: str) -> None:
    assert make_object_name(*parts) == name
    assert len(name.encode()) <= 63


def test_no_character_is_cut_in_two() -> None:
    assert clip("aü", 2) == "a"
    assert clip("aü", 3) == "aü"


def test_columns_of_indexes_are_numbered_and_joined() -> None:
    assert index_column_names(["a", "expr", "expr", "a", "expr"]) == ["a", "expr", "expr1", "a1", "expr2"]
    assert joined_columns(["a", "b"]) == "a_b"
    assert joined_columns(["x" * 63, "b"]) == "x" * 63 + "_b"
    assert joined_columns(["x" * 63, "b", "c"]) == "x" * 63 + "_b"

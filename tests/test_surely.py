from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from azora_audit.settings import SCHEMA_FILE
from azora_audit.surely import is_surely_valid

SCHEMA: dict[str, Any] = json.loads(SCHEMA_FILE.read_text("utf-8"))
KEYS = [*SCHEMA["properties"], *SCHEMA["properties"]["fleet"]["properties"], "path", "prisma", "x"]
VALUES = st.recursive(
    st.one_of(
        st.booleans(), st.integers(), st.floats(allow_nan=False), st.sampled_from(["", "note", "strict", "x"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5))
@example({"profile": "strict", "fleet": {"services": ["a"]}, "fail_on": "error"})
@example({"profile": True})
@example({"rules": {"a": {"b": [1, "x", True]}}, "services": {"a": {"path": "b"}}})
def test_what_is_surely_valid_is_valid(data: dict[str, Any]) -> None:
    """And what is not is left to jsonschema, whatever it says."""
    if is_surely_valid(data, SCHEMA, SCHEMA):
        assert Draft202012Validator(SCHEMA).is_valid(data)


def test_usual_settings_are_surely_valid() -> None:
    data = {
        "profile": "strict",
        "fail_on": "warning",
        "select": ["indexes"],
        "severity": {"float-money": "error"},
        "rules": {"too-many-indexes": {"most": 9}},
        "fleet": {"services": ["a", "b"], "exclude": ["old/**"]},
        "services": {"a": {"path": "services/a"}},
    }
    assert is_surely_valid(data, SCHEMA, SCHEMA)


def test_a_word_that_is_not_understood_is_left_to_jsonschema() -> None:
    assert not is_surely_valid("x", {"pattern": "x"}, {})
    assert not is_surely_valid({}, {"required": []}, {})

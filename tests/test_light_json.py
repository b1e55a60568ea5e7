"""What the standard library reads and writes in place of orjson is what orjson would."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit import light_json

INTEGERS = st.integers(-(2**63), 2**64 - 1)
KEYS = st.text() | INTEGERS | st.booleans() | st.none()
VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner),
)
PIECES = st.lists(
    st.sampled_from(
        [
            *(
                [
                    "{",
                    "}",
                    "[",
                    "]",
                    ",",
                    ":",
                    '"',
                    "\\",
                    "/",
                    "1",
                    "-0",
                    ".5",
                    "e999",
                    "NaN",
                    "Infinity",
                    "true",
                    "nul",
                    "\\u0041",
                    "\\ud83d",
                    "\\uDE00",
                    "//",
                    '"a"',
                    "01",
                ]
            ),
            *" \t\n'\ufeff\x01é\ud800",
        ]
    )
).map("".join)


def outcome(read: Any, text: str | bytes) -> object:
    try:
        return read(text)
    except (ValueError, RecursionError):
        return "no JSON"


@given(VALUES.map(json.dumps) | VALUES.map(lambda value: json.dumps(value, ensure_ascii=False)) | PIECES)
def test_what_it_reads_is_what_orjson_reads(text: str) -> None:
    read = outcome(light_json.by_standard_library, text)
    if read != "no JSON":  # else orjson is asked anyway
        assert repr(read) == repr(outcome(orjson.loads, text))


@given(st.binary())
def test_bytes_are_utf_8_or_nothing(text: bytes) -> None:
    read = outcome(light_json.by_standard_library, text)
    assert read == "no JSON" or repr(read) == repr(orjson.loads(text))


@pytest.mark.parametrize("text", ['{"a": 1}', '["\\u00e9", 1.5, null]', '"\\ud83d\\ude00"', b'"\xc3\xa9"'])
def test_a_process_without_orjson_reads_the_same(text: str | bytes) -> None:
    code = f"from azora_audit.light_json import loads; print(ascii(loads({text!r})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ascii(orjson.loads(text))


@pytest.mark.parametrize("text", ["", "[1,", "[NaN]", '"\\ud83d"', "1e999", "[" * 5000, b"\xff"])
def test_errors_are_those_of_orjson(text: str | bytes) -> None:
    with pytest.raises(json.JSONDecodeError) as expected:
        orjson.loads(text)
    code = f"""
from json import JSONDecodeError
from azora_audit.light_json import loads
try:
    loads({text!r})
except JSONDecodeError as error:
    print(ascii((error.msg, error.lineno, error.colno)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    error = expected.value
    assert done.stdout.strip() == ascii((error.msg, error.lineno, error.colno))


@given(VALUES | st.dictionaries(KEYS, VALUES))
def test_what_it_writes_is_read_as_what_orjson_writes(value: object) -> None:
    written = light_json.by_standard_encoder(value)
    whole = orjson.dumps(value, default=tuple, option=orjson.OPT_NON_STR_KEYS)
    assert repr(orjson.loads(written)) == repr(orjson.loads(whole))


def test_what_json_cannot_say_is_what_orjson_makes_of_it() -> None:
    code = """
import sys
from azora_audit.light_json import dumps
first = dumps({"a": (1, frozenset())})
assert "orjson" not in sys.modules
print(first, dumps([float("inf")]))
try:
    dumps("\\ud800")
except TypeError:
    print('refused')
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["""b'{"a":[1,[]]}' b'[null]'""", "refused"], done.stdout


def test_a_large_run_takes_orjson() -> None:
    code = """
import sys
from azora_audit import light_json
text = light_json.dumps(["x" * 1000] * 1000)
assert "orjson" not in sys.modules
assert light_json.loads(text) == light_json.loads(light_json.dumps(light_json.loads(text)))
print("orjson" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"

"""The public names: what Python programs may rely on."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys

import pytest

import azora_audit
from azora_audit import api

PUBLIC = [
    "Answer",
    "Checked",
    "FleetCatalog",
    "Proven",
    "check",
    "load_catalog",
    "obligations",
    "prove",
    "query",
]


def test_the_public_names_stay() -> None:
    assert sorted(azora_audit.__all__) == sorted(PUBLIC)
    assert set(PUBLIC) <= set(api.__all__)


@pytest.mark.parametrize("name", api.__all__)
def test_every_name_is_there_and_documented(name: str) -> None:
    found = getattr(api, name)
    assert inspect.getdoc(found)
    if name in azora_audit.__all__:
        assert getattr(azora_audit, name) is found


def test_a_sentence_stays_a_function_whatever_is_imported() -> None:
    for module in ("azora_audit.checking.run", "azora_audit.proving.fleet", "azora_audit.report.text"):
        importlib.import_module(module)
    assert callable(azora_audit.check)
    assert callable(azora_audit.prove)
    with pytest.raises(AttributeError, match="no attribute 'chek'"):
        azora_audit.chek  # type: ignore[attr-defined]  # noqa: B018 -- looking it up is what is tested


def test_importing_the_package_imports_nothing_else() -> None:
    code = (
        "import sys, azora_audit; print(*[name for name in sys.modules if name.startswith('azora_audit.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""

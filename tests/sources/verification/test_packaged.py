"""Schemas of real programs, run as DDL that nobody has reason to trust: the sandbox is in nobody's way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import Unread
from azora_audit.sources.ddl import SqlFile, read_sql
from azora_audit.sources.verification.verify import Verifier
from tests.sources.debian import MissingError, texts
from tests.sources.test_debian import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterator

OTHERWISE = {
    # calls functions that make foreign keys, which reading alone does not follow
    "ulogd": ("differs", ""),
    # makes roles by names that a block puts together
    "pgq": ("not-verified", "1 statement of its DDL did not run"),
}


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    with Verifier(None, lambda _facts: ()) as running:
        yield running


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_packaged_schema_is_verified(verifier: Verifier, name: str) -> None:
    packaged = SCHEMAS[name]
    try:
        read = texts(packaged.base[0], packaged.base[1:]) if packaged.base else {}
        read |= texts(packaged.package, packaged.files)
    except MissingError as error:
        pytest.skip(str(error))
    files = [SqlFile("before.sql", packaged.before), *(SqlFile(path, text) for path, text in read.items())]
    facts = Facts("service")
    read_sql(files, facts)
    verifier.verify_sql(facts, files, ("public",), lambda _including, _name: None)
    assert facts.verification is not None
    verdict, reason = facts.verification.verdict, facts.verification.reason
    assert (verdict, reason) == OTHERWISE.get(name, ("agrees", "")), (facts.problems, facts.differences)
    assert verdict == "not-verified" or facts.rows(Unread) == []

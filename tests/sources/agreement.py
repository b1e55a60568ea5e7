"""Agreement in sentences, for assertions: see `azora_audit.sources.verification.compare` for what is compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import Inheritance, Unread
from azora_audit.sources.ddl import SqlFile, read_sql
from azora_audit.sources.verification.compare import disagreements

if TYPE_CHECKING:
    from collections.abc import Collection


def compare(found: Facts, oracle: Facts, skip: Collection[type] = ()) -> list[str]:
    """Return a sentence for each difference, sorted; none when the two agree."""
    return [str(each) for each in disagreements(found, oracle, skip)]


def read_script(text: str) -> Facts:
    """Return what the DDL source finds in a script."""
    facts = Facts("drawn")
    read_sql([SqlFile("schema.sql", text)], facts)
    return facts


def script(statements: list[str]) -> str:
    """Write statements as one text."""
    return "".join(f"{statement};\n" for statement in statements)


def differences(text: str, oracle: Facts) -> list[str]:
    """Return what the DDL source finds that the catalog has not, or the other way round, or says it did not understand."""
    found = read_script(text)
    unread = [f"Unread {row.reason}: {row.text} ({row.detail})" for row in found.rows(Unread)]
    problems = [f"line {problem.line}: {problem.message}" for problem in found.problems]
    return compare(found, oracle) + unread + problems


def compare_with_dumped(found: Facts, oracle: Facts) -> list[str]:
    """Compare facts of a restored dump with those of the dumped database, but for what pg_dump does not keep.

    A dump defines a child after its parents, so columns of a child that came to inherit later change their places;
    and an index of a partitioned table becomes valid when no partition is left.
    """
    lost = ["valid is 1, should be 0"] + [": position is "] * bool(oracle.rows(Inheritance))
    return [line for line in compare(found, oracle) if not any(words in line for words in lost)]

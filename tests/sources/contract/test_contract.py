"""Every source says the same of every situation, but for what it declares; an exception that is not needed fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from azora_audit.catalog.tables import TABLES, Entity, Unread
from tests.sources.contract.situations import SITUATIONS
from tests.sources.contract.sources import SOURCES

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts
    from tests.sources.contract.situations import Rows
    from tests.sources.contract.sources import Database

NAMES = {table: name for name, table in TABLES.items()}


def said(facts: Facts, wanted: Rows) -> Rows:
    """Return the rows of the wanted tables, cut down to the wanted fields, ids replaced by names."""
    names: dict[object, str] = {entity.id: entity.name for entity in facts.rows(Entity)}
    found: Rows = {}
    for table, rows in wanted.items():
        fields = list(rows[0]) if rows else []
        found[table] = [{field: value(row, field, names) for field in fields} for row in facts.rows(table)]
    return found


def value(row: Any, field: str, names: dict[object, str]) -> object:
    """Return a field's value; a boolean may be stored as a number."""
    read = getattr(row, field)
    if field.endswith("_id"):
        return names.get(read)
    return bool(read) if "bool" in str(type(row).__annotations__[field]) else read


def ordered(rows: list[dict[str, Any]]) -> list[str]:
    """Return rows as sorted texts: their order means nothing."""
    return sorted(str(sorted(row.items())) for row in rows)


def differing(facts: Facts, wanted: Rows) -> list[str]:
    """Name the tables of which a source says something else, though it claims to know them."""
    found = said(facts, wanted)
    return [
        f"{NAMES[table]}: {ordered(found[table])} instead of {ordered(wanted[table])}"
        for table in wanted
        if NAMES[table] in facts.known and ordered(found[table]) != ordered(wanted[table])
    ]


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("name", SOURCES)
def test_the_contract(name: str, situation: str, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    source = SOURCES[name]
    wanted = SITUATIONS[situation].facts
    facts = source.read(SITUATIONS[situation], database, monkeypatch)
    if facts is None:
        assert situation not in source.exceptions
        return
    told = bool(facts.rows(Unread) or facts.problems)
    differences = differing(facts, wanted)
    if situation in source.exceptions:
        assert told or differences, "the exception is no longer needed"
        assert told, "it does not say that it did not understand"
    else:
        assert differences == []
        assert not told, [*facts.rows(Unread), *facts.problems]


@pytest.mark.parametrize("name", SOURCES)
def test_exceptions_are_of_situations(name: str) -> None:
    assert SOURCES[name].exceptions.keys() <= SITUATIONS.keys()


def test_every_table_is_in_the_contract() -> None:
    """What the DDL source claims to know completely has a situation, but for comments' annotations and the like."""
    own = {"annotations", "allowances", "unread", "check_columns"}
    asked = {NAMES[table] for situation in SITUATIONS.values() for table in situation.facts}
    facts = SOURCES["sql"].read(SITUATIONS["views"], None, None)  # type: ignore[arg-type]  # it needs neither
    assert facts is not None
    assert facts.known - own <= asked

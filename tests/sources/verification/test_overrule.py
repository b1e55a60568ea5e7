"""Overruling makes facts equal to a server's, and leaves alone what agrees."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from azora_audit.catalog.derive import derive
from azora_audit.catalog.facts import Facts
from azora_audit.catalog.lexicon import load_lexicon
from azora_audit.catalog.store import Catalog
from azora_audit.catalog.tables import TABLES, Allowance, Annotation, Column, Origin, Table
from azora_audit.rulebook.folders import shipped_rules
from azora_audit.sources.ddl import SqlFile, read_sql
from azora_audit.sources.verification.compare import disagreements
from azora_audit.sources.verification.overrule import id_fields, overrule

SOURCES = Path(__file__).parents[1]
STATEMENTS = [
    line
    for path in [*sorted((SOURCES / "ddl" / "cases").glob("*.sql")), SOURCES / "example.sql"]
    for line in path.read_text(encoding="utf-8").split(";\n")
]
LEXICON = load_lexicon(shipped_rules() / "lexicon")


def read(text: str) -> Facts:
    facts = Facts("service")
    read_sql([SqlFile("1.sql", text)], facts)
    return facts


def texts() -> st.SearchStrategy[str]:
    """A stretch of real statements with some of them left out."""
    stretch = st.integers(0, len(STATEMENTS) - 1).flatmap(
        lambda start: st.lists(st.sampled_from(STATEMENTS[start : start + 40]), max_size=25, unique=True)
    )
    return stretch.map(lambda lines: "".join(f"{line};\n" for line in sorted(lines, key=STATEMENTS.index)))


@settings(max_examples=150, deadline=None)
@given(texts(), texts())
def test_afterwards_nothing_differs_and_the_facts_hold_together(left: str, right: str) -> None:
    found, server = read(left), read(right)
    overrule(found, server)
    assert disagreements(found, server) == []
    entities = range(1, len(found.rows(TABLES["entities"])) + 1)
    for table in TABLES.values():
        for row in found.rows(table):
            assert all(row[place] is None or row[place] in entities for place in id_fields(table)), row
    derive(found, LEXICON)
    catalog = Catalog()
    catalog.load([found])
    catalog.close()


@settings(max_examples=50, deadline=None)
@given(texts())
def test_what_agrees_stays_as_it_was_read(text: str) -> None:
    found, once = read(text), read(text)
    overrule(found, read(text.replace(";\n", " ;\n\n")))
    for table in TABLES.values():
        assert found.rows(table) == once.rows(table)


def test_places_words_and_allowances_stay_with_what_is_left() -> None:
    found = read(
        "-- @append-only\ncreate table a (id integer primary key, old text);\n"
        "-- azora-audit: allow missing-updated-at -- never changed\ncreate table b (id integer);"
    )
    overrule(found, read("create table a (id bigint primary key, fresh text not null);"))
    (table,) = found.rows(Table)
    columns = {row.name: row for row in found.rows(Column)}
    placed = {row.entity_id: row.line for row in found.rows(Origin)}
    assert table.name == "a"
    assert placed[table.id] == 2
    assert (columns["id"].type, columns["id"].type_written) == ("bigint", "integer")
    assert columns["id"].id in placed
    assert not columns["fresh"].nullable
    assert columns.keys() == {"id", "fresh"}
    assert [row.name for row in found.rows(Annotation)] == ["append-only"]
    assert [row.entity_id for row in found.rows(Allowance)] == [None]

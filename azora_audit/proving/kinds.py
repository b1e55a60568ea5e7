"""What kinds of tables a database has: records that must outlive what they speak of, and people with their data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.store import Catalog
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts

Name = tuple[str, str]
"""Schema and name of a table."""
READ = (
    *("tables", "columns", "entities", "meanings", "meaning_groups", "table_classes", "logical_references"),
)
"""What the queries below read."""


class Mention(NamedTuple):
    """A column that is named like a reference to a table and has no foreign key."""

    table: Name
    column: str
    target: Name


class Kinds(NamedTuple):
    """Kinds of tables, as the lexicon and the catalog's views have them."""

    records: dict[Name, str]
    """financial, audit, consent or education."""
    people: frozenset[Name]
    """Tables of which each row is a person."""
    personal: dict[Name, dict[str, str]]
    """Columns with personal data, and what they mean."""
    mentions: tuple[Mention, ...]


EDUCATION = {"learning-record": "education"}
"""What reports call them."""
GRAVEST_LAST = "class <> 'learning-record', class desc"
"""So that a table of two classes has the one that is worse to lose."""
NOTHING_KNOWN = Kinds({}, frozenset(), {}, ())


def kinds_of(facts: Facts) -> Kinds:
    """Return the kinds of a database's tables.

    Args:
        facts: of the database, with what follows from them.
    """
    catalog = Catalog()
    catalog.add(facts)
    catalog.fill(READ)
    rows = catalog.connection.execute
    records = {
        (schema, name): EDUCATION.get(kind, kind)
        for schema, name, kind in rows(
            f"select schema, name, class from record_tables order by {GRAVEST_LAST}"
        )
    }
    people = frozenset(rows("select schema, name from person_tables").fetchall())
    personal: dict[Name, dict[str, str]] = {}
    for schema, table, column, meaning in rows('select schema, "table", name, meaning from personal_columns'):
        personal.setdefault((schema, table), {})[column] = meaning
    mentions = rows(
        "select t.schema, t.name, c.name, o.schema, o.name from logical_references r join columns c on c.id = r.column_id"
        " join tables t on t.id = r.table_id join tables o on o.id = r.target_table_id order by 1, 2, 3"
    ).fetchall()
    catalog.close()
    return Kinds(records, people, personal, tuple(Mention((a, b), c, (d, e)) for a, b, c, d, e in mentions))

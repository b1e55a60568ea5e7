"""Derived facts: everything about a service that follows from its other facts and the lexicon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.catalog.classify import Classifier
from azora_audit.catalog.layout import Layout, type_group
from azora_audit.catalog.reach import cascade_reach
from azora_audit.catalog.references import References, across_services
from azora_audit.catalog.styles import naming_styles
from azora_audit.catalog.tables import (
    CascadeReach,
    LogicalKey,
    LogicalReference,
    Meaning,
    MeaningGroup,
    NamingStyle,
    TableClass,
    Trigger,
    TriggerAssignment,
    TriggerRefusal,
    Word,
)
from azora_audit.catalog.words import words

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts
    from azora_audit.catalog.lexicon import Lexicon
    from azora_audit.catalog.tables import EntityId

__all__ = ["DERIVED", "across_services", "derive"]

DERIVED: Final[frozenset[type]] = frozenset(
    {
        CascadeReach,
        LogicalKey,
        LogicalReference,
        Meaning,
        MeaningGroup,
        NamingStyle,
        TableClass,
        TriggerAssignment,
        TriggerRefusal,
        Word,
    }
)
"""The tables that `derive` adds rows to."""

_new = tuple.__new__
"""Makes a row of a named tuple without the call in between: each column has one or two words and a meaning."""


def derive(facts: Facts, lexicon: Lexicon) -> None:
    """Append to a service's facts the rows that follow from them: words, meanings, styles, classes, reach and references.

    Once per service, after all its sources. `LogicalReference.target_service` waits for `across_services`.
    """
    layout = Layout(facts)
    if facts.rows(Trigger):
        from azora_audit.catalog.triggers import derive_triggers  # noqa: PLC0415 -- patterns that few services need

        derive_triggers(facts)
    meanings = _derive_meanings(facts, layout, lexicon)
    named = References(facts, layout, lexicon, meanings)
    references = named.references()
    facts.rows(LogicalReference).extend(references)
    facts.rows(LogicalKey).extend(named.keys(references))
    facts.rows(NamingStyle).extend(naming_styles(facts, layout))
    classifier = Classifier(facts, layout, lexicon, meanings, references)
    facts.rows(TableClass).extend(
        TableClass(table.id, *classifier.classify(table)) for table in layout.tables.values()
    )
    protected = lexicon.meanings_in("protected-records")
    reached = [
        table.id
        for table in layout.tables.values()
        if table.partition_of_id is None and not protected.isdisjoint(meanings.get(table.id, ()))
    ]
    facts.rows(CascadeReach).extend(cascade_reach(layout, reached))


def _derive_meanings(facts: Facts, layout: Layout, lexicon: Lexicon) -> dict[EntityId, dict[str, str]]:
    """Add the words and meanings of tables and columns and of groups; return the meanings that are not empty."""
    rows = facts.rows(Meaning)
    word_rows = facts.rows(Word)
    meanings: dict[EntityId, dict[str, str]] = {}
    for table in layout.tables.values():
        table_words = words(table.name)
        word_rows += [_new(Word, (table.id, *numbered)) for numbered in enumerate(table_words, 1)]
        found = lexicon.table(table.name)
        if found:
            meanings[table.id] = found
        context = frozenset(table_words)
        for column in layout.columns[table.id]:
            identifier, name = column.id, column.name
            for position, word in enumerate(words(name), 1):
                word_rows.append(_new(Word, (identifier, position, word)))
            found = lexicon.column(name, type_group(column), context)
            if found:
                meanings[identifier] = found
    rows += [
        _new(Meaning, (entity_id, meaning, phrase))
        for entity_id, found in meanings.items()
        for meaning, phrase in found.items()
    ]
    facts.rows(MeaningGroup).extend(
        MeaningGroup(meaning, group) for meaning, groups in lexicon.groups.items() for group in groups
    )
    return meanings

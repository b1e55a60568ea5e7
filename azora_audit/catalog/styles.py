"""How names are written: in camel case or with underscores."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from azora_audit.catalog.tables import Column, Field, Model, NamingStyle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.catalog.facts import Facts
    from azora_audit.catalog.layout import Layout

_CAPITAL = re.compile("[A-Z]")


def naming_styles(facts: Facts, layout: Layout) -> Iterator[NamingStyle]:
    """Yield how each table writes its columns and fields.

    A name of one word tells nothing: where no column has two, a mapped table's own name does.
    """
    # names repeat in many tables, so that each is looked at once
    names = {column.name for column in facts.rows(Column)}
    capital = {name for name in names if _CAPITAL.search(name)}
    underscored = {name for name in names if "_" in name}
    models = {model.table_id: model.name for model in facts.rows(Model)}
    underscored_fields = {
        layout.column[field.column_id].table_id for field in facts.rows(Field) if "_" in field.name
    }
    for identifier, table in layout.tables.items():
        columns = [column.name for column in layout.columns[identifier]]
        model = models.get(identifier)
        is_camel = not capital.isdisjoint(columns) or (
            model is not None and bool(_CAPITAL.search(table.name)) and underscored.isdisjoint(columns)
        )
        has_camel_fields = model is not None and identifier not in underscored_fields
        yield NamingStyle(identifier, is_camel, model, has_camel_fields)

"""PostgreSQL identifiers and literals as text for SQL that users paste."""

from __future__ import annotations

import re
from functools import lru_cache

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*\Z")

RESERVED = frozenset(
    # one string: a list literal would take a hundred and twenty lines
    """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case
    cast char character check coalesce collate collation column concurrently constraint create cross current_catalog
    current_date current_role current_schema current_time current_timestamp current_user dec decimal default
    deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant
    greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull join
    json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize
    json_table json_value lateral leading least left like limit localtime localtimestamp merge_action national
    natural nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay
    placing position precision primary real references returning right row select session_user setof similar smallint
    some substring symmetric system_user table tablesample then time timestamp to trailing treat trim true union
    unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement
    xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
    """.split()  # noqa: SIM905 -- as said above
)
"""Key words that cannot be a bare table or column name everywhere (PostgreSQL 18 manual, appendix C.1)."""


@lru_cache(maxsize=10_000)  # fixes name the same few tables over and over
def quote_identifier(name: str) -> str:
    """Return the name as SQL would have to write it: quoted only where PostgreSQL needs it."""
    if _PLAIN.match(name) and name not in RESERVED:
        return name
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def quote_literal(text: str) -> str:
    """Return the text as a SQL string literal (standard_conforming_strings on)."""
    escaped = text.replace("'", "''")
    return f"'{escaped}'"

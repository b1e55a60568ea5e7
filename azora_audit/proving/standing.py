"""Rows that a database holds before anything is tried: its DDL has inserted them, or it is more than a scratch one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from azora_audit.proving.model import Schema
    from azora_audit.proving.session import Session

NEW: Final = "age(xmin) <= 0"
"""True of the rows that the current transaction has stored: those of transactions before it are older than it is."""
MOST: Final = 100
"""Rows of a table that are read each time something is looked for in all of them: of larger tables, new rows alone."""
STORED: Final = """
SELECT coalesce(json_agg(oid::bigint), '[]')::text FROM pg_catalog.pg_class
WHERE relkind = 'r' AND oid >= 16384 AND pg_catalog.pg_relation_size(oid) > 0"""
"""Tables that may hold rows: the others have no page."""


class Standing:
    """What is known of the rows that were there before."""

    def __init__(self, session: Session, schema: Schema) -> None:
        """Ask which tables hold rows, and whether they are many."""
        stored = frozenset(json.loads(session.texts([STORED])[0] or "[]"))
        asked = [table for table in schema.values() if table.partitioned or table.oid in stored]
        counts = session.texts(
            [f"SELECT count(*)::text FROM (SELECT FROM {table.own} LIMIT {MOST + 1}) AS s" for table in asked]
        )
        pairs = zip(asked, counts, strict=True)
        self._counts = {table.oid: int(count) for table, count in pairs if count not in {None, "0"}}

    def __contains__(self, oid: object) -> bool:
        """Tell whether a table holds rows."""
        return oid in self._counts

    def many(self, oid: int) -> bool:
        """Tell whether a table holds more rows than are read."""
        return self._counts.get(oid, 0) > MOST

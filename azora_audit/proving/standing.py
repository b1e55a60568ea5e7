"""Rows that a database holds before anything is tried: its DDL has inserted them, or it is more than a scratch one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from azora_audit.proving.model import Schema
    from azora_audit.proving.session import Session

NEW: Final = "age(xmin) <= 0"
"""True of the rows that the current transaction has stored: those of transactions before it are older than it is."""
STORED: Final = """
SELECT coalesce(json_agg(oid::bigint), '[]')::text FROM pg_catalog.pg_class
WHERE relkind = 'r' AND oid >= 16384 AND pg_catalog.pg_relation_size(oid) > 0"""
"""Tables that may hold rows: the others have no page."""


class Standing:
    """What is known of the rows that were there before."""

    def __init__(self, session: Session, schema: Schema) -> None:
        """Ask which tables hold rows."""
        stored = frozenset(json.loads(session.texts([STORED])[0] or "[]"))
        asked = [table for table in schema.values() if table.partitioned or table.oid in stored]
        held = session.texts([f"SELECT EXISTS (SELECT FROM {table.own})::text" for table in asked])
        self._tables = {table.oid for table, answer in zip(asked, held, strict=True) if answer == "true"}

    def __contains__(self, oid: object) -> bool:
        """Tell whether a table holds rows."""
        return oid in self._tables

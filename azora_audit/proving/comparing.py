"""Whether rows are equal in a key, also in columns that PostgreSQL fills itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from azora_audit.proving.session import as_json, literal

if TYPE_CHECKING:
    from azora_audit.proving.bench import Bench
    from azora_audit.proving.model import Column, Key, Table
    from azora_audit.proving.rows import Row
    from azora_audit.proving.samples import Value
    from azora_audit.proving.session import Session

UNKNOWN: Final = "\0"
"""What stands for a value that nobody knows before a row is stored."""


def same(bench: Bench, key: Key, first: Row, second: Row) -> bool:
    """Tell whether two rows may be equal in a key."""
    for name in key.columns:
        one, other = held(bench, first, name), held(bench, second, name)
        if UNKNOWN in (one, other):
            continue
        if one != other or (one is None and not key.nulls_not_distinct):
            return False
    return True


def held(bench: Bench, row: Row, name: str) -> Value:
    """Return what a column holds in a row: what is given, what is computed, or what tells one default from another."""
    column = bench.table.columns[name]
    if column.generated:
        return _computed(bench.rows.session, bench.table, column, row)
    if name not in row and (column.default or column.identity):
        return f"{UNKNOWN}{column.default}" if column.constant_default and column.default else UNKNOWN
    return row.get(name)


def _computed(session: Session, table: Table, column: Column, row: Row) -> Value:
    """Return what a generated column holds in a row."""
    sources = [table.columns[name] for name in column.generated_from]
    record = {source.name: as_json(source, row.get(source.name)) for source in sources}
    fields = ", ".join(f"{source.quoted} {source.type}" for source in sources)
    values = f"json_to_record({literal(json.dumps(record))}) AS t({fields})" if sources else "(SELECT) AS t"
    query = f"SELECT json_build_array((({column.generated})::{column.type})::text)::text FROM {values}"
    (answer,) = session.texts([query])
    if answer is None:
        return UNKNOWN
    value: Value = json.loads(answer)[0]
    return value

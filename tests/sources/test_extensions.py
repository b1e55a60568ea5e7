"""The types that extensions bring, as far as they are known, are those that PostgreSQL's catalog has then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from azora_audit.sources.ddl.replay.extensions import TYPES

if TYPE_CHECKING:
    import psycopg

pytestmark = pytest.mark.postgres

OWN = """
select t.typname from pg_depend d join pg_type t on t.oid = d.objid and d.classid = 'pg_type'::regclass
join pg_extension e on e.oid = d.refobjid
where e.extname = %s and d.deptype = 'e' and t.typelem = 0
    and (t.typrelid = 0 or exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c'))
order by t.typname"""


def test_types_of_extensions(database: psycopg.Connection) -> None:
    names = [row[0] for row in database.execute("select name from pg_available_extensions").fetchall()]
    found = {}
    for name in names:
        database.execute(f'create extension if not exists "{name}" cascade'.encode())
        found[name] = tuple(row[0] for row in database.execute(OWN, [name]).fetchall())
    assert found
    assert {name: types for name, types in found.items() if types} == {
        name: TYPES[name][1] for name in found if TYPES.get(name, ("", ()))[1]
    }

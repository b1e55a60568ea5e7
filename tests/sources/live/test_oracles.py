"""The live reader on drawn schemas, against two judges of its own: SQLAlchemy's Inspector, and pg_dump."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any

import sqlalchemy
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from azora_audit.catalog import tables
from azora_audit.sources.live.read import read_database
from tests.sources.agreement import compare_with_dumped
from tests.sources.drawing.state import quote
from tests.sources.drawn import drawn_database, dump, restored_database

if TYPE_CHECKING:
    import psycopg

    from azora_audit.catalog.facts import Facts
    from azora_audit.sources.live.server import Server

SEEDS = st.integers(0, 2**64 - 1)
several = settings(phases=[Phase.explicit, Phase.reuse, Phase.generate])  # a seed has no simpler seed


def inspected(connection: psycopg.Connection[Any], schemas: set[str]) -> dict[str, object]:
    """What SQLAlchemy says of each table, in words that `told` can say too.

    It takes the foreign keys that PostgreSQL derives for each partition of a referenced table as keys of their own.
    """
    derived = {
        row[0]
        for row in connection.execute(
            "select c.conname from pg_catalog.pg_constraint c join pg_catalog.pg_constraint p on p.oid = c.conparentid"
            " where c.contype = 'f' and p.confrelid <> c.confrelid"
        )
    }
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: connection, poolclass=sqlalchemy.StaticPool
    )
    found: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sqlalchemy.exc.SAWarning)  # types that it does not know
        inspector = sqlalchemy.inspect(engine)
        for schema in schemas:
            options: dict[str, Any] = {
                "schema": schema,
                "kind": sqlalchemy.engine.reflection.ObjectKind.TABLE,
            }
            columns = inspector.get_multi_columns(**options)
            keys, uniques = (
                inspector.get_multi_pk_constraint(**options),
                inspector.get_multi_unique_constraints(**options),
            )
            foreign, checks = (
                inspector.get_multi_foreign_keys(**options),
                inspector.get_multi_check_constraints(**options),
            )
            indexes, comments = (
                inspector.get_multi_indexes(**options),
                inspector.get_multi_table_comment(**options),
            )
            for table in columns:
                found[f"{schema}.{table[1]}"] = {
                    "columns": [(c["name"], c["nullable"], c["comment"]) for c in columns[table]],
                    "computed": sorted(c["name"] for c in columns[table] if "computed" in c),
                    "identity": sorted(c["name"] for c in columns[table] if "identity" in c),
                    "primary key": (keys[table]["name"], keys[table]["constrained_columns"]),
                    "unique": sorted((u["name"], u["column_names"]) for u in uniques[table]),
                    "checks": sorted(str(c["name"]) for c in checks[table]),
                    "foreign keys": sorted(
                        (
                            f["name"],
                            f["constrained_columns"],
                            f["referred_schema"] or "public",
                            f["referred_table"],
                            f["referred_columns"],
                            f["options"].get("ondelete"),
                            f["options"].get("onupdate"),
                        )
                        for f in foreign[table]
                        if f["name"] not in derived
                    ),
                    "indexes": sorted((i["name"], i["unique"]) for i in indexes[table]),
                    "comment": comments[table]["text"],
                }
    return found


def told(facts: Facts) -> dict[str, object]:
    """The same from the facts."""
    name = {entity.id: entity.name for entity in facts.rows(tables.Entity)}
    comments = {row.entity_id: row.text for row in facts.rows(tables.Comment)}
    key_columns: dict[int, list[str]] = {}
    for part in facts.rows(tables.KeyColumn):
        key_columns.setdefault(part.key_id, []).append(name[part.column_id])
    pairs: dict[int, list[tables.ForeignKeyColumn]] = {}
    for pair in facts.rows(tables.ForeignKeyColumn):
        pairs.setdefault(pair.foreign_key_id, []).append(pair)
    found: dict[str, object] = {}
    for table in facts.rows(tables.Table):
        columns = [column for column in facts.rows(tables.Column) if column.table_id == table.id]
        primary = next((key for key in facts.rows(tables.PrimaryKey) if key.table_id == table.id), None)
        found[f"{table.schema}.{table.name}"] = {
            "columns": [(c.name, c.nullable, comments.get(c.id)) for c in columns],
            "computed": sorted(c.name for c in columns if c.generated),
            # A partition shares its parent's sequence, where the Inspector looks for identity.
            "identity": sorted(c.name for c in columns if c.identity and table.partition_of_id is None),
            "primary key": (primary.name, key_columns[primary.id]) if primary else (None, []),
            "unique": sorted(
                (u.name, key_columns[u.id]) for u in facts.rows(tables.Unique) if u.table_id == table.id
            ),
            "checks": sorted(c.name for c in facts.rows(tables.Check) if c.table_id == table.id),
            "foreign keys": sorted(
                (
                    f.name,
                    [name[pair.column_id] for pair in pairs[f.id]],
                    f.referenced_schema,
                    f.referenced_name,
                    [pair.referenced_name for pair in pairs[f.id]],
                    action(f.on_delete, f.on_delete_columns),
                    action(f.on_update),
                )
                for f in facts.rows(tables.ForeignKey)
                if f.table_id == table.id
            ),
            "indexes": sorted(
                (i.name, i.unique_)
                for i in facts.rows(tables.Index)
                if i.table_id == table.id and (primary is None or i.constraint_id != primary.id)
            ),
            "comment": comments.get(table.id),
        }
    return found


def action(effective: str, columns: str | None = None) -> str | None:
    if columns is not None:
        return f"{effective.upper()} ({', '.join(quote(name) for name in json.loads(columns))})"
    return None if effective == "no action" else effective.upper()


@settings(several, max_examples=40, derandomize=True)
@given(seed=SEEDS)
def test_sqlalchemy_sees_the_same_tables(server: Server, seed: int) -> None:
    """For every schema, the reader and SQLAlchemy's Inspector agree on what both of them know."""
    with drawn_database(server, seed) as (connection, statements):
        note(";\n".join(statements))
        facts = read_database(connection, "drawn")
        schemas = {table.schema for table in facts.rows(tables.Table)}
        connection.execute("set search_path = ''")  # so that the Inspector always names the schema
        assert told(facts) == inspected(connection, schemas)


@settings(several, max_examples=15, derandomize=True)
@given(seed=SEEDS)
def test_a_dump_restores_the_same_facts(server: Server, seed: int) -> None:
    """For every schema, reading it and reading what pg_dump makes of it gives the same facts."""
    with drawn_database(server, seed) as (connection, statements):
        note(";\n".join(statements))
        first = read_database(connection, "drawn")
        with restored_database(server, dump(server, connection.info.dbname)) as again:
            assert compare_with_dumped(read_database(again, "drawn"), first) == []

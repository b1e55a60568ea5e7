"""Constraints and indexes of a live server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from azora_audit.catalog.tables import (
    Check,
    CheckColumn,
    Exclusion,
    ForeignKey,
    ForeignKeyColumn,
    Index,
    IndexColumn,
    IndexPredicateColumn,
    KeyColumn,
    PrimaryKey,
    Unique,
)
from azora_audit.sources.live.nodes import columns_read, only_not_null

if TYPE_CHECKING:
    from azora_audit.sources.live.reader import Reader

KINDS = {"p": "primary-key", "u": "unique", "f": "foreign-key", "c": "check", "x": "exclusion"}
ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
"""pg_constraint.confdeltype and confupdtype."""


class Constraint:
    """A row of queries/constraints.sql by names."""

    def __init__(self, row: tuple[Any, ...]) -> None:
        """Unpack the row."""
        self.oid, self.name, self.kind, self.table, self.domain, self.index, self.columns, *row_rest = row
        self.deferrable, self.deferred, self.validated, self.no_inherit, self.enforced, *foreign = row_rest
        self.referenced, self.referenced_schema, self.referenced_name, self.referenced_columns, *more = (
            foreign
        )
        self.on_delete, self.on_update, self.match, *last = more
        self.delete_columns, self.expression = last


def read_constraints(reader: Reader) -> dict[int, int]:
    """Read constraints, except exclusions' predicates; return which constraint an index serves."""
    served: dict[int, int] = {}
    for row in reader.rows("constraints"):
        constraint = Constraint(row)
        domain = reader.types.get(constraint.domain)
        parent = reader.tables.get(constraint.table) or (domain.id if domain is not None else None)
        if parent is None:
            continue
        identifier = reader.add(
            KINDS[constraint.kind], constraint.name, ("pg_constraint", constraint.oid, 0), parent
        )
        if constraint.kind == "c":
            add_check(reader, identifier, constraint)
        elif constraint.kind == "f":
            add_foreign_key(reader, identifier, constraint)
        else:
            add_key(reader, identifier, constraint)
            served[constraint.index] = identifier
    return served


def add_key(reader: Reader, identifier: int, constraint: Constraint) -> None:
    """Add a primary key, UNIQUE or EXCLUDE constraint (whose index fills in what only it knows)."""
    facts, table = reader.facts, reader.tables[constraint.table]
    timing = constraint.deferrable, constraint.deferred
    if constraint.kind == "x":
        method, definition, predicate = exclusion_parts(reader.printed(constraint.expression) or "")
        row = Exclusion(identifier, table, constraint.name, method, definition, predicate, *timing)
        facts.rows(Exclusion).append(row)
        return
    if constraint.kind == "p":
        facts.rows(PrimaryKey).append(PrimaryKey(identifier, table, constraint.name, *timing))
    else:
        facts.rows(Unique).append(Unique(identifier, table, constraint.name, False, *timing))
    for position, number in enumerate(constraint.columns, 1):
        column = reader.columns[constraint.table, number]
        facts.rows(KeyColumn).append(KeyColumn(identifier, position, column))


def exclusion_parts(definition: str) -> tuple[str, str, str | None]:
    """Split `EXCLUDE USING gist (a WITH =) WHERE ((b > 0)) DEFERRABLE` into method, elements and predicate."""
    definition = re.sub(r"( NOT VALID| NOT ENFORCED| DEFERRABLE| INITIALLY DEFERRED)+$", "", definition)
    head, _, rest = definition.partition(" (")
    end = closing(rest)
    elements, rest = rest[:end], rest[end + 1 :]
    _, found, predicate = rest.partition(" WHERE (")
    return head.rpartition(" ")[2], elements, predicate[: closing(predicate)] if found else None


def closing(text: str) -> int:
    """Return where the parenthesis closes that was opened before `text`; quotes are passed over."""
    depth = 1
    for match in re.finditer(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]""", text):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0:
            return match.start()
    return len(text)


def add_check(reader: Reader, identifier: int, constraint: Constraint) -> None:
    """Add a CHECK constraint of a table or domain, and the columns that it reads."""
    domain = reader.types.get(constraint.domain)
    reader.facts.rows(Check).append(
        Check(
            id=identifier,
            table_id=reader.tables.get(constraint.table),
            domain_id=domain.id if domain is not None else None,
            name=constraint.name,
            expression=reader.printed(constraint.expression) or "",
            validated=constraint.validated,
            enforced=constraint.enforced,
            no_inherit=constraint.no_inherit,
        )
    )
    for number in sorted(set(constraint.columns or ())):
        column = reader.columns.get((constraint.table, number))
        if column is not None:  # a system column or the whole row has none
            reader.facts.rows(CheckColumn).append(CheckColumn(identifier, column))


def add_foreign_key(reader: Reader, identifier: int, constraint: Constraint) -> None:
    """Add a foreign key and its pairs of columns."""
    facts = reader.facts
    deleted = reader.names_of(constraint.table, constraint.delete_columns or ())
    facts.rows(ForeignKey).append(
        ForeignKey(
            id=identifier,
            table_id=reader.tables[constraint.table],
            name=constraint.name,
            referenced_table_id=reader.tables.get(constraint.referenced),
            referenced_schema=constraint.referenced_schema,
            referenced_name=constraint.referenced_name,
            on_delete=ACTIONS[constraint.on_delete],
            on_update=ACTIONS[constraint.on_update],
            on_delete_declared=constraint.on_delete != "a",
            on_update_declared=constraint.on_update != "a",
            on_delete_columns=orjson.dumps(deleted).decode() if deleted else None,
            match="full" if constraint.match == "f" else "simple",
            deferrable=constraint.deferrable,
            initially_deferred=constraint.deferred,
            validated=constraint.validated,
            enforced=constraint.enforced,
            emulated=False,
        )
    )
    names = reader.names_of(constraint.referenced, constraint.referenced_columns)
    pairs = zip(constraint.columns, constraint.referenced_columns, names, strict=True)
    for position, (number, target, name) in enumerate(pairs, 1):
        column = reader.columns[constraint.table, number]
        referenced = reader.columns.get((constraint.referenced, target))
        facts.rows(ForeignKeyColumn).append(ForeignKeyColumn(identifier, position, column, referenced, name))


def read_indexes(reader: Reader, served: dict[int, int]) -> None:
    """Read indexes, the columns of their predicates, and what UNIQUE constraints take from theirs."""
    facts = reader.facts
    tables: dict[int, int] = {}
    lenient: set[int] = set()
    for oid, table, name, method, unique, not_distinct, valid, predicate, tree in reader.rows("indexes"):
        if table not in reader.tables:
            continue
        tables[oid] = table
        identifier = reader.add("index", name, ("pg_class", oid, 0), reader.tables[table])
        facts.rows(Index).append(
            Index(
                id=identifier,
                table_id=reader.tables[table],
                name=name,
                method=method,
                unique_=unique,
                nulls_not_distinct=not_distinct,
                constraint_id=served.get(oid),
                predicate=reader.printed(predicate),
                predicate_only_not_null=predicate is not None and only_not_null(tree),
                valid=valid,
                concurrently=False,
            )
        )
        for number in columns_read(tree) if tree is not None else ():
            column = reader.columns[table, number]
            facts.rows(IndexPredicateColumn).append(IndexPredicateColumn(identifier, column))
        if not_distinct and oid in served:
            lenient.add(served[oid])
    uniques = facts.rows(Unique)
    uniques[:] = [row._replace(nulls_not_distinct=row.id in lenient) for row in uniques]
    read_index_columns(reader, tables)


def read_index_columns(reader: Reader, tables: dict[int, int]) -> None:
    """Read key and INCLUDE columns of the indexes that `tables` knows."""
    for oid, position, number, expression, included, *order, opclass, collation in reader.rows(
        "index_columns"
    ):
        if oid in tables:
            descending, nulls_first = order
            reader.facts.rows(IndexColumn).append(
                IndexColumn(
                    index_id=reader.entities["pg_class", oid, 0],
                    position=position,
                    column_id=reader.columns.get((tables[oid], number)),
                    expression=reader.printed(expression),
                    included=included,
                    descending=descending,
                    nulls_first=nulls_first,
                    operator_class=opclass,
                    collation=collation,
                )
            )

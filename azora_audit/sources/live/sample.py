"""Looks at values of sensitive columns, when asked: what is kept of them are counts of what they look like.

The values are read in a read-only transaction, judged in this process and forgotten; no row, message or log has one.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from azora_audit.catalog.layout import type_group
from azora_audit.catalog.tables import Column, Table, TableUse, ValueSample
from azora_audit.catalog.words import words
from azora_audit.findings import Problem
from azora_audit.records import NamedTuple
from azora_audit.sources.live.looks import ENCRYPTED, HASHED, PLAIN, UNCLEAR, looks
from azora_audit.sources.live.read import SESSION, set_locally

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.catalog.facts import Facts
    from azora_audit.catalog.lexicon import Lexicon

SETTINGS = {"statement_timeout": "10s", "lock_timeout": "1s"} | SESSION
LONGEST = 400
"""Characters or bytes of a value that are looked at."""
FEWEST = 5
"""Values without which nothing is said of a column."""
MOST = 0.9
"""Part of the values that must look the same; random text looks plain once in fifty times."""
SOME = 0.2
"""Part of the values that must look plain, and part that must not, for a column to hold both."""
SPREAD = 20
"""How many times as many rows as asked for are drawn, because rows of one page are alike and some values are null."""
LARGE = 50
"""A table is sampled when it has so many times the rows asked for; a smaller one is read from its beginning."""


class Sampling(NamedTuple):
    """How many values to look at in each column, and what tells which columns are sensitive."""

    number: int
    lexicon: Lexicon


class Sensitive(NamedTuple):
    """A column whose values are looked at."""

    column: Column
    table: Table
    rows: int | None
    """Rows of the table by the server's estimate."""
    may_be_random: bool
    """Values in clear may look random: it is a token or a key."""


def sample(connection: psycopg.Connection[Any], facts: Facts, sampling: Sampling) -> None:
    """Look at values of sensitive columns, adding a row of counts for each and a problem for those that are refused.

    Args:
        connection: an idle connection.
        facts: the schema that it was found to have, not derived yet.
        sampling: how many values, of which columns.

    Raises:
        psycopg.Error: the connection is lost.
    """
    refused: list[str] = []
    chosen = list(sensitive_columns(facts, sampling.lexicon))
    with connection.transaction():
        connection.execute("SET TRANSACTION READ ONLY")
        set_locally(connection, SETTINGS)
        for each in chosen:
            try:
                with connection.transaction():  # a savepoint: what is refused is refused for this column
                    counts, signs = _look(connection, each, sampling.number)
            except (psycopg.Error, UnicodeDecodeError) as error:
                if connection.broken:
                    raise
                refused.append(type(error).__name__)
                continue
            facts.rows(ValueSample).append(verdict(each.column.id, counts, signs))
    if refused:
        facts.problems.append(_problem(facts.service, len(chosen), refused))
    else:
        facts.know([ValueSample])


def sensitive_columns(facts: Facts, lexicon: Lexicon) -> Iterator[Sensitive]:
    """Yield the columns that the lexicon takes for sensitive or for protected values, of types that hold such values."""
    wanted = lexicon.meanings_in("sensitive") | lexicon.meanings_in("protected-value")
    random = lexicon.meanings_in("credential") | {"tokenized"}
    tables = {
        row.id: row for row in facts.rows(Table) if row.partition_of_id is None and row.kind != "foreign"
    }
    context = {identifier: frozenset(words(table.name)) for identifier, table in tables.items()}
    rows = {row.table_id: row.rows for row in facts.rows(TableUse)}
    for column in facts.rows(Column):
        group = type_group(column)
        if (
            column.table_id not in tables
            or column.array
            or group not in {"text", "bytes", "integer", "number"}
        ):
            continue
        meanings = lexicon.column(column.name, group, context[column.table_id]).keys()
        if meanings & wanted:
            table = tables[column.table_id]
            yield Sensitive(column, table, rows.get(table.id), bool(meanings & random))


def _look(
    connection: psycopg.Connection[Any], each: Sensitive, number: int
) -> tuple[Counter[str], Counter[str]]:
    """Return how many values look like what, and by which signs plain ones were known."""
    values = _values(connection, each, number, sampled=each.rows is not None and each.rows > LARGE * number)
    found = [looks(value, may_be_random=each.may_be_random) for value in values]
    return Counter(kind for kind, _ in found), Counter(sign for kind, sign in found if kind == PLAIN)


def _values(
    connection: psycopg.Connection[Any], each: Sensitive, number: int, *, sampled: bool
) -> list[str | bytes]:
    """Return the beginnings of some values; the names in the statement are quoted by libpq."""
    name = sql.Identifier(each.column.name)
    shown = "substring({} from 1 for {})" if type_group(each.column) == "bytes" else "left({}::text, {})"
    part: sql.Composable = sql.SQL("")
    if sampled:
        percent = min(100.0, 100.0 * SPREAD * number / (each.rows or 1))
        part = sql.SQL("TABLESAMPLE SYSTEM ({})").format(sql.Literal(percent))
    statement = sql.SQL("SELECT {} FROM {} {} WHERE {} IS NOT NULL LIMIT {}").format(
        sql.SQL(shown).format(name, sql.Literal(LONGEST)),
        sql.Identifier(each.table.schema, each.table.name),
        part,
        name,
        sql.Literal(number),
    )
    values = [row[0] for row in connection.execute(statement)]
    if sampled and len(values) < min(number, FEWEST):
        return _values(connection, each, number, sampled=False)
    return values


def verdict(column_id: int, counts: Counter[str], signs: Counter[str]) -> ValueSample:
    """Return what a column's values look like as a whole."""
    looked = counts.total()
    safe = counts[ENCRYPTED] + counts[HASHED]
    kind = UNCLEAR
    if looked >= FEWEST:
        if counts[PLAIN] >= MOST * looked:
            kind = PLAIN
        elif safe >= MOST * looked:
            kind = ENCRYPTED if counts[ENCRYPTED] >= counts[HASHED] else HASHED
        elif counts[PLAIN] >= SOME * looked and safe >= SOME * looked:
            kind = "mixed"
    sign = signs.most_common(1)[0][0] if kind in {PLAIN, "mixed"} else None
    return ValueSample(
        column_id, looked, counts[PLAIN], counts[ENCRYPTED], counts[HASHED], counts[UNCLEAR], kind, sign
    )


def _problem(service: str, columns: int, refused: list[str]) -> Problem:
    reasons = ", ".join(sorted(set(refused)))
    message = (
        f"Of {columns} sensitive columns, the values of {len(refused)} could not be looked at: {reasons}."
    )
    advice = "Grant the role SELECT on these columns, or leave out --sample."
    return Problem("not-sampled", service, "", 0, 0, message, advice)

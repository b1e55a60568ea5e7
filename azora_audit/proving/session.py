"""Running probes on a server: many in one call, each undone whatever becomes of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeVar

import psycopg

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from azora_audit.proving.model import Column
    from azora_audit.proving.samples import Value

READER: Final = "azora_audit_reader"
"""The role without rights of its own that policies are tried as."""
BATCH: Final = 1000
"""Probes of one call: a larger number is no faster."""
PATIENCE: Final = "SET LOCAL statement_timeout = '3s'"
"""How long candidates may take to be judged, which takes milliseconds where no function sleeps."""
HANGING: Final = 6
"""Calls that may take too long before no more candidates are judged."""
TIMEOUT: Final = "10s"
"""How long one batch of probes may take before those that hang are looked for."""
SETTINGS: Final = (
    f"SET statement_timeout = '{TIMEOUT}'; SET lock_timeout = '{TIMEOUT}'; SET timezone = 'UTC';"
    " SET datestyle = 'ISO, YMD'; SET standard_conforming_strings = on; SET client_min_messages = error;"
    " SET row_security = on; SET jit = off"
)
"""How a session begins that proves: so that the same statements have the same outcomes everywhere."""
DEFERRABLE: Final = """
SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE condeferrable)
    OR EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgdeferrable)"""
"""Whether anything may be put off to the end of the transaction, so that a probe has to ask for it."""
Item = TypeVar("Item")
Answer = TypeVar("Answer")
HELPERS: Final = """
CREATE OR REPLACE FUNCTION pg_temp.azora_audit_probes(befores text[], statements text[], afters text[], deferred boolean)
RETURNS TABLE (stage text, state text, constraint_name text, schema_name text, table_name text, column_name text,
               type_name text, message text, context text, affected bigint, value text)
LANGUAGE plpgsql AS $function$
BEGIN
    FOR i IN 1 .. cardinality(statements) LOOP
        stage := 'before'; state := ''; constraint_name := ''; schema_name := ''; table_name := ''; column_name := '';
        type_name := ''; message := ''; context := ''; affected := 0; value := NULL;
        BEGIN
            IF befores[i] <> '' THEN
                EXECUTE befores[i];
                IF deferred THEN
                    SET CONSTRAINTS ALL IMMEDIATE;
                END IF;
            END IF;
            stage := 'statement';
            EXECUTE statements[i];
            GET DIAGNOSTICS affected = ROW_COUNT;
            IF deferred THEN
                SET CONSTRAINTS ALL IMMEDIATE;
            END IF;
            stage := 'after';
            IF afters[i] <> '' THEN
                EXECUTE afters[i] INTO value;
            END IF;
            stage := 'done';
            RAISE SQLSTATE 'AZ000';
        EXCEPTION WHEN OTHERS OR assert_failure THEN
            IF stage <> 'done' THEN
                GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, constraint_name = CONSTRAINT_NAME,
                    schema_name = SCHEMA_NAME, table_name = TABLE_NAME, column_name = COLUMN_NAME,
                    type_name = PG_DATATYPE_NAME, message = MESSAGE_TEXT, context = PG_EXCEPTION_CONTEXT;
            END IF;
        END;
        RETURN NEXT;
    END LOOP;
END $function$;
CREATE OR REPLACE FUNCTION pg_temp.azora_audit_evaluate(query text, records jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $function$
DECLARE
    item jsonb;
    answer jsonb;
    answers jsonb := '[]';
BEGIN
    BEGIN
        EXECUTE query INTO answers USING records;
        RETURN answers;
    EXCEPTION WHEN OTHERS OR assert_failure THEN
        NULL;
    END;
    FOR item IN SELECT * FROM jsonb_array_elements(records) LOOP
        answer := '[null]';
        BEGIN
            EXECUTE query INTO answer USING jsonb_build_array(item);
        EXCEPTION WHEN OTHERS OR assert_failure THEN
            NULL;
        END;
        answers := answers || answer;
    END LOOP;
    RETURN answers;
END $function$;
CREATE OR REPLACE FUNCTION pg_temp.azora_audit_texts(queries text[]) RETURNS text[]
LANGUAGE plpgsql AS $function$
DECLARE
    answers text[] := '{}';
    answer text;
BEGIN
    FOR i IN 1 .. cardinality(queries) LOOP
        answer := NULL;
        BEGIN
            EXECUTE queries[i] INTO answer;
        EXCEPTION WHEN OTHERS OR assert_failure THEN
            NULL;
        END;
        answers := answers || answer;
    END LOOP;
    RETURN answers;
END $function$"""


class Probe(NamedTuple):
    """Something to try: what has to be there, the statement in question, and a query that looks at the result."""

    sql: str
    before: tuple[str, ...] = ()
    after: str = ""


class Outcome(NamedTuple):
    """What the server said to a probe."""

    stage: str
    """Where it ended: before, statement, after, or done when nothing was refused; late when it took too long."""
    state: str
    constraint: str
    schema: str
    table: str
    column: str
    type: str
    message: str
    context: str
    affected: int
    value: str | None


LATE: Final = Outcome("late", "57014", "", "", "", "", "", "it takes too long", "", 0, None)


class Session:
    """A connection that probes go through; everything that they do is undone."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        """Make the helper functions, which are gone with the session.

        Args:
            connection: in autocommit mode, with rights to the tables; `statement_timeout` bounds a batch.
        """
        self.connection = connection
        connection.execute(HELPERS)
        found = connection.execute(DEFERRABLE).fetchone()
        self._deferred = found is not None and found[0]
        query = "SELECT FROM pg_catalog.pg_roles WHERE rolname = %s"
        self.needs_reader = connection.execute(query, (READER,)).rowcount == 0
        """Whether the role that policies are tried as has to be made first, in each probe."""

    def run(self, probes: Sequence[Probe]) -> list[Outcome]:
        """Run probes in the current transaction, in which they leave nothing behind."""
        outcomes: list[Outcome] = []
        for start in range(0, len(probes), BATCH):
            outcomes += self._batch(probes[start : start + BATCH])
        return outcomes

    def _batch(self, probes: Sequence[Probe]) -> list[Outcome]:
        """Run probes in one call; where that takes too long, find the ones that do by halves."""
        befores = ["; ".join(probe.before) for probe in probes]
        columns = befores, [probe.sql for probe in probes], [probe.after for probe in probes], self._deferred
        try:
            with self.connection.transaction():
                query = "SELECT * FROM pg_temp.azora_audit_probes(%s::text[], %s::text[], %s::text[], %s)"
                return [Outcome(*row) for row in self.connection.execute(query, columns)]
        except psycopg.errors.QueryCanceled:
            if len(probes) == 1:
                return [LATE]
        middle = len(probes) // 2
        return self._batch(probes[:middle]) + self._batch(probes[middle:])

    def texts(self, queries: list[str]) -> list[str | None]:
        """Return the answer of each query that gives one text; None where it fails."""

        def ask(some: list[str]) -> list[str | None]:
            statement = "SELECT pg_temp.azora_audit_texts(%s::text[])"
            row = self.connection.execute(statement, (some,)).fetchone()
            assert row is not None  # noqa: S101 -- a SELECT without FROM has one row
            return list(row[0])

        return self._patiently(queries, ask)

    def _patiently(
        self, items: list[Item], ask: Callable[[list[Item]], list[Answer | None]]
    ) -> list[Answer | None]:
        """Ask about items, by halves where that takes too long; no answer about those that hang.

        One that hangs is given up after `PATIENCE`, and all that are left when that has happened too often.
        """
        left = HANGING

        def halves(some: list[Item]) -> list[Answer | None]:
            nonlocal left
            if not some or left <= 0:
                return [None] * len(some)
            try:
                with self.connection.transaction(force_rollback=True):
                    self.connection.execute(PATIENCE)
                    return ask(some)
            except psycopg.errors.QueryCanceled:
                left -= 1
            if len(some) == 1:
                return [None]
            middle = len(some) // 2
            return halves(some[:middle]) + halves(some[middle:])

        return halves(items)

    def stored(self, pairs: list[tuple[Column, Value]]) -> list[str | None]:
        """Return what each column makes of each value; None where its type, length or domains refuse it.

        Texts that a column stores as the same value (`1` and `1.0`, or two numbers that it rounds) have the same answer.
        """
        queries = [
            f"SELECT v::text FROM json_to_record({literal(json.dumps({'v': as_json(column, value)}))})"
            f" AS t(v {column.type})"
            for column, value in pairs
        ]
        return self.texts(queries)

    def evaluate(
        self, columns: list[Column], source: str, expressions: list[str], rows: list[dict[str, Value]]
    ) -> list[list[bool | None] | None]:
        """Evaluate conditions on rows that are in no table.

        Args:
            columns: what the rows hold; a column that a row does not give is NULL.
            source: further columns that follow from these, such as generated ones, with a comma before each.
            expressions: conditions, as PostgreSQL prints them.
            rows: values by names.

        Returns:
            for each row whether each condition holds (None: unknown); None instead where an expression fails.
        """
        fields = ", ".join(f"{column.quoted} {column.type}" for column in columns)
        conditions = ", ".join(f"({expression})" for expression in expressions)
        query = (
            f"SELECT jsonb_agg(to_jsonb(ARRAY[{conditions}]::boolean[])) FROM (SELECT *{source}"
            f" FROM jsonb_to_recordset($1) AS t({fields})) AS t"
        )

        def ask(some: list[dict[str, Value]]) -> list[list[bool | None] | None]:
            objects = [
                {column.name: as_json(column, row[column.name]) for column in columns if column.name in row}
                for row in some
            ]
            statement = "SELECT pg_temp.azora_audit_evaluate(%s, %s::jsonb)"
            row = self.connection.execute(statement, (query, json.dumps(objects))).fetchone()
            assert row is not None  # noqa: S101 -- as above
            return list(row[0])

        return self._patiently(rows, ask)


def as_json(column: Column, value: Value) -> Any:
    """Return what a record in JSON has to hold to give the column this value: a text, or JSON itself for JSON."""
    if value is None or column.base not in ("json", "jsonb") or column.category == "A":
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def brief(error: psycopg.Error) -> str:
    """Return an error as one line: SQLSTATE, constraint, message."""
    diagnosis = error.diag
    message = diagnosis.message_primary or str(error)
    parts = (error.sqlstate, diagnosis.constraint_name, " ".join(message.split()))
    return " ".join(part for part in parts if part)


def literal(value: Value) -> str:
    """Return a value as SQL writes it, to be read by whatever type the column has."""
    if value is None:
        return "NULL"
    escaped = value.replace("'", "''")
    return f"'{escaped}'"

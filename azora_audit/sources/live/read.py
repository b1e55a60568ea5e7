"""Reads the catalog of a live PostgreSQL (12 to 18) into facts, by a fixed number of queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

from azora_audit.catalog import tables
from azora_audit.catalog.facts import Facts
from azora_audit.errors import ServerError
from azora_audit.sources.live import keys, programs, relations
from azora_audit.sources.live import running as server
from azora_audit.sources.live.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping

OLDEST = 120000
"""Lowest server version; older ones lack generated columns in their catalog."""
KNOWN = (
    *(tables.Table, tables.Inheritance, tables.Column, tables.Default, tables.PrimaryKey, tables.Unique),
    *(tables.KeyColumn, tables.ForeignKey, tables.ForeignKeyColumn, tables.Check, tables.CheckColumn),
    *(tables.Exclusion, tables.Index, tables.IndexColumn, tables.IndexPredicateColumn, tables.Enum),
    *(tables.EnumValue, tables.Domain, tables.Sequence, tables.View, tables.ViewRead, tables.Function),
    *(tables.Trigger, tables.Policy, tables.Grant, tables.Extension, tables.Comment),
)
"""What a server's catalog says completely of a schema."""
RUNNING = (
    *(tables.Database, tables.Setting, tables.Schema, tables.Role, tables.Membership),
    *(tables.SwitchedOff, tables.TableUse, tables.IndexUse),
)
"""What a running server says of itself; `sequence_uses` too, where nobody is altering a sequence."""
SESSION = {
    "application_name": "azora-audit",
    # so that every name outside it is printed with its schema, and no temporary table of a pooled session is in the way
    "search_path": "pg_catalog, pg_temp",
    "idle_in_transaction_session_timeout": "5min",
    "datestyle": "ISO, YMD",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "quote_all_identifiers": "off",
    "jit": "off",
}
"""Settings of the transaction that make the text of expressions the same everywhere."""


def read_database(
    connection: psycopg.Connection[Any],
    service: str,
    *,
    path: str = "",
    label: str = "",
    running: bool = False,
    statement_timeout: str = "60s",
    lock_timeout: str = "2s",
) -> Facts:
    """Read a database's catalog in one read-only snapshot.

    Args:
        connection: an idle connection; the reading is one transaction on it, and changes nothing of the session.
        service: name of the service that the database belongs to.
        path: the service's folder relative to the fleet's root.
        label: what reports call the database; its name by default.
        running: read what a running server says of itself and of the use of what it has, not only the schema.
        statement_timeout: limit of each query, as PostgreSQL writes it; `lock_timeout` likewise.
        lock_timeout: how long a query may wait for somebody's ALTER TABLE.

    Raises:
        ServerError: the server is older than 12, refuses a query, or takes too long.
    """
    version = connection.info.server_version
    if version < OLDEST:
        raise ServerError(
            f"the server is PostgreSQL {version // 10000}", help="azora-audit reads PostgreSQL 12 and later"
        )
    facts = Facts(service, path)
    facts.rows(tables.Source).append(
        tables.Source(facts.service_id, "live", label or connection.info.dbname, 0, "postgresql", "catalog")
    )
    settings = {"statement_timeout": statement_timeout, "lock_timeout": lock_timeout} | SESSION
    try:
        with connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            set_locally(connection, settings)
            reader = Reader(connection, facts)
            read_schema(reader)
            if running:
                read_running(reader)
    except psycopg.Error as error:
        raise ServerError(
            f"the catalog of database {connection.info.dbname} cannot be read: {error}".strip(),
            help="a lock or statement timeout passes when nobody changes the schema meanwhile",
        ) from error
    facts.know([*KNOWN, *RUNNING] if running else KNOWN)
    return facts


def set_locally(connection: psycopg.Connection[Any], settings: Mapping[str, str]) -> None:
    """Give settings their values until the end of the transaction."""
    connection.execute(
        "SELECT pg_catalog.set_config(name, value, true)"
        " FROM ROWS FROM (pg_catalog.unnest(%s::text[]), pg_catalog.unnest(%s::text[])) AS setting (name, value)",
        (list(settings), list(settings.values())),
    )


def read_schema(reader: Reader) -> None:
    """Read part after part; each needs what those before it have noted in the reader."""
    relations.read_relations(reader)
    relations.read_types(reader)
    relations.read_columns(reader)
    relations.read_view_reads(reader)
    served = keys.read_constraints(reader)
    keys.read_indexes(reader, served)
    programs.read_functions(reader)
    programs.read_triggers(reader)
    programs.read_policies(reader)
    programs.read_grants(reader)
    programs.read_extensions(reader)
    reader.comments()


def read_running(reader: Reader) -> None:
    """Read what only a running server knows; sequences last, which before PostgreSQL 18 are locked for that."""
    server.read_server(reader)
    server.read_schemas(reader)
    server.read_switched_off(reader)
    server.read_uses(reader)
    server.read_sequence_uses(reader)

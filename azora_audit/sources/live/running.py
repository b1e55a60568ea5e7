"""What only a running server tells: itself, its settings, roles, schemas, and what is used how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.tables import (
    Database,
    IndexUse,
    Membership,
    Role,
    Schema,
    SequenceUse,
    Setting,
    SwitchedOff,
    TableUse,
)

if TYPE_CHECKING:
    from azora_audit.sources.live.reader import Reader


def read_server(reader: Reader) -> None:
    """Read the database itself, the server's settings, and its roles."""
    facts = reader.facts
    ((oid, name, *about),) = reader.rows("database")
    database = reader.add("database", name, ("pg_database", oid, 0))
    facts.rows(Database).append(Database(database, facts.service_id, name, *about))
    facts.rows(Setting).extend(
        Setting(facts.entity("setting", setting, database), database, setting, value or "")
        for setting, value in reader.rows("settings")
    )
    roles: dict[int, int] = {}
    for role, role_name, *attributes in reader.rows("roles"):
        roles[role] = facts.entity("role", role_name, database)
        facts.rows(Role).append(Role(roles[role], database, role_name, *attributes))
    facts.rows(Membership).extend(
        Membership(roles[role], roles[member], admin)
        for role, member, admin in reader.rows("memberships")
        if role in roles and member in roles
    )


def read_schemas(reader: Reader) -> None:
    """Read schemas and who may create in them."""
    for oid, name, owner, public in reader.rows("schemas"):
        identifier = reader.add("schema", name, ("pg_namespace", oid, 0))
        reader.facts.rows(Schema).append(Schema(identifier, reader.facts.service_id, name, owner, public))


def read_switched_off(reader: Reader) -> None:
    """Read which constraints are there and not enforced, because their triggers do not run."""
    for oid, table in reader.rows("switched_off"):
        constraint = reader.entities.get(("pg_constraint", oid, 0))
        if constraint is not None and table in reader.tables:
            reader.facts.rows(SwitchedOff).append(SwitchedOff(constraint, reader.tables[table]))


def read_uses(reader: Reader) -> None:
    """Read sizes and use of the tables and indexes that are facts."""
    facts = reader.facts
    for oid, rows, size, scans, index_scans, changes in reader.rows("uses"):
        if oid in reader.tables:
            facts.rows(TableUse).append(TableUse(reader.tables[oid], rows, size, scans, index_scans, changes))
        elif (index := reader.entities.get(("pg_class", oid, 0))) is not None:
            facts.rows(IndexUse).append(IndexUse(index, size, scans))


def read_sequence_uses(reader: Reader) -> None:
    """Read how far sequences have counted; unknown as a whole while somebody alters one of them."""
    rows = reader.rows_unless_locked("sequence_uses")
    if rows is None:
        return
    for oid, last_value in rows:
        sequence = reader.entities.get(("pg_class", oid, 0))
        if sequence is not None:
            reader.facts.rows(SequenceUse).append(SequenceUse(sequence, last_value))
    reader.facts.know([SequenceUse])

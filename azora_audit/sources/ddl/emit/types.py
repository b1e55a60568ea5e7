"""Enums, domains, sequences and extensions as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog import tables as rows

if TYPE_CHECKING:
    from azora_audit.sources.ddl.emit.writer import Writer
    from azora_audit.sources.ddl.replay.session import Session
    from azora_audit.sources.ddl.replay.state import Sequence, UserType


def _own_types(session: Session) -> list[UserType]:
    return [
        found
        for schema in session.schemas.values()
        for found in schema.types.values()
        if found.extension is None and found.kind in ("enum", "domain")
    ]


def enter_types(writer: Writer, session: Session) -> None:
    """Give enums and domains their entities."""
    for found in _own_types(session):
        writer.top(found.kind, found.name, found.schema.name, found.origin, found)


def emit_types(writer: Writer, session: Session) -> None:
    """Add the rows of enums and domains."""
    facts = writer.facts
    for found in _own_types(session):
        identifier = writer.ids[found]
        if found.kind == "enum":
            facts.rows(rows.Enum).append(rows.Enum(identifier, 1, found.schema.name, found.name))
            facts.rows(rows.EnumValue).extend(
                [
                    rows.EnumValue(identifier, position, value)
                    for position, value in enumerate(found.values, 1)
                ]
            )
            continue
        under = writer.type(found.type).type if found.type is not None else ""
        facts.rows(rows.Domain).append(
            rows.Domain(
                identifier, 1, found.schema.name, found.name, under, not found.not_null, found.default
            )
        )
        for check in found.checks:
            check_id = writer.part("check", check.name, identifier, check.origin, check)
            facts.rows(rows.Check).append(
                rows.Check(
                    check_id,
                    None,
                    identifier,
                    check.name,
                    check.expression,
                    check.validated,
                    check.enforced,
                    no_inherit=False,
                )
            )


def emit_sequences(writer: Writer, sequences: list[Sequence]) -> None:
    """Add the rows of sequences."""
    for sequence in sequences:
        identifier = writer.top("sequence", sequence.name, sequence.schema.name, sequence.origin, sequence)
        owner = sequence.owner_column
        writer.facts.rows(rows.Sequence).append(
            rows.Sequence(
                identifier,
                1,
                sequence.schema.name,
                sequence.name,
                sequence.type,
                sequence.start,
                sequence.increment,
                sequence.minimum,
                sequence.maximum,
                sequence.cycle,
                writer.ids.get(owner) if owner is not None else None,
            )
        )


def emit_extensions(writer: Writer, session: Session) -> None:
    """Add the rows of extensions; plpgsql is part of every server."""
    for extension in session.extensions.values():
        if extension.name == "plpgsql":
            continue
        identifier = writer.top("extension", extension.name, None, extension.origin, extension)
        schema = extension.schema.name if extension.schema is not None else None
        writer.facts.rows(rows.Extension).append(
            rows.Extension(identifier, 1, extension.name, schema, extension.version)
        )

"""Mutants: the schema with one constraint dropped, weakened or changed, each of which the duties have to notice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import psycopg

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.proving.behaviour import keeps, refuses_all
from azora_audit.proving.loosening import drop_constraint, drop_key, statements_before
from azora_audit.proving.samples import gives_nothing, length_of, precision_of
from azora_audit.proving.trial import judge
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from azora_audit.proving.bench import Bench
    from azora_audit.proving.duty import Duty
    from azora_audit.proving.model import Check, Column, ForeignKey, Schema, Table
    from azora_audit.proving.session import Session
    from azora_audit.proving.trial import Trial

_COMPARISON: Final = re.compile(r" (>=|<=|<>|>|<|=) ")
_CHANGED: Final = {">=": ">", "<=": "<", "<>": "=", ">": ">=", "<": "<=", "=": "<>"}
_NUMBER: Final = re.compile(r"(?<=[( ])-?\d+(?:\.\d+)?(?=[): ]|$)")
_STRING: Final = re.compile(r"'(?:[^']|'')*'")
_ACTIONS: Final = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}


class Mutant(NamedTuple):
    """One change of a table."""

    operator: str
    subject: str
    sql: str


class Mutation(NamedTuple):
    """What became of a mutant."""

    table: str
    mutant: Mutant
    killed_by: str
    """The duty that noticed it, `stillborn` when PostgreSQL does not take the change, or empty: it survived."""


def mutants(schema: Schema, table: Table) -> Iterator[Mutant]:
    """Yield the mutants of a table."""
    for key in table.keys:
        yield Mutant("drop-key", key.name, drop_key(table, key))
    for check in table.checks:
        yield from _of_check(table, check)
    for foreign in table.foreign_keys:
        if foreign.target in schema:
            yield Mutant("drop-foreign-key", foreign.name, drop_constraint(table, foreign.name))
            yield from _actions(schema, table, foreign)
    for exclusion in table.exclusions:
        yield Mutant("drop-exclusion", exclusion.name, drop_constraint(table, exclusion.name))
    for column in table.columns.values():
        yield from _of_column(table, column)
    for trigger in table.triggers:
        # of others it is not known what they are for
        if refuses_all(trigger) or any(keeps(trigger, column) for column in table.written):
            name = quote_identifier(trigger.name)
            yield Mutant("disable-trigger", trigger.name, f"ALTER TABLE {table.sql} DISABLE TRIGGER {name}")
    if table.row_security:
        yield Mutant(
            "disable-row-security", table.name, f"ALTER TABLE {table.sql} DISABLE ROW LEVEL SECURITY"
        )


def _of_check(table: Table, check: Check) -> Iterator[Mutant]:
    if not check.name:
        return
    dropped = drop_constraint(table, check.name)
    yield Mutant("drop-check", check.name, dropped)
    for text in _weakened(check.expression):
        added = f"ALTER TABLE {table.sql} ADD CONSTRAINT {quote_identifier(check.name)} CHECK ({text})"
        yield Mutant("change-check", check.name, f"{dropped}; {added}")


def _weakened(expression: str) -> list[str]:
    """Return a condition with one comparison, one number or one connective changed at a time."""
    strings = [match.span() for match in _STRING.finditer(expression)]

    def outside(position: int) -> bool:
        return not any(start <= position < end for start, end in strings)

    changed = [
        f"{expression[: match.start()]} {_CHANGED[match[1]]} {expression[match.end() :]}"
        for match in _COMPARISON.finditer(expression)
        if outside(match.start())
    ]
    for match in _NUMBER.finditer(expression):
        if outside(match.start()):
            for step in (1, -1):
                text = f"({match[0]} + {step})"
                changed.append(expression[: match.start()] + text + expression[match.end() :])
    for word, other in ((" AND ", " OR "), (" OR ", " AND ")):
        at = expression.find(word)
        if at >= 0 and outside(at):
            changed.append(expression.replace(word, other, 1))
    return changed


def _actions(schema: Schema, table: Table, key: ForeignKey) -> Iterator[Mutant]:
    """Yield a foreign key with another action: one that refuses for one that does not, and the other way round."""
    names = ", ".join(quote_identifier(name) for name in key.columns)
    targets = ", ".join(quote_identifier(name) for name in key.target_columns)
    full = " MATCH FULL" if key.match_full else ""
    for operator, on_delete, on_update in (
        ("change-on-delete", "c" if key.on_delete in "ar" else "a", key.on_update),
        ("change-on-update", key.on_delete, "c" if key.on_update in "ar" else "a"),
    ):
        yield Mutant(
            operator,
            key.name,
            f"{drop_constraint(table, key.name)}; ALTER TABLE {table.sql} ADD CONSTRAINT {quote_identifier(key.name)}"
            f" FOREIGN KEY ({names}) REFERENCES {schema[key.target].sql} ({targets}){full}"
            f" ON DELETE {_ACTIONS[on_delete]} ON UPDATE {_ACTIONS[on_update]}",
        )


def _of_column(table: Table, column: Column) -> Iterator[Mutant]:
    alter = f"ALTER TABLE {table.sql} ALTER COLUMN {column.quoted}"
    primary = any(key.kind == "primary-key" and column.name in key.columns for key in table.keys)
    if column.not_null and not primary and not column.identity:
        yield Mutant("drop-not-null", column.name, f"{alter} DROP NOT NULL")
    if not column.required and not column.generated:
        yield Mutant("add-not-null", column.name, f"{alter} SET NOT NULL")
    if column.default and not gives_nothing(column):
        yield Mutant("drop-default", column.name, f"{alter} DROP DEFAULT")
    alone = any(key.columns == (column.name,) and not key.predicate for key in table.keys)
    if not alone and not column.generated and not table.partitioned:
        yield Mutant("add-unique", column.name, f"ALTER TABLE {table.sql} ADD UNIQUE ({column.quoted})")
    if column.domains or column.generated or column.category == "A":
        return
    length, precision = length_of(column), precision_of(column)
    if length is not None:
        kind = "character varying" if "varying" in column.type else "character"
        yield Mutant("widen-length", column.name, f"{alter} TYPE {kind}({length + 1})")
    if precision is not None:
        digits, scale = precision
        yield Mutant("widen-precision", column.name, f"{alter} TYPE numeric({digits + 1},{scale})")


class Tried(NamedTuple):
    """A duty, how it was tried, and the verdict on the schema as it is."""

    duty: Duty
    trial: Trial
    verdict: str


def try_mutants(session: Session, bench: Bench, schema: Schema, tried: Sequence[Tried]) -> Iterator[Mutation]:
    """Run the trials of a table again on each of its mutants, and say which duty noticed."""
    setup = statements_before(bench)
    for mutant in mutants(schema, bench.table):
        try:
            killed = _try_mutant(session, bench, setup, tried, mutant)
        except psycopg.Error:
            if session.connection.closed:
                raise
            killed = "stillborn"
        yield Mutation(bench.table.address, mutant, killed)


def _try_mutant(
    session: Session, bench: Bench, setup: list[str], tried: Sequence[Tried], mutant: Mutant
) -> str:
    """Return the name of the duty that notices a mutant, or nothing: those of what was changed are asked first."""
    near = [row for row in tried if row.duty.subject == mutant.subject or row.duty.kind == "row"]
    with session.connection.transaction(force_rollback=True):
        session.connection.execute(mutant.sql.encode())
        try:
            for statement in setup:
                session.connection.execute(statement.encode())
            session.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error:
            if session.connection.closed:
                raise
            return "the rows of its parents"
        for rows in (near, [row for row in tried if row not in near]):
            outcomes = iter(session.run([probe for row in rows for probe in row.trial.probes]))
            for row in rows:
                found = judge(row.trial, [next(outcomes) for _ in row.trial.probes])
                if found.verdict != row.verdict:
                    return row.duty.identify(bench.table)
    return ""

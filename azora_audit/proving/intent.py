"""Trying what names promise: a bad row that is accepted is a counterexample, and what would close it is proven as well."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from azora_audit.catalog.derive import derive
from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.catalog.tables import Annotation, Column, Meaning, Table
from azora_audit.proof import Promise
from azora_audit.proving.comparing import same
from azora_audit.proving.counterexamples import identify
from azora_audit.proving.keeping import kept_by_promise
from azora_audit.proving.loosening import make_room
from azora_audit.proving.promises import promises
from azora_audit.proving.script import script
from azora_audit.proving.session import Probe, literal
from azora_audit.proving.shrinking import shrink
from azora_audit.proving.trial import Trial
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts
    from azora_audit.catalog.lexicon import Lexicon
    from azora_audit.proving.bench import Bench
    from azora_audit.proving.deepening import Deepening
    from azora_audit.proving.model import Table as Model
    from azora_audit.proving.promises import Promised
    from azora_audit.proving.rows import Row
    from azora_audit.proving.session import Session

Meanings = dict[tuple[str, str], dict[str, frozenset[str]]]
"""Meanings of columns by schema and table, then column."""
SEEN = 10
"""Characters by which a stored value is known again: it may be printed with more (a scale, a time)."""
LONGEST = 63
"""Bytes of a name (NAMEDATALEN - 1)."""


def meanings_of(facts: Facts, lexicon: Lexicon, declared: Facts | None = None) -> Meanings:
    """Return what the columns of a database mean, and which of them are said to be encrypted.

    Args:
        facts: of the database itself.
        lexicon: says what names mean.
        declared: of its schema.prisma, whose annotations a database does not keep.
    """
    derive(facts, lexicon)
    found: Meanings = {}
    for source in (facts, declared):
        if source is None:
            continue
        tables = {row.id: (row.schema, row.name) for row in source.rows(Table)}
        columns = {row.id: (tables[row.table_id], row.name) for row in source.rows(Column)}
        noted = [(row.entity_id, row.meaning) for row in source.rows(Meaning)]
        noted += [(row.entity_id, f"@{row.name}") for row in source.rows(Annotation)]
        for identifier, meaning in noted:
            if identifier in columns:
                table, name = columns[identifier]
                there = found.setdefault(table, {})
                there[name] = there.get(name, frozenset()) | {meaning}
    return found


class Broken(NamedTuple):
    """A promise that a database does not keep, and a bad row that it takes."""

    promised: Promised
    bad: Row
    fix: str


class Intent:
    """What the columns of a database mean, and what was found of it."""

    def __init__(self, meanings: Meanings) -> None:
        """Begin with nothing found."""
        self._meanings = meanings
        self.found: list[Promise] = []

    def broken(self, session: Session, bench: Bench, deepening: Deepening | None) -> list[Broken]:
        """Return the promises of a table that its database does not keep.

        Nothing is said where the database accepts no good row either. In the current transaction the table's parents
        have their rows.

        Args:
            session: where rows are tried.
            bench: of the table.
            deepening: draws further bad values for what seems to be kept; None for no more.
        """
        found, kept = [], []
        table = bench.table
        for promised in promises(table, self._meanings.get((table.schema, table.name), {})):
            good = [probe for row in promised.good if (probe := _single(bench, row)) is not None]
            if promised.good and not any(_accepted(session, probe) for probe in good):
                continue
            for bad in promised.bad:
                probe = _probe(bench, promised, bad)
                if probe is not None and _accepted(session, probe):
                    found.append(Broken(promised, bad, _fix(session, bench, promised, bad)))
                    break
            else:
                kept.append(promised)
        for number, promised in enumerate(kept):
            if deepening is None:
                break
            drawn = deepening.find_bad(
                session, bench, promised, lambda pairs: _stored(session, bench, pairs), len(kept) - number
            )
            if drawn is not None:
                found.append(Broken(promised, drawn, _fix(session, bench, promised, drawn)))
        return found


def _stored(session: Session, bench: Bench, pairs: list[tuple[Row, Row]]) -> list[bool]:
    """Tell of rows, each with some of its values, whether they are stored with these values."""
    outcomes = session.run([_kept(bench, whole, row) for whole, row in pairs])
    return [outcome.stage == "done" and outcome.value == "true" for outcome in outcomes]


def _single(bench: Bench, row: Row) -> Probe | None:
    """Return a probe of a row with some values; None when no checks accept one."""
    whole = bench.find(row)
    return None if whole is None else _kept(bench, whole, row)


def _kept(bench: Bench, whole: Row, row: Row) -> Probe:
    """Return a probe of a row, some values of which have to be stored: a trigger may put others in their place."""
    columns = bench.table.columns
    kept = " AND ".join(
        f"{columns[name].quoted}::text LIKE {literal(f'{(value or str())[:SEEN]}%')}"
        for name, value in row.items()
    )
    after = bench.of_new(f"coalesce(bool_or({kept}), false)::text")
    return Probe(bench.insert(whole), after=after)


def _accepted(session: Session, probe: Probe) -> bool:
    outcome = session.run([probe])[0]
    return outcome.stage == "done" and outcome.affected > 0 and (not probe.after or outcome.value == "true")


def _probe(bench: Bench, promised: Promised, row: Row) -> Probe | None:
    """Return the statements that break a promise; None when no second row of the same owner was found."""
    if not promised.twice:
        return _single(bench, row)
    first = bench.find(row)
    if first is None:
        return None
    second = dict(first)
    for key in bench.table.keys:
        # a key on these columns may be the one that keeps the promise
        asked = set(promised.columns) <= {*key.columns, *key.predicate_columns}
        if not asked and same(bench, key, first, second):
            changed = None if key.expressions else bench.apart(second, key, promised.columns)
            if changed is None:
                return None
            second = changed
    return Probe(bench.insert(second, 1), (bench.insert(first),))


def _fix(session: Session, bench: Bench, promised: Promised, bad: Row) -> str:
    """Return the statement that closes a promise, when it refuses the counterexample and nothing that is good."""
    table = bench.table
    if promised.unique:
        name = _free_name(table, promised, "key")
        statement = f"CREATE UNIQUE INDEX {quote_identifier(name)} ON {table.sql} {promised.unique}"
    elif promised.closing:
        name = _free_name(table, promised, "check")
        statement = (
            f"ALTER TABLE {table.sql} ADD CONSTRAINT {quote_identifier(name)} CHECK ({promised.closing})"
        )
    else:
        return ""
    probe = _probe(bench, promised, bad)
    if probe is None or make_room(
        bench
    ):  # of rows that have to go for it, it is not known whether they would be good
        return ""
    good = [found for row in promised.good if (found := _single(bench, row)) is not None]
    tried = [row._replace(before=(statement, *row.before)) for row in (probe, *good)]
    refused, *accepted = session.run(tried)
    closes = refused.stage == "statement" and refused.constraint == name
    keeps = all(outcome.stage == "done" and outcome.affected for outcome in accepted)
    return f"{statement};" if closes and keeps else ""


def _free_name(table: Model, promised: Promised, ending: str) -> str:
    """Return a name as PostgreSQL would make one, that nothing of the table has."""
    taken = {key.name for key in table.keys} | {check.name for check in table.checks}
    taken |= {key.name for key in table.foreign_keys} | {exclusion.name for exclusion in table.exclusions}
    start = "_".join((table.name, *promised.columns))
    for number in itertools.count():
        name = f"{start[: LONGEST - len(ending) - 4]}_{ending}{number or ''}"
        if name not in taken:
            break
    return name


def describe(session: Session, bench: Bench, broken: Broken, service: str) -> tuple[Promise, Probe]:
    """Return a broken promise as reports know it, and the smallest probe that shows it; outside of a transaction."""
    promised, table = broken.promised, bench.table
    probe = _probe(bench, promised, broken.bad) or Probe("SELECT")
    kept = kept_by_promise(bench, promised, probe)
    smaller = shrink(session, bench, Trial((probe,), None), probe, kept, fails=False)
    values = ", ".join(f"{name} = {value}" for name, value in broken.bad.items())
    evidence = (
        f"two rows with {values} are accepted" if promised.twice else f"a row with {values} is accepted"
    )
    name = "/".join((table.address, promised.kind, *promised.columns))
    promise = Promise(
        service=service,
        table=table.address,
        columns=promised.columns,
        kind=promised.kind,
        precision=promised.precision,
        sentence=promised.sentence,
        evidence=evidence,
        sql=script(f"{table.address}: {promised.sentence}", evidence, smaller.probe._replace(after="")),
        fix=broken.fix,
        counterexample=identify(name, promised.sentence),
    )
    return promise, smaller.probe

"""Duties of single columns: NOT NULL, types and their sizes, domains, defaults, generated and identity columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.proving.comparing import same
from azora_audit.proving.conditions import roots_of
from azora_audit.proving.duty import Duty, accepting, mentioned, tables_of
from azora_audit.proving.loosening import drop_constraint, drop_key, drop_uniques, loose_ends
from azora_audit.proving.samples import base_name, gives_nothing, largest, length_of, precision_of
from azora_audit.proving.session import Probe, literal
from azora_audit.proving.trial import Refusal, Trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.proving.bench import Bench
    from azora_audit.proving.model import Column, Domain, Table
    from azora_audit.proving.rows import Row

NO_LABEL: Final = "azora-audit: no such label"
LONGEST: Final = 100_000
"""Longest string that is tried."""
MOST: Final = 40
TIMES: Final = ("timestamp without time zone", "timestamp with time zone", "date")


def row_duties(table: Table) -> Iterator[Duty]:
    """Yield: a valid row is accepted, and one that is equal to it outside of keys."""
    yield Duty(
        "row",
        table.name,
        "",
        "accept",
        "accepts a valid row",
        lambda bench: accepting(table, Probe(bench.insert(bench.row()))),
    )
    twice = "two rows that differ in keys only" if table.keys else "the same row twice"
    yield Duty("row", table.name, "twice", "accept", f"accepts {twice}", _twice_apart)


def _twice_apart(bench: Bench) -> Trial:
    """Try the base row, and rows with a value where it has none: two NULLs are never equal."""
    table = bench.table
    keyed = {name for key in table.keys for name in key.columns}
    foreign = {name for key in table.foreign_keys for name in key.columns}
    rows: list[Row] = [bench.row()]
    for name, value in bench.row().items():
        values = bench.rows.pool(table, name) if value is None and name not in keyed | foreign else []
        found = next((row for row in (bench.find({name: v}) for v in values[:MOST]) if row is not None), None)
        rows += [found] if found is not None else []
    probes = [_pair_apart(bench, row) for row in rows]
    found_probes = [probe for probe in probes if probe is not None]
    if not found_probes:
        return Trial((), None, "no row was found that differs in all keys")
    return accepting(bench.table, *found_probes)


def _pair_apart(bench: Bench, row: Row) -> Probe | None:
    """Return a probe of two rows that are equal but for their keys."""
    second = dict(row)
    dropped = [drop_constraint(bench.table, exclusion.name) for exclusion in bench.table.exclusions]
    columns = [name for key in bench.table.keys for name in key.columns]
    for key in bench.table.keys:
        if key.expressions:
            dropped.append(drop_key(bench.table, key))
        if key.expressions or not same(bench, key, row, second):
            continue
        changed = bench.apart(second, key, [name for name in row if name not in columns])
        if changed is None:
            changed = bench.apart(second, key, ())
        if changed is None:
            return None
        second = changed
    dropped += loose_ends(bench, row, second)
    return Probe(bench.insert(second, 1), (*dropped, bench.insert(row)))


def column_duties(table: Table) -> Iterator[Duty]:
    """Yield what columns have to refuse, accept and become."""
    foreign = {name for key in table.foreign_keys for name in key.columns}
    referenced = {
        name for key in table.foreign_keys if key.target == table.oid for name in key.target_columns
    }
    checked = {name for check in table.checks for name in check.columns}
    for column in table.columns.values():
        if column.generated:
            yield _duty(column, "generated", "refuse", "refuses a value for a generated column", _explicit)
            continue
        free = column.name not in foreign | checked | referenced
        if column.not_null:
            yield _duty(column, "not-null", "refuse", "refuses NULL", _null)
        elif (
            not column.required
            and free
            and not any(column.name in other.generated_from for other in table.columns.values())
        ):
            yield _duty(column, "nullable", "accept", "accepts NULL", _nullable)
        if column.category != "A":
            yield from _type_duties(column, free=free)
            for domain in column.domains:
                yield from _domain_duties(column, domain)
        if column.identity == "a":
            yield _duty(column, "identity", "refuse", "refuses a value for an identity column", _explicit)
        if (column.identity or (column.default and not gives_nothing(column))) and column.name not in foreign:
            kind = "identity" if column.identity else "default"
            what = (
                "gives a value itself"
                if column.identity
                else f"gives {column.default} when there is no value"
            )
            yield _duty(column, kind, "effect", what, _omitted)


def _duty(column: Column, kind: str, expects: str, sentence: str, make: object, what: str = "") -> Duty:
    return Duty(kind, column.name, what, expects, sentence, lambda bench: make(bench, column))  # type: ignore[operator]


def _type_duties(column: Column, *, free: bool) -> Iterator[Duty]:
    length = length_of(column)
    precision = precision_of(column)
    if column.labels:
        yield _duty(column, "enum", "refuse", "refuses what is no label of its enum", _no_label)
        yield _duty(column, "enum", "accept", "accepts every label of its enum", _labels)
    if length is not None and length < LONGEST:
        yield _duty(column, "length", "refuse", f"refuses {length + 1} characters", _too_long)
        if free and not column.domains:
            yield _duty(column, "length", "accept", f"accepts {length} characters", _longest)
    if precision is not None:
        yield _duty(column, "precision", "refuse", f"refuses more digits than {column.type} has", _too_large)
        if free and not column.domains:
            yield _duty(column, "precision", "accept", f"accepts the largest {column.type}", _largest)
    if column.base == "smallint":
        yield _duty(column, "precision", "refuse", "refuses 32768", _too_large)


def _domain_duties(column: Column, domain: Domain) -> Iterator[Duty]:
    for name, expression in domain.checks:
        yield Duty(
            "domain",
            column.name,
            name,
            "refuse",
            f"refuses a value when false: {expression}",
            lambda bench, name=name: _outside(bench, column, domain, name),  # type: ignore[misc]
        )
    if domain.not_null:
        yield Duty(
            "domain",
            column.name,
            f"{domain.name} not null",
            "refuse",
            f"refuses NULL, as its domain {domain.name} does",
            lambda bench: Trial(
                (Probe(bench.insert(bench.row() | {column.name: None})),),
                Refusal(("23502",), type=domain.name),
            ),
        )


def _null(bench: Bench, column: Column) -> Trial:
    row = bench.row() | {column.name: None}
    # a trigger may fill the gap, which keeps NULL out just as well
    after = bench.of_new(f"bool_and({column.quoted} IS NOT NULL)::text")
    refusal = Refusal(("23502",), tables=tables_of(bench.table), column=column.name)
    if any(column.name in check.columns for check in bench.table.checks if not check.name):
        # NULL has no partition, or a foreign one that cannot be written, which is found out first
        refusal = Refusal(("23502", "23514", "55000"))
    if any(domain.not_null for domain in column.domains):
        refusal = Refusal(("23502",))
    if any(domain.checks for domain in column.domains):
        # the domain comes first, and its check may refuse NULL
        refusal = Refusal(("23502", "23514"))
    return Trial((Probe(bench.insert(row), after=after),), refusal)


def _kept(bench: Bench, column: Column, trial: Trial) -> Trial:
    """Return a trial of a value that has to be found in a column afterwards, unless a trigger writes another one there."""
    return trial._replace(mended=mentioned(bench.table, (column.name,)))


def _loose(bench: Bench, column: Column, row: Row) -> tuple[str, ...]:
    """Return statements that drop what other rows have to do with a value: those that are there may have it, too."""
    freed = drop_uniques(bench.table, column) if bench.table.oid in bench.rows.standing else []
    return (*freed, *loose_ends(bench, row))


def _taken(bench: Bench, column: Column, *rows: Row, after: str = "") -> Trial:
    """Return a trial of rows whose values a column's type has to take, which no constraint can refuse in its name."""
    probes = [Probe(bench.insert(row), _loose(bench, column, row), after) for row in rows]
    return accepting(bench.table, *probes, about=())


def _nullable(bench: Bench, column: Column) -> Trial:
    row = bench.row() | {column.name: None}
    if column.domains and bench.rows.truths(bench.table, [], [row]) == [None]:
        return Trial((), None, "its domain refuses NULL")
    return _taken(bench, column, row)


def _no_label(bench: Bench, column: Column) -> Trial:
    return Trial((Probe(bench.insert(bench.row() | {column.name: NO_LABEL})),), Refusal(("22P02",)))


def _labels(bench: Bench, column: Column) -> Trial:
    if any(column.name in key.columns for key in bench.table.foreign_keys):
        return Trial((), None, "a foreign key decides about its values")
    rows = [bench.find({column.name: label}) for label in column.labels if _fits(bench, column, label)]
    found = [row for row in rows if row is not None]
    if not found:
        return Trial((), None, "the checks accept none of them")
    return _taken(bench, column, *found)


def _fits(bench: Bench, column: Column, value: str) -> bool:
    """Tell whether a value is one that the domains of a column accept."""
    return value in bench.rows.pool(bench.table, column.name)


def _too_long(bench: Bench, column: Column) -> Trial:
    size = length_of(column) or 0
    # not blanks: those PostgreSQL cuts off
    return _changed(bench, column, "x" * (size + 1), ("22001",))


def _longest(bench: Bench, column: Column) -> Trial:
    value = "x" * (length_of(column) or 0)
    after = bench.of_new(f"bool_and({column.quoted} = {literal(value)})::text")
    return _kept(bench, column, _taken(bench, column, bench.row() | {column.name: value}, after=after))


def _too_large(bench: Bench, column: Column) -> Trial:
    precision = precision_of(column)
    value = "32768"
    if precision is not None:
        digits, scale = precision
        # one that has as many digits before the point as there is no room for; below 1 if there is room for none
        value = f"1{'0' * (digits - scale)}" if digits >= scale else f"0.{'0' * (scale - digits - 1)}1"
    return _changed(bench, column, value, ("22003",))


def _largest(bench: Bench, column: Column) -> Trial:
    value = largest(*(precision_of(column) or (1, 0)))
    after = bench.of_new(f"bool_and({column.quoted} = {value})::text")
    return _kept(bench, column, _taken(bench, column, bench.row() | {column.name: value}, after=after))


def _changed(bench: Bench, column: Column, value: str, states: tuple[str, ...]) -> Trial:
    """Try the base row, which is known to be accepted, with this one value changed: what is refused is the value."""
    return Trial((Probe(bench.insert(bench.row() | {column.name: value})),), Refusal(states))


def _outside(bench: Bench, column: Column, domain: Domain, name: str) -> Trial:
    place = (bench.table.oid, column.name)
    values = bench.rows.refused[place]
    if not values:
        return Trial((), None, "no value was found that it refuses")
    row = bench.row()
    probes = tuple(Probe(bench.insert(row | {column.name: value})) for value in values[:MOST])
    return Trial(probes, Refusal(("23514",), (name,), type=domain.name), some=True)


def _explicit(bench: Bench, column: Column) -> Trial:
    row: Row = bench.row()
    value = row.get(column.name) or "1"
    statement = bench.insert(row | {column.name: value}, overriding=False)
    return Trial((Probe(statement),), Refusal(("428C9",)))


def _omitted(bench: Bench, column: Column) -> Trial:
    row: Row | None = bench.row()
    place = (bench.table.oid, column.name)
    # a function may give NULL as well: inet_client_addr() of a local connection
    test = (
        f"({column.quoted} IS NOT NULL OR ({column.default}) IS NULL)"
        if column.default
        else f"{column.quoted} IS NOT NULL"
    )
    if column.constant_default:
        raw = bench.rows.raw[place]
        value = raw[0] if raw else None
        test = f"{column.quoted}::text IS NOT DISTINCT FROM ({column.default})::{column.type}::text"
        if value is not None and value in bench.rows.valid[place]:
            row = bench.find({column.name: value}) or row
    elif base_name(column) in TIMES and ("now()" in column.default or "CURRENT" in column.default):
        expected = f"({column.default})::timestamptz"
        test = f"abs(extract(epoch FROM {column.quoted}::timestamptz - {expected})) < 86400 * 2"
        (value,) = bench.rows.session.texts([f"SELECT ({column.default})::{column.type}::text"])
        row = bench.find({column.name: value}) or row
    assert row is not None  # noqa: S101 -- one of two rows
    kept = {name: value for name, value in row.items() if name != column.name}
    after = bench.of_new(f"bool_and({test})::text")
    probe = Probe(bench.insert(kept), _loose(bench, column, kept), after)
    alone = None
    if not (column.default and column.constant_default):
        # what it will be is not known, and so not which other values go with it
        checks = [check for check in bench.table.checks if roots_of(bench.table, check) == (column.name,)]
        alone = tuple(check.name for check in checks)
    return _kept(bench, column, Trial((probe,), None, about=alone, generated=bench.table.generated))

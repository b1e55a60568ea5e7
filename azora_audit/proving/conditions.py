"""What the conditions of a table read: columns that decide about each, columns that they tie together, values they name."""

from __future__ import annotations

import itertools
import math
from random import Random
from typing import TYPE_CHECKING, Final

from azora_audit.proving.mining import mine
from azora_audit.proving.samples import samples, step_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.proving.model import Check, Column, Table
    from azora_audit.proving.samples import Value

MOST: Final = 4000
"""Combinations that are tried for the conditions of one group of columns."""


def roots_of(table: Table, check: Check) -> tuple[str, ...]:
    """Return the written columns that decide about a check, through generated ones too."""
    return written(table, check.columns)


def written(table: Table, names: Iterable[str]) -> tuple[str, ...]:
    """Return what is written of some columns: of a generated one, what it is made of."""
    found: dict[str, None] = {}
    for name in names:
        column = table.columns[name]
        found.update(dict.fromkeys(column.generated_from if column.generated else (name,)))
    return tuple(found)


def grouped(table: Table) -> list[tuple[tuple[str, ...], list[Check]]]:
    """Return the groups of columns that checks tie together, with their checks."""
    groups: list[tuple[dict[str, None], list[Check]]] = []
    for check in table.checks:
        names, checks = dict.fromkeys(roots_of(table, check)), [check]
        if not names:
            continue
        for group in [group for group in groups if group[0].keys() & names.keys()]:
            groups.remove(group)
            names, checks = group[0] | names, group[1] + checks
        groups.append((names, checks))
    return [(tuple(names), checks) for names, checks in groups]


def combinations(options: dict[str, list[Value]], seed: int) -> list[dict[str, Value]]:
    """Return combinations of values: all of them, or a random choice where they are too many."""
    names = list(options)
    if math.prod(len(values) for values in options.values()) <= MOST:
        return [dict(zip(names, values, strict=True)) for values in itertools.product(*options.values())]
    random = Random(seed)  # noqa: S311 -- a reproducible choice, no secret
    short = {name: values[:2] + values[-1:] for name, values in options.items()}
    first = itertools.islice(itertools.product(*short.values()), MOST // 4)
    rows = [dict(zip(names, values, strict=True)) for values in first]
    rows += [
        {name: random.choice(values) for name, values in options.items()} for _ in range(MOST - len(rows))
    ]
    return rows


def candidates(table: Table, column: Column) -> list[str]:
    """Return values to try for a column: samples of its type, and what the conditions that read it speak of."""
    found = (*samples(column), *mine(conditions_of(table, column), column, step_of(column)))
    return list(dict.fromkeys(found))


def conditions_of(table: Table, column: Column) -> list[str]:
    """Return the expressions that read a column and decide about rows: of domains, checks, keys and generated columns."""
    return [
        *(text for domain in column.domains for _, text in domain.checks),
        *(check.expression for check in table.checks if column.name in roots_of(table, check)),
        *(key.predicate for key in table.keys if column.name in key.predicate_columns),
        *(other.generated for other in table.columns.values() if column.name in other.generated_from),
    ]

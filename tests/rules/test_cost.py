"""A rule's cost grows with the number of tables, not with its square: counted in SQLite's instructions, not in seconds."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from azora_audit.catalog.store import Catalog
from azora_audit.checking.sharing import facts_of, share_of
from tests.benchmark import make
from tests.rules.harness import bench

if TYPE_CHECKING:
    from azora_audit.rulebook.rule import Rule

RULES = tuple(bench().rulebook.rules.values())
HUNDREDS = 100


@cache
def filled(scope: str, times: int) -> Catalog:
    """Return a catalog of `times` as many tables, half from schema.prisma, half from a dump.

    A fleet grows by services, a service by its tables.
    """
    count, tables = (5 * times, 20) if scope == "fleet" else (1, 100 * times)
    files = {}
    for number in range(count):
        files[f"services/prisma-{number}/schema.prisma"] = make.prisma_schema(number, tables)
        files[f"services/dump-{number}/schema.sql"] = "".join(make.dump(number, tables))
    services = bench().facts(files)
    if scope == "fleet":
        services = [facts_of(share_of(facts)) for facts in services]
    catalog = Catalog()
    catalog.load(services)
    return catalog


def steps(catalog: Catalog, rule: Rule) -> int:
    """Return how many instructions, in hundreds, SQLite's machine runs for a rule."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    catalog.connection.set_progress_handler(tick, HUNDREDS)
    catalog.connection.execute(rule.sql, rule.parameters).fetchall()
    catalog.connection.set_progress_handler(None, HUNDREDS)
    return count


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_four_times_the_tables_cost_four_times_the_steps(rule: Rule) -> None:
    small, big = (steps(filled(rule.scope, times), rule) for times in (1, 4))
    assert big <= 6 * small + 50, (
        "sorting costs a little more than four times; a square would cost sixteen times"
    )

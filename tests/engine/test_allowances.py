from __future__ import annotations

from tests.rules.harness import bench

SQL = """\
create table orders (
  id serial primary key, -- azora-audit: allow {rule} -- a small shop
  customer text not null,
  total numeric(19, 4) not null
);
"""


def states(rule: str) -> list[tuple[object, ...]]:
    """Judge a column whose line also makes a key, an index and a sequence; return what became of the comment."""
    catalog = bench().catalog
    services = bench().facts({"services/shop/schema.sql": SQL.format(rule=rule)})
    found = bench().rulebook.rules
    judged = bench().judge(services, found["short-integer-key"], found["unused-allowance"])
    assert catalog.connection.execute("select count(*) from tables").fetchone() == (0,)
    return [(entry.finding.rule, entry.finding.status) for entry in judged.judged]


def test_a_comment_beside_several_objects_is_one_allowance() -> None:
    assert states("short-integer-key") == [("short-integer-key", "allowed")]


def test_a_comment_that_allows_nothing_is_reported_once() -> None:
    assert sorted(states("float-money")) == [("short-integer-key", "new"), ("unused-allowance", "new")]

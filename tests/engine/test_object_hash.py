"""An object's hash: what changes it, what does not, and that it is the same from schema.prisma and from SQL."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from azora_audit import api
from azora_audit.catalog.tables import TABLES
from azora_audit.checking.reading import read_services
from azora_audit.definition import define
from azora_audit.engine.object_hash import _DEFINITION, _SAID
from azora_audit.settings import Settings
from azora_audit.sources.fleet import find_fleet
from tests.rules.harness import bench

if TYPE_CHECKING:
    from azora_audit.findings import Finding
    from azora_audit.rulebook.rule import Rule

FIXTURE = Path(__file__).parents[2] / "fixtures" / "azora-claimed" / "services"
SCHEMAS = sorted(FIXTURE.glob("*/prisma/schema.prisma"))

SQL = """\
create type mood as enum ('sad', 'ok');
create table people (
  id bigserial primary key,
  name text not null,
  score real not null default 0,
  mood mood,
  check (score >= 0 and mood in ('sad', 'ok'))
);
create table visits (
  id bigserial primary key,
  person_id bigint not null references people (id) on delete cascade,
  at timestamptz not null default now()
);
create index visits_at on visits (at desc) where at is not null;
"""

EVERYTHING = frozenset(TABLES)


def hashes(sql: str, reads: frozenset[str] = EVERYTHING) -> dict[str, str]:
    """Return the hash of every object of a schema, by kind and address, for a rule that reads these tables."""
    facts, _ = bench().facts({"services/shop/schema.sql": sql})
    rule: Rule = (
        bench()
        .rulebook.rules["float-money"]
        ._replace(
            sql="select id as entity from entities where kind <> 'service'",
            reads=reads | {"entities"},
            needs=frozenset(),
            message=(),
            help=(),
            fix=None,
        )
    )
    judgement = bench().judge([facts], rule)
    assert not judgement.problems
    judged = judgement.judged
    return {f"{each.finding.kind} {each.finding.entity}": each.finding.object_hash for each in judged}


def changed(old: str, new: str, reads: frozenset[str] = EVERYTHING) -> set[str]:
    assert old in SQL
    before, after = hashes(SQL, reads), hashes(SQL.replace(old, new), reads)
    return {name for name in before.keys() & after.keys() if before[name] != after[name]}


def test_the_hashes_are_those_of_every_version() -> None:
    """Change what an object is, and every baseline lapses: then baseline files need another version."""
    assert hashes(SQL) == {
        "enum shop.public.mood": "827ee8db6044b4c7",
        "table shop.public.people": "90871129fdaddd6d",
        "column shop.public.people.id": "a466d527fc8116cd",
        "column shop.public.people.name": "a0e7313c6888590c",
        "column shop.public.people.score": "1c1402f22dabb211",
        "column shop.public.people.mood": "1cc8d25f44721c60",
        "table shop.public.visits": "93b903cb2474ac60",
        "column shop.public.visits.id": "a466d527fc8116cd",
        "column shop.public.visits.person_id": "a466d527fc8116cd",
        "column shop.public.visits.at": "b5d8ec83213d043b",
        "check shop.public.people.people_check": "c3b4f7308459ae1c",
        "primary-key shop.public.people.people_pkey": "349a0d2f1a7c4503",
        "index shop.public.people.people_pkey": "bff86cb89f23ffbb",
        "primary-key shop.public.visits.visits_pkey": "a9dc6ce0916ddd0a",
        "foreign-key shop.public.visits.visits_person_id_fkey": "0fd9e4abb6c35fe1",
        "index shop.public.visits.visits_pkey": "79c696d78f1f12a6",
        "index shop.public.visits.visits_at": "116627406ded82bd",
        "sequence shop.public.people_id_seq": "ad501db29e1d3160",
        "sequence shop.public.visits_id_seq": "ad501db29e1d3160",
    }


@pytest.mark.parametrize(
    ("old", "new", "objects"),
    [
        ("score real", "score float8", {"column shop.public.people.score", "table shop.public.people"}),
        ("default 0", "default 1", {"column shop.public.people.score", "table shop.public.people"}),
        ("name text not null", "name text", {"column shop.public.people.name", "table shop.public.people"}),
        ("'ok');\n", "'ok', 'glad');\n", {"enum shop.public.mood"}),
        (">= 0", "> 0", {"check shop.public.people.people_check", "table shop.public.people"}),
        (
            "on delete cascade",
            "on delete restrict",
            {"foreign-key shop.public.visits.visits_person_id_fkey", "table shop.public.visits"},
        ),
        ("(at desc)", "(at)", {"index shop.public.visits.visits_at", "table shop.public.visits"}),
        ("where at is not null", "", {"index shop.public.visits.visits_at", "table shop.public.visits"}),
        (");\ncreate index", ");\nalter table visits enable row level security;\ncreate index",
            {"table shop.public.visits"}),
    ],
)  # fmt: skip
def test_a_fact_changes_its_object_and_its_table(old: str, new: str, objects: set[str]) -> None:
    assert changed(old, new) == objects


def test_of_a_table_only_the_parts_count_that_the_rule_reads() -> None:
    reads = frozenset({"tables", "columns"})
    assert changed("score real", "score float8", reads) >= {"table shop.public.people"}
    assert changed("(at desc)", "(at)", reads) == {"index shop.public.visits.visits_at"}
    assert changed("default 0", "default 1", reads) == {"column shop.public.people.score"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("score real not null default 0", "score float4 default (0.0)::real not null".replace("0.0", "0")),
        ("mood in ('sad', 'ok')", "mood = any (array['sad'::mood, 'ok'::mood])"),
        ("bigserial primary", "bigserial /* counted */ primary"),
        ("default now()", "default current_timestamp"),
        ("name text not null,\n  score real not null default 0", "score real not null default 0, name text not null"),
        ("create index", "comment on table visits is 'of people';\ncreate index"),
    ],
)  # fmt: skip
def test_other_words_for_the_same_change_nothing(old: str, new: str) -> None:
    assert changed(old, new) == set()


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.parts[-3])
def test_prisma_and_its_sql_have_the_same_fingerprints_and_hashes(schema: Path, tmp_path: Path) -> None:
    """`define` writes the DDL that a schema.prisma means; what both can judge is known by the same two words."""
    name = schema.parts[-3]
    prisma, sql = (tmp_path / kind / name for kind in ("prisma", "sql"))
    for folder in (prisma, sql):
        folder.mkdir(parents=True)
    (prisma / "schema.prisma").write_text(schema.read_text())
    fleet = find_fleet(prisma, Settings())
    (reading,) = read_services(fleet, fleet.services)
    statements = [f"{statement.sql};\n" for statement in define(reading.facts).statements]
    (sql / "schema.sql").write_text("".join(statements))
    of_prisma, of_sql = findings(prisma), findings(sql)
    both = of_prisma.keys() & of_sql.keys()
    assert {key: of_prisma[key].object_hash for key in both} == {key: of_sql[key].object_hash for key in both}
    addresses = {(each.rule, each.kind, each.entity): each.fingerprint for each in of_prisma.values()}
    for each in of_sql.values():
        assert addresses.get((each.rule, each.kind, each.entity), each.fingerprint) == each.fingerprint
    assert len(both) > len(of_prisma) // 2


def findings(folder: Path) -> dict[str, Finding]:
    report = api.check(folder, use_cache=False, use_baseline=False, profile="strict").report
    return {finding.fingerprint: finding for finding in report.findings}


def test_what_counts_is_in_the_catalog() -> None:
    for table, fields in {**_DEFINITION, **_SAID}.items():
        known = TABLES[table].__annotations__
        assert {field.removeprefix("~") for field in fields} <= known.keys(), table

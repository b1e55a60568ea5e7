"""Counterexamples are as small as they get: PostgreSQL says that nothing more can be left out."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.proving.script import parsed, script
from azora_audit.proving.session import Probe, literal
from azora_audit.proving.smaller import fewest, simpler
from azora_audit.proving.statements import inserts, literals, rewritten, texts, unquoted
from tests.proving.test_deepening import FIRES, TRIGGER

if TYPE_CHECKING:
    from collections.abc import Callable

    from azora_audit.proof import Promise, Proof

    Deep = Callable[..., tuple[dict[str, Proof], list[Promise]]]

WIDE = "label text not null default 'x', extra text, at timestamptz not null default now(), size int check (size > 0)"
FAILURES: dict[str, tuple[str, str, int, dict[str, set[str]]]] = {
    "an orphan": (
        (
            f"create table owner (id int primary key, name text not null, {WIDE});"
            f"create table p (id int primary key, name text not null, {WIDE});"
            f"create table c (id int primary key, p int not null references p, owner int not null references owner,{WIDE});"
            "update pg_trigger set tgenabled = 'D' from pg_constraint k where k.oid = tgconstraint and conname = 'c_p_fkey'"
        ),
        "public.c/foreign-key/c_p_fkey/refuse",
        0,
        {"public.owner": {"id", "name"}, "public.c": {"id", "p", "owner"}},
    ),
    "a default that a check refuses": (
        (
            f"create table owner (id int primary key, {WIDE});"
            f"create table t (id int primary key,owner int not null references owner, a int default 0 check (a > 0),{WIDE})"
        ),
        "public.t/default/a/effect",
        0,
        {"public.owner": {"id"}, "public.t": {"id", "owner"}},
    ),
    "a trigger that loses rows": (
        f"create table owner (id int primary key, {WIDE});"
        f"create table t (id int primary key, owner int not null references owner, note text, {WIDE});"
        + TRIGGER.format("if length(new.note) > 17 then return null; end if;")
        + FIRES,
        "public.t/row/t/accept",
        500,
        {"public.owner": {"id"}, "public.t": {"id", "owner", "note"}},
    ),
    "an action that NOT NULL refuses": (
        (
            f"create table q (id int primary key, {WIDE});"
            f"create table p (id int primary key, q int not null references q, {WIDE});"
            f"create table c (id int primary key,q int references q, p int not null references p on delete set null,{WIDE})"
        ),
        "public.c/on-delete/c_p_fkey/effect",
        0,
        {"public.q": {"id"}, "public.p": {"id", "q"}, "public.c": {"id", "p"}},
    ),
    "a policy that forgets what is written": (
        (
            f"create table t (id uuid primary key default gen_random_uuid(), tenant uuid not null, {WIDE});"
            "alter table t enable row level security; create policy own on t"
            " using (tenant = nullif(current_setting('app.tenant', true), '')::uuid) with check (true)"
        ),
        "public.t/row-security/t/write/refuse",
        0,
        {"public.t": {"tenant"}},
    ),
}


def outcome(database: psycopg.Connection[Any], probe: Probe) -> tuple[object, ...]:
    """What a script shows, as psql would."""
    with database.transaction(force_rollback=True):
        for line in probe.before:
            try:
                with database.transaction():
                    database.execute(line.encode())
            except psycopg.Error as error:
                return "before", error.sqlstate
        try:
            with database.transaction():
                count = database.execute(probe.sql.encode()).rowcount
                database.execute("set constraints all immediate")
                row = database.execute(probe.after.encode()).fetchone() if probe.after else None
        except psycopg.Error as error:
            return error.sqlstate, error.diag.constraint_name, error.diag.column_name
        return count, row


@pytest.mark.postgres
@pytest.mark.parametrize("name", FAILURES)
def test_nothing_more_can_be_left_out(deep: Deep, database: psycopg.Connection[Any], name: str) -> None:
    ddl, identifier, examples, expected = FAILURES[name]
    found, _ = deep(ddl, examples)
    probe = parsed(found[identifier].sql)
    shown = outcome(database, probe)
    lines = [*probe.before, probe.sql]
    there = {insert.table: set(insert.columns) for line in lines for insert in inserts(line)}
    assert there == expected
    # a row that has to be accepted has what NOT NULL asks for, and refers to rows that are there
    stays = {"id", "owner", "note", "tenant", "p"} if identifier.startswith("public.t/") else {"p"}
    for line in probe.before:
        valid = "owner" in line and identifier.startswith("public.t/")
        if line.startswith(("INSERT", "ALTER", "DROP")) and not valid:
            fewer = probe._replace(before=tuple(other for other in probe.before if other != line))
            assert outcome(database, fewer) != shown, line
    for index, line in enumerate(lines):
        for insert in inserts(line):
            for column in set(insert.columns) - stays:
                changed = [*lines[:index], rewritten(line, [insert.without([column])]), *lines[index + 1 :]]
                fewer = probe._replace(before=tuple(changed[:-1]), sql=changed[-1])
                assert outcome(database, fewer) != shown, (line, column)


@pytest.mark.postgres
def test_a_promise_needs_no_more_of_its_parents(deep: Deep) -> None:
    _, (promise,) = deep(
        f"create table owner (id int primary key, name text not null, {WIDE});"
        f"create table t (id int primary key, owner int not null references owner, amount numeric(9, 2), {WIDE})",
        0,
    )
    probe = parsed(promise.sql)
    assert probe.before == ("INSERT INTO public.owner (id, name) VALUES ('1', '2')",)
    assert probe.sql == "INSERT INTO public.t (id, owner, amount) VALUES ('1', '1', '-1')"


@pytest.mark.postgres
def test_a_smaller_row_is_still_one_that_the_obligation_is_about(deep: Deep) -> None:
    """Two rows that differ in what the key compares: made equal, they would be refused for a good reason."""
    found, _ = deep(
        "create table t (id int primary key, kind text not null check (kind in ('first', 'second')), n int not null,"
        " unique (kind, n)); create unique index strict on t (left(kind, 0), n)",
        0,
    )
    proof = found["public.t/unique/t_kind_n_key/kind/accept"]
    rows = [
        dict(zip(row.columns, row.values, strict=True))
        for line in script_lines(proof)
        for row in inserts(line)
    ]
    assert proof.verdict in {"enforced", "over-strict"}
    if rows:
        assert rows[0]["kind"] != rows[1]["kind"]


def script_lines(proof: Proof) -> list[str]:
    if not proof.sql:
        return []
    probe = parsed(proof.sql)
    return [*probe.before, probe.sql]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
NAMES = st.text(string.ascii_letters + '" é', min_size=1, max_size=6).map(quote_identifier)


@given(
    st.lists(st.tuples(NAMES, st.none() | TEXT), min_size=1, max_size=5, unique_by=lambda pair: pair[0]), TEXT
)
def test_an_insert_is_read_as_it_was_written(pairs: list[tuple[str, str | None]], quoted: str) -> None:
    names, values = zip(*pairs, strict=True)
    written = ", ".join(literal(value) for value in values)
    statement = f"INSERT INTO public.t ({', '.join(names)}) VALUES ({written})"
    whole = f"WITH w AS ({statement}) SELECT {literal(quoted)}, {literal(statement)}"
    (insert,) = inserts(whole)
    assert insert.columns == names
    assert [None if value == "NULL" else unquoted(value) for value in insert.values] == list(values)
    assert rewritten(whole, [insert]) == whole
    assert [unquoted(text) for text in literals(whole)] == [quoted, statement]
    assert sorted(texts(whole)) == sorted(
        [*(value for value in values if value is not None), quoted, statement]
    )


STATEMENTS = st.builds(
    lambda name, text: f"INSERT INTO t ({name}) VALUES ({literal(text)})",
    NAMES,
    TEXT | st.sampled_from(["a;\nROLLBACK;\n", "\n-- the statement in question:\n", "';\n--"]),
)


@given(st.lists(STATEMENTS, max_size=3), STATEMENTS, st.just("") | STATEMENTS, TEXT, TEXT)
def test_a_script_is_read_as_it_was_written(
    before: list[str], sql: str, after: str, sentence: str, evidence: str
) -> None:
    probe = Probe(sql, tuple(before), after)
    assert parsed(script(sentence, evidence, probe)) == probe


@pytest.mark.parametrize(
    "text",
    ["", "BEGIN;\nROLLBACK;\n", "BEGIN;\n-- the statement in question:\nSELECT 1;\n", "SELECT 'open;\n"],
)
def test_what_is_no_script_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="script"):
        parsed(text)


@given(st.sets(st.integers(0, 9)), st.integers(0, 10))
def test_fewest_keeps_what_is_needed(needed: set[int], size: int) -> None:
    items = list(range(size))
    wanted = needed & set(items)
    assert fewest(items, lambda some: [wanted <= set(one) for one in some]) == sorted(wanted)


@given(st.sets(st.frozensets(st.integers(0, 5)), max_size=20))
def test_of_the_fewest_none_can_be_left_out(passing: set[frozenset[int]]) -> None:
    """Whatever passes: a smaller selection may fail although an even smaller one passes."""
    items = list(range(6))
    passing = passing | {frozenset(items)}
    left = fewest(items, lambda some: [frozenset(one) in passing for one in some])
    assert frozenset(left) in passing
    assert not any(frozenset(left) - {item} in passing for item in left)


@given(TEXT | st.decimals(allow_nan=False, allow_infinity=False).map(str) | st.datetimes().map(str))
def test_simpler_values_are_no_longer(value: str) -> None:
    assert all(0 < len(text) <= len(value) and text != value for text in simpler(value))

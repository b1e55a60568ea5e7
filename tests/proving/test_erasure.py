"""What keeps people's rows and what stays of them: schemas of which it is known, and drawn ones, with a way for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from azora_audit.catalog.derive import derive
from azora_audit.catalog.lexicon import load_lexicon
from azora_audit.proving.effects import Effects
from azora_audit.proving.introspect import read_schema
from azora_audit.proving.kinds import NOTHING_KNOWN, kinds_of
from azora_audit.proving.rows import Rows
from azora_audit.proving.session import Session
from azora_audit.rulebook.folders import shipped_rules
from azora_audit.sources.live.read import read_database
from tests.proving.test_radius import PHASES, graphs
from tests.sources.drawn import fresh_database, run

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    from azora_audit.proof import Erasure
    from azora_audit.sources.live.server import Server

pytestmark = pytest.mark.postgres

LEXICON = load_lexicon(shipped_rules() / "lexicon")


def found(connection: psycopg.Connection[Any], effects: Effects) -> dict[str, Erasure]:
    schema, session = read_schema(connection), Session(connection)
    list(effects.prove(session, schema, Rows(schema, session, 0), "shop"))
    return {erasure.table.partition(".")[2]: erasure for erasure in effects.erasures}


@pytest.fixture
def erasures(database: psycopg.Connection[Any]) -> Callable[[str], dict[str, Erasure]]:
    """The way to erase the people of a schema, by the names of their tables."""

    def erased(ddl: str) -> dict[str, Erasure]:
        database.execute(ddl.encode())
        facts = read_database(database, "shop")
        derive(facts, LEXICON)
        return found(database, Effects(kinds_of(facts)))

    return erased


def told(erasure: Erasure) -> list[tuple[str, str, str]]:
    return [(row.verb, " ".join(row.tables).replace("public.", ""), row.constraint) for row in erasure.path]


def stays(erasure: Erasure) -> set[tuple[str, tuple[str, ...], str]]:
    return {(row.table.partition(".")[2], row.columns, row.why) for row in erasure.remnants}


SHOP = """
create table users (id int primary key, email text, referred_by int references users);
create table profiles (user_id int primary key references users on delete cascade, date_of_birth date);
create table orders (id int primary key, user_id int not null references users);
create table order_lines (order_id int references orders, n int, note text, primary key (order_id, n));
create table invoices (id int primary key, user_id int references users, customer_name text, billing_email text,
    total numeric);
create table payments (id int primary key, invoice int not null references invoices on delete cascade, payer_email text);
create table sign_ins (id int primary key, user_id int, ip_address inet);
create table products (id int primary key, name text)
"""


def test_tables_are_emptied_from_the_outside_and_records_lose_their_reference(
    erasures: Callable[[str], dict[str, Erasure]], database: psycopg.Connection[Any]
) -> None:
    people = erasures(SHOP)
    assert set(people) == {"users", "profiles"}
    users = people["users"]
    assert (users.outcome, users.kept_by) == ("in-steps", None)
    assert told(users) == [
        ("set-null", "users", "users_referred_by_fkey"),  # another user stays
        ("delete", "order_lines", "order_lines_order_id_fkey"),
        ("delete", "orders", "orders_user_id_fkey"),
        ("set-null", "invoices", "invoices_user_id_fkey"),  # a record stays
        ("delete", "users", ""),
    ]
    invoices = users.path[3]
    assert (invoices.columns, invoices.rows, invoices.record) == (("user_id",), 3, "financial")
    assert stays(users) == {
        ("invoices", ("customer_name", "billing_email"), "kept"),
        ("payments", ("payer_email",), "kept"),
        ("sign_ins", ("user_id", "ip_address"), "named-only"),
    }
    assert people["profiles"].outcome == "at-once"
    for table in ("users", "orders", "invoices"):
        assert database.execute(f"select from {table}".encode()).rowcount == 0  # all of it was undone


def test_rows_that_refer_to_each_other_go_together(erasures: Callable[[str], dict[str, Erasure]]) -> None:
    customers = erasures("""
        create table customers (id int primary key);
        create table a (id int primary key, customer int not null references customers, b int not null);
        create table b (id int primary key, a int not null references a);
        alter table a add foreign key (b) references b
    """)["customers"]
    assert customers.outcome == "in-steps"
    assert ("together", "b a", "a_customer_fkey") in told(customers)


def test_null_that_a_column_refuses_is_no_way(erasures: Callable[[str], dict[str, Erasure]]) -> None:
    students = erasures("""
        create table students (id int primary key);
        create table payments (id int primary key, student int references students check (student is not null));
        create table cards (id int primary key, student int not null references students on delete set null)
    """)["students"]
    assert students.outcome == "in-steps"
    assert {row[:2] for row in told(students)} == {
        ("delete", "payments"),
        ("delete", "cards"),
        ("delete", "students"),
    }


def test_what_a_trigger_keeps_cannot_be_erased(erasures: Callable[[str], dict[str, Erasure]]) -> None:
    patients = erasures("""
        create table patients (id int primary key, email text);
        create table audit_logs (id int primary key, patient int not null references patients);
        create function refuse() returns trigger language plpgsql as $$ begin raise exception 'append-only'; end $$;
        create trigger frozen before update or delete on audit_logs for each row execute function refuse()
    """)["patients"]
    assert (patients.outcome, patients.remnants) == ("not-possible", ())
    assert patients.kept_by is not None
    assert (patients.kept_by.state, patients.kept_by.message) == ("P0001", "append-only")
    assert told(patients)[0] == ("delete", "audit_logs", "audit_logs_patient_fkey")


def test_a_row_that_a_rule_keeps_is_not_said_to_be_gone(
    erasures: Callable[[str], dict[str, Erasure]],
) -> None:
    users = erasures(
        "create table users (id int primary key); create rule kept as on delete to users do instead nothing"
    )["users"]
    assert users.outcome == "not-possible"
    assert users.kept_by is not None
    assert users.kept_by.message == "no error, and the row is still there"


def test_composite_keys(erasures: Callable[[str], dict[str, Erasure]]) -> None:
    members = erasures("""
        create table tenants (id int primary key);
        create table employees (tenant int references tenants, id int, primary key (tenant, id));
        create table posts (id int primary key, tenant int not null, employee int not null,
            foreign key (tenant, employee) references employees);
        create table badges (id int primary key, tenant int not null, employee int,
            foreign key (tenant, employee) references employees)
    """)["employees"]
    assert members.outcome == "in-steps"
    assert "(tenant, employee) IN (('2', '2'))" in members.path[0].statement + members.path[1].statement


@settings(max_examples=40, deadline=None, phases=PHASES, derandomize=True)
@given(statements=graphs())
def test_a_way_is_found_wherever_nothing_but_foreign_keys_is_in_it(
    server: Server, statements: list[str]
) -> None:
    """Whoever may delete everything can delete a row: a cycle in one statement, what takes no NULL before it must."""
    with fresh_database(server) as connection:
        run(connection, statements)
        connection.execute("set statement_timeout = '5s'")
        people = frozenset(("public", table.name) for table in read_schema(connection).values())
        erased = found(connection, Effects(NOTHING_KNOWN._replace(people=people)))
    assert {erasure.outcome for erasure in erased.values()} <= {"at-once", "in-steps", "unknown"}, erased

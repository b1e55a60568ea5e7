"""What names promise: silent on schemas done well, loud when one of their constraints is taken away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from azora_audit import api
from azora_audit.catalog.lexicon import load_lexicon
from azora_audit.proving.intent import Intent, meanings_of
from azora_audit.proving.run import plan, prove
from azora_audit.sources.live.read import read_database
from tests.proving.conftest import make_reader

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    from azora_audit.proof import Promise

    Found = Callable[[str], list[Promise]]

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).parents[2]
GOOD = """
    create domain money_amount as numeric(19, 4) check (value >= 0);
    create table people (id uuid primary key, email text not null check (email ~ '^[^@ ]+@[^@ ]+[.][^@ ]+$'),
        email_hash text, email_verified boolean, national_id_encrypted text check (length(national_id_encrypted) > 60));
    create table orders (id uuid primary key, user_id uuid not null references people,
        total_amount numeric(19, 4) not null check (total_amount >= 0), fee money_amount,
        currency char(3) not null check (currency ~ '^[A-Z]{3}$'), country_code text check (country_code in ('ZA', 'NA')),
        discount_percent numeric(5, 2) check (discount_percent between 0 and 100), quantity int check (quantity > 0),
        status text not null check (status in ('open', 'paid')), starts_at timestamptz, ends_at timestamptz,
        check (starts_at < ends_at), latitude numeric(9, 6) check (abs(latitude) <= 90),
        longitude numeric(9, 6) check (longitude between -180 and 180), expiry_month smallint
        check (expiry_month in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)), last4 text check (last4 ~ '^[0-9]{4}$'));
    create table cards (id uuid primary key, user_id uuid not null references people, is_default boolean not null);
    create unique index on cards (user_id) where is_default
"""
NEAR_MISSES = """
    create table ledger (id int primary key, balance numeric(19, 4), adjustment_amount numeric(19, 4),
        price_change_percent numeric(9, 2), net_amount numeric(19, 4), currency_id int, email_template text,
        email_count_text text, country text, return_rate numeric(9, 4), growth_percentage numeric(9, 2), term_months int,
        from_email_token text, started_by uuid, ended_by uuid, start_page int, end_page int, state_tax_code text,
        from_date date, to_name text, is_current boolean, encrypted boolean, due_from timestamptz, due_to date);
    create function positive() returns trigger language plpgsql as $$ begin new.amount := abs(new.amount); return new;
        end $$;
    create table mended (id int primary key, amount numeric(19, 4));
    create trigger p before insert or update on mended for each row execute function positive()
"""
FAULTS = {
    "amount-not-negative": "create table t (id int primary key, total_amount numeric(19, 4) check (total_amount > -10))",
    "percentage-in-range": "create table t (id int primary key, tax_percent numeric(5, 2) check (tax_percent >= 0))",
    "count-not-negative": "create table t (id int primary key, quantity int)",
    "coordinate-in-range": "create table t (id int primary key, latitude float8)",
    "month-in-year": "create table t (id int primary key, expiry_month smallint check (expiry_month < 14))",
    "ciphertext-only": "create table t (id int primary key, tax_number_encrypted text check (tax_number_encrypted <> ''))",
    "currency-code": "create table t (id int primary key, currency char(3) check (length(currency) = 3))",
    "country-code": "create table t (id int primary key, country_code varchar(2))",
    "email-shape": "create table t (id int primary key, email text check (email <> ''))",
    "last-four-digits": "create table t (id int primary key, last4 varchar(4) check (length(last4) = 4))",
    "listed-status": "create table t (id int primary key, status text not null default 'open')",
    "end-after-start": "create table t (id int primary key, valid_from date, valid_to date)",
    "one-per-owner": "create table t (id int primary key, user_id int not null, is_default boolean)",
}


@pytest.fixture
def found(database: psycopg.Connection[Any]) -> Found:
    """The promises of a schema that are not kept."""

    def promises(ddl: str) -> list[Promise]:
        make_reader(database)
        database.execute(ddl.encode())
        lexicon = load_lexicon(ROOT / "rules" / "lexicon")
        intent = Intent(meanings_of(read_database(database, "shop"), lexicon))
        list(prove(database, plan(database), "shop", intent=intent))
        return intent.found

    return promises


def test_silent_where_every_promise_is_kept(found: Found) -> None:
    assert found(GOOD) == []


def test_silent_on_names_that_promise_nothing(found: Found) -> None:
    assert [(row.kind, row.columns) for row in found(NEAR_MISSES)] == []


@pytest.mark.parametrize("kind", FAULTS)
def test_a_broken_promise_is_shown_and_closed(
    found: Found, database: psycopg.Connection[Any], kind: str
) -> None:
    (promise,) = found(FAULTS[kind])
    assert promise.kind == kind
    script = promise.sql.replace("ROLLBACK;", "COMMIT;")
    assert script.count("INSERT") == (2 if kind == "one-per-owner" else 1)
    if promise.fix:
        database.execute(promise.fix.encode())
        with pytest.raises(Exception, match=r"t_\w+_(check|key)"):
            database.execute(script.encode())
        database.execute("rollback")
    else:
        assert kind == "listed-status"
        database.execute(script.encode())
        assert database.execute("select from t").rowcount == 1


def test_a_service_of_both_fleets() -> None:
    good = api.prove(ROOT / "fixtures" / "azora" / "services" / "payment-gateway").report
    assert [service.promises for service in good.proofs] == [()]
    hurried = api.prove(ROOT / "fixtures" / "azora-claimed" / "services" / "payment-gateway").report
    kinds = {promise.kind for service in hurried.proofs for promise in service.promises}
    assert kinds == {
        "amount-not-negative",
        "currency-code",
        "last-four-digits",
        "listed-status",
        "month-in-year",
        "one-per-owner",
    }


SIGNED = ("balance", "outstanding")
"""Amounts that may be negative, so that their names promise nothing."""
CLOSED = {
    "amount-not-negative": "_amount_check",
    "currency-code": "currency_check",
    "percentage-in-range": "_percent_check",
    "last-four-digits": "last4_check",
    "month-in-year": "expiry_month_check",
}


def test_a_constraint_that_is_taken_away_is_missed(tmp_path: Path) -> None:
    """Each constraint of the fleet done well that keeps a promise, taken away: all of them are noticed."""
    missed, taken = [], 0
    for service in ("payment-service", "virtual-card-service", "lending-service", "payment-gateway"):
        folder = ROOT / "fixtures" / "azora" / "services" / service / "prisma" / "migrations"
        text = "".join(path.read_text() for path in sorted(folder.glob("*/migration.sql")))
        names = [
            (kind, word)
            for word in sorted(set(text.replace(",", " ").split()))
            for kind, ending in CLOSED.items()
            if not any(signed in word for signed in SIGNED)
            if word.endswith(ending) and f"ADD CONSTRAINT {word} CHECK" in text
        ]
        tables = {
            word: next(
                line for line in text.split("ALTER TABLE ")[1:] if f"CONSTRAINT {word} " in line
            ).split()[0]
            for _, word in names
        }
        drops = "".join(f"ALTER TABLE {tables[word]} DROP CONSTRAINT {word};\n" for _, word in names)
        (tmp_path / f"{service}.sql").write_text(text + drops)
        report = api.prove(tmp_path / f"{service}.sql").report
        assert report.problems == ()
        noticed = {
            f"{promise.table.removeprefix('public.')}_{promise.columns[0]}_check"
            for promise in report.proofs[0].promises
        }
        taken += len(names)
        missed += [word for _, word in names if word not in noticed]
    assert taken > 30
    assert len(missed) <= taken // 20, missed

"""What values look like, and that nothing of them is kept."""

from __future__ import annotations

import base64
import hashlib
import os
import random
import string
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit import api
from azora_audit.catalog import tables
from azora_audit.catalog.lexicon import load_lexicon
from azora_audit.errors import SettingsError
from azora_audit.report.json_report import render_json
from azora_audit.rulebook.folders import shipped_rules
from azora_audit.sources.live.looks import is_iban, looks, passes_luhn, proven_number
from azora_audit.sources.live.read import read_database
from azora_audit.sources.live.sample import Sampling, sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import psycopg

    from azora_audit.catalog.facts import Facts
    from azora_audit.sources.live.server import Server

LEXICON = load_lexicon(shipped_rules() / "lexicon")


@pytest.mark.parametrize(
    ("value", "kind", "sign"),
    [
        ("$2b$12$KIXQJv0n8c8y9x7a6b5c4d3e2f1g0h9i8j7k6l5m4n3o2p1q0r9s8", "hashed", "prefix"),
        ("$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo", "hashed", "prefix"),
        ("pbkdf2_sha256$600000$salt$hash=", "hashed", "prefix"),
        ("SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy", "hashed", "prefix"),
        ("gAAAAABh2k3vQm9" + "aZ9" * 20, "encrypted", "prefix"),
        ("vault:v1:8SDd3WHDOjf7mq69CyCqYg==", "encrypted", "prefix"),
        ("eyJhbGciOiJSU0EtT0FFUCJ9.OKOawDo13gRp2ojaHV.48V1_ALb6US04U3b.5eym8TW.XFBoMYUZodetZd", "encrypted", "prefix"),
        ("-----BEGIN PGP MESSAGE-----\n\nhQ", "encrypted", "prefix"),
        (b"\xc3\x0d\x04\x07\x03\x02" + bytes(40), "encrypted", "prefix"),
        (b"\xff\xd8\xff\xe0" + os.urandom(100), "plain", "file"),
        ("4111 1111 1111 1111", "plain", "card number"),
        ("5500-0000-0000-0004", "plain", "card number"),
        ("8001015009087", "plain", "South African identity number"),
        ("GB82 WEST 1234 5698 7654 32", "plain", "IBAN"),
        ("thandi@example.org", "plain", "e-mail address"),
        (b"thandi@example.org", "plain", "e-mail address"),
        ("+27 82 123 4567", "plain", "text"),
        ("Type II diabetes, insulin dependent since 2015", "plain", "text"),
        ("ThandiNomsaJohannesburgSouthAfrica", "plain", "text"),
        ("2f1c8a34-7c7e-4b1c-9d5a-0a4f3c2b1a09", "unclear", "reference"),
        ("************1234", "unclear", "reference"),
        ("", "unclear", "reference"),
    ],
)  # fmt: skip
def test_what_is_known_by_its_form(value: str | bytes, kind: str, sign: str) -> None:
    assert looks(value, may_be_random=False) == (kind, sign)
    assert looks(value, may_be_random=True) == (kind, sign)


RANDOM = random.Random(7)  # noqa: S311 -- the same values in every run
WORDS = [
    *(
        "Thandi",
        "Nomsa",
        "Johannesburg",
        "Avenue",
        "1990",
        "42",
        "diabetes",
        "type",
        "II",
        "insulin",
        "since",
    ),
    *("Allergy", "penicillin", "ZA", "Cape", "Town"),
]


@pytest.mark.parametrize(
    ("make", "kinds"),
    [
        (lambda: base64.b64encode(RANDOM.randbytes(16)).decode(), {"encrypted"}),
        (lambda: base64.urlsafe_b64encode(RANDOM.randbytes(60)).decode(), {"encrypted"}),
        (lambda: f"{RANDOM.randbytes(16).hex()}:{RANDOM.randbytes(20).hex()}", {"encrypted"}),
        (lambda: RANDOM.randbytes(44).hex(), {"encrypted"}),
        (lambda: RANDOM.randbytes(33), {"encrypted"}),
        (lambda: hashlib.sha256(RANDOM.randbytes(4)).hexdigest(), {"hashed"}),
        (lambda: " ".join(RANDOM.choices(WORDS, k=RANDOM.randint(1, 9))), {"plain"}),
        (lambda: "".join(RANDOM.choices(WORDS, k=RANDOM.randint(1, 9))), {"plain"}),
        (lambda: "_".join(RANDOM.choices(WORDS, k=RANDOM.randint(1, 9))), {"plain"}),
        (lambda: "".join(RANDOM.choices(string.digits, k=RANDOM.randint(1, 40))), {"plain"}),
    ],
    ids=["base64 16", "base64 60", "vector", "hex", "bytes", "sha-256", "words", "camel", "snake", "digits"],
)
def test_what_is_known_by_chance(make: Callable[[], str | bytes], kinds: set[str]) -> None:
    """Of a thousand values nineteen in twenty are told, which is more than a verdict asks for."""
    found = Counter(looks(make(), may_be_random=False)[0] for _ in range(1000))
    assert sum(found[kind] for kind in kinds) > 950, found


def test_what_may_be_random_is_not_taken_for_ciphertext() -> None:
    found = {looks(RANDOM.randbytes(32).hex(), may_be_random=True)[0] for _ in range(100)}
    found |= {looks(RANDOM.randbytes(32), may_be_random=True)[0] for _ in range(100)}
    assert found == {"unclear"}


@given(st.text(string.digits, min_size=1, max_size=40))
def test_one_digit_in_ten_passes_luhn(digits: str) -> None:
    assert sum(passes_luhn(digits + last) for last in string.digits) == 1


@given(st.text(string.ascii_uppercase + string.digits, min_size=11, max_size=30))
def test_two_digits_make_an_iban(account: str) -> None:
    """ISO 7064: the check digits are 98 minus the remainder of the number with 00 in their place."""
    number = int("".join(str(int(character, 36)) for character in f"{account}ZA00"))
    digits = 98 - number % 97
    assert is_iban(f"ZA{digits:02}{account}")
    assert not is_iban(f"ZA{(digits + 1) % 97:02}{account}")


@given(st.text() | st.binary())
def test_anything_looks_like_something(value: str | bytes) -> None:
    kind, sign = looks(value, may_be_random=False)
    assert kind in {"plain", "encrypted", "hashed", "unclear"}
    assert sign not in {value, ""}
    assert isinstance(value, bytes) or proven_number(value) in {"", sign} or kind != "plain"


SCHEMA = """
create table customers (
  id int primary key, card_number text, id_number varchar(200), phone_encrypted bytea, refresh_token text, notes text,
  passport_number text[], tax_number bigint
);
create table visits (id int, at date not null, diagnosis text) partition by range (at);
create table visits_2026 partition of visits for values from ('2026-01-01') to ('2027-01-01');
insert into customers
  select n, '4111111111111111', 'gAAAAA' || md5(n::text) || md5(n::text), decode(md5(n::text) || md5('x' || n), 'hex'),
    md5(n::text), 'Zq-secret-value', array['A1'], 8001015009087
  from generate_series(1, 5000) n;
insert into visits select 1, '2026-02-01', 'Zq-secret-value' from generate_series(1, 30);
analyze;
"""


def sampled(database: psycopg.Connection, number: int) -> Facts:
    facts = read_database(database, "shop", running=True)
    sample(database, facts, Sampling(number, LEXICON))
    return facts


@pytest.mark.parametrize("number", [20, 200])
def test_columns_are_sampled_by_what_their_names_mean(database: psycopg.Connection, number: int) -> None:
    """Twenty of 5,000 rows are drawn from the table, two hundred are its first ones."""
    database.execute(SCHEMA)
    facts = sampled(database, number)
    names = {row.id: row.name for row in facts.rows(tables.Column)}
    found = {names[row.column_id]: row for row in facts.rows(tables.ValueSample)}
    assert {name: (row.verdict, row.sign) for name, row in found.items()} == {
        "card_number": ("plain", "card number"),
        "id_number": ("encrypted", None),
        "phone_encrypted": ("encrypted", None),
        "refresh_token": ("unclear", None),
        "tax_number": ("plain", "South African identity number"),
        "diagnosis": ("plain", "text"),
    }
    assert {row.looked for name, row in found.items() if name != "diagnosis"} == {number}
    assert found["diagnosis"].looked == min(number, 30)
    assert "value_samples" in facts.known


def test_no_value_leaves_the_process(
    tmp_path: Path, server: Server, database: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZORA_AUDIT_CACHE_DIR", str(tmp_path / "cache"))
    database.execute(SCHEMA)
    url = server.dsn(database.info.dbname)
    checked = api.check(tmp_path, databases=[f"shop={url}"], sample=50)
    assert not checked.report.problems
    text = render_json(checked.report, fail_on="note").decode() + repr(checked)
    assert "values are card number in clear" in text
    assert "Zq-secret" not in text
    assert "4111111" not in text
    assert not [
        file for file in (tmp_path / "cache").rglob("*") if file.is_file() and b"4111111" in file.read_bytes()
    ]


def test_what_a_role_may_not_read_is_said(
    tmp_path: Path, server: Server, database: psycopg.Connection
) -> None:
    database.execute(SCHEMA)
    database.execute(
        "drop role if exists peeper; create role peeper login; grant select (card_number) on customers to peeper"
    )
    url = server.dsn(database.info.dbname).replace("postgres@", "peeper@")
    (problem,) = api.check(tmp_path, databases=[url], sample=50, use_cache=False).report.problems
    assert problem.kind == "not-sampled"
    assert problem.message == (
        "Of 6 sensitive columns, the values of 5 could not be looked at: InsufficientPrivilege."
    )
    database.execute("drop owned by peeper; drop role peeper")


def test_looking_changes_nothing(database: psycopg.Connection) -> None:
    """A view or a default that writes cannot: the transaction is read-only, and its locks are AccessShare."""
    database.execute(SCHEMA)
    before = database.execute("select pg_current_xact_id_if_assigned()").fetchone()
    sampled(database, 20)
    assert database.execute("select pg_current_xact_id_if_assigned()").fetchone() == before
    assert database.execute("select count(*) from pg_locks where relation >= 16384").fetchone() == (0,)


def test_a_sample_without_a_database_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no database whose values"):
        api.check(tmp_path, sample=5)


def test_a_connection_that_is_lost_while_looking_leaves_the_schema(
    tmp_path: Path, server: Server, database: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.execute(SCHEMA)
    end = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'azora-audit'"
    monkeypatch.setattr(
        "azora_audit.sources.live.sample.looks",
        lambda *_, **__: (database.execute(end), ("plain", "text"))[1],
    )
    url = server.dsn(database.info.dbname)
    report = api.check(tmp_path, databases=[url], sample=50, use_cache=False, processes=1).report
    (problem,) = report.problems
    assert problem.kind == "interrupted-reading"
    assert report.services[0].tables == 3

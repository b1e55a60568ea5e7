from __future__ import annotations

import pytest

from azora_audit.findings import Place
from azora_audit.report.characters import UNICODE
from azora_audit.report.credentials import BLOT, blotted, secret_spans, withheld
from azora_audit.report.excerpt import NOT_SHOWN, excerpt

SECRET = "Tr0ub4dor&3"  # noqa: S105 -- what must not be seen again


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        "services/a/.env.example",
        "services/a/.env.local",
        "a\\b\\.ENV",
        "prod.env",
        "staging.env.sample",
        ".envrc",
    ],
)
def test_environment_files_are_never_shown(path: str) -> None:
    assert withheld(path)
    shown = excerpt(Place(path, 1, 1, 1, 5), [f"DATABASE_URL=postgresql://a:{SECRET}@h/d"], 80, UNICODE)
    assert shown is not None
    assert shown.text == NOT_SHOWN


@pytest.mark.parametrize(
    "path", ["schema.prisma", "environment.sql", "env/schema.sql", "a.env/migration.sql"]
)
def test_other_files_are_shown(path: str) -> None:
    assert not withheld(path)


@pytest.mark.parametrize(
    "line",
    [
        f'  url = "postgresql://app:{SECRET}@db:5432/app?schema=public"',
        f'  url = "postgresql://app:{SECRET}/x@y@db:5432/app"',
        f'  url = "postgres://:{SECRET}@db/app"',
        f'  url = "prisma://accelerate.example/?api_key={SECRET}"',
        f'  url = "postgresql://db/app?user=a&sslpassword={SECRET}&x=1"',
        f"CREATE ROLE app LOGIN PASSWORD '{SECRET}';",
        f"ALTER USER app WITH ENCRYPTED PASSWORD E'{SECRET}' VALID UNTIL 'infinity';",
        f"ALTER ROLE app PASSWORD 'it''s {SECRET}';",
        f"ALTER ROLE app PASSWORD $x${SECRET}$x$;",
        f"ALTER ROLE app PASSWORD '{SECRET}",
        f"CREATE ROLE app LOGIN PASSWORD {SECRET.replace('&', '')};",
        f"CREATE USER MAPPING FOR app SERVER s OPTIONS (user 'a', password '{SECRET}');",
        f"CREATE SUBSCRIPTION s CONNECTION 'host=h user=u password={SECRET} dbname=d' PUBLICATION p;",
        f"SELECT dblink_connect('host=h PASSWORD = {SECRET}');",
        f"CREATE USER app IDENTIFIED BY '{SECRET}';",
        f"  NEW.card = pgp_sym_encrypt(NEW.card, '{SECRET}');",
        f"  RETURN encode(hmac(value, '{SECRET}', 'sha256'), 'hex');",
        f'  "stripeSecretKey": "x", "client_secret": "{SECRET}",',
        f"      POSTGRES_PASSWORD: {SECRET}",
        f"export AWS_SECRET_ACCESS_KEY={SECRET}",
        f"-- key: sk_live_{SECRET.replace('&', '')}0000",
        f"-- -----BEGIN RSA PRIVATE KEY----- {SECRET}",
    ],
)
def test_literal_secrets_are_blotted_out(line: str) -> None:
    text, _, _ = blotted(line, secret_spans(line), (0, 0))
    assert BLOT in text
    assert SECRET not in text
    assert SECRET.replace("&", "") not in text


def test_a_password_on_the_line_after_its_keyword_is_blotted_out() -> None:
    above, line = "ALTER ROLE app PASSWORD", f"    '{SECRET}';"
    assert blotted(line, secret_spans(line, above), (0, 0))[0] == f"    '{BLOT}';"
    assert secret_spans(line, "ALTER ROLE app RENAME TO") == []


@pytest.mark.parametrize(
    "line",
    [
        '  url      = env("DATABASE_URL")',
        '  url = "postgresql://db.internal:5432/app"',
        '  url = "postgresql://app@db.internal:5432/app"',
        "  passwordHash  String   @db.VarChar(255)",
        '  tokens  Token[] @relation("secret tokens")',
        "  password_hash text NOT NULL CHECK (length(password_hash) = 60),",
        "  CONSTRAINT users_api_key_key UNIQUE (api_key),",
        "  tokens_used integer NOT NULL DEFAULT 0,",
        "ALTER ROLE app PASSWORD NULL;",
        "  user_name text, password text NOT NULL, role text DEFAULT 'user',",
        "  PRIMARY KEY (id), FOREIGN KEY (token_id) REFERENCES tokens (id)",
    ],
)
def test_ordinary_lines_stay_as_they_are(line: str) -> None:
    assert secret_spans(line) == []


@pytest.mark.parametrize(
    ("word", "under"),
    [("url", "url"), ("app", "app"), (SECRET, BLOT), (SECRET[2:5], BLOT), ("db:5432", "db:5432")],
)
def test_marks_stay_under_what_they_mark(word: str, under: str) -> None:
    line = f'url = "postgresql://app:{SECRET}@db:5432"'
    column = line.index(word) + 1
    shown = excerpt(Place("schema.prisma", 1, column, 1, column + len(word)), [line], 80, UNICODE)
    assert shown is not None
    assert shown.text[shown.lead : shown.lead + shown.size] == under


def test_secrets_are_blotted_out_of_windows_on_very_long_lines() -> None:
    url = f"postgresql://app:{SECRET}@db/app"
    line = "x" * 1_000_000 + url + "y" * 1_000_000
    column = line.index(SECRET) + 4
    shown = excerpt(Place("dump.sql", 1, column, 1, column + 2), [line], 80, UNICODE)
    assert shown is not None
    assert BLOT in shown.text
    assert not any(SECRET[start : start + 4] in shown.text for start in range(len(SECRET) - 3))

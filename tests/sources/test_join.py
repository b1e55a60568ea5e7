"""Joining schema.prisma and SQL: every object once, places of both, and differences without noise."""

from __future__ import annotations

from pathlib import Path

import pytest

from azora_audit.catalog.facts import Facts
from azora_audit.catalog.tables import (
    Allowance,
    Annotation,
    ClientDefault,
    Column,
    Comment,
    Datasource,
    Difference,
    Entity,
    Field,
    ForeignKey,
    ForeignKeyColumn,
    Generator,
    Index,
    Model,
    Origin,
    Relation,
    Table,
)
from azora_audit.settings import load_settings
from azora_audit.sources.ddl import SqlFile, read_sql
from azora_audit.sources.fleet import find_fleet
from azora_audit.sources.join import join
from azora_audit.sources.prisma import read_prisma
from azora_audit.sources.service import read_service

HEAD = 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n'
FIXTURES = Path(__file__).parents[2] / "fixtures"

SCHEMA = """
generator client {
  provider = "prisma-client-js"
}

enum Status {
  OPEN
  PAID
}

/// Somebody who buys. @personal
model Customer {
  id        String    @id @default(uuid())
  email     String    @unique
  createdAt DateTime  @default(now())
  updatedAt DateTime  @updatedAt
  invoices  Invoice[]

  @@map("customers")
}

model Invoice {
  id         Int      @id @default(autoincrement())
  status     Status   @default(OPEN)
  total      Decimal  @default(0) @db.Decimal(12, 2)
  paid       Boolean  @default(false)
  note       String?
  customerId String
  // azora-audit: allow undeclared-on-delete -- customers are never deleted
  customer   Customer @relation(fields: [customerId], references: [id])

  @@index([customerId, status])
}
"""
MIGRATION = """
CREATE TYPE "Status" AS ENUM ('OPEN', 'PAID');
CREATE TABLE "customers" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,
    CONSTRAINT "customers_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Invoice" (
    "id" SERIAL NOT NULL,
    "status" "Status" NOT NULL DEFAULT 'OPEN',
    "total" DECIMAL(12,2) NOT NULL DEFAULT 0,
    "paid" BOOLEAN NOT NULL DEFAULT false,
    "note" TEXT,
    "customerId" TEXT NOT NULL,
    CONSTRAINT "Invoice_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "customers_email_key" ON "customers"("email");
CREATE INDEX "Invoice_customerId_status_idx" ON "Invoice"("customerId", "status");
ALTER TABLE "Invoice" ADD CONSTRAINT "Invoice_customerId_fkey" FOREIGN KEY ("customerId")
    REFERENCES "customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
"""


def joined(schema: str, migration: str) -> Facts:
    sql, prisma = Facts("shop"), Facts("shop")
    read_prisma([("schema.prisma", HEAD + schema)], prisma)
    read_sql([SqlFile("migration.sql", migration)], sql)
    join(sql, prisma)
    return sql


def differences(facts: Facts) -> set[tuple[str, str, str, str]]:
    rows = facts.rows(Difference)
    found = {
        (facts.entity_of(row.entity_id).address.removeprefix("shop.public."), row.aspect, row.prisma, row.sql)
        for row in rows
    }
    assert len(found) == len(rows), "a difference is told once"
    return found


def changed(old: str, new: str, *, schema: bool = False) -> Facts:
    """Join the two texts with one thing changed in one of them."""
    text = SCHEMA if schema else MIGRATION
    assert text.count(old) == 1
    text = text.replace(old, new)
    return joined(text, MIGRATION) if schema else joined(SCHEMA, text)


def origins(facts: Facts, name: str, kind: str) -> list[tuple[str, int]]:
    (entity,) = [row for row in facts.rows(Entity) if (row.name, row.kind) == (name, kind)]
    return [(row.source, row.line) for row in facts.rows(Origin) if row.entity_id == entity.id]


def line(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_equal_texts_have_no_differences_and_each_object_once() -> None:
    facts = joined(SCHEMA, MIGRATION)
    assert facts.problems == []
    assert differences(facts) == set()
    assert [row.name for row in facts.rows(Table)] == ["customers", "Invoice"]
    assert len(facts.rows(Column)) == 10
    assert sorted(row.name for row in facts.rows(Index)) == [
        "Invoice_customerId_status_idx",
        "Invoice_pkey",
        "customers_email_key",
        "customers_pkey",
    ]
    addresses = [(row.kind, row.address) for row in facts.rows(Entity)]
    assert len(addresses) == len(set(addresses))


@pytest.mark.parametrize(
    ("name", "kind", "prisma", "sql"),
    [
        ("customers", "table", "model Customer", 'CREATE TABLE "customers"'),
        ("total", "column", "total ", '"total"'),
        ("Status", "enum", "enum Status", 'CREATE TYPE "Status"'),
        ("customers_email_key", "index", "email ", 'CREATE UNIQUE INDEX "customers_email_key"'),
        (
            "Invoice_customerId_fkey",
            "foreign-key",
            "customer   Customer",
            'CONSTRAINT "Invoice_customerId_fkey"',
        ),
    ],
)
def test_an_object_has_the_places_of_both(name: str, kind: str, prisma: str, sql: str) -> None:
    facts = joined(SCHEMA, MIGRATION)
    assert set(origins(facts, name, kind)) == {
        ("sql", line(MIGRATION, sql)),
        ("prisma", line(HEAD + SCHEMA, prisma)),
    }


def test_what_only_prisma_knows_is_added_to_the_objects_of_sql() -> None:
    facts = joined(SCHEMA, MIGRATION)
    tables = {row.id: row.name for row in facts.rows(Table)}
    columns = {row.id: f"{tables[row.table_id]}.{row.name}" for row in facts.rows(Column)}
    assert {tables[row.table_id]: row.name for row in facts.rows(Model)} == {
        "customers": "Customer",
        "Invoice": "Invoice",
    }
    assert {columns[row.column_id] for row in facts.rows(Field)} == set(columns.values())
    assert {(columns[row.column_id], row.generator) for row in facts.rows(ClientDefault)} == {
        ("customers.id", "uuid"),
        ("customers.updatedAt", "updated-at"),
    }
    assert [(tables[row.entity_id], row.text, row.source) for row in facts.rows(Comment)] == [
        ("customers", "Somebody who buys. @personal", "prisma")
    ]
    assert [(tables[row.entity_id], row.name) for row in facts.rows(Annotation)] == [
        ("customers", "personal")
    ]
    (key,) = facts.rows(ForeignKey)
    assert (key.on_delete, key.on_delete_declared, key.on_update_declared) == ("restrict", False, False)
    assert [(row.foreign_key_id, row.field) for row in facts.rows(Relation)] == [(key.id, "customer")]
    (allowance,) = facts.rows(Allowance)
    assert allowance.entity_id == key.id
    assert [row.url_variable for row in facts.rows(Datasource)] == ["DATABASE_URL"]
    assert [facts.entity_of(row.id).address for row in facts.rows(Generator)] == ["shop.client"]
    assert {"client_defaults", "models", "tables", "checks"} <= facts.known


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ('"total" DECIMAL(12,2)', '"total" INTEGER', ("Invoice.total", "type", "numeric(12,2)", "integer")),
        (
            '"total" DECIMAL(12,2)',
            '"total" DECIMAL(12,3)',
            ("Invoice.total", "type", "numeric(12,2)", "numeric(12,3)"),
        ),
        ('"note" TEXT', '"note" TEXT NOT NULL', ("Invoice.note", "nullable", "nullable", "not null")),
        ("'OPEN',\n", "'PAID',\n", ("Invoice.status", "default", "'OPEN'", "'PAID'")),
        ("NOT NULL DEFAULT false", "NOT NULL", ("Invoice.paid", "default", "false", "")),
        ("DEFAULT CURRENT_TIMESTAMP", "", ("customers.createdAt", "default", "CURRENT_TIMESTAMP", "")),
        ("('OPEN', 'PAID')", "('OPEN')", ("Status", "values", "OPEN, PAID", "OPEN")),
        (
            "ON DELETE RESTRICT",
            "ON DELETE CASCADE",
            ("Invoice.Invoice_customerId_fkey", "on-delete", "restrict", "cascade"),
        ),
        (
            '"Invoice"("customerId", "status")',
            '"Invoice"("status", "customerId")',
            (
                "Invoice.Invoice_customerId_status_idx",
                "columns",
                "btree (customerId, status)",
                "btree (status, customerId)",
            ),
        ),
        (
            "CREATE UNIQUE INDEX",
            "CREATE INDEX",
            ("customers.customers_email_key", "unique", "UNIQUE btree (email)", "btree (email)"),
        ),
        (
            'ON "customers"("email")',
            'ON "customers" USING hash ("email")',
            ("customers.customers_email_key", "unique", "UNIQUE btree (email)", "hash (email)"),
        ),
        ('"note" TEXT,\n', "", ("Invoice.note", "missing-in-migrations", "text", "")),
        (
            '"note" TEXT,\n',
            '"note" TEXT, "extra" UUID,\n',
            ("Invoice.extra", "missing-in-prisma", "", "uuid"),
        ),
        (
            'CREATE INDEX "Invoice_customerId_status_idx" ON "Invoice"("customerId", "status");',
            "",
            (
                "Invoice.Invoice_customerId_status_idx",
                "missing-in-migrations",
                "btree (customerId, status)",
                "",
            ),
        ),
        (
            "CREATE UNIQUE INDEX",
            'CREATE INDEX by_note ON "Invoice"("note");CREATE UNIQUE INDEX',
            ("Invoice.by_note", "missing-in-prisma", "", "btree (note)"),
        ),
        (
            "CREATE UNIQUE INDEX",
            "CREATE TABLE other (id int);CREATE UNIQUE INDEX",
            ("other", "missing-in-prisma", "", "table other"),
        ),
        (
            "CREATE UNIQUE INDEX",
            "CREATE TYPE mood AS ENUM ('a');CREATE UNIQUE INDEX",
            ("mood", "missing-in-prisma", "", "enum mood"),
        ),
    ],
)
def test_a_change_of_the_migration_is_told(old: str, new: str, difference: tuple[str, str, str, str]) -> None:
    if old == 'ON "customers"("email")':
        facts = joined(SCHEMA, MIGRATION.replace(old, new).replace("CREATE UNIQUE INDEX", "CREATE INDEX"))
    else:
        facts = changed(old, new)
    assert differences(facts) == {difference}


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ("note       String?", "note String? @db.Uuid", ("Invoice.note", "type", "uuid", "text")),
        (
            "@@index([customerId, status])",
            "@@index([customerId, status], type: Hash)",
            ("Invoice.Invoice_customerId_status_idx", "method", "hash", "btree"),
        ),
        (
            "references: [id])",
            "references: [id], onUpdate: Restrict)",
            ("Invoice.Invoice_customerId_fkey", "on-update", "restrict", "cascade"),
        ),
        (
            "enum Status",
            "enum Mood {\n A\n}\nenum Status",
            ("Mood", "missing-in-migrations", "enum Mood", ""),
        ),
        (
            "model Invoice {",
            "model Other {\n  id Int @id\n  x Int @unique\n}\nmodel Invoice {",
            ("Other", "missing-in-migrations", "model Other", ""),
        ),
    ],
)
def test_a_change_of_the_schema_is_told(old: str, new: str, difference: tuple[str, str, str, str]) -> None:
    if "type: Hash" in new:
        facts = joined(
            SCHEMA.replace(old, '@@index([customerId], type: Hash, map: "Invoice_customerId_status_idx")'),
            MIGRATION.replace('"Invoice"("customerId", "status")', '"Invoice"("customerId")'),
        )
    else:
        facts = changed(old, new, schema=True)
    assert differences(facts) == {difference}


def test_a_foreign_key_on_one_side_only_is_told() -> None:
    start = MIGRATION.index('ALTER TABLE "Invoice"')
    assert differences(joined(SCHEMA, MIGRATION[:start])) == {
        ("Invoice.Invoice_customerId_fkey", "missing-in-migrations", "(customerId) -> customers (id)", "")
    }
    schema = SCHEMA.replace("  customer   Customer @relation(fields: [customerId], references: [id])\n", "")
    schema = schema.replace("  invoices  Invoice[]\n", "")
    assert differences(joined(schema, MIGRATION)) == {
        ("Invoice.Invoice_customerId_fkey", "missing-in-prisma", "", "(customerId) -> customers (id)")
    }


def test_a_primary_key_on_one_side_only_is_told() -> None:
    sql = 'CREATE TABLE "A" ("id" INTEGER NOT NULL, "b" INTEGER NOT NULL);'
    index = 'CREATE UNIQUE INDEX "A_b_key" ON "A"("b");'
    assert differences(joined("model A {\n id Int @id\n b Int\n}\n", sql)) == {
        ("A.A_pkey", "missing-in-migrations", "(id)", "")
    }
    keyed = sql.replace("INTEGER NOT NULL);", "INTEGER NOT NULL, PRIMARY KEY (id));")
    assert differences(joined("model A {\n id Int\n b Int @unique\n}\n", keyed + index)) == {
        ("A.A_pkey", "missing-in-prisma", "", "(id)")
    }
    assert differences(joined("model A {\n id Int\n b Int\n @@id([id, b])\n}\n", keyed)) == {
        ("A.A_pkey", "columns", "id, b", "id")
    }


def test_what_is_missing_in_the_migrations_is_an_entity_with_its_place_but_no_row() -> None:
    facts = changed(
        "model Invoice {", "/// New\nmodel Other {\n  id Int @id\n}\nmodel Invoice {", schema=True
    )
    assert "Other" not in {row.name for row in facts.rows(Table)}
    assert [source for source, _ in origins(facts, "Other", "table")] == ["prisma"]
    assert not [
        row for row in facts.rows(Column) if facts.entity_of(row.id).address.startswith("shop.public.Other")
    ]
    assert "Other" not in {row.name for row in facts.rows(Model)}
    assert "New" in {row.text for row in facts.rows(Comment)}


SILENT = [
    'ALTER TABLE "Invoice" ADD CONSTRAINT positive CHECK (total > 0);',
    'CREATE INDEX open_invoices ON "Invoice"("customerId") WHERE status = \'OPEN\';',
    'CREATE INDEX lower_email ON "customers"(lower("email"));',
    'CREATE INDEX by_total ON "Invoice"("total") INCLUDE ("note");',
    'CREATE INDEX by_note ON "Invoice"("note" text_pattern_ops);',
    'CREATE INDEX by_note ON "Invoice"("note" NULLS FIRST);',
    'CREATE UNIQUE INDEX by_note ON "Invoice"("note") NULLS NOT DISTINCT;',
    'ALTER TABLE "Invoice" ADD CONSTRAINT one UNIQUE ("note") DEFERRABLE;',
    'ALTER TABLE "Invoice" ENABLE ROW LEVEL SECURITY;',
    'ALTER TABLE "Invoice" ADD COLUMN doubled numeric GENERATED ALWAYS AS (total * 2) STORED;',
    "CREATE SCHEMA audit; CREATE TABLE audit.log (id int);",
    "CREATE TABLE _prisma_migrations (id int); CREATE TABLE schema_migrations (version text);",
    "CREATE SEQUENCE numbers;",
    "COMMENT ON TABLE customers IS 'buyers';",
    'ALTER INDEX "customers_email_key" RENAME TO by_email;',
    'ALTER TABLE "Invoice" RENAME CONSTRAINT "Invoice_customerId_fkey" TO buyer;',
    'ALTER TABLE "Invoice" ALTER CONSTRAINT "Invoice_customerId_fkey" DEFERRABLE;',
    'DROP INDEX "customers_email_key"; ALTER TABLE customers ADD CONSTRAINT by_email UNIQUE (email);',
]


@pytest.mark.parametrize("statement", SILENT)
def test_what_prisma_cannot_say_is_no_difference(statement: str) -> None:
    assert differences(joined(SCHEMA, f"{MIGRATION}\n{statement}")) == set()


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ("Int @default(autoincrement())", "integer GENERATED BY DEFAULT AS IDENTITY NOT NULL"),
        ("Int @default(autoincrement())", "integer NOT NULL DEFAULT nextval('numbers')"),
        ("DateTime @db.Timestamptz", "timestamptz(6) NOT NULL"),
        ("DateTime @db.Timestamptz(6)", "timestamptz NOT NULL"),
        ("DateTime @default(now()) @db.Timestamptz(6)", "timestamptz NOT NULL DEFAULT now()"),
        ("DateTime @default(now())", "timestamp(3) NOT NULL DEFAULT ('now'::text)::timestamp"),
        ('DateTime @default("2024-01-01T00:00:00Z")', "timestamp(3) NOT NULL DEFAULT '2024-01-01 00:00:00'"),
        ("String[]", "text[] NOT NULL"),
        ("String[] @default([])", "text[] DEFAULT '{}'"),
        ('String[] @default(["a", "b"])', "text[] DEFAULT ARRAY['a'::text, 'b'::text]"),
        ("Decimal @default(0) @db.Decimal(5, 2)", "numeric(5,2) NOT NULL DEFAULT 0.00"),
        ("Boolean @default(true)", "boolean NOT NULL DEFAULT 't'"),
        ('Json @default("{\\"a\\": 1}")', "jsonb NOT NULL DEFAULT '{\"a\":1}'::jsonb"),
        ('String @default("it\'s")', "text NOT NULL DEFAULT 'it''s'::text"),
        (
            'String @default(dbgenerated("gen_random_uuid()")) @db.Uuid',
            "uuid NOT NULL DEFAULT public.gen_random_uuid()",
        ),
        ('String @default(dbgenerated("(a || b)"))', "text NOT NULL DEFAULT b || a"),
        ("String @default(uuid()) @db.Uuid", "uuid NOT NULL DEFAULT gen_random_uuid()"),
        ("String?", "text DEFAULT NULL"),
        ("String", "name_of_person NOT NULL"),
        ("String @db.Citext", "citext NOT NULL"),
        ('Unsupported("geometry(Point, 4326)")?', "geometry(Point,4326)"),
        ('Unsupported("tsvector")?', "tsvector"),
    ],
)
def test_two_ways_to_write_one_column_are_no_difference(field: str, column: str) -> None:
    migration = (
        "CREATE SEQUENCE numbers; CREATE EXTENSION citext; CREATE EXTENSION postgis; CREATE DOMAIN name_of_person AS text;"
        f'CREATE TABLE "A" ("id" INTEGER NOT NULL PRIMARY KEY, "x" {column});'
    )
    assert differences(joined(f"model A {{\n  id Int @id\n  x {field}\n}}\n", migration)) == set()


@pytest.mark.parametrize(
    ("field", "column", "aspect"),
    [
        ("DateTime @db.Timestamptz(3)", "timestamptz NOT NULL", "type"),
        ("DateTime", "timestamptz(3) NOT NULL", "type"),
        ("String", "varchar(10) NOT NULL", "type"),
        ("Int", "name_of_person NOT NULL", "type"),
        ("String[]", "text NOT NULL", "type"),
        ("Int @default(autoincrement())", "integer NOT NULL", "default"),
        ("DateTime @default(now())", "timestamp(3) NOT NULL DEFAULT '2024-01-01'", "default"),
        (
            'DateTime @default("2024-01-01T00:00:00Z")',
            "timestamp(3) NOT NULL DEFAULT '2024-01-02'",
            "default",
        ),
        ('String[] @default(["a", "b"])', "text[] DEFAULT '{b,a}'", "default"),
        ("Decimal @default(0)", "numeric(65,30) NOT NULL DEFAULT 1", "default"),
        ("Boolean @default(true)", "boolean NOT NULL DEFAULT 'f'", "default"),
        ('Json @default("{}")', "jsonb NOT NULL DEFAULT '[]'", "default"),
        (
            'String @default(dbgenerated("gen_random_uuid()"))',
            "text NOT NULL DEFAULT uuid_generate_v4()",
            "default",
        ),
        ("String", "text NOT NULL DEFAULT 'a'", "default"),
    ],
)
def test_two_columns_that_differ(field: str, column: str, aspect: str) -> None:
    migration = (
        "CREATE DOMAIN name_of_person AS text;"
        f'CREATE TABLE "A" ("id" INTEGER NOT NULL PRIMARY KEY, "x" {column});'
    )
    found = differences(joined(f"model A {{\n  id Int @id\n  x {field}\n}}\n", migration))
    assert {(address, what) for address, what, _, _ in found} == {("A.x", aspect)}


def test_a_unique_constraint_has_the_place_of_the_unique_field() -> None:
    migration = MIGRATION.replace(
        'CREATE UNIQUE INDEX "customers_email_key" ON "customers"("email");',
        'ALTER TABLE customers ADD CONSTRAINT "customers_email_key" UNIQUE (email);',
    )
    facts = joined(SCHEMA, migration)
    assert differences(facts) == set()
    assert {source for source, _ in origins(facts, "customers_email_key", "unique")} == {"sql", "prisma"}


def test_a_join_table_of_prisma_is_marked_and_may_have_either_key() -> None:
    schema = "model A {\n id Int @id\n bs B[]\n}\nmodel B {\n id Int @id\n as A[]\n}\n"
    tables = (
        'CREATE TABLE "A" ("id" INTEGER NOT NULL PRIMARY KEY); CREATE TABLE "B" ("id" INTEGER NOT NULL PRIMARY KEY);'
        'CREATE TABLE "_AToB" ("A" INTEGER NOT NULL, "B" INTEGER NOT NULL);'
        'CREATE INDEX "_AToB_B_index" ON "_AToB"("B");'
        'ALTER TABLE "_AToB" ADD FOREIGN KEY ("A") REFERENCES "A"("id") ON DELETE CASCADE ON UPDATE CASCADE;'
        'ALTER TABLE "_AToB" ADD FOREIGN KEY ("B") REFERENCES "B"("id") ON DELETE CASCADE ON UPDATE CASCADE;'
    )
    for key in (
        'CREATE UNIQUE INDEX "_AToB_AB_unique" ON "_AToB"("A", "B");',
        'ALTER TABLE "_AToB" ADD CONSTRAINT "_AToB_AB_pkey" PRIMARY KEY ("A", "B");',
    ):
        facts = joined(schema, tables + key)
        assert differences(facts) == set()
        assert {row.name: row.implicit_join for row in facts.rows(Table)} == {
            "A": False,
            "B": False,
            "_AToB": True,
        }


def test_a_model_of_a_view_becomes_the_view() -> None:
    schema = SCHEMA + "model Totals {\n  id Int @id\n  total Decimal\n}\n"
    migration = MIGRATION + 'CREATE VIEW "Totals" AS SELECT id, total FROM "Invoice";'
    facts = joined(schema, migration)
    assert differences(facts) == set()
    assert {source for source, _ in origins(facts, "Totals", "view")} == {"sql", "prisma"}


def test_a_foreign_key_that_only_the_client_keeps_is_added() -> None:
    head = HEAD.replace("}", '  relationMode = "prisma"\n}')
    sql, prisma = Facts("shop"), Facts("shop")
    read_prisma([("schema.prisma", head + SCHEMA)], prisma)
    read_sql([SqlFile("migration.sql", MIGRATION[: MIGRATION.index('ALTER TABLE "Invoice"')])], sql)
    join(sql, prisma)
    assert differences(sql) == set()
    (key,) = sql.rows(ForeignKey)
    tables = {row.name: row.id for row in sql.rows(Table)}
    assert (key.emulated, key.table_id, key.referenced_table_id) == (
        True,
        tables["Invoice"],
        tables["customers"],
    )
    columns = {row.id: row.name for row in sql.rows(Column)}
    (pair,) = sql.rows(ForeignKeyColumn)
    assert (columns[pair.column_id], columns[pair.referenced_column_id or 0]) == ("customerId", "id")
    assert [row.foreign_key_id for row in sql.rows(Relation)] == [key.id]


def test_prisma_s_only_schema_may_be_another_one_in_the_database() -> None:
    migration = "CREATE SCHEMA shop; SET search_path = shop;" + MIGRATION
    facts = joined(SCHEMA, migration)
    assert differences(facts) == set()
    assert {row.schema for row in facts.rows(Table)} == {"shop"}
    assert len(facts.rows(Model)) == 2


def test_nothing_is_missing_in_migrations_of_which_a_part_was_not_understood() -> None:
    migration = MIGRATION.replace('"note" TEXT,\n', "") + "CREATE NONSENSE;\n"
    assert differences(joined(SCHEMA, migration)) == set()


def test_a_schema_with_faults_has_no_differences_but_what_it_says_is_added() -> None:
    facts = joined(SCHEMA.replace("note       String?", "note Strin?"), MIGRATION)
    assert [problem.kind for problem in facts.problems] == ["syntax-error"]
    assert differences(facts) == set()
    assert len(facts.rows(Model)) == 2
    assert "models" not in facts.known
    assert "tables" in facts.known, "the migrations are judged all the same"


def test_services_written_well_have_no_differences() -> None:
    root = FIXTURES / "azora"
    fleet = find_fleet(root, load_settings(root))
    found = {}
    for files in fleet.services:
        facts = read_service(files, root, fleet.documents)
        assert facts.problems == []
        assert all(
            len({row.source for row in facts.rows(Origin) if row.entity_id == table.id}) == 2
            for table in facts.rows(Table)
        )
        found[files.name] = differences(facts)
    assert len(found) == 13
    assert set().union(*found.values()) == set()

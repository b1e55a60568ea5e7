"""A small fleet's report, made by hand: every kind of finding, verdict and problem that a report can show."""

from __future__ import annotations

from typing import Any

from azora_audit.findings import (
    ChecklistItem,
    Difference,
    Finding,
    Fix,
    NotJudged,
    Place,
    Problem,
    Report,
    ServiceSummary,
    SourceSummary,
    Verification,
)
from azora_audit.inventory import InventoryColumn, InventoryForeignKey, InventoryTable, ServiceInventory

BILLING = "services/billing-service/prisma/schema.prisma"
BILLING_SQL = "services/billing-service/prisma/migrations/20250110120000_init/migration.sql"
LENDING = "services/lending-service/prisma/schema.prisma"
PAYMENTS = "services/payment-service/prisma/schema.prisma"
CARDS = "services/virtual-card-service/schema.sql"

SOURCES = {
    BILLING: """\
datasource db {
  provider = "postgresql"
  url      = "postgresql://billing:hunter2@db.internal:5432/billing"
}

model Plan {
  id            String         @id @default(uuid())
  name          String
  priceInCents  Float
  subscriptions Subscription[]
}

model Subscription {
  id       String    @id @default(uuid())
  planId   String
  plan     Plan      @relation(fields: [planId], references: [id])
  invoices Invoice[]
}

model Invoice {
  id             String       @id @default(uuid())
  subscriptionId String
  customerId     String
\tamount\tFloat // 請求金額 in the smallest unit
  subscription   Subscription @relation(fields: [subscriptionId], references: [id], onDelete: Cascade)
}
""",
    BILLING_SQL: """\
-- CreateTable
CREATE TABLE "Invoice" (
    "id" TEXT NOT NULL,
    "subscriptionId" TEXT NOT NULL,
    "customerId" TEXT NOT NULL,
    "amount" DOUBLE PRECISION NOT NULL,
    CONSTRAINT "Invoice_pkey" PRIMARY KEY ("id")
);
""",
    LENDING: """\
model Loan {
  id         String      @id @default(cuid())
  borrowerId String
  repayments Repayment[]
}

model Repayment {
  id     String @id @default(cuid())
  loanId String
  loan   Loan   @relation(fields: [loanId], references: [id])
}
""",
    PAYMENTS: """\
model Payment {
  id     String @id @default(uuid())
  wallet Wallet @relation(fields: [walletId, references: [id])
}
""",
    CARDS: (
        "CREATE TABLE virtual_cards (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), label text NOT NULL, "
        "card_number varchar(19) NOT NULL, cvv varchar(4) NOT NULL, expiry_month smallint NOT NULL, "
        "holder text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());\n"
    ),
}


def source_lines(path: str) -> list[str] | None:
    text = SOURCES.get(path)
    return None if text is None else text.splitlines()


def place(path: str, word: str, line: int) -> Place:
    """Find `word` on a line of the sample's sources."""
    column = SOURCES[path].splitlines()[line - 1].index(word) + 1
    return Place(path, line, column, line, column + len(word))


def finding(rule: str, **fields: object) -> Finding:
    """Make a finding, with plain values for what a test does not care about."""
    values: dict[str, object] = {
        "severity": "warning",
        "precision": "high",
        "service": "billing-service",
        "kind": "column",
        "entity": "billing-service.public.Invoice.amount",
        "places": (),
        "related": "",
        "related_places": (),
        "message": f"Something is wrong by {rule}.",
        "help": "",
        "evidence": {},
        "fix": None,
        "fingerprint": "0" * 16,
        "status": "new",
        "reason": "",
    }
    return Finding(rule=rule, **(values | fields))  # type: ignore[arg-type]


def _unindexed(service: str, table: str, column: str, places: tuple[Place, ...]) -> Finding:
    return finding(
        "unindexed-foreign-key",
        service=service,
        kind="foreign-key",
        entity=f"{service}.public.{table}.{column}",
        places=places,
        message=f"The foreign key {table}.{column} is not covered by an index.",
        help="Add an index whose first column is the foreign key's, so that deleting a referenced row need not read "
        "the whole table.",
        evidence={"table": table, "columns": column, "cover": "none"},
        fix=Fix(
            sql=f'CREATE INDEX CONCURRENTLY "{table}_{column}_idx"\n    ON "{table}" ("{column}");',
            prisma=f"@@index([{column}])",
            prisma_edit="add-to-model",
            safety="safe",
            why="",
        ),
        fingerprint=f"{len(table):08x}{len(column):08x}",
        controls=("SOC 2 A1.1",),
    )


def _missing(service: str, table: str, spot: Place) -> Finding:
    return finding(
        "missing-updated-at",
        service=service,
        kind="table",
        entity=f"{service}.public.{table}",
        places=(spot,),
        message=f"The table {table} has no column that says when a row was last changed.",
        help="Add the column, with the same name in every service.",
        evidence={"table": table, "class": "entity"},
        fix=Fix(
            sql="",
            prisma="updatedAt DateTime @updatedAt @db.Timestamptz",
            prisma_edit="add-to-model",
            safety="unsafe",
            why="existing rows need a value",
        ),
        fingerprint=f"{len(service):08x}{len(table):08x}",
    )


def sample() -> Report:
    """The fleet: two Prisma services, one of plain SQL, and a broken one."""
    return Report(
        services=(
            ServiceSummary(
                "billing-service",
                "services/billing-service",
                (
                    SourceSummary("prisma", BILLING, 1, "prisma"),
                    SourceSummary(
                        "migrations", "services/billing-service/prisma/migrations", 1, "libpg_query"
                    ),
                ),
                3,
            ),
            ServiceSummary(
                "lending-service",
                "services/lending-service",
                (SourceSummary("prisma", LENDING, 1, "prisma"),),
                2,
            ),
            ServiceSummary(
                "virtual-card-service",
                "services/virtual-card-service",
                (SourceSummary("dump", CARDS, 1, "libpg_query"),),
                1,
            ),
            ServiceSummary("payment-service", "services/payment-service", (), 0),
        ),
        findings=_findings(),
        checklist=_checklist(),
        not_judged=(
            NotJudged("updated-at-nobody-maintains", "billing-service", "schema.prisma cannot know triggers"),
            NotJudged("updated-at-nobody-maintains", "lending-service", "schema.prisma cannot know triggers"),
            NotJudged("always-true-write-policy", "lending-service", "schema.prisma cannot know policies"),
            NotJudged("row-security-without-policy", "lending-service", "schema.prisma cannot know policies"),
            NotJudged("missing-package-script", "virtual-card-service", "there is no package.json"),
        ),
        problems=(
            Problem(
                "syntax-error",
                "payment-service",
                PAYMENTS,
                3,
                44,
                'Expected "]" after the fields of a relation, found "references".',
                "Nothing of this service was judged; mend the file and run again.",
            ),
            Problem(
                "missing-file", "", "services/kyc-aml-service", 0, 0, "A service of the fleet is missing.", ""
            ),
        ),
        rules_run=72,
    )


def _findings() -> tuple[Finding, ...]:
    keys = [
        _unindexed(
            "billing-service",
            "Invoice",
            "subscriptionId",
            (place(BILLING, "subscriptionId", 22), place(BILLING_SQL, '"subscriptionId"', 4)),
        ),
        _unindexed("billing-service", "Subscription", "planId", (place(BILLING, "planId", 15),)),
        _unindexed("lending-service", "Repayment", "loanId", (place(LENDING, "loanId", 9),)),
        _unindexed("lending-service", "Loan", "borrowerId", (place(LENDING, "borrowerId", 3),)),
    ]
    return (
        finding(
            "float-money",
            places=(place(BILLING, "Float", 24), place(BILLING_SQL, "DOUBLE PRECISION", 6)),
            message="Invoice.amount keeps money as a binary floating point number: 0.1 + 0.2 is not 0.3.",
            help="Keep money as numeric with a fixed scale, or as an integer of the smallest unit.",
            severity="error",
            evidence={
                "table": "Invoice",
                "column": "amount",
                "type": "double precision",
                "words": ["amount"],
            },
            fix=Fix(
                sql='ALTER TABLE "Invoice" ALTER COLUMN "amount" TYPE numeric(19, 4);',
                prisma="amount Decimal @db.Decimal(19, 4)",
                prisma_edit="replace-field",
                safety="unsafe",
                why="rewrites the table under an ACCESS EXCLUSIVE lock",
            ),
            fingerprint="6f1f0a2b3c4d5e6f",
            controls=("SOC 2 PI1.5",),
        ),
        finding(
            "cascade-into-financial-records",
            kind="foreign-key",
            entity="billing-service.public.Invoice.subscriptionId",
            places=(place(BILLING, "onDelete: Cascade", 25),),
            related="billing-service.public.Subscription",
            related_places=(place(BILLING, "Subscription", 13),),
            message="Deleting a row of Subscription deletes its invoices, which are financial records.",
            help="Restrict the deletion, or keep the record without its parent.",
            severity="error",
            evidence={"path": "Subscription -> Invoice", "depth": 1},
        ),
        finding(
            "card-verification-code-stored",
            service="virtual-card-service",
            entity="virtual-card-service.public.virtual_cards.cvv",
            places=(place(CARDS, "cvv varchar(4)", 1),),
            message="virtual_cards.cvv stores the card verification code.",
            help="Drop the column: after authorisation the code may not be kept, not even encrypted or hashed.",
            severity="error",
            precision="very-high",
            fix=Fix(
                "ALTER TABLE virtual_cards DROP COLUMN cvv;",
                "",
                "",
                "unsafe",
                "the values are lost, as they must be",
            ),
            controls=("PCI DSS 4.0.1 3.3.1.2",),
        ),
        finding(
            "literal-password-in-datasource",
            kind="source",
            entity="billing-service",
            places=(place(BILLING, "hunter2", 3),),
            message="The datasource's url holds a password.",
            help='Use env("DATABASE_URL").',
            severity="error",
        ),
        *keys,
        _missing("billing-service", "Plan", place(BILLING, "Plan", 6)),
        _missing("lending-service", "Loan", place(LENDING, "Loan", 1)),
        finding(
            "missing-composite-index",
            severity="note",
            precision="low",
            kind="table",
            service="virtual-card-service",
            entity="virtual-card-service.public.virtual_cards",
            message="virtual_cards has a status and a time, and no index of both.",
        ),
        finding("missing-created-at", status="accepted", service="lending-service"),
        finding("missing-updated-at", status="allowed", reason="ledger rows are never changed"),
    )


def _checklist() -> tuple[ChecklistItem, ...]:
    return (
        ChecklistItem(
            "azora",
            "Azora quality checklist",
            "uuid-primary-keys",
            "UUID primary keys",
            "automated",
            "tables",
            6,
            6,
            0,
            "met",
            "",
            ("non-uuid-primary-key",),
        ),
        ChecklistItem(
            "azora",
            "Azora quality checklist",
            "timestamps",
            "Timestamps",
            "automated",
            "tables",
            3,
            6,
            1,
            "not-met",
            "",
            ("missing-created-at", "missing-updated-at", "updated-at-nobody-maintains"),
        ),
        ChecklistItem(
            "azora",
            "Azora quality checklist",
            "indexes",
            "Indexes on foreign keys",
            "automated",
            "foreign keys",
            0,
            4,
            0,
            "not-met",
            "",
            ("unindexed-foreign-key", "missing-composite-index"),
        ),
        ChecklistItem(
            "azora",
            "Azora quality checklist",
            "integrity",
            "Money is exact",
            "automated",
            "amount columns",
            1,
            2,
            0,
            "not-met",
            "",
            ("float-money",),
        ),
        ChecklistItem(
            "azora",
            "Azora quality checklist",
            "enums",
            "Closed lists are enums or checks",
            "automated",
            "columns",
            0,
            0,
            0,
            "met",
            "",
            (),
        ),
        ChecklistItem(
            "azora",
            "Azora quality checklist",
            "row-level-security",
            "Row-level security",
            "partial",
            "tables",
            0,
            5,
            5,
            "not-judged",
            "schema.prisma cannot know policies",
            ("always-true-write-policy", "row-security-without-policy"),
        ),
        ChecklistItem(
            "azora",
            "Azora quality checklist",
            "backups",
            "Encrypted backups",
            "manual",
            "databases",
            0,
            0,
            0,
            "not-checkable",
            "Where backups are kept, and with which key, is decided outside of any schema.",
            (),
        ),
    )


def verified_sample() -> Report:
    """The sample as PostgreSQL saw it: one service as it was read, one with other facts, one not verified."""
    server = "PostgreSQL 18.6"
    names = [service.name for service in sample().services]
    place = Place("services/billing/schema.sql", 3, 1, 3, 5)
    return sample()._replace(
        verifications=(
            Verification(names[0], server, "agrees", ""),
            Verification(names[1], server, "differs", ""),
            Verification(names[2], server, "not-verified", "extension postgis not at hand"),
        ),
        differences=(
            Difference(
                names[1], "column", f"{names[1]}.public.a.b", "column type", "text", "integer", (place,)
            ),
            Difference(names[1], "table", f"{names[1]}.public.c", "table", None, "there", ()),
            Difference(names[1], "index", f"{names[1]}.public.a.i", "index", "there", None, ()),
            Difference(names[1], "column", f"{names[1]}.public.a.d", "column collation", None, "C", ()),
        ),
    )


def sample_inventory() -> tuple[ServiceInventory, ...]:
    """The tables of two of the sample's services."""
    plan = _table("Plan", 6, (_column("id", "text", key=1), _column("name", "text")))
    columns = (
        _column("id", "text", default="gen_random_uuid()", default_kind="function", key=1),
        _column("planId", "text"),
        _column("email", "text", nullable=True, sensitive=("contact",)),
    )
    key = InventoryForeignKey(
        "Subscription_planId_fkey",
        ("planId",),
        "public.Plan",
        ("id",),
        read=True,
        on_delete="cascade",
        on_update="no action",
        indexed="none",
        emulated=False,
    )
    subscription = _table("Subscription", 12, columns, (key,))
    cards = _table(
        "virtual_cards", 1, (_column("cvv", "character varying(4)", sensitive=("cardholder-data",)),)
    )
    return (
        ServiceInventory("billing-service", ("policies",), (plan._replace(cascade_reach=1), subscription)),
        ServiceInventory("virtual-card-service", (), (cards._replace(path=CARDS, row_security="none"),)),
    )


def _column(name: str, type_: str, **fields: Any) -> InventoryColumn:
    plain = InventoryColumn(
        name,
        type_,
        nullable=False,
        default="",
        default_kind="",
        key=0,
        sensitive=(),
        protection="",
        tenant=False,
    )
    return plain._replace(**fields)


def _table(
    name: str,
    line: int,
    columns: tuple[InventoryColumn, ...],
    foreign_keys: tuple[InventoryForeignKey, ...] = (),
) -> InventoryTable:
    return InventoryTable(
        "public", name, "ordinary", "entity", 0, "unknown", 0, BILLING, line, columns, foreign_keys
    )

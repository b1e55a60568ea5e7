"""Makes input of any size: Prisma fleets, dumps as pg_dump writes them, and migration histories.

The schemas are what large real ones are like: some columns of each common type, keys, foreign keys with and without an
index, checks, comments. Everything is drawn from a seed, so that two runs measure the same text.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NOUNS = [
    "account",
    "address",
    "agent",
    "asset",
    "batch",
    "campaign",
    "card",
    "cart",
    "category",
    "claim",
    "client",
    "contract",
    "course",
    "coupon",
    "customer",
    "delivery",
    "device",
    "discount",
    "document",
    "employee",
    "event",
    "expense",
    "feature",
    "file",
    "invoice",
    "item",
    "journal",
    "ledger",
    "lesson",
    "license",
    "location",
    "member",
    "message",
    "note",
    "notification",
    "offer",
    "order",
    "package",
    "payment",
    "permission",
    "plan",
    "policy",
    "price",
    "product",
    "profile",
    "project",
    "quote",
    "receipt",
    "refund",
    "report",
    "review",
    "role",
    "schedule",
    "session",
    "shipment",
    "student",
    "subscription",
    "supplier",
    "task",
    "team",
    "tenant",
    "ticket",
    "transfer",
    "user",
    "vehicle",
    "vendor",
    "wallet",
    "warehouse",
    "workflow",
]
_COLUMNS = (
    ("status", "String", "text", " DEFAULT 'new'"),
    ("title", "String", "text", ""),
    ("description", "String?", "text", ""),
    ("email", "String", "character varying(320)", ""),
    ("amount", "Decimal @db.Decimal(19, 4)", "numeric(19,4)", ""),
    ("currency", "String @db.VarChar(3)", "character varying(3)", ""),
    ("quantity", "Int @default(1)", "integer", " DEFAULT 1"),
    ("score", "Float?", "double precision", ""),
    ("active", "Boolean @default(true)", "boolean", " DEFAULT true"),
    ("payload", "Json?", "jsonb", ""),
    ("startsAt", "DateTime?", "timestamp(3) without time zone", ""),
    ("externalId", "String?", "text", ""),
)


def table_names(random_: random.Random, count: int) -> list[str]:
    """Return distinct names: nouns, then pairs of them with a number."""
    names: dict[str, None] = {}
    while len(names) < count:
        parts = random_.sample(_NOUNS, 1 if len(names) < len(_NOUNS) // 2 else 2)
        name = "_".join(parts)
        names[name if name not in names else f"{name}_{len(names)}"] = None
    return list(names)


def prisma_schema(seed: int, tables: int) -> str:
    """Return a schema.prisma of `tables` models, each referring to one before it."""
    random_ = random.Random(seed)  # noqa: S311 -- text to measure with
    models = [_pascal(name) for name in table_names(random_, tables)]
    children: dict[str, list[str]] = {model: [] for model in models}
    bodies = {}
    for number, model in enumerate(models):
        lines = ["  id        String   @id @default(uuid())"]
        lines += [f"  {name} {prisma}" for name, prisma, _, _ in random_.sample(_COLUMNS, 7)]
        if number:
            parent = random_.choice(models[:number])
            children[parent].append(model)
            field = parent[0].lower() + parent[1:]
            lines += [
                f"  {field}Id String",
                f"  {field} {parent} @relation(fields: [{field}Id], references: [id])",
            ]
            lines += [f"  @@index([{field}Id])"] if random_.random() < 0.5 else []
        lines += ["  createdAt DateTime @default(now())", "  updatedAt DateTime @updatedAt"]
        bodies[model] = lines
    blocks = ['datasource db {\n  provider = "postgresql"\n  url      = env("DATABASE_URL")\n}']
    for model in models:
        lists = [f"  of{child} {child}[]" for child in children[model]]
        blocks.append("\n".join([f"model {model} {{", *bodies[model], *lists, "}"]))
    return "\n\n".join(blocks) + "\n"


def prisma_fleet(root: Path, services: int, tables: int) -> None:
    """Write a fleet of services with `tables` models each."""
    for number in range(services):
        folder = root / "services" / f"service-{number:04}"
        (folder / "prisma").mkdir(parents=True)
        (folder / "prisma" / "schema.prisma").write_text(prisma_schema(number, tables))
        (folder / "package.json").write_text(
            '{"name": "service", "dependencies": {"@prisma/client": "^5.7.1"}}\n'
        )


def dump(seed: int, tables: int) -> Iterator[str]:
    """Yield the statements of a schema-only dump."""
    random_ = random.Random(seed)  # noqa: S311 -- text to measure with
    names = table_names(random_, tables)
    yield "SET client_encoding = 'UTF8';\nSELECT pg_catalog.set_config('search_path', '', false);\n\n"
    later = []
    for number, name in enumerate(names):
        columns = ["    id uuid DEFAULT gen_random_uuid() NOT NULL"]
        for column, _, kind, default in random_.sample(_COLUMNS, 8):
            columns.append(f"    {_snake(column)} {kind}{default}")
        columns.append("    created_at timestamp with time zone DEFAULT now() NOT NULL")
        if number:
            parent = random_.choice(names[:number])
            columns.append(f"    {parent}_id uuid NOT NULL")
            later.append(
                f"ALTER TABLE ONLY public.{name}\n    ADD CONSTRAINT {name}_{parent}_fkey FOREIGN KEY ({parent}_id)"
                f" REFERENCES public.{parent}(id) ON DELETE CASCADE;\n\n\n"
            )
            if random_.random() < 0.5:
                later.append(
                    f"CREATE INDEX {name}_{parent}_idx ON public.{name} USING btree ({parent}_id);\n\n\n"
                )
        body = ",\n".join(columns)
        yield f"--\n-- Name: {name}; Type: TABLE; Schema: public; Owner: app\n--\n\n"
        yield f"CREATE TABLE public.{name} (\n{body}\n);\n\n\nALTER TABLE public.{name} OWNER TO app;\n\n"
        yield f"COMMENT ON TABLE public.{name} IS 'Rows of {name}';\n\n"
        yield f"ALTER TABLE ONLY public.{name}\n    ADD CONSTRAINT {name}_pkey PRIMARY KEY (id);\n\n\n"
    yield from later


def migrations(root: Path, seed: int, count: int, tables: int) -> None:
    """Write `count` migrations that create `tables` tables each and alter earlier ones."""
    random_ = random.Random(seed)  # noqa: S311 -- text to measure with
    names = table_names(random_, count * tables)
    for number in range(count):
        folder = root / "prisma" / "migrations" / f"{20240101000000 + number}_step"
        folder.mkdir(parents=True)
        text = []
        for name in names[number * tables : (number + 1) * tables]:
            columns = ",\n".join(
                f'    "{_snake(column)}" {kind}{default}'
                for column, _, kind, default in random_.sample(_COLUMNS, 8)
            )
            text.append(
                f'-- CreateTable\nCREATE TABLE "{name}" (\n    "id" TEXT NOT NULL,\n{columns},\n\n'
                f'    CONSTRAINT "{name}_pkey" PRIMARY KEY ("id")\n);\n\n'
            )
        for name in random_.sample(names[: (number + 1) * tables], min(5, (number + 1) * tables)):
            column = f"extra_{number}"
            text.append(
                f'-- AlterTable\nALTER TABLE "{name}" ADD COLUMN "{column}" TEXT;\n\n'
                f'-- CreateIndex\nCREATE INDEX "{name}_{column}_idx" ON "{name}"("{column}");\n\n'
            )
        (folder / "migration.sql").write_text("".join(text))


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)

"""The cost of reading is linear in the models."""

from __future__ import annotations

import time

import pytest

from azora_audit.catalog.facts import Facts
from azora_audit.sources.prisma import read_prisma

MODEL = """\
/// Number {0}.
model Model{0} {{
  id        String   @id @default(uuid()) @db.Uuid
  tenantId  String   @map("tenant_id") @db.Uuid
  ownerId   String?  @map("owner_{0}") @db.Uuid
  owner     Model{0}? @relation("tree{0}", fields: [ownerId], references: [id], onDelete: Cascade)
  owned     Model{0}[] @relation("tree{0}")
  name      String   @db.VarChar(120)
  amount    Decimal  @db.Decimal(12, 2)
  tags      String[]
  createdAt DateTime @default(now()) @db.Timestamptz(3)
  updatedAt DateTime @updatedAt @db.Timestamptz(3)

  @@index([tenantId, createdAt(sort: Desc)])
  @@map("models_{0}")
}}
"""


def seconds(models: int) -> float:
    """Processor time for one schema of so many models: the better of two."""
    text = "".join(MODEL.format(number) for number in range(models))
    best = float("inf")
    for _ in range(2):
        facts = Facts("shop")
        start = time.process_time()
        read_prisma([("schema.prisma", text)], facts)
        best = min(best, time.process_time() - start)
        assert facts.problems == []
    return best


@pytest.mark.nightly
def test_four_times_the_models_take_no_eight_times_the_time() -> None:
    assert seconds(4000) < 8 * seconds(1000)

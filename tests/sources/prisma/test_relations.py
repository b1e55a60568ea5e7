"""Foreign keys, join tables, and relations that only the client knows."""

from __future__ import annotations

import pytest

from azora_audit.catalog.tables import (
    Column,
    Entity,
    ForeignKey,
    ForeignKeyColumn,
    Index,
    Model,
    PrimaryKey,
    Relation,
    Table,
    View,
)
from tests.sources.prisma.cases import relation, two
from tests.sources.prisma.reading import HEAD, column, index, place, problems, read


@pytest.mark.parametrize(
    ("fields", "arguments", "on_delete", "on_update", "declared"),
    [
        ("uId Int; u U", "", "restrict", "cascade", (False, False)),
        ("uId Int?; u U?", "", "set null", "cascade", (False, False)),
        ("uId Int; u U?", "", "restrict", "cascade", (False, False)),
        ("uId Int; u U", ", onDelete: Cascade", "cascade", "cascade", (True, False)),
        ("uId Int; u U", ", onDelete: NoAction, onUpdate: Restrict", "no action", "restrict", (True, True)),
        (
            "uId Int?; u U?",
            ", onDelete: SetDefault, onUpdate: SetNull",
            "set default",
            "set null",
            (True, True),
        ),
    ],
)
def test_actions(
    fields: str, arguments: str, on_delete: str, on_update: str, declared: tuple[bool, bool]
) -> None:
    facts = read(two("p P[]", f"{fields} @relation(fields: [uId], references: [id]{arguments})"))
    (key,) = facts.rows(ForeignKey)
    assert (key.name, key.on_delete, key.on_update) == ("P_uId_fkey", on_delete, on_update)
    assert (key.on_delete_declared, key.on_update_declared) == declared
    assert (key.referenced_schema, key.referenced_name, key.emulated) == ("public", "U", False)


def test_a_partly_optional_key_restricts() -> None:
    facts = read(
        "model U {\n  a Int\n  b Int\n  p P[]\n  @@id([a, b])\n}\n"
        'model P {\n  id Int @id\n  x Int? @map("x_x")\n  y Int\n  u U? @relation(fields: [x, y], references: [b, a])\n}\n'
    )
    (key,) = facts.rows(ForeignKey)
    assert (key.name, key.on_delete) == ("P_x_x_y_fkey", "restrict")
    ids = {name: column(facts, name).id for name in ("a", "b", "x_x", "y")}
    assert [
        (row.column_id, row.referenced_column_id, row.referenced_name) for row in facts.rows(ForeignKeyColumn)
    ] == [
        (ids["x_x"], ids["b"], "b"),
        (ids["y"], ids["a"], "a"),
    ]


def test_what_prisma_says_of_a_relation_is_kept() -> None:
    facts = read(
        two(
            'p P[] @relation("r")',
            'uId Int?; u U? @relation("r", fields: [uId], references: [id], map: "fk")',
        )
    )
    (row,) = facts.rows(Relation)
    assert (row.field, row.referenced_model, row.optional) == ("u", "U", True)
    assert facts.entity_of(row.foreign_key_id).name == "fk"


def test_a_model_may_come_after_what_refers_to_it() -> None:
    facts = read(
        "model P {\n  id Int @id\n  u U @relation(fields: [id], references: [id])\n}\nmodel U {\n  id Int @id\n  p P?\n}\n"
    )
    (key,) = facts.rows(ForeignKey)
    tables = {row.id: row.name for row in facts.rows(Table)}
    assert key.referenced_table_id is not None
    assert (tables[key.table_id], tables[key.referenced_table_id]) == ("P", "U")


SELF = """\
model U {
  id Int @id
  up Int?
  parent U? @relation("t", fields: [up], references: [id])
  kids U[] @relation("t")
}
"""


def test_a_self_relation() -> None:
    (key,) = read(SELF).rows(ForeignKey)
    assert key.table_id == key.referenced_table_id


def test_either_side_of_an_optional_pair_holds_the_key() -> None:
    facts = read(two("pId Int? @unique; p P? @relation(fields: [pId], references: [id])", "u U?"))
    assert [row.name for row in facts.rows(ForeignKey)] == ["U_pId_fkey"]


JOIN = """\
model Zebra {
  id    Int    @id @default(autoincrement())
  foods Food[]
}

model Food {
  id     String  @id @map("food_id") @db.Uuid
  eaters Zebra[]
  @@map("foods")
}
"""


def test_a_join_table() -> None:
    facts = read(JOIN)
    (table,) = [row for row in facts.rows(Table) if row.implicit_join]
    assert table.name == "_FoodToZebra"
    columns = [row for row in facts.rows(Column) if row.table_id == table.id]
    assert [(row.name, row.type, row.nullable, row.serial) for row in columns] == [
        ("A", "uuid", False, False),
        ("B", "integer", False, False),
    ]
    (key,) = [row for row in facts.rows(PrimaryKey) if row.table_id == table.id]
    assert key.name == "_FoodToZebra_AB_pkey"
    assert index(facts, "_FoodToZebra_AB_pkey") == (
        next(row for row in facts.rows(Index) if row.constraint_id == key.id),
        ["A", "B"],
    )
    assert index(facts, "_FoodToZebra_B_index")[1] == ["B"]
    assert [
        (row.name, row.referenced_name, row.on_delete, row.on_update) for row in facts.rows(ForeignKey)
    ] == [
        ("_FoodToZebra_A_fkey", "foods", "cascade", "cascade"),
        ("_FoodToZebra_B_fkey", "Zebra", "cascade", "cascade"),
    ]
    assert place(facts, "table", "_FoodToZebra") == (8, 3, 8, 9)
    assert table.id not in {row.table_id for row in facts.rows(Model)}


@pytest.mark.parametrize(
    ("major", "constraint"), [(4, False), (5, False), (6, True), (7, True), (None, True)]
)
def test_join_tables_have_a_primary_key_since_prisma_6(major: int | None, constraint: bool) -> None:
    facts = read(JOIN, major=major)
    name = "_FoodToZebra_AB_pkey" if constraint else "_FoodToZebra_AB_unique"
    row, columns = index(facts, name)
    assert (row.unique_, row.constraint_id is not None, columns) == (True, constraint, ["A", "B"])
    assert (name in {key.name for key in facts.rows(PrimaryKey)}) is constraint


def test_join_tables_of_named_and_self_relations() -> None:
    facts = read(
        'model U {\n  id Int @id\n  b U[] @relation("friends")\n  a U[] @relation("friends")\n'
        '  p P[] @relation("likes")\n}\nmodel P {\n  id Int @id\n  u U[] @relation("likes")\n}\n'
    )
    assert [row.name for row in facts.rows(Table)] == ["U", "P", "_friends", "_likes"]
    assert place(facts, "table", "_friends")[:2] == (4, 3)


def test_long_names_of_join_tables() -> None:
    long = "N" * 60
    facts = read(f"model {long} {{\n  id Int @id\n  p P[]\n}}\nmodel P {{\n  id Int @id\n  n {long}[]\n}}\n")
    names = {entity.name for entity in facts.rows(Entity)}
    assert {
        "_" + "N" * 60 + "To",
        "_" + "N" * 54 + "_AB_pkey",
        "_" + "N" * 54 + "_B_index",
        "_" + "N" * 55 + "_A_fkey",
    } <= names


EMULATED = HEAD[1].replace("}", '  relationMode = "prisma"\n}')


def test_relations_without_foreign_keys() -> None:
    facts = read(relation("U @relation(fields: [uId], references: [id])"), EMULATED)
    assert [row.emulated for row in facts.rows(ForeignKey)] == [True]
    facts = read(JOIN, EMULATED)
    assert [row.emulated for row in facts.rows(ForeignKey)] == [True, True]


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (
            relation("U @relation(fields: [uId], references: [id], onDelete: NoAction)"),
            'NoAction and SetDefault are not possible with relationMode = "prisma"',
        ),
        (
            relation("U @relation(fields: [uId], references: [id], onDelete: SetNull)"),
            "SetNull is not possible: a field of the foreign key is required",
        ),
        (
            SELF,
            'a cycle of relations that change each other\'s rows: relationMode is "prisma"',
        ),
    ],
)
def test_what_the_client_cannot_emulate(schema: str, message: str) -> None:
    assert [problem.message for problem in problems(schema, EMULATED)] == [message]
    assert problems(schema) == []


def test_schemas() -> None:
    head = HEAD[1].replace("}", '  schemas = ["app", "base"]\n}')
    facts = read(
        'enum E {\n  A\n  @@schema("base")\n}\nmodel U {\n  id Int @id\n  e E @default(A)\n  p P[]\n  @@schema("base")\n}\n'
        'model P {\n  id Int @id\n  u U[]\n  @@schema("app")\n}\n',
        head,
    )
    assert [(row.schema, row.name) for row in facts.rows(Table)] == [
        ("base", "U"),
        ("app", "P"),
        ("app", "_PToU"),
    ]
    assert column(facts, "e").type == 'base."E"'
    assert {entity.address for entity in facts.rows(Entity)} >= {
        "shop.base.U.e",
        "shop.app._PToU.A",
        "shop.base.E",
    }
    (problem,) = problems("model A {\n  id Int @id\n}\n", head)
    assert problem.message == "expected `@@schema(...)`: the datasource has schemas, the model `A` has none"


def test_views_are_no_tables() -> None:
    facts = read(
        'view V {\n  id Int @unique\n  n String?\n  m M[]\n  @@map("vs")\n}\n'
        "model M {\n  id Int @id\n  v Int\n  view V @relation(fields: [v], references: [id])\n}\n"
    )
    assert [row.name for row in facts.rows(Table)] == ["M"]
    assert [(row.name, row.definition) for row in facts.rows(View)] == [("vs", "")]
    assert [row.name for row in facts.rows(Model)] == ["V", "M"]
    assert [row.name for row in facts.rows(Column)] == ["id", "v"]
    assert facts.rows(ForeignKey) == []
    assert [row.name for row in facts.rows(Index)] == ["M_pkey"]
    assert "views" not in facts.known


def test_ignored_models_are_tables() -> None:
    facts = read("model A {\n  id Int @id\n  b Int @ignore\n}\nmodel B {\n  id Int @id\n  @@ignore\n}\n")
    assert [(row.name, row.ignored) for row in facts.rows(Model)] == [("A", False), ("B", True)]
    assert len(facts.rows(Table)) == 2

"""Schemas that Prisma refuses, with what azora-audit says of them, and schemas that the two see differently on purpose."""

from __future__ import annotations


def field(line: str) -> str:
    """A model with one more line."""
    return f"model A {{\n  id Int @id\n  {line}\n}}\n"


def two(one: str, other: str) -> str:
    """Models U and P with a key and these further lines."""
    return "".join(
        f"model {name} {{\n  id Int @id\n"
        + "".join(f"  {line}\n" for line in lines.split("; ") if line)
        + "}\n"
        for name, lines in (("U", one), ("P", other))
    )


def relation(text: str) -> str:
    """A one-to-many relation whose side with the foreign key is as given."""
    return two("p P[]", f"uId Int; u {text}")


REFUSED: list[tuple[str, int, int, str]] = [
    ("model A {\n  id Int @id\n", 1, 7, "expected `}`: the model `A` is not closed"),
    (
        "model A {\n  id Int @id\nmodel B {\n  id Int @id\n}\n",
        1,
        7,
        "expected `}`: the model `A` is not closed",
    ),
    ("model A { id Int @id }\n", 1, 11, "expected a new line after `{`"),
    (
        "garbage\n",
        1,
        1,
        "expected a block: `model`, `enum`, `view`, `datasource` or `generator`, a name, and `{` on the same line",
    ),
    ("foo {\n}\n", 1, 1, "expected `model`, `enum`, `view`, `type`, `datasource` or `generator`"),
    (
        "foo Bar {\n  x\n}\nmodel A {\n  id Int @id\n}\n",
        1,
        1,
        "expected `model`, `enum`, `view`, `type`, `datasource` or `generator`",
    ),
    (
        "model A\n{\n  id Int @id\n}\n",
        1,
        1,
        "expected a block: `model`, `enum`, `view`, `datasource` or `generator`, a name, and `{` on the same line",
    ),
    ("type T = Int\n", 1, 1, "expected a block: type aliases are no part of the language"),
    ("type T {\n  a Int\n}\n", 1, 6, "composite types are for MongoDB only"),
    ("/* open\nmodel A {\n  id Int @id\n}\n", 1, 1, "expected `*/`: the comment is not closed"),
    (field("b"), 3, 3, "expected a type after `b`"),
    (field("b @unique"), 3, 3, "expected a type after `b`"),
    (field("b : Int"), 3, 3, "expected a type after the field's name"),
    (field("b Int!"), 3, 3, "expected a type without `!`"),
    (field("b [Int]"), 3, 3, "expected `Type[]`"),
    (field("b Int[]?"), 3, 3, "expected `Type[]` or `Type?`"),
    (field("b Int?[]"), 3, 9, "expected an attribute, a comment or the end of the line"),
    (field("b Int;"), 3, 8, "expected an attribute, a comment or the end of the line"),
    (field("_b Int"), 3, 3, "expected a field, a block attribute or `}`"),
    (field("1b Int"), 3, 3, "the name `1b` begins with a digit"),
    (field("b-c Int"), 3, 3, "the name `b-c` has a hyphen"),
    (field("b Nope"), 3, 3, "unknown type `Nope`"),
    (field("b string"), 3, 3, "unknown type `string`"),
    (field("id String"), 3, 3, "the field `id` is already defined in `A`"),
    (field('b Int @map("id")'), 3, 3, "the column `id` is already that of another field of `A`"),
    (field("b Int @default("), 3, 18, "expected a value"),
    (field("b Int @default(1"), 3, 19, "expected `,` or `)`"),
    (field("b Int @default(1,)"), 3, 19, "expected `)`: an argument list has no trailing comma"),
    (field("b Int @default()"), 3, 9, "expected a value: `@default(...)`"),
    (field("b Int @default(1, 2)"), 3, 21, "the argument `value` of `@default` is given twice"),
    (field("b Int @default(value: 1, value: 2)"), 3, 28, "the argument `value` of `@default` is given twice"),
    (field('b Int @default(1, map: "x")'), 3, 26, "a default has no name in PostgreSQL"),
    (field("b Int @default(1.5)"), 3, 18, "expected an integer for a field of type `Int`, found `1.5`"),
    (field('b Int @default("1")'), 3, 18, "expected a value of type `Int`"),
    (field("b Int @default(now())"), 3, 18, "the function `now()` cannot be used on a field of type `Int`"),
    (field("b Int @default(foo())"), 3, 18, "unknown function `foo()` in `@default`"),
    (field("b String @default(uuid(5))"), 3, 21, "expected 4 or 7 in `uuid()`, found 5"),
    (field("b String @default([])"), 3, 21, "expected one value: the field is no list"),
    (field('b String[] @default("a")'), 3, 23, "expected a list"),
    (
        field('b DateTime @default("2020-01-01")'),
        3,
        23,
        "expected a moment such as 2020-01-31T00:00:00Z for a field of type `DateTime`, found `2020-01-01`",
    ),
    (
        field('b Json @default("{bad")'),
        3,
        19,
        "expected a JSON document for a field of type `Json`, found `{bad`",
    ),
    (
        field('b Bytes @default("!")'),
        3,
        20,
        "expected a base64 string for a field of type `Bytes`, found `!`",
    ),
    (
        field('b Decimal @default("x")'),
        3,
        22,
        "expected a decimal number for a field of type `Decimal`, found `x`",
    ),
    (field("b Boolean @default(yes)"), 3, 22, "expected a value of type `Boolean`"),
    (
        field('b String @default(dbgenerated(""))'),
        3,
        21,
        "expected `dbgenerated()` with no argument or one string that is not empty",
    ),
    (field('b String @default("\\q")'), 3, 21, "unknown escape sequence in a string"),
    (field('b String @default("a\tb")'), 3, 21, "expected a value"),
    (field('b String @default("a)'), 3, 21, "expected a value"),
    (field("b Int @default(5a)"), 3, 18, "expected a number, a name or a string"),
    (field("b Int @foo"), 3, 9, "unknown attribute `@foo`"),
    (field("b Int @unique @unique"), 3, 17, "the attribute `@unique` can stand only once"),
    (field('b Int @unique(map: "")'), 3, 22, "expected a string that is not empty for the argument `map`"),
    (field("b Int @unique(foo: 1)"), 3, 17, "unknown argument `foo` of `@unique`"),
    (field("b Int @unique(map: )"), 3, 17, "expected a value for the argument `map`"),
    (field("b Int @unique(sort: Up)"), 3, 23, "expected one of Asc, Desc for the argument `sort`"),
    (field("b Int @unique(length: 3)"), 3, 25, "the argument `length` is not for PostgreSQL"),
    (field("b Int @map()"), 3, 9, 'expected a name: `@map("...")`'),
    (field("b Int @map(5)"), 3, 14, "expected a string for the argument `name`"),
    (field("b Int @ignore(1)"), 3, 17, "unknown argument without a name of `@ignore`"),
    (field("b Int @updatedAt"), 3, 9, "`@updatedAt` is for a DateTime that is no list"),
    (field("b DateTime[] @updatedAt"), 3, 16, "`@updatedAt` is for a DateTime that is no list"),
    (field("b Int @relation(fields: [id])"), 3, 3, "`@relation` is for fields whose type is a model"),
    (field("b Int @id"), 3, 9, "the model `A` has more than one key"),
    (field("b String @db.Nope"), 3, 12, "unknown native type `@db.Nope`"),
    (field("b String @pg.Text"), 3, 12, "expected `@db.Text`: the prefix is the name of the datasource"),
    (field("b Int @db.Text"), 3, 9, "native type `Text` cannot store a `Int`"),
    (field("b String @db.Text(3)"), 3, 12, "expected at most 0 arguments for `Text`, found 1"),
    (field("b String @db.VarChar(x)"), 3, 12, "expected a nonnegative integer for `VarChar`, found `x`"),
    (field("b Decimal @db.Decimal(5, 6)"), 3, 13, "the scale 6 is larger than the precision 5"),
    (field("b Decimal @db.Decimal(5)"), 3, 13, "expected two nonnegative integers for `Decimal`, found `5`"),
    (field("b DateTime @db.Timestamp(7)"), 3, 14, "expected a precision from 0 to 6, found 7"),
    (field('b Unsupported("Text")'), 3, 24, "Prisma supports the type `Text`"),
    (
        field('b Unsupported("x") @default("x")'),
        3,
        31,
        'expected `dbgenerated("...")`: an unsupported type has no other default',
    ),
    (field('b Unsupported("x") @ignore'), 3, 22, "an unsupported field is ignored already"),
    (field("b String @db.Text @db.Uuid"), 3, 21, "the attribute `@db.Uuid` can stand only once"),
    (field("@@index([\n  id\n  ])"), 3, 12, "expected a value"),
    (field("@@index"), 3, 3, "expected fields: `@@index([...])`"),
    (field("@@index()"), 3, 3, "expected fields: `@@index([...])`"),
    (field("@@index([])"), 3, 3, "expected at least one field"),
    (field("@@index([nope])"), 3, 12, "the field `nope` is not in the model `A`"),
    (field("@@index([id, id])"), 3, 16, "the field `id` stands twice"),
    (field('@@index(["id"])'), 3, 12, "expected the name of a field"),
    (field("@@index([id,])"), 3, 15, "expected a value"),
    (field("@@index([id]) x"), 3, 17, "expected the end of the line"),
    (field('@@index([id], map: "a", name: "b")'), 3, 33, "`map` and `name` cannot stand together"),
    (
        field("@@index([id], type: Foo)"),
        3,
        23,
        "expected one of BTree, Hash, Gist, Gin, SpGist, Brin for the argument `type`",
    ),
    (field("@@index([id(sort: Desc)], type: Hash)"), 3, 3, "a hash index has no sort order"),
    (field("@@index([id], type: Gin)"), 3, 3, "the field `id` has no default operator class for a gin index"),
    (field("@@index([id(ops: Foo)])"), 3, 20, "expected an operator class for `ops`"),
    (field("@@index([id(length: 3)])"), 3, 23, "the argument `length` is not for PostgreSQL"),
    (field(f'@@index([id], map: "{"x" * 64}")'), 3, 22, "expected a name of at most 63 bytes"),
    (field("@@index([id])\n  @@index([id])"), 3, 3, "the name `A_id_idx` belongs to another key or index"),
    (field('@@unique([id(ops: raw("int4_ops"))])'), 3, 3, "operator classes are for `@@index` only"),
    (field('@@unique([id], name: "a b")'), 3, 24, "expected letters, digits and underscores for `name`"),
    (field("@@id([id])"), 3, 3, "the model `A` has more than one key"),
    (field('@@map("x")\n  @@map("y")'), 4, 3, "the attribute `@@map` can stand only once"),
    (field("@@foo"), 3, 3, "unknown attribute `@@foo`"),
    (field("@@fulltext([id])"), 3, 3, "`@@fulltext` is not for PostgreSQL"),
    (field('@@schema("x")'), 3, 3, "the schema `x` is not in the datasource"),
    (field("@@ignore(1)"), 3, 12, "unknown argument without a name of `@@ignore`"),
    (field("b String @db.Xml\n  @@index([b])"), 4, 3, "the field `b` is xml, which cannot be indexed"),
    (
        "model A {\n  id Int\n}\n",
        1,
        7,
        "expected a key in the model `A`: `@id`, `@@id`, or `@unique` on required fields",
    ),
    (
        "model A {\n  id Int? @unique\n}\n",
        1,
        7,
        "expected a key in the model `A`: `@id`, `@@id`, or `@unique` on required fields",
    ),
    ("model A {\n  id Int? @id\n}\n", 2, 11, "a field with `@id` must be required"),
    ("model A {\n  a Int\n  b Int?\n  @@id([a, b])\n}\n", 4, 3, "`@@id` names optional fields: b"),
    ("model A {\n  id Int @id(sort: Desc)\n}\n", 2, 20, "a primary key has no sort order in PostgreSQL"),
    (
        "model A {\n  a Int\n  b Int\n  a_b Int\n  @@id([a, b])\n}\n",
        5,
        3,
        "the key's name `a_b` is also the name of a field",
    ),
    ("model String {\n  id Int @id\n}\n", 1, 7, "the name `String` is reserved"),
    ("model class {\n  id Int @id\n}\n", 1, 7, "the name `class` is reserved"),
    (
        "model A {\n  id Int @id\n}\nmodel A {\n  id Int @id\n}\n",
        4,
        7,
        "the name `A` is already that of a model",
    ),
    (
        'model A {\n  id Int @id\n}\nmodel B {\n  id Int @id\n  @@map("A")\n}\n',
        4,
        7,
        "the table `A` is already that of the model `A`",
    ),
    ("enum A {\n  X\n}\nmodel A {\n  id Int @id\n}\n", 4, 7, "the name `A` is already that of an enum"),
    ("enum E {\n}\n", 1, 6, "expected at least one value in the enum `E`"),
    ("enum E {\n  A\n  A\n}\n", 3, 3, "the value `A` is already defined in the enum `E`"),
    ("enum E {\n  A B\n}\n", 2, 5, "expected an attribute, a comment or the end of the line"),
    ("enum E {\n  A @id\n}\n", 2, 5, "`@id` cannot stand here"),
    (
        'enum E {\n  A\n}\nenum F {\n  A\n  @@map("E")\n}\n',
        4,
        6,
        "the type `E` is already that of the enum `E`",
    ),
    (
        "enum E {\n  A\n}\nmodel M {\n  id Int @id\n  e E @default(B)\n}\n",
        6,
        16,
        "`B` is not a value of the enum",
    ),
    (
        'enum E {\n  A\n}\nmodel M {\n  id Int @id\n  e E @default("A")\n}\n',
        6,
        16,
        "expected a value of the enum, without quotes",
    ),
    ("enum E {\n  A\n}\nmodel M {\n  id Int @id\n  e E @db.Text\n}\n", 6, 7, "unknown attribute `@db.Text`"),
    (
        relation("U"),
        8,
        3,
        "expected `@relation(fields: [...], references: [...])`: `fields` and `references` are missing",
    ),
    (
        relation("U @relation(fields: [uId])"),
        8,
        3,
        "expected `@relation(fields: [...], references: [...])`: `references` is missing",
    ),
    (
        relation("U @relation(references: [id])"),
        8,
        3,
        "expected `@relation(fields: [...], references: [...])`: `fields` is missing",
    ),
    (
        relation("U @relation(fields: [nope], references: [id])"),
        8,
        3,
        "`fields`: `nope` is not a scalar field of the model `P`",
    ),
    (
        relation("U @relation(fields: [uId], references: [nope])"),
        8,
        3,
        "`references`: `nope` is not a scalar field of the model `U`",
    ),
    (
        relation("U @relation(fields: [uId, id], references: [id])"),
        8,
        3,
        "expected as many `references` as `fields`",
    ),
    (
        relation("U @relation(fields: [uId], references: [id], onDelete: Foo)"),
        8,
        60,
        "expected one of Cascade, Restrict, NoAction, SetNull, SetDefault for the argument `onDelete`",
    ),
    (
        relation('U @relation("", fields: [uId], references: [id])'),
        8,
        17,
        "expected a string that is not empty for the argument `name`",
    ),
    (
        relation("U @relation(fields: [uId], references: [id]) @unique"),
        8,
        50,
        "`@unique` cannot stand at a relation",
    ),
    (
        relation('U @relation("x", fields: [uId], references: [id])'),
        3,
        3,
        "expected a field of type `U` in the model `P`",
    ),
    (
        two("", "uId Int; u U @relation(fields: [uId], references: [id])"),
        7,
        3,
        "expected a field of type `P` in the model `U`",
    ),
    (
        two("p P[]", "uId Int?; u U @relation(fields: [uId], references: [id])"),
        8,
        3,
        "expected `U?`: a field of the foreign key is optional",
    ),
    (
        two("p P[]", "uId String; u U @relation(fields: [uId], references: [id])"),
        8,
        3,
        "the type of `uId` (String) is not that of `U.id` (Int)",
    ),
    (
        two("e Int; p P[]", "uId Int; u U @relation(fields: [uId], references: [e])"),
        9,
        3,
        "`references`: [e] is no key of the model `U`",
    ),
    (
        two("p P?", "uId Int; u U @relation(fields: [uId], references: [id])"),
        8,
        3,
        "expected [uId] to be unique: the relation is one-to-one",
    ),
    (
        two("p P", "uId Int @unique; u U @relation(fields: [uId], references: [id])"),
        3,
        3,
        "expected `P?`: the side without the foreign key cannot be required",
    ),
    (
        two("p P[]; q P[]", "uId Int; u U @relation(fields: [uId], references: [id])"),
        3,
        3,
        "the fields of `U` that refer to `P` are ambiguous",
    ),
    (
        "model U {\n  id Int @id\n  p U[]\n  q U[]\n}\n",
        3,
        3,
        "the fields of `U` that refer to `U` are ambiguous",
    ),
    (
        two("p P[] @relation(onDelete: Cascade)", "uId Int; u U @relation(fields: [uId], references: [id])"),
        3,
        3,
        "`onDelete` and `onUpdate` stand at the side with the foreign key",
    ),
    (
        two(
            "p P[] @relation(fields: [id], references: [id])",
            "uId Int; u U @relation(fields: [uId], references: [id])",
        ),
        3,
        3,
        "`fields` and `references` can stand at one side of a relation only",
    ),
    (two("p P[] @relation(references: [id])", "u U[]"), 3, 3, "a many-to-many relation has only a name"),
    (
        "model U {\n  a Int\n  b Int\n  p P[]\n  @@id([a, b])\n}\nmodel P {\n  id Int @id\n  u U[]\n}\n",
        9,
        3,
        "expected a model with a single `@id`: `U` cannot be in a many-to-many relation",
    ),
    (
        two("p P[]; @@ignore", "uId Int; u U @relation(fields: [uId], references: [id])"),
        9,
        3,
        "expected `@ignore`: the model `U` is ignored",
    ),
    (
        "model U {\n  id Int @id\n  a Int @ignore\n  @@ignore\n}\n",
        3,
        3,
        "`@ignore` is not needed in a model with `@@ignore`",
    ),
    (
        relation('U @relation(fields: [uId], references: [id], map: "P_pkey")'),
        8,
        7,
        "the name `P_pkey` belongs to another key or index of the model `P`",
    ),
]
"""Schema, and line, column and message of the first problem."""

STRICTER = [
    # What stands behind an opening brace is thrown away without a word by Prisma.
    "model A { b Int\n  id Int @id\n}\n",
    "enum E { A\n  B\n}\n",
]
"""Accepted by Prisma, refused by azora-audit."""

LENIENT = [
    # Preview features differ from version to version; they are no matter of the tables.
    'generator c {\n  provider = "x"\n  previewFeatures = ["nope"]\n}\n',
    field("@@index([id], where: { id: 1 })"),
    "view V {\n  id Int\n}\n",
    # Views had keys and indexes before Prisma 6.
    "view V {\n  id Int @id\n}\n",
]
"""Refused by Prisma 7, accepted by azora-audit."""

"""Draws CREATE TABLE in its forms."""

from __future__ import annotations

from tests.sources.drawing.state import quote
from tests.sources.drawing.tables import Tables
from tests.sources.drawing.words import KEY_TYPES, NAMES, TABLES

COPIED = ["comments", "compression", "constraints", "defaults", "generated", "identity", "indexes"]
COPIED += ["statistics", "storage", "all"]


class Creating(Tables):
    """Draws CREATE TABLE in its forms."""

    def create_table(self) -> str:
        """Draw CREATE TABLE in one of its forms."""
        name = self.new(TABLES)
        forms = {
            "keyed": True,
            "partition": self.state.of_kind("p"),
            "by_query": self.state.tables,
            "typed": self.state.composites,
            "foreign": self.state.servers,
            "temporal": self.since(18, ""),
        }
        form = self.one(
            [*(form for form, able in forms.items() if able), "partition", "by_query", *["plain"] * 7]
        )
        if form not in forms or not forms[form]:
            return self.plain(name)
        return str(getattr(self, form)(name))

    def plain(self, name: str) -> str:
        """Draw CREATE TABLE with columns."""
        definitions = [self.column(column) for column in self.some(NAMES, 1, 4)]
        columns = [self.first_word(definition) for definition in definitions]
        words = [
            definition.removeprefix(column).split()
            for column, definition in zip(columns, definitions, strict=True)
        ]
        types = dict(zip(columns, (found[0] for found in words), strict=True))
        items = [
            *definitions,
            *(self.table_constraint(columns, types) for _ in range(self.random.randint(0, 2))),
        ]
        kind = self.one(["table", "table", "table if not exists"])
        end = self.rarely(self.one([" with (fillfactor = 70)", " using heap", " tablespace pg_default"]))
        form = self.one(["", "", "", "partitioned", "inherits", "like", "unlogged", "temporary"])
        if form == "partitioned":
            end = f" partition by {self.partition_key(columns)}"
        elif form == "inherits" and self.state.tables:
            parents = self.some(
                [self.named(table) for table in self.state.of_kind("r") or self.state.tables], 1, 2
            )
            end = f" inherits ({', '.join(parents)}){end}"
        elif form == "like" and self.state.tables:
            items.insert(self.random.randint(0, len(items)), self.like())
            items = items if self.random.randint(0, 2) else [self.like()]
        elif form == "unlogged":
            kind = "unlogged table"
        elif form == "temporary":
            kind, name = self.one(["temporary table", "temp table"]), name.rpartition(".")[2]
        return f"create {kind} {name} ({self.one_primary_key(items)}){end}"

    def temporal(self, name: str) -> str:
        """Draw a table with a key WITHOUT OVERLAPS, which came with PostgreSQL 18."""
        options = self.one(["primary key", "unique"])
        return f"create table {name} (a int4range, b daterange, {options} (a, b without overlaps))"

    def like(self) -> str:
        """Draw LIKE with options."""
        options = [
            f" {self.one(['including', 'including', 'excluding'])} {what}" for what in self.some(COPIED, 0, 4)
        ]
        composites = [f"{quote(schema)}.{quote(name)}" for schema, name, _ in self.state.composites]
        source = self.one([self.named(self.table("rpf")), *composites[:1]])
        return f"like {source}{''.join(options)}"

    def partition_key(self, columns: list[str]) -> str:
        """Draw what is between PARTITION BY and the end."""
        chosen = self.some(columns, 1, 2)
        first = chosen[0]
        keys = [first, first, f"lower({first}::text)", f"({first} is null)", f"{first} text_pattern_ops"]
        keys.append(f'{first} collate "C"')
        strategy = self.one(["list", "range", "hash", "LIST", "range"])
        return f"{strategy} ({self.one([*keys, ', '.join(chosen)])})"

    def partition(self, name: str) -> str:
        """Draw CREATE TABLE ... PARTITION OF, with columns, constraints and partitions of its own."""
        parent = self.one(self.state.of_kind("p"))
        column = self.column_of(parent)
        items = [
            f"{column} not null",
            f"{column} with options default {self.default(parent.columns.get(column.strip(chr(34)), ''))}",
            f"{self.constraint_name()}check ({column} is not null)",
            f"{self.constraint_name()}unique ({column})",
            f"{column} references {self.named(self.table())}",
        ]
        written = self.one(["", "", "", f" ({', '.join(self.some(items, 1, 2))})"])
        more = self.rarely(
            f" partition by {self.partition_key([quote(one) for one in parent.columns] or ['x'])}"
        )
        kind = self.one(["table", "table", "table if not exists", "unlogged table"])
        return f"create {kind} {name} partition of {self.named(parent)}{written} {self.bound(parent)}{more}"

    def by_query(self, name: str) -> str:
        """Draw CREATE TABLE AS and SELECT INTO."""
        source = self.table(self.one(["rp", "rp", "rpf"]))
        columns = self.columns_of(source)
        first, on, query = (
            columns[0],
            self.named(source),
            f"select {', '.join(columns)} from {self.named(source)}",
        )
        new = ", ".join(quote(one) for one in self.some(NAMES, len(columns), len(columns)))
        statements = [
            f"create table {name} as {query}",
            f"create table {name} as {query} with no data",
            f"create table if not exists {name} as {query} where {first} is not null",
            f"create unlogged table {name} as {query}",
            f"create table {name} as select s.{first} from {on} as s",
            f"create table {name} as select {first} as {self.one(['renamed', quote('Re named')])} from {on}",
            f"create table {name} as select {first}::text, cast({first} as varchar(3)) as short from {on}",
            f"create table {name} as select * from {on}",
            f"create table {name} as table {on}",
            f"create table {name} ({new}) as {query}",
            f"select {', '.join(columns)} into {name} from {on}",
            f"create temp table {name.rpartition('.')[2]} as {query}",
        ]
        return str(self.one(statements))

    def typed(self, name: str) -> str:
        """Draw CREATE TABLE ... OF a type."""
        schema, type_, attributes = self.one(self.state.composites)
        column = quote(self.one(attributes or ["missing"]))
        items = [
            f"primary key ({column})",
            f"{column} with options not null",
            f"{column} with options default null unique",
            f"check ({column} is not null)",
        ]
        return f"create table {name} of {quote(schema)}.{quote(type_)}{self.maybe(f' ({self.one(items)})')}"

    def foreign(self, name: str) -> str:
        """Draw CREATE FOREIGN TABLE."""
        at = f"server {quote(self.one(self.state.servers))}{self.rarely(chr(32) + 'options (a ' + repr('b') + ')')}"
        if self.random.randint(0, 2) == 0 and (parents := self.state.of_kind("p")):
            parent = self.one(parents)
            return f"create foreign table {name} partition of {self.named(parent)} {self.bound(parent)} {at}"
        definitions = [
            f"{quote(column)} {self.type()} {self.one(['', 'not null', 'default null', 'check (true)'])}".strip()
            for column in self.some(NAMES, 1, 3)
        ]
        inherits = self.rarely(f" inherits ({self.named(self.table())})") if self.state.tables else ""
        return f"create foreign table {self.maybe('if not exists ')}{name} ({', '.join(definitions)}){inherits} {at}"

    def keyed(self, name: str) -> str:
        """Draw a partitioned table with keys, which have to hold the partition key."""
        key, *others = [quote(column) for column in self.some(NAMES, 2, 3)]
        type_, strategy = self.one(["integer", "text", "timestamptz"]), self.one(["list", "range", "hash"])
        items = [f"{key} {type_}", *(f"{other} {self.one(KEY_TYPES)}" for other in others)]
        items.append(f"{self.constraint_name()}{self.one(['primary key', 'unique'])} ({key}, {others[0]})")
        if strategy != "hash":
            items.append(self.maybe(f"unique ({key})") or f"check ({key} is not null)")
        return f"create table {name} ({', '.join(items)}) partition by {strategy} ({key})"

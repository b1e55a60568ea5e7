"""What the prover has to know of a schema, read from PostgreSQL's catalog and never from the text of its DDL."""

from __future__ import annotations

from azora_audit.catalog.identifiers import quote_identifier
from azora_audit.records import NamedTuple


class Domain(NamedTuple):
    """A domain in the chain of a column's type, the outermost first."""

    name: str
    """As the errors of PostgreSQL give it, without schema."""
    not_null: bool
    checks: tuple[tuple[str, str], ...]
    """Names and expressions, which read `VALUE`."""


class Column(NamedTuple):
    """A column of a table."""

    name: str
    type: str
    """As format_type prints it, with its schema where it is not pg_catalog's."""
    base: str
    """The type behind domains and arrays, without length or precision."""
    modifier: int
    """pg_attribute.atttypmod of that type, -1 for none."""
    category: str
    """pg_type.typcategory of the type behind domains: A array, E enum, N numeric, S string, D date or time ..."""
    not_null: bool
    identity: str
    """`a` always, `d` by default, or empty."""
    generated: str
    """The generation expression, or empty."""
    generated_from: tuple[str, ...]
    """Columns that the generation expression reads."""
    default: str
    """The default's expression, or empty."""
    constant_default: bool
    """Whether the default is the same whenever it is evaluated: all functions that it calls are immutable."""
    labels: tuple[str, ...]
    """Of an enum."""
    domains: tuple[Domain, ...]

    @property
    def quoted(self) -> str:
        """The name as SQL writes it."""
        return quote_identifier(self.name)

    @property
    def required(self) -> bool:
        """Whether a row without a value is refused by the column or its domain."""
        return self.not_null or any(domain.not_null for domain in self.domains)


class Key(NamedTuple):
    """A primary key, UNIQUE constraint or unique index."""

    name: str
    kind: str
    """primary-key, unique or unique-index."""
    columns: tuple[str, ...]
    """Key columns in order; those that expressions read for an index with expressions."""
    expressions: bool
    terms: tuple[str, ...]
    """What it compares, as expressions: columns, and what is made of them."""
    predicate: str
    """Of a partial index, or empty."""
    predicate_columns: tuple[str, ...]
    nulls_not_distinct: bool
    constraint: bool
    names: tuple[str, ...]
    """Its name and those of its parts in partitions, which errors give."""


class Check(NamedTuple):
    """A CHECK constraint that is enforced, or the bounds of a partitioned table's partitions."""

    name: str
    """Empty for bounds of partitions: errors give no name."""
    expression: str
    columns: tuple[str, ...]


class ForeignKey(NamedTuple):
    """A foreign key that is enforced."""

    name: str
    columns: tuple[str, ...]
    target: int
    """The referenced table."""
    target_columns: tuple[str, ...]
    on_delete: str
    """a no action, r restrict, c cascade, n set null, d set default."""
    on_update: str
    match_full: bool
    names: tuple[str, ...]
    """Its name and those that it has for partitions, which errors give."""
    delete_columns: tuple[str, ...]
    """Of ON DELETE SET NULL (columns) or SET DEFAULT (columns); all of them when empty."""


class Exclusion(NamedTuple):
    """An EXCLUDE constraint."""

    name: str
    columns: tuple[str, ...]
    names: tuple[str, ...]
    """Its name and those that it has in partitions, which errors give."""
    predicate: str
    """Which rows it compares; empty for all."""


class Trigger(NamedTuple):
    """A trigger of a user that is enabled."""

    name: str
    before: bool
    row: bool
    on_insert: bool
    on_update: bool
    on_delete: bool
    on_truncate: bool
    function: str
    body: str


class Policy(NamedTuple):
    """A row level security policy."""

    name: str
    command: str
    """* all, r select, a insert, w update, d delete."""
    permissive: bool
    using: str
    check: str
    roles: tuple[str, ...]
    """Roles that it is for; empty for all."""


class View(NamedTuple):
    """A view WITH CHECK OPTION on one table."""

    sql: str
    """Its name as SQL writes it."""
    name: str
    columns: tuple[str, ...]


class Table(NamedTuple):
    """A table that rows go into: ordinary, or the root of a partitioned one."""

    oid: int
    schema: str
    name: str
    partitioned: bool
    inherited: bool
    """Whether other tables inherit from it, whose rows it shows, too."""
    columns: dict[str, Column]
    keys: tuple[Key, ...]
    checks: tuple[Check, ...]
    foreign_keys: tuple[ForeignKey, ...]
    exclusions: tuple[Exclusion, ...]
    triggers: tuple[Trigger, ...]
    policies: tuple[Policy, ...]
    views: tuple[View, ...]
    row_security: bool
    comment: str
    parts: tuple[str, ...]
    """Names of all partitions of a partitioned table, at whatever depth; errors name these."""

    @property
    def sql(self) -> str:
        """The name as SQL writes it."""
        return f"{quote_identifier(self.schema)}.{quote_identifier(self.name)}"

    @property
    def own(self) -> str:
        """The name in a statement that is about its own rows only."""
        return f"ONLY {self.sql}" if self.inherited else self.sql

    @property
    def address(self) -> str:
        """The name as reports write it: `public.invoices`."""
        return f"{self.schema}.{self.name}"

    @property
    def generated(self) -> tuple[str, ...]:
        """The names of its generated columns."""
        return tuple(column.name for column in self.columns.values() if column.generated)

    @property
    def known(self) -> tuple[str, ...] | None:
        """Names of all its constraints where a partition may have others; None for a table without partitions."""
        if not self.partitioned:
            return None
        names = [name for key in self.foreign_keys for name in key.names]
        return (*self.unique_names, *names, *(check.name for check in self.checks))

    @property
    def unique_names(self) -> tuple[str, ...]:
        """Names of what compares its rows with each other, as errors give them."""
        lists = [key.names for key in self.keys] + [exclusion.names for exclusion in self.exclusions]
        return tuple(name for names in lists for name in names)

    @property
    def written(self) -> list[Column]:
        """The columns that an INSERT may give a value."""
        return [column for column in self.columns.values() if not column.generated]


Schema = dict[int, Table]
"""Tables by their object identifiers, in the order of their addresses."""

"""What a statement does, in compact form: the result of reducing a parse tree and the input of replaying.

Offsets (`at`, `end`) are bytes from the start of the file. All of it is plain tuples, so that another process can
send it. Text of expressions is the source's own.
"""

from __future__ import annotations

from typing import TypeAlias

from azora_audit.records import NamedTuple

CURRENT_PATH = ("\0current",)
"""What stands for the search path at the time: no schema has such a name."""


class Name(NamedTuple):
    """A name as written: schema (or None), name, and the region of its last part where the tree tells it."""

    schema: str | None
    name: str
    at: int
    """-1 where the tree does not tell the place, `end` likewise."""
    end: int


class TypeName(NamedTuple):
    """A type as written."""

    schema: str | None
    """`pg_catalog` for types that only the grammar or PostgreSQL itself defines."""
    name: str
    """PostgreSQL's internal name for its own types: `int4`, `varchar`, `bpchar`; `serial` and its kin as they are."""
    modifiers: tuple[str, ...]
    array: bool
    written: str
    of_column: tuple[str | None, str, str] | None = None
    """Schema, table and column of `table.column%TYPE`."""


class Expression(NamedTuple):
    """An expression with what replaying needs to know of it."""

    text: str
    kind: str
    """constant, null, function, sequence or expression, as in the catalog's `defaults`."""
    function: str | None
    columns: tuple[str, ...]
    """Names of the columns it reads, in order of appearance."""
    true: bool = False
    """It is the constant true (told of conditions only)."""
    only_not_null: bool = False
    """It is nothing but a conjunction of `column IS NOT NULL` (told of conditions only)."""
    sequence: tuple[str | None, str] | None = None
    """Schema and name of the sequence whose nextval it calls."""
    label: str | None = None
    """The name that PostgreSQL would give a column of this expression, for the names of indexes."""
    casts: tuple[TypeName, ...] = ()
    """Types that a NULL is cast to, innermost first (told of defaults only)."""


class NotNull(NamedTuple):
    """NOT NULL, or NULL."""

    value: bool
    name: str | None
    column: str | None
    """Of a table constraint."""
    no_inherit: bool


class DefaultTo(NamedTuple):
    """DEFAULT of a column."""

    expression: Expression


class Identity(NamedTuple):
    """GENERATED ... AS IDENTITY."""

    always: bool
    options: SequenceOptions


class Generated(NamedTuple):
    """GENERATED ALWAYS AS (expression)."""

    expression: Expression
    stored: bool


class Key(NamedTuple):
    """PRIMARY KEY or UNIQUE."""

    primary: bool
    name: str | None
    at: int
    end: int
    columns: tuple[str, ...]
    """Empty for a column constraint."""
    including: tuple[str, ...]
    nulls_not_distinct: bool
    deferrable: bool
    deferred: bool
    using_index: str | None
    without_overlaps: bool


class Reference(NamedTuple):
    """FOREIGN KEY or REFERENCES."""

    name: str | None
    at: int
    end: int
    columns: tuple[str, ...]
    target: Name
    target_columns: tuple[str, ...]
    on_delete: str
    on_update: str
    on_delete_declared: bool
    on_update_declared: bool
    set_columns: tuple[str, ...]
    full: bool
    deferrable: bool
    deferred: bool
    validated: bool
    enforced: bool


class CheckThat(NamedTuple):
    """CHECK."""

    name: str | None
    at: int
    end: int
    expression: Expression
    validated: bool
    enforced: bool
    no_inherit: bool


class IndexElement(NamedTuple):
    """A key or INCLUDE column of an index."""

    column: str | None
    expression: Expression | None
    descending: bool
    nulls_first: bool
    operator_class: str | None
    collation: str | None


class Exclude(NamedTuple):
    """EXCLUDE."""

    name: str | None
    at: int
    end: int
    method: str
    elements: tuple[IndexElement, ...]
    definition: str
    predicate: Expression | None
    including: tuple[IndexElement, ...]
    deferrable: bool
    deferred: bool


Constraint: TypeAlias = NotNull | DefaultTo | Identity | Generated | Key | Reference | CheckThat | Exclude


class ColumnDefinition(NamedTuple):
    """A column of CREATE TABLE, ADD COLUMN or a composite type."""

    name: str
    at: int
    end: int
    type: TypeName | None
    """None for a column of a partition or typed table, which only adds constraints."""
    collation: str | None
    constraints: tuple[Constraint, ...]
    type_at: int


class Like(NamedTuple):
    """LIKE in CREATE TABLE."""

    table: Name
    options: frozenset[str]
    """comments, compression, constraints, defaults, generated, identity, indexes, statistics, storage."""


class SequenceOptions(NamedTuple):
    """Options of a sequence; None is what was not said."""

    type: str | None = None
    start: int | None = None
    increment: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    no_minimum: bool = False
    no_maximum: bool = False
    cycle: bool | None = None
    owned_by: tuple[str | None, str, str] | tuple[()] | None = None
    """Schema, table and column; () for OWNED BY NONE."""
    name: Name | None = None
    """SEQUENCE NAME of an identity column."""


class CreateTable(NamedTuple):
    """CREATE TABLE or CREATE FOREIGN TABLE."""

    name: Name
    kind: str
    """ordinary, partitioned or foreign."""
    persistence: str
    """permanent, unlogged or temporary."""
    elements: tuple[ColumnDefinition | Constraint | Like, ...]
    parents: tuple[Name, ...]
    partition_of: Name | None
    bound: str | None
    strategy: str | None
    partition_key: str | None
    partition_columns: tuple[str, ...]
    of_type: Name | None
    if_not_exists: bool


Selected: TypeAlias = tuple[str | None, str, str] | tuple[str | None, str, str, TypeName] | TypeName | None
"""A column of a query: the schema, table and column that it copies, with the type it is cast to; or only that type."""


class CreateTableAs(NamedTuple):
    """CREATE TABLE AS, SELECT INTO, and CREATE TABLE ... AS EXECUTE."""

    name: Name
    persistence: str
    columns: tuple[tuple[str, Selected], ...] | None
    """Names with what is known of the types; None when the names cannot be told.

    The name `*` with a table's column `*` stands for all columns of that table.
    """
    given: tuple[str, ...]
    """Names that the statement gives the first columns."""
    if_not_exists: bool


class CreateIndex(NamedTuple):
    """CREATE INDEX."""

    name: str | None
    at: int
    end: int
    table: Name
    method: str
    unique: bool
    nulls_not_distinct: bool
    elements: tuple[IndexElement, ...]
    including: tuple[IndexElement, ...]
    predicate: Expression | None
    concurrently: bool
    only: bool
    if_not_exists: bool


class AlterTable(NamedTuple):
    """ALTER TABLE, INDEX, SEQUENCE, VIEW ... with the commands that are not a statement of their own."""

    name: Name
    kind: str
    """table, index, sequence, view, materialized-view, foreign-table or type."""
    only: bool
    if_exists: bool
    commands: tuple[Command, ...]


class Command(NamedTuple):
    """One command of ALTER TABLE: `verb` is libpg_query's, without `AT_`."""

    verb: str
    name: str | None
    value: object
    """What the verb takes: a column definition, constraint, expression, name, tuple ..."""
    cascade: bool
    missing_ok: bool


class Create(NamedTuple):
    """CREATE of anything with a name and some properties; `kind` says what, and what `value` holds."""

    kind: str
    name: Name
    value: object
    if_not_exists: bool = False
    replace: bool = False


class Drop(NamedTuple):
    """DROP of objects of one kind."""

    kind: str
    names: tuple[Name, ...]
    arguments: tuple[tuple[TypeName, ...] | None, ...]
    """For each name the argument types of a routine, or the table of a trigger, policy or rule as None."""
    on: tuple[Name | None, ...]
    """For each name the table it belongs to (triggers, policies, rules)."""
    if_exists: bool
    cascade: bool


class Alter(NamedTuple):
    """ALTER that is no ALTER TABLE: `verb` says what changes, and what `value` holds."""

    kind: str
    name: Name
    verb: str
    """rename, set-schema, owner, depends, no-depends, or a verb of the kind."""
    value: object
    part: str | None = None
    """The column, constraint, trigger ... of the object that changes."""
    arguments: tuple[TypeName, ...] | None = None
    if_exists: bool = False
    cascade: bool = False


class CommentOn(NamedTuple):
    """COMMENT ON."""

    kind: str
    name: Name
    part: str | None
    arguments: tuple[TypeName, ...] | None
    text: str | None


class Grants(NamedTuple):
    """GRANT and REVOKE on objects, and ALTER DEFAULT PRIVILEGES."""

    grant: bool
    kind: str
    """table, sequence, function (which stands for procedures too, but with ALL ... IN SCHEMA), procedure, routine, type."""
    names: tuple[Name, ...]
    arguments: tuple[tuple[TypeName, ...] | None, ...]
    all_in_schema: bool
    """`names` are schemas."""
    privileges: tuple[tuple[str, tuple[str, ...]], ...]
    """Privilege and columns; no privilege at all means ALL."""
    grantees: tuple[str, ...]
    grant_option: bool
    default: bool
    """ALTER DEFAULT PRIVILEGES; `names` are schemas, none means all of them."""
    roles: tuple[str, ...] = ()
    """Those for whose new objects the defaults are, if they are named."""


class SearchPath(NamedTuple):
    """SET search_path; no schemas means the default."""

    schemas: tuple[str, ...] | None
    local: bool


class Transaction(NamedTuple):
    """begin, commit, rollback, savepoint, release or rollback-to."""

    verb: str
    name: str | None


class NotUnderstood(NamedTuple):
    """Something whose effect on the catalog is not known."""

    reason: str
    detail: str
    at: int | None
    """None for the beginning of the statement."""


class Ignored(NamedTuple):
    """A statement that is understood and makes no facts: `why` says why."""

    why: str


class CallOf(NamedTuple):
    """A statement that calls functions: it matters when they are the user's own and contain DDL."""

    functions: tuple[tuple[str | None, str], ...]


class NewView(NamedTuple):
    """What CREATE VIEW says."""

    materialized: bool
    definition: str
    invoker: bool
    barrier: bool
    check_option: str | None
    reads: tuple[tuple[str | None, str], ...]
    aliases: tuple[tuple[str, str | None, str], ...]
    """Names by which the query calls its relations, with their schema and name; none that it uses twice."""
    columns: tuple[tuple[str | None, str], ...]
    """Columns that the query names, with the name of their relation where it says one; `*` for all."""
    temporary: bool


class NewFunction(NamedTuple):
    """What CREATE FUNCTION, PROCEDURE or AGGREGATE says."""

    inputs: tuple[TypeName, ...]
    outputs: tuple[TypeName, ...]
    table: tuple[tuple[str, TypeName], ...]
    """Names and types of RETURNS TABLE."""
    returns: TypeName | None
    set_of: bool
    kind: str
    language: str
    volatility: str
    definer: bool
    search_path: tuple[str, ...] | None
    """`CURRENT_PATH` for SET search_path FROM CURRENT."""
    body: str


class NewTrigger(NamedTuple):
    """What CREATE TRIGGER says."""

    table: Name
    timing: str
    row: bool
    events: tuple[str, ...]
    columns: tuple[str, ...]
    condition: str | None
    condition_columns: tuple[str, ...]
    function: Name
    arguments: tuple[str, ...]
    constraint: str | None
    """The name of a constraint trigger's constraint."""
    watched: Name | None
    """The table that FROM names."""


class NewPolicy(NamedTuple):
    """What CREATE POLICY says."""

    table: Name
    command: str
    permissive: bool
    roles: tuple[str, ...]
    using: Expression | None
    check: Expression | None


class AlterPolicy(NamedTuple):
    """What ALTER POLICY says; None is what it leaves alone."""

    roles: tuple[str, ...] | None
    using: Expression | None
    check: Expression | None


class Guarded(NamedTuple):
    """An action under a condition or an exception handler: where PostgreSQL would refuse it, it does not run."""

    action: object


class Within(NamedTuple):
    """CREATE SCHEMA with elements, whose actions run with that schema first in the search path."""

    made: Create
    actions: tuple[object, ...]


class EndOfTransaction(NamedTuple):
    """The end of a transaction with SET LOCAL search_path, which ends here."""


class FileSwitch(NamedTuple):
    """The actions after this one are of another file."""

    positions: object

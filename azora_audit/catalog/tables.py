"""The catalog's tables: the single definition that sources fill, views build on and rules read.

One named tuple per table, in the order in which SQLite stores its columns; a sentence under each field. Rows are
tuples so that they go into SQLite as they are. Facts are what PostgreSQL's own catalog would say after the DDL
has run (for schema.prisma: after Prisma Migrate's DDL has run), unless a field says otherwise. Text that has no
value is None.

Names: `id` is an entity's id; `<something>_id` refers to an entity. Booleans are stored as 0 and 1.
"""

# No `from __future__ import annotations` here: a named tuple turns every annotation that is text into a compiled
# expression, which would make this module half as slow again to import.

from typing import Annotated, TypeAlias

from azora_audit.records import NamedTuple

EntityId: TypeAlias = Annotated[int, "id of an entity"]
"""The id of a row in `entities`; local to one service's facts until they are stored together."""


class Entity(NamedTuple):
    """An object of a schema or repository, with the address that people use for it."""

    id: EntityId
    kind: str
    """service, table, view, column, primary-key, unique, foreign-key, check, exclusion, index, enum, domain,
    sequence, trigger, function, policy, grant, extension, type, datasource, generator, dependency, script,
    environment-file, environment-variable, document, package, expected-service, database, setting, schema, role,
    allowance, baseline-entry."""
    service_id: EntityId
    parent_id: EntityId | None
    """The object it belongs to: a column's table, a table's service, a grant's object; None for a service."""
    schema: str | None
    """PostgreSQL schema, or None for objects of the repository."""
    name: str
    address: str
    """Dotted path from the service, such as `billing-service.public.invoices.total`."""


class Origin(NamedTuple):
    """A place in a file where an entity is (last) defined; an entity read from two sources has two."""

    entity_id: EntityId
    source: str
    """prisma, sql, or file (repository files)."""
    path: str
    """Relative to the fleet's root, with forward slashes."""
    line: int
    column: int
    end_line: int
    end_column: int
    """Lines and columns count from 1, columns in code points; `end_column` is one past the last."""


class Service(NamedTuple):
    """A service of the fleet."""

    id: EntityId
    name: str
    path: str
    """Folder relative to the fleet's root."""


class Source(NamedTuple):
    """Something that was read for a service."""

    service_id: EntityId
    kind: str
    """prisma, migrations, dump, live or project."""
    path: str
    files: int
    dialect: str
    """postgresql, or the dialect it was recognised as (sqlite, mysql ...)."""
    reader: str
    """postgresql (its own grammar), prisma, catalog (a server's), json ..., or degraded (sqlglot)."""


class Knowledge(NamedTuple):
    """A kind of fact that the service's sources know completely: an empty table then means 'none', not 'unknown'."""

    service_id: EntityId
    fact: str
    """Name of a table of this catalog."""


class Unread(NamedTuple):
    """A statement or file that was not understood: shown to the user and never passed over."""

    service_id: EntityId
    reason: str
    """syntax-error, dynamic-sql, template, unsupported-statement, other-dialect, missing-include, unknown-object ..."""
    text: str
    """The first words of it."""
    detail: str
    """One sentence: what was not understood and what that means."""
    path: str
    line: int
    column: int


class Table(NamedTuple):
    """A table: ordinary, partitioned, partition or foreign."""

    id: EntityId
    service_id: EntityId
    schema: str
    name: str
    kind: str
    """ordinary, partitioned or foreign."""
    persistence: str
    """permanent or unlogged (temporary tables are no facts)."""
    partition_of_id: EntityId | None
    """The partitioned table it is a partition of."""
    partition_strategy: str | None
    """range, list or hash for a partitioned table."""
    partition_key: str | None
    """Columns and expressions of the partition key, comma separated."""
    partition_bound: str | None
    """The bound as written, for a partition."""
    row_security: bool
    force_row_security: bool
    implicit_join: bool
    """Made by Prisma for a many-to-many relation without a model."""
    owner: str | None
    """Role that owns it, where a source says so."""


class Inheritance(NamedTuple):
    """A table that inherits from another (not partitions)."""

    child_id: EntityId
    parent_id: EntityId
    position: int


class Column(NamedTuple):
    """A column of a table (columns of views are not facts)."""

    id: EntityId
    table_id: EntityId
    name: str
    position: int
    """1-based order in the table, without gaps for dropped columns."""
    type: str
    """As PostgreSQL's format_type prints it: `character varying(36)`, `timestamp(3) with time zone`, `uuid[]`;
    types outside pg_catalog always carry their schema: `public.mood`."""
    base_type: str
    """The type without length, precision and array, domains resolved: `character varying`, `uuid`, `numeric`."""
    type_written: str
    """As the source writes it: `String @db.Uuid`, `varchar(36)`, `serial`."""
    type_kind: str
    """base, enum, domain, composite, range or unknown (a type whose definition was not read)."""
    type_id: EntityId | None
    """The enum or domain."""
    length: int | None
    """Of character and bit types."""
    precision: int | None
    """Of numeric, and fractional digits of seconds for times."""
    scale: int | None
    """Of numeric."""
    array: bool
    nullable: bool
    """False when NOT NULL, by a primary key or by a domain too."""
    identity: str | None
    """always or by default."""
    generated: str | None
    """stored or virtual."""
    generation_expression: str | None
    serial: bool
    """Declared as serial, bigserial or smallserial (or looks so in a server: owned sequence and nextval default)."""
    collation: str | None


class Default(NamedTuple):
    """A column's default in the database (identity and generated columns have none)."""

    column_id: EntityId
    expression: str
    kind: str
    """constant, null, function (one call), sequence (nextval) or expression."""
    function: str | None
    """Lower-case name of the function called, without schema: `gen_random_uuid`, `now`."""


class ClientDefault(NamedTuple):
    """A value that the client library makes and the database knows nothing of (Prisma)."""

    column_id: EntityId
    generator: str
    """uuid, cuid, nanoid, ulid (of any version), or updated-at (`@updatedAt`)."""


class PrimaryKey(NamedTuple):
    """A primary key."""

    id: EntityId
    table_id: EntityId
    name: str
    deferrable: bool
    initially_deferred: bool


class Unique(NamedTuple):
    """A UNIQUE constraint (a unique index is in `indexes` only)."""

    id: EntityId
    table_id: EntityId
    name: str
    nulls_not_distinct: bool
    deferrable: bool
    initially_deferred: bool


class KeyColumn(NamedTuple):
    """A column of a primary key or UNIQUE constraint."""

    key_id: EntityId
    position: int
    column_id: EntityId


class ForeignKey(NamedTuple):
    """A foreign key."""

    id: EntityId
    table_id: EntityId
    name: str
    referenced_table_id: EntityId | None
    """None when the referenced table was not read."""
    referenced_schema: str
    referenced_name: str
    on_delete: str
    """Effective: no action, restrict, cascade, set null or set default."""
    on_update: str
    on_delete_declared: bool
    """Whether the source spells it out (a server cannot tell: True unless it is `no action`)."""
    on_update_declared: bool
    on_delete_columns: str | None
    """JSON list of column names of ON DELETE SET NULL (columns)."""
    match: str
    """simple or full."""
    deferrable: bool
    initially_deferred: bool
    validated: bool
    enforced: bool
    """False for NOT ENFORCED (PostgreSQL 18)."""
    emulated: bool
    """True with Prisma's relationMode = "prisma": the client pretends, the database has no constraint."""


class ForeignKeyColumn(NamedTuple):
    """A pair of columns of a foreign key."""

    foreign_key_id: EntityId
    position: int
    column_id: EntityId
    referenced_column_id: EntityId | None
    referenced_name: str


class Check(NamedTuple):
    """A CHECK constraint of a table or domain."""

    id: EntityId
    table_id: EntityId | None
    domain_id: EntityId | None
    name: str
    expression: str
    """As the source writes it, without CHECK and the outer parentheses."""
    validated: bool
    enforced: bool
    no_inherit: bool


class CheckColumn(NamedTuple):
    """A column that a CHECK constraint reads."""

    check_id: EntityId
    column_id: EntityId


class Exclusion(NamedTuple):
    """An EXCLUDE constraint."""

    id: EntityId
    table_id: EntityId
    name: str
    method: str
    definition: str
    """Elements with operators, as written."""
    predicate: str | None
    deferrable: bool
    initially_deferred: bool


class Index(NamedTuple):
    """An index, those behind primary keys, UNIQUE and EXCLUDE constraints included."""

    id: EntityId
    table_id: EntityId
    name: str
    method: str
    """btree, hash, gin, gist, spgist, brin or an extension's."""
    unique_: bool
    """UNIQUE index (`unique` is a keyword)."""
    nulls_not_distinct: bool
    constraint_id: EntityId | None
    """The primary key, UNIQUE or EXCLUDE constraint that it serves."""
    predicate: str | None
    """WHERE clause of a partial index, as written."""
    predicate_only_not_null: bool
    """The predicate is nothing but a conjunction of `column IS NOT NULL`."""
    valid: bool
    """False when a server says so, and for ON ONLY a partitioned table until all partitions are attached."""
    concurrently: bool
    """Created with CONCURRENTLY (migrations only)."""


class IndexColumn(NamedTuple):
    """A key or INCLUDE column of an index."""

    index_id: EntityId
    position: int
    """1-based, key columns first."""
    column_id: EntityId | None
    """None for an expression."""
    expression: str | None
    included: bool
    """INCLUDE column, not part of the key."""
    descending: bool
    nulls_first: bool
    """Effective: default is NULLS LAST ascending and NULLS FIRST descending."""
    operator_class: str | None
    """When not the default."""
    collation: str | None


class IndexPredicateColumn(NamedTuple):
    """A column that an index predicate reads."""

    index_id: EntityId
    column_id: EntityId


class Enum(NamedTuple):
    """An enum type."""

    id: EntityId
    service_id: EntityId
    schema: str
    name: str


class EnumValue(NamedTuple):
    """A label of an enum, in order."""

    enum_id: EntityId
    position: int
    value: str


class Domain(NamedTuple):
    """A domain."""

    id: EntityId
    service_id: EntityId
    schema: str
    name: str
    type: str
    """Underlying type as in Column.type."""
    nullable: bool
    default_expression: str | None


class Sequence(NamedTuple):
    """A sequence, those of serial and identity columns included."""

    id: EntityId
    service_id: EntityId
    schema: str
    name: str
    type: str
    """smallint, integer or bigint."""
    start: int
    increment: int
    minimum: int
    maximum: int
    cycle: bool
    owned_by_column_id: EntityId | None


class View(NamedTuple):
    """A view or materialized view."""

    id: EntityId
    service_id: EntityId
    schema: str
    name: str
    materialized: bool
    definition: str
    """The query as written (empty where the source has none, as in schema.prisma, and for a server, which would have to
    lock the tables that it reads to print it)."""
    security_invoker: bool
    security_barrier: bool
    check_option: str | None
    """local or cascaded."""


class ViewRead(NamedTuple):
    """A table that a view reads directly."""

    view_id: EntityId
    table_id: EntityId


class Function(NamedTuple):
    """A function or procedure."""

    id: EntityId
    service_id: EntityId
    schema: str
    name: str
    arguments: str
    """Types of the input arguments, comma separated, as in pg_get_function_identity_arguments without names."""
    returns: str
    """Return type, `trigger` for trigger functions, `` for procedures."""
    language: str
    kind: str
    """function, procedure, aggregate or window."""
    security_definer: bool
    volatility: str
    """immutable, stable or volatile."""
    search_path: str | None
    """The value of SET search_path, if it has one."""
    body: str


class Trigger(NamedTuple):
    """A trigger (not those that implement foreign keys)."""

    id: EntityId
    table_id: EntityId
    name: str
    timing: str
    """before, after or instead of."""
    level: str
    """row or statement."""
    on_insert: bool
    on_update: bool
    on_delete: bool
    on_truncate: bool
    update_columns: str | None
    """JSON list of column names of UPDATE OF."""
    condition: str | None
    """WHEN clause as written."""
    function_id: EntityId | None
    """None when the function was not read (an extension's, say)."""
    function_name: str
    """Name without schema."""
    arguments: str
    """JSON list of the trigger's literal arguments."""
    enabled: bool


class TriggerAssignment(NamedTuple):
    """A column of the new row that a row-level BEFORE trigger's function assigns (derived)."""

    trigger_id: EntityId
    column_id: EntityId


class TriggerRefusal(NamedTuple):
    """An operation that a trigger's function refuses whatever the row (derived)."""

    trigger_id: EntityId
    operation: str
    """insert, update, delete or truncate."""


class Policy(NamedTuple):
    """A row level security policy."""

    id: EntityId
    table_id: EntityId
    name: str
    command: str
    """all, select, insert, update or delete."""
    permissive: bool
    roles: str
    """JSON list of role names; ["public"] when none is given."""
    using_expression: str | None
    check_expression: str | None
    using_always_true: bool
    """The USING expression is the constant true (`true`, `1 = 1`, `(true)`)."""
    check_always_true: bool


class Grant(NamedTuple):
    """A privilege granted on an object and not revoked again."""

    id: EntityId
    object_id: EntityId
    grantee: str
    """Role name, `public` for all."""
    privilege: str
    """select, insert, update, delete, truncate, references, trigger, usage, execute ... (ALL is expanded)."""
    grantable: bool
    columns: str | None
    """JSON list of columns for column privileges."""


class Extension(NamedTuple):
    """An installed extension."""

    id: EntityId
    service_id: EntityId
    name: str
    schema: str | None
    version: str | None


class Comment(NamedTuple):
    """COMMENT ON an entity, or Prisma's `///` documentation of it."""

    entity_id: EntityId
    text: str
    source: str
    """sql or prisma."""


class Annotation(NamedTuple):
    """A word with a meaning for tools in a comment: `@encrypted`, `@append-only` ... on the entity it documents."""

    entity_id: EntityId
    name: str
    """Lower case, without the @."""
    value: str
    """The rest of its line, or what is in its parentheses."""
    source: str
    """prisma, sql (a `--` comment beside the definition) or comment (COMMENT ON)."""


class Allowance(NamedTuple):
    """`azora-audit: allow RULE -- REASON (until DATE)` written beside an entity or statement, or in COMMENT ON."""

    entity_id: EntityId | None
    """None when it stands beside something that is no entity."""
    service_id: EntityId
    rule: str
    reason: str
    until: str | None
    """ISO date, or None."""
    path: str
    """Empty for one in a running database."""
    line: int
    """0 for one in a running database."""


class AllowanceState(NamedTuple):
    """What became of an allowance when the rules had run (written by the engine)."""

    id: EntityId
    """An entity of kind `allowance`, whose place is the allowance's own."""
    rule: str
    state: str
    """used, unused, expired, unknown-rule, or not-judged (its rule did not run for the service)."""
    reason: str
    until: str | None


class UnmatchedEntry(NamedTuple):
    """An entry of the baseline that accepts more findings than there are (written when all else is judged)."""

    id: EntityId
    """An entity of kind `baseline-entry`, whose place is its line in the baseline."""
    rule: str
    entity: str
    """Address of the object that it speaks of."""
    kind: str
    """What that object is or was."""
    findings: int
    """Findings that it accepts."""


class Model(NamedTuple):
    """A Prisma model or view block and the table or view that it describes."""

    table_id: EntityId
    name: str
    ignored: bool
    """@@ignore: the client does not offer it."""


class Field(NamedTuple):
    """A scalar or enum field of a Prisma model and the column it describes."""

    column_id: EntityId
    name: str
    native_type: str | None
    """Text of the @db attribute without `@db.`."""


class Relation(NamedTuple):
    """The owning side of a Prisma relation: the field with `fields:`, and the foreign key it makes."""

    foreign_key_id: EntityId
    field: str
    referenced_model: str
    optional: bool


class Datasource(NamedTuple):
    """A Prisma datasource block."""

    id: EntityId
    service_id: EntityId
    name: str
    provider: str
    url_variable: str | None
    """Name of the environment variable, or None when the url is a literal or absent (Prisma 7)."""
    url_literal: bool
    """The url is written into the schema (its text is no fact: it may hold a password)."""
    direct_url_variable: str | None
    relation_mode: str
    """foreignKeys or prisma."""


class Generator(NamedTuple):
    """A Prisma generator block."""

    id: EntityId
    service_id: EntityId
    name: str
    provider: str


class Difference(NamedTuple):
    """schema.prisma and the migrations of one service disagree about an object."""

    entity_id: EntityId
    service_id: EntityId
    kind: str
    """The object's, as in `entities`."""
    name: str
    """The object's, behind its table's or whatever else it belongs to below the service: `orders.total`."""
    aspect: str
    """missing-in-migrations, missing-in-prisma, type, nullable, default, on-delete, columns ..."""
    prisma: str
    sql: str


class Drift(NamedTuple):
    """A running database and the files of its service disagree about an object."""

    entity_id: EntityId
    service_id: EntityId
    kind: str
    """The object's, as in `entities`."""
    name: str
    """The object's, behind its table's or whatever else it belongs to below the service: `orders.total`."""
    aspect: str
    """missing-in-database, undeclared, type, nullable, default, on-delete, columns ..."""
    declared: str
    """What the files say: the migrations, or schema.prisma where there are none; empty for nothing."""
    database: str
    """What the database has; empty for nothing."""


class Database(NamedTuple):
    """A running database, as its server describes it (one row for a service whose database was read)."""

    id: EntityId
    service_id: EntityId
    name: str
    version: int
    """As server_version_num: 180006 is 18.6."""
    standby: bool
    """A hot standby: its counts of use are its own, not the primary's."""
    standbys: int
    """Standbys that are connected to it; what they read is counted by themselves."""
    counted_days: int
    """Whole days since the counts of use were last reset or the server started, whichever is later."""
    collation_version: str | None
    """Version of the collation library with which the database's text was sorted (PostgreSQL 15)."""
    current_collation_version: str | None
    """Version of the library that the server uses now."""


class Setting(NamedTuple):
    """A setting of a server, as sessions in the database begin with it."""

    id: EntityId
    database_id: EntityId
    name: str
    value: str


class Schema(NamedTuple):
    """A schema of a running database that is not the system's or an extension's."""

    id: EntityId
    service_id: EntityId
    name: str
    owner: str | None
    public_create: bool
    """Every role may create objects in it."""


class Role(NamedTuple):
    """A role of a server, without those that PostgreSQL predefines."""

    id: EntityId
    database_id: EntityId
    name: str
    superuser: bool
    bypass_row_security: bool
    """BYPASSRLS; superusers bypass row security whether they have it or not."""
    login: bool
    inherit: bool
    create_role: bool
    create_database: bool
    replication: bool


class Membership(NamedTuple):
    """A role's membership in another."""

    role_id: EntityId
    member_id: EntityId
    admin: bool
    """It may grant the membership to others."""


class TableUse(NamedTuple):
    """Size and use of a table, as a server has counted them (estimates of the last VACUUM or ANALYZE)."""

    table_id: EntityId
    rows: int | None
    """None when nothing has counted them yet."""
    bytes: int
    """Of the table itself, without indexes and values stored out of line."""
    sequential_scans: int
    index_scans: int
    changes: int
    """Rows inserted, updated and deleted."""


class IndexUse(NamedTuple):
    """Size and use of an index, as a server has counted them."""

    index_id: EntityId
    bytes: int
    scans: int


class SequenceUse(NamedTuple):
    """How far a sequence has counted."""

    sequence_id: EntityId
    last_value: int | None
    """None when it has not been used, or the role that reads may not see it."""


class SwitchedOff(NamedTuple):
    """A constraint whose triggers a server does not run, as ALTER TABLE ... DISABLE TRIGGER ALL leaves it."""

    constraint_id: EntityId
    table_id: EntityId
    """The table whose triggers are disabled: for a foreign key its own, or the one that it refers to."""


class ValueSample(NamedTuple):
    """What values of a sensitive column look like (`check --sample`); the values themselves are kept nowhere."""

    column_id: EntityId
    looked: int
    """Values that were looked at."""
    plain: int
    encrypted: int
    hashed: int
    unclear: int
    """References, masked values, and what may be random in clear."""
    verdict: str
    """plain, encrypted, hashed, mixed (in clear and not), or unclear (or too few)."""
    sign: str | None
    """How most plain values were known: card number, South African identity number, IBAN, e-mail address, file or text."""


class Package(NamedTuple):
    """A service's package.json."""

    id: EntityId
    service_id: EntityId
    name: str | None


class Dependency(NamedTuple):
    """An entry of package.json's dependencies or devDependencies."""

    id: EntityId
    service_id: EntityId
    name: str
    list: str
    """dependencies, devDependencies, peerDependencies or optionalDependencies."""
    version: str
    major: int | None
    """Lowest major version that the range admits, when it can be told."""


class Script(NamedTuple):
    """A script of package.json."""

    id: EntityId
    service_id: EntityId
    name: str
    command: str


class EnvironmentFile(NamedTuple):
    """An example environment file that was found (`.env.example`, `.env.sample`, `.env.template`)."""

    id: EntityId
    service_id: EntityId
    path: str


class EnvironmentVariable(NamedTuple):
    """A variable of an example environment file; values are never stored."""

    id: EntityId
    service_id: EntityId
    name: str
    scheme: str | None
    """URL scheme in lower case, if the value is a URL."""
    has_password: bool
    """The URL has a password."""
    placeholder: bool
    """Password (or, without a URL, value) is empty or plainly a placeholder: `password`, `<...>`, `changeme`, `${...}`."""
    secret_name: bool
    """The name says it is a secret (PASSWORD, SECRET, TOKEN, KEY)."""
    pooled: bool
    """The URL has pooling parameters (connection_limit, pgbouncer, pool_timeout)."""


class Document(NamedTuple):
    """A documentation file (Markdown) of the fleet or service."""

    id: EntityId
    service_id: EntityId
    path: str


class Documented(NamedTuple):
    """A table whose model or table name stands as a word in a document."""

    table_id: EntityId
    path: str


class ExpectedService(NamedTuple):
    """A service that the fleet's manifest or settings expect."""

    id: EntityId
    name: str
    found: bool


class Word(NamedTuple):
    """A word of a table's or column's name, singular and in lower case (derived)."""

    entity_id: EntityId
    position: int
    word: str


class Meaning(NamedTuple):
    """What a table's or column's name and type mean by the lexicon (derived)."""

    entity_id: EntityId
    meaning: str
    """Such as created-at, tenant, money, card-number; see rules/lexicon."""
    phrase: str
    """The words of the name that say so."""


class MeaningGroup(NamedTuple):
    """A meaning's membership in a group such as `sensitive` or `protected-records` (from the lexicon)."""

    meaning: str
    group_: str
    """`group` is a keyword."""


class NamingStyle(NamedTuple):
    """How the columns of a table and the fields of its model are written, for names in fixes (derived)."""

    table_id: EntityId
    camel_columns: bool
    """In camel case; with underscores otherwise."""
    model: str | None
    """Name of the table's model, where there is a schema.prisma."""
    camel_fields: bool
    """The model's fields are in camel case."""


class TableClass(NamedTuple):
    """What kind of table it is, by shape and name (derived)."""

    table_id: EntityId
    class_: str
    """join, append-only, lookup or entity."""
    why: str


class CascadeReach(NamedTuple):
    """Deleting a row of `root_id` reaches rows of `table_id` through ON DELETE CASCADE (derived).

    Kept only for tables with a meaning in the group `protected-records`, and of each at most the 200 nearest roots.
    """

    root_id: EntityId
    table_id: EntityId
    depth: int
    """Number of foreign keys followed, 1 or more."""
    path: str
    """Shortest witness: table names from root to table, joined by ` -> `."""
    foreign_key_id: EntityId
    """The last foreign key of the path."""


class LogicalReference(NamedTuple):
    """A column named like a reference (`user_id`, `courseId`) that no foreign key covers (derived)."""

    column_id: EntityId
    table_id: EntityId
    noun: str
    """Singular words of what it refers to: `user`, `course module`."""
    target_table_id: EntityId | None
    """The table of the same service that the noun names, when there is exactly one."""
    target_service: str | None
    """A service of the fleet, other than its own, that has a table of that name (first by name)."""


class LogicalKey(NamedTuple):
    """One logical key as a service types it: a table's key, or a column that refers to a key by name only (derived).

    A column with a foreign key has its key's type and no row.
    """

    column_id: EntityId
    service_id: EntityId
    noun: str
    type: str


TABLES: dict[str, type[tuple[object, ...]]] = {
    "entities": Entity,
    "origins": Origin,
    "services": Service,
    "sources": Source,
    "knowledge": Knowledge,
    "unread": Unread,
    "tables": Table,
    "inheritance": Inheritance,
    "columns": Column,
    "defaults": Default,
    "client_defaults": ClientDefault,
    "primary_keys": PrimaryKey,
    "uniques": Unique,
    "key_columns": KeyColumn,
    "foreign_keys": ForeignKey,
    "foreign_key_columns": ForeignKeyColumn,
    "checks": Check,
    "check_columns": CheckColumn,
    "exclusions": Exclusion,
    "indexes": Index,
    "index_columns": IndexColumn,
    "index_predicate_columns": IndexPredicateColumn,
    "enums": Enum,
    "enum_values": EnumValue,
    "domains": Domain,
    "sequences": Sequence,
    "views": View,
    "view_reads": ViewRead,
    "functions": Function,
    "triggers": Trigger,
    "trigger_assignments": TriggerAssignment,
    "trigger_refusals": TriggerRefusal,
    "policies": Policy,
    "grants": Grant,
    "extensions": Extension,
    "comments": Comment,
    "annotations": Annotation,
    "allowances": Allowance,
    "allowance_states": AllowanceState,
    "unmatched_entries": UnmatchedEntry,
    "models": Model,
    "fields": Field,
    "relations": Relation,
    "datasources": Datasource,
    "generators": Generator,
    "differences": Difference,
    "drifts": Drift,
    "databases": Database,
    "settings": Setting,
    "schemas": Schema,
    "roles": Role,
    "memberships": Membership,
    "table_uses": TableUse,
    "index_uses": IndexUse,
    "sequence_uses": SequenceUse,
    "switched_off": SwitchedOff,
    "value_samples": ValueSample,
    "packages": Package,
    "dependencies": Dependency,
    "scripts": Script,
    "environment_files": EnvironmentFile,
    "environment_variables": EnvironmentVariable,
    "documents": Document,
    "documented": Documented,
    "expected_services": ExpectedService,
    "words": Word,
    "meanings": Meaning,
    "meaning_groups": MeaningGroup,
    "naming_styles": NamingStyle,
    "table_classes": TableClass,
    "cascade_reach": CascadeReach,
    "logical_references": LogicalReference,
    "logical_keys": LogicalKey,
}
"""Every table by the name that SQL uses for it."""

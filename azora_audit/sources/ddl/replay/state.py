"""The schema while statements are replayed: mutable objects that refer to each other, so that renames reach all.

Plain classes with slots, because a large dump makes hundreds of thousands of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from azora_audit.sources.ddl.actions import Expression, TypeName
    from azora_audit.sources.ddl.positions import Positions

Origin: TypeAlias = "tuple[Positions, int, int]"
"""File and the byte offsets between which an object is defined."""


class Thing:
    """What all objects of a schema have: a name, an origin, a comment, an owner and privileges."""

    __slots__ = ("comment", "grants", "name", "origin", "owner", "schema")

    def __init__(self, schema: Schema, name: str, origin: Origin) -> None:
        """Start without comment, owner and privileges."""
        self.schema = schema
        self.name = name
        self.origin = origin
        self.comment: str | None = None
        self.owner: str | None = None
        self.grants: dict[tuple[str, str], bool] | None = None


class Schema:
    """A namespace with its relations, types, routines and the names of its constraints.

    `not_null_names` are those that were ever given to NOT NULL constraints, which are not among `constraint_names`.
    """

    __slots__ = (
        "constraint_names",
        "functions",
        "name",
        "not_null_names",
        "owner",
        "relations",
        "temporary",
        "types",
    )

    def __init__(self, name: str, *, temporary: bool = False) -> None:
        """Start empty."""
        self.name = name
        self.temporary = temporary
        self.owner: str | None = None
        self.relations: dict[str, Relation] = {}
        self.types: dict[str, UserType] = {}
        self.functions: dict[str, list[Function]] = {}
        self.constraint_names: dict[str, int] = {}
        self.not_null_names: set[str] = set()


class UserType(Thing):
    """An enum, domain, composite, range or base type, of the user or of an extension."""

    __slots__ = (
        "checks",
        "collation",
        "columns",
        "default",
        "extension",
        "kind",
        "multirange",
        "not_null",
        "sequence",
        "type",
        "values",
    )

    def __init__(self, schema: Schema, name: str, origin: Origin, kind: str) -> None:
        """Start as a type of that kind: enum, domain, composite, range, multirange or base."""
        super().__init__(schema, name, origin)
        self.kind = kind
        self.values: list[str] = []
        self.type: Resolved | None = None
        self.collation: str | None = None
        self.not_null = False
        self.default: str | None = None
        self.checks: list[Check] = []
        self.columns: list[Column] = []
        self.extension: str | None = None
        self.sequence: Sequence | None = None
        """The sequence of a domain's nextval default."""
        self.multirange: UserType | None = None
        """A range's type of several ranges, which goes with it."""


class Resolved:
    """A type of a column after its name was looked up."""

    __slots__ = ("array", "builtin", "modifiers", "type", "unknown")

    def __init__(
        self,
        builtin: str | None,
        type_: UserType | Table | View | None,
        unknown: tuple[str, str] | None,
        modifiers: tuple[str, ...],
        *,
        array: bool,
    ) -> None:
        """Hold exactly one of a type of pg_catalog, a type (or table, as a row type) that was read, and a lost name."""
        self.builtin = builtin
        self.type = type_
        self.unknown = unknown
        self.modifiers = modifiers
        self.array = array


class NotNull:
    """A NOT NULL constraint of a column, which has a name from PostgreSQL 18 on."""

    __slots__ = ("inherited", "local", "name", "no_inherit")

    def __init__(self, name: str | tuple[str, str], *, no_inherit: bool = False) -> None:
        """Take a name, or the names of table and column from which PostgreSQL makes one."""
        self.name = name
        self.no_inherit = no_inherit
        self.inherited = 0
        self.local = True


class Column:
    """A column of a table or composite type."""

    __slots__ = (
        "collation",
        "comment",
        "default",
        "generated",
        "grants",
        "identity",
        "identity_sequence",
        "inherited",
        "local",
        "name",
        "not_null",
        "origin",
        "owned",
        "sequence",
        "table",
        "type",
        "written",
    )

    def __init__(
        self, table: Table | UserType, name: str, origin: Origin, type_: Resolved, written: TypeName | None
    ) -> None:
        """Start nullable and without default."""
        self.table = table
        self.name = name
        self.origin = origin
        self.type = type_
        self.written = written
        self.not_null: NotNull | None = None
        self.default: Expression | None = None
        self.sequence: Sequence | None = None
        """The sequence of its nextval default."""
        self.identity_sequence: Sequence | None = None
        self.identity: str | None = None
        self.generated: tuple[Expression, bool] | None = None
        self.owned: list[Sequence] | None = None
        """Sequences that are dropped with it."""
        self.collation: str | None = None
        self.comment: str | None = None
        self.inherited = 0
        self.local = True
        self.grants: dict[tuple[str, str], bool] | None = None


class Table(Thing):
    """A table: ordinary, partitioned, partition or foreign."""

    __slots__ = (
        "bound",
        "children",
        "columns",
        "constraints",
        "force_row_security",
        "indexes",
        "kind",
        "of_type",
        "parents",
        "partition_columns",
        "partition_key",
        "partition_of",
        "persistence",
        "policies",
        "readers",
        "references",
        "row_security",
        "row_type",
        "strategy",
        "triggers",
        "watched_by",
    )

    def __init__(self, schema: Schema, name: str, origin: Origin, kind: str, persistence: str) -> None:
        """Start without columns."""
        super().__init__(schema, name, origin)
        self.kind = kind
        self.persistence = persistence
        self.columns: dict[str, Column] = {}
        self.constraints: dict[str, Constraint] = {}
        self.indexes: list[Index] = []
        self.triggers: dict[str, Trigger] = {}
        self.policies: dict[str, Policy] = {}
        self.parents: list[Table] = []
        self.children: list[Table] = []
        self.of_type: UserType | None = None
        self.partition_of: Table | None = None
        self.bound: str | None = None
        self.strategy: str | None = None
        self.partition_key: str | None = None
        self.partition_columns: list[Column] = []
        self.row_security = False
        self.force_row_security = False
        self.references: dict[ForeignKey, None] = {}
        """Foreign keys that point here."""
        self.readers: dict[View, None] = {}
        self.row_type = False
        """Its rows are, or were, the type of something."""
        self.watched_by: list[Trigger] = []
        """Constraint triggers of other tables that name this one."""


class View(Thing):
    """A view or materialized view."""

    __slots__ = (
        "barrier",
        "check_option",
        "columns",
        "definition",
        "indexes",
        "invoker",
        "materialized",
        "readers",
        "reads",
        "row_type",
        "triggers",
        "uses",
    )

    def __init__(self, schema: Schema, name: str, origin: Origin, *, materialized: bool) -> None:
        """Start without a definition."""
        super().__init__(schema, name, origin)
        self.materialized = materialized
        self.definition = ""
        self.invoker = False
        self.barrier = False
        self.check_option: str | None = None
        self.reads: dict[Table | View, None] = {}
        self.readers: dict[View, None] = {}
        self.row_type = False
        """Its rows are, or were, the type of something."""
        self.indexes: list[Index] = []
        self.triggers: dict[str, Trigger] = {}
        self.columns: dict[str, ViewColumn] = {}
        """Those on which privileges were granted."""
        self.uses: dict[Column, None] = {}
        """Columns of tables that its query surely names."""


class ViewColumn:
    """A column of a view, as far as privileges are granted on it."""

    __slots__ = ("grants", "name")

    def __init__(self, name: str) -> None:
        """Start without privileges."""
        self.name = name
        self.grants: dict[tuple[str, str], bool] | None = None


class Sequence(Thing):
    """A sequence."""

    __slots__ = (
        "cycle",
        "increment",
        "internal",
        "maximum",
        "minimum",
        "owner_column",
        "shared",
        "start",
        "type",
    )

    def __init__(self, schema: Schema, name: str, origin: Origin) -> None:
        """Start as an ascending bigint sequence."""
        super().__init__(schema, name, origin)
        self.type = "bigint"
        self.start = 1
        self.increment = 1
        self.minimum = 1
        self.maximum = (1 << 63) - 1
        self.cycle = False
        self.owner_column: Column | None = None
        self.internal = False
        """It belongs to an identity column."""
        self.shared = False
        """A column that does not own it has, or had, it in its default."""


class IndexKey:
    """A key or INCLUDE column of an index."""

    __slots__ = (
        "collation",
        "column",
        "descending",
        "expression",
        "included",
        "label",
        "nulls_first",
        "operator_class",
        "reads",
    )

    def __init__(self, column: Column | None, expression: str | None, reads: list[Column]) -> None:
        """Start as an ascending key column."""
        self.column = column
        self.expression = expression
        self.reads = reads
        self.included = False
        self.label: str | None = None
        self.descending = False
        self.nulls_first = False
        self.operator_class: str | None = None
        self.collation: str | None = None


class Index(Thing):
    """An index; those behind constraints included."""

    __slots__ = (
        "children",
        "concurrently",
        "constraint",
        "keys",
        "method",
        "nulls_not_distinct",
        "parent",
        "predicate",
        "predicate_columns",
        "predicate_only_not_null",
        "table",
        "unique",
        "valid",
    )

    def __init__(self, schema: Schema, name: str, origin: Origin, table: Table | View) -> None:
        """Start as a valid, non-unique btree index without keys."""
        super().__init__(schema, name, origin)
        self.table = table
        self.method = "btree"
        self.unique = False
        self.nulls_not_distinct = False
        self.keys: list[IndexKey] = []
        self.predicate: str | None = None
        self.predicate_columns: list[Column] = []
        self.predicate_only_not_null = False
        self.concurrently = False
        self.valid = True
        self.constraint: Key | Exclusion | None = None
        self.parent: Index | None = None
        self.children: list[Index] = []


class Constraint:
    """What all constraints have."""

    __slots__ = ("comment", "inherited", "local", "name", "origin", "table")

    def __init__(self, table: Table | UserType, name: str, origin: Origin) -> None:
        """Start as a local constraint without comment."""
        self.table = table
        self.name = name
        self.origin = origin
        self.comment: str | None = None
        self.inherited = 0
        self.local = True


class Key(Constraint):
    """A primary key or UNIQUE constraint; its columns are those of its index."""

    __slots__ = ("deferrable", "deferred", "index", "primary")

    def __init__(self, table: Table, name: str, origin: Origin, index: Index) -> None:
        """Start as a UNIQUE constraint."""
        super().__init__(table, name, origin)
        self.index = index
        self.primary = False
        self.deferrable = False
        self.deferred = False


class ForeignKey(Constraint):
    """A foreign key."""

    __slots__ = (
        "columns",
        "deferrable",
        "deferred",
        "delete_declared",
        "enforced",
        "full",
        "index",
        "on_delete",
        "on_update",
        "parent",
        "set_columns",
        "target",
        "target_columns",
        "target_names",
        "target_schema",
        "target_table",
        "update_declared",
        "validated",
    )

    def __init__(self, table: Table, name: str, origin: Origin) -> None:
        """Start without columns."""
        super().__init__(table, name, origin)
        self.columns: list[Column] = []
        self.target: Table | None = None
        self.target_schema = ""
        self.target_table = ""
        self.target_columns: list[Column | None] = []
        self.index: Index | None = None
        """The unique index of the target that it rests on."""
        self.target_names: tuple[str, ...] = ()
        self.on_delete = "no action"
        self.on_update = "no action"
        self.delete_declared = False
        self.update_declared = False
        self.set_columns: list[Column] = []
        self.full = False
        self.deferrable = False
        self.deferred = False
        self.validated = True
        self.enforced = True
        self.parent: ForeignKey | None = None


class Check(Constraint):
    """A CHECK constraint of a table or domain."""

    __slots__ = ("columns", "enforced", "expression", "no_inherit", "validated")

    def __init__(self, table: Table | UserType, name: str, origin: Origin, expression: str) -> None:
        """Start as a validated, enforced and inherited constraint."""
        super().__init__(table, name, origin)
        self.expression = expression
        self.columns: list[Column] = []
        self.validated = True
        self.enforced = True
        self.no_inherit = False


class Exclusion(Constraint):
    """An EXCLUDE constraint."""

    __slots__ = ("deferrable", "deferred", "definition", "index")

    def __init__(self, table: Table, name: str, origin: Origin, index: Index) -> None:
        """Start with the index that holds its elements."""
        super().__init__(table, name, origin)
        self.index = index
        self.definition = ""
        self.deferrable = False
        self.deferred = False


class Function(Thing):
    """A function, procedure, aggregate or window function."""

    __slots__ = (
        "arguments",
        "body",
        "definer",
        "kind",
        "language",
        "outputs",
        "returns",
        "search_path",
        "set_of",
        "table",
        "volatility",
    )

    def __init__(self, schema: Schema, name: str, origin: Origin, arguments: tuple[Resolved, ...]) -> None:
        """Start as a volatile function with the caller's rights."""
        super().__init__(schema, name, origin)
        self.arguments = arguments
        self.outputs: tuple[Resolved, ...] = ()
        self.table: tuple[tuple[str, Resolved], ...] = ()
        self.returns: Resolved | None = None
        self.set_of = False
        self.language = "sql"
        self.kind = "function"
        self.definer = False
        self.volatility = "volatile"
        self.search_path: tuple[str, ...] | None = None
        self.body = ""


class Trigger:
    """A trigger of a table or view."""

    __slots__ = (
        "arguments",
        "columns",
        "comment",
        "condition",
        "constraint",
        "enabled",
        "events",
        "function",
        "function_name",
        "name",
        "origin",
        "parent",
        "reads",
        "row",
        "table",
        "timing",
    )

    def __init__(self, table: Table | View, name: str, origin: Origin) -> None:
        """Start enabled."""
        self.table = table
        self.name = name
        self.origin = origin
        self.comment: str | None = None
        self.timing = "after"
        self.row = False
        self.events: frozenset[str] = frozenset()
        self.columns: list[Column] = []
        self.condition: str | None = None
        self.reads: list[Column] = []
        """Columns that the condition reads."""
        self.constraint: str | None = None
        """The name of its constraint, which is its own at first."""
        self.function: Function | None = None
        self.function_name = ""
        self.arguments: tuple[str, ...] = ()
        self.enabled = True
        self.parent: Trigger | None = None


class Policy:
    """A row level security policy."""

    __slots__ = (
        "check",
        "columns",
        "command",
        "comment",
        "name",
        "origin",
        "permissive",
        "roles",
        "table",
        "using",
    )

    def __init__(self, table: Table, name: str, origin: Origin) -> None:
        """Start as a permissive policy for all commands and everybody."""
        self.table = table
        self.name = name
        self.origin = origin
        self.comment: str | None = None
        self.command = "all"
        self.permissive = True
        self.roles: tuple[str, ...] = ("public",)
        self.using: Expression | None = None
        self.check: Expression | None = None
        self.columns: list[Column] = []


class Extension:
    """An installed extension."""

    __slots__ = ("comment", "dependants", "name", "origin", "schema", "version")

    def __init__(self, name: str, origin: Origin) -> None:
        """Start without schema, version and dependants."""
        self.name = name
        self.origin = origin
        self.comment: str | None = None
        self.schema: Schema | None = None
        self.version: str | None = None
        self.dependants: dict[Function | Trigger | Index | View, None] = {}
        """What was said to DEPEND ON EXTENSION and is dropped with it; some of it may be gone already."""


Relation: TypeAlias = "Table | View | Sequence | Index | UserType"
"""Everything that shares the namespace of tables."""

"""The schema while its facts are made: models, enums, fields by name, and where problems go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.tables import Column, Field, IndexColumn
from azora_audit.findings import Place
from azora_audit.records import NamedTuple
from azora_audit.sources.prisma.syntax import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.catalog.facts import Facts
    from azora_audit.sources.prisma.attributes import FieldSpec
    from azora_audit.sources.prisma.native_types import ColumnType
    from azora_audit.sources.prisma.syntax import Attribute, Block, BlockAttribute, Fault, FieldLine, Value


class EnumInfo(NamedTuple):
    """An enum: `members` maps the values of the schema to those of the database."""

    block: Block
    name: str
    schema: str
    id: int
    members: dict[str, str]


class ColumnInfo(NamedTuple):
    """A scalar field and its column; `id` is 0 in a view, whose columns are no facts."""

    line: FieldLine
    spec: FieldSpec
    name: str
    id: int
    nullable: bool
    """The field is optional or a list."""
    scalar: str
    """Prisma's scalar type, empty for enums and unsupported types."""
    kind: ColumnType


class RelationField(NamedTuple):
    """A field whose type is a model."""

    model: ModelInfo
    line: FieldLine
    spec: FieldSpec
    target: ModelInfo


class IndexSpec(NamedTuple):
    """A primary key, unique index or index, its fields resolved."""

    columns: tuple[ColumnInfo, ...]
    orders: tuple[str, ...]
    """`asc`, `desc` or empty, for each column."""
    operator_classes: tuple[Value | None, ...]
    name: str
    where: Value | None
    method: str
    place: Place


class ModelInfo:
    """A model or view; equal only to itself."""

    __slots__ = (
        "attributes",
        "block",
        "columns",
        "id",
        "identity",
        "ignored",
        "relations",
        "schema",
        "table",
        "uniques",
    )

    def __init__(
        self, block: Block, table: str, schema: str, attributes: dict[str, list[BlockAttribute]]
    ) -> None:
        """Begin with what the block itself says; the fields come later."""
        self.block = block
        self.table = table
        """Name in the database as Prisma has it, before PostgreSQL cuts it."""
        self.schema = schema
        self.attributes = attributes
        self.ignored = "ignore" in attributes
        self.id = 0
        self.columns: dict[str, ColumnInfo] = {}
        self.relations: list[RelationField] = []
        self.identity: IndexSpec | None = None
        self.uniques: list[IndexSpec] = []

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.block.name

    @property
    def view(self) -> bool:
        """Whether it is a view."""
        return self.block.kind == "view"


class Config(NamedTuple):
    """What the datasource and the generators say that bears on the tables."""

    datasource: str
    """Name of the datasource block, the prefix of native types."""
    schemas: tuple[str, ...]
    emulated: bool
    """relationMode = "prisma"."""
    join_table_keys: bool
    """Join tables have a primary key (Prisma 6), not a unique index."""


class Schema:
    """All that is known of a schema so far."""

    def __init__(self, facts: Facts, config: Config, problems: list[Problem]) -> None:
        """Begin with no models."""
        self.facts = facts
        self.config = config
        self.problems = problems
        self.models: dict[str, ModelInfo] = {}
        self.enums: dict[str, EnumInfo] = {}
        self.types: set[str] = set()
        """Names of composite types, which only MongoDB has."""
        self.columns = facts.rows(Column)
        self.fields = facts.rows(Field)
        self.index_columns = facts.rows(IndexColumn)

    def problem(self, path: str, line: int, column: int, message: str, help_text: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(path, line, column, message, help_text))

    def faults(self, faults: Iterable[Fault], path: str, line: int, column: int) -> None:
        """Note faults whose offsets count from a 1-based column."""
        for fault in faults:
            self.problem(path, line, column + fault.start, fault.message, fault.help)

    def at_field(self, model: ModelInfo, line: FieldLine, message: str, help_text: str = "") -> None:
        """Note a problem at a field's name."""
        self.problem(model.block.path, line.line, line.column, message, help_text)

    def at(self, place: Place, message: str, help_text: str = "") -> None:
        """Note a problem at a place."""
        self.problem(place.path, place.line, place.column, message, help_text)


def name_place(block: Block) -> Place:
    """Return the place of a block's name."""
    return Place(block.path, block.line, block.column, block.line, block.column + len(block.name))


def field_place(path: str, line: FieldLine) -> Place:
    """Return the place of a field's name."""
    return Place(path, line.line, line.column, line.line, line.column + len(line.name))


def attribute_place(path: str, line: int, column: int, attribute: Attribute) -> Place:
    """Return the place of an attribute whose offsets count from a 1-based column."""
    return Place(path, line, column + attribute.start, line, column + attribute.end)

"""A reader for machines without PostgreSQL's parser: tables, columns, keys and indexes through sqlglot.

It knows less and says so: everything beyond those becomes an Unread row, and only their facts are known.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from azora_audit.catalog import tables as rows
from azora_audit.sources.ddl import actions
from azora_audit.sources.ddl.chunks import Actions, Event, Meta
from azora_audit.sources.ddl.scan import skip_blanks
from azora_audit.sources.ddl.split import end_of_data, is_copy, next_piece
from azora_audit.sources.ddl.typenames import BUILTIN, DISPLAY, SERIAL

if TYPE_CHECKING:
    from collections.abc import Iterator

KNOWN = (
    *(rows.Table, rows.Column, rows.Default, rows.PrimaryKey, rows.Unique, rows.KeyColumn, rows.ForeignKey),
    *(
        rows.ForeignKeyColumn,
        rows.Check,
        rows.CheckColumn,
        rows.Index,
        rows.IndexColumn,
        rows.Enum,
        rows.EnumValue,
    ),
    rows.Unread,
)
"""What this reader knows completely, as far as it leaves nothing unread."""

_INTERNAL = {display: name for name, display in DISPLAY.items()} | {
    "int": "int4",
    "decimal": "numeric",
    "char": "bpchar",
    "timestamp": "timestamp",
    "time": "time",
}
_HARMLESS = (
    exp.Insert,
    exp.Update,
    exp.Delete,
    exp.Select,
    exp.Set,
    exp.Transaction,
    exp.Commit,
    exp.Analyze,
)
_ACTIONS = re.compile(
    r"ON\s+(DELETE|UPDATE)\s+(NO ACTION|RESTRICT|CASCADE|SET NULL|SET DEFAULT)", re.IGNORECASE
)
_TYPE = re.compile(
    r"([^(\[]+?)\s*(?:\(([^)]*)\))?(\s+with(?:out)? time zone)?\s*((?:\[\d*\])*)\Z", re.IGNORECASE
)


_LOST = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | \bNOT\s+DEFERRABLE\b
    | \b(?P<lost>NULLS\s+NOT\s+DISTINCT|DEFERRABLE|INITIALLY\s+DEFERRED|NOT\s+VALID|NOT\s+ENFORCED|NO\s+INHERIT)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words that sqlglot parses and throws away, or that have no place in its tree."""


class _NotReadError(Exception):
    """A statement has something that this reader does not understand."""


def read_text(data: bytes) -> Iterator[Event]:
    """Yield the events of a text as `chunks.read_pieces` does."""
    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of what becomes an Unread row here
    at = 0
    while (piece := next_piece(data, at)) is not None:
        at = piece.end
        if piece.kind == "meta":
            yield Meta(piece.start, piece.end)
            continue
        start = skip_blanks(data, piece.start)
        text = data[start : piece.end].decode("utf-8", "replace").strip().rstrip(";")
        if text:
            yield Actions([(start, _statement(text, start))])
        if is_copy(data, piece):
            line = data.find(b"\n", at)
            at = end_of_data(data, len(data) if line < 0 else line + 1)


def _statement(text: str, at: int) -> object:
    try:
        tree = parse_one(text, dialect="postgres")
        return _action(tree, text, at)
    except (SqlglotError, _NotReadError, RecursionError) as error:
        what = str(error).split("\n")[0] if isinstance(error, _NotReadError) else "it does not parse"
        detail = f"without PostgreSQL's own parser this statement was not read: {what}."
        return actions.NotUnderstood("unsupported-statement", detail, at)


def _action(tree: Any, text: str, at: int) -> object:
    if isinstance(tree, _HARMLESS):
        return actions.Ignored("it reads or changes rows, or concerns the session only")
    if lost := next((found["lost"] for found in _LOST.finditer(text) if found["lost"]), None):
        raise _NotReadError(f"{lost.upper()} is beyond this reader")
    if isinstance(tree, exp.Create) and tree.kind == "TABLE":
        return _create_table(tree, text, at)
    if isinstance(tree, exp.Create) and tree.kind == "INDEX":
        return _create_index(tree, at)
    if (
        isinstance(tree, exp.Create)
        and tree.kind == "TYPE"
        and isinstance(tree.args.get("expression"), exp.DataType)
    ):
        labels = tuple([label.name for label in tree.args["expression"].expressions])
        return actions.Create("enum", _name(tree.this, at), labels)
    if isinstance(tree, exp.Alter) and tree.args.get("kind") == "TABLE":
        return _alter_table(tree, at)
    raise _NotReadError(f"{tree.key.upper()} is beyond this reader")


def _identifier(node: Any) -> str:
    name = str(node.name)
    return name if isinstance(node, exp.Identifier) and node.args.get("quoted") else name.lower()


def _name(table: Any, at: int) -> actions.Name:
    schema = table.args.get("db")
    return actions.Name(_identifier(schema) if schema else None, _identifier(table.this), at, at)


def _type(node: Any) -> actions.TypeName:
    written = node.sql("postgres")
    match = _TYPE.match(written)
    if match is None:
        raise _NotReadError(f"the type {written} is unclear")
    words = (match[1] + (match[3] or "")).lower()
    modifiers = tuple([part.strip() for part in match[2].split(",")]) if match[2] else ()
    internal = _INTERNAL.get(words, words)
    if internal == "bpchar" and not modifiers:
        modifiers = ("1",)
    parts = [part[1:-1] if part.startswith('"') else part.lower() for part in match[1].split(".")]
    name = internal if internal in BUILTIN or internal in SERIAL else parts[-1]
    schema = parts[-2] if len(parts) > 1 else None
    return actions.TypeName(schema, name, modifiers, bool(match[4]), written)


def _expression(node: Any) -> actions.Expression:
    text = node.sql("postgres")
    columns = tuple(dict.fromkeys(_identifier(column.this) for column in node.find_all(exp.Column)))
    if isinstance(node, exp.Null):
        return actions.Expression(text, "null", None, ())
    if isinstance(node, (exp.Literal, exp.Boolean)):
        return actions.Expression(text, "constant", None, ())
    if isinstance(node, exp.Func) and not columns:
        name = text.split("(")[0].lower()
        return actions.Expression(text, "sequence" if name == "nextval" else "function", name, ())
    return actions.Expression(text, "expression", None, columns)


def _columns(node: Any) -> tuple[str, ...]:
    return tuple(
        [_identifier(item.this if isinstance(item, exp.Ordered) else item) for item in node.expressions]
    )


def _reference(reference: Any, columns: tuple[str, ...], name: str | None, at: int) -> actions.Reference:
    target = reference.this
    table = target.this if isinstance(target, exp.Schema) else target
    options = " ".join(str(option) for option in reference.args.get("options") or ())
    declared = {event.upper(): action.lower() for event, action in _ACTIONS.findall(options)}
    return actions.Reference(
        name,
        at,
        at,
        columns,
        _name(table, at),
        _columns(target) if isinstance(target, exp.Schema) else (),
        declared.get("DELETE", "no action"),
        declared.get("UPDATE", "no action"),
        "DELETE" in declared,
        "UPDATE" in declared,
        (),
        "MATCH FULL" in options.upper(),
        "DEFERRABLE" in options.upper() and "NOT DEFERRABLE" not in options.upper(),
        "INITIALLY DEFERRED" in options.upper(),
        validated=True,
        enforced=True,
    )


def _key(columns: tuple[str, ...], name: str | None, at: int, *, primary: bool) -> actions.Key:
    return actions.Key(primary, name, at, at, columns, (), False, False, False, None, False)


def _check(node: Any, name: str | None, at: int) -> actions.CheckThat:
    return actions.CheckThat(name, at, at, _expression(node.this), True, True, False)


def _table_constraint(node: Any, name: str | None, at: int) -> actions.Constraint:
    if isinstance(node, exp.Constraint):
        return _table_constraint(node.expressions[0], _identifier(node.this), at)
    if isinstance(node, exp.PrimaryKey):
        return _key(_columns(node), name, at, primary=True)
    if isinstance(node, exp.UniqueColumnConstraint) and isinstance(node.this, exp.Schema):
        return _key(_columns(node.this), name, at, primary=False)
    if isinstance(node, exp.ForeignKey):
        return _reference(node.args["reference"], _columns(node), name, at)
    if isinstance(node, exp.CheckColumnConstraint):
        return _check(node, name, at)
    raise _NotReadError(f"{node.key} in a table is beyond this reader")


def _column_constraint(node: Any, at: int) -> actions.Constraint:  # noqa: PLR0911 -- one return for each kind
    name = _identifier(node.this) if node.this else None
    kind = node.args["kind"]
    if isinstance(kind, exp.NotNullColumnConstraint):
        return actions.NotNull(not kind.args.get("allow_null"), name, None, False)
    if isinstance(kind, exp.PrimaryKeyColumnConstraint):
        return _key((), name, at, primary=True)
    if isinstance(kind, exp.UniqueColumnConstraint):
        return _key((), name, at, primary=False)
    if isinstance(kind, exp.DefaultColumnConstraint):
        return actions.DefaultTo(_expression(kind.this))
    if isinstance(kind, exp.Reference):
        return _reference(kind, (), name, at)
    if isinstance(kind, exp.CheckColumnConstraint):
        return _check(kind, name, at)
    if isinstance(kind, exp.GeneratedAsIdentityColumnConstraint) and not kind.args.get("expression"):
        return actions.Identity(bool(kind.this), actions.SequenceOptions())
    raise _NotReadError(f"{kind.key} of a column is beyond this reader")


def _column(node: Any, text: str, at: int) -> actions.ColumnDefinition:
    name = _identifier(node.this)
    found = re.search(rf'(?<![\w"])"?{re.escape(str(node.name))}"?(?![\w"])', text[text.find("(") + 1 :])
    start = at
    if found is not None:
        start = at + len(text[: text.find("(") + 1 + found.start()].encode())
    width = len(found[0].encode()) if found is not None else 0
    constraints = tuple(
        [_column_constraint(constraint, start) for constraint in node.args.get("constraints") or ()]
    )
    return actions.ColumnDefinition(
        name, start, start + width, _type(node.args["kind"]), None, constraints, start
    )


def _create_table(tree: Any, text: str, at: int) -> actions.CreateTable:
    if not isinstance(tree.this, exp.Schema) or tree.args.get("expression"):
        raise _NotReadError("a table made by a query is beyond this reader")
    properties = tree.args.get("properties")
    kinds = {item.key for item in properties.expressions} if properties else set()
    if kinds - {"temporaryproperty", "unloggedproperty"}:
        raise _NotReadError("partitions, inheritance and storage are beyond this reader")
    elements = tuple(
        [
            _column(node, text, at) if isinstance(node, exp.ColumnDef) else _table_constraint(node, None, at)
            for node in tree.this.expressions
        ]
    )
    persistence = "temporary" if "temporaryproperty" in kinds else "permanent"
    name = _name(tree.this.this, at)
    return actions.CreateTable(
        name,
        "ordinary",
        persistence,
        elements,
        (),
        None,
        None,
        None,
        None,
        (),
        None,
        bool(tree.args.get("exists")),
    )


def _create_index(tree: Any, at: int) -> actions.CreateIndex:
    index = tree.this
    parameters = index.args.get("params")
    elements = []
    for item in parameters.args.get("columns") or ():
        column = item.this if isinstance(item, exp.Ordered) else item
        if not isinstance(column, (exp.Column, exp.Identifier)):
            raise _NotReadError("an index on an expression is beyond this reader")
        descending = bool(isinstance(item, exp.Ordered) and item.args.get("desc"))
        element = _identifier(column.this if isinstance(column, exp.Column) else column)
        elements.append(actions.IndexElement(element, None, descending, descending, None, None))
    if parameters.args.get("where") or parameters.args.get("include"):
        raise _NotReadError("a partial index or INCLUDE is beyond this reader")
    method = parameters.args.get("using")
    name = _identifier(index.this) if index.this else None
    return actions.CreateIndex(
        name,
        at,
        at,
        _name(index.args["table"], at),
        method.name.lower() if method else "btree",
        bool(tree.args.get("unique")),
        False,
        tuple(elements),
        (),
        None,
        bool(tree.args.get("concurrently")),
        False,
        bool(tree.args.get("exists")),
    )


def _alter_table(tree: Any, at: int) -> actions.AlterTable:
    commands = []
    for node in tree.args.get("actions") or ():
        if isinstance(node, exp.ColumnDef):
            column = _column(node, "", at)
            commands.append(actions.Command("AddColumn", None, column, False, bool(node.args.get("exists"))))
        elif isinstance(node, exp.AddConstraint):
            for constraint in node.expressions:
                value = _table_constraint(constraint, None, at)
                commands.append(actions.Command("AddConstraint", None, value, False, False))
        else:
            raise _NotReadError(f"ALTER TABLE with {node.key} is beyond this reader")
    if not commands:
        raise _NotReadError("this form of ALTER TABLE is beyond this reader")
    name = _name(tree.this, at)
    return actions.AlterTable(
        name, "table", bool(tree.args.get("only")), bool(tree.args.get("exists")), tuple(commands)
    )

"""Compares the facts that two sources found for one service, object by object under their natural names.

Everything is compared except, on purpose:

- ids, places, the order of rows, and what no server has: words as written (`type_written`), declared actions,
  CONCURRENTLY, an extension's version and comment (its control file has them), annotations, allowances, Prisma's
  tables, derived facts;
- `owner` and the schema of an extension where one side does not say; `serial` of a column whose sequence was
  attached by hand, which looks like serial to a server;
- the text of expressions, which a server prints in its own words: see `texts_agree`. That there is one, its kind,
  its function, the columns that it reads and the names and strings in it are compared;
- times in bounds of partitions, partition keys with expressions, queries of views, and bodies of
  functions in SQL-standard form.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from azora_audit.catalog.tables import (
    Check,
    CheckColumn,
    Column,
    Comment,
    Default,
    Domain,
    Entity,
    Enum,
    EnumValue,
    Exclusion,
    Extension,
    ForeignKey,
    ForeignKeyColumn,
    Function,
    Grant,
    Index,
    IndexColumn,
    IndexPredicateColumn,
    Inheritance,
    KeyColumn,
    Policy,
    PrimaryKey,
    Sequence,
    Table,
    Trigger,
    Unique,
    View,
    ViewRead,
)
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from azora_audit.catalog.facts import Facts

KEYS: dict[type[tuple[object, ...]], tuple[str, ...]] = {
    Table: ("id",),
    Inheritance: ("child_id", "parent_id"),
    Column: ("id",),
    Default: ("column_id",),
    PrimaryKey: ("id",),
    Unique: ("id",),
    KeyColumn: ("key_id", "position"),
    ForeignKey: ("id",),
    ForeignKeyColumn: ("foreign_key_id", "position"),
    Check: ("id",),
    CheckColumn: ("check_id", "column_id"),
    Exclusion: ("id",),
    Index: ("id",),
    IndexColumn: ("index_id", "position"),
    IndexPredicateColumn: ("index_id", "column_id"),
    Enum: ("id",),
    EnumValue: ("enum_id", "position"),
    Domain: ("id",),
    Sequence: ("id",),
    View: ("id",),
    ViewRead: ("view_id", "table_id"),
    Function: ("id",),
    Trigger: ("id",),
    Policy: ("id",),
    Grant: ("object_id", "grantee", "privilege", "columns"),
    Extension: ("id",),
    Comment: ("entity_id", "source"),
}
"""The tables that are compared, and what makes a row of each the same row on both sides."""

IGNORED = {
    Table: {"implicit_join"},
    Column: {"type_written"},
    ForeignKey: {"on_delete_declared", "on_update_declared"},
    Index: {"concurrently"},
    Grant: {"id"},
    Extension: {"version"},
    View: {"definition"},
}
TEXTS = {
    Column: {"generation_expression"},
    Default: {"expression"},
    Check: {"expression"},
    Exclusion: {"definition", "predicate"},
    Index: {"predicate"},
    IndexColumn: {"expression"},
    Domain: {"default_expression"},
    Trigger: {"condition"},
    Policy: {"using_expression", "check_expression"},
}
UNLESS_BOTH_SAY = {Table: {"owner"}, Extension: {"schema"}}

COMMENT = re.compile(r"""('(?:[^']|'')*'|"[^"]*")|/\*.*?\*/|--[^\n]*""", re.DOTALL)
"""Quoted text, which stays, or a comment, which a server does not keep."""
DOLLARS = re.compile(r"(\$\w*\$)(.*?)\1", re.DOTALL)
LITERAL = re.compile(
    r"""(\be)?'((?:[^'\\]|''|\\.)*)'(::(?:text|character varying|bpchar)\b)?""", re.IGNORECASE
)
TYPE = r'(?:"(?:[^"]|"")*"|\w+)'
CAST = re.compile(
    rf"::{TYPE}(?:\.{TYPE})?(?: varying| precision| with(?:out)? time zone)?(?:\([\d,-]+\))?"
    r"(?: with(?:out)? time zone)?(?:\[\])*"
)
NAME = re.compile(r'(?:"((?:[^"]|"")+)"|([a-z_][\w$]*))(?![\w"$]*\s*[.(])')
"""A name that is neither a qualifier nor a function; what a server prints in capitals are keywords."""
SYNTAX = {"true", "false"}
EXECUTING = frozenset({"current_user", "session_user", "current_role"})
"""Words for the role that ran the script, which a server shows by its name."""


class Disagreement(NamedTuple):
    """Two sources disagree about a row: whether it is there, or about one of its fields."""

    table: type[tuple[object, ...]]
    key: str
    """Natural key of the row, which begins with an entity's kind and address."""
    field: str
    """The field; empty where only one side has the row."""
    found: Any
    """The field's value on the side under test, entities by kind and address; whether the row is there."""
    oracle: Any
    """The same on the other side."""

    def __str__(self) -> str:
        """Say it in one sentence."""
        name = f"{self.table.__name__} {self.key}"
        if self.field:
            return f"{name}: {self.field} is {self.found!r}, should be {self.oracle!r}"
        if self.found and self.oracle:
            return f"{name}: found twice"
        return f"{name}: {'found, but it does not exist' if self.found else 'not found'}"


def disagreements(found: Facts, oracle: Facts, skip: Collection[type] = ()) -> list[Disagreement]:
    """Return the differences, sorted by their sentences; none when the two agree.

    Args:
        found: facts of a source under test.
        oracle: facts of a live server (its expressions are the ones printed by PostgreSQL).
        skip: tables that `found` cannot know.
    """
    result: list[Disagreement] = []
    for table, keys in KEYS.items():
        if table in skip:
            continue
        mine, twice = rows_by_key(found, table, keys)
        theirs, _ = rows_by_key(oracle, table, keys)
        result += [Disagreement(table, key, "", True, True) for key in twice]
        result += [Disagreement(table, key, "", False, True) for key in theirs.keys() - mine.keys()]
        result += [Disagreement(table, key, "", True, False) for key in mine.keys() - theirs.keys()]
        for key in mine.keys() & theirs.keys():
            left, right = mine[key], theirs[key]
            if left != right:
                result += [
                    Disagreement(table, key, field, left[field], right[field])
                    for field in left
                    if not fields_agree(table, field, left, right)
                ]
    return sorted(result, key=str)


def rows_by_key(
    facts: Facts, table: type[tuple[object, ...]], keys: tuple[str, ...]
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return the rows of a table as dictionaries, ids replaced by names, and the keys that are there twice."""
    rows: dict[str, dict[str, Any]] = {}
    twice: list[str] = []
    names = names_of(facts)
    for row in facts.rows(table):
        for values in parts(table, row, names):
            key = " ".join(str(values[field]) for field in keys)
            if key in rows:
                twice.append(key)
            rows[key] = values
    return rows, twice


def names_of(facts: Facts) -> dict[int, str]:
    """Return a name for each entity that is the same on both sides: kind, address, a function's arguments."""
    names = {entity.id: f"{entity.kind} {entity.address}" for entity in facts.rows(Entity)}
    for function in facts.rows(Function):
        names[function.id] = f"function {function.schema}.{function.name}({function.arguments})"
    return names


def parts(
    table: type[tuple[object, ...]], row: tuple[object, ...], names: dict[int, str]
) -> list[dict[str, Any]]:
    """Return a row's fields by name; none if it is not compared, several for a grant on columns."""
    values: dict[str, Any] = dict(zip(table.__annotations__, row, strict=True))
    for field, value in values.items():
        if field == "id" or field.endswith("_id"):
            values[field] = None if value is None else names[value]
        elif field == "roles":
            values[field] = sorted(json.loads(value))  # their order means nothing, and pg_dump changes it
        elif isinstance(value, bool):
            values[field] = int(value)
    if table is Comment and values["entity_id"].startswith("extension "):
        return []
    if table is Grant and values["columns"] is not None:
        return [values | {"columns": column} for column in json.loads(values["columns"])]
    return [values]


def fields_agree(
    table: type[tuple[object, ...]], field: str, mine: dict[str, Any], theirs: dict[str, Any]
) -> bool:
    """Tell whether a field agrees, as far as it can be known."""
    left, right = mine[field], theirs[field]
    if left == right or field in IGNORED.get(table, ()):
        return True
    if None in (left, right):
        says_less = field in UNLESS_BOTH_SAY.get(table, ())
        # An expression has the collation of what is in it, which a server shows as if it had been written.
        return says_less or ((table, field) == (IndexColumn, "collation") and mine["expression"] is not None)
    if field in TEXTS.get(table, ()):
        return texts_agree(left, right)
    special = SPECIAL.get((table, field))
    return special is not None and special(left, right)


def without_comments(written: str) -> str:
    """Replace comments by blanks, and dollar quotes by plain ones."""
    written = DOLLARS.sub(lambda match: "'" + match[2].replace("'", "''") + "'", written)
    return COMMENT.sub(lambda match: match[1] or " ", written)


def texts_agree(written: str, printed: str) -> bool:
    """Tell whether every column name and every text literal that the server prints stands in the source's text."""
    written = without_comments(written)
    strings = {match[2] for match in LITERAL.finditer(printed) if match[3] and not match[1]}
    known = {match[2] for match in LITERAL.finditer(written)}
    words = written.lower()
    names = {
        (match[1] or match[2]).replace('""', '"').lower()
        for match in NAME.finditer(CAST.sub("", LITERAL.sub("", printed)))
    }
    if re.search(r"\be'", written, re.IGNORECASE):
        known |= strings  # escapes are PostgreSQL's to decode
    return strings <= known and all(name in words for name in names - SYNTAX)


def bound_words(bound: str) -> str:
    """Return a bound in lower case with no blank where none is needed, and numbers in quotes without them."""
    return re.sub(r"\s*([(),])\s*", r"\1", " ".join(bound.replace("'", "").split())).lower()


def bounds_agree(written: str, printed: str) -> bool:
    """Compare the bounds of partitions, quotes aside; of those with times, which are printed in full, only the form."""
    left, right = (bound_words(bound) for bound in (without_comments(written), printed))
    timed = re.search(r"\d{4}-\d\d|\d (?:year|mon|day)s?\b|\d\d:\d\d:\d\d", right) is not None
    return left == right or (timed and left.partition("(")[0] == right.partition("(")[0])


def keys_agree(written: str, printed: str) -> bool:
    """Compare partition keys, those with expressions by the columns in them only."""
    if "(" in written or "(" in printed:
        return texts_agree(written, printed)
    return re.split(r"\s*,\s*", written.replace('"', "").strip()) == printed.replace('"', "").split(", ")


SPECIAL: dict[tuple[type[tuple[object, ...]], str], Callable[[Any, Any], bool]] = {
    (Table, "partition_bound"): bounds_agree,
    (Table, "partition_key"): keys_agree,
    (Policy, "roles"): lambda written, resolved: (
        len(written) == len(resolved) and not EXECUTING.isdisjoint(written)
    ),
    (Column, "serial"): lambda declared, looks_so: bool(looks_so and not declared),
    (Function, "body"): lambda _, printed: bool(printed.startswith(("BEGIN ATOMIC", "RETURN "))),
}
"""Fields with a comparison of their own."""

"""The INSERTs in a statement as the prover writes them: read again to leave columns out and to put other values in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NAME: Final = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_LITERAL: Final = r"'(?:[^']|'')*'"
_VALUE: Final = rf"(?:NULL|{_LITERAL})"
_INSERT: Final = (
    rf"INSERT INTO (?P<table>{_NAME}(?:\.{_NAME})?) \((?P<columns>{_NAME}(?:, {_NAME})*)\)"
    rf"(?P<overriding> OVERRIDING SYSTEM VALUE)? VALUES \((?P<values>{_VALUE}(?:, {_VALUE})*)\)"
)
_TOKEN: Final = re.compile(rf'{_INSERT}|(?P<literal>{_LITERAL})|"(?:[^"]|"")*"')
_NAMES: Final = re.compile(_NAME)
_VALUES: Final = re.compile(_VALUE)


class Insert(NamedTuple):
    """One INSERT of one row, perhaps inside of a larger statement."""

    start: int
    end: int
    """Where it stands in the statement."""
    table: str
    """As SQL writes it, as the rest."""
    columns: tuple[str, ...]
    values: tuple[str, ...]
    overriding: bool

    def row(self) -> dict[str, str]:
        """Return its values by columns."""
        return dict(zip(self.columns, self.values, strict=True))

    def without(self, columns: Iterable[str]) -> Insert:
        """Return it without some columns."""
        left_out = set(columns)
        pairs = [pair for pair in zip(self.columns, self.values, strict=True) if pair[0] not in left_out]
        return self._replace(
            columns=tuple(name for name, _ in pairs), values=tuple(value for _, value in pairs)
        )

    def sql(self) -> str:
        """Return it as text."""
        if not self.columns:
            return f"INSERT INTO {self.table} DEFAULT VALUES"
        over = " OVERRIDING SYSTEM VALUE" if self.overriding else ""
        return f"INSERT INTO {self.table} ({', '.join(self.columns)}){over} VALUES ({', '.join(self.values)})"


def inserts(statement: str) -> list[Insert]:
    """Return the INSERTs that stand in a statement with their columns; none of those that a literal quotes."""
    return [
        Insert(
            *match.span(),
            match["table"],
            tuple(_NAMES.findall(match["columns"])),
            tuple(_VALUES.findall(match["values"])),
            match["overriding"] is not None,
        )
        for match in _TOKEN.finditer(statement)
        if match["table"]
    ]


def rewritten(statement: str, changed: Iterable[Insert]) -> str:
    """Return a statement with its INSERTs changed."""
    for insert in sorted(changed, reverse=True):
        statement = statement[: insert.start] + insert.sql() + statement[insert.end :]
    return statement


def literals(statement: str) -> Iterator[str]:
    """Yield the literals of a statement that are no value of an INSERT."""
    for match in _TOKEN.finditer(statement):
        if match["literal"]:
            yield match["literal"]


def texts(statement: str) -> list[str]:
    """Return what all literals and values of a statement say."""
    values = [value for insert in inserts(statement) for value in insert.values if value != "NULL"]
    return [unquoted(text) for text in (*values, *literals(statement))]


def unquoted(text: str) -> str:
    """Return what a quoted name or a literal says."""
    quote = text[:1]
    return text[1:-1].replace(quote * 2, quote) if quote in {"'", '"'} else text

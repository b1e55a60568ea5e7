"""Templates of messages and fixes: text with `{column}` or `{column:kind}` placeholders.

Kinds quote a value for the place where it stands: `identifier` and `literal` for SQL, `identifiers` for a JSON list
of names joined by commas, `list` for a JSON list as plain text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.identifiers import quote_identifier, quote_literal
from azora_audit.light_json import loads
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Part(NamedTuple):
    """Literal text, followed by a placeholder unless `field` is None."""

    text: str
    field: str | None
    kind: str


Template = tuple[Part, ...]


def _identifiers(value: object) -> str:
    return ", ".join(quote_identifier(str(name)) for name in loads(str(value)))


def _list(value: object) -> str:
    return ", ".join(str(item) for item in loads(str(value)))


_KINDS: dict[str, Callable[[object], str]] = {
    "": lambda value: "" if value is None else str(value),
    "identifier": lambda value: quote_identifier(str(value)),
    "identifiers": _identifiers,
    "literal": lambda value: quote_literal(str(value)),
    "list": _list,
}


def parse_template(text: str) -> Template:
    """Return the parts of a template.

    Raises:
        ValueError: a brace that is not closed, a placeholder that is no plain name, or an unknown kind.
    """
    from string import Formatter  # noqa: PLC0415 -- templates of the compiled rulebook are parsed already

    parts = []
    for literal, field, kind, conversion in Formatter().parse(text):
        if field is not None and (not field.isidentifier() or conversion):
            raise ValueError(f"placeholder {{{field}}} is not the plain name of a column")
        if field is not None and (kind or "") not in _KINDS:
            known = ", ".join(name for name in _KINDS if name)
            raise ValueError(f"placeholder {{{field}:{kind}}} has an unknown kind; there are {known}")
        parts.append(Part(literal, field, kind or ""))
    return tuple(parts)


def fields_of(template: Template) -> set[str]:
    """Return the names of the columns that a template needs."""
    return {part.field for part in template if part.field is not None}


def filler(template: Template) -> Callable[[Mapping[str, object]], str]:
    """Return a function that returns the text with a row's values in place: for templates that many rows fill."""
    pattern = "".join(part.text.replace("%", "%%") + "%s" * (part.field is not None) for part in template)
    parts = [(part.field, _KINDS[part.kind]) for part in template if part.field is not None]
    if not parts:
        text = pattern % ()
        return lambda _row: text
    return lambda row: pattern % tuple([quote(row[field]) for field, quote in parts])

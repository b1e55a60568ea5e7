"""A rule file: the TOML header in its leading comment, and its SELECT."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from azora_audit.errors import AzoraAuditError
from azora_audit.light_json import dumps, loads
from azora_audit.rulebook.rule import FixTemplate, Rule
from azora_audit.rulebook.template import Template, parse_template

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT_PROFILES = ("recommended", "strict")

_FILE = re.compile(r"\s*/\*(?P<header>.*?)\*/\s*(?P<sql>\S.*)\Z", re.DOTALL)
_TOML_LINE = re.compile(r"at line (\d+)")


def read_rule(path: Path, shown: str, text: str, *, validate: bool) -> Rule:
    """Return the rule in a file's text, not yet compiled.

    Args:
        path: where it is; its stem is the rule's name and its folder's name the category.
        shown: the path to show in messages.
        text: the file's content.
        validate: check the header against its JSON Schema (the shipped rules are checked by the tests).

    Raises:
        AzoraAuditError: no header, bad TOML, a header that the schema refuses, or a bad template.
    """
    match = _FILE.match(text)
    if match is None:
        raise AzoraAuditError(
            "a rule file is a /* TOML header */ followed by one SELECT",
            help="See the shipped rules for examples, or start with `azora-audit new-rule`.",
            path=shown,
            line=1,
        )
    header = _toml(match, text, shown)
    if validate:
        check_against_schema(header, "header.schema.json", shown)
    parameters = header.get("parameters", {})
    return Rule(
        name=path.stem,
        category=path.parent.name,
        path=shown,
        title=header["title"],
        severity=header["severity"],
        precision=header["precision"],
        profiles=tuple(header.get("profiles", DEFAULT_PROFILES)),
        scope=header.get("scope", "service"),
        message=_template(header["message"], "message", shown),
        help=_template(header["help"], "help", shown),
        fix=_fix(header.get("fix"), shown),
        parameters={name: bindable(parameter["default"]) for name, parameter in parameters.items()},
        parameter_schemas={name: parameter["schema"] for name, parameter in parameters.items()},
        aliases=tuple(header.get("aliases", ())),
        contradicts=tuple(header.get("contradicts", ())),
        judged_without=tuple(header.get("judged_without", ())),
        sql=match["sql"].rstrip().rstrip(";"),
        sql_line=text.count("\n", 0, match.start("sql")) + 1,
    )


def bindable(value: object) -> object:
    """Return a parameter's value as SQLite takes it: lists as JSON text, for json_each."""
    return dumps(value).decode() if isinstance(value, list) else value


def check_against_schema(data: object, schema_file: str, shown: str) -> None:
    """Check parsed TOML against one of this package's JSON Schemas.

    Raises:
        AzoraAuditError: naming the most relevant violation and where in the document it is.
    """
    from importlib.resources import files  # noqa: PLC0415 -- only custom rules and the tests need it

    from jsonschema import Draft202012Validator  # noqa: PLC0415 -- 126 ms, as above
    from jsonschema.exceptions import best_match  # noqa: PLC0415

    schema = loads(files("azora_audit.rulebook").joinpath(schema_file).read_bytes())
    error = best_match(Draft202012Validator(schema).iter_errors(data))
    if error is not None:
        place = ".".join(str(step) for step in error.absolute_path) or "the header"
        raise AzoraAuditError(
            f"{place}: {error.message}", help=str(error.schema.get("description", "")), path=shown, line=1
        )


def _toml(match: re.Match[str], text: str, shown: str) -> dict[str, Any]:
    try:
        return tomllib.loads(match["header"])
    except tomllib.TOMLDecodeError as error:
        found = _TOML_LINE.search(str(error))
        first = text.count("\n", 0, match.start("header"))
        raise AzoraAuditError(
            f"the header is not valid TOML: {error}", path=shown, line=first + int(found[1]) if found else 1
        ) from error


def _template(text: str, name: str, shown: str) -> Template:
    try:
        return parse_template(text.strip())
    except ValueError as error:
        raise AzoraAuditError(f"{name}: {error}", path=shown, line=1) from error


def _fix(table: dict[str, str] | None, shown: str) -> FixTemplate | None:
    if table is None:
        return None
    return FixTemplate(
        sql=_template(table.get("sql", ""), "fix.sql", shown),
        prisma=_template(table.get("prisma", ""), "fix.prisma", shown),
        prisma_edit=table.get("prisma_edit", ""),
        safety=table["safety"],
        why=table["why"],
    )

"""package.json: the package, its dependencies and scripts, each with the place of its key."""

from __future__ import annotations

import re
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any, Final

from azora_audit.catalog.tables import Dependency, Package, Script
from azora_audit.findings import Place, Problem
from azora_audit.light_json import loads

if TYPE_CHECKING:
    from collections.abc import Mapping

    from azora_audit.catalog.facts import Facts

_LISTS: Final = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]')
_KEY_DEPTH: Final = 2
_NUMBER: Final = r"(?:\.([0-9]+|[xX*]))?"
_COMPARATOR: Final = re.compile(
    rf"\s*(\^|~>?|>=|<=|>|<|=)?\s*v?([0-9]+|[xX*]){_NUMBER}{_NUMBER}(?:[-+][0-9A-Za-z.+-]*)?(?=\s|\Z)"
)
_HYPHEN: Final = re.compile(r"\s*(\S+)\s+-\s+\S+\s*\Z")

Keys = tuple[str, ...]


def read_package(text: str, path: str, facts: Facts) -> None:
    """Add the facts of a package.json, or the problem that it is none.

    Args:
        text: its text.
        path: relative to the fleet's root.
        facts: the service's facts; the tables of package.json become known.
    """
    try:
        data = loads(text)
    except JSONDecodeError as error:
        message = f"{path} is not JSON: {error.msg}."
        facts.problems.append(
            Problem("syntax-error", facts.service, path, error.lineno, error.colno, message, "Correct it.")
        )
        return
    if not isinstance(data, dict):
        facts.problems.append(_not_understood(facts, path, 1, f"{path} is no JSON object."))
        return
    places = key_places(text, path)
    top = Place(path, 1, 1, 1, 1)
    package = facts.entity("package", "package.json", origin=("file", places.get(("name",), top)))
    name = data.get("name")
    facts.rows(Package).append(Package(package, facts.service_id, name if isinstance(name, str) else None))
    for key in _LISTS:
        for entry, version in _entries(data, key, places, path, facts).items():
            place = places[key, entry]
            identifier = facts.entity("dependency", entry, package, origin=("file", place))
            facts.rows(Dependency).append(
                Dependency(identifier, facts.service_id, entry, key, version, lowest_major(version))
            )
    for entry, command in _entries(data, "scripts", places, path, facts).items():
        identifier = facts.entity("script", entry, package, origin=("file", places["scripts", entry]))
        facts.rows(Script).append(Script(identifier, facts.service_id, entry, command))
    facts.know([Package, Dependency, Script])


def prisma_major(facts: Facts) -> int | None:
    """Return the major version of Prisma that the service's package.json asks for, None if it does not say."""
    majors = {
        row.name: row.major for row in facts.rows(Dependency) if row.name in {"prisma", "@prisma/client"}
    }
    return majors.get("prisma") or majors.get("@prisma/client")


def lowest_major(version: str) -> int | None:
    """Return the lowest major version that an npm version range admits, None if it sets no lower bound.

    Ranges are those of npm's semver: `^5.7.1`, `~5`, `5.x`, `>=4.2 <6`, `5 - 6`, `4 || 5`; `workspace:` and `npm:name@`
    before a range are passed over. Tags such as `latest`, and addresses, say nothing.
    """
    version = version.strip().removeprefix("workspace:")
    if version.startswith("npm:"):
        version = version.rpartition("@")[2]
    lowest = [_lower_bound(alternative) for alternative in version.split("||")]
    known = [bound for bound in lowest if bound is not None]
    return min(known) if len(known) == len(lowest) else None


def key_places(text: str, path: str) -> dict[Keys, Place]:
    """Return the places of the keys of a JSON object and of the objects in it, quotes included."""
    places: dict[Keys, Place] = {}
    # the key in each object around the token; None stands for a list
    keys: list[str | None] = []
    line, counted, at_key = 1, 0, False
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word[0] == '"':
            if at_key and len(keys) <= _KEY_DEPTH:
                start, end = token.span()
                line += text.count("\n", counted, start)
                counted = start
                column = start - text.rfind("\n", 0, start)
                keys[-1] = _string(word)
                around = tuple(key for key in keys if key is not None)
                if len(around) == len(keys):
                    places[around] = Place(path, line, column, line, column + end - start)
            at_key = False
        elif word in "{[":
            keys.append("" if word == "{" else None)
            at_key = word == "{"
        elif word in "}]":
            keys.pop()
        elif word == ",":
            at_key = keys[-1] is not None
    return places


def _string(word: str) -> str:
    if "\\" not in word:
        return word[1:-1]
    return str(loads(word))


def _entries(
    data: Mapping[str, Any], key: str, places: Mapping[Keys, Place], path: str, facts: Facts
) -> dict[str, str]:
    """Return an object of strings; anything else in its place is a problem."""
    value = data.get(key, {})
    if not isinstance(value, dict):
        message = f"`{key}` in {path} is no JSON object."
        facts.problems.append(_not_understood(facts, path, places[key,].line, message))
        return {}
    for name, text in value.items():
        if not isinstance(text, str):
            message = f"`{key}.{name}` in {path} is no string."
            facts.problems.append(_not_understood(facts, path, places[key, name].line, message))
    return {name: text for name, text in value.items() if isinstance(text, str)}


def _not_understood(facts: Facts, path: str, line: int, message: str) -> Problem:
    return Problem(
        "not-understood", facts.service, path, line, 0, message, "Correct it as npm's documentation says."
    )


def _lower_bound(alternative: str) -> int | None:
    hyphen = _HYPHEN.match(alternative)
    rest = f">={hyphen[1]}" if hyphen else alternative
    bounds = []
    while rest.strip():
        comparator = _COMPARATOR.match(rest)
        if comparator is None:
            return None
        rest = rest[comparator.end() :]
        operator, major, minor = comparator[1], comparator[2], comparator[3]
        if operator in {"<", "<="} or not major.isdigit():
            continue
        # above a whole major version (`>5`) is the next one
        whole = operator == ">" and (minor is None or not minor.isdigit())
        bounds.append(int(major) + 1 if whole else int(major))
    return max(bounds, default=None)

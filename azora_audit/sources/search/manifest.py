"""Which services a fleet should have: by its settings, services.json, or the packages its workspace lists."""

from __future__ import annotations

import re
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any, Final

from azora_audit.findings import Problem
from azora_audit.light_json import loads
from azora_audit.sources.files import read_text
from azora_audit.sources.found import Expected
from azora_audit.sources.search.walk import base_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from azora_audit.settings import Settings
    from azora_audit.sources.found import ServiceFiles
    from azora_audit.sources.search.walk import Tree

_GLOB: Final = re.compile(r"[*?\[{!]")


def expected_services(
    tree: Tree, services: Sequence[ServiceFiles], settings: Settings, problems: list[Problem]
) -> tuple[Expected, ...]:
    """Return the services that the fleet's manifest names.

    The settings decide where they list any, else services.json. Without either, a workspace's list says only that
    a folder below `services` must be there: not every package has a database.
    """
    if base_of(tree.root, settings):
        # a part of the fleet: what lies outside of it is not missing
        return ()
    without = {service.name for service in settings.services if not service.expected}
    names = {each.path.rpartition("/")[2]: each.name for each in reversed(services)}
    names |= {each.path: each.name for each in services} | {each.name: each.name for each in services}
    declared = _from_settings(settings) or _from_list(tree, problems)
    if declared:
        return tuple(
            each._replace(name=names.get(each.name, each.name))
            for each in declared
            if each.name not in without
        )
    return tuple(
        each._replace(name=names.get(each.name, each.name.rpartition("/")[2]))
        for each in _from_workspace(tree)
        if each.name in names or each.name not in tree.folders
    )


def _from_settings(settings: Settings) -> list[Expected]:
    source = settings.source
    if source is None or not settings.expected:
        return []
    start = source.line(("fleet", "services")) or 1
    return [
        Expected(name, source.path.name, _line_of(source.text, name, start)) for name in settings.expected
    ]


def _from_list(tree: Tree, problems: list[Problem]) -> list[Expected]:
    """Read services.json: names, or objects with a `name`, in a list or under `services`, or an object by name."""
    loaded = _json(tree, "services.json", problems)
    if loaded is None:
        return []
    text, data = loaded
    if isinstance(data, dict):
        data = data.get("services", data)
    entries = list(data) if isinstance(data, dict | list) else []
    named = [entry.get("name") if isinstance(entry, dict) else entry for entry in entries]
    names = [name for name in named if isinstance(name, str) and name]
    if not names or len(names) < len(named):
        problems.append(
            Problem(
                "not-understood",
                "",
                "services.json",
                0,
                0,
                "services.json does not list services by name.",
                'Make it a list of names, or name the services in the settings: [fleet] services = ["..."].',
            )
        )
        return []
    return [Expected(name, "services.json", _line_of(text, name)) for name in names]


def _from_workspace(tree: Tree) -> list[Expected]:
    """Return the packages below `services` that a pnpm or npm workspace names one by one."""
    files = tree.folders[""].files
    file, entries, text = "", [], ""
    if "pnpm-workspace.yaml" in files:
        file = "pnpm-workspace.yaml"
        read = read_text(tree.root / file, file)
        text = "" if isinstance(read, Problem) else read
        block = re.search(r"^packages:[ \t]*\r?\n((?:[ \t]*(?:-.*|#.*)?(?:\r?\n|\Z))*)", text, re.MULTILINE)
        if block:
            entries = re.findall(r"""^[ \t]*-[ \t]*["']?([^"'#\s]+)""", block[1], re.MULTILINE)
    elif "package.json" in files:
        file = "package.json"
        # a package.json at the root that is no JSON is reported by the service there, if there is one
        loaded = _json(tree, file, [])
        if loaded is not None and isinstance(loaded[1], dict):
            text, data = loaded
            found = data.get("workspaces")
            found = found.get("packages") if isinstance(found, dict) else found
            entries = [entry for entry in found if isinstance(entry, str)] if isinstance(found, list) else []
    paths = [entry.removeprefix("./").strip("/") for entry in entries if not _GLOB.search(entry)]
    return [Expected(path, file, _line_of(text, path)) for path in paths if path.startswith("services/")]


def _json(tree: Tree, name: str, problems: list[Problem]) -> tuple[str, Any] | None:
    if name not in tree.folders[""].files:
        return None
    text = read_text(tree.root / name, name)
    if isinstance(text, Problem):
        problems.append(text)
        return None
    try:
        return text, loads(text)
    except JSONDecodeError as error:
        reason = error.msg
        problems.append(
            Problem(
                "syntax-error",
                "",
                name,
                error.lineno,
                error.colno,
                f"{name} is not JSON: {reason}.",
                "Correct it.",
            )
        )
        return None


def _line_of(text: str, word: str, first_line: int = 1) -> int:
    """Find the line of a word from a line on: in quotes, or else without."""
    lines = text.split("\n")[first_line - 1 :]
    for shapes in ((f'"{word}"', f"'{word}'", f'/{word}"'), (word,)):
        for number, line in enumerate(lines, start=first_line):
            if any(shape in line for shape in shapes):
                return number
    return first_line

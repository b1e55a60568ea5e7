"""Which services a fleet should have: by its settings, services.json, or the packages its workspace lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from azora_audit.findings import Place, Problem
from azora_audit.sources.files import read_text
from azora_audit.sources.walk import base_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from azora_audit.settings import Settings
    from azora_audit.sources.fleet import ServiceFiles
    from azora_audit.sources.walk import Tree

_GLOB: Final = re.compile(r"[*?\[{!]")


class Expected(NamedTuple):
    """A service that the fleet should have."""

    name: str
    place: Place
    """Where it is named."""
    found: bool


def expected_services(
    tree: Tree, services: Sequence[ServiceFiles], settings: Settings, problems: list[Problem]
) -> tuple[Expected, ...]:
    """Return the services that the fleet's manifest names, with whether each was found.

    The settings decide where they list any, else services.json. Without either, a workspace's list says only that
    a folder below `services` must be there: not every package has a database.
    """
    if base_of(tree.root, settings):
        # a part of the fleet: what lies outside of it is not missing
        return ()
    without = {service.name for service in settings.services if not service.expected}
    names = {
        name for each in services for name in (each.name, each.path, each.path.rpartition("/")[2]) if name
    }
    declared = _from_settings(settings) or _from_list(tree, problems)
    if declared:
        return tuple(Expected(name, place, name in names) for name, place in declared if name not in without)
    return tuple(
        Expected(path.rpartition("/")[2], place, path in names)
        for path, place in _from_workspace(tree)
        if path in names or path not in tree.folders
    )


def _from_settings(settings: Settings) -> list[tuple[str, Place]]:
    source = settings.source
    if source is None or not settings.expected:
        return []
    start = source.line(("fleet", "services")) or 1
    return [(name, _place(source.path.name, source.text, name, start)) for name in settings.expected]


def _from_list(tree: Tree, problems: list[Problem]) -> list[tuple[str, Place]]:
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
    return [(name, _place("services.json", text, name)) for name in names]


def _from_workspace(tree: Tree) -> list[tuple[str, Place]]:
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
    return [(path, _place(file, text, path)) for path in paths if path.startswith("services/")]


def _json(tree: Tree, name: str, problems: list[Problem]) -> tuple[str, Any] | None:
    if name not in tree.folders[""].files:
        return None
    import orjson  # noqa: PLC0415 -- only where there is a manifest

    text = read_text(tree.root / name, name)
    if isinstance(text, Problem):
        problems.append(text)
        return None
    try:
        return text, orjson.loads(text)
    except orjson.JSONDecodeError as error:
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


def _place(path: str, text: str, word: str, first_line: int = 1) -> Place:
    """Find a word in quotes from a line on, or else without quotes."""
    for number, line in enumerate(text.split("\n"), start=1):
        if number < first_line:
            continue
        at = max(line.find(f'"{word}"'), line.find(f"'{word}'"))
        if at >= 0 or (at := line.find(word) - 1) >= 0:
            return Place(path, number, at + 2, number, at + 2 + len(word))
    return Place(path, first_line, 1, first_line, 1)

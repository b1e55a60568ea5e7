"""Folders of SQL migrations: which tool's they are, which files go up, and in which order.

Orders are those of the tools themselves: Prisma and Diesel apply folders by name; Flyway compares versions number
by number and runs repeatable scripts last, by description; the others count the number that a name begins with.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from azora_audit.findings import Problem
from azora_audit.records import NamedTuple
from azora_audit.sources.search.walk import join

if TYPE_CHECKING:
    from collections.abc import Callable

    from azora_audit.sources.search.walk import Folder, Tree

    Order = tuple[int, tuple[int, ...], str]

HISTORY_NAMES: Final = frozenset({"migrations", "migration", "migrate"})
"""Folders whose SQL files are migrations whatever their names are."""

NUMBERED_NAMES: Final = HISTORY_NAMES | {
    "sql", "db", "database", "schema", "schemas", "ddl", "drizzle", "versions", "deltas", "patches", "updates", "upgrades",
    "changes", "changelog", "evolutions", "init", "initdb", "postgres", "postgresql", "pg", "default",
}  # fmt: skip
"""Folders whose SQL files are migrations when their names begin with numbers."""

_FLYWAY: Final = re.compile(r"([VBR])([0-9]+(?:[._][0-9]+)*)?__(.+)\.sql\Z", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"([0-9]+)")
_NOT_UP: Final = re.compile(
    r"(?:[._-](?:down|undo|rollback|revert)\.sql\Z)|(?:^U[0-9][0-9._]*__)|(?:^down\.sql\Z)", re.IGNORECASE
)
_NO_STEP: Final = re.compile(
    r"^(?:seed|rollback|undo|down|drop|revert|test)s?(?:[._-]|\Z)|[._-](?:seed|test)s?\.sql\Z", re.IGNORECASE
)


class Migrations(NamedTuple):
    """A folder of migrations."""

    folder: str
    """Relative to the root of the tree, as the files."""
    style: str
    """prisma, diesel, flyway, golang-migrate, numbered or named."""
    files: tuple[str, ...]
    """Those that go up, in the order in which the tool applies them."""
    problems: tuple[Problem, ...]


def migrations_in(tree: Tree, folder: str, *, named: bool = False) -> Migrations | None:
    """Return the migrations that a folder holds, None if it is no such folder.

    Args:
        tree: the walked folders.
        folder: one of them.
        named: whether the settings say that it holds migrations, so that its name does not matter.
    """
    contents = tree.folders[folder]
    for script, style in (("migration.sql", "prisma"), ("up.sql", "diesel")):
        steps = sorted(name for name in contents.folders if script in _files(tree, join(folder, name)))
        if steps:
            files = tuple(join(join(folder, step), script) for step in steps)
            return Migrations(folder, style, files, _lost_steps(tree, folder, contents, script))
    scripts = [name for name in contents.files if name.endswith(".sql") and not _NOT_UP.search(name)]
    if not scripts:
        return None
    return _scripts(folder, scripts, named=named)


def _scripts(folder: str, scripts: list[str], *, named: bool) -> Migrations | None:
    if any(match[1] in "Vv" and match[2] for match in map(_FLYWAY.match, scripts) if match):
        return _ordered(folder, "flyway", scripts, _flyway_order)
    if any(script.endswith(".up.sql") for script in scripts):
        return _ordered(folder, "golang-migrate", scripts, _up_order)
    # at the root any name does: whoever points at a folder means what is in it
    if (named or not folder or _is_history(folder, NUMBERED_NAMES)) and any(map(_NUMBERED.match, scripts)):
        return _ordered(folder, "numbered", scripts, _number_order)
    if named or _is_history(folder, HISTORY_NAMES):
        return _ordered(folder, "named", scripts, _name_order)
    return None


def _is_history(folder: str, names: frozenset[str]) -> bool:
    """Whether a folder, or the folder of `migrations/billing`, has one of the names."""
    return not names.isdisjoint(folder.split("/")[-2:])


def _ordered(folder: str, style: str, scripts: list[str], order: Callable[[str], Order | None]) -> Migrations:
    steps: list[tuple[Order, str]] = []
    problems = []
    for script in scripts:
        place = order(script)
        if place is not None:
            steps.append((place, script))
        elif not _NO_STEP.search(script) and (
            style != "numbered" or folder.rpartition("/")[2] in HISTORY_NAMES
        ):
            problems.append(_no_place(join(folder, script), style))
    steps.sort()
    if style == "flyway":
        steps = _from_baseline(steps)
    if style in ("flyway", "golang-migrate"):
        problems += _repeated(folder, style, steps)
    return Migrations(folder, style, tuple(join(folder, script) for _, script in steps), tuple(problems))


def _flyway_order(name: str) -> Order | None:
    match = _FLYWAY.match(name)
    if match is None:
        return (3, (), name) if name.startswith("afterMigrate") else None
    if match[1] in "Rr":
        return (2, (), match[3])
    if match[2] is None:
        return None
    version = [int(part) for part in re.split("[._]", match[2])]
    while version and version[-1] == 0:
        version.pop()
    return (1, tuple(version), "" if match[1] in "Bb" else name)


def _from_baseline(steps: list[tuple[Order, str]]) -> list[tuple[Order, str]]:
    """Leave out what a new database never runs: everything before the newest baseline script."""
    baselines = [place for place, script in steps if script[0] in "Bb"]
    if not baselines:
        return steps
    newest = max(baselines)
    return [
        (place, script)
        for place, script in steps
        if place == newest or (place[:2] > newest[:2] and script[0] not in "Bb")
    ]


def _repeated(folder: str, style: str, steps: list[tuple[Order, str]]) -> list[Problem]:
    """Name the scripts whose version another has too: both tools refuse to run such a folder."""
    tool = {"flyway": "Flyway"}.get(style, style)
    return [
        Problem(
            "repeated-version",
            "",
            join(folder, script),
            0,
            0,
            f"{join(folder, script)} has the version of {before}: {tool} refuses such a folder.",
            "Give the younger one the next free version.",
        )
        for (earlier, before), (place, script) in pairwise(steps)
        if place[0] == 1 and place[:2] == earlier[:2]
    ]


def _up_order(name: str) -> Order | None:
    match = _NUMBERED.match(name)
    return (1, (int(match[1]),), name) if match and name.endswith(".up.sql") else None


def _number_order(name: str) -> Order | None:
    match = _NUMBERED.match(name)
    return (1, (int(match[1]),), name) if match else None


def _name_order(name: str) -> Order | None:
    if _NO_STEP.search(name):
        return None
    return (1, tuple(int(number) for number in re.findall("[0-9]+", name)), name)


def _lost_steps(tree: Tree, folder: str, contents: Folder, script: str) -> tuple[Problem, ...]:
    """Name the steps that have lost their script."""
    lost = [
        join(join(folder, name), script)
        for name in sorted(contents.folders)
        if name[0].isdigit() and script not in _files(tree, join(folder, name))
    ]
    return tuple(
        Problem(
            "missing-file",
            "",
            path,
            0,
            0,
            f"The migration {path} does not exist.",
            "Restore it, or remove its folder.",
        )
        for path in lost
    )


def _no_place(path: str, style: str) -> Problem:
    rule = {
        "flyway": "Flyway runs V1__x.sql and R__x.sql",
        "golang-migrate": "golang-migrate runs 000001_x.up.sql",
        "numbered": "its neighbours begin with their number",
        "named": "it has none",
    }[style]
    return Problem(
        "not-understood",
        "",
        path,
        0,
        0,
        f"{path} was not read: its name gives it no place in the order of the migrations ({rule}).",
        "Rename it, list the files in the settings ([services.NAME] migrations), or exclude it ([fleet] exclude).",
    )


def _files(tree: Tree, folder: str) -> list[str]:
    contents = tree.folders.get(folder)
    return contents.files if contents is not None else []

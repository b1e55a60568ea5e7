"""One walk over a fleet's folders: the files by which services are recognised, and nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from azora_audit.findings import Problem
from azora_audit.globs import Globs
from azora_audit.records import NamedTuple
from azora_audit.sources.files import not_a_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from azora_audit.settings import Settings

NEVER: Final = frozenset(
    {
        "node_modules", "bower_components", "dist", "build", "vendor", "target", "venv", "site-packages",
        "__pycache__", "coverage", "generated", "__generated__",
    }
)  # fmt: skip
"""Folders that hold what others wrote or what was generated; hidden folders are never entered either."""

TRIALS: Final = frozenset(
    {
        "test", "tests", "__tests__", "__mocks__", "mocks", "e2e", "testdata", "test-data", "fixture", "fixtures",
        "__fixtures__", "seed", "seeds", "seeders", "example", "examples", "sample", "samples",
    }
)  # fmt: skip
"""Folders whose schemas are not those of the fleet, unless the settings name them."""

_NAMES: Final = frozenset(
    {
        "package.json", "services.json", "pnpm-workspace.yaml", "migration_lock.toml", ".env.example", ".env.sample",
        ".env.template", "prisma.config.ts", "prisma.config.js", "prisma.config.mts", "go.mod", "pyproject.toml",
        "Cargo.toml", "pom.xml", "build.gradle", "build.gradle.kts", "Gemfile", "composer.json", "mix.exs", "Dockerfile",
        "index-browser.js",
    }
)  # fmt: skip
_ENDINGS: Final = (".sql", ".prisma", ".md")


class Folder(NamedTuple):
    """A folder of the fleet: names of its files that matter, and of all its folders that were entered."""

    files: list[str]
    folders: list[str]


class Tree(NamedTuple):
    """The folders below a root by their path relative to it (the root is the empty path)."""

    root: Path
    folders: dict[str, Folder]
    passed_over: list[str]
    """Folders that were not entered because their name says test or example."""
    problems: list[Problem]


def walk(root: Path, settings: Settings) -> Tree:
    """Walk the folders below a root; what cannot be entered or followed becomes a problem."""
    return _Walk(root, settings).run()


def join(folder: str, name: str) -> str:
    """Join a relative folder and a name with a forward slash."""
    return f"{folder}/{name}" if folder else name


def base_of(root: Path, settings: Settings) -> str:
    """Return what leads from the settings' folder to the root, as a prefix for paths that globs are matched with."""
    folder = settings.folder
    if folder is None:
        return ""
    relative = os.path.relpath(os.path.realpath(root), os.path.realpath(folder)).replace(os.sep, "/")
    return "" if relative == "." or relative.startswith("..") else f"{relative}/"


class _Walk:
    def __init__(self, root: Path, settings: Settings) -> None:
        self.tree = Tree(root, {}, [], [])
        self.base = base_of(root, settings)
        self.include = Globs(settings.include)
        self.exclude = Globs(settings.exclude)
        self.named = Globs([*settings.include, *_service_paths(settings)])
        self.links: list[tuple[str, str]] = []
        self.followed: set[str] = set()

    def run(self) -> Tree:
        self._descend("", str(self.tree.root))
        # after all real folders, so that a link to one of them is known to add nothing
        while self.links:
            self._follow(*self.links.pop())
        return self.tree

    def _descend(self, relative: str, path: str) -> None:
        stack = [(relative, path)]
        folders = self.tree.folders
        while stack:
            relative, path = stack.pop()
            try:
                with os.scandir(path) as entries:
                    found = list(entries)
            except OSError as error:
                self._unreadable(relative, error)
                continue
            folder = folders[relative] = Folder([], [])
            for entry in found:
                name = entry.name
                if entry.is_dir(follow_symlinks=False):
                    if self._enters(relative, name):
                        folder.folders.append(name)
                        stack.append((join(relative, name), entry.path))
                elif entry.is_symlink():
                    self.links.append((relative, name))
                elif name in _NAMES or name.endswith(_ENDINGS):
                    if entry.is_file(follow_symlinks=False):
                        self._add_file(relative, name)
                    elif not self.exclude.match(self.base + join(relative, name)):
                        self.tree.problems.append(not_a_file(join(relative, name)))

    def _add_file(self, relative: str, name: str) -> None:
        path = self.base + join(relative, name)
        if self.exclude and self.exclude.match(path):
            return
        if self.include and name.endswith((".sql", ".prisma")) and not self.named.match(path):
            return
        if self._speakable(relative, name):
            self.tree.folders[relative].files.append(name)

    def _enters(self, relative: str, name: str) -> bool:
        if name in NEVER or name[0] == ".":
            return False
        path = self.base + join(relative, name)
        if name in TRIALS and not self.named.spell_out(path):
            self.tree.passed_over.append(join(relative, name))
            return False
        if self.exclude and self.exclude.match(path):
            return False
        if self.include and not self.named.lead_to(path):
            return False
        return self._speakable(relative, name)

    def _follow(self, relative: str, name: str) -> None:
        shown = join(relative, name)
        path = str(self.tree.root / relative / name)
        target = os.path.realpath(path)
        if os.path.isfile(target):  # noqa: PTH113 -- strings here: Path objects would double the walk's time
            if name in _NAMES or name.endswith(_ENDINGS):
                self._add_file(relative, name)
        elif os.path.isdir(target):  # noqa: PTH112 -- as above
            if self._enters(relative, name):
                self._follow_folder(relative, name, target)
        elif name.endswith(_ENDINGS) or ("." not in name and name not in NEVER):
            self._problem(
                "unreadable-link",
                shown,
                f"The link {shown} leads nowhere.",
                "Correct its target, or remove it.",
            )

    def _follow_folder(self, relative: str, name: str, target: str) -> None:
        root = os.path.realpath(self.tree.root)
        inside = "" if target == root else target.removeprefix(root + os.sep).replace(os.sep, "/")
        if target == root or (inside != target and inside in self.tree.folders):
            return
        shown = join(relative, name)
        if root.startswith(target.rstrip(os.sep) + os.sep):
            self._problem(
                "unreadable-link",
                shown,
                f"The link {shown} leads to a folder that contains the fleet; it was not followed.",
                "Remove the link, or run the audit on the folder it leads to.",
            )
            return
        if target in self.followed:
            return
        self.followed.add(target)
        self.tree.folders[relative].folders.append(name)
        self._descend(shown, target)

    def _speakable(self, relative: str, name: str) -> bool:
        """Whether the name is text; names that are not cannot be shown, stored or asked for."""
        if name.isascii():
            return True
        try:
            name.encode()
        except UnicodeEncodeError:
            shown = join(relative, os.fsencode(name).decode("utf-8", "replace"))
            self._problem(
                "unreadable-file",
                shown,
                f"The name of {shown} is not UTF-8 text; it was not read.",
                "Rename it.",
            )
            return False
        return True

    def _unreadable(self, relative: str, error: OSError) -> None:
        reason = error.strerror or type(error).__name__
        self._problem(
            "unreadable-file",
            relative or ".",
            f"The folder {relative or '.'} cannot be read: {reason}.",
            "Make it readable for this user, or exclude it in the settings ([fleet] exclude).",
        )

    def _problem(self, kind: str, path: str, message: str, help_text: str) -> None:
        self.tree.problems.append(Problem(kind, "", path, 0, 0, message, help_text))


def _service_paths(settings: Settings) -> Iterator[str]:
    for service in settings.services:
        folder = service.path
        if folder is not None:
            yield folder
            for path in (*(service.prisma or ()), *(service.migrations or ()), *(service.dump or ())):
                yield f"{folder}/{path}"

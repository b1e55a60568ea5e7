r"""Finding the files that psql's `\i` and `\ir` include."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from azora_audit.catalog.facts import Facts
from azora_audit.findings import Problem
from azora_audit.sources.ddl import SqlFile
from azora_audit.sources.files import read_text

if TYPE_CHECKING:
    from pathlib import Path


class Includer:
    r"""Finds an included file beside the including one, else from the service's folder or the fleet's root.

    What psql itself would do for `\i` depends on where it is started. Nothing outside of the root is read: a schema is
    no reason to open any file of the machine.

    Attributes:
        complete: whether every file that was asked for has been read.
    """

    def __init__(self, root: Path, folder: str, facts: Facts) -> None:
        """Look below a root for a service's files.

        Args:
            root: the fleet's root.
            folder: the service's folder relative to it.
            facts: where files that were looked for and problems are noted.
        """
        self.complete = True
        self._root = root
        self._real_root = os.path.realpath(root)
        self._folder = folder
        self._facts = facts

    def again(self) -> Includer:
        """Return one that finds the same files and notes nothing."""
        return Includer(self._root, self._folder, Facts(self._facts.service))

    def __call__(self, including: str, name: str) -> SqlFile | None:
        """Return the file, empty if it cannot be read (which is a problem then), or None if there is none."""
        for folder in dict.fromkeys((including.rpartition("/")[0], self._folder, "")):
            path = os.path.normpath(os.path.join(folder, name)).replace(os.sep, "/")  # noqa: PTH118 -- relative text
            if not self._is_inside(path):
                continue
            self._facts.included.append(path)
            text = read_text(self._root / path, path, self._facts.service)
            if not isinstance(text, Problem):
                return SqlFile(path, text)
            if text.kind != "missing-file":
                self.complete = False
                self._facts.problems.append(text)
                return SqlFile(path, "")
        self.complete = False
        return None

    def _is_inside(self, path: str) -> bool:
        real = os.path.realpath(os.path.join(self._root, path))  # noqa: PTH118 -- may be no path that exists
        return not os.path.isabs(path) and real.startswith(self._real_root.rstrip(os.sep) + os.sep)  # noqa: PTH117

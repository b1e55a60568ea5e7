"""Where rules are, and a hash of what they say: light, because every run needs it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from azora_audit.errors import AzoraAuditError, RulebookError
from azora_audit.hashing import blake2b

if TYPE_CHECKING:
    from collections.abc import Iterable


def shipped_rules() -> Path:
    """Return the folder of the shipped rules: inside an installed package, or the checkout's."""
    package = Path(__file__).parent.parent
    shipped = package / "shipped" / "rules"
    return shipped if shipped.is_dir() else package.parent / "rules"


def rule_files(folder: Path) -> list[Path]:
    """Return the files that decide what a rule folder's rules say, in order.

    Raises:
        RulebookError: it is no folder.
    """
    return [folder / name for name in _names(folder)]


def digest(folders: Iterable[Path]) -> str:
    """Return a hash of everything in these rule folders that a judgement depends on.

    Raises:
        RulebookError: one is no folder.
    """
    whole = blake2b(digest_size=16)
    for folder in folders:
        for name in _names(folder):
            with open(f"{folder}/{name}", "rb") as file:  # noqa: PTH123 -- every run reads some 150 of them
                content = file.read()
            whole.update(f"{name}\0{len(content)}\0".encode())
            whole.update(content)
    return whole.hexdigest()


def _names(folder: Path) -> list[str]:
    """Return `category/name.sql` and the like; listed by scandir, because globbing costs ten times as much."""
    if not folder.is_dir():
        raise RulebookError([AzoraAuditError("is not a folder of rules", path=str(folder))])
    names = []
    with os.scandir(folder) as categories:
        for category in categories:
            if category.is_dir():
                ending = _ENDINGS.get(category.name, ".sql")
                with os.scandir(category.path) as files:
                    names += [f"{category.name}/{file.name}" for file in files if file.name.endswith(ending)]
    return sorted(names)


_ENDINGS = {"checklists": ".toml", "lexicon": ".csv"}

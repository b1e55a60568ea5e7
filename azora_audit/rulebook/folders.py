"""Where rules are, and a hash of what they say: light, because every run needs it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from azora_audit.errors import AzoraAuditError, RulebookError

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
    if not folder.is_dir():
        raise RulebookError([AzoraAuditError("is not a folder of rules", path=str(folder))])
    files = [*folder.glob("*/*.sql"), *folder.glob("checklists/*.toml"), *folder.glob("lexicon/*.csv")]
    return sorted(files)


def digest(folders: Iterable[Path]) -> str:
    """Return a hash of everything in these rule folders that a judgement depends on."""
    whole = hashlib.blake2b(digest_size=16)
    for folder in folders:
        for path in rule_files(folder):
            content = path.read_bytes()
            whole.update(f"{path.relative_to(folder)}\0{len(content)}\0".encode())
            whole.update(content)
    return whole.hexdigest()

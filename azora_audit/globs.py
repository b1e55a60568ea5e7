"""Globs of folders and files: `*` and `?` within a name, `**` across folders."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Globs:
    """A set of globs over paths with forward slashes; a glob matches a path and all that is below it."""

    def __init__(self, patterns: Iterable[str]) -> None:
        """Take patterns such as `services/*`, `**/legacy` or `packages/db/schema.prisma`."""
        self._patterns = [pattern.strip().removeprefix("./").strip("/").split("/") for pattern in patterns]

    def __bool__(self) -> bool:
        """Whether there is any glob."""
        return bool(self._patterns)

    def match(self, path: str) -> bool:
        """Whether a glob matches the path or a folder that it lies in."""
        parts = path.split("/")
        return any(_matches(parts, pattern) for pattern in self._patterns)

    def lead_to(self, folder: str) -> bool:
        """Whether something in the folder can match: it is on the way to a match, or lies in one."""
        parts = folder.split("/")
        return any(_agree(parts, pattern) for pattern in self._patterns)

    def spell_out(self, folder: str) -> bool:
        """Whether a glob has the folder's own name in it at this place, not merely a wildcard for it."""
        parts = folder.split("/")
        last = len(parts) - 1
        return any(
            len(pattern) > last and pattern[last] == parts[last] and _agree(parts, pattern)
            for pattern in self._patterns
        )


def _matches(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    if not pattern:
        return True
    if pattern[0] == "**":
        return any(_matches(parts[skipped:], pattern[1:]) for skipped in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _matches(parts[1:], pattern[1:])


def _agree(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether names and pattern agree as far as both go, and no further than the first `**`."""
    for part, wanted in zip(parts, pattern, strict=False):
        if wanted == "**":
            return True
        if not fnmatchcase(part, wanted):
            return False
    return True

"""What `azora-audit fix` makes: changed and new files, the findings that they mend, and those that are left.

Frozen data, as `findings.py` is for `check`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from azora_audit.findings import Finding, Problem


class FileChange(NamedTuple):
    """A file as it is and as it is to be; the path is relative to the fleet's root, with forward slashes."""

    path: str
    before: str | None
    """None for a new file."""
    after: str


class Left(NamedTuple):
    """A finding that has a fix which is not made, and why."""

    finding: Finding
    reason: str


class FixReport(NamedTuple):
    """All that is mended and how, and what is not."""

    changes: tuple[FileChange, ...]
    mended: tuple[Finding, ...]
    left: tuple[Left, ...]
    server: str
    """The PostgreSQL on which the migrations were tried, empty if there was nothing to try."""
    notes: tuple[str, ...]
    """Sentences about how migrations were tried: tables without rows, and statements that depend on what rows there are."""
    problems: tuple[Problem, ...]
    """What could not be read or tried; any makes the exit code 2."""

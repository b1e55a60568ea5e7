"""What a run judges by; light, because a run that remembers everything needs no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from azora_audit.engine.terms import Terms


class Choice(NamedTuple):
    """Which rules run and how: the part of the settings that judgements depend on."""

    profile: str
    rule_folders: tuple[Path, ...]
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    severity: Mapping[str, str]
    parameters: Mapping[str, Mapping[str, Any]]
    checklists: tuple[str, ...]
    """Names of the checklists that are counted."""
    terms: Terms

"""What a judgement depends on besides the catalog and the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from azora_audit.settings import AllowSettings


class Terms(NamedTuple):
    """On what terms rules are judged."""

    today: str
    """ISO date, against which allowances expire."""
    object_hashes: bool = False
    """Whether findings are to have the hash of their object: for a baseline, and else a waste of time."""
    allowances: tuple[AllowSettings, ...] = ()
    base: str = ""
    """What leads from the settings' folder to the fleet's root, for their paths."""

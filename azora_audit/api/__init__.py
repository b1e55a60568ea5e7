"""The product's sentences as functions: what the command line does, for Python programs.

Each is imported when it is first used, because a run needs one of them and start-up is felt.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azora_audit.api.accepting import Baselined, baseline
    from azora_audit.api.catalog import (
        Answer,
        FleetCatalog,
        catalog_columns,
        load_catalog,
        query,
        save_catalog,
    )
    from azora_audit.api.checking import Checked, check
    from azora_audit.api.fixing import Mended, fix, write_changes
    from azora_audit.api.own_rules import new_rule, try_rules
    from azora_audit.api.proving import Proven, obligations, prove, replay
    from azora_audit.api.rules import checklist, rule_folders, rule_page, rule_pages, rule_sheets
    from azora_audit.api.saved import load_report
    from azora_audit.api.starting import init

__all__ = [
    "Answer",
    "Baselined",
    "Checked",
    "FleetCatalog",
    "Mended",
    "Proven",
    "baseline",
    "catalog_columns",
    "check",
    "checklist",
    "fix",
    "init",
    "load_catalog",
    "load_report",
    "new_rule",
    "obligations",
    "prove",
    "query",
    "replay",
    "rule_folders",
    "rule_page",
    "rule_pages",
    "rule_sheets",
    "save_catalog",
    "try_rules",
    "write_changes",
]

_HOMES = {
    "Answer": "catalog",
    "Baselined": "accepting",
    "Checked": "checking",
    "FleetCatalog": "catalog",
    "Mended": "fixing",
    "Proven": "proving",
    "baseline": "accepting",
    "catalog_columns": "catalog",
    "check": "checking",
    "checklist": "rules",
    "fix": "fixing",
    "init": "starting",
    "load_catalog": "catalog",
    "load_report": "saved",
    "new_rule": "own_rules",
    "obligations": "proving",
    "prove": "proving",
    "query": "catalog",
    "replay": "proving",
    "rule_folders": "rules",
    "rule_page": "rules",
    "rule_pages": "rules",
    "rule_sheets": "rules",
    "save_catalog": "catalog",
    "try_rules": "own_rules",
    "write_changes": "fixing",
}


if not TYPE_CHECKING:  # type checkers would take every name as there

    def __getattr__(name: str) -> object:
        """Import what is asked for."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

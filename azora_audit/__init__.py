"""azora-audit checks fleets of PostgreSQL schemas against a checklist, with evidence.

`azora_audit.check(path)`, `azora_audit.prove(path)` and `azora_audit.query(path, sql)` are the sentences of the command
line; `azora_audit.api` has all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azora_audit.api import (
        Answer,
        Checked,
        FleetCatalog,
        Proven,
        check,
        load_catalog,
        obligations,
        prove,
        query,
    )

__all__ = [
    "Answer",
    "Checked",
    "FleetCatalog",
    "Proven",
    "check",
    "load_catalog",
    "obligations",
    "prove",
    "query",
]


if not TYPE_CHECKING:  # type checkers would take every name as there

    def __getattr__(name: str) -> object:
        """Take a sentence from the API when it is asked for."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from azora_audit import api

        return getattr(api, name)

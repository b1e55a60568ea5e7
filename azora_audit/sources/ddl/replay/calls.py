"""SELECT and CALL of functions: those of the user may contain DDL, which only running them would show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azora_audit.sources.ddl import actions
    from azora_audit.sources.ddl.replay.session import Session

_CHANGES = re.compile(r"\b(?:CREATE|ALTER|DROP|EXECUTE|GRANT|REVOKE|COMMENT\s+ON)\s", re.IGNORECASE)


def call(session: Session, action: actions.CallOf) -> None:
    """Remark a call of a function whose body may change the schema."""
    for schema, name in action.functions:
        for function in session.functions(schema, name):
            if function.language in ("sql", "plpgsql") and not _CHANGES.search(function.body):
                continue
            if function.kind == "aggregate":
                continue
            session.remark(
                "dynamic-sql",
                f'function "{name}" is called, whose body may change the schema; what it changes is not in the catalog.',
            )
            return

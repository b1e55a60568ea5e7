"""Transactions: what is rolled back never happened, so its actions are left out before the replay."""

from __future__ import annotations

from typing import Any

from azora_audit.sources.ddl.actions import EndOfTransaction, FileSwitch, SearchPath, Transaction


def without_rolled_back(items: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
    """Return the actions of one session without those that a ROLLBACK undoes.

    SET LOCAL lasts to the end of its transaction: that end is put there.
    """
    if not any(type(action) is Transaction for _start, action in items):
        return items
    kept: list[tuple[int, Any]] = []
    begin: int | None = None
    savepoints: list[tuple[str | None, int]] = []
    for start, action in items:
        if type(action) is not Transaction:
            kept.append((start, action))
            continue
        if action.verb == "begin":
            begin = len(kept) if begin is None else begin
        elif action.verb == "savepoint":
            savepoints.append((action.name, len(kept)))
        elif action.verb == "rollback-to":
            for place in range(len(savepoints) - 1, -1, -1):
                if savepoints[place][0] == action.name:
                    _undo(kept, savepoints[place][1])
                    del savepoints[place + 1 :]
                    break
        elif action.verb in ("commit", "rollback") and begin is not None:
            if action.verb == "rollback":
                _undo(kept, begin)
            elif any(type(item) is SearchPath and item.local for _at, item in kept[begin:]):
                kept.append((start, EndOfTransaction()))
            begin = None
            savepoints.clear()
    return kept


def _undo(kept: list[tuple[int, Any]], begin: int) -> None:
    """Take back what was done since; that another file was begun stays true."""
    switches = [item for item in kept[begin:] if type(item[1]) is FileSwitch]
    kept[begin:] = switches

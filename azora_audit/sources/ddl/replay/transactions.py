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
    history = _History()
    for start, action in items:
        if type(action) is Transaction:
            history.turn(start, action)
        else:
            history.kept.append((start, action))
    return history.kept


class _History:
    """What is kept so far, and where the open transaction and its savepoints began."""

    def __init__(self) -> None:
        self.kept: list[tuple[int, Any]] = []
        self._begin: int | None = None
        self._savepoints: list[tuple[str | None, int]] = []

    def turn(self, start: int, action: Transaction) -> None:
        """Follow BEGIN, COMMIT, ROLLBACK and savepoints."""
        if action.verb == "begin":
            self._begin = len(self.kept) if self._begin is None else self._begin
        elif action.verb == "savepoint":
            self._savepoints.append((action.name, len(self.kept)))
        elif action.verb == "rollback-to":
            self._back_to(action.name)
        elif action.verb in ("commit", "rollback") and self._begin is not None:
            if action.verb == "rollback":
                _undo(self.kept, self._begin)
            elif any(type(item) is SearchPath and item.local for _at, item in self.kept[self._begin :]):
                self.kept.append((start, EndOfTransaction()))
            self._begin = None
            self._savepoints.clear()

    def _back_to(self, name: str | None) -> None:
        for place in range(len(self._savepoints) - 1, -1, -1):
            if self._savepoints[place][0] == name:
                _undo(self.kept, self._savepoints[place][1])
                del self._savepoints[place + 1 :]
                return


def _undo(kept: list[tuple[int, Any]], begin: int) -> None:
    """Take back what was done since; that another file was begun stays true."""
    switches = [item for item in kept[begin:] if type(item[1]) is FileSwitch]
    kept[begin:] = switches

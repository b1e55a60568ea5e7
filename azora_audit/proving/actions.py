"""What deleting rows has to do by the actions that foreign keys declare: a prediction, row by row."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from azora_audit.proving.model import ForeignKey
    from azora_audit.proving.snapshot import Reference, RowId, Snapshot


class Predicted(NamedTuple):
    """What has to become of rows when others are deleted."""

    removed: frozenset[RowId]
    """Those that are deleted, too."""
    changed: dict[RowId, dict[str, str]]
    """Columns that get NULL (n), their default (d) or what their parent got (p)."""
    acting: tuple[Reference, ...]
    """The references of which one end is deleted, from the deleted rows outwards."""
    stops: frozenset[tuple[int, str]]
    """Foreign keys, by table and name, that refuse it."""
    may_stop: frozenset[tuple[int, str]]
    """Those that refuse it or not, by the order in which PostgreSQL comes to them."""
    doubtful: frozenset[RowId]
    """Rows for which two keys that share columns have different actions: the first wins, and PostgreSQL orders them."""


class Actions:
    """The actions of foreign keys on some rows."""

    def __init__(self, rows: Snapshot, references: Iterable[Reference]) -> None:
        """Take the rows and which of them refer to which."""
        self._rows = rows
        self._children: defaultdict[RowId, list[Reference]] = defaultdict(list)
        for reference in references:
            self._children[reference.parent].append(reference)

    def referring(self, row: RowId) -> list[Reference]:
        """Return the references to a row."""
        return self._children.get(row, [])

    def after_deleting(self, roots: Iterable[RowId], without: Collection[tuple[int, str]] = ()) -> Predicted:
        """Predict what one statement does that deletes some rows, where some foreign keys (table, name) are not there."""
        course = _Course(self._rows, self._children, without)
        course.delete(list(roots))
        return course.predicted()


class _Course:
    """One prediction as it grows."""

    def __init__(
        self,
        rows: Snapshot,
        children: Mapping[RowId, list[Reference]],
        without: Collection[tuple[int, str]],
    ) -> None:
        self._rows = rows
        self._children = children
        self._without = without
        self._removed: dict[RowId, None] = {}
        self._changed: defaultdict[RowId, dict[str, str]] = defaultdict(dict)
        self._acting: list[Reference] = []
        self._refusing: list[Reference] = []
        self._asked: list[Reference] = []
        """Those that refuse a change only if the default is another value than the one that was there."""
        self._touched: defaultdict[RowId, list[tuple[ForeignKey, str]]] = defaultdict(list)

    def delete(self, roots: list[RowId]) -> None:
        self._removed = dict.fromkeys(roots)
        queue = list(roots)
        for parent in queue:
            for reference in self._referring(parent):
                action, child = reference.key.on_delete, reference.child
                self._acting.append(reference)
                self._touched[child].append((reference.key, action))
                if action == "c" and child not in self._removed:
                    self._removed[child] = None
                    queue.append(child)
                elif action in "nd" and child not in self._removed:
                    self._change(child, reference.key.delete_columns or reference.key.columns, action)
                elif action in "ar":
                    self._refusing.append(reference)

    def _referring(self, row: RowId) -> list[Reference]:
        """Return the references to a row by keys that are there."""
        found = self._children.get(row, [])
        if not self._without:
            return found
        return [one for one in found if (self._rows[one.child].table, one.key.name) not in self._without]

    def _change(self, row: RowId, names: Iterable[str], kind: str) -> None:
        """Note that columns of a row change, and what that does to the rows that refer to them."""
        new = {name: kind for name in names if name not in self._changed[row]}
        self._changed[row] |= new
        for reference in self._referring(row) if new else ():
            key = reference.key
            hit = [name for name, other in zip(key.columns, key.target_columns, strict=True) if other in new]
            if not hit:
                continue
            self._touched[reference.child].append((key, "n" if key.on_update in "cnd" else key.on_update))
            if key.on_update == "c":
                self._change(reference.child, hit, "n" if kind == "n" else "p")
            elif key.on_update in "nd":
                self._change(reference.child, key.columns, key.on_update)
            else:
                (self._refusing if kind == "n" else self._asked).append(reference)

    def predicted(self) -> Predicted:
        stops: set[tuple[int, str]] = set()
        may: set[tuple[int, str]] = set()
        doubtful = [row for row, keys in self._touched.items() if _disagree(keys)]
        # of a row that is changed and deleted, it depends on which comes first what the change does to others
        doubtful += [row for row, names in self._changed.items() if names and row in self._removed]
        for row in doubtful:
            # what becomes of those that refer to it depends on what becomes of it
            doubtful += {one.child: None for one in self._referring(row) if one.child not in doubtful}
        for reference in self._refusing:
            child = reference.child
            name = self._rows[child].table, reference.key.name
            freed = child in self._removed or set(reference.key.columns) & self._changed[child].keys()
            if {child, reference.parent} & set(doubtful):
                may.add(name)
            elif not freed:
                stops.add(name)
            elif child != reference.parent:
                # asked for each row when its turn comes: before the other key takes the child away, or after
                may.add(name)
        may |= {(self._rows[reference.child].table, reference.key.name) for reference in self._asked}
        changed = {row: names for row, names in self._changed.items() if names and row not in self._removed}
        return Predicted(
            frozenset(self._removed),
            changed,
            tuple(self._acting),
            frozenset(stops),
            frozenset(may - stops),
            frozenset(doubtful),
        )


def _disagree(keys: list[tuple[ForeignKey, str]]) -> bool:
    """Tell whether two keys of a row share a column and one of them takes its value away before the other asks."""
    return any(
        one is not other and set(one.columns) & set(other.columns) and {action, different} & {"n", "d"}
        for one, action in keys
        for other, different in keys
    )

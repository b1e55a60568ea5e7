"""Columns that must hold one value in a consistent set of rows: those that foreign keys tie together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from azora_audit.proving.model import ForeignKey, Schema, Table

Place = tuple[int, str]
"""A column: its table and its name."""


class Classes:
    """Union-find over columns."""

    def __init__(self) -> None:
        """Begin with each column for itself."""
        self._parents: dict[Place, Place] = {}

    def find(self, place: Place) -> Place:
        """Return the column that stands for the class of this one."""
        parent = self._parents.get(place, place)
        if parent == place:
            return place
        self._parents[place] = self.find(parent)
        return self._parents[place]

    def join(self, one: Place, other: Place) -> None:
        """Put two classes together."""
        self._parents[self.find(one)] = self.find(other)


def tie(schema: Schema, broken: Iterable[Place]) -> Classes:
    """Return the classes that foreign keys make, but for those of which a column is NULL."""
    classes, left_out = Classes(), set(broken)
    for table in schema.values():
        for key in table.foreign_keys:
            if key.target in schema and not any((table.oid, name) in left_out for name in key.columns):
                for name, target in zip(key.columns, key.target_columns, strict=True):
                    classes.join((table.oid, name), (key.target, target))
    return classes


def nullable(table: Table, key: ForeignKey) -> list[str]:
    """Return the columns of a foreign key that may be NULL, all of them or none for MATCH FULL."""
    names = [
        name for name in key.columns if not table.columns[name].required and not table.columns[name].generated
    ]
    return names if len(names) == len(key.columns) or not key.match_full else []


def components(schema: Schema, broken: set[Place]) -> Iterator[list[int]]:
    """Yield strongly connected tables, parents first (Tarjan); foreign keys with a NULL do not count."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()

    def targets(oid: int) -> list[int]:
        table = schema[oid]
        return [
            key.target
            for key in table.foreign_keys
            if key.target in schema and not any((oid, name) in broken for name in key.columns)
        ]

    for root in schema:
        if root in index:
            continue
        work: list[tuple[int, Iterator[int]]] = [(root, iter(targets(root)))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, rest = work[-1]
            following = next(rest, None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    at = stack.index(node)
                    found = stack[at:]
                    del stack[at:]
                    on_stack.difference_update(found)
                    yield found
            elif following not in index:
                index[following] = low[following] = len(index)
                stack.append(following)
                on_stack.add(following)
                work.append((following, iter(targets(following))))
            elif following in on_stack:
                low[node] = min(low[node], index[following])


def break_cycles(schema: Schema) -> set[Place]:
    """Return nullable foreign key columns to leave NULL so that fewer tables need each other."""
    broken: set[Place] = set()
    for component in components(schema, broken):
        if len(component) < 2:  # noqa: PLR2004 -- a table that refers to itself needs no other
            continue
        members = set(component)
        for oid in component:
            for key in schema[oid].foreign_keys:
                if key.target in members and key.target != oid:
                    broken.update((oid, name) for name in nullable(schema[oid], key))
    return broken

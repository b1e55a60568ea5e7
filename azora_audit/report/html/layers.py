"""Layers for the boxes of a layout: arcs go from a lower layer to a higher one, but for those that close a cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Acyclic(NamedTuple):
    """Arcs without those that close a cycle, and the boxes such that each stands behind all that its arcs lead to."""

    forward: dict[int, list[int]]
    finished: list[int]


def layers(members: Sequence[int], arcs: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Return the layer of each member, from 0, by the longest path.

    Args:
        members: numbers of boxes.
        arcs: pairs of members, the one for the lower layer first.
    """
    forward, finished = _without_cycles(members, arcs)
    layer = dict.fromkeys(members, 0)
    for box in reversed(finished):
        for child in forward[box]:
            layer[child] = max(layer[child], layer[box] + 1)
    led_to = {child for below in forward.values() for child in below}
    for box in finished:
        if (
            box not in led_to and forward[box]
        ):  # what nothing leads to stands beside the nearest that it leads to
            layer[box] = min(layer[child] for child in forward[box]) - 1
    return layer


def _without_cycles(members: Sequence[int], arcs: Sequence[tuple[int, int]]) -> _Acyclic:
    children: dict[int, list[int]] = {box: [] for box in members}
    for parent, child in arcs:
        children[parent].append(child)
    led_to = {child for _, child in arcs}
    found = _Acyclic({box: [] for box in members}, [])
    begun: set[int] = set()
    for root in sorted(members, key=lambda box: (box in led_to, box)):
        if root not in begun:
            _walk(root, children, begun, found)
    return found


def _walk(root: int, children: dict[int, list[int]], begun: set[int], found: _Acyclic) -> None:
    """Walk depth first; an arc to a box whose walk has begun and not ended closes a cycle."""
    open_ = {root}
    begun.add(root)
    stack = [(root, iter(children[root]))]
    while stack:
        box, rest = stack[-1]
        child = next(rest, None)
        if child is None:
            open_.discard(box)
            found.finished.append(box)
            stack.pop()
        elif child not in open_:
            found.forward[box].append(child)
            if child not in begun:
                begun.add(child)
                open_.add(child)
                stack.append((child, iter(children[child])))

"""Lays a diagram out: boxes in layers from left to right, what refers to the right of what it refers to.

A layered layout after Sugiyama: cycles are broken, boxes get layers by the longest path, layers that are too tall are
wrapped, edges over several layers bend through points in each, boxes are ordered by barycentres, and heights are
the least squares that keep the order (isotonic regression), so that most edges run level. Whatever is not connected is
packed beside it. Integers in, integers out, the same for the same input; nothing here knows what a table is.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from math import sqrt
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from azora_audit.records import NamedTuple
from azora_audit.report.html.layers import layers
from azora_audit.report.html.levels import levelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LAYER_GAP: Final = 72
"""Between two layers, from side to side: room for the curves."""
BOX_GAP: Final = 26
"""Between two boxes of a layer."""
BEND_GAP: Final = 10
"""Between an edge that passes a layer and its neighbours there."""
PART_GAP: Final = 40
"""Between parts that no edge connects."""
ASPECT: Final = 1.6
"""Width by height that a diagram tries to have."""

_ORDER_SWEEPS: Final = 12
_LEVEL_SWEEPS: Final = 8
_BOX_WEIGHT, _BEND_WEIGHT = 4.0, 1.0


class Box(NamedTuple):
    """A box to place, by its size."""

    width: int
    height: int


class Edge(NamedTuple):
    """An edge between boxes by their numbers: `child` refers to `parent`; ports are offsets from the boxes' tops.

    Edges of one `kind` that begin at the same port run together until they part.
    """

    child: int
    parent: int
    child_port: int
    parent_port: int
    kind: int = 0


class Layout(NamedTuple):
    """Where everything is: a corner for each box, and for each edge its points from child to parent (none for loops)."""

    width: int
    height: int
    corners: list[tuple[int, int]]
    points: list[list[tuple[int, int]]]


class _Node:
    """A box or, without `box`, a bend of an edge in one layer."""

    __slots__ = ("box", "height", "layer", "left", "place", "right", "top", "width")

    def __init__(self, box: int | None, layer: int, width: int, height: int) -> None:
        self.box = box
        self.layer = layer
        self.width = width
        self.height = height
        self.place = 0
        self.top = 0.0
        self.left: list[tuple[_Node, int]] = []
        """Neighbours in the layer before, with the difference of the ports: where this one's top would be level."""
        self.right: list[tuple[_Node, int]] = []


def lay_out(boxes: Sequence[Box], edges: Sequence[Edge]) -> Layout:
    """Place boxes and edges."""
    corners = [(0, 0)] * len(boxes)
    points: list[list[tuple[int, int]]] = [[] for _ in edges]
    sizes = []
    parts = _parts(len(boxes), edges)
    part_of = {box: number for number, members in enumerate(parts) for box in members}
    inside: list[list[int]] = [[] for _ in parts]
    for number, edge in enumerate(edges):
        inside[part_of[edge.child]].append(number)
    for members, numbers in zip(parts, inside, strict=True):
        sizes.append(_place_part(sorted(members), numbers, boxes, edges, corners, points))
    offsets, width, height = _packed(sizes)
    for box, (left, top) in enumerate(corners):
        x, y = offsets[part_of[box]]
        corners[box] = (left + x, top + y)
    for number, edge in enumerate(edges):
        x, y = offsets[part_of[edge.child]]
        points[number] = [(left + x, top + y) for left, top in points[number]]
    return Layout(width, height, corners, points)


def _parts(count: int, edges: Iterable[Edge]) -> list[set[int]]:
    """Return the connected parts, the largest first."""
    part = {number: {number} for number in range(count)}
    for edge in edges:
        one, other = part[edge.child], part[edge.parent]
        if one is not other:
            if len(one) < len(other):
                one, other = other, one
            one |= other
            for number in other:
                part[number] = one
    distinct = {id(members): members for members in part.values()}
    return sorted(distinct.values(), key=lambda members: (-len(members), min(members)))


def _place_part(
    members: list[int],
    inside: list[int],
    boxes: Sequence[Box],
    edges: Sequence[Edge],
    corners: list[tuple[int, int]],
    points: list[list[tuple[int, int]]],
) -> tuple[int, int]:
    """Place one connected part with its corner at 0, 0; return its size."""
    numbers = [number for number in inside if edges[number].child != edges[number].parent]
    arcs = [(edges[number].parent, edges[number].child) for number in numbers]
    layer = _wrapped(members, layers(members, arcs), boxes)
    nodes = {box: _Node(box, layer[box], *boxes[box]) for box in members}
    everything = list(nodes.values())
    bends: dict[tuple[int, ...], _Node] = {}
    chains = {number: _chain(edges[number], nodes, bends) for number in numbers}
    everything += bends.values()
    ordered = _ordered(everything)
    _level(ordered)
    lefts, width = _columns(ordered)
    for node in everything:
        if node.box is not None:
            corners[node.box] = (lefts[node.layer], round(node.top))
    for number, chain in chains.items():
        points[number] = _points(edges[number], chain, nodes, lefts)
    return width, max(round(node.top) + node.height for node in everything)


def _wrapped(members: list[int], layer: dict[int, int], boxes: Sequence[Box]) -> dict[int, int]:
    """Divide layers that are much taller than the part should be; arcs still go to a higher layer."""
    area = sum((boxes[box].width + LAYER_GAP) * (boxes[box].height + BOX_GAP) for box in members)
    tallest = max(sqrt(area / ASPECT), *(boxes[box].height for box in members))
    wrapped: dict[int, int] = {}
    number = -1
    for each in sorted(set(layer.values())):
        room = 0.0
        for box in (box for box in members if layer[box] == each):
            height = boxes[box].height + BOX_GAP
            if room < height:
                number += 1
                room = tallest * 1.35
            wrapped[box] = number
            room -= height
    return wrapped


def _chain(edge: Edge, nodes: dict[int, _Node], bends: dict[tuple[int, ...], _Node]) -> list[_Node]:
    """Connect the boxes of an edge through a bend in each layer between them; return all from left to right."""
    ends = [(edge.parent, edge.parent_port), (edge.child, edge.child_port)]
    ends.sort(key=lambda end: nodes[end[0]].layer)
    (first, first_port), (last, last_port) = ends
    chain, ports = [nodes[first]], [first_port]
    for layer in range(nodes[first].layer + 1, nodes[last].layer):
        bend = bends.setdefault((first, first_port, edge.kind, layer), _Node(None, layer, 0, 0))
        chain.append(bend)
        ports.append(0)
    chain.append(nodes[last])
    ports.append(last_port)
    for place, (one, other) in enumerate(pairwise(chain)):
        difference = ports[place + 1] - ports[place]
        if (other, difference) not in one.right:
            one.right.append((other, difference))
            other.left.append((one, -difference))
    return chain


def _ordered(everything: list[_Node]) -> list[list[_Node]]:
    """Return the layers, each in the order that barycentres give."""
    rows: list[list[_Node]] = [[] for _ in range(1 + max(node.layer for node in everything))]
    for node in everything:
        rows[node.layer].append(node)
    for layer in rows:
        boxes, bends = [[node for node in layer if (node.box is None) is bend] for bend in (False, True)]
        half = (
            len(boxes) // 2
        )  # what nothing draws elsewhere passes through the middle, so that both sides are as far
        layer[:] = [*boxes[:half], *bends, *boxes[half:]]
        for place, node in enumerate(layer):
            node.place = place
    best, fewest = [list(layer) for layer in rows], _crossings(rows)
    for sweep in range(_ORDER_SWEEPS):
        to_right = sweep % 2 == 0
        for layer in rows if to_right else reversed(rows):
            keyed = [(_barycentre(node, to_right), node.place, node) for node in layer]
            keyed.sort(key=itemgetter(0, 1))
            layer[:] = [node for _, _, node in keyed]
            for place, node in enumerate(layer):
                node.place = place
        crossings = _crossings(rows)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in rows], crossings
    for layer in best:
        for place, node in enumerate(layer):
            node.place = place
    return best


def _barycentre(node: _Node, to_right: bool) -> float:
    neighbours = node.left if to_right else node.right
    if not neighbours:
        return float(node.place)
    return sum(other.place for other, _ in neighbours) / len(neighbours)


def _crossings(rows: list[list[_Node]]) -> int:
    """Count the crossings between neighbouring layers, by inversions."""
    total = 0
    for layer in rows:
        ends = [
            other.place for node in layer for other, _ in sorted(node.right, key=lambda pair: pair[0].place)
        ]
        seen: list[int] = []
        for end in ends:
            at = bisect_right(seen, end)
            total += len(seen) - at
            seen.insert(at, end)
    return total


def _level(rows: list[list[_Node]]) -> None:
    """Give every node its top."""
    for layer in rows:
        top = 0.0
        for node in layer:
            node.top = top
            top += node.height + _gap(node)
    for sweep in range(_LEVEL_SWEEPS):
        to_right = sweep % 2 == 0
        for layer in rows if to_right else reversed(rows):
            _settle(layer, both=sweep > 1, to_right=to_right)
    least = min(node.top for layer in rows for node in layer)
    for layer in rows:
        for node in layer:
            node.top -= least


def _settle(layer: list[_Node], *, both: bool, to_right: bool) -> None:
    wishes, weights, distances = [], [], []
    for node in layer:
        neighbours = [*node.left, *node.right] if both else (node.left if to_right else node.right)
        wish = (
            sum(other.top - difference for other, difference in neighbours) / len(neighbours)
            if neighbours
            else node.top
        )
        wishes.append(wish)
        weights.append(_BOX_WEIGHT if node.box is not None else _BEND_WEIGHT)
        distances.append(node.height + _gap(node))
    for node, top in zip(layer, levelled(wishes, weights, distances), strict=True):
        node.top = top


def _gap(node: _Node) -> int:
    return BEND_GAP if node.box is None else BOX_GAP


def _columns(rows: list[list[_Node]]) -> tuple[list[int], int]:
    """Return the left side of each layer, and the width of all; an edge passes a layer level from side to side."""
    lefts, x = [], 0
    for layer in rows:
        lefts.append(x)
        crowd = sum(len(node.right) for node in layer)
        x += max(node.width for node in layer) + LAYER_GAP + min(4 * crowd, 80)
    for layer in rows:
        widest = max(node.width for node in layer)
        for node in layer:
            node.width = widest if node.box is None else node.width
    return lefts, lefts[-1] + max(node.width for node in rows[-1])


def _points(
    edge: Edge, chain: list[_Node], nodes: dict[int, _Node], lefts: list[int]
) -> list[tuple[int, int]]:
    """Return the points of an edge from its child to its parent."""
    points = []
    for place, node in enumerate(chain):
        x = lefts[node.layer]
        if node.box is None:
            points += [(x, round(node.top)), (x + node.width, round(node.top))]
            continue
        port = edge.child_port if node is nodes[edge.child] else edge.parent_port
        points.append((x + node.width if place == 0 else x, round(node.top) + port))
    return points if chain[0] is nodes[edge.child] else points[::-1]


def _packed(sizes: list[tuple[int, int]]) -> tuple[list[tuple[int, int]], int, int]:
    """Put parts in rows, in their order; return their offsets and the size of all."""
    area = sum((width + PART_GAP) * (height + PART_GAP) for width, height in sizes)
    row_width = max([sqrt(area * ASPECT), *(width for width, _ in sizes)], default=0)
    offsets, x, y, tallest, widest = [], 0, 0, 0, 0
    for width, height in sizes:
        if x and x + width > row_width:
            x, y, tallest = 0, y + tallest + PART_GAP, 0
        offsets.append((x, y))
        widest = max(widest, x + width)
        x += width + PART_GAP
        tallest = max(tallest, height)
    return offsets, widest, y + tallest

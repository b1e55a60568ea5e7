"""Layouts of drawn diagrams: nothing overlaps, edges meet their boxes, and levels are the best that order allows."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azora_audit.report.html.layers import layers
from azora_audit.report.html.layout import Box, Edge, Layout, lay_out
from azora_audit.report.html.levels import levelled

boxes_ = st.lists(st.builds(Box, st.integers(40, 300), st.integers(30, 400)), min_size=1, max_size=14)


@st.composite
def diagrams(draw: st.DrawFn) -> tuple[list[Box], list[Edge]]:
    boxes = draw(boxes_)
    number = st.integers(0, len(boxes) - 1)
    pairs = draw(st.lists(st.tuples(number, number), max_size=25))
    return boxes, [
        Edge(one, other, draw(st.integers(0, boxes[one].height)), draw(st.integers(0, boxes[other].height)))
        for one, other in pairs
    ]


def overlapping(layout: Layout, boxes: list[Box]) -> list[tuple[int, int]]:
    found = []
    for one, (left, top) in enumerate(layout.corners):
        for other, (other_left, other_top) in enumerate(layout.corners[:one]):
            apart = (
                left + boxes[one].width <= other_left
                or other_left + boxes[other].width <= left
                or top + boxes[one].height <= other_top
                or other_top + boxes[other].height <= top
            )
            if not apart:
                found.append((other, one))
    return found


@settings(max_examples=300)
@given(diagrams())
def test_boxes_never_overlap_and_lie_within_the_drawing(diagram: tuple[list[Box], list[Edge]]) -> None:
    boxes, edges = diagram
    layout = lay_out(boxes, edges)
    assert not overlapping(layout, boxes)
    for box, (left, top) in zip(boxes, layout.corners, strict=True):
        assert 0 <= left <= layout.width - box.width
        assert 0 <= top <= layout.height - box.height


@settings(max_examples=300)
@given(diagrams())
def test_edges_run_from_side_to_side_and_past_the_boxes_between(
    diagram: tuple[list[Box], list[Edge]],
) -> None:
    boxes, edges = diagram
    layout = lay_out(boxes, edges)
    for edge, points in zip(edges, layout.points, strict=True):
        if edge.child == edge.parent:
            assert points == []
            continue
        for (x, y), box, port in (
            (points[0], edge.child, edge.child_port),
            (points[-1], edge.parent, edge.parent_port),
        ):
            left, top = layout.corners[box]
            assert x in {left, left + boxes[box].width}
            assert y == top + port
        sideways = [after[0] - before[0] for before, after in pairwise(points)]
        assert all(step > 0 for step in sideways) or all(step < 0 for step in sideways)
        for (x, y), (after_x, after_y) in pairwise(points[1:-1]):
            if y == after_y and abs(after_x - x) > 0:
                assert not crossed(layout, boxes, sorted((x, after_x)), y)


def crossed(layout: Layout, boxes: list[Box], xs: list[int], y: int) -> list[int]:
    """The boxes of the layer that a level piece of an edge passes and goes through."""
    return [
        number
        for number, (left, top) in enumerate(layout.corners)
        if left == xs[0] and top < y < top + boxes[number].height
    ]


@given(diagrams())
def test_the_same_is_always_laid_out_the_same(diagram: tuple[list[Box], list[Edge]]) -> None:
    assert lay_out(*diagram) == lay_out(*diagram)


def test_nothing_is_nothing() -> None:
    assert lay_out([], []) == Layout(0, 0, [], [])


def test_what_refers_stands_to_the_right_of_what_it_refers_to() -> None:
    box = Box(100, 50)
    layout = lay_out([box] * 4, [Edge(1, 0, 9, 9), Edge(2, 1, 9, 9), Edge(2, 0, 9, 9), Edge(3, 3, 9, 9)])
    lefts = [left for left, _ in layout.corners]
    assert lefts[0] < lefts[1] < lefts[2]
    assert len(layout.points[2]) == 4, "round the box between"


def test_a_hub_is_wrapped_and_a_crowd_of_single_tables_is_packed() -> None:
    box = Box(200, 100)
    for edges in ([Edge(number, 0, 40, 40) for number in range(1, 60)], []):
        layout = lay_out([box] * 60, edges)
        assert 0.5 < layout.width / layout.height < 4


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30))
def test_only_cycles_keep_an_arc_from_going_to_a_higher_layer(arcs: list[tuple[int, int]]) -> None:
    found = layers(range(10), arcs)
    assert min(found.values()) >= 0
    reach = {number: {number} for number in range(10)}
    for _ in range(10):
        for one, other in arcs:
            reach[one] |= reach[other]
    for one, other in arcs:
        if one not in reach[other]:
            assert found[one] < found[other]


wishes_ = st.lists(st.tuples(st.integers(0, 6), st.integers(1, 3), st.integers(0, 2)), min_size=1, max_size=4)


@given(wishes_)
def test_levels_keep_their_distance_and_nothing_on_a_grid_is_nearer(
    wanted: list[tuple[int, int, int]],
) -> None:
    wishes, weights, distances = (list(map(float, each)) for each in zip(*wanted, strict=True))
    found = levelled(wishes, weights, distances)

    def cost(places: list[float]) -> float:
        return sum(
            weight * (place - wish) ** 2 for place, wish, weight in zip(places, wishes, weights, strict=True)
        )

    def allowed(places: list[float]) -> bool:
        return all(
            after - before >= distance - 1e-9
            for before, after, distance in zip(places, places[1:], distances, strict=False)
        )

    assert allowed(found)
    grid = [float(value) for value in range(-3, 10)]
    best = min(cost(list(places)) for places in product(grid, repeat=len(wishes)) if allowed(list(places)))
    assert cost(found) <= best + 1e-9


@pytest.mark.parametrize("tables", [7, 51])
def test_a_usual_schema_is_laid_out_at_once_and_wider_than_high(tables: int) -> None:
    edges = [Edge(child, (child * 7) % child, 60, 40) for child in range(1, tables)]
    edges += [Edge(child, child // 2, 80, 40) for child in range(2, tables, 2)]
    layout = lay_out([Box(180, 120)] * tables, edges)
    assert layout.width > layout.height

"""Isotonic regression: places as near to what is wished as their order and distances allow."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def levelled(wishes: Sequence[float], weights: Sequence[float], distances: Sequence[float]) -> list[float]:
    """Return the places with the least weighted squares of their differences from `wishes`.

    Each is at least `distances[n]` after the one before it, n being that one. By pooling adjacent violators: wishes
    less the distances before them have to become a sequence that does not fall, and neighbours that fall share their mean.
    """
    before = list(accumulate(distances, initial=0.0))[: len(wishes)]
    pools: list[tuple[float, float, int]] = []  # mean, weight, members
    for wish, weight, offset in zip(wishes, weights, before, strict=True):
        mean, total, members = wish - offset, weight, 1
        while pools and pools[-1][0] > mean:
            other_mean, other_total, other_members = pools.pop()
            mean = (mean * total + other_mean * other_total) / (total + other_total)
            total += other_total
            members += other_members
        pools.append((mean, total, members))
    means = [mean for mean, _, members in pools for _ in range(members)]
    return [mean + offset for mean, offset in zip(means, before, strict=True)]

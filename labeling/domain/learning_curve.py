"""How a model gets better with the number of objects it has learned from: fast at first, then slowly."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Fewer different numbers of objects than this say nothing about how the curve bends.
FEWEST = 3
# Exponents that are tried: a curve that hardly bends, up to one that has arrived after a few objects.
LOWEST, HIGHEST, STEPS = 0.05, 2.0, 118
# Sums of squares nearer to each other than this are equal but for rounding; the slower curve promises less.
EQUAL = 1e-12


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """IoU at n objects: `limit - scale * n ** -exponent`, learned from `first` objects and more."""

    limit: float
    scale: float
    exponent: float
    first: int

    def at(self, count: int) -> float:
        """Return the IoU to be expected with so many objects, at least one."""
        return self.limit - self.scale * math.pow(count, -self.exponent)

    def sampled(self, *, to: int, most: int) -> list[tuple[int, float]]:
        """Return up to `most` points from the first number of objects on, evenly, `to` being the last."""
        span = to - self.first
        steps = min(most - 1, span)
        counts = [self.first + round(span * step / steps) for step in range(steps + 1)] if steps > 0 else [to]
        return [(count, self.at(count)) for count in counts]


def fit(points: Sequence[tuple[int, float]]) -> LearningCurve | None:
    """Return the curve with the least squares through (objects, IoU); None where the points do not bend one.

    A curve never falls and never passes 1. Points without objects are where learning starts, and no part of
    it.
    """
    learned = [(count, value) for count, value in points if count > 0]
    if len({count for count, _ in learned}) < FEWEST:
        return None
    best: tuple[float, LearningCurve] | None = None
    first = min(count for count, _ in learned)
    for step in range(STEPS):
        exponent = LOWEST + (HIGHEST - LOWEST) * step / (STEPS - 1)
        limit, scale = _line([(math.pow(count, -exponent), value) for count, value in learned])
        curve = LearningCurve(limit, scale, exponent, first)
        error = sum((curve.at(count) - value) ** 2 for count, value in learned)
        if best is None or error < best[0] - EQUAL:
            best = error, curve
    return best[1] if best else None


def expected_gain(curve: LearningCurve, *, at: int, further: int) -> float:
    """Return how much IoU `further` objects bring to who has learned from `at`."""
    return curve.at(at + further) - curve.at(max(at, 1))


def _line(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return limit and scale of `y = limit - scale * x` with least squares, scale >= 0 and limit <= 1."""
    count = len(points)
    mean_x = sum(x for x, _ in points) / count
    mean_y = sum(y for _, y in points) / count
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    scale = -sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread > 0 else 0.0
    if scale <= 0:
        return min(mean_y, 1.0), 0.0
    limit = mean_y + scale * mean_x
    if limit > 1.0:
        return 1.0, max(sum(x * (1 - y) for x, y in points) / sum(x * x for x, _ in points), 0.0)
    return limit, scale

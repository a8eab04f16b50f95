"""Whether new weights are better than old ones: the same objects, clicked alike, compared in pairs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.evaluate import GOOD, MOST_CLICKS, VERY_GOOD, Outcome
from ml.metrics import clicks_to, share_above
from ml.predictor import EXTREME_POINTS

CONFIDENCE = 0.95
RESAMPLED = 4000
# Fewer groups than this say nothing about the next ones: an interval over them would be made of luck.
FEWEST_GROUPS = 8

_Figure = Callable[[Sequence[Outcome]], float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two predictors on the same objects, four clicks each; before and after.

    Attributes:
        n: objects; groups: what they are resampled by, such as photographs.
        mean_iou, share_85, clicks_to_90, latency_p50_ms: of both, see `ml.evaluate`.
        gain: mean of the objects' differences in intersection over union.
        low, high: bounds of its 95 % interval.
        gains: the difference of each object, in the order they came.
    """

    n: int
    groups: int
    mean_iou: tuple[float, float]
    share_85: tuple[float, float]
    clicks_to_90: tuple[float, float]
    latency_p50_ms: tuple[float, float]
    gain: float
    low: float
    high: float
    gains: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class GateRules:
    """What new weights have to show.

    Attributes:
        least_gain: the interval of the gain on held-out objects has to lie above it.
        most_loss: on the check set the gain's interval has to reach above minus this.
        slower: the factor that a click may take longer.
        most_megabytes: how large the file may be.
    """

    least_gain: float = 0.0
    most_loss: float = 0.01
    slower: float = 1.5
    most_megabytes: float = 250.0


def compare(
    before: Sequence[Outcome], after: Sequence[Outcome], *, groups: Sequence[str], seed: int = 0
) -> Comparison:
    """Compare outcomes of the same objects in the same order.

    `groups` says for each object what it has in common with others: objects of one photograph are resampled
    together, since ten cells of one image are not ten images. Raises `ValueError` when the objects differ.
    """
    if [one.name for one in before] != [one.name for one in after] or len(before) != len(groups):
        raise ValueError("Both predictors have to be scored on the same objects in the same order.")
    if not before:
        raise ValueError("There is nothing to compare on.")
    overlaps = np.array([[one.overlap_at(EXTREME_POINTS) for one in side] for side in (before, after)])
    gains = overlaps[1] - overlaps[0]
    low, high = interval(gains, groups, seed=seed)

    def both(figure: _Figure) -> tuple[float, float]:
        return figure(before), figure(after)

    return Comparison(
        n=len(before),
        groups=len(set(groups)),
        mean_iou=(float(overlaps[0].mean()), float(overlaps[1].mean())),
        share_85=(share_above(overlaps[0].tolist(), GOOD), share_above(overlaps[1].tolist(), GOOD)),
        clicks_to_90=both(_clicks_to_90),
        latency_p50_ms=both(_latency),
        gain=float(gains.mean()),
        low=low,
        high=high,
        gains=tuple(gains.tolist()),
    )


def interval(
    gains: NDArray[np.float64], groups: Sequence[str], *, seed: int = 0, resampled: int = RESAMPLED
) -> tuple[float, float]:
    """Return the bootstrap's 95 % interval of the mean of gains, (N,), drawn group by group.

    The same seed gives the same bounds.
    """
    _, numbers = np.unique(np.asarray(groups), return_inverse=True)
    sums, sizes = np.bincount(numbers, gains), np.bincount(numbers)
    draws = np.random.default_rng(seed).integers(len(sums), size=(resampled, len(sums)))
    means = sums[draws].sum(axis=1) / sizes[draws].sum(axis=1)
    tail = 50 * (1 - CONFIDENCE)
    low, high = np.percentile(means, [tail, 100 - tail])
    return float(low), float(high)


def objections(
    held_out: Comparison, check: Comparison | None, *, megabytes: float, rules: GateRules
) -> list[str]:
    """Return what speaks against the new weights, a sentence each; none means that they are better.

    `check` compares on objects of other kinds, which must not be forgotten.
    """
    found = []
    if held_out.groups < FEWEST_GROUPS:
        found.append(f"{held_out.groups} held-out images are too few to tell; {FEWEST_GROUPS} are needed.")
    elif held_out.low <= rules.least_gain:
        found.append(
            f"On held-out objects the gain is {_points(held_out.gain)} points, "
            f"between {_points(held_out.low)} and {_points(held_out.high)}: it may be none."
        )
    if check is not None and check.low < -rules.most_loss:
        found.append(
            f"On other kinds of objects it may lose up to {_points(-check.low)} points; "
            f"{_points(rules.most_loss)} are allowed."
        )
    before, after = held_out.latency_p50_ms
    if after > rules.slower * before:
        found.append(f"A click takes {after:.0f} ms instead of {before:.0f} ms.")
    if megabytes > rules.most_megabytes:
        found.append(f"The file has {megabytes:.0f} MB; {rules.most_megabytes:.0f} MB are allowed.")
    return found


def _points(share: float) -> str:
    return f"{100 * share:.1f}"


def _clicks_to_90(outcomes: Sequence[Outcome]) -> float:
    return clicks_to([one.overlaps for one in outcomes], VERY_GOOD, EXTREME_POINTS, MOST_CLICKS)


def _latency(outcomes: Sequence[Outcome]) -> float:
    return float(np.percentile([one.latency_ms for one in outcomes], 50))

"""How good masks are, each figure a function."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.predictor import Mask

# An object below this overlap at its first clicks is a hard one.
HARD = 0.8


def iou(prediction: Mask, truth: Mask, void: Mask | None = None) -> float:
    """Return intersection over union in 0..1, void pixels left out; 1 when both are empty."""
    counted = np.ones(truth.shape, np.bool_) if void is None else ~void
    union = int(((prediction | truth) & counted).sum())
    return int((prediction & truth & counted).sum()) / union if union else 1.0


def box_error_percent(prediction: Mask, truth: Mask, void: Mask | None = None) -> float:
    """Return the percentage of wrong pixels within the truth's tight box, void pixels left out.

    The error rate that is published for GrabCut's photographs is the mean of this over the photographs.
    """
    ys, xs = np.flatnonzero(truth.any(axis=1)), np.flatnonzero(truth.any(axis=0))
    box = np.s_[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1]
    wrong = prediction[box] != truth[box]
    counted = np.ones(wrong.shape, np.bool_) if void is None else ~void[box]
    return 100 * int((wrong & counted).sum()) / int(counted.sum())


def share_above(values: Sequence[float], threshold: float) -> float:
    """Return the share of values that reach the threshold."""
    return sum(value >= threshold for value in values) / len(values)


def clicks_needed(curve: Sequence[float], threshold: float, first: int) -> int | None:
    """Return the number of clicks after which a curve first reaches the threshold, or None if it never does.

    The curve holds an object's intersection over union after `first`, `first + 1`, ... clicks.
    """
    return next((first + index for index, value in enumerate(curve) if value >= threshold), None)


def clicks_to(curves: Sequence[Sequence[float]], threshold: float, first: int, most: int) -> float:
    """Return the mean of `clicks_needed`; an object that never gets there counts as `most`."""
    needed = [clicks_needed(curve, threshold, first) or most for curve in curves]
    return sum(needed) / len(needed)


def mean_curve(curves: Sequence[Sequence[float]], length: int) -> list[float]:
    """Return the means after the first, second, ... click, `length` of them.

    A curve that ends earlier keeps its last value: no more clicks were needed.
    """
    return [
        sum(curve[min(index, len(curve) - 1)] for curve in curves) / len(curves) for index in range(length)
    ]


def hard_gain(curves: Sequence[Sequence[float]], threshold: float = HARD) -> tuple[int, float | None]:
    """Return how many curves begin below the threshold, and what their next click adds on average.

    None when there is no such curve. A curve without a next click gains nothing.
    """
    hard = [curve for curve in curves if curve[0] < threshold]
    if not hard:
        return 0, None
    return len(hard), sum(curve[min(1, len(curve) - 1)] - curve[0] for curve in hard) / len(hard)


def average_ranks(values: Sequence[float]) -> NDArray[np.float64]:
    """Return each value's rank from 1 on, (N,) float; equal values share the mean of their ranks."""
    _, group, sizes = np.unique(np.asarray(values, np.float64), return_inverse=True, return_counts=True)
    ranks: NDArray[np.float64] = (np.cumsum(sizes) - (sizes - 1) / 2)[group]
    return ranks


def spearman(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return the rank correlation of two equally long sequences, -1..1, or None where it is undefined.

    It is undefined for fewer than two values and where all values of one side are equal.
    """
    one, other = (average_ranks(values) - (len(values) + 1) / 2 for values in (first, second))
    spread = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / spread if spread else None

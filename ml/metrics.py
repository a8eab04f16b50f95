"""How good masks are, each figure a function."""

from collections.abc import Sequence

import numpy as np

from ml.predictor import Mask


def iou(prediction: Mask, truth: Mask, void: Mask | None = None) -> float:
    """Return intersection over union in 0..1, void pixels left out; 1 when both are empty."""
    counted = np.ones(truth.shape, np.bool_) if void is None else ~void
    union = int(((prediction | truth) & counted).sum())
    return int((prediction & truth & counted).sum()) / union if union else 1.0


def box_error_percent(prediction: Mask, truth: Mask, void: Mask | None = None) -> float:
    """Return the percentage of wrong pixels within the truth's tight box, void pixels left out."""
    ys, xs = np.flatnonzero(truth.any(axis=1)), np.flatnonzero(truth.any(axis=0))
    box = np.s_[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1]
    wrong = prediction[box] != truth[box]
    counted = np.ones(wrong.shape, np.bool_) if void is None else ~void[box]
    return 100 * int((wrong & counted).sum()) / int(counted.sum())


def share_above(values: Sequence[float], threshold: float) -> float:
    """Return the share of values that reach the threshold."""
    return sum(value >= threshold for value in values) / len(values)


def clicks_to(curves: Sequence[Sequence[float]], threshold: float, first: int, most: int) -> float:
    """Return the mean number of clicks until the intersection over union reaches `threshold`.

    Each curve holds an object's values after `first`, `first + 1`, ... clicks. An object that never gets
    there counts as `most`.
    """
    needed = [
        next((first + index for index, value in enumerate(curve) if value >= threshold), most)
        for curve in curves
    ]
    return sum(needed) / len(needed)

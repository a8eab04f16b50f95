"""A predictor against true masks, with simulated clicks."""

from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from ml.clicks import correction_click, extreme_points
from ml.errors import ImageInvalid, PredictorError
from ml.files import Pair, read_image, read_mask
from ml.metrics import box_error_percent, clicks_to, iou, share_above
from ml.predictor import EXTREME_POINTS, Image, Mask, Points, Predictor

# Clicks after which an object that is not good enough yet is given up.
MOST_CLICKS = 10
GOOD, VERY_GOOD = 0.85, 0.90


@dataclass(frozen=True, slots=True)
class Outcome:
    """One object: its overlap after 4, 5, ... clicks, its box error at the clicks asked for, and the time."""

    name: str
    overlaps: list[float]
    box_error: float
    latency_ms: float


@dataclass(frozen=True, slots=True)
class Truth:
    """An image with its object's pixels and those that do not count, (H, W) bool each."""

    name: str
    image: Image
    mask: Mask
    void: Mask | None


def read_truths(pairs: Iterable[Pair], void: int | None = None) -> Iterable[Truth]:
    """Read pairs one by one. Raises `ImageInvalid` when a file is damaged or a pair differs in size."""
    for pair in pairs:
        image = read_image(pair.image)
        mask, left_out = read_mask(pair.mask, void)
        if image.shape[:2] != mask.shape:
            raise ImageInvalid(f"{pair.image} and {pair.mask} differ in size.")
        yield Truth(pair.name, image, mask, left_out)


def evaluate_object(
    predictor: Predictor,
    truth: Truth,
    *,
    clicks: int = EXTREME_POINTS,
    most_clicks: int = MOST_CLICKS,
    jitter: float = 0.0,
    rng: np.random.Generator | None = None,
) -> Outcome:
    """Click one object and correct it until it is very good and all `clicks` are made.

    A click adds nothing where no error is left to mend; the overlap then stays as it is. A predictor that
    refuses the points scores nothing.
    """
    points = extreme_points(truth.mask, jitter=jitter, rng=rng)
    mask, latency_ms = _timed_mask(predictor, truth, points)
    overlaps = [iou(mask, truth.mask, truth.void)]
    error = box_error_percent(mask, truth.mask, truth.void)
    while len(points) < max(clicks, most_clicks):
        if len(points) >= clicks and overlaps[-1] >= VERY_GOOD:
            break
        click = correction_click(truth.mask, mask, points, void=truth.void)
        if click is None:
            break
        points = np.vstack([points, click])
        mask, _ = _timed_mask(predictor, truth, points)
        overlaps.append(iou(mask, truth.mask, truth.void))
        if len(points) <= clicks:
            error = box_error_percent(mask, truth.mask, truth.void)
    return Outcome(truth.name, overlaps, error, latency_ms)


def summarise(
    outcomes: list[Outcome], *, clicks: int = EXTREME_POINTS, most_clicks: int = MOST_CLICKS
) -> dict[str, float | int]:
    """Return the figures over all objects, those of quality at `clicks` clicks.

    Objects that never get good enough count as `most_clicks` in the mean clicks to 85 and 90 percent.
    """
    curves = [outcome.overlaps for outcome in outcomes]
    at_clicks = [curve[min(clicks - EXTREME_POINTS, len(curve) - 1)] for curve in curves]
    latencies = [outcome.latency_ms for outcome in outcomes]
    most = max(clicks, most_clicks)
    return {
        "mean_iou": float(np.mean(at_clicks)),
        "share_85": share_above(at_clicks, GOOD),
        "share_90": share_above(at_clicks, VERY_GOOD),
        "clicks_to_85": clicks_to(curves, GOOD, EXTREME_POINTS, most),
        "clicks_to_90": clicks_to(curves, VERY_GOOD, EXTREME_POINTS, most),
        "box_error_percent": float(np.mean([outcome.box_error for outcome in outcomes])),
        "latency_p50_ms": float(np.percentile(latencies, 50)),
        "latency_p95_ms": float(np.percentile(latencies, 95)),
        "n": len(outcomes),
    }


def _timed_mask(predictor: Predictor, truth: Truth, points: Points) -> tuple[Mask, float]:
    """Return the mask and the milliseconds from image and points to the full-size mask."""
    started = perf_counter()
    try:
        mask = predictor.predict(truth.image, points).mask
    except PredictorError:
        mask = np.zeros(truth.mask.shape, np.bool_)
    return mask, 1000 * (perf_counter() - started)
